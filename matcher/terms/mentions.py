"""Products that a long cell speaks of (句子里的产品): a marketing sentence becomes its names.

本厂专业生产宾馆床单、被罩，支持绣标 speaks of 宾馆床单 and 被罩. Reading a list keeps such a cell whole,
for what a list says is not to be changed; only the ranking looks inside. Where it is in doubt
whether a clause names a product or only speaks of one (what a firm owns, whom it serves, what it
leaves out), the clause names none: a product that nobody offers costs more than one overlooked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from matcher.knowledge import phrases, words
from matcher.model import Demand, Row
from matcher.terms.lexicon import lexicon, longest_suffix
from matcher.terms.services import is_service
from matcher.text import fold, has_chinese, letters

# Commas between the numbers of a chemical name (1,2-二氯乙烷, 聚酰胺-6,6) and inch signs (2") part
# nothing.
_CLAUSES = re.compile(
    r",(?!(?<=[\da-z'],)(?:\d{1,2}|[a-z])'*(?:[,\-()]|$)|(?<=-\d,)\d(?!\d))"
    r"|[;。!?:]|(?<=[\u4e00-\u9fff])\.|(?<!\d)\"牌?"
)
_ITEMS = re.compile("、")
_AND = re.compile("以及|[及和与或]")
_BRACKETED = re.compile(r"(?<!-)[(\[]([^()\[\]]*)[)\]]")  # that of 4-(n-苯基)哌啶 is its name
_AMOUNT = (
    r"[约近达]?(?:[\d.~\-]+|[一二三四五六七八九十百千两几半])[一二三四五六七八九十百千万亿余多]*"
)
_COUNT = "台|套|条|辆|名|人|座|亩|头"
_UNIT = f"吨|公斤|千克|{_COUNT}|只|件|米|方|个|羽|瓶|箱|万|亿|kg|ml|[tmlg]"
_LEADING_AMOUNT = re.compile(rf"^{_AMOUNT}(?:{_UNIT})+")
_SPECIFIED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:[\d(φ≥≤~±×%]|[a-z](?![a-z]*[\u4e00-\u9fff]{2})|线径|规格|型号|厚度|宽度"
    r"|长度|成套|[一二三四五六七八九十]+万).*$"
)
_LEADING_NUMBER = re.compile(r"[\d一二三四五六七八九十百千万几]")
_YEARS = re.compile(r"(?<=[\u4e00-\u9fff]{2})[\d一二三四五六七八九十几]+[多余]?年$")
_AND_SO_ON = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:等|及类似|及其).*$")
_MEASURED = re.compile(r"^[\u4e00-\u9fff]{1,6}[≥≤<>=]")
# Machines and lines that are counted are those of the firm itself: 三台注塑机, 4000吨新型干法线.
_OWNED = re.compile(rf"^{_AMOUNT}(?:{_COUNT})|\d(?:{_COUNT})$")
_OWN_LINE = re.compile(r"吨[^吨]{0,6}线$")
_NO_OFFER = re.compile(r"除.*外|等.*的.")  # 除甲、乙外, 甲、乙等材料的丙
_SERVED = re.compile(r"(?:为|向|给|面向|服务于?)[^,]{2,20}?(?=提供|供应|生产|制造|定制)")
# What all items before it share: 压缩、输送用风机, 糖果、糕点的包装机. 家用 and the like stand for one item.
_FOR = re.compile(
    r"(?:(?<![家民商军医药食饲日专通农业矿])(?<!^车)用(?![品具])|的)[\u4e00-\u9fff]{1,8}$"
)
_OF_MACHINES = re.compile(r"的(?:机器|设备|装置|机械|仪器|工具|模具|零件|部件|配件|附件)$")
# Who speaks, before the verb: 本厂, 我公司专业, 二十年老厂.
_WHO = (
    r"(?:(?:本|我|我们)|[\u4e00-\u9fff]{0,8}(?:公司|厂|厂家|企业|站|店|园|合作社|机构|基地|场))?"
    r"(?:是|为[\u4e00-\u9fff]{0,6})?(?:专业|长期|常年|大量|主要|现|多年|[\d一二三四五六七八九十]+年)?"
)
_WHO_IS = re.compile(r"^(?:本|我们?)(?:公司|厂|企业|店|合作社)?是")
_SHORT_ITEM = 8
_MOST = 12
_SHORTEST = 8
_LONGEST = 24
_USUAL_END = 8  # how many names of the lexicon end in a character that products end in


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
    return products_in(row.product_name, row.products, spec_of(row))


def products_in(name: str, parts: Sequence[str], spec: str) -> tuple[Product, ...]:
    """The products of a row with this name, these parts of its cell, and this specification."""
    if len(parts) > 1:
        return tuple(Product(part, spec) for part in parts)
    name = parts[0] if parts else name
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
    if sum(map(len, groups)) < 2 and not _introduced().search(folded):
        return ()
    offered = [clause for group in groups if not _is_barred(group) for clause in group]
    if any(map(_is_service, offered)) or _OF_MACHINES.search(folded):
        return ()
    named = [pair for group in groups for pair in _named(group)]
    rest = " ".join(clause for clause, product in named if not product)
    found: dict[str, Product] = {}
    for clause, product in named:
        if product and product != folded:
            found.setdefault(product, Product(product, f"{clause} {rest}"))
    return tuple(found.values())[:_MOST]


# Separators inside brackets are kept by a detour over signs that no text holds.
_INNER = ',;。!?:、."'
_KEPT = {ord(sign): 0xE000 + i for i, sign in enumerate(_INNER)}
_BACK = {0xE000 + i: sign for i, sign in enumerate(_INNER)}


def _groups(folded: str) -> list[list[str]]:
    """The items of every clause, cut outside brackets; lists of products in brackets follow."""
    outside = _BRACKETED.sub(lambda m: m[0].translate(_KEPT), folded)
    clauses = [_SERVED.sub("", clause) for clause in _CLAUSES.split(outside)]
    groups = [[item.translate(_BACK) for item in _ITEMS.split(c) if item] for c in clauses]
    groups = [group for group in groups if group]
    for group in tuple(groups):
        for inside in _BRACKETED.findall("、".join(group)):
            items = inside.split("、")
            if len(items) > 1 and not _is_barred(group) and _are_kinds(items, group[-1]):
                groups.append(items)
    return groups


def _are_kinds(items: list[str], of: str) -> bool:
    """Whether the items of a bracket are products, and kinds of what stands before the bracket.

    Those of 钢材(螺纹钢、线材) are, those of 蔬菜种子(番茄、辣椒) are not. Where nobody knows what
    stands before, they are taken for kinds of it.
    """
    products = [product for _, product in _named(items)]
    known = lexicon()
    kind = known.canonical.get(longest_suffix(letters(_bare(of)), known))
    heads = [known.canonical.get(longest_suffix(letters(p), known), "") for p in products]
    return all(products) and (not kind or any(kind in known.ancestors(head) for head in heads))


def _named(group: list[str]) -> list[tuple[str, str]]:
    """Each item of an enumeration with the product that it speaks of, empty if none.

    An enumeration that does not begin with a product lists no products (压缩、输送用风机), nor does
    one whose items share what its last item ends in; else short items are products too.
    """
    products = ["" if _is_barred(group) or _shares(group) else _product(item) for item in group]
    if not products[0]:
        return [(item, "") for item in group]
    for i, item in enumerate(group[1:], 1):
        bare = _bare(item)
        if not products[i] and all(map(has_chinese, bare)) and _is_shaped(bare):
            products[i] = bare
    return list(zip(group, products, strict=True))


def _is_barred(group: list[str]) -> bool:
    """Whether an enumeration is of something else: what is left out, who is served."""
    whole = "、".join(group)
    return bool(_barred(group[0]) or _phrase("弃", "{}").search(whole) or _NO_OFFER.search(whole))


def _barred(clause: str) -> bool:
    """Whether a clause begins like one that names no product; 含 does, 含片 does not."""
    found = _phrase("免", "^{}").match(clause)
    if not found:
        return False
    return found.end() > 1 or not any(
        clause[:end] in lexicon() or clause[:end] in words("modifiers")
        for end in range(2, _SHORT_ITEM + 1)
    )


def _shares(group: list[str]) -> bool:
    """Whether the items of an enumeration share what its last one ends in.

    They do in 汽车、拖拉机用滤芯 and in 收音机、电视机天线, where a product of the kind before is a
    part of the last name only.
    """
    if len(group) < 2:
        return False
    before, last = (_BRACKETED.sub("", item) for item in group[-2:])
    parts = [before, *_AND.split(_AND_SO_ON.sub("", last))]
    if not _FOR.search(parts[0]) and any(map(_FOR.search, parts[1:])):
        return True
    before, last = parts[-2], _bare(parts[-1])
    known = lexicon()
    return letters(last) not in known and any(
        last[end - 1] == before[-1:] and last[:end] in known for end in range(2, len(last) - 1)
    )


def _is_service(clause: str) -> bool:
    bare = _BRACKETED.sub("", clause)
    return is_service(bare) or is_service(_bare(clause))


def _product(clause: str) -> str:
    """The name of the product a clause speaks of, empty if none.

    A clause speaks of a product where that is all it says, or where a verb introduces it.
    """
    if _barred(clause) or _phrase("弃", "{}").search(clause) or _MEASURED.match(clause):
        return ""
    introduced = bool(_introduced().search(clause))
    if _OWN_LINE.search(clause) or (_OWNED.search(clause) and not introduced):
        return ""
    bare = _bare(clause)
    if not has_chinese(bare) or len(bare) > _LONGEST or bare[0] == "的" or "+" in bare:
        return ""
    cut = _SPECIFIED.sub("", bare)
    if _is_known(bare):
        said_first = not introduced and cut != bare and _LEADING_NUMBER.match(bare)
        return "" if said_first else bare
    if _is_known(cut):
        return cut
    if not _phrase("前", "{}").search(clause) or _LEADING_NUMBER.match(cut):
        return ""
    return next(filter(_is_shaped, (cut, bare)), "")


def _is_known(name: str) -> bool:
    """Whether a name ends in a product of the lexicon, in Chinese."""
    return has_chinese(longest_suffix(letters(name), lexicon()))


def _is_shaped(name: str) -> bool:
    """Whether a short name that nobody knows ends as products do: 红胶, but not 风选."""
    ends = _ends()[name[-1:]] >= _USUAL_END
    return ends and 2 <= len(name) <= _SHORT_ITEM and name not in words("modifiers")


@cache
def _ends() -> Counter[str]:
    """How many names of the lexicon end in each character."""
    return Counter(name[-1] for name in lexicon().canonical)


@lru_cache(maxsize=1024)  # asked several times of one clause
def _bare(clause: str) -> str:
    """A clause without brackets, what introduces its product, and what follows it."""
    bare = _BRACKETED.sub("", clause)
    ends = [m.end() for m in _introduced().finditer(bare) if m.end() < len(bare)]
    bare = bare[max(ends, default=0) :]
    bare = _AND_SO_ON.sub("", _WHO_IS.sub("", bare)).strip(" -")
    before = ""
    while bare and before != bare:
        before = bare
        bare = _LEADING_AMOUNT.sub("", _phrase("饰", "^{}").sub("", bare))
        bare = _YEARS.sub("", _phrase("后", "{}$").sub("", bare))
    return bare


@cache
def _phrase(place: str, pattern: str) -> re.Pattern[str]:
    """A pattern around the set phrases of a place."""
    return re.compile(pattern.format(f"(?:{'|'.join(map(re.escape, phrases(place)))})"))


@cache
def _introduced() -> re.Pattern[str]:
    """What introduces a product: a verb that no name holds, or any at the start of a clause."""
    anywhere, first = (_phrase(place, "{}").pattern for place in ("前", "起"))
    return re.compile(rf"{anywhere}(?:{first})?|^{_WHO}{first}")
