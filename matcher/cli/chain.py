"""Commands ``chain …``: what the industrial chain looks like and where it is weak."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.common import console, db_option, echo_json, json_option
from matcher.cli.failures import Commands
from matcher.errors import KnowledgeError, XieshouError
from matcher.text import number_text

if TYPE_CHECKING:
    from matcher.chain.analysis.gaps import Gap
    from matcher.chain.graph import ChainGraph
    from matcher.chain.session import ChainSession

prefecture_option = click.option(
    "--prefecture", metavar="县市", default="",
    help="算本地的县市，用逗号分隔；不写时是需求清单里的县市。",
)  # fmt: skip
chain_option = click.option("--chain", "only", metavar="产业链", help="只看一条产业链。")
local_option = click.option("--local", is_flag=True, help="只算本地（和所在地不明）的供给。")


@click.group(cls=Commands)
def chain() -> None:
    """看产业链：哪里断、哪里堵、谁停了影响谁、该引进什么。

    \b
    例：
        xieshou chain show --db xieshou.db
        xieshou chain gaps --db xieshou.db
    """


@contextmanager
def session(db: Path, prefecture: str) -> Iterator[ChainSession]:
    """The chain of a database."""
    from matcher.chain.session import ChainSession
    from matcher.store import EVERYTHING, Store

    counties = [part.strip() for part in prefecture.replace("，", ",").split(",") if part.strip()]
    with Store(db, create=False) as store:
        opened = ChainSession.open(store, EVERYTHING, prefecture=counties)
        if store.runs.latest() is None and opened.graph.known.demands:
            click.echo("注意：还没有撮合过，断点会偏多，请先执行 xieshou run", err=True)
        yield opened


def named(opened: ChainSession, only: str | None) -> Callable[[str], bool]:
    """Whether a chain's name on a list is the one asked for; any where none is."""
    if only is None:
        return lambda _name: True
    known = {row.chain for row in opened.graph.known.demands}
    wanted = only if only in known else opened.chain(only).name
    return lambda name: name == wanted


@chain.command()
@db_option
@prefecture_option
@chain_option
@click.option("--scope", type=click.Choice(["everywhere", "prefecture"]),
              help="只看全部清单里都没有的，或只看本地没有而外地有的。")  # fmt: skip
@json_option
def gaps(db: Path, prefecture: str, only: str | None, scope: str | None, *, as_json: bool) -> None:
    """列出断点：没有企业能供的需求，附本地最接近的。

    \b
    例：
        xieshou chain gaps --db xieshou.db
        xieshou chain gaps --db xieshou.db --json
    """
    from matcher.chain.analysis.gaps import count_gaps
    from matcher.chain.analysis.gaps import gaps as find
    from matcher.chain.records import gap_record

    with session(db, prefecture) as opened:
        mine = named(opened, only)
        found = [
            gap for gap in find(opened.serving) if mine(gap.chain) and scope in {None, gap.scope}
        ]
    if as_json:
        echo_json([gap_record(gap) for gap in found])
        return
    out = console()
    for gap in found:
        out.print(_gap_line(gap))
        for relative in gap.relatives:
            sure = f"　把握 {relative.score:.0%}" if relative.score is not None else ""
            out.print(f"    {relative.relation}：{relative.product}（{relative.enterprise}）{sure}")
    counts = "，".join(
        f"{name or '未填产业链'} {n}" for name, n in count_gaps(found, "chain").items()
    )
    out.print(f"断点 {len(found)} 条{'：' if counts else ''}{counts}")


def _gap_line(gap: Gap) -> str:
    where = "清单里都没有" if gap.scope == "everywhere" else "本地没有，外地有"
    basis = "审核确认" if gap.basis == "reviewer-confirmed" else "预测"
    amount = "" if gap.uncovered is None else f"，缺 {number_text(gap.uncovered)} {gap.unit}/年"
    stage = f"·{'、'.join(gap.stage)}" if gap.stage else ""
    return f"{gap.demand_id} {gap.product}（{gap.chain}{stage}，{gap.leader}）：{where}（{basis}）{amount}"


@chain.command()
@db_option
@prefecture_option
@chain_option
@local_option
@json_option
def bottlenecks(db: Path, prefecture: str, only: str | None, *, local: bool, as_json: bool) -> None:
    """列出堵点：只有一家供应的、产能合计不够的，以及一断就散的企业。

    \b
    例：
        xieshou chain bottlenecks --db xieshou.db
        xieshou chain bottlenecks --db xieshou.db --local
    """
    from matcher.chain.analysis.bottlenecks import (
        REASONS,
        articulation_points,
        bridges,
        supply_network,
    )
    from matcher.chain.analysis.bottlenecks import bottlenecks as find
    from matcher.chain.records import bottleneck_record, node_record

    with session(db, prefecture) as opened:
        mine, graph = named(opened, only), opened.graph
        found = [b for b in find(opened.serving, local=local) if mine(b.chain)]
        network = supply_network(graph)
        points = articulation_points(network)
        links = bridges(network)
    if as_json:
        echo_json(
            {
                "bottlenecks": [bottleneck_record(b) for b in found],
                "articulation_points": [
                    node_record(graph, n) | {"pieces": k} for n, k in points.items()
                ],
                "bridges": [[node_record(graph, n) for n in ends] for ends in links],
            }
        )
        return
    out = console()
    for b in found:
        why = "、".join(REASONS[reason] for reason in b.reasons)
        covered = "" if b.covered is None else f"，产能合计为需求的 {b.covered:.0%}"
        firms = f"：{'、'.join(b.suppliers)}" if b.suppliers else ""
        out.print(f"{b.demand_id} {b.product}（{b.chain}，{b.leader}）{why}{covered}{firms}")
    out.print(f"堵点 {len(found)} 处；网络上的割点 {len(points)} 个，桥 {len(links)} 条")
    _say_points(graph, points)


