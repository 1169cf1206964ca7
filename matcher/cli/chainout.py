"""Commands ``chain attract`` and ``chain export``: whom to bring in, and the graph as a file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.chain import chain_option, named, prefecture_option, session
from matcher.cli.common import console, db_option, echo_json, json_option, say_some
from matcher.cli.files import check_out, write_file
from matcher.errors import XieshouError
from matcher.text import number_text

if TYPE_CHECKING:
    from matcher.chain.analysis.attract import EmptyStage, Missing, Strength
    from matcher.chain.session import ChainSession

DRAWINGS = (".svg", ".json", ".graphml")


@click.command()
@db_option
@prefecture_option
@chain_option
@json_option
def attract(db: Path, prefecture: str, only: str | None, *, as_json: bool) -> None:
    """列出该引进什么：缺的产品和环节、谁要、上下游有什么；本地富余的产品能延伸到哪里。

    \b
    例：
        xieshou chain attract --db xieshou.db
    """
    from matcher.chain.analysis.attract import missing_products, missing_stages, strengths

    with session(db, prefecture) as opened:
        mine, demands = named(opened, only), opened.serving.demands
        missing = [
            m
            for m in missing_products(opened.serving)
            if any(mine(demands[i].chain) for i in m.demand_ids)
        ]
        stages = [s for s in missing_stages(opened.graph) if mine(s.chain)]
        nodes = opened.graph.graph.nodes
        strong = [
            s
            for s in strengths(opened.graph)
            if any(mine(nodes[stage]["chain"]) for stage in nodes[s.node]["stages"])
        ]
    if as_json:
        echo_json(
            {
                "missing": [asdict(m) for m in missing],
                "missing_stages": [asdict(s) for s in stages],
                "strengths": [asdict(s) for s in strong],
            }
        )
        return
    _say(missing, stages, strong)


def _say(missing: list[Missing], stages: list[EmptyStage], strong: list[Strength]) -> None:
    out = console()
    out.print(f"招商建议 {len(missing)} 项")
    say_some([_missing_line(rank, m) for rank, m in enumerate(missing, 1)], "用 --json 查看全部")
    out.print(f"\n清单里没有本地企业供货的环节 {len(stages)} 个（链主自己做的不在清单里）")
    say_some(
        [f"    {s.chain}·{s.stage}（{s.position}，{s.products} 个产品）" for s in stages],
        "用 --json 查看全部",
    )
    far = [s for s in strong if s.extensions]
    out.print(f"\n本地有富余的产品 {len(strong)} 个，其中 {len(far)} 个可以向下延伸")
    say_some([_strength_line(s) for s in far], "用 --json 查看全部")


def _missing_line(rank: int, m: Missing) -> str:
    amounts = "、".join(f"{number_text(amount)} {unit}" for unit, amount in m.quantities.items())
    where = f"（{'、'.join(m.stages)}）" if m.stages else ""
    elsewhere = "" if m.scope == "everywhere" else "，外地有供给"
    parts = [
        f"{rank}. {m.product}{where}：{len(m.leaders)} 家要{f'，年需 {amounts}' if amounts else ''}{elsewhere}"
    ]
    for words, around in (("上一环节有", m.upstream), ("下一环节有", m.downstream)):
        if around:
            parts.append(f"    {words} {'、'.join(f'{p}（{firm}）' for p, firm in around[:3])}")
    return "\n".join(parts)


def _strength_line(s: Strength) -> str:
    return f"    {s.product} 富余 {number_text(s.surplus)} {s.unit}/年，可做 {'、'.join(s.extensions[:5])}"


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@chain_option
@click.option("--firms", is_flag=True, help="把企业也画出来。")
@click.option("--weak", is_flag=True, help="只画断点、堵点和它们的上下游。")
@click.option(
    "--fold/--no-fold", "folded", default=None, help="把每个环节收成一格；不写时产品太多才收。"
)
@click.option("--unfold", metavar="环节", multiple=True, help="收起来时仍展开的环节，可以写几次。")
@db_option
@prefecture_option
def export(out: Path, only: str | None, db: Path, prefecture: str, **view: Any) -> None:
    """把一条产业链画成图（.svg、.json），或把整张网络写成 .graphml。

    \b
    例：
        xieshou chain export 铜产业链.svg --chain 铜 --db xieshou.db
        xieshou chain export 网络.graphml --db xieshou.db
    """
    check_out(out, DRAWINGS, inputs=[db])
    with session(db, prefecture) as opened:
        if out.suffix.lower() == ".graphml":
            from matcher.chain.export import to_graphml

            graph = opened.graph.graph
            write_file(out, to_graphml(graph))
            console().print(f"已写出 {out}：{len(graph)} 个节点，{graph.number_of_edges()} 条边")
            return
        if only is None:
            names = "、".join(template.name for template in opened.graph.chains)
            raise XieshouError(f"一张图画一条产业链，请用 --chain 指定，现有的是 {names}")
        text = _drawn(opened, only, out.suffix.lower(), **view)
    write_file(out, text.encode("utf-8"))
    console().print(f"已写出 {out}")


def _drawn(
    opened: ChainSession, only: str, suffix: str, *, unfold: tuple[str, ...], **view: Any
) -> str:
    from matcher.chain.drawing import View, lay_out, picture_of, to_json, to_svg
    from matcher.chain.graph import stage_id

    template = opened.chain(only)
    stages = {stage.name: stage_id(template.name, stage.id) for stage in template.stages}
    if unknown := [name for name in unfold if name not in stages]:
        raise XieshouError(f"{template.title}没有环节“{unknown[0]}”，现有的是 {'、'.join(stages)}")
    opened_stages = frozenset(stages[name] for name in unfold)
    picture = picture_of(opened, template, View(**view, unfolded=opened_stages))
    layout = lay_out(picture)
    if suffix == ".json":
        return json.dumps(to_json(picture, layout), ensure_ascii=False, indent=1) + "\n"
    return to_svg(picture, layout)
