"""Suggestions as csv and json: complete, exact, harmless, the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matcher.catalogue import to_csv, to_json
from matcher.catalogue.suggestions import as_given, harmless
from tests.catalogue.making import DANGEROUS, demand, result, supply, usual


def read_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_one_row_per_pair_of_source_rows_in_rank_order():
    matched = usual()
    rows = read_csv(to_csv(matched))
    assert list(rows[0])[:4] == ["demand_id", "supply_id", "rank", "score"]
    pairs = [(row["demand_id"], row["supply_id"]) for row in rows]
    assert len(set(pairs)) == len(pairs) == len(matched.ranking.suggestions)
    for identity in {pair[0] for pair in pairs}:
        mine = [row for row in rows if row["demand_id"] == identity]
        assert [row["rank"] for row in mine] == [str(n) for n in range(1, len(mine) + 1)]
        scores = [float(row["score"]) for row in mine]
        assert scores == sorted(scores, reverse=True)
    assert {row["demand_id"] for row in rows if row["断点"]} <= set(matched.ranking.gaps)


def test_json_holds_the_same_and_its_points_add_up_exactly():
    matched = usual()
    data = json.loads(to_json(matched))
    rows = read_csv(to_csv(matched))
    found = [(s["demand_id"], s["supply_id"], f"{s['score']:.6f}") for s in data["suggestions"]]
    assert found == [(r["demand_id"], r["supply_id"], r["score"]) for r in rows]
    assert data["gaps"] == list(matched.ranking.gaps)
    for s in data["suggestions"]:
        total = s["base"] + sum(c["points"] for c in s["contributions"])
        assert math.isclose(total, s["log_odds"], abs_tol=1e-9)
        assert math.isclose(1 / (1 + math.exp(-total)), s["score"], abs_tol=1e-6)


def test_several_products_in_a_cell_fold_to_one_row():
    several = demand(product_name="阀门、法兰、管件", products=("阀门", "法兰", "管件"))
    both = supply(product_name="闸阀、法兰", products=("闸阀", "法兰"))
    (row,) = read_csv(to_csv(result([several], [both])))
    assert (row["demand_id"], row["supply_id"], row["需求产品"]) == ("D001", "S001", "法兰")


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_the_csv_is_a_formula(text):
    fields = {"product_name": f"{text}铜", "spec": text}
    matched = result(
        [demand(text, leader=text, **fields)], [supply(text, enterprise=text, **fields)]
    )
    (row,) = read_csv(to_csv(matched))
    for cell in row.values():
        assert not cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell
    assert as_given(row["demand_id"]) == text or text.startswith("'")


@pytest.mark.parametrize("text", ["-5", "+86", "-0.25", "001", "1", "D-001", "'quoted'", "铜=97%"])
def test_ids_that_are_no_danger_stay_as_they_are(text):
    (row,) = read_csv(to_csv(result([demand(text)], [supply(text)])))
    assert (row["demand_id"], row["supply_id"]) == (text, text)


@given(st.text().filter(lambda t: not t.startswith("'")))
@example("=1")
@example("-1")
@example("\t=1")
def test_what_was_made_harmless_can_be_taken_back(text):
    assert as_given(harmless(text)) == text


def test_a_file_name_of_another_encoding_does_not_break_the_json():
    from tests.store.making import reading

    name = "需求.csv".encode("gbk").decode("utf-8", "surrogateescape")
    matched = result([demand()], [supply()], (reading([demand()], file=name),))
    assert json.loads(to_json(matched))["inputs"][0]["file"].endswith(".csv")
