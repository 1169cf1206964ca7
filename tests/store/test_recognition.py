"""Which stored row a re-imported row is: by given id within the firm, else firm, name and spec."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.lists import read_list
from matcher.model import ListKind, Source
from matcher.store import EVERYTHING, Store
from tests.store.making import demand, ids, reading, supply


def counts(report):
    return report.new, report.updated, report.unchanged


def elsewhere(row, number):
    """The same row at another place of its file."""
    source = Source(row.source.file, "", number)
    return replace(row, source=source, **({} if row.id_given else {"demand_id": str(number)}))


rows_with_ids = st.lists(
    st.builds(demand, st.integers(1, 50), st.sampled_from(["电解铜", "铜杆", "阀门"]),
              leader=st.sampled_from(["甲公司", "乙公司", ""])),
    min_size=1, max_size=8, unique_by=lambda d: d.demand_id,
)  # fmt: skip
rows_without = st.lists(
    st.builds(demand, st.integers(2, 50), st.sampled_from(["电解铜", "铜杆", "阀门"]),
              given=st.sampled_from([False]), leader=st.sampled_from(["甲公司", "乙公司", ""]),
              spec=st.sampled_from(["", "A", "B"])),
    min_size=1, max_size=8, unique_by=lambda d: d.demand_id,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(rows_with_ids | rows_without, st.randoms(use_true_random=False))
def test_moved_rows_are_recognised_and_none_is_doubled(rows, random):
    moved = [elsewhere(row, 100 + i) for i, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "a.db") as store:
        store.lists.add(reading(rows))
        before = store.lists.keys(ListKind.DEMAND)
        report = store.lists.add(reading(moved))
        assert counts(report) == (0, 0, len(rows))
        assert store.lists.keys(ListKind.DEMAND) == before
        random.shuffle(moved)
        # Rows that differ in nothing an identity has may change places; none is added or lost.
        shuffled = store.lists.add(reading([replace(moved[0], note="新"), *moved[1:]]))
        assert shuffled.new == 0
        assert store.lists.keys(ListKind.DEMAND) == before


def test_without_an_id_firm_name_and_spec_count_however_they_are_written(store):
    store.lists.add(reading([demand(2, "无缝钢管", given=False, spec="DN 50")]))
    again = demand(9, "无缝 钢管", given=False, spec="ＤＮ50", amount=7.0)
    assert counts(store.lists.add(reading([again]))) == (0, 1, 0)


@pytest.mark.parametrize(
    "other",
    [{"name": "焊接钢管"}, {"spec": "DN80"}, {"leader": "新疆丙铜业有限公司"}],
)
def test_another_name_spec_or_firm_is_another_row(store, other):
    same = {"name": "无缝钢管", "given": False, "spec": "DN50"}
    store.lists.add(reading([demand(2, **same)]))
    assert counts(store.lists.add(reading([demand(2, **(same | other))]))) == (1, 0, 0)


def test_one_id_of_two_firms_is_two_rows_each_recognised_again(store):
    mine, theirs = demand(1, leader="甲公司"), demand(1, "阀门", leader="乙公司")
    store.lists.add(reading([mine]))
    assert counts(store.lists.add(reading([theirs], file="乙.csv"))) == (1, 0, 0)
    assert ids(store, ListKind.DEMAND) == ["D001", "D001~2"]
    changed = replace(theirs, note="改")
    assert counts(store.lists.add(reading([changed], file="乙2.csv"))) == (0, 1, 0)
    assert {r.demand_id: r.note for r in store.lists.demands(EVERYTHING)} == {
        "D001": "",
        "D001~2": "改",
    }


def test_two_spellings_of_a_firm_are_never_one_row_silently(store):
    store.lists.add(reading([demand(1, leader="欧亚铜业有限公司")]))
    report = store.lists.add(reading([demand(1, "阀门", leader="欧亚铜业")], file="又.csv"))
    assert counts(report) == (1, 0, 0)
    assert {row.product_name for row in store.lists.demands(EVERYTHING)} == {"电解铜", "阀门"}


def test_rows_that_say_the_same_in_all_of_these_are_told_apart_by_their_order(store):
    twins = [demand(2, given=False, amount=1.0), demand(3, given=False, amount=2.0)]
    store.lists.add(reading(twins))
    changed = [demand(8, given=False, amount=1.0), demand(9, given=False, amount=5.0)]
    assert counts(store.lists.add(reading(changed))) == (0, 1, 1)
    assert sorted(r.annual_quantity.low for r in store.lists.demands(EVERYTHING)) == [1.0, 5.0]


def test_a_repeated_id_is_no_row_number_in_disguise(tmp_path):
    path = tmp_path / "需求.csv"
    head = "需求编号,链主企业,产品名称\n"
    with Store(tmp_path / "a.db") as store:
        path.write_text(head + "D1,甲公司,电解铜\nD1,甲公司,铜杆\n")
        assert store.lists.add(read_list(path)).new == 2
        path.write_text(head + "D0,甲公司,阀门\nD1,甲公司,电解铜\nD1,甲公司,铜杆\n")
        assert counts(store.lists.add(read_list(path))) == (1, 0, 2)


def test_numbering_a_list_afterwards_does_not_double_it(store):
    plain = [demand(2, given=False), demand(3, "铜杆", given=False)]
    store.lists.add(reading(plain))
    keys = sorted(store.lists.keys(ListKind.DEMAND).values())
    numbered = [demand(2, demand_id="A-1"), demand(3, "铜杆", demand_id="A-2")]
    assert counts(store.lists.add(reading(numbered))) == (0, 0, 2)
    assert ids(store, ListKind.DEMAND) == ["A-1", "A-2"]
    assert sorted(store.lists.keys(ListKind.DEMAND).values()) == keys
    assert counts(store.lists.add(reading([replace(plain[0], note="改"), plain[1]]))) == (0, 1, 1)
    assert ids(store, ListKind.DEMAND) == ["A-1", "A-2"]


def test_two_ids_of_one_firm_for_the_same_thing_stay_two(store):
    store.lists.add(reading([demand(1)]))
    assert counts(store.lists.add(reading([demand(2)]))) == (1, 0, 0)


def test_an_exact_row_goes_before_a_loose_likeness(store):
    store.lists.add(reading([demand(1, demand_id="A-1")]))
    rows = [demand(2, given=False, note="无编号"), demand(3, demand_id="A-1", note="有编号")]
    assert counts(store.lists.add(reading(rows))) == (1, 1, 0)
    assert {r.demand_id: r.note for r in store.lists.demands(EVERYTHING)}["A-1"] == "有编号"


class TestRowsWithoutFirm:
    """Two offices hand in lists that name no firm: neither may overwrite the other."""

    def test_the_lists_of_two_offices_do_not_meet(self, store):
        mine = supply(2, "包装箱", given=False, enterprise="", source=Source("甲.csv", "", 2))
        theirs = replace(mine, source=Source("乙.csv", "", 2), description="另一家")
        store.lists.add(reading([mine]))
        assert counts(store.lists.add(reading([theirs]))) == (1, 0, 0)
        numbered = [
            replace(r, id_given=True, product_name=n) for r, n in ((mine, "桶"), (theirs, "瓶"))
        ]
        store.lists.add(reading(numbered[:1]))
        assert counts(store.lists.add(reading(numbered[1:]))) == (1, 0, 0)

    def test_a_corrected_file_of_the_same_name_is_recognised(self, store):
        row = supply(2, "包装箱", given=False, enterprise="", source=Source("甲.csv", "", 2))
        store.lists.add(reading([row]))
        moved = replace(row, supply_id="5", source=Source("甲.csv", "", 5), description="改")
        assert counts(store.lists.add(reading([moved]))) == (0, 1, 0)

    def test_a_given_id_with_the_same_product_is_the_same_in_any_file(self, store):
        row = demand(1, leader="", source=Source("一稿.csv", "", 2))
        store.lists.add(reading([row]))
        second = replace(row, source=Source("二稿.csv", "", 2), note="改")
        assert counts(store.lists.add(reading([second]))) == (0, 1, 0)
        assert ids(store, ListKind.DEMAND) == ["D001"]

    @pytest.mark.parametrize("given", [True, False])
    def test_filling_in_the_firm_afterwards_does_not_double_it(self, store, given):
        row = demand(2, leader="", given=given)
        store.lists.add(reading([row, demand(3, "铜杆", leader="", given=given)]))
        filled = replace(row, leader="甲公司")
        assert counts(store.lists.add(reading([filled]))) == (0, 1, 0)
        assert {r.product_name: r.leader for r in store.lists.demands(EVERYTHING)} == {
            "电解铜": "甲公司",
            "铜杆": "",
        }
        assert counts(store.lists.add(reading([replace(filled, note="改")]))) == (0, 1, 0)
