"""A saved index answers as the whole matching does, and says what is wrong with it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import XieshouError
from matcher.model import Quantity, Supply
from matcher.ranking import Index, Parameters, match, source_of
from matcher.ranking import index as index_module
from matcher.ranking.supplies import Supplies
from matcher.ranking.texts import Texts, fields_of, record
from tests.ranking.builders import demand, supply

TEXT = st.text(max_size=8) | st.sampled_from(["\x1b", "\x1f", "\x1b1", "\ud800", "闸阀\x1fDN50"])


@given(st.lists(TEXT, max_size=6))
def test_texts_come_back_as_they_were(texts):
    kept = Texts.of(texts)
    assert list(kept) == texts
    assert len(kept) == len(texts)
    with pytest.raises(IndexError):
        kept[len(texts)]


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_fields_come_back_whatever_stands_in_them(fields):
    assert fields_of(record(fields)) == fields


AMOUNTS = st.none() | st.builds(
    Quantity,
    st.none() | st.floats(allow_nan=False),
    st.none() | st.floats(allow_nan=False),
    TEXT,
    st.sampled_from(["", "year", "month"]),
    st.booleans(),
    TEXT,
)
ROWS = st.builds(
    Supply,
    *[TEXT] * 2,
    st.lists(TEXT, max_size=3).map(tuple),
    *[TEXT] * 6,
    AMOUNTS,
    *[TEXT] * 5,
)


@given(st.lists(ROWS, max_size=4))
def test_packed_rows_come_back_as_they_were(rows):
    assert list(Supplies.of(rows)) == rows


@pytest.fixture(scope="module")
def lists():
    names = [
        "闸阀",
        "球阀",
        "阀门",
        "烧碱",
        "氢氧化钠",
        "铜杆",
        "番茄酱无菌袋",
        "无缝钢管",
        "枸杞、红枣",
    ]
    supplies = [
        supply(
            names[i % 9] + ("", "成套", "（国标）")[i % 3],
            f"S{i:03}",
            f"{i + 1}吨/年",
            spec=("", "DN50", "DN80 PN16", "Q355B")[i % 4],
            enterprise=f"第{i % 7}厂",
            county="博乐市" if i % 2 else "",
        )
        for i in range(300)
    ]
    wanted = [demand(name, f"D{i}", "5吨", county="博乐市") for i, name in enumerate(names)]
    return wanted, supplies


@pytest.fixture(scope="module")
def saved(lists, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index") / "供给"
    Index.of(lists[1]).save(folder, "the list")
    return folder


@pytest.mark.parametrize("candidates", [2, 40])
def test_one_demand_is_answered_as_in_the_whole(lists, saved, candidates):
    wanted, supplies = lists
    index, parameters = Index.open(saved), Parameters(top=5, candidates=candidates)
    whole = match(wanted, supplies, parameters, statistics=index.statistics)
    found = [index.find([each], parameters) for each in wanted]
    assert [s for each in found for s in each.suggestions] == list(whole.suggestions)
    assert [gap for each in found for gap in each.gaps] == list(whole.gaps)
    assert index.find(wanted, parameters).suggestions == whole.suggestions


def test_rows_are_found_by_their_ids(lists, saved):
    index = Index.open(saved)
    assert len(index) == 300
    for row in lists[1][::50]:
        assert index.supply(row.supply_id) == replace(row, id_given=False)
    for unknown in ("", "S0005", "T"):
        with pytest.raises(KeyError):
            index.supply(unknown)


def test_an_index_tells_what_it_was_made_of(saved, tmp_path):
    assert source_of(saved) == "the list"
    assert source_of(tmp_path / "nowhere") is None


def test_an_empty_list_has_an_index_too(tmp_path):
    Index.of([]).save(tmp_path / "a")
    assert Index.open(tmp_path / "a").find([demand("闸阀")]).gaps == ("D1",)


def test_a_newer_index_takes_the_place_of_an_older_one(lists, tmp_path):
    folder = tmp_path / "a"
    Index.of(lists[1]).save(folder, "old")
    Index.of(lists[1][:5]).save(folder, "new")
    assert (source_of(folder), len(Index.open(folder))) == ("new", 5)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_another_lexicon_is_another_index(saved, monkeypatch):
    monkeypatch.setattr(index_module, "knowledge", lambda: "another")
    assert source_of(saved) is None
    with pytest.raises(XieshouError, match="别的版本建的，请用供给清单重新建一次"):
        Index.open(saved)


def test_what_is_no_index_is_neither_opened_nor_overwritten(lists, tmp_path):
    (tmp_path / "重要.txt").write_text("x")
    with pytest.raises(XieshouError, match="没有覆盖"):
        Index.of(lists[1][:3]).save(tmp_path)
    with pytest.raises(XieshouError, match="没有索引"):
        Index.open(tmp_path)
    assert (tmp_path / "重要.txt").read_text() == "x"


@pytest.mark.parametrize("name", ["rows-texts", "name-indices", "statistics"])
def test_a_damaged_index_says_so(lists, tmp_path, name):
    folder = tmp_path / "a"
    Index.of(lists[1][:9]).save(folder)
    (folder / f"{name}.npy").write_bytes(b"broken")
    with pytest.raises(XieshouError, match="已损坏"):
        Index.open(folder)
    (folder / f"{name}.npy").unlink()
    with pytest.raises(XieshouError, match="已损坏"):
        Index.open(folder)
    (folder / "index.json").write_text(json.dumps([1]))
    with pytest.raises(XieshouError, match="别的版本"):
        Index.open(folder)
