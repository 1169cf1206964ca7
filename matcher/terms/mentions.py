"""Products that a long cell speaks of (句子里的产品): a marketing sentence becomes its names.

本厂专业生产宾馆床单、被罩，支持绣标 speaks of 宾馆床单 and 被罩. Reading a list keeps such a cell whole,
for what a list says is not to be changed; only the ranking looks inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from matcher.knowledge import phrases, words
from matcher.model import Demand, Row
from matcher.terms.lexicon import lexicon, longest_suffix
from matcher.terms.services import is_service
from matcher.text import fold, has_chinese, letters

_CLAUSES = re.compile(r"[,;。!?:]|(?<=[\u4e00-\u9fff])\.")
_ITEMS = re.compile("、")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_AMOUNT = (
    r"[约近达]?(?:[\d.~\-]+|[一二三四五六七八九十百千两几半])[一二三四五六七八九十百千万亿余多]*"
)
_UNIT = "吨|公斤|千克|台|套|条|只|件|米|方|亩|个|辆|头|羽|瓶|箱|万|亿|kg|ml|[tmlg]"
_LEADING_AMOUNT = re.compile(rf"^{_AMOUNT}(?:{_UNIT})+")
_SPECIFIED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:[\d(φ≥≤~±×%a-z]|线径|规格|型号|厚度|宽度|长度|[一二三四五六七八九十]+万).*$"
)
_LEADING_NUMBER = re.compile(r"[\d一二三四五六七八九十百千万几]")
_AND_SO_ON = re.compile(r"(?<=[\u4e00-\u9fff]{2})等.*$")
_OWNED = re.compile(r"\d(?:台|套|条|辆|名|人)$")
# Who speaks, before the verb: 本厂, 我公司专业, 二十年老厂.
_WHO = (
    r"(?:(?:本|我|我们)|[\u4e00-\u9fff]{0,8}(?:公司|厂|厂家|企业|站|店|园|合作社|机构|基地|场))?"
    r"(?:是|为[\u4e00-\u9fff]{0,6})?(?:专业|长期|常年|大量|主要|现|多年|[\d一二三四五六七八九十]+年)?"
)
_SHORT_ITEM = 8
_MOST = 12
_SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a row: its name, and what the row says of its specification."""

    name: str
    spec: str


def spec_of(row: Row) -> str:
    """What a row says of its specification, the requirement included."""
    return f"{row.spec} {row.requirement}" if isinstance(row, Demand) else row.spec


def products_of(row: Row) -> tuple[Product, ...]:
    """The products of a row: the parts of its cell, the products its name speaks of, its name."""
    spec = spec_of(row)
    if len(row.products) > 1:
        return tuple(Product(name, spec) for name in row.products)
    name = row.products[0] if row.products else row.product_name
    return (*(Product(m.name, f"{m.spec} {spec}") for m in mentions(name)), Product(name, spec))


@lru_cache(maxsize=65536)
def mentions(name: str) -> tuple[Product, ...]:
    """Products that a name speaks of without being their name, folded; usually none.

    A name that is itself known, that is short, or that offers a service has none. What the cell
    says besides its products is part of the specification of each.
    """
    folded = fold(name)
    if len(folded) < _SHORTEST or not has_chinese(folded) or letters(folded) in lexicon():
        return ()
    groups = _groups(folded)
    clauses = [clause for group in groups for clause in group]
    if len(clauses) < 2 and not _introduced().search(folded):
        return ()
    if any(is_service(_bare(c)) for c in clauses if not _phrase("免", "^{}").match(c)):
        return ()
    named = [pair for group in groups for pair in _named(group)]
    rest = " ".join(clause for clause, product in named if not product)
    found: dict[str, Product] = {}
    for clause, product in named:
        if product and product != folded:
            found.setdefault(product, Product(product, f"{clause} {rest}"))
    return tuple(found.values())[:_MOST]


def _groups(folded: str) -> list[list[str]]:
    """The items of every clause, cut outside brackets; enumerations in brackets follow."""
    inside = [part for part in _BRACKETED.findall(folded) if "、" in part]
    outside = _BRACKETED.sub(lambda m: m[0].translate(_KEPT), folded)
    clauses = [*_CLAUSES.split(outside), *inside]
    groups = [[item.translate(_BACK) for item in _ITEMS.split(c) if item] for c in clauses]
    return [group for group in groups if group]


# Separators inside brackets are kept by a detour over signs that no text holds.
_INNER = ",;。!?:、."
_KEPT = {ord(sign): 0xE000 + i for i, sign in enumerate(_INNER)}
_BACK = {0xE000 + i: sign for i, sign in enumerate(_INNER)}


def _named(group: list[str]) -> list[tuple[str, str]]:
    """Each item of an enumeration with the product that it speaks of, empty if none.

    An enumeration that does not begin with a product lists no products (压缩、输送用风机); in one
    that does, short items are products too.
    """
    products = [_product(item) for item in group]
    if not products[0]:
        return [(item, "") for item in group]
    if len(group) > 1:
        for i, item in enumerate(group):
            short = 3 <= len(item) <= _SHORT_ITEM and all(map(has_chinese, item))
            if not products[i] and short and item not in words("modifiers"):
                products[i] = item
    return list(zip(group, products, strict=True))


def _product(clause: str) -> str:
    """The name of the product a clause speaks of, empty if none.

    A clause speaks of a product where that is all it says, or where a verb introduces it.
    """
    if _phrase("免", "^{}").match(clause) or _phrase("弃", "{}").search(clause):
        return ""
    bare = _bare(clause)
    if not has_chinese(bare) or is_service(bare):
        return ""
    if _is_known(bare):
        return bare
    introduced = bool(_introduced().search(clause))
    surely = bool(_phrase("前", "{}").search(clause))
    cut = _SPECIFIED.sub("", bare)
    if _is_known(cut) and (introduced or not _OWNED.search(bare)):
        return cut
    if not surely:
        return ""
    for end in range(len(bare) - 1, 1, -1):
        if _is_known(bare[:end]):
            return bare[:end]
    return cut if 3 <= len(cut) <= _SHORT_ITEM and _LEADING_NUMBER.match(cut) is None else ""


def _is_known(name: str) -> bool:
    """Whether a name ends in a product of the lexicon, in Chinese."""
    return has_chinese(longest_suffix(letters(name), lexicon()))


def _bare(clause: str) -> str:
    """A clause without brackets, what introduces its product, and what follows it."""
    bare = _BRACKETED.sub("", clause)
    ends = [m.end() for m in _introduced().finditer(bare) if m.end() < len(bare)]
    bare = bare[max(ends, default=0) :]
    bare = _AND_SO_ON.sub("", bare)
    before = ""
    while bare and before != bare:
        before = bare
        bare = _LEADING_AMOUNT.sub("", _phrase("饰", "^{}").sub("", bare))
        bare = _phrase("后", "{}$").sub("", bare)
    return bare or before


@cache
def _phrase(place: str, pattern: str) -> re.Pattern[str]:
    """A pattern around the set phrases of a place."""
    return re.compile(pattern.format(f"(?:{'|'.join(map(re.escape, phrases(place)))})"))


@cache
def _introduced() -> re.Pattern[str]:
    """What introduces a product: a verb that no name holds, or any at the start of a clause."""
    anywhere, first = (_phrase(place, "{}").pattern for place in ("前", "起"))
    return re.compile(rf"{anywhere}(?:{first})?|^{_WHO}{first}")
