"""One firm written two ways is shown as a question, never merged; sister firms raise none."""

from __future__ import annotations

import csv
import gzip
import itertools
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.lists import read_list
from matcher.store import EVERYTHING, Store
from matcher.store.likeness import Spellings
from matcher.text import clean
from tests.store.making import demand, reading, supply
from tests.tools import ROOT, shared_data

SAMPLES = ROOT / "corpora" / "samples"
CODES = ("91652701MA7C7KXY1F", "91652722793438925X", "916527237030150811")


def asked(store) -> set[frozenset[str]]:
    return {frozenset((q.first, q.second)) for q in store.enterprises.questions(EVERYTHING)}


def import_firms(store, *firms: str | tuple[str, str]) -> None:
    named = [firm if isinstance(firm, tuple) else (firm, "") for firm in firms]
    store.lists.add(
        reading([supply(i, enterprise=n, credit_code=c) for i, (n, c) in enumerate(named, 1)])
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("欧亚铜业", "欧业铜业"),
        ("新疆欧亚铜业有限公司", "新疆欧业铜业有限公司"),
        ("新疆欧亚铜业有限公司", "新疆欧亚铜业"),
        ("新疆欧亚铜业有限公司", "新疆欧亚铜业有限责任公司"),
        ("新疆欧亚铜业股份有限公司", "新疆欧业铜业有限公司"),
        ("博乐（垒金）建材有限公司", "博乐(垒金)建材有限公司"),
        ("博乐市HK密封件有限公司", "博乐市ＨＫ密封件有限公司"),
        ("阿拉山口朗木包装有限公司", "阿拉山口市朗木包装有限公司"),
        ("新疆歐亞銅業有限公司", "新疆欧亚铜业有限公司"),
        ("博乐第一棉纺厂", "博乐第一绵纺厂"),
    ],
)
def test_two_spellings_are_two_firms_and_a_question(store, first, second):
    import_firms(store, first, second)
    assert {firm["name"] for firm in store.enterprises.all(EVERYTHING)} == {first, second}
    assert asked(store) == {frozenset((first, second))}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("博乐第一棉纺厂", "博乐第二棉纺厂"),
        ("博乐建材一厂", "博乐建材三厂"),
        ("博乐建材厂", "博乐建材二厂"),
        ("新疆东方铜业有限公司", "新疆南方铜业有限公司"),
        ("新疆甲铜业有限公司", "新疆乙铜业有限公司"),
        ("博乐市3号冷库有限公司", "博乐市4号冷库有限公司"),
        ("老城饲料厂", "新城饲料厂"),
        ("新疆欧亚铜业有限公司", "博乐市金鑫昱建材有限公司"),
        ("华泰", "华丰"),
        ("新疆欧亚铜业有限公司", "新疆欧亚铝材加工有限公司"),
    ],
)
def test_sisters_and_strangers_raise_no_question(store, first, second):
    import_firms(store, first, second)
    assert len(store.enterprises.all(EVERYTHING)) == 2
    assert asked(store) == set()


def test_credit_codes_decide_where_both_firms_have_one(store):
    same, other, slip = CODES[0], CODES[1], CODES[0][:-3] + "Z" + CODES[0][-2:]
    import_firms(store, ("欧亚铜业有限公司", same), ("欧业铜业有限公司", other))
    assert asked(store) == set()
    import_firms(store, ("博乐朝阳建材", same))
    assert asked(store) == {frozenset(("欧亚铜业有限公司", "博乐朝阳建材"))}
    import_firms(store, ("欧亚铜业", slip))
    assert frozenset(("欧亚铜业有限公司", "欧亚铜业")) in asked(store)


def test_a_code_put_in_for_want_of_one_asks_nothing(store):
    import_firms(
        store,
        ("甲建材有限公司", "0" * 18),
        ("博州农机合作社", "0" * 18),
        ("短码", "123"),
        ("码短", "123"),
    )
    assert asked(store) == set()


