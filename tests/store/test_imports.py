"""Imports step by step: the preview adds up, confirming does what it says, undoing takes it back."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.errors import NotFoundError, StaleError, XieshouError
from matcher.lists import open_list
from matcher.model import Decision, ListKind, Verdict
from matcher.store import EVERYTHING, CannotUndoError, Store, buyer, county, supplier
from tests.store.making import dump
from web.imports import work

HISTORY = {
    "audit",
    "imports",
    "import_rows",
    "originals",
    "changes",
    "change_sets",
    "heading_choices",
}
DEMANDS = (
    "需求编号,链主企业,产品名称,规格,年需求量,单位,县市\n"
    "1,甲铜业有限公司,电解铜,T1,3000,吨,博乐市\n"
    "2,甲铜业有限公司,铜杆,φ8,约5000,吨,博乐市\n"
    ",乙化工有限公司,烧碱,32%,不知道,吨,精河县\n"
    ",乙化工有限公司,,50%,10,吨,精河县\n"
    "合计,,,,8000,,\n"
)
SUPPLIES = (
    "企业名称,产品名称,规格,年产能,单位,梯度,联系人,联系电话\n"
    "丙阀门有限公司,闸阀,DN50,100,台,专精特新,张三,13900000000\n"
    "丙阀门有限公司,球阀,DN80,200,台,专精特新,张三,13900000000\n"
)


def data(store):
    return {name: held for name, held in dump(store).items() if name not in HISTORY}


def handed_in(store, text, name="需求.csv", scope=EVERYTHING):
    content = text if isinstance(text, bytes) else text.encode()
    number = store.imports.begin(name, content, scope)
    work.read(store, number)
    return store.imports.get(number, scope)


def imported(store, text, name="需求.csv", scope=EVERYTHING):
    record = handed_in(store, text, name, scope)
    assert record.state == "open", record.message
    assert work.confirm(store, record.id, record.plan)
    return store.imports.get(record.id, scope)


def counts(record):
    return [record.counts[name] for name in ("new", "updated", "unchanged", "problem", "skipped")]


# --- preview -------------------------------------------------------------------------------------


def test_a_preview_counts_every_row_once_and_changes_nothing(store):
    before = data(store)
    record = handed_in(store, DEMANDS)
    assert (record.state, record.kind) == ("open", ListKind.DEMAND)
    assert counts(record) == [3, 0, 0, 1, 2]
    assert record.read == 6
    assert record.counts["remarked"] == 2
    assert data(store) == before
    rows = store.imports.rows.page(record.id)
    assert [(r.row, r.outcome, r.remarked) for r in rows] == [
        (1, "skipped", False), (2, "new", False), (3, "new", False), (4, "new", True),
        (5, "problem", True), (6, "skipped", False),
    ]  # fmt: skip


def test_updated_rows_say_what_changes(store):
    imported(store, DEMANDS)
    record = handed_in(store, DEMANDS.replace("3000", "3500").replace("φ8", "φ10"))
    assert counts(record) == [0, 2, 1, 1, 2]
    changes = [r.detail["changes"] for r in store.imports.rows.page(record.id, "updated")]
    assert changes == [[["annual_quantity", "3000 吨", "3500 吨"]], [["spec", "φ8", "φ10"]]]


CELL = st.sampled_from(
    ["", "电解铜", "铜杆、铜排", "合计", "备注：无", "3000", "不知道", "同上", "甲公司"]
)
ROW = st.lists(CELL, min_size=4, max_size=4)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(ROW, min_size=1, max_size=12), again=st.lists(ROW, max_size=6))
def test_the_figures_add_up_to_the_rows_read_and_undoing_restores_everything(
    tmp_path_factory, rows, again
):
    def text(lines):
        head = "链主企业,产品名称,年需求量,备注\n"
        return head + "".join(",".join(line) + "\n" for line in lines)

    with Store(tmp_path_factory.mktemp("a") / "a.db") as store:
        first = handed_in(store, text(rows))
        if first.state == "open":
            work.confirm(store, first.id, first.plan)
        before = data(store)
        record = handed_in(store, text(rows[:3] + again), "又一份.csv")
        if record.state != "open":
            return
        path = tmp_path_factory.mktemp("b") / "又一份.csv"
        path.write_text(text(rows[:3] + again), encoding="utf-8")
        (grid,) = open_list(path).grids
        filled = [i for i, row in enumerate(grid.rows, 1) if any(c.strip() for c in row)]
        assert record.read == max(filled)
        places = [(r.sheet, r.row) for r in store.imports.rows.page(record.id, limit=99)]
        assert places == [("", n) for n in range(1, max(filled) + 1)]
        assert data(store) == before
        assert work.confirm(store, record.id, record.plan)
        assert store.imports.undo(record.id, EVERYTHING)
        assert data(store) == before


# --- confirming ----------------------------------------------------------------------------------


def test_confirming_does_what_the_preview_says_and_once(store):
    record = handed_in(store, DEMANDS)
    assert work.confirm(store, record.id, record.plan)
    held = dump(store)
    assert not work.confirm(store, record.id, record.plan), "the second click does nothing"
    assert dump(store) == held
    done = store.imports.get(record.id, EVERYTHING)
    assert done.state == "imported"
    assert [d.product_name for d in store.lists.demands(EVERYTHING)] == ["电解铜", "铜杆", "烧碱"]
    (row,) = store.audit.list(action="list.import")
    assert row.after["new"] == 3


def test_a_preview_older_than_the_data_is_made_again_and_not_applied(store):
    record = handed_in(store, DEMANDS)
    imported(store, DEMANDS.replace("3000", "100"), "别人的.csv")
    with pytest.raises(StaleError):
        work.confirm(store, record.id, record.plan)
    fresh = store.imports.get(record.id, EVERYTHING)
    assert fresh.state == "open"
    assert counts(fresh)[1] == 1, "it now says that it would change a row back"
    assert work.confirm(store, record.id, fresh.plan)


def test_a_change_elsewhere_does_not_disturb(store):
    record = handed_in(store, DEMANDS)
    imported(store, SUPPLIES, "供给.csv")
    assert work.confirm(store, record.id, record.plan)


def test_what_was_never_shown_is_not_confirmed(store):
    record = handed_in(store, DEMANDS)
    with pytest.raises(StaleError):
        work.confirm(store, record.id, "")
    assert store.lists.demands(EVERYTHING) == []


def test_the_original_is_kept_once_and_goes_with_an_import_that_is_given_up(store):
    record = handed_in(store, DEMANDS)
    other = handed_in(store, DEMANDS, "同一份.csv")
    assert store.imports.original(record) == DEMANDS.encode()
    assert store.db.execute("SELECT count(*) FROM originals").fetchone() == (1,)
    store.imports.drop(other.id, EVERYTHING)
    assert store.imports.original(record) == DEMANDS.encode()
    store.imports.drop(record.id, EVERYTHING)
    assert store.db.execute("SELECT count(*) FROM originals").fetchone() == (0,)
    with pytest.raises(NotFoundError):
        store.imports.get(record.id, EVERYTHING)


def test_an_imported_file_cannot_be_given_up(store):
    record = imported(store, DEMANDS)
    with pytest.raises(XieshouError, match="撤销"):
        store.imports.drop(record.id, EVERYTHING)


# --- undoing -------------------------------------------------------------------------------------


def test_undoing_restores_rows_firms_titles_contacts_and_questions(store):
    imported(store, DEMANDS)
    imported(store, SUPPLIES, "供给.csv")
    before = data(store)
    text = SUPPLIES.replace("100,台", "150,台").replace("DN80", "DN100") + (
        "丙阀门公司,蝶阀,DN50,30,台,小巨人,李四,13800000000\n"
    )
    record = imported(store, text, "供给二.csv")
    after = data(store)
    for table in ("enterprises", "titles", "contacts", "enterprise_questions", "supplies", "lists"):
        assert after[table] != before[table], table
    assert store.imports.undo(record.id, EVERYTHING)
    assert data(store) == before
    assert not store.imports.undo(record.id, EVERYTHING), "the second click does nothing"
    assert data(store) == before
    again = imported(store, text, "供给二.csv")
    assert again.counts == record.counts


def test_numbers_come_back_to_the_last_digit(store):
    imported(store, DEMANDS.replace("3000", "0.30000000000000004"))
    before = data(store)
    record = imported(store, DEMANDS.replace("3000", "7"))
    store.imports.undo(record.id, EVERYTHING)
    assert data(store) == before


def test_undoing_in_turn_and_not_out_of_turn(store):
    empty = data(store)
    first = imported(store, DEMANDS)
    second = imported(store, DEMANDS.replace("3000", "9"), "二.csv")
    held = dump(store)
    with pytest.raises(CannotUndoError, match="1 行后来又改过"):
        store.imports.undo(first.id, EVERYTHING)
    assert dump(store) == held
    store.imports.undo(second.id, EVERYTHING)
    store.imports.undo(first.id, EVERYTHING)
    assert data(store) == empty


def decide(store):
    demand, supply = store.lists.demands(EVERYTHING)[0], store.lists.supplies(EVERYTHING)[0]
    store.decisions.record([Decision(demand.demand_id, supply.supply_id, Verdict.ACCEPTED)])


def test_what_decisions_cite_is_not_taken_away(store):
    first = imported(store, DEMANDS)
    imported(store, SUPPLIES, "供给.csv")
    decide(store)
    with pytest.raises(CannotUndoError, match="1 条审核结论"):
        store.imports.undo(first.id, EVERYTHING)


def test_what_was_decided_on_the_changed_content_keeps_it(store):
    imported(store, DEMANDS)
    imported(store, SUPPLIES, "供给.csv")
    change = imported(store, DEMANDS.replace("3000", "9"), "二.csv")
    decide(store)
    with pytest.raises(CannotUndoError, match="依据它改过的内容"):
        store.imports.undo(change.id, EVERYTHING)


def test_what_was_decided_before_does_not_hinder(store):
    imported(store, DEMANDS)
    imported(store, SUPPLIES, "供给.csv")
    decide(store)
    before = data(store)
    change = imported(store, DEMANDS.replace("3000", "9"), "二.csv")
    store.imports.undo(change.id, EVERYTHING)
    assert data(store) == before


def test_an_account_of_a_firm_that_it_brought_hinders(store):
    record = imported(store, SUPPLIES, "供给.csv")
    from matcher.store import Role

    firm = store.enterprises.named("丙阀门有限公司")
    store.users.add("bing", Role.SME, enterprise_id=firm, password="$x$y")
    with pytest.raises(CannotUndoError, match="1 个账号"):
        store.imports.undo(record.id, EVERYTHING)


# --- whose rows ----------------------------------------------------------------------------------


def test_a_firm_brings_in_its_own_rows_alone(store):
    imported(store, SUPPLIES, "供给.csv")
    scope = supplier(store.enterprises.named("丙阀门有限公司"))
    text = (
        "企业名称,产品名称,规格,年产能,单位,梯度\n"
        "丙阀门有限公司,闸阀,DN50,150,台,小巨人\n"
        "丙阀门 有限公司,蝶阀,DN50,30,台,\n"
        ",止回阀,DN50,40,台,\n"
        "丁泵业有限公司,离心泵,,50,台,\n"
    )
    titles = dump(store)["titles"]
    record = imported(store, text, "本企业.csv", scope)
    assert counts(record) == [2, 1, 0, 1, 1]
    (problem,) = store.imports.rows.page(record.id, "problem")
    assert problem.detail["remarks"][0][2] == "不是本企业的行"
    assert store.enterprises.named("丁泵业有限公司") is None
    assert {s.enterprise for s in store.lists.supplies(EVERYTHING)} == {"丙阀门有限公司"}
    assert dump(store)["titles"] == titles, "a firm does not grant itself a title"
    refused = handed_in(store, DEMANDS, "需求.csv", scope)
    assert refused.state == "refused"
    assert "只能导入供给清单" in refused.message
    other = buyer(store.enterprises.named("丙阀门有限公司"))
    assert "只能导入需求清单" in handed_in(store, SUPPLIES, "供给.csv", other).message
    with pytest.raises(NotFoundError):
        store.imports.get(record.id, supplier(999))


def test_a_firm_cannot_take_over_a_row_without_a_firm(store):
    nobody = "供给编号,企业名称,产品名称\n7,,闸阀\n"
    imported(store, nobody, "供给.csv")
    imported(store, SUPPLIES, "供给二.csv")
    scope = supplier(store.enterprises.named("丙阀门有限公司"))
    before = data(store)["supplies"]
    record = imported(store, "供给编号,企业名称,产品名称\n7,,闸阀\n", "供给.csv", scope)
    assert record.counts["new"] == 1
    assert set(before) <= set(data(store)["supplies"])


def test_a_county_brings_in_its_own_rows_alone(store):
    record = imported(store, DEMANDS, scope=county("博乐市"))
    assert counts(record) == [2, 0, 0, 2, 2]
    assert [d.county for d in store.lists.demands(EVERYTHING)] == ["博乐市", "博乐市"]
    imported(store, DEMANDS, "全部.csv")
    sneaky = DEMANDS.replace("精河县", "博乐市").replace("32%", "33%")
    record = handed_in(store, sneaky, "改.csv", county("博乐市"))
    assert counts(record) == [0, 0, 2, 2, 2], "a firm known elsewhere stays there"


# --- problem rows --------------------------------------------------------------------------------


def sent_back(tmp_path, content, fixes):
    """Correct a problem file as a clerk would, in a spreadsheet program."""
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "问题行.xlsx"
    path.write_bytes(content)
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in fixes:
                    cell.value = fixes[cell.value]
    book.save(path)
    return path.read_bytes()


def test_problem_rows_go_out_in_the_layout_of_the_file_and_come_back(store, tmp_path):
    record = imported(store, DEMANDS)
    content = store.imports.problem_file(record)
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    (grid,) = open_list(path).grids
    assert grid.rows[0] == [
        *DEMANDS.partition("\n")[0].split(","),
        "问题说明",
        "携手行号（请勿改动）",
    ]
    assert len(grid.rows) == 3
    before = {d.demand_id: d for d in store.lists.demands(EVERYTHING)}
    back = sent_back(tmp_path, content, {"不知道": "800", "50%": "48%", "": ""})
    again = handed_in(store, back, "问题行.xlsx")
    assert counts(again) == [0, 1, 0, 1, 1], "one is corrected, one still has no name"
    work.confirm(store, again.id, again.plan)
    after = {d.demand_id: d for d in store.lists.demands(EVERYTHING)}
    assert before.keys() == after.keys()
    changed = [i for i in before if before[i].annual_quantity != after[i].annual_quantity]
    assert len(changed) == 1
    assert after[changed[0]].annual_quantity.low == 800
    assert after[changed[0]].attributes == {}
    assert "携手" not in repr(data(store)["demands"])


def test_a_problem_row_among_rows_that_are_alike_comes_back_to_its_own_place(store, tmp_path):
    text = "企业名称,产品名称,规格,年产能,单位\n" + "".join(
        f"丙阀门有限公司,闸阀,DN50,{amount},台\n" for amount in ("100", "不知道", "300")
    )
    record = imported(store, text, "供给.csv")
    back = sent_back(tmp_path, store.imports.problem_file(record), {"不知道": "200"})
    again = imported(store, back, "问题行.xlsx")
    assert counts(again)[:3] == [0, 1, 0]
    amounts = [s.annual_capacity.low for s in store.lists.supplies(EVERYTHING)]
    assert amounts == [100, 200, 300]
    assert counts(handed_in(store, text.replace("不知道", "200"), "供给.csv"))[:3] == [0, 0, 3]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6))
def test_problem_rows_sent_back_change_those_rows_alone(tmp_path_factory, seed):
    chance = random.Random(seed)
    lines = []
    for n in range(chance.randrange(3, 14)):
        firm = chance.choice(["丙阀门有限公司", "丁泵业有限公司", ""])
        amount = chance.choice(["100", "不知道", "约50", "没数"])
        given = chance.choice(["", f"S{n}"])
        lines.append(f"{given},{firm},{chance.choice(['闸阀', '球阀'])},DN50,{amount},台\n")
    text = "供给编号,企业名称,产品名称,规格,年产能,单位\n" + "".join(lines)
    folder = tmp_path_factory.mktemp("p")
    with Store(folder / "a.db") as store:
        record = imported(store, text, "供给.csv")
        content = store.imports.problem_file(record)
        wrong = sum(amount in line for line in lines for amount in ("不知道", "没数"))
        assert record.counts["remarked"] == wrong
        if content is None:
            return
        before = {s.supply_id: s for s in store.lists.supplies(EVERYTHING)}
        again = imported(
            store, sent_back(folder, content, {"不知道": "7", "没数": "7"}), "问题行.xlsx"
        )
        assert counts(again)[:4] == [0, wrong, 0, 0]
        after = {s.supply_id: s for s in store.lists.supplies(EVERYTHING)}
        assert before.keys() == after.keys()
        changed = [i for i in before if before[i].quantity != after[i].quantity]
        assert len(changed) == wrong
        assert all(not before[i].quantity.known and after[i].quantity.low == 7 for i in changed)


# --- choices -------------------------------------------------------------------------------------


def test_columns_chosen_by_hand_are_remembered_for_the_next_file(store):
    text = "企业名称,东东,写法,年产能,单位\n丙阀门有限公司,闸阀,DN50,100,台\n"
    record = handed_in(store, text, "供给.csv")
    assert record.state == "refused"
    columns = {"": {"东东": "product_name", "写法": "spec", "单位": "@drop"}}
    store.imports.choose(record.id, {"kind": "supply", "columns": columns, "headers": {"": 1}})
    work.read(store, record.id)
    record = store.imports.get(record.id, EVERYTHING)
    assert record.state == "open", record.message
    work.confirm(store, record.id, record.plan)
    (supply,) = store.lists.supplies(EVERYTHING)
    assert (supply.product_name, supply.spec, supply.unit) == ("闸阀", "DN50", "")
    assert supply.attributes == {}, "what is not imported is not kept either"
    other = handed_in(store, text.replace("DN50", "DN80"), "下个月.csv")
    assert (other.state, other.understood["remembered"]) == ("open", [""])
    (row,) = store.imports.rows.page(other.id, "new")
    assert row.product == "闸阀"
    firm = supplier(store.enterprises.named("丙阀门有限公司"))
    assert handed_in(store, text, "企业.csv", firm).state == "refused", (
        "a firm's choices are its own"
    )
    store.imports.choose(other.id, {"reset": True})
    work.read(store, other.id)
    assert store.imports.get(other.id, EVERYTHING).state == "refused"


def test_a_choice_that_is_not_possible_is_said_and_can_be_changed(store):
    record = handed_in(store, DEMANDS)
    store.imports.choose(record.id, {"columns": {"": {"没有的列": "unit"}}})
    work.read(store, record.id)
    record = store.imports.get(record.id, EVERYTHING)
    assert (record.state, "没有的列" in record.message) == ("refused", True)
    assert record.understood["sheets"][0]["columns"], "what there is can still be chosen from"
    store.imports.choose(record.id, {"encoding": "utf-16"})
    work.read(store, record.id)
    assert "utf-16" in store.imports.get(record.id, EVERYTHING).message
    store.imports.choose(record.id, {"reset": True})
    work.read(store, record.id)
    assert store.imports.get(record.id, EVERYTHING).state == "open"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"), ("C:\\桌面\\需求 清单.xlsx", "需求 清单.xlsx"),
        ("", "清单"), ("..", "清单"), ("con.xlsx", "_con.xlsx"), ("a\x00b\n.csv", "ab.csv"),
        ("需" * 300 + ".xlsx", "需" * 76 + ".xlsx"), ("a/b\\", "清单"), ("控制\u202exslx.csv", "控制xslx.csv"),
    ],
)  # fmt: skip
def test_names_of_files_are_harmless(sent, kept):
    assert work.file_name(sent) == kept
    assert len(work.file_name(sent).encode()) <= 255
