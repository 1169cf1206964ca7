"""携手 Xieshou: supply–demand matchmaking for chain leaders and specialised small firms.

The face of the library::

    from matcher import read_list, match, ListKind

    demands = read_list("需求清单.xlsx", ListKind.DEMAND).demands
    supplies = read_list("供给清单.csv", ListKind.SUPPLY).supplies
    for suggestion in match(demands, supplies).suggestions:
        print(suggestion.demand_id, suggestion.supply_id, suggestion.probability)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.errors import XieshouError
    from matcher.lists import Limits, ListReading, read_list
    from matcher.model import (
        Contribution,
        Decision,
        Demand,
        DemandCategory,
        Disclosure,
        Enterprise,
        Explanation,
        ListKind,
        Problem,
        Quantity,
        Suggestion,
        Supply,
        Tier,
        Verdict,
    )
    from matcher.ranking import Parameters, Ranking, Statistics, match
    from matcher.store import Scope, Store

# Where each public name lives. They are loaded on first use: the parsing process and the command
# line must not wait for scikit-learn before they need it.
_HOME = {
    "XieshouError": "matcher.errors",
    **dict.fromkeys(("Limits", "ListReading", "read_list"), "matcher.lists"),
    **dict.fromkeys(
        (
            "Contribution", "Decision", "Demand", "DemandCategory", "Disclosure", "Enterprise",
            "Explanation", "ListKind", "Problem", "Quantity", "Suggestion", "Supply", "Tier",
            "Verdict",
        ),
        "matcher.model",
    ),
    **dict.fromkeys(("Parameters", "Ranking", "Statistics", "match"), "matcher.ranking"),
    **dict.fromkeys(("Scope", "Store"), "matcher.store"),
}  # fmt: skip

__all__ = [
    "Contribution",
    "Decision",
    "Demand",
    "DemandCategory",
    "Disclosure",
    "Enterprise",
    "Explanation",
    "Limits",
    "ListKind",
    "ListReading",
    "Parameters",
    "Problem",
    "Quantity",
    "Ranking",
    "Scope",
    "Statistics",
    "Store",
    "Suggestion",
    "Supply",
    "Tier",
    "Verdict",
    "XieshouError",
    "match",
    "read_list",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
