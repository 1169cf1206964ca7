"""Public data on listed companies (上市公司产业链): files in, a graph of firms and products out.

The data are gathered by machines; what is recognised as no product, no material or no kind is left
out of the graph's edges, and counted by reason.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from matcher.chain.analysis.bottlenecks import concentration
from matcher.chain.analysis.what_if import Reach, SupplyNetwork, reach
from matcher.chain.graph import EdgeKind, NodeKind, node_id
from matcher.errors import UnreadableListError
from matcher.text import fold

if TYPE_CHECKING:
    from matcher.store.listed import ListedChains as Kept

_FILES = {
    "company": ("code", "short_name", "full_name"),
    "product": ("product",),
    "company_product": ("company_code", "product", "revenue_share"),
    "product_product": ("product", "relation", "other_product"),
}
_EXCHANGE = re.compile(r"(?:SH|SZ|BJ|HK)$")
# Lines of a segment report that are no products.
_ACCOUNTING = re.compile(
    r"平衡项目|调整项目|抵[销消减]|^(?:其他|其它|合计|小计|总计)(?:业务|收入|产品)?$|分部$|未分配|^销售成本$"
)
_PLACEHOLDER = 0.001  # of what stands in a company's licence and earns nothing that is reported
_AMOUNT = re.compile(r"适量|少许|若干|[\d一二三半两]+(?:克|勺|汤匙|茶匙|毫升|杯|片|根|个|只)$")
# Words of cooking; a dish that a listed company sells is a product all the same.
_DISH = re.compile(
    r"[炒炖蒸烧烩焖煎炸拌烤煨煲涮腌酿卤烹焗]|(?:汤|粥|羹|沙拉|色拉|凉菜|泡菜|火锅|什锦|盖饭|烩饭|炒饭|面膜|蛋糕|慕斯|冷盘"
    r"|甜品|奶昔|茶饮|饮|寿司|披萨|三明治|丸子|月饼|馅饼|水饺|包子)$"
)


@dataclass
class ListedChains:
    """Listed companies and what is known of their products.

    Attributes:
        companies: Code → short and full name.
        products: All product names, also those without an edge.
        makes: Code and product → share of the revenue, None where it is not told.
        feeds: Material and what is made from it.
        broader: Product and the kind that it is of.
        noise: Why a row was left out → how many.
    """

    companies: dict[str, tuple[str, str]] = field(default_factory=dict)
    products: dict[str, None] = field(default_factory=dict)
    makes: dict[tuple[str, str], float | None] = field(default_factory=dict)
    feeds: dict[tuple[str, str], None] = field(default_factory=dict)
    broader: dict[tuple[str, str], None] = field(default_factory=dict)
    noise: Counter[str] = field(default_factory=Counter)


def read_listed(folder: Path) -> ListedChains:
    """Read the tables ``company``, ``product``, ``company_product`` and ``product_product``.

    Each is a ``.tsv`` or ``.tsv.gz`` with a header. Linear in their size.

    Raises:
        UnreadableListError: A table is missing, damaged, or lacks a column.
    """
    found = ListedChains()
    for row in _table(folder, "company"):
        found.companies[_EXCHANGE.sub("", row["code"])] = (row["short_name"], row["full_name"])
    found.products.update(dict.fromkeys(row["product"] for row in _table(folder, "product")))
    for row in _table(folder, "company_product"):
        _take_product(found, row)
    made = {product for _, product in found.makes}
    relations = list(_table(folder, "product_product"))
    recipes = {
        row["product"] for row in relations
        if row["relation"] == "上游材料" and row["product"] not in made
        and (_DISH.search(row["product"]) or _AMOUNT.search(row["other_product"]))
    }  # fmt: skip
    for row in relations:
        _take_relation(found, row, recipes)
    return found


def _take_product(found: ListedChains, row: Mapping[str, str]) -> None:
    code, product = _EXCHANGE.sub("", row["company_code"]), row["product"]
    if _ACCOUNTING.search(product):
        what = (
            "平衡项目、调整项目"
            if "项目" in product
            else "分部间抵销"
            if "抵" in product
            else "分部、其他等非产品"
        )
        found.noise[what] += 1
        return
    try:
        share = float(row["revenue_share"]) if row["revenue_share"] else None
    except ValueError:
        share = None
    if share is not None and not 0 <= share <= 1:
        found.noise["收入占比不在 0 到 1 之间（产品保留）"] += 1
        share = None
    found.products.setdefault(product)
    if share == _PLACEHOLDER:
        found.noise["经营范围里的字样，占比一律记作 0.001"] += 1
        return
    if code not in found.companies:
        found.noise["企业表里没有的企业（产品保留）"] += 1
        found.companies[code] = (code, "")
    if (code, product) in found.makes:
        found.noise["企业产品重复"] += 1
    found.makes[code, product] = share


def _take_relation(found: ListedChains, row: Mapping[str, str], recipes: set[str]) -> None:
    one, relation, other = row["product"], row["relation"], row["other_product"]
    reason = ""
    if one == other:
        reason = "自己对自己"
    elif relation == "产品小类":
        if not fold(other).endswith(fold(one)):
            reason = "小类的中心词不是大类（燃气—燃气减压阀）"
        elif (other, one) in found.broader:
            reason = "关系重复"
    elif relation == "上游材料" and one in recipes:
        reason = "菜谱（材料是一道菜的用料）"
    elif relation == "上游材料" and _AMOUNT.search(other):
        reason = "材料写成了用量（适量、少许）"
    elif relation not in {"上游材料", "下游产品"}:
        reason = f"不认识的关系 {relation}"
    if reason:
        found.noise[reason] += 1
        return
    found.products.setdefault(one)
    found.products.setdefault(other)
    if relation == "产品小类":
        found.broader.setdefault((other, one))
        return
    edge = (other, one) if relation == "上游材料" else (one, other)
    if edge in found.feeds:
        found.noise["关系重复"] += 1
    found.feeds.setdefault(edge)


def _table(folder: Path, name: str) -> Iterator[dict[str, str]]:
    paths = [folder / f"{name}.tsv.gz", folder / f"{name}.tsv"]
    path = next((p for p in paths if p.is_file()), None)
    if path is None:
        raise UnreadableListError(f"{folder} 里没有 {name}.tsv.gz 或 {name}.tsv，请检查文件夹")
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, ValueError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise UnreadableListError(
            f"{path} 读不出来，应是 UTF-8 的制表符文件，请重新取得"
        ) from error
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    if missing := [key for key in _FILES[name] if key not in (rows.fieldnames or ())]:
        raise UnreadableListError(f"{path} 缺少列 {'、'.join(missing)}，请检查表头")
    for row in rows:
        yield {key: (row[key] or "").strip() for key in _FILES[name]}


def product_node(name: str) -> str:
    """The node of a product; names are taken as they are written."""
    return node_id(NodeKind.PRODUCT, name)


def company_node(code: str) -> str:
    """The node of a company."""
    return node_id(NodeKind.ENTERPRISE, code)


def listed_graph(found: Kept) -> nx.MultiDiGraph:
    """The graph of listed companies, of the same kinds of nodes and edges as a chain's. Linear."""
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    for code, (name, full) in found.companies.items():
        graph.add_node(company_node(code), kind=NodeKind.ENTERPRISE, label=name, full_name=full)
    for name in found.products:
        graph.add_node(product_node(name), kind=NodeKind.PRODUCT, label=name)
    for (code, name), share in found.makes.items():
        one, other = company_node(code), product_node(name)
        graph.add_edge(one, other, "makes", kind=EdgeKind.MAKES, share=share)
    for kind, pairs in ((EdgeKind.FEEDS, found.feeds), (EdgeKind.BROADER, found.broader)):
        for a, b in pairs:
            graph.add_edge(product_node(a), product_node(b), kind.value, kind=kind)
    return graph


