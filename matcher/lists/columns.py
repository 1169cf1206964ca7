"""Headings of list columns (列名) to column keys, by a table of known headings and by likeness."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from matcher.errors import MappingError
from matcher.knowledge import headings
from matcher.model import ListKind, keys_of
from matcher.quantity import parse_unit
from matcher.text import clean, fold, has_chinese

SIMILAR = 0.80  # likeness from which an unknown heading is taken for a known one
SPECIAL = ("@ignore", "@drop", "@serial", "@origin", "@contact_name", "@contact_phone")
JOINED = frozenset({"spec"})  # keys whose text may be spread over several columns
_LONGEST = 40
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_ANY_BRACKETS = re.compile(r"[(\[{（【〔][^()\[\]{}（）【】〔〕]*[)\]}）】〕]")
_EMPTY_WORDS = re.compile(r"必填|选填|可不填|如有|如实填写|请选择|下拉选择|可多选")
_TIMES = frozenset({"", "年", "年度", "月", "天", "日"})  # behind a quantity a period, not a unit
_UNIT_BEHIND = re.compile(r"(?:[/／]\s*|(?<=[量能力数])\s*)([^/／\s\d()（）]{1,5})$")
_FOREIGN = re.compile(r"[a-z0-9.#_/]+")
_NUMBERED = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})$")
_NUMERIC = re.compile(r"[+-]?[\d.,]+%?")
# Headings that name the product only where no plainer one stands beside them.
_VAGUE = {"名称": 1, "材料": 2, "物料": 2, "设备": 2, "品种": 2, "项目": 3, "项目名称": 3}
# Headings of two things: 数量/单位 is the quantity with its unit, 年产能（单位） may be the unit alone.
_WITH_UNIT = re.compile(r"(?:[/、]|及|和|与|加)(?:计量)?单位$")
_OF_UNIT = re.compile(r"[(（](?:计量)?单位[)）]$")
_AMOUNTS = frozenset({"annual_quantity", "annual_capacity"})
_SHORT_PERIOD = re.compile(r"^(?:平均|预计)?每?[月日]|[/(（][月日天]|[月日]均")
_CALENDAR_YEAR = re.compile(r"20\d\d")
_LABEL = re.compile(r"[^:：]*[:：]\s*\S")  # 项目名称：某某工程 names a value, not a column


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column of a table and what it was understood as.

    Attributes:
        index: 0-based column in the grid.
        heading: The heading as written, lines of a two-line header joined by ``/``.
        key: Column key, a key beginning with ``@``, or empty where nothing fits.
        score: 1 for a known or given heading, less for a similar one, 0 for none.
        how: ``known``, ``similar``, ``stand-in``, ``content`` (the cells below say what the heading
            does not), ``given`` or ``none``.
        unit: Unit that the heading carries (``年需求量（吨）``).
    """

    index: int
    heading: str
    key: str = ""
    score: float = 0.0
    how: str = "none"
    unit: str = ""

    @property
    def letter(self) -> str:
        """The column's letter in a workbook."""
        return column_letter(self.index)


def column_letter(index: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=8192)
def normal(heading: str) -> str:
    """A heading with everything removed that clerks vary: brackets, spaces, stars, colons."""
    text = _EMPTY_WORDS.sub("", _BRACKETS.sub("", fold(heading)))
    return "".join(c for c in text if c.isalnum() or c in "#_/").strip("_/") or _bare(heading)


def without_brackets(heading: str) -> str:
    """A heading without the instructions that templates put in brackets behind it."""
    return _ANY_BRACKETS.sub("", heading).strip() or heading


def _bare(heading: str) -> str:
    return "".join(c for c in fold(heading) if c.isalnum() or c in "#_/")


@lru_cache(maxsize=8192)
def heading_unit(heading: str) -> str:
    """The unit behind a heading: ``数量（万吨/年）`` → ``万吨/年``, or 万 alone (``产能（万）``)."""
    for inside in _BRACKETS.findall(fold(heading)):
        text = str(inside).strip().removeprefix("单位").lstrip(":： ")
        written = parse_unit(text)
        if written.unit not in _TIMES and is_unit(written.unit):
            return text
        if not written.unit and written.scale > 1:
            return text
    found = _UNIT_BEHIND.search(clean(heading))
    if found and found[1] not in _TIMES and is_unit(parse_unit(found[1]).unit):
        return found[1]
    return ""


