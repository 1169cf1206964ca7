"""A plan of what the store holds: its last run, its decisions, its contracts (从数据库作方案).

The command line and the pages plan through this one place, so both give the same plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from matcher.allocation import (
    Answers,
    Assignment,
    Change,
    Contract,
    Instance,
    Options,
    Pair,
    Policy,
    build,
    changes,
    solve,
)
from matcher.errors import NotFoundError, XieshouError
from matcher.model import Demand, Supply, Verdict
from matcher.store import EVERYTHING, Store


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chooses for a plan (方案选项); what is not chosen stays as it is here.

    Attributes:
        max_suppliers: Firms for one demand at most; None for any number.
        backups: Whether two firms for one demand are sought.
        min_lot: Least part of a need that a chosen firm supplies, 0 to 1.
        exposure: Demands that one firm is recommended to at most; None for any number.
        micro_floor: Least part of all needs for firms without a title, 0 to 1.
        county_floors: County of the supplier → least part of all needs.
        weights: Category of demand or tier of supplier → factor of value.
        wish_weight: Factor of value where one side names the other.
        pin_accepted: Whether what reviewers accepted is pinned.
        pins: Pairs that the plan should hold.
        forbidden: Pairs that it must not hold.
        stability: Value of each whole need that stays as it was in the plan before.
        min_score: Least probability; None for the one that the run counts as acceptable.
        assumed_load: Part of a capacity that a need takes where the two cannot be compared.
        gap: Relative gap to the bound at which the search ends.
        time_limit: Seconds for the search.
    """

    max_suppliers: int | None = None
    backups: bool = False
    min_lot: float = 0.0
    exposure: int | None = None
    micro_floor: float = 0.0
    county_floors: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    wish_weight: float = 1.0
    pin_accepted: bool = False
    pins: tuple[Pair, ...] = ()
    forbidden: tuple[Pair, ...] = ()
    stability: float = 0.1
    min_score: float | None = None
    assumed_load: float = 1.0
    gap: float = 0.001
    time_limit: float = 60.0

    def record(self) -> dict[str, Any]:
        """As plain data, which :meth:`of` reads back."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Choices:
        """What was written by :meth:`record`, through JSON or not."""
        pairs = {
            name: tuple((str(d), str(s)) for d, s in record.get(name, ()))
            for name in ("pins", "forbidden")
        }
        return cls(**{**record, **pairs})


@dataclass(frozen=True, slots=True)
class Planned:
    """What is planned, and the rows it speaks of.

    Attributes:
        run_id: The run whose suggestions are planned.
        choices: What was chosen.
        instance: The problem.
        demands: Demand id → row.
        supplies: Supply id → row.
        before: The assignments of the plan before, where there is one.
        notes: What a reader of the plan should know, in Chinese.
    """

    run_id: int
    choices: Choices
    instance: Instance
    demands: Mapping[str, Demand]
    supplies: Mapping[str, Supply]
    before: tuple[Assignment, ...] | None
    notes: tuple[str, ...]

    def solve(self) -> Answers:
        """The plan, with what people ask of it."""
        chosen = self.choices
        options = Options(
            max_suppliers=chosen.max_suppliers,
            minimum_lot=chosen.min_lot,
            exposure=chosen.exposure,
            backups=chosen.backups,
            stability=0.0 if self.before is None else chosen.stability,
            gap=chosen.gap,
            time_limit=chosen.time_limit,
        )
        return Answers(self.instance, options, solve(self.instance, options))

    def changes(self, answers: Answers) -> tuple[Change, ...] | None:
        """What differs from the plan before; None where there is none."""
        return None if self.before is None else changes(self.before, answers.plan.assignments)

    def record(self, answers: Answers) -> dict[str, Any]:
        """The whole answer as plain data for JSON."""
        plan, instance = answers.plan, self.instance
        pairs = [c.pair for c in instance.candidates]
        pairs += [(e.demand_id, e.supply_id) for e in instance.exclusions]
        changed = self.changes(answers)
        record = plan.record() | {
            "gap": round(plan.gap, 9),
            "proven": plan.proven,
            "run_id": self.run_id,
            "notes": [*self.notes, *plan.notes],
            "demands": [answers.demand(d.demand_id).record() for d in instance.demands],
            "supplies": [answers.supply(s.supply_id).record() for s in instance.supplies],
            "pairs": [
                {"demand_id": pair[0], "supply_id": pair[1], "reason": answers.why(pair)}
                for pair in sorted(pairs)
            ],
        }
        return record if changed is None else record | {"changes": [c.record() for c in changed]}


def known(row_id: str, rows: Mapping[str, Any], what: str) -> None:
    """Check that a row exists.

    Raises:
        NotFoundError: It does not.
    """
    if row_id not in rows:
        raise NotFoundError(f"数据库里没有编号为“{row_id}”的{what}，请核对编号")


def ask(store: Store, choices: Choices, before: tuple[Assignment, ...] | None = None) -> Planned:
    """The problem that the store's last run, decisions and contracts make with these choices.

    Args:
        store: Open; it is only read.
        choices: What was chosen.
        before: The assignments of the plan before.

    Raises:
        NotFoundError: Nothing was matched yet, or a pinned or forbidden id is not in the store.
        XieshouError: A weight or floor names what no list says, or a number has no meaning.
    """
    run_id = store.runs.latest()
    if run_id is None:
        raise NotFoundError("还没有撮合过，请先执行 xieshou run")
    acceptable = float(store.runs.get(run_id)["parameters"]["acceptable"])
    flagged = store.risks.supply_ids()
    found = store.runs.suggestions(run_id, EVERYTHING)
    stored = [s for s in found if s.suggestion.supply_id not in flagged]
    demands = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    decisions = store.decisions.latest()
    for demand_id, supply_id in (*choices.pins, *choices.forbidden):
        known(demand_id, demands, "需求")
        known(supply_id, supplies, "供给")
    valid = {pair: d.decision.verdict for pair, d in decisions.items() if not d.changed}
    accepted = {p for p, v in valid.items() if v is Verdict.ACCEPTED and choices.pin_accepted}
    policy = Policy(
        min_probability=acceptable if choices.min_score is None else choices.min_score,
        assumed_load=choices.assumed_load,
        weights=choices.weights,
        wish_weight=choices.wish_weight,
        micro_floor=choices.micro_floor,
        county_floors=choices.county_floors,
    )
    _check_labels(policy, demands, supplies)
    instance = build(
        demands.values(), supplies.values(), (s.suggestion for s in stored), policy,
        pins=accepted | set(choices.pins),
        forbidden={p for p, v in valid.items() if v is Verdict.REJECTED} | set(choices.forbidden),
        previous={a.pair: (a.quantity, a.unit) for a in before or ()},
        contracts=_contracts(store),
    )  # fmt: skip
    notes = _stale(stored, decisions)
    if left := len(found) - len(stored):
        notes += (f"有 {left} 条建议的企业在风险名单里，没有安排",)
    return Planned(run_id, choices, instance, demands, supplies, before, notes)


def kept(store: Store, plan_id: int) -> tuple[Assignment, ...]:
    """The assignments of a plan that the store keeps.

    Raises:
        NotFoundError: There is none of that number.
    """
    store.plans.get(plan_id)
    return tuple(Assignment(**row) for row in store.plans.assignments(plan_id))


def _contracts(store: Store) -> tuple[Contract, ...]:
    return tuple(Contract(**row) for row in store.monthly.contracted())


def _stale(stored: list[Any], decisions: Mapping[Any, Any]) -> tuple[str, ...]:
    notes = []
    if old := sum(s.changed and s.verdict is None for s in stored):
        notes.append(f"有 {old} 条建议的内容在撮合之后变了，请重新 xieshou run 再分配")
    if old := sum(d.changed for d in decisions.values()):
        notes.append(f"有 {old} 条审核结果对应的内容后来变了，分配时没有采用，请重新审核")
    return tuple(notes)


def _check_labels(
    policy: Policy, demands: Mapping[str, Demand], supplies: Mapping[str, Supply]
) -> None:
    labels = {d.category for d in demands.values()} | {s.tier for s in supplies.values()}
    counties = {s.county for s in supplies.values()}
    for name, names, option in (*((w, labels, "--weight") for w in policy.weights),
                                *((c, counties, "--county-floor") for c in policy.county_floors)):  # fmt: skip
        if name not in names:
            there = "、".join(sorted(filter(None, names))) or "没有"
            raise XieshouError(f"{option} 写的“{name}”清单里没有，清单里有：{there}")
