"""Candidates of one demand side by side, row by row what they have in common (并排比较)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matcher.catalogue.suggestions import for_and_against
from matcher.model import Demand, Supply
from matcher.records import quantity_text
from matcher.store import StoredSuggestion
from matcher.terms import Agreement, Terms, analyse, compare_all, compare_editions

MOST = 4  # candidates side by side
# How an offered attribute stands to the wanted one: sign, word, class.
AGREEMENTS = {
    Agreement.EQUAL: ("＝", _l("一致"), "equal"),
    Agreement.COMPATIBLE: ("≈", _l("相容"), "compatible"),
    Agreement.CONFLICT: ("≠", _l("不符"), "conflict"),
    Agreement.UNKNOWN: ("○", _l("没有写"), "missing"),
}
Pair = tuple[StoredSuggestion, Supply]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one candidate says: texts, and how it stands to what is wanted."""

    texts: Sequence[str]
    sign: str = ""
    word: Any = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One aspect over all candidates; ``differ`` where they differ in what could be the same."""

    name: str
    wanted: str
    cells: Sequence[Cell]
    differ: bool


def lines(demand: Demand, pairs: Sequence[Pair]) -> list[Line]:
    """The rows of the comparison."""
    wanted = _terms(pairs[0][0].suggestion.demand_product or demand.product_name, demand)
    offered = [_terms(s.suggestion.supply_product or row.product_name, row) for s, row in pairs]
    found = [
        _line(_("产品"), wanted.written, [[terms.written] for terms in offered], own=True),
        _line(_("企业"), "", [[row.enterprise] for _s, row in pairs], own=True),
        _line(_("把握"), "", [[f"{s.suggestion.probability:.0%}"] for s, _row in pairs], own=True),
        *_attributes(wanted, offered),
        _line(_("规格原文"), demand.spec, [[row.spec] for _s, row in pairs], own=True),
        _standards(demand, pairs, wanted, offered),
        _line(_("年量"), quantity_text(demand), [[quantity_text(row)] for _s, row in pairs]),
        _line(_("资质"), "", [[row.certificates] for _s, row in pairs]),
        _counties(demand, pairs),
        _line(_("梯度"), "", [[row.tier] for _s, row in pairs]),
        _line(
            _("合适的理由"), "", [for_and_against(s.suggestion)[0] for s, _row in pairs], own=True
        ),
        _line(_("疑点"), "", [for_and_against(s.suggestion)[1] for s, _row in pairs], own=True),
    ]
    return [line for line in found if line.wanted or any(any(c.texts) for c in line.cells)]


def _terms(product: str, row: Demand | Supply) -> Terms:
    return analyse(product, row.spec, row.standard)


def _line(name: str, wanted: str, texts: Sequence[Sequence[str]], *, own: bool = False) -> Line:
    """A row without marks; ``own`` where every candidate has its own in any case."""
    cells = [Cell([t for t in each if t]) for each in texts]
    return Line(name, wanted, cells, differ=False) if own else _marked(name, wanted, cells)


def _marked(name: str, wanted: str, cells: Sequence[Cell]) -> Line:
    return Line(name, wanted, cells, len({tuple(cell.texts) for cell in cells}) > 1)


def _attributes(wanted: Terms, offered: Sequence[Terms]) -> list[Line]:
    """One row for each attribute that the demand states."""
    compared = [compare_all(wanted.attributes, terms.attributes) for terms in offered]
    found = []
    for place, first in enumerate(compared[0] if compared else ()):
        cells = [
            Cell([c[place].offered] if c[place].offered else [], *AGREEMENTS[c[place].agreement])
            for c in compared
        ]
        found.append(_marked(first.name, first.wanted, cells))
    return found


def _standards(
    demand: Demand, pairs: Sequence[Pair], wanted: Terms, offered: Sequence[Terms]
) -> Line:
    cells = []
    for (_s, row), terms in zip(pairs, offered, strict=True):
        texts = [row.standard] if row.standard else []
        mark = AGREEMENTS[compare_editions(wanted.editions, terms.editions)]
        cells.append(Cell(texts, *mark) if wanted.editions else Cell(texts))
    return _marked(_("执行标准"), demand.standard, cells)


def _counties(demand: Demand, pairs: Sequence[Pair]) -> Line:
    cells = []
    for _s, row in pairs:
        same = bool(row.county) and row.county == demand.county
        mark = ("＝", _("同一县市"), "equal") if same else ("", "", "")
        cells.append(Cell([row.county] if row.county else [], *mark))
    return _marked(_("县市"), demand.county, cells)
