"""What engagements are made of: questions, events, errors, and the days after which to remind (对接)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from matcher.errors import XieshouError
from matcher.model import Engagement, EngagementStage

# Days without an event after which somebody has to ask how it stands; each can be set.
DAYS: Mapping[EngagementStage, int] = {
    EngagementStage.RECOMMENDED: 7,
    EngagementStage.INTRODUCED: 14,
    EngagementStage.TALKS: 30,
    EngagementStage.CONTRACT: 60,
    EngagementStage.DELIVERY: 90,
}
# How the reason of an end begins that says the goods do not fit: from these the ranking learns.
UNFIT = ("品名不同", "规格不符", "产能不足")
FACTS = (
    "amount", "quantity", "unit", "contract_number", "signed_on", "deliver_from", "deliver_until",
)  # fmt: skip


class EngagementError(XieshouError):
    """What cannot be done with an engagement; the text says why and what to do."""


class StaleEngagementError(EngagementError):
    """Somebody else has written to the engagement since it was shown."""


class EventKind(StrEnum):
    """What an event of an engagement is. The value is the program's word."""

    BEGIN = "begin"
    STEP = "step"
    FOLLOW = "follow"
    ARRANGE = "arrange"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True)
class Question:
    """Which engagements are asked for; what is empty asks for all.

    Attributes:
        stage: Label of a stage; empty for all that are not ended, ``全部`` for all.
        officer: Key of the 服务专员 as text, ``0`` for none.
        stale: Only those that are overdue.
        chain: Of the demand.
        q: Part of a firm's or a product's name, an id or a contract number.
    """

    stage: str = ""
    officer: str = ""
    stale: bool = False
    chain: str = ""
    q: str = ""


ALL_STAGES = "全部"


@dataclass(frozen=True, slots=True)
class StoredEngagement:
    """An engagement as a reader of a scope may see it.

    Attributes:
        id: Key.
        engagement: What it is now.
        version: Number of its last event.
        opened: Whether the two sides know of each other.
        hidden: Whether this reader must not learn whose the demand is.
        leader: The buyer; empty where hidden.
        demand_product: What is wanted.
        chain: Of the demand.
        enterprise: The supplier.
        supply_product: What is offered.
        officer: Name of the 服务专员.
        officer_id: Key of the 服务专员.
        due_on: Day by which the next step is due: as set, or by the days of its stage.
        due_set: Whether somebody set that day.
        stale: That day has passed, and it has not ended.
        origin: ``accepted``, ``request`` or ``hand``.
        reason: Why it was begun by hand.
        begun_at: In UTC.
        stage_at: Since when it is in its stage.
        last_at: When anything was last written to it.
    """

    id: int
    engagement: Engagement
    version: int
    opened: bool
    hidden: bool
    leader: str
    demand_product: str
    chain: str
    enterprise: str
    supply_product: str
    officer: str
    officer_id: int | None
    due_on: str
    due_set: bool
    stale: bool
    origin: str
    reason: str
    begun_at: str
    stage_at: str
    last_at: str

    def record(self) -> dict[str, Any]:
        """As plain data, for files and programs."""
        said, stage = asdict(self.engagement), self.engagement.stage.value
        names = ("leader", "chain", "demand_product", "enterprise", "supply_product", "officer",
                 "due_on", "stale", "origin", "reason", "begun_at", "last_at")  # fmt: skip
        return {"engagement_id": self.id} | said | {"stage": stage} | {
            name: getattr(self, name) for name in names
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class EngagementEvent:
    """One event; to firms ``actor`` is empty, and ``note`` too unless it was shared with them."""

    number: int
    kind: EventKind
    stage: EngagementStage
    at: str
    actor: str
    note: str
    shared: bool
    officer: str
    due_on: str
    facts: Mapping[str, Any]