def test_a_code_that_becomes_known_later_is_heard(store):
    import_firms(store, ("欧亚铜业有限公司", CODES[0]), "博乐朝阳建材")
    assert asked(store) == set()
    import_firms(store, ("博乐朝阳建材", CODES[0]))
    assert len(asked(store)) == 1


def test_a_question_is_asked_once_and_not_again_once_answered(store):
    import_firms(store, "欧亚铜业", "欧业铜业")
    with store.transaction():
        store.db.execute("UPDATE enterprise_questions SET answer = 'different'")
    store.lists.add(reading([demand(1, leader="欧业铜业"), demand(2, leader="欧亚铜业")]))
    assert asked(store) == set()
    assert len(store.enterprises.questions(EVERYTHING, open_only=False)) == 1


def test_a_leader_may_also_supply_and_titles_are_kept(store):
    store.lists.add(reading([demand(1, leader="甲公司")]))
    store.lists.add(reading([supply(1, enterprise="甲公司", tier="小巨人", county="精河县")]))
    (firm,) = store.enterprises.all(EVERYTHING)
    assert set(firm["roles"].split("、")) == {"chain_leader", "sme"}
    assert firm["titles"] == "小巨人"
    assert firm["county"] == "博乐市"


def test_a_row_without_a_firm_belongs_to_none(store):
    store.lists.add(reading([demand(1, leader=""), demand(2, "铜杆", leader="")]))
    assert store.enterprises.all(EVERYTHING) == []
    assert [r["enterprise_id"] for r in store.db.query("SELECT * FROM demands")] == [None, None]


def one_edit_apart(a: str, b: str) -> bool:
    """Obvious and slow: every text that one changed, added or left-out character can make of a."""
    letters = set(a + b)
    made = {a[:i] + a[i + 1 :] for i in range(len(a))}
    made |= {a[:i] + c + a[i:] for i in range(len(a) + 1) for c in letters}
    made |= {a[:i] + c + a[i + 1 :] for i in range(len(a)) for c in letters}
    return b in made - {a}


@given(
    st.lists(st.text("欧亚业铜市厂", min_size=1, max_size=6), min_size=2, max_size=9, unique=True)
)
def test_the_index_finds_what_comparing_all_pairs_finds(firms):
    spellings = Spellings()
    for number, name in enumerate(firms):
        spellings.add(number, name, "")
    found = {(a, b) for a in range(len(firms)) for b, _ in spellings.alike(a)}
    slow = {
        (a, b)
        for a, b in itertools.permutations(range(len(firms)), 2)
        if min(len(firms[a]), len(firms[b])) >= 3 and one_edit_apart(firms[a], firms[b])
    }
    assert found == slow


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    with Store(tmp_path_factory.mktemp("samples") / "a.db") as store:
        for name in ("需求清单.xlsx", "供给清单_博乐.docx", "供给清单_县市.csv"):
            store.lists.add(read_list(SAMPLES / name))
        yield store


def test_every_planted_pair_of_the_samples_is_found_and_no_other(sampled):
    planted = tomllib.loads((SAMPLES / "planted.toml").read_text(encoding="utf-8"))["same_firm"]
    pairs = {frozenset(clean(name) for name in pair["spellings"]) for pair in planted}
    assert len(pairs) >= 8
    # Full and half width letters are one spelling by the time a list is read.
    assert asked(sampled) == {pair for pair in pairs if len(pair) == 2}
    known = {firm["name"] for firm in sampled.enterprises.all(EVERYTHING)}
    assert all(pair <= known for pair in pairs)


def test_thousands_of_real_firms_raise_few_questions():
    path = shared_data("listed_company_chains") / "company.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        firms = sorted({row["full_name"] for row in csv.DictReader(stream, delimiter="\t")})
    spellings = Spellings()
    for number, name in enumerate(firms):
        spellings.add(number, name, "")
    pairs = {frozenset((a, b)) for a in range(len(firms)) for b, _ in spellings.alike(a)}
    assert len(firms) > 4000
    assert len(pairs) < len(firms) * 0.05
    assert (
        frozenset(map(firms.index, ("江苏奥赛康药业有限公司", "江苏奥赛康药业股份有限公司")))
        in pairs
    )
