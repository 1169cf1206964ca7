"""The command that looks: ``show``."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from matcher.cli.common import console, db_option, echo_json, json_option
from matcher.cli.failures import like
from matcher.errors import NotFoundError
from matcher.text import fold

if TYPE_CHECKING:
    from matcher.store import StoredSuggestion


@click.command()
@click.argument("demand_id", metavar="DEMAND")
@db_option
@json_option
def show(demand_id: str, db: Path, *, as_json: bool) -> None:
    """看一条需求的建议和每条建议的理由（最近一次撮合）。

    \b
    例：
        xieshou show D001 --db xieshou.db
    """
    from matcher.catalogue.suggestions import suggestion_record
    from matcher.records import quantity_text, row_record
    from matcher.store import EVERYTHING, Store

    with Store(db, create=False) as store:
        demands = {d.demand_id: d for d in store.lists.demands(EVERYTHING)}
        demand = demands.get(demand_id)
        if demand is None:
            raise NotFoundError(_no_such(demand_id, demands))
        run_id = store.runs.latest()
        if run_id is None:
            raise NotFoundError("还没有撮合过，请先执行 xieshou run")
        found = store.runs.suggestions(run_id, EVERYTHING, demand_id=demand_id)
        gap = demand_id in store.runs.gaps(run_id, EVERYTHING)
        supplies = {row.supply_id: row for row in store.lists.supplies(EVERYTHING)}
    if as_json:
        echo_json(
            {
                "run_id": run_id,
                "demand": row_record(demand),
                "gap": gap,
                "suggestions": [
                    suggestion_record(s.suggestion)
                    | {"verdict": s.verdict.value if s.verdict else None, "changed": s.changed}
                    | {"supply": row_record(supplies[s.suggestion.supply_id])}
                    for s in found
                ],
            }
        )
        return
    out = console()
    out.print(
        f"{demand.demand_id} {demand.leader}：{demand.product_name} {demand.spec} {quantity_text(demand)}"
        + ("　【断点：没有把握足够的供给】" if gap else ""),
    )
    for stored in found:
        s, supply = stored.suggestion, supplies[stored.suggestion.supply_id]
        place = f"（{supply.county}）" if supply.county else ""
        marks = [f"【{text}】" for text in _marks(stored)]
        out.print(
            f"\n{s.rank}. {supply.enterprise}{place}{s.supply_product} {supply.spec} "
            f"{quantity_text(supply)}　把握 {s.probability:.1%}{''.join(marks)}"
        )
        table = Table(show_header=False, box=None, padding=(0, 1))
        table.add_row("", "基准", f"{s.explanation.base:+.2f}", "")
        for c in s.explanation.lines:
            table.add_row("", c.group, f"{c.points:+.2f}", c.sentence or f"{c.group}方面的其他因素")
        out.print(table)
    if not found:
        out.print("没有候选供给")


def _no_such(demand_id: str, ids: Iterable[str]) -> str:
    """What to say of an id that is none, with the ids that may have been meant."""
    folded: dict[str, str] = {}
    for known in ids:
        folded.setdefault(fold(known), known)
    if not folded:
        return "数据库里还没有需求，请先用 xieshou import 导入需求清单"
    wanted = fold(demand_id)
    near = [wanted] if wanted in folded else get_close_matches(wanted, folded, cutoff=0.75)
    meant = like(folded[name] for name in near) or "，请核对编号"
    return f"数据库里没有编号为“{demand_id}”的需求{meant}"


def _marks(stored: StoredSuggestion) -> list[str]:
    """What is to be said of a suggestion at a glance."""
    from matcher.catalogue.workbook import VERDICT_LABELS

    marks = ["现有供应商"] if stored.suggestion.already_supplying else []
    if stored.verdict:
        marks.append(f"已审核：{VERDICT_LABELS[stored.verdict]}")
    if stored.changed:
        marks.append(f"内容在{'审核' if stored.verdict else '撮合'}之后变了")
    return marks
