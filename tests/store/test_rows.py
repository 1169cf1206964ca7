"""A row goes into the tables and comes out saying the same; hashes hold through the file."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.model import Quantity, Source
from matcher.records import content_hash
from matcher.store import EVERYTHING, Store
from tests.store.making import demand, reading, supply

# Text as the reader gives it: clean, without what no document may hold.
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
).map(str.strip)
amounts = st.none() | st.floats(0, 1e12, allow_nan=False)
quantities = st.none() | st.builds(
    Quantity, amounts, amounts, st.just("吨"), st.sampled_from(["", "year", "month", "day"]),
    st.booleans(), texts,
)  # fmt: skip


@st.composite
def demands(draw):
    quantity = draw(quantities)
    return demand(
        draw(st.integers(1, 10**6)),
        draw(texts.filter(bool)),
        annual_quantity=quantity,
        unit=quantity.unit if quantity else draw(texts),
        products=tuple(draw(st.lists(texts, max_size=3))),
        attributes=draw(st.dictionaries(texts, texts, max_size=2)),
        **{name: draw(texts) for name in ("chain", "leader", "spec", "standard", "note", "county")},
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(demands(), min_size=1, max_size=3, unique_by=lambda d: d.demand_id))
def test_what_goes_in_comes_out(rows):
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "a.db") as store:
        store.lists.add(reading(rows, file="需求.csv"))
        found = {row.demand_id: row for row in store.lists.demands(EVERYTHING)}
        stored = {
            h["demand_id"]: h["content_hash"] for h in store.db.query("SELECT * FROM demands")
        }
    for row in rows:
        assert found[row.demand_id] == replace(row, source=Source("需求.csv", "", row.source.row))
        assert content_hash(found[row.demand_id]) == stored[row.demand_id] == content_hash(row)


def test_supplies_come_out_as_well(store):
    row = supply(3, tier="专精特新", credit_code="91652701MA7C7KXY1F", certificates="ISO9001")
    store.lists.add(reading([row]))
    assert store.lists.supplies(EVERYTHING) == [row]


def test_contacts_stand_in_a_table_of_their_own_without_consent(store):
    row = demand(attributes={"contact": {"name": "张三", "phone": "13900000000"}, "批次": "二"})
    store.lists.add(reading([row]))
    (found,) = store.lists.demands(EVERYTHING)
    assert found.attributes == {"批次": "二"}
    (contact,) = store.db.query("SELECT * FROM contacts")
    assert (contact["name"], contact["phone"], contact["consent"]) == ("张三", "13900000000", 0)
    elsewhere = [t for t in store.db.table_names() if t != "contacts"]
    held = [v for t in elsewhere for r in store.db.query(f"SELECT * FROM {t}") for v in r.values()]
    assert not any("13900000000" in str(value) for value in held)


def test_the_tables_refuse_what_is_not_theirs(store):
    tables = {
        r["name"]: r["sql"]
        for r in store.db.query("SELECT name, sql FROM sqlite_master")
        if r["sql"]
    }
    ours = {
        n: sql
        for n, sql in tables.items()
        if sql.startswith("CREATE TABLE")
        and not n.startswith(("_", "sqlite_"))
        and "_search_" not in n  # the full-text index keeps tables of its own
    }
    assert len(ours) > 10
    assert [n for n, sql in ours.items() if "STRICT" not in sql] == []
    assert store.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert store.db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
