"""The nouns of the house: enterprises, demands, supplies, quantities, suggestions.

Everything here is a frozen dataclass or an enumeration without behaviour beyond its own
consistency. Nothing is imported from the other rooms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ListKind(StrEnum):
    """What a list holds: 需求清单 or 供给清单."""

    DEMAND = "demand"
    SUPPLY = "supply"


class DemandCategory(StrEnum):
    """What a chain leader buys in (类别). The value is the Chinese label used outside Python."""

    RAW_MATERIAL = "关键原材料"
    COMPONENT = "关键零部件"
    FACTOR = "关键要素"


class Tier(StrEnum):
    """Level of gradient cultivation (梯度). The value is the Chinese label."""

    NONE = ""
    INNOVATIVE = "创新型"
    SPECIALISED = "专精特新"
    LITTLE_GIANT = "小巨人"


class Disclosure(StrEnum):
    """How far a demand may be shown (公开范围)."""

    OPEN = "公开"
    ANONYMOUS = "匿名"
    BUREAU = "仅主管部门"

    @classmethod
    def of(cls, cell: str) -> Disclosure:
        """What a cell says for everything that leaves the bureau: firms' eyes, catalogues.

        An empty cell is 匿名: nobody has agreed to more. What is none of the words is for the
        bureau alone.
        """
        if not cell:
            return cls.ANONYMOUS
        return cls(cell) if cell in set(cls) else cls.BUREAU


class Verdict(StrEnum):
    """A reviewer's decision (审核) on a suggestion."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as written on a list, with 万 and 亿 resolved (产能规模, 年需求量).

    Attributes:
        low: Lower end in ``unit``; None where the text gives only an upper end or no number.
        high: Upper end in ``unit``; equal to ``low`` for one number, None where open (``≥500``).
        unit: The unit as written (``吨``, ``条``), without the period; empty when none was given.
        period: ``year``, ``month``, ``day`` or empty when the text names none.
        approximate: True for 约, 左右, 近 and the like.
        text: The text that was read.
    """

    low: float | None
    high: float | None
    unit: str = ""
    period: str = ""
    approximate: bool = False
    text: str = ""

    @property
    def known(self) -> bool:
        """Whether any number was given (false for 若干, 面议)."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row came from: list file, sheet (or table) and 1-based row in it."""

    file: str = ""
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """One row of a 主要配套产品需求清单.

    ``demand_id`` is the id as given (then ``id_given``), else the row number. ``products`` are the product names in
    the cell: usually one, several for ``阀门、法兰、管件``; they share ``annual_quantity``.
    """

    demand_id: str
    product_name: str
    products: tuple[str, ...] = ()
    chain: str = ""
    leader: str = ""
    category: str = ""
    spec: str = ""
    standard: str = ""
    annual_quantity: Quantity | None = None
    unit: str = ""
    county: str = ""
    requirement: str = ""
    current_supplier: str = ""
    current_source: str = ""
    disclosure: str = ""
    valid_until: str = ""
    note: str = ""
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    source: Source = Source()
    id_given: bool = False

    @property
    def row_id(self) -> str:
        """The id of the row, whatever the kind of list."""
        return self.demand_id

    @property
    def owner(self) -> str:
        """The firm the row belongs to."""
        return self.leader

    @property
    def quantity(self) -> Quantity | None:
        """The quantity of the row, whatever the kind of list."""
        return self.annual_quantity


@dataclass(frozen=True, slots=True)
class Supply:
    """One row of a 中小企业产品供给清单; see :class:`Demand` for ids and ``products``."""

    supply_id: str
    product_name: str
    products: tuple[str, ...] = ()
    enterprise: str = ""
    credit_code: str = ""
    county: str = ""
    tier: str = ""
    spec: str = ""
    standard: str = ""
    annual_capacity: Quantity | None = None
    unit: str = ""
    certificates: str = ""
    intended_buyers: str = ""
    valid_until: str = ""
    description: str = ""
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    source: Source = Source()
    id_given: bool = False

    @property
    def row_id(self) -> str:
        """The id of the row, whatever the kind of list."""
        return self.supply_id

    @property
    def owner(self) -> str:
        """The firm the row belongs to."""
        return self.enterprise

    @property
    def quantity(self) -> Quantity | None:
        """The quantity of the row, whatever the kind of list."""
        return self.annual_capacity


