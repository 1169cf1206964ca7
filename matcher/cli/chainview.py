"""What ``chain show`` says: the chains at a glance, one chain by stages, open questions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table

from matcher.cli.common import console, echo_json, say_some

if TYPE_CHECKING:
    from matcher.chain.attach import Attachment
    from matcher.chain.session import ChainSession
    from matcher.chain.template import Chain


_WIDTH = 110  # of the table, also where a screen is narrower: figures are not to be cut


def overview(opened: ChainSession, *, as_json: bool) -> None:
    """Figures of every chain."""
    from matcher.chain.overview import health

    found = health(opened)
    if as_json:
        echo_json([asdict(figures) for figures in found])
        return
    table = Table(box=None, padding=(0, 1))
    headings = (
        "产业链",
        "环节",
        "产品",
        "在做",
        "链主",
        "需求",
        "断点",
        "仅外地有",
        "堵点",
        "配套率",
        "来源不明",
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "产业链" else "right")
    for f in found:
        rate = "" if f.local_rate is None else f"{f.local_rate:.0%}"
        counts = (
            f.stages,
            f.products,
            f.made,
            f.leaders,
            f.demands,
            f.gaps,
            f.local_gaps,
            f.bottlenecks,
        )
        table.add_row(f.chain or "（未填）", *map(str, counts), rate, str(f.unknown_sources))
    out = console()
    out.width = max(out.width, _WIDTH)
    out.print(table)
    graph = opened.graph
    console().print(
        f"清单里有 {len(graph.questions)} 个产品归到哪里有疑问，{len(graph.unattached)} 个没有归入"
        "（xieshou chain show --questions 可查看）"
    )


def one(opened: ChainSession, chain: Chain, *, as_json: bool) -> None:
    """One chain by stages."""
    from matcher.chain.overview import stages

    found = stages(opened.graph, chain)
    if as_json:
        echo_json(
            {
                "chain": chain.name,
                "title": chain.title,
                "stages": [
                    {
                        "name": view.name,
                        "position": view.position,
                        "products": [
                            {"name": name, "makers": list(makers), "leaders": list(leaders)}
                            for name, makers, leaders in view.products
                        ],
                    }
                    for view in found
                ],
            }
        )
        return
    out = console()
    out.print(chain.title)
    for view in found:
        out.print(
            f"\n{view.position}　{view.name}（{len(view.products)} 个产品，{view.made} 个有企业做）"
        )
        for name, makers, leaders in view.products:
            who = f"　供：{'、'.join(makers)}" if makers else ""
            whom = f"　需：{'、'.join(leaders)}" if leaders else ""
            out.print(f"    {name}{who}{whom}")


def questions(opened: ChainSession, *, as_json: bool) -> None:
    """Products whose place is in doubt, and those without one."""
    from matcher.chain.records import attachment_record

    doubtful, none = opened.graph.questions, opened.graph.unattached
    if as_json:
        echo_json(
            {
                "questions": [attachment_record(a) for a in doubtful],
                "unattached": [attachment_record(a) for a in none],
            }
        )
        return
    say_some([f"{_place(a)}，对吗？" for a in doubtful], "用 --json 查看全部")
    console().print(f"有疑问 {len(doubtful)} 个，没有归入 {len(none)} 个")
    say_some([_place(a) for a in none], "用 --json 查看全部")


def _place(attachment: Attachment) -> str:
    near = "；".join(f"{c.ref[0]}·{c.ref[1]} {c.score:.0%}" for c in attachment.candidates[:3])
    return f"{attachment.row_id} {attachment.part} → {near or '没有相近的'}"
