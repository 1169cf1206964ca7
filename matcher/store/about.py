"""What suggestions are asked about: one demand, one supply, or one firm's supplies (对象)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """A thing by its surrogate key; use the functions below.

    Attributes:
        key: The surrogate key, which a condition names ``:about``.
        condition: Over suggestions ``s``.
        table: The suggestions, with the index that answers the condition: without figures of its
            own SQLite would read the whole run.
    """

    key: int
    condition: str
    table: str = "suggestions s"


_BY_SUPPLY = "suggestions s INDEXED BY suggestions_by_supply"


def of_demand(key: int) -> About:
    """The suggestions for one demand."""
    return About(key, "s.demand_key = :about")


def of_supply(key: int) -> About:
    """The suggestions of one supply."""
    return About(key, "s.supply_key = :about", _BY_SUPPLY)


def of_firm(enterprise_id: int) -> About:
    """The suggestions of all supplies of a firm."""
    return About(
        enterprise_id,
        "s.supply_key IN (SELECT f.key FROM supplies f WHERE f.enterprise_id = :about)",
        _BY_SUPPLY,
    )
