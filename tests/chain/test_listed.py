"""Listed companies: what is read, what is recognised as noise, what one company hangs on."""

from __future__ import annotations

import gzip
import random

import networkx as nx
import pytest

from matcher.chain.analysis.what_if import reach
from matcher.chain.graph import EdgeKind, NodeKind
from matcher.chain.listed import (
    ListedView,
    company_node,
    listed_graph,
    most_depended,
    product_node,
    read_listed,
)
from matcher.store import EVERYTHING, Store, county
from tests.cli.running import complaint, xieshou

COMPANIES = """code\tshort_name\tfull_name\texchange
600001\t甲铜\t甲铜业股份有限公司\t上
300002SZ\t乙电池\t乙电池股份有限公司\t深
000003\t丙膜\t丙膜股份有限公司\t深
"""
PRODUCTS = "product\n电池\n锂电池隔膜\n铜箔\n番茄炒蛋\n平衡项目\n无人做的东西\n"
MAKES = """company_code\tproduct\trelation\trevenue_share
600001SH\t铜箔\t主营产品\t0.8
600001SH\t平衡项目\t主营产品\t0.1
600001SH\t分部间抵销\t主营产品\t-0.2
600001SH\t房地产分部\t主营产品\t0.1
600001SH\t煤\t主营产品\t0.001
600001SH\t铜箔\t主营产品\t0.7
300002SZ\t电池\t主营产品\t1.5
000003SZ\t锂电池隔膜\t主营产品\t
"""
RELATIONS = """product\trelation\tother_product
电池\t上游材料\t铜箔
电池\t上游材料\t隔膜
电池\t上游材料\t电解液
电池\t上游材料\t电池
电池\t下游产品\t电动车
番茄炒蛋\t上游材料\t番茄
某某酱\t上游材料\t盐少许
电池\t产品小类\t锂电池
电池\t产品小类\t电池托盘
电池\t上游材料\t铜箔
"""


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "上市公司"
    place.mkdir()
    (place / "company.tsv").write_text(COMPANIES, encoding="utf-8")
    (place / "product.tsv.gz").write_bytes(gzip.compress(PRODUCTS.encode()))
    (place / "company_product.tsv").write_text(MAKES, encoding="utf-8")
    (place / "product_product.tsv.gz").write_bytes(gzip.compress(RELATIONS.encode()))
    return place


def test_noise_is_recognised_and_counted_and_the_rest_is_kept(folder):
    found = read_listed(folder)
    assert found.companies == {
        "600001": ("甲铜", "甲铜业股份有限公司"), "300002": ("乙电池", "乙电池股份有限公司"),
        "000003": ("丙膜", "丙膜股份有限公司"),
    }  # fmt: skip
    assert found.makes == {
        ("600001", "铜箔"): 0.7,
        ("300002", "电池"): None,
        ("000003", "锂电池隔膜"): None,
    }
    assert set(found.feeds) == {
        ("铜箔", "电池"), ("隔膜", "电池"), ("电解液", "电池"), ("电池", "电动车"),
    }  # fmt: skip
    assert set(found.broader) == {("锂电池", "电池")}
    assert found.noise == {
        "平衡项目、调整项目": 1, "分部间抵销": 1, "分部、其他等非产品": 1, "企业产品重复": 1,
        "经营范围里的字样，占比一律记作 0.001": 1, "收入占比不在 0 到 1 之间（产品保留）": 1,
        "自己对自己": 1, "菜谱（材料是一道菜的用料）": 2, "小类的中心词不是大类（燃气—燃气减压阀）": 1,
        "关系重复": 1,
    }  # fmt: skip
    rows = (MAKES.count("\n") - 1) + (RELATIONS.count("\n") - 1)
    kept_of_noise = found.noise["收入占比不在 0 到 1 之间（产品保留）"]
    edges = len(found.makes) + len(found.feeds) + len(found.broader)
    assert edges + sum(found.noise.values()) - kept_of_noise == rows  # nothing is lost


def test_a_dish_that_a_company_sells_is_a_product(folder):
    more = MAKES + "000003SZ\t番茄炒蛋\t主营产品\t0.5\n"
    (folder / "company_product.tsv").write_text(more, encoding="utf-8")
    assert ("番茄", "番茄炒蛋") in read_listed(folder).feeds


