"""What is wrong with templates of chains (模板校验): file, line and fault, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import networkx as nx

from matcher.chain.template import POSITIONS, SUPPORT, Chain, Ref, chain_of, feeds, target
from matcher.chain.tomllines import Located, TomlSyntaxError, parse
from matcher.text import squeeze

LEAST_PRODUCTS, LEAST_STAGES = 40, 5
# The type of each key, and whether it must be there.
_TEXT, _MAY, _LIST, _MAY_LIST = (str, True), (str, False), (list, True), (list, False)
_TOP = {"name": _TEXT, "title": _TEXT, "stages": _LIST, "products": _LIST}
_STAGE = {"id": _TEXT, "name": _TEXT, "position": _TEXT}
_PRODUCT = {"name": _TEXT, "stage": _TEXT, "also": _MAY_LIST, "feeds": _MAY_LIST, "note": _MAY}
_TYPES: Mapping[type, str] = {str: "一段文字（写在引号里）", list: "一列文字（写在方括号里）"}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a template; ``line`` is 1-based."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path} 第 {self.line} 行：{self.message}"


def faults(
    texts: Mapping[str, str],
    *,
    least_products: int = LEAST_PRODUCTS,
    least_stages: int = LEAST_STAGES,
) -> list[Fault]:
    """Every fault of a set of templates that belong together, by file and line.

    Linear in the size of the templates.

    Args:
        texts: Path → text; entries of ``feeds`` may point from one to another.
        least_products: Products that a chain has at least.
        least_stages: Stages that it has at least.
    """
    found: list[Fault] = []
    read: list[tuple[Located, Chain]] = []
    for path, text in texts.items():
        try:
            located = parse(path, text)
        except TomlSyntaxError as error:
            found.append(
                Fault(path, error.line, f"不是合法的 TOML（{error}），请检查引号、括号和等号")
            )
            continue
        found += _keys(located)
        read.append((located, chain_of(located)))
    named: dict[str, Chain] = {}
    for located, chain in read:
        if chain.name in named:
            line = located.line("", 0, "name")
            found.append(
                Fault(located.path, line, f"产业链“{chain.name}”已有另一个文件，请改名或合并")
            )
        named.setdefault(chain.name, chain)
    for located, chain in read:
        found += _stages(located, chain, least_stages)
        found += _products(located, chain, least_products)
        found += _feeds(located, chain, named)
    found += _circles(read)
    found += _unreachable(read)
    return sorted(set(found))


def _keys(located: Located) -> Iterator[Fault]:
    """Unknown, missing and mistyped keys."""
    yield from _table(located, "", 0, located.data, _TOP)
    for table, known in (("stages", _STAGE), ("products", _PRODUCT)):
        entries = located.data.get(table, [])
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict):
                yield from _table(located, table, index, entry, known)
            else:
                line = located.line("", 0, table)
                yield Fault(located.path, line, f"{table} 应写成一段段 [[{table}]]")


def _table(
    located: Located,
    table: str,
    index: int,
    entry: Mapping[str, object],
    known: Mapping[str, tuple[type, bool]],
) -> Iterator[Fault]:
    where = f"[[{table}]] 里" if table else ""
    for key, value in entry.items():
        line = located.line(table, index, key)
        if key not in known:
            names = "、".join(known)
            yield Fault(located.path, line, f"{where}不认识“{key}”这一项，可用的是 {names}")
        elif not isinstance(value, known[key][0]):
            yield Fault(located.path, line, f"{where}“{key}”应是{_TYPES[known[key][0]]}")
        elif key in {"also", "feeds"} and isinstance(value, list):
            if not all(isinstance(v, str) and v.strip() for v in value):
                yield Fault(located.path, line, f"{where}“{key}”的每一个都应是引号里的文字")
        elif isinstance(value, str) and known[key][1] and not value.strip():
            yield Fault(located.path, line, f"{where}“{key}”没有填")
    for key, (_, needed) in known.items():
        if needed and key not in entry:
            yield Fault(located.path, located.line(table, index), f"{where}缺少“{key}”这一项")


def _stages(located: Located, chain: Chain, least: int) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    inhabited = {product.stage for product in chain.products}
    for index, stage in enumerate(chain.stages):
        line = located.line("stages", index, "id")
        if stage.id and not (stage.id.isascii() and stage.id.replace("_", "").isalnum()):
            yield Fault(located.path, line, f"环节编号“{stage.id}”只能用英文字母、数字和下划线")
        for value, key, what in ((stage.id, "id", "编号"), (stage.name, "name", "名称")):
            line = located.line("stages", index, key)
            if value and seen.setdefault(f"{key}={value}", line) != line:
                first = seen[f"{key}={value}"]
                yield Fault(located.path, line, f"环节{what}“{value}”与第 {first} 行重复")
        if stage.position and stage.position not in POSITIONS:
            line = located.line("stages", index, "position")
            names = "、".join(POSITIONS)
            yield Fault(located.path, line, f"位置“{stage.position}”不是 {names} 之一")
        if stage.id not in inhabited:
            line = located.line("stages", index)
            yield Fault(located.path, line, f"环节“{stage.name}”里没有一个产品，请补上或删去")
    if len(chain.stages) < least:
        line = located.line("stages", 0)
        yield Fault(located.path, line, f"只有 {len(chain.stages)} 个环节，至少要 {least} 个")


def _products(located: Located, chain: Chain, least: int) -> Iterator[Fault]:
    seen: dict[str, tuple[int, str]] = {}
    for index, product in enumerate(chain.products):
        for place, name in enumerate(product.names):
            line = located.line("products", index, "also" if place else "name", name)
            first, other = seen.get(squeeze(name), (0, ""))
            if first:
                yield Fault(
                    located.path, line,
                    f"名称“{name}”与第 {first} 行的“{other}”重复，一个名称只能写一次",
                )  # fmt: skip
            elif name:
                seen[squeeze(name)] = line, product.name
        if product.stage and product.stage not in chain.stage:
            line = located.line("products", index, "stage")
            yield Fault(located.path, line, f"没有编号为“{product.stage}”的环节")
    if len(chain.products) < least:
        line = located.line("products", 0)
        yield Fault(located.path, line, f"只有 {len(chain.products)} 个产品，至少要 {least} 个")


def _feeds(located: Located, chain: Chain, named: Mapping[str, Chain]) -> Iterator[Fault]:
    for index, product in enumerate(chain.products):
        seen: set[Ref] = set()
        for written in product.feeds:
            line = located.line("products", index, "feeds", written)
            found = target(chain, written, named)
            if found is None:
                many = sum(squeeze(written) in c.by_name for c in named.values()) > 1
                why = "在几条链里都有，请写成“链名:产品”" if many else "在各条链里都没有"
                yield Fault(located.path, line, f"feeds 里的“{written}”{why}")
            elif found == (chain.name, product.name):
                yield Fault(located.path, line, f"“{product.name}”不能 feeds 自己")
            elif found in seen:
                yield Fault(located.path, line, f"feeds 里的“{written}”写了两次")
            elif found[0] == chain.name:
                yield from _direction(located, chain, line, product.name, found[1])
            if found is not None:
                seen.add(found)


def _direction(located: Located, chain: Chain, line: int, name: str, other: str) -> Iterator[Fault]:
    """A product feeds only what stands in its stage or further down, 配套 excepted."""
    ends = [chain.stage.get(chain.by_name[squeeze(n)].stage) for n in (name, other)]
    one, two = ends
    if one is None or two is None or SUPPORT in {one.position, two.position}:
        return
    if two.order < one.order:
        yield Fault(
            located.path, line,
            f"“{name}”在环节“{one.name}”，“{other}”在它上游的“{two.name}”，feeds 的方向反了",
        )  # fmt: skip


def _network(
    read: list[tuple[Located, Chain]],
) -> tuple[nx.DiGraph, dict[Ref, tuple[Located, int]]]:
    graph: nx.DiGraph = nx.DiGraph()
    places: dict[Ref, tuple[Located, int]] = {}
    for located, chain in read:
        for index, product in enumerate(chain.products):
            places.setdefault((chain.name, product.name), (located, index))
    graph.add_nodes_from(places)
    graph.add_edges_from(edge for edge in feeds([chain for _, chain in read]) if edge[0] != edge[1])
    return graph, places


def _circles(read: list[tuple[Located, Chain]]) -> Iterator[Fault]:
    """One fault a knot of products, with a circle through it; a knot may run through several chains."""
    graph, places = _network(read)
    for knot in nx.strongly_connected_components(graph):
        if len(knot) > 1:
            first = min(knot, key=lambda ref: (places[ref][0].path, places[ref][1]))
            circle = [edge[0] for edge in nx.find_cycle(graph.subgraph(knot), first)]
            located, index = places[circle[0]]
            line = located.line("products", index, "feeds")
            names = " → ".join(name for _, name in (*circle, circle[0]))
            yield Fault(located.path, line, f"feeds 成了圈：{names}")


def _unreachable(read: list[tuple[Located, Chain]]) -> Iterator[Fault]:
    """Products that hang together with nothing, and 中游 and 下游 ones that nothing leads to.

    Since there are no circles and feeds run down the chain, such a product is reached from 上游 or
    配套 exactly where each product on the way has something that feeds it.
    """
    graph, places = _network(read)
    chains = {chain.name: chain for _, chain in reversed(read)}
    for ref, (located, index) in places.items():
        chain = chains[ref[0]]
        stage = chain.stage.get(chain.products[index].stage)
        line = located.line("products", index)
        if graph.degree(ref) == 0:
            yield Fault(located.path, line, f"“{ref[1]}”和别的产品都不相连，请补 feeds")
        elif stage and stage.position in {"中游", "下游"} and graph.in_degree(ref) == 0:
            message = (
                f"“{ref[1]}”在{stage.position}，却没有一个产品 feeds 它，从上游到不了，请补 feeds"
            )
            yield Fault(located.path, line, message)
