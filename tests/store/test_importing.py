"""Importing a list: twice changes nothing, a changed one updates, nothing is ever deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.errors import StoreError
from matcher.lists import read_list
from matcher.model import ListKind, Problem, Skipped
from matcher.store import EVERYTHING, Store
from tests.store.making import demand, dump, ids, reading, supply

PROBLEM = Problem("", 4, "年需求量", "若干多", "数量认不出来", "请写成一个数", lost=False)


def counts(report):
    return report.new, report.updated, report.unchanged


def test_a_list_goes_in_with_all_that_was_found_in_it(store):
    report = store.lists.add(
        reading(
            [demand(1), demand(2, "铜杆")], problems=[PROBLEM], skipped=[Skipped("", 1, "表头")]
        )
    )
    assert counts(report) == (2, 0, 0)
    assert (report.rows, report.problems, report.skipped, report.already) == (2, 1, 1, False)
    (listed,) = store.lists.all()
    assert (listed["file_name"], listed["rows"], listed["problems"]) == ("需求.csv", 2, 1)
    (problem,) = store.lists.problems(report.list_id)
    assert (problem["row"], problem["text"], problem["lost"]) == (4, "若干多", 0)


def test_the_same_file_again_changes_nothing_and_says_so(store):
    first = store.lists.add(reading([demand(1), demand(2, "铜杆")], problems=[PROBLEM]))
    before = dump(store)
    again = store.lists.add(reading([demand(1), demand(2, "铜杆")], problems=[PROBLEM]))
    assert again == replace(first, already=True)
    assert dump(store) == before


def test_the_same_bytes_under_another_name_are_the_same_file(store):
    store.lists.add(reading([demand(1)]))
    before = dump(store)
    assert store.lists.add(reading([demand(1)], file="需求（终稿）.csv")).already
    assert dump(store) == before


def test_a_changed_row_is_updated_under_its_key_and_the_others_stay(store):
    store.lists.add(reading([demand(1), demand(2, "铜杆")]))
    keys = store.lists.keys(ListKind.DEMAND)
    report = store.lists.add(reading([demand(1, amount=9.0), demand(2, "铜杆"), demand(3, "铜线")]))
    assert counts(report) == (1, 1, 1)
    rows = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    assert rows["D001"].annual_quantity.low == 9.0
    after = store.lists.keys(ListKind.DEMAND)
    assert {i: after[i] for i in keys} == keys


def test_what_a_later_list_no_longer_names_is_kept(store):
    store.lists.add(reading([demand(1), demand(2, "铜杆")]))
    store.lists.add(reading([demand(2, "铜杆", note="新")]))
    assert ids(store, ListKind.DEMAND) == ["D001", "D002"]


def test_a_column_of_the_office_alone_changes_is_an_update_too(store):
    store.lists.add(reading([demand(1, attributes={"批次": "一"})]))
    assert counts(store.lists.add(reading([demand(1, attributes={"批次": "二"})]))) == (0, 1, 0)
    assert store.lists.demands(EVERYTHING)[0].attributes == {"批次": "二"}


def test_ids_of_demands_and_supplies_do_not_meet(store):
    store.lists.add(reading([demand(1, demand_id="1")]))
    store.lists.add(reading([supply(1, supply_id="1")]))
    assert (ids(store, ListKind.DEMAND), ids(store, ListKind.SUPPLY)) == (["1"], ["1"])


def test_ids_that_look_like_numbers_stay_what_they_are(store):
    rows = [demand(i, name, demand_id=text) for i, (text, name) in enumerate(
        [("001", "电解铜"), ("1", "铜杆"), ("1.0", "铜线"), ("1E5", "铜排")], 2)]  # fmt: skip
    store.lists.add(reading(rows))
    assert ids(store, ListKind.DEMAND) == ["001", "1", "1.0", "1E5"]


def test_several_lists_in_one_action_go_in_together_or_not_at_all(store):
    def both(*readings):
        with store.transaction():
            for one in readings:
                store.lists.add(one)

    good, bad = reading([demand(1)]), reading([supply(1)])
    broken = replace(bad, problems=(replace(PROBLEM, row="a text"),))  # STRICT refuses it
    with pytest.raises(StoreError):
        both(good, broken)
    assert store.lists.all() == []
    both(good, bad)
    assert len(store.lists.all()) == 2


def test_a_failure_half_way_leaves_nothing_behind(store):
    before = dump(store)
    with pytest.raises(StoreError, match="没有改动"):
        store.lists.add(replace(reading([demand(1)]), problems=(replace(PROBLEM, row="x"),)))
    assert dump(store) == before


def test_a_file_name_in_another_encoding_does_no_harm(tmp_path):
    name = "需求.tsv".encode("gbk").decode("utf-8", "surrogateescape")
    (tmp_path / name).write_text("product_name\n电解铜\n", encoding="utf-8")
    with Store(tmp_path / "a.db") as store:
        assert store.lists.add(read_list(tmp_path / name)).new == 1
        assert store.lists.all()[0]["file_name"].endswith(".tsv")


def test_a_real_file_changed_by_its_office(tmp_path):
    path = tmp_path / "需求清单.csv"
    with Store(tmp_path / "a.db") as store:
        path.write_text(
            "需求编号,链主企业,产品名称,年需求量\n001,甲公司,电解铜,3000吨\n1,甲公司,铜杆,5吨\n"
        )
        assert counts(store.lists.add(read_list(path))) == (2, 0, 0)
        path.write_text(
            "链主企业,需求编号,产品名称,年需求量\n甲公司,1,铜杆,5吨\n甲公司,001,电解铜,4000吨\n"
        )
        assert counts(store.lists.add(read_list(path))) == (0, 1, 1)
        rows = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
    assert {i: row.annual_quantity.low for i, row in rows.items()} == {"001": 4000.0, "1": 5.0}
    assert rows["001"].source.file == "需求清单.csv"
