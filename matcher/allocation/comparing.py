"""Two plans as a difference (方案对比)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from matcher.allocation.plan import Assignment
from matcher.records import plain_number
from matcher.text import number_text

_SAME = 1e-6  # relative


@dataclass(frozen=True, slots=True)
class Change:
    """A pair whose yearly quantity differs between two plans; 0 where a plan lacks it."""

    demand_id: str
    supply_id: str
    before: float
    after: float
    unit: str

    @property
    def sentence(self) -> str:
        """The change in Chinese."""
        pair = f"{self.demand_id}–{self.supply_id}"
        before, after = (f"{number_text(q)} {self.unit}".strip() for q in (self.before, self.after))
        if not self.before:
            return f"新增 {pair}：{after}"
        if not self.after:
            return f"取消 {pair}：原 {before}"
        return f"{'增加' if self.after > self.before else '减少'} {pair}：{before} → {after}"

    def record(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "demand_id": self.demand_id,
            "supply_id": self.supply_id,
            "before": plain_number(self.before),
            "after": plain_number(self.after),
            "unit": self.unit,
        }


def changes(before: Iterable[Assignment], after: Iterable[Assignment]) -> tuple[Change, ...]:
    """Pairs whose quantities differ, by ids; a demand whose unit changed shows both as changes."""
    old = {(*a.pair, a.unit): a.quantity for a in before}
    new = {(*a.pair, a.unit): a.quantity for a in after}
    found = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key, 0.0), new.get(key, 0.0)
        if abs(was - now) > _SAME * max(was, now):
            found.append(Change(key[0], key[1], was, now, key[2]))
    return tuple(found)
