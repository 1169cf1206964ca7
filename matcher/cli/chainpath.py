"""Command ``chain path``: how two firms or products hang together."""

from __future__ import annotations

from pathlib import Path

import click

from matcher.cli.chain import prefecture_option, session
from matcher.cli.common import console, db_option, echo_json, json_option

_VERBS = {
    "contracted": "供货给", "accepted": "经审核可供给", "suggested": "预测能供给", "makes": "在做",
    "needs": "要", "feeds": "用来做", "broader": "属于",
}  # fmt: skip


@click.command()
@click.argument("one", metavar="企业或产品")
@click.argument("other", metavar="企业或产品")
@db_option
@prefecture_option
@json_option
def path(one: str, other: str, db: Path, prefecture: str, *, as_json: bool) -> None:
    """看两个企业或产品怎样连着：最近的一条路，每一步是什么关系。

    \b
    例：
        xieshou chain path 新疆甲铜业有限公司 博乐乙金属有限公司 --db xieshou.db
    """
    from matcher.chain.analysis import relations
    from matcher.chain.records import node_record

    with session(db, prefecture) as opened:
        graph = opened.graph
        nodes = relations.path(graph, opened.find(one), opened.find(other))
        steps = relations.steps(graph, nodes)
    if as_json:
        echo_json(
            {
                "nodes": [node_record(graph, node) for node in nodes],
                "steps": [
                    {"source": s.source, "kind": s.kind.value, "target": s.target} for s in steps
                ],
            }
        )
        return
    out = console()
    if not nodes:
        out.print(f"“{one}”和“{other}”没有连着")
        return
    out.print(f"最近的一条路，{len(steps)} 步：")
    for s in steps:
        out.print(f"    {graph.name(s.source)} {_VERBS[s.kind]} {graph.name(s.target)}")
