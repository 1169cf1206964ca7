"""What is strong, what is missing, whom to bring in; and where leaders buy now."""

from __future__ import annotations

import pytest

from matcher.chain.analysis.attract import missing_products, missing_stages, strengths
from matcher.chain.analysis.gaps import GapScope
from matcher.chain.analysis.local_rate import local_rates, local_share, over_time
from matcher.chain.graph import build
from matcher.chain.places import Prefecture
from matcher.chain.serving import Serving
from matcher.model import Verdict
from tests.chain.making import chains, demand, known, offer, supply, tonnes


def test_the_most_wanted_product_comes_first_with_what_stands_around_it():
    rows = known(
        [demand("D1", "铜精矿", 30), demand("D2", "阴极铜", 10), demand("D3", "电解铜", 5, leader="乙厂"),
         demand("D4", "阴极铜", None, leader="丙厂"), demand("D5", "铜带", chain="番茄")],
        [supply("S1", "铜杆"), supply("S2", "铜精矿", county="奎屯"), supply("S3", "铜带")],
        [offer("D1", "S2"), offer("D5", "S3", 0.9, Verdict.REJECTED)],
    )  # fmt: skip
    first, second, third = missing_products(Serving(build(rows, chains())))
    assert (first.product, first.leaders) == ("阴极铜", ("丙厂", "乙厂", "甲铜业有限公司"))
    assert first.demand_ids == ("D2", "D3", "D4")
    assert first.quantities == {"吨": 15.0}
    assert first.upstream == ()  # the only maker of 铜精矿 is elsewhere
    assert first.downstream == (("铜带", "企业S3有限公司"), ("铜杆", "企业S1有限公司"))
    assert first.stages == ("铜·冶炼",)
    assert (second.product, second.scope) == ("铜带", GapScope.EVERYWHERE)
    assert (third.product, third.scope) == ("铜精矿", GapScope.PREFECTURE)


def test_stages_without_a_maker_here_are_missing():
    rows = known(
        [demand("D1", "铜杆")], [supply("S1", "铜精矿"), supply("S2", "铜杆", county="奎屯")]
    )
    found = missing_stages(build(rows, chains()))
    assert [(s.chain, s.stage, s.products) for s in found] == [
        ("铜", "冶炼", 1), ("铜", "线材", 1), ("铜", "配套", 1),
    ]  # fmt: skip
    more = known([demand("D1", "铜杆", chain="番茄")], [])
    assert [s.chain for s in missing_stages(build(more, chains()))] == ["番茄"]


def test_a_surplus_is_what_is_left_after_units_are_converted():
    rows = known(
        [demand("D1", "阴极铜", annual_quantity=tonnes(20_000, "公斤", "month")), demand("D2", "阴极铜", None)],
        [supply("S1", "阴极铜", 300), supply("S2", "阴极铜", 40, county="奎屯"),
         supply("S3", "阴极铜", annual_capacity=tonnes(7, "车")), supply("S4", "铜杆", 1)],
    )  # fmt: skip
    strong = {s.product: s for s in strengths(build(rows, chains()))}
    assert (strong["阴极铜"].capacity, strong["阴极铜"].needed, strong["阴极铜"].unit) == (
        300,
        240,
        "吨",
    )
    assert strong["阴极铜"].surplus == 60
    assert strong["阴极铜"].extensions == ("铜带",)
    assert list(strong) == ["阴极铜", "铜杆"]
    short = known([demand("D1", "阴极铜", 301)], rows.supplies)
    assert "阴极铜" not in {s.product for s in strengths(build(short, chains()))}


LOCAL = Prefecture.of(("博乐市", "精河县"), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [("州内", True), ("本地", True), ("精河", True), ("博乐市、精河县", True), ("山东", False),
     ("精河、奎屯", False), ("", None), ("不详", None), ("州外", False), ("外省", False), ("进口", False)],
)  # fmt: skip
def test_where_a_source_is(text, expected):
    assert LOCAL.speaks_of(text) is expected


@pytest.mark.parametrize(
    ("supplier", "source", "expected"),
    [
        ("企业S1有限公司", "", 1.0),
        ("企业S1", "山东", 1.0),  # what the lists know counts more than what the demand says
        ("企业S2有限公司", "州内", 0.0),
        ("企业S1有限公司、企业S2有限公司", "", 0.5),
        ("企业S1有限公司、某某公司", "", 1.0),
        ("某某公司", "州内", 1.0),
        ("某某公司", "江苏", 0.0),
        ("某某公司", "", None),
        ("", "", None),
    ],
)
def test_present_suppliers(supplier, source, expected):
    rows = known(
        [demand("D1", "铜杆", current_supplier=supplier, current_source=source)],
        [supply("S1", "铜杆"), supply("S2", "铜杆", county="奎屯")],
        counties={"企业s1": "精河县", "企业s2": "奎屯"},
    )
    assert local_share(build(rows, ()), rows.demands[0]) == expected


def test_rates_by_chain_by_leader_and_over_time():
    rows = known(
        [
            demand("D1", "铜杆", 100, current_source="州内"),
            demand("D2", "铜杆", 300, current_source="山东"),
            demand("D3", "铜杆", current_source=""),
            demand("D4", "铜杆", 5, unit="台", annual_quantity=tonnes(5, "台"), leader="乙厂",
                   chain="番茄", current_source="精河"),
        ],
        [],
        listed_on={"D1": "2026-01-05T00:00:00Z", "D2": "2026-03-01T08:00:00Z",
                   "D3": "2026-03-01T09:00:00Z", "D4": "2026-03-01T09:00:00Z"},
    )  # fmt: skip
    graph = build(rows, ())
    copper, tomato = sorted(local_rates(graph, lambda d: d.chain), key=lambda r: r.name == "番茄")
    assert (copper.demands, copper.local, copper.elsewhere, copper.unknown) == (3, 1, 1, 1)
    assert (copper.rate, copper.by_unit) == (0.5, {"吨": (100.0, 400.0)})
    assert (tomato.rate, tomato.by_unit) == (1.0, {"台": (5.0, 5.0)})
    assert [r.name for r in local_rates(graph, lambda d: d.leader)] == ["乙厂", "甲铜业有限公司"]
    assert [(day, r.demands, r.rate) for day, r in over_time(graph)] == [
        ("2026-01-05", 1, 1.0), ("2026-03-01", 4, 2 / 3),
    ]  # fmt: skip


def test_nothing_known_is_no_rate():
    (rate,) = local_rates(build(known([demand("D1", "铜杆")], []), ()), lambda d: d.chain)
    assert (rate.rate, rate.unknown) == (None, 1)