@cache
def is_unit(text: str) -> bool:
    """Whether a text is a known unit (folded or not)."""
    from matcher.knowledge import units

    return text in units() or text in {fold(unit) for unit in units()}


@cache
def _index(kind: ListKind) -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Normal heading → keys with score; stand-ins (``key?``) score a little lower."""
    found: dict[str, dict[str, float]] = {}
    for heading in headings():
        if heading.kind not in {kind.value, "both"}:
            continue
        for form in {normal(heading.text), _bare(heading.text)}:
            found.setdefault(form, {}).setdefault(heading.key, 1.0)
    return {form: tuple(keys.items()) for form, keys in found.items()}


@cache
def _strong(kind: ListKind) -> frozenset[str]:
    return frozenset(normal(h.text) for h in headings() if h.strong and h.kind == kind.value)


@cache
def match_heading(heading: str, kind: ListKind) -> tuple[tuple[str, float], ...]:
    """Keys that a heading may stand for, with likeness 0 to 1, best first."""
    heading = without_brackets(heading) if len(heading) > _LONGEST else heading
    if not heading or len(heading) > _LONGEST or _NUMERIC.fullmatch(heading):
        return ()
    index = _index(kind)
    form = "" if _LABEL.match(without_brackets(heading)) else normal(heading)
    if not form:
        return ()
    if both := _amount_and_unit(heading, index):
        return both
    for exact in (form, _bare(heading)):
        if exact in index:
            return index[exact]
    chinese = _FOREIGN.sub("", form)  # 产品名称ProductName, 规格2
    if chinese != form and chinese in index and has_chinese(chinese):
        return index[chinese]
    return _like_heading(form, index)


def _like_heading(
    form: str, index: Mapping[str, tuple[tuple[str, float], ...]]
) -> tuple[tuple[str, float], ...]:
    """Keys of the known headings that a heading holds or resembles."""
    for part in re.split(r"[/、]|及", form):
        if len(part) >= 3 and part in index:
            return tuple((key, 0.95) for key, _ in index[part])
    if len(form) < 3 or form.isascii():
        return ()
    best = process.extractOne(form, index.keys(), scorer=fuzz.ratio, score_cutoff=100 * SIMILAR)
    if best:
        return tuple((key, min(best[1] / 100, 0.97)) for key, _ in index[best[0]])
    inside = [known for known in index if len(known) >= 3 and known in form]
    if inside:
        longest = max(inside, key=lambda known: (len(known), form.endswith(known), known))
        if 2 * len(longest) >= len(form):
            return tuple((key, SIMILAR) for key, _ in index[longest])
    return ()


def _amount_and_unit(
    heading: str, index: Mapping[str, tuple[tuple[str, float], ...]]
) -> tuple[tuple[str, float], ...]:
    """Keys of a heading that speaks of a quantity and of its unit, else empty."""
    text = "".join(fold(heading).split())
    both, alone = _WITH_UNIT.search(text), _OF_UNIT.search(text)
    stem = normal(_WITH_UNIT.sub("", text)) if both or alone else ""
    keys = [key for key, _ in index.get(stem, ()) if key in _AMOUNTS]
    if keys and both:
        return ((keys[0], 1.0),)
    if keys:
        return ((keys[0], 0.99), ("unit", 0.98))
    return ()


def votes(texts: Sequence[str]) -> dict[ListKind, int]:
    """How many of the headings occur in one kind of list only."""
    forms = {normal(text) for text in texts if text and len(text) <= _LONGEST}
    forms |= {_FOREIGN.sub("", form) for form in forms if not form.isascii()}
    return {kind: len(forms & _strong(kind)) for kind in ListKind}


@cache
def known_only_of(kind: ListKind) -> frozenset[str]:
    """Normal headings that one kind of list knows and the other does not."""
    other = ListKind.SUPPLY if kind is ListKind.DEMAND else ListKind.DEMAND
    return frozenset(_index(kind)) - frozenset(_index(other))


def assign(
    texts: Sequence[str], columns: Sequence[int], kind: ListKind, given: Mapping[str, str]
) -> list[ColumnMatch]:
    """Assign each column of one table to at most one key, and each key to one column.

    Args:
        texts: Heading of each column.
        columns: 0-based index of each column in the grid.
        kind: Kind of list.
        given: Mapping by hand: heading or column letter → key; it goes before everything.
    """
    by_hand = {normal(name): key for name, key in given.items()}
    letters = {
        name.upper(): key for name, key in given.items() if name.isascii() and name.isalpha()
    }
    claims: list[tuple[float, tuple[int, ...], int, str, str]] = []  # -score, tie, place, key, how
    for position, (text, column) in enumerate(zip(texts, columns, strict=True)):
        hand = letters.get(column_letter(column)) or (by_hand.get(normal(text)) if text else None)
        if hand is not None:
            claims.append((-2.0, (), position, hand, "given"))
            continue
        matches = match_heading(text, kind)
        for rank, (key, score) in enumerate(matches):
            if key.endswith("?"):
                claims.append((1.0 - score, (_standin_rank(text),), position, key[:-1], "stand-in"))
            else:
                # A heading that can be nothing else goes first (其他要求 before 技术要求), one of
                # this kind of list before a general one, 产品 before 名称 and that before 项目,
                # a yearly quantity before a monthly one.
                form = normal(text)
                rest = (form not in _strong(kind), len(matches))
                tie = (rank, _VAGUE.get(form, 0), _period_rank(text), *rest)
                claims.append((-score, tie, position, key, "known" if score >= 1 else "similar"))
    claims.sort()
    taken: dict[int, tuple[str, float, str]] = {}
    used: set[str] = set()
    for weight, _, position, key, how in claims:
        free = key not in used or (key in JOINED and how != "stand-in") or key.startswith("@")
        if not free and key == "product_name":
            free = _numbered_like(
                texts[position], [texts[p] for p, t in taken.items() if t[0] == key]
            )
        replaces = (
            how == "stand-in"
            and key == "product_name"
            and key not in used
            and taken.get(position, ("",))[0] in {"spec", "@serial", "@ignore"}
        )
        if (position not in taken and free) or replaces:
            score = 1.0 if how == "given" else SIMILAR if how == "stand-in" else -weight
            taken[position] = (key, score, how)
            used.add(key)
    return [
        ColumnMatch(column, text, *taken.get(position, ("", 0.0, "none")), unit=heading_unit(text))
        for position, (text, column) in enumerate(zip(texts, columns, strict=True))
    ]


def _period_rank(heading: str) -> int:
    """Of several quantities the yearly one goes first, of several years the latest."""
    if _SHORT_PERIOD.search(fold(heading)):
        return 9999
    years = _CALENDAR_YEAR.findall(heading)
    return 3000 - int(max(years)) if years else 0


def _numbered_like(heading: str, others: Sequence[str]) -> bool:
    """Whether a heading and others only differ in their number: 主要产品1, 主要产品2."""
    form = normal(heading)
    stem = _NUMBERED.sub("", form)
    return stem != form and all(_NUMBERED.sub("", normal(other)) == stem for other in others)


@cache
def _standin_rank(text: str) -> int:
    """Stand-ins are tried in the order in which the table of headings lists them."""
    order = [normal(h.text) for h in headings() if h.key.endswith("?")]
    form = normal(text)
    return order.index(form) if form in order else len(order)


def check_mapping(given: Mapping[str, str], kind: ListKind) -> None:
    """Refuse a mapping by hand that names an unknown key.

    Raises:
        MappingError: With the keys that exist.
    """
    allowed = (*keys_of(kind), *SPECIAL)
    for name, key in given.items():
        if key not in allowed:
            raise MappingError(f"列“{name}”对应的 {key} 不存在，可用的有：{'、'.join(allowed)}")
