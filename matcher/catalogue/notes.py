"""The 编制说明 of a catalogue: an editable template with the figures filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from matcher.catalogue.content import Catalogue, Note, Variant
from matcher.catalogue.figures import day_text, figures
from matcher.errors import KnowledgeError
from matcher.tables import corpus, text_of
from matcher.text import clean

_NUMERAL = "一二三四五六七八九十百千零〇"
_LEVELS = (
    (1, re.compile(rf"[{_NUMERAL}]+、")),
    (2, re.compile(rf"（[{_NUMERAL}]+）")),
    (3, re.compile(r"\d+[.．]")),
)
_PLACE = re.compile(r"\{([^{}]*)\}")
_OPTIONAL = frozenset({"编制单位", "期间", "未列入"})


def _basis(catalogue: Catalogue) -> str:
    if catalogue.draft:
        return "系统给出、尚未审核的建议"
    if any(entry.needs for entry in catalogue.entries):
        return "经审核采纳的供需建议"
    return "县市征集的中小企业优势产品"


_FIGURES: Mapping[str, Callable[[Catalogue], str]] = {
    "标题": lambda c: c.title,
    "编制单位": lambda c: c.issuer,
    "期间": lambda c: c.period,
    "日期": lambda c: day_text(c.made_on),
    "对象": lambda c: c.subject,
    "条目数": lambda c: str(figures(c).entries),
    "产品数": lambda c: str(figures(c).products),
    "企业数": lambda c: str(figures(c).enterprises),
    "产业链数": lambda c: str(figures(c).chains),
    "需求数": lambda c: str(figures(c).needs),
    "链主数": lambda c: str(figures(c).leaders),
    "断点数": lambda c: str(len(c.gaps)),
    "未列入": lambda c: "，".join(f"{why}的{n}条" for why, n in c.left_out.items()),
    "依据": _basis,
}


def template(variant: Variant) -> str:
    """The template that is shipped for a variant; users may hand in one of their own.

    Raises:
        KnowledgeError: It is missing, or no UTF-8.
    """
    path = f"catalogue/{variant.value}.txt"
    return text_of(corpus(path), path)


def fill(text: str, catalogue: Catalogue, name: str = "编制说明") -> tuple[Note, ...]:
    """The lines of a template with a catalogue's figures.

    Args:
        text: The template; corpora/catalogue/README.md says how it is written.
        catalogue: Where the figures come from.
        name: Of the template, for messages.

    Raises:
        KnowledgeError: A place that nothing is known for.
    """
    notes = []
    for number, line in enumerate(text.splitlines(), 1):
        line = clean(line)  # noqa: PLW2901
        if not line or line.startswith("#"):
            continue
        wanted = _PLACE.findall(line)
        if unknown := [word for word in wanted if word not in _FIGURES]:
            raise KnowledgeError(
                f"{name} 第 {number} 行的 {{{unknown[0]}}} 认不出来，可用的是 {'、'.join(_FIGURES)}"
            )
        known = {word: _FIGURES[word](catalogue) for word in wanted}
        if any(not known[word] for word in wanted if word in _OPTIONAL):
            continue
        said = _PLACE.sub(lambda m, known=known: known[m[1]], line)  # type: ignore[misc]
        level = next((level for level, mark in _LEVELS if mark.match(line)), 0)
        notes.append(Note(level, said))
    return tuple(notes)