@dataclass(frozen=True, slots=True)
class Material:
    """A material of a company: which of its products need it, and which companies make it."""

    name: str
    products: tuple[str, ...]
    makers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompanyView:
    """What a company hangs on, and what hangs on it.

    Attributes:
        code: Its code.
        name: Its short name.
        products: Its products with their share of its revenue.
        gaps: Materials that no other listed company makes, nor a kind of them.
        single: Materials that one other listed company makes.
        shared: Materials that several make, each with the Herfindahl index of its makers' equal
            shares, ``1/n``: the data tell no capacities.
        sole: Products that no other listed company makes.
        reached: What is hit if the company stops.
    """

    code: str
    name: str
    products: tuple[tuple[str, float | None], ...]
    gaps: tuple[Material, ...]
    single: tuple[Material, ...]
    shared: tuple[tuple[Material, float], ...]
    sole: tuple[str, ...]
    reached: Reach


class ListedView:
    """The graph of listed companies, loaded once and asked many times."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self.graph = graph
        makers: dict[str, set[str]] = {}
        feeds: dict[str, set[str]] = {}
        for u, v, kind in graph.edges(data="kind"):
            if kind == EdgeKind.MAKES:
                makers.setdefault(v, set()).add(u)
            elif kind == EdgeKind.FEEDS:
                feeds.setdefault(u, set()).add(v)
        self.network = SupplyNetwork(
            {p: frozenset(made) for p, made in makers.items()},
            {p: frozenset(fed) for p, fed in feeds.items()},
        )
        _ = (
            self.network.products,
            self.network.makes,
            self.network.fed_by,
        )  # made now, not when asked
        self._turned = sorted((self._label(node)[::-1], node) for node in makers)
        self._codes = {
            key: node
            for node, data in graph.nodes(data=True) if data["kind"] == NodeKind.ENTERPRISE
            for key in (node.partition(":")[2], data["label"], data["full_name"]) if key
        }  # fmt: skip

    def find(self, name: str) -> str | None:
        """The node of a company by code, short name or full name."""
        return self._codes.get(_EXCHANGE.sub("", name.strip()))

    def company(self, node: str) -> CompanyView:
        """What a company hangs on, and what hangs on it.

        Complexity: O(its products and their materials), and :func:`~.what_if.reach` of it.
        """
        graph, label = self.graph, self._label
        made = list(self.network.makes.get(node, ()))
        wanted: dict[str, list[str]] = {}
        for product in made:
            for material in self.network.fed_by.get(product, ()):
                wanted.setdefault(material, []).append(label(product))
        materials = [
            Material(label(m), tuple(products), tuple(map(label, sorted(self._makers(m) - {node}))))
            for m, products in sorted(wanted.items())
        ]
        shared = [m for m in materials if len(m.makers) > 1]
        return CompanyView(
            code=node.partition(":")[2],
            name=label(node),
            products=tuple((label(p), graph.edges[node, p, "makes"]["share"]) for p in made),
            gaps=tuple(m for m in materials if not m.makers),
            single=tuple(m for m in materials if len(m.makers) == 1),
            shared=tuple((m, concentration([1.0] * len(m.makers)) or 0.0) for m in shared),
            sole=tuple(label(p) for p in made if self.network.makers[p] == {node}),
            reached=reach(self.network, [node]),
        )

    def _makers(self, product: str) -> set[str]:
        """Companies that make a product or a kind of it: one whose name ends in its (隔膜, 锂电池隔膜)."""
        turned = self._label(product)[::-1]
        found = set(self.network.makers.get(product, ()))
        place = bisect_left(self._turned, (turned, ""))
        while len(turned) > 1 and place < len(self._turned):
            name, node = self._turned[place]
            if not name.startswith(turned):
                break
            found |= self.network.makers[node]
            place += 1
        return found

    def _label(self, node: str) -> str:
        return str(self.graph.nodes[node]["label"])


def most_depended(view: ListedView, most: int = 20) -> Sequence[tuple[str, int, int]]:
    """Products that one company alone makes and that most others are made with.

    Returns:
        Product, products made directly with it, products reached, the most first. O(E) and one
        :func:`reach` for each of the ``most``.
    """
    network = view.network
    sole = [
        (len(network.feeds.get(product, ())), product)
        for product, made in network.makers.items()
        if len(made) == 1 and product in network.feeds
    ]
    found = []
    for direct, product in sorted(sole, key=lambda pair: (-pair[0], pair[1]))[:most]:
        found.append((product, direct, len(reach(network, [product]).products) - 1))
    return found