def _say_points(graph: ChainGraph, points: dict[str, int]) -> None:
    """The firms that hold most together."""
    firms = [(n, k) for n, k in points.items() if graph.graph.nodes[n]["kind"] == "enterprise"]
    for node, pieces in sorted(firms, key=lambda item: (-item[1], item[0]))[:5]:
        console().print(f"    {graph.label(node)}：没有它，网络散成 {pieces} 块")


@chain.command("what-if")
@click.argument("names", metavar="企业或产品", nargs=-1, required=True)
@click.option("--depends", is_flag=True, help="反过来问：这家企业依赖谁。")
@db_option
@prefecture_option
@json_option
def what_if(
    names: tuple[str, ...], db: Path, prefecture: str, *, depends: bool, as_json: bool
) -> None:
    """假如这些企业或产品没有了，哪些链主、产品受影响，差多少。

    按最坏情形、没有库存算：产品的本地厂家全停才算停，原料停了下游都受影响。

    \b
    例：
        xieshou chain what-if 博乐乙金属有限公司 --db xieshou.db
        xieshou chain what-if 新疆甲铜业有限公司 --depends --db xieshou.db
    """
    from matcher.chain.analysis.what_if import depends_on, losses, reach
    from matcher.chain.records import dependence_record, what_if_record

    if depends and len(names) > 1:
        raise XieshouError("--depends 一次只问一家企业，请分开执行")
    with session(db, prefecture) as opened:
        nodes = [opened.find(name) for name in names]
        if depends:
            upstream = dependence_record(opened.graph, depends_on(opened.network, nodes[0]))
            _say_depends(opened.graph.name(nodes[0]), upstream, as_json=as_json)
            return
        reached = reach(opened.network, nodes)
        record = what_if_record(opened.graph, nodes, reached, losses(opened.network, reached))
    if as_json:
        echo_json(record)
        return
    out = console()
    out.print(f"假如没有 {'、'.join(r['name'] for r in record['removed'])}：")
    for need in record["needs"]:
        share = need["lost_share"]
        amount = "（产能不明）" if share is None else f"，少年需求的 {share:.0%}"
        left = f"，还有 {'、'.join(need['left'])}" if need["left"] else "，再没有别的供给"
        out.print(f"    {need['demand_id']} {need['leader']} 的 {need['product']}{amount}{left}")
    for key, what in (("leaders", "链主"), ("products", "产品")):
        far = [f"{r['name']}（{r['distance']} 步）" for r in record[key]]
        if far:
            out.print(f"受影响的{what} {len(far)} 个：{_some(far)}")
    if not (record["needs"] or record["products"]):
        out.print("    没有需求或产品只靠它")


def _say_depends(name: str, upstream: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        echo_json(upstream)
        return
    critical = [f"{r['name']}（{r['distance']} 步）" for r in upstream if r["critical"]]
    out = console()
    out.print(f"{name} 往上依赖 {len(upstream)} 个企业和产品，其中 {len(critical)} 个没有替代")
    if critical:
        out.print(f"没有替代的：{_some(critical)}")


def _some(texts: Sequence[str], most: int = 12) -> str:
    more = f"……共 {len(texts)} 个" if len(texts) > most else ""
    return "、".join(texts[:most]) + more


@chain.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> int:
    """检查产业链模板，有错就说出文件、行和错在哪里；不写文件时检查自带的模板。

    \b
    例：
        xieshou chain check
    """
    from matcher.chain.faults import faults
    from matcher.chain.shipped import template_texts

    texts = {str(path): _text(path) for path in files} or template_texts()
    found = faults(texts)
    for fault in found:
        click.echo(str(fault), err=True)
    console().print(f"检查了 {len(texts)} 个模板，{f'有 {len(found)} 处错' if found else '没有错'}")
    return 1 if found else 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path} 读不出来，请检查权限，并存为 UTF-8 文字") from error


@chain.command()
@click.argument("name", metavar="[产业链]", required=False)
@db_option
@prefecture_option
@click.option("--questions", is_flag=True, help="列出归到哪个环节有疑问的产品。")
@json_option
def show(name: str | None, db: Path, prefecture: str, *, questions: bool, as_json: bool) -> None:
    """看各条产业链的概况，或一条产业链各环节的产品和企业。

    \b
    例：
        xieshou chain show --db xieshou.db
        xieshou chain show 铜 --db xieshou.db
        xieshou chain show --questions --db xieshou.db
    """
    from matcher.cli import chainview

    with session(db, prefecture) as opened:
        if questions:
            chainview.questions(opened, as_json=as_json)
        elif name is None:
            chainview.overview(opened, as_json=as_json)
        else:
            chainview.one(opened, opened.chain(name), as_json=as_json)
