"""A plan as people read it in the shell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from matcher.cli.common import console, local, say_some
from matcher.records import quantity_text
from matcher.text import number_text

if TYPE_CHECKING:
    from matcher.allocation import Answers
    from matcher.planning import Planned
    from matcher.store import StoredPlan


def show(asked: Planned, answers: Answers) -> None:
    """The whole plan: a table, what is uncovered, what was assumed, what changed."""
    out, plan, changed = console(), answers.plan, asked.changes(answers)
    rest = {u.demand_id: u for u in plan.uncovered}
    served = {a.demand_id for a in plan.assignments}
    full = len(served - rest.keys())
    out.print(
        f"第 {asked.run_id} 次撮合的分配方案：需求 {len(asked.instance.demands)} 项，全部满足 {full} 项，"
        f"满足一部分 {len(served) - full} 项，没有安排 {len(rest.keys() - served)} 项"
    )
    out.print(
        f"供方 {len({a.supply_id for a in plan.assignments})} 家次，期望价值 {plan.value:.2f}"
        f"（上界 {plan.bound:.2f}，差距 {plan.gap:.2%}{'' if plan.proven else '，到了时限'}）"
    )
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for heading in ("需求", "供方", "数量", "占需求", "把握", "还缺"):
        table.add_column(heading, overflow="fold")
    shown = ""
    for a in plan.assignments:
        demand, supply = asked.demands[a.demand_id], asked.supplies[a.supply_id]
        again, shown = a.demand_id == shown, a.demand_id
        left = rest.get(a.demand_id)
        table.add_row(
            "" if again else f"{a.demand_id} {demand.product_name}",
            f"{a.supply_id} {supply.enterprise}",
            _amount(a.quantity, a.unit),
            f"{a.share:.0%}",
            f"{answers.candidates[a.pair].probability:.0%}",
            _amount(left.quantity, left.unit) if left and not again else "",
        )
    out.print(table)
    lines: dict[str, list[str]] = defaultdict(list)
    lines["断点"] = [
        f"{u.demand_id} {asked.demands[u.demand_id].product_name}：缺 {_amount(u.quantity, u.unit)}"
        for u in plan.uncovered
    ]
    lines["说明"] = [*asked.notes, *plan.notes]
    lines["假定"] = list(plan.assumptions)
    lines["与上一版相比"] = [c.sentence for c in changed or ()]
    if changed is not None and not changed:
        lines["与上一版相比"] = ["没有变化"]
    for heading, said in lines.items():
        if said:
            out.print(f"\n{heading}（{len(said)} 条）：")
            say_some(said, "加 --json 看全部")


def _amount(quantity: float, unit: str) -> str:
    return f"{number_text(round(quantity, 2) if quantity >= 1 else quantity)} {unit}".strip()


def show_demand(asked: Planned, answers: Answers, demand_id: str) -> None:
    """One demand: its suppliers, their successors, and the reason of every pair."""
    out = console()
    from matcher.planning import known

    known(demand_id, asked.demands, "需求")
    row = asked.demands[demand_id]
    out.print(f"{demand_id} {row.leader}：{row.product_name} {row.spec} {quantity_text(row)}")
    if demand_id not in answers.demands:
        out.print("需求量是 0，不作安排")
        return
    answer = answers.demand(demand_id)
    out.print(
        f"已安排 {answer.covered:.1%}，还缺 {_amount(answer.remaining, answer.unit)}"
        if answer.remaining
        else "已全部安排"
    )
    for given, next_ in zip(answer.suppliers, answer.successors, strict=True):
        backup = (
            f"若它退出，由 {next_.supply_id} 顶上 {_amount(next_.quantity, answer.unit)}"
            if next_.supply_id
            else "若它退出，没有后备"
        )
        out.print(f"  {given.supply_id}：{_amount(given.quantity, given.unit)}；{backup}")
    out.print("各建议：")
    pairs = [c.pair for c in asked.instance.candidates if c.demand_id == demand_id]
    pairs += [(e.demand_id, e.supply_id) for e in asked.instance.exclusions
              if e.demand_id == demand_id]  # fmt: skip
    for pair in pairs:
        out.print(f"  {pair[1]} {asked.supplies[pair[1]].enterprise}：{answers.why(pair)}")
    if not pairs:
        out.print("  没有建议")


def show_supply(asked: Planned, answers: Answers, supply_id: str) -> None:
    """One supply: its buyers, what is left, and the reason of every pair."""
    out = console()
    from matcher.planning import known

    known(supply_id, asked.supplies, "供给")
    row = asked.supplies[supply_id]
    out.print(f"{supply_id} {row.enterprise}：{row.product_name} {row.spec} {quantity_text(row)}")
    if supply_id not in answers.supplies:
        out.print("没有一条达到把握的建议，产能没有安排")
        return
    answer = answers.supply(supply_id)
    out.print(
        f"产能 {_amount(answer.capacity, answer.unit)}，已用 {_amount(answer.used, answer.unit)}，"
        f"剩 {_amount(answer.left, answer.unit)}"
    )
    for demand_id, quantity in answer.buyers:
        buyer = asked.demands[demand_id]
        amount = _amount(quantity, answer.unit)
        out.print(f"  供给 {demand_id} {buyer.leader} {buyer.product_name}：{amount}")
    out.print("各建议：")
    for c in asked.instance.candidates:
        if c.supply_id == supply_id:
            out.print(f"  {c.demand_id}：{answers.why(c.pair)}")


def show_plans(found: Sequence[StoredPlan]) -> None:
    """The plans that are kept, the newest first."""
    if not found:
        console().print("还没有存下的方案，用 xieshou plan --keep 存一个")
        return
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for heading in (
        "方案",
        "时间",
        "谁",
        "撮合",
        "上一版",
        "需求",
        "全部满足",
        "部分满足",
        "没有",
        "企业",
        "价值",
    ):
        table.add_column(heading, overflow="fold")
    for p in found:
        counts = (p.demands, p.whole, p.partly, p.uncovered, p.firms)
        table.add_row(
            str(p.id), local(p.made_at), p.made_by, str(p.run_id), str(p.before_id or "—"),
            *map(str, counts), f"{p.value:.2f}",
        )  # fmt: skip
    console().print(table)


def show_assignments(plan: StoredPlan, rows: Sequence[Mapping[str, Any]]) -> None:
    """One plan that is kept: who supplies how much to whom."""
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for heading in ("需求", "供给", "数量", "占需求"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        amount = _amount(row["quantity"], row["unit"])
        table.add_row(row["demand_id"], row["supply_id"], amount, f"{row['share']:.0%}")
    out = console()
    out.print(f"第 {plan.id} 号方案，{local(plan.made_at)}，{plan.assignments} 项安排")
    out.print(table)
