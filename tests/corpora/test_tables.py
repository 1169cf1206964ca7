"""Units, columns, characters and kinds: tables that agree with themselves and with each other."""

from collections import defaultdict

import pytest

from matcher.knowledge import headings, kind, traditional, units
from matcher.lists.columns import SPECIAL
from matcher.model import (
    DEMAND_KEYS,
    SUPPLY_KEYS,
    DemandCategory,
    Disclosure,
    ListKind,
    Tier,
    keys_of,
)
from matcher.quantity import WrittenUnit, parse_unit
from matcher.tables import read_table, split_bar
from matcher.text import clean, fold


def test_every_dimension_has_a_base_unit_and_only_counts_stand_alone():
    members = defaultdict(list)
    for _, row in read_table("lexicon/units.tsv"):
        members[row["dimension"]].append((row["unit"], float(row["factor"])))
    for dimension, found in members.items():
        factors = [factor for _, factor in found]
        assert 1.0 in factors, dimension
        assert len(set(factors)) == len(factors), f"{dimension}: two units of one size"
    counts = {d for d, found in members.items() if [d] == [unit for unit, _ in found]}
    assert {"台", "套", "条", "件", "只"} <= counts


def test_the_unit_of_a_dimension_is_what_the_name_says():
    table = units()
    for unit, factor in {
        "吨": 1000,
        "公斤": 1,
        "公里": 1000,
        "厘米": 0.01,
        "升": 0.001,
        "兆瓦": 1000,
    }.items():
        assert table[unit].factor == factor


def test_every_unit_is_read_as_itself():
    for name in units():
        assert parse_unit(name) == WrittenUnit(1.0, name, ""), name
        assert parse_unit(f"{name}/年") == WrittenUnit(1.0, name, "year"), name


def test_a_strong_heading_belongs_to_one_column():
    """Others may stand for several columns, which the reading of a list then weighs."""
    for side in ("demand", "supply"):
        keys = defaultdict(set)
        for heading in headings():
            if heading.kind == side and heading.strong:
                keys[fold(heading.text)].add(heading.key)
        assert keys
        assert {text: k for text, k in keys.items() if len(k) > 1} == {}


def test_headings_are_clean_and_their_keys_exist():
    known = {*DEMAND_KEYS, *SUPPLY_KEYS, *SPECIAL}
    for heading in headings():
        assert heading.text == clean(heading.text)
        assert heading.key.rstrip("?") in known, heading


def test_every_column_is_found_under_its_key_and_its_label():
    for side in ListKind:
        found = {(fold(h.text), h.key) for h in headings() if h.kind in {side.value, "both"}}
        for column in kind().columns[side.value]:
            assert (fold(column.key), column.key) in found, column.key
            assert (fold(column.label), column.key) in found, column.label


def test_a_strong_heading_decides_the_kind_of_list():
    kinds = defaultdict(set)
    for heading in headings():
        kinds[fold(heading.text)].add(heading.kind)
    strong = {fold(heading.text) for heading in headings() if heading.strong}
    assert {text: kinds[text] for text in strong if len(kinds[text]) > 1} == {}


def test_kinds_have_the_columns_of_the_model_in_its_order():
    for side in ListKind:
        assert tuple(c.key for c in kind().columns[side.value]) == keys_of(side)


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ("category", {c.value for c in DemandCategory}),
        ("tier", {t.value for t in Tier if t.value}),
        ("disclosure", {d.value for d in Disclosure}),
    ],
)
def test_options_are_the_labels_of_the_model(key, labels):
    assert set(kind().option_labels(key)) == labels


def test_simplified_characters_are_simple_for_good():
    table = traditional()
    assert all(ord(simple) not in table for simple in table.values())
    for code, simple in table.items():
        assert chr(code) != simple
        assert fold(chr(code)) == simple


def test_alias_cells_hold_no_empty_part():
    for number, row in read_table("lexicon/units.tsv"):
        assert "||" not in row["aliases"], number
        assert len(split_bar(row["aliases"])) == len(set(split_bar(row["aliases"]))), number
