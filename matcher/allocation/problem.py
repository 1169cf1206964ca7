"""What a plan is asked: demands, supplies, the pairs that may trade, and the rules (分配问题).

Everything is per year. A pair knows its ``load``: the part of the supply's capacity that covering
the whole need would take. Units meet nowhere else, so one programme holds 吨, 条 and 项.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from matcher.errors import XieshouError

Pair = tuple[str, str]  # demand_id, supply_id
LEAST_LOT = 1e-4  # a smaller part of a need is no lot: it drowns in the solver's tolerance
BACKUP_LOT = 0.1  # part of a need from which a second supplier counts, where no lot is said


@dataclass(frozen=True, slots=True)
class DemandNode:
    """A demand as the plan sees it.

    Attributes:
        demand_id: Id of the row.
        quantity: Yearly need in ``unit``, above 0.
        unit: Unit of the need, ``项`` where the need is assumed.
        label: How sentences call it.
    """

    demand_id: str
    quantity: float
    unit: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class SupplyNode:
    """A supply row as the plan sees it; the products of one row share one capacity.

    Attributes:
        supply_id: Id of the row.
        capacity: Yearly capacity in ``unit``, 0 or more.
        unit: Unit of the capacity, ``项`` where it is assumed.
        firm: Key of the enterprise; rows of one firm count as one supplier. Empty: the row alone.
        label: How sentences call it.
    """

    supply_id: str
    capacity: float
    unit: str
    firm: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that may trade.

    Attributes:
        demand_id: Id of the demand row.
        supply_id: Id of the supply row.
        probability: Probability that a reviewer would accept, 0 to 1.
        load: Supply's capacities that the whole need takes, above 0; infinite without capacity.
        weight: Product of the weights of category, tier and wish, 0 or more.
    """

    demand_id: str
    supply_id: str
    probability: float
    load: float
    weight: float = 1.0

    @property
    def pair(self) -> Pair:
        """The two ids."""
        return self.demand_id, self.supply_id

    @property
    def value(self) -> float:
        """What covering the whole need by this supply adds to the plan."""
        return self.probability * self.weight


@dataclass(frozen=True, slots=True)
class Floor:
    """A least part for a group of supplies (保底), such as a county's.

    Attributes:
        label: The group's name.
        supplies: Ids of its rows.
        share: Least part of all needs that have a candidate, 0 to 1.
    """

    label: str
    supplies: frozenset[str]
    share: float


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A suggested pair that was left out before anything was planned, and why, in Chinese."""

    demand_id: str
    supply_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem to be planned; the order of its parts changes nothing.

    Attributes:
        demands: Each id once.
        supplies: Each id once.
        candidates: Each pair once, of ids above.
        pins: Pair → part of the need that the plan should give it at least (钉住).
        floors: Least parts for groups of supplies.
        previous: Pair → part of the need in the plan before (上一版方案).
        exclusions: Pairs left out, for the answers.
        assumptions: What was assumed of the lists, in Chinese.
    """

    demands: tuple[DemandNode, ...]
    supplies: tuple[SupplyNode, ...]
    candidates: tuple[Candidate, ...]
    pins: Mapping[Pair, float] = field(default_factory=lambda: MappingProxyType({}))
    floors: tuple[Floor, ...] = ()
    previous: Mapping[Pair, float] = field(default_factory=lambda: MappingProxyType({}))
    exclusions: tuple[Exclusion, ...] = ()
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """Rules of a plan (方案选项). The first group is obeyed always, the second at a price.

    Attributes:
        max_suppliers: Firms that one demand may be given, at most; None for any number.
        minimum_lot: Least part of a need that a chosen firm supplies, from :data:`LEAST_LOT` to 1,
            or 0 for none (起订份额).
        exposure: Demands that one firm may be recommended to, at most; None for any number.
        backups: Whether two firms for one need are sought (备份供应商). A firm then counts, and is
            chosen, from ``minimum_lot`` on, which is 0.1 where nothing is said.
        backup_price: Value of a demand's having two firms.
        pin_price: Value lost for each whole need by which pinned pairs fall short.
        floor_price: Value lost for each whole need by which floors fall short.
        stability: Value of each whole need that stays with who had it in the plan before.
        gap: Relative gap to the bound at which the search ends.
        time_limit: Seconds for the search; afterwards the best plan found is given.
    """

    max_suppliers: int | None = None
    minimum_lot: float = 0.0
    exposure: int | None = None
    backups: bool = False
    backup_price: float = 1.0
    pin_price: float = 100.0
    floor_price: float = 10.0
    stability: float = 0.0
    gap: float = 1e-3
    time_limit: float = 60.0

    def __post_init__(self) -> None:
        """Refuse what can have no meaning.

        Raises:
            XieshouError: A count below 1, a part outside its range, a negative price or limit.
        """
        for name, count in (("供方数上限", self.max_suppliers), ("推荐次数上限", self.exposure)):
            if count is not None and count < 1:
                raise XieshouError(f"{name}是 {count}，应是 1 或更大的整数，不限就不写")
        if self.minimum_lot and not LEAST_LOT <= self.minimum_lot <= 1:
            raise XieshouError(
                f"起订份额是 {self.minimum_lot:g}，应在 {LEAST_LOT:g} 与 1 之间，不限就写 0"
            )
        amounts = (self.backup_price, self.pin_price, self.floor_price, self.stability)
        if not all(0 <= amount < float("inf") for amount in (*amounts, self.gap)):
            raise XieshouError("方案选项里的价格和精度应是 0 或正数")
        if not self.time_limit > 0:
            raise XieshouError(f"时限是 {self.time_limit} 秒，应大于 0")

    @property
    def lot(self) -> float:
        """The least part of a need that holds, see ``backups``."""
        return self.minimum_lot or (BACKUP_LOT if self.backups else 0.0)

    @property
    def integer(self) -> bool:
        """Whether any rule needs whole decisions, which make the programme a mixed-integer one."""
        return bool(self.lot) or self.max_suppliers is not None or self.exposure is not None