Row = Demand | Supply


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found in a list that a person should look at.

    Attributes:
        sheet: Sheet or table, empty for the whole file.
        row: 1-based data row it belongs to, None for the whole sheet or file.
        column: Heading of the column, empty when it is the row as a whole.
        text: What was read.
        message: What is wrong, in Chinese.
        advice: What to do, in Chinese.
        lost: True where the row could not become a row of the list.
    """

    sheet: str
    row: int | None
    column: str
    text: str
    message: str
    advice: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no data (标题, 表头, 小计, 备注, 空行), counted and not lost."""

    sheet: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A firm (企业) as the lists speak of it.

    ``roles`` holds ``chain_leader``, ``backbone``, ``sme``; a leader may also supply.
    """

    name: str
    credit_code: str = ""
    county: str = ""
    tier: str = ""
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature adds to a suggestion's log-odds.

    Attributes:
        feature: Name of the feature.
        group: 名称, 规格, 标准, 类别, 数量, 区位, 资质 or 意向.
        value: The feature's value, without unit.
        points: Its part of the log-odds; all parts and the base add up to the score exactly.
        sentence: The reason in plain Chinese; empty for features with nothing to say.
    """

    feature: str
    group: str
    value: float
    points: float
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a pair has its score (理由): ``logit(probability) = base + Σ points``."""

    base: float
    contributions: tuple[Contribution, ...]

    @property
    def log_odds(self) -> float:
        """Base and contributions added up, left to right."""
        total = self.base
        for contribution in self.contributions:
            total += contribution.points
        return total

    @property
    def sentences(self) -> tuple[str, ...]:
        """Sentences of the contributions, the weightiest first."""
        spoken = [c for c in self.contributions if c.sentence]
        spoken.sort(key=lambda c: -abs(c.points))
        return tuple(c.sentence for c in spoken)

    @property
    def lines(self) -> tuple[Contribution, ...]:
        """Contributions as people read them, the weightiest first.

        Those of a group that have no sentence are added up to one, which has neither feature nor
        sentence.
        """
        lines = [c for c in self.contributions if c.sentence]
        silent: dict[str, float] = {}
        for c in self.contributions:
            if not c.sentence:
                silent[c.group] = silent.get(c.group, 0.0) + c.points
        lines += [Contribution("", group, 0.0, points, "") for group, points in silent.items()]
        return tuple(sorted(lines, key=lambda c: -abs(c.points)))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One supply suggested for one demand (匹配建议).

    Attributes:
        demand_id: Id of the demand row.
        supply_id: Id of the supply row.
        rank: 1 for the best supply of the demand.
        probability: Probability that a reviewer would accept, 0 to 1, rounded to 1e-6.
        explanation: Base and contributions of the log-odds.
        demand_product: The product of the demand row that matched (of several in one cell).
        supply_product: The product of the supply row that matched.
        already_supplying: The supply's firm is the demand's present supplier.
    """

    demand_id: str
    supply_id: str
    rank: int
    probability: float
    explanation: Explanation
    demand_product: str = ""
    supply_product: str = ""
    already_supplying: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer said of a pair; it cites key and content hash of both rows."""

    demand_id: str
    supply_id: str
    verdict: Verdict
    reason: str = ""
    reviewer: str = ""
    decided_at: str = ""


DEMAND_KEYS = (
    "demand_id", "chain", "leader", "product_name", "category", "spec", "standard",
    "annual_quantity", "unit", "county", "requirement", "current_supplier", "current_source",
    "disclosure", "valid_until", "note",
)  # fmt: skip
SUPPLY_KEYS = (
    "supply_id", "enterprise", "credit_code", "county", "tier", "product_name", "spec", "standard",
    "annual_capacity", "unit", "certificates", "intended_buyers", "valid_until", "description",
)  # fmt: skip


def keys_of(kind: ListKind) -> tuple[str, ...]:
    """Column keys of a kind of list, in the order of the design."""
    return DEMAND_KEYS if kind is ListKind.DEMAND else SUPPLY_KEYS


def id_key(kind: ListKind) -> str:
    """Key of the id column."""
    return "demand_id" if kind is ListKind.DEMAND else "supply_id"


def quantity_key(kind: ListKind) -> str:
    """Key of the quantity column."""
    return "annual_quantity" if kind is ListKind.DEMAND else "annual_capacity"


def owner_key(kind: ListKind) -> str:
    """Key of the column that names the firm."""
    return "leader" if kind is ListKind.DEMAND else "enterprise"
