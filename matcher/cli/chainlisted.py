"""Commands ``chain import-listed`` and ``chain listed``: public data on listed companies."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.common import console, db_option, echo_json, json_option
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from matcher.chain.listed import CompanyView

_SHOWN = 12


@click.command("import-listed")
@click.argument(
    "folder", metavar="文件夹", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@db_option
@json_option
def import_listed(folder: Path, db: Path, *, as_json: bool) -> None:
    """导入公开的上市公司产业链数据，认出并数清不是产品、不是材料的行。

    \b
    例：
        xieshou chain import-listed 上市公司产业链 --db xieshou.db
    """
    from matcher.chain.listed import read_listed
    from matcher.store import Store

    found = read_listed(folder)
    with Store(db) as store:
        store.listed.replace(found)
    counts = {
        "companies": len(found.companies), "products": len(found.products),
        "makes": len(found.makes), "feeds": len(found.feeds), "broader": len(found.broader),
    }  # fmt: skip
    if as_json:
        echo_json(counts | {"noise": dict(found.noise.most_common())})
        return
    out = console()
    out.print(
        f"导入企业 {counts['companies']} 家，产品 {counts['products']} 个；"
        f"企业做产品 {counts['makes']} 条，用料 {counts['feeds']} 条，上下位 {counts['broader']} 条"
    )
    for reason, count in found.noise.most_common():
        out.print(f"    认出 {count} 行：{reason}")


@click.command("listed")
@click.argument("company", metavar="企业")
@db_option
@json_option
def listed(company: str, db: Path, *, as_json: bool) -> None:
    """看一家上市公司：哪些材料没有上市公司做、只有一家做，它停了影响什么。

    \b
    例：
        xieshou chain listed 江西铜业 --db xieshou.db
    """
    from matcher.chain.listed import ListedView, listed_graph
    from matcher.store import EVERYTHING, Store

    with Store(db, create=False) as store:
        kept = store.listed.read(EVERYTHING)
    if not kept.companies:
        raise NotFoundError(f"{db} 里还没有上市公司数据，请先用 xieshou chain import-listed 导入")
    view = ListedView(listed_graph(kept))
    node = view.find(company)
    if node is None:
        raise NotFoundError(f"上市公司数据里没有“{company}”，请写证券代码、简称或全称")
    found = view.company(node)
    if as_json:
        echo_json(_record(view, found))
        return
    _say(found)


def _record(view: Any, found: CompanyView) -> dict[str, Any]:
    record = asdict(found)
    hit = sorted(found.reached.products.items(), key=lambda item: (item[1], item[0]))
    record["shared"] = [asdict(material) | {"hhi": hhi} for material, hhi in found.shared]
    record["reached"] = [
        {"product": view.graph.nodes[node]["label"], "distance": distance} for node, distance in hit
    ]
    return record


def _say(found: CompanyView) -> None:
    out = console()
    out.print(
        f"{found.name}（{found.code}）：产品 {len(found.products)} 个，独家的 {len(found.sole)} 个"
    )
    for words, materials in (
        ("没有上市公司做的材料", found.gaps),
        ("只有一家上市公司做的材料", found.single),
    ):
        names = [f"{m.name}（{m.makers[0]}）" if m.makers else m.name for m in materials]
        more = f"……共 {len(names)} 种" if len(names) > _SHOWN else ""
        out.print(f"{words} {len(names)} 种：{'、'.join(names[:_SHOWN])}{more}")
    reached = found.reached.products
    far = max(reached.values(), default=0)
    out.print(f"假如它停了，受影响的产品 {len(reached)} 个，最远 {far} 步")