def test_the_store_gives_back_what_it_was_given(folder, tmp_path):
    found = read_listed(folder)
    with Store(tmp_path / "a.db") as store:
        for _ in range(2):  # replaced, not added to
            store.listed.replace(found)
        for scope in (EVERYTHING, county("博乐市")):  # public data
            kept = store.listed.read(scope)
            assert kept.companies == found.companies
            assert list(kept.products) == list(found.products)
            assert kept.makes == found.makes
            assert set(kept.feeds) == set(found.feeds)
            assert set(kept.broader) == set(found.broader)
    assert nx.utils.graphs_equal(listed_graph(kept), listed_graph(found))


def test_one_company(folder):
    view = ListedView(listed_graph(read_listed(folder)))
    for name in ("300002", "300002SZ", "乙电池", "乙电池股份有限公司"):
        assert view.find(name) == company_node("300002")
    assert view.find("丁") is None
    found = view.company(company_node("300002"))
    assert found.products == (("电池", None),)
    assert [m.name for m in found.gaps] == ["电解液"]
    assert [(m.name, m.makers) for m in found.single] == [("铜箔", ("甲铜",)), ("隔膜", ("丙膜",))]
    assert found.sole == ("电池",)
    assert found.reached.products == {product_node("电池"): 1, product_node("电动车"): 2}
    assert most_depended(view) == [(product_node("电池"), 1, 1), (product_node("铜箔"), 1, 2)]


@pytest.mark.parametrize("seed", range(100))
def test_what_is_reached_agrees_with_networkx(seed):
    """With one maker a product, what is reached is all that is downstream of the products."""
    rng = random.Random(seed)
    graph = nx.MultiDiGraph()
    names = [f"甲{i}" for i in range(12)]
    for name in names:
        graph.add_node(product_node(name), kind=NodeKind.PRODUCT, label=name)
    for code in range(4):
        graph.add_node(
            company_node(str(code)), kind=NodeKind.ENTERPRISE, label=str(code), full_name=""
        )
    for name in names:
        if rng.random() < 0.5:
            one, other = company_node(str(rng.randrange(4))), product_node(name)
            graph.add_edge(one, other, "makes", kind=EdgeKind.MAKES, share=None)
    for _ in range(14):
        one, other = (product_node(rng.choice(names)) for _ in "ab")
        graph.add_edge(one, other, "feeds", kind=EdgeKind.FEEDS)
    view = ListedView(graph)
    for code in range(4):
        node = company_node(str(code))
        reached = set(view.company(node).reached.products)
        assert reached == nx.descendants(graph, node)
        assert reached == set(reach(view.network, [node]).products)


def test_commands(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = xieshou("chain", "import-listed", folder, "--db", "a.db")
    assert result.code == 0
    assert "企业 3 家" in result.out
    assert "平衡项目" in result.out
    data = xieshou("chain", "import-listed", folder, "--db", "a.db", "--json").json
    assert (data["companies"], data["makes"], data["noise"]["分部间抵销"]) == (3, 3, 1)
    assert "电解液" in xieshou("chain", "listed", "乙电池", "--db", "a.db").out
    found = xieshou("chain", "listed", "300002", "--db", "a.db", "--json").json
    assert found["reached"] == [
        {"product": "电池", "distance": 1},
        {"product": "电动车", "distance": 2},
    ]
    complaint(xieshou("chain", "listed", "丁", "--db", "a.db"), "“丁”")


def test_refusals(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Store("b.db").close()
    complaint(xieshou("chain", "listed", "丁", "--db", "b.db"), "import-listed")
    (folder / "product.tsv.gz").write_bytes(b"\x1f\x8bxxxx")
    complaint(xieshou("chain", "import-listed", folder, "--db", "b.db"), "product.tsv.gz")
    (folder / "product.tsv.gz").write_bytes(gzip.compress(b"name\nx\n"))
    complaint(xieshou("chain", "import-listed", folder, "--db", "b.db"), "缺少列 product")
    (folder / "company.tsv").unlink()
    complaint(xieshou("chain", "import-listed", folder, "--db", "b.db"), "company.tsv")
