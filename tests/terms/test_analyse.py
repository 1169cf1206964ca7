"""One product as the ranking sees it: canonical names, heads, stop words, codes."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.model import Demand, Supply
from matcher.terms import Lexicon, analyse, lexicon, products_of, spec_of
from matcher.terms.analyse import core_of
from matcher.terms.lexicon import longest_suffix
from matcher.text import fold, letters
from tests.terms.names import case_rows, lexicon_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("烧碱", "氢氧化钠"),
        ("电解铜", "阴极铜"),
        ("工业用烧碱", "工业用氢氧化钠"),
        ("ＰＥ管", "PE管"),
        ("閘閥", "闸阀"),
    ],
)
def test_synonyms_have_one_canonical_name(one, other):
    assert analyse(one).canonical == analyse(other).canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [("片碱", "液碱"), ("烧碱", "纯碱"), ("电解铜", "电解镍"), ("轴承", "周程"), ("闸阀", "球阀")],
)
def test_what_is_no_synonym_has_not(one, other):
    assert analyse(one).canonical != analyse(other).canonical


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("番茄酱", "番茄酱"),
        ("番茄酱无菌袋", "无菌袋"),
        ("铜杆", "铜杆"),
        ("铜杆连铸连轧生产线", "生产线"),
        ("枸杞烘干机", "枸杞烘干机"),
        ("工业用氢氧化钠", "烧碱"),
        ("食品级编织袋", "编织袋"),
        ("304不锈钢无缝钢管", "无缝钢管"),
        # What stands behind the head does not move it.
        ("无缝钢管 φ219×8", "无缝钢管"),
        ("无缝钢管（20#，热轧）", "无缝钢管"),
        ("闸阀Z41H-16C DN100", "闸阀"),
        ("闸阀（铸铁） DN50 PN16", "闸阀"),
        ("【国标】轴承[6205]", "轴承"),
        ("电解铜Cu-CATH-1", "电解铜"),
        ("编织袋50kg", "编织袋"),
        ("液碱（32%）", "液碱"),
    ],
)
def test_the_head_is_what_the_thing_is(name, head):
    assert analyse(name).head == head


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("dark chocolate", "巧克力"),
        ("Stainless steel gate valve", "闸阀"),
        ("unsealed bearings", "轴承"),
        ("organic dried goji berries", "枸杞"),
        # What stands behind the head does not move it.
        ("tomato powder, spray dried", "番茄粉"),
        ("tomato powder (spray dried)", "番茄粉"),
        ("tomato powder spray-dried, for tomato paste", ""),
        ("tomato paste in steel drums", "番茄酱"),
        ("seal ring for gate valve", ""),
        ("gate valve with flange", "闸阀"),
        ("gate valve - bolted flange", "闸阀"),
        ("(imported) gate valve", "闸阀"),
        ("gate valve (cast iron", "闸阀"),
        ("gate valve DN50 PN16", "闸阀"),
        ("spherical roller bearing 22220 CC/W33", "调心滚子轴承"),
        ("chip resistor 0603 10K, 100 pcs", "贴片电阻"),
        ("chip resistor 100 pcs", "贴片电阻"),
        ("diesel generator set", "柴油发电机组"),
        ("technical 1,2-dichloroethane, 99%", "二氯乙烷"),
        ("bearing（轴承）", "轴承"),
    ],
)
def test_the_head_of_an_english_name_is_its_last_whole_words(name, head):
    assert analyse(name).head == head


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("net content", "tent"),
        ("mountain goat", "oat"),
        ("best price", "rice"),
        ("IP address", "dress"),
        ("gall bladder", "ladder"),
        ("multi-valve", "valve"),  # what a hyphen joins is one word
        ("bag PE", "pe"),  # two letters at the end are rather a unit, a colour or a brand
        ("bag 100 pcs", "pcs"),
    ],
)
def test_a_known_name_inside_the_last_word_is_no_head(name, inner):
    assert inner in lexicon()
    assert longest_suffix(letters(fold(name)), lexicon()).endswith(inner)
    assert analyse(name).head == ""


@pytest.mark.parametrize(
    "name", ["sealed", "factory sealed", "multi-led", "valves2go", "of", "100"]
)
def test_words_that_name_no_product_have_no_head(name):
    assert analyse(name).head == ""


@pytest.mark.parametrize("name", ["(进口)", "6205-2rs", "z41h-16c", "[a]", ""])
def test_a_name_that_is_only_brackets_or_codes_keeps_them(name):
    assert core_of(name) == name


def test_a_code_is_no_head():
    """A head says what the thing is; z41h-16c is told by its codes."""
    assert analyse("Z41H-16C").head == ""
    assert analyse("Z41H-16C").codes == {"z41h16c", "z41h", "16c"}
    assert analyse("(进口)").head == "进口"


@pytest.mark.parametrize(
    ("name", "concept"),
    [("氢氧化钠（固体）", "烧碱"), ("闸阀 DN50", "闸阀"), ("不锈钢闸阀", ""), ("某某物", "")],
)
def test_a_concept_is_the_whole_core(name, concept):
    assert analyse(name).concept == concept


def test_stop_words_say_nothing():
    plain, padded = analyse("闸阀"), analyse("各种闸阀等")
    assert plain.words == padded.words == ("闸阀",)
    assert analyse("的及和").words == ()


def test_words_that_tell_products_apart_are_no_stop_words():
    assert set(analyse("铸铁闸阀").words) > set(analyse("闸阀").words)


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (("闸阀Z41H-16C DN100",), {"z41h16c", "z41h", "16c"}),  # DN100 is an attribute
        (
            ("闸阀", "Z41H-16C"),
            {"z41h16c", "z41h", "16c"},
        ),  # the specification counts like the name
        (("闸阀", "Z41H-16C DN100", "GB/T 12234"), {"z41h16c", "z41h", "16c"}),
        (("打印机MX350",), {"mx350"}),
        (("轴承", "6205-2RS"), {"62052rs", "6205", "2rs"}),
        (("打印机HP1020", "GB/T 17540-2017"), {"hp1020"}),  # a standard is no model
        (("无缝钢管", "20# φ219×8 GB/T 8163"), set()),  # a grade and dimensions are attributes
        (("胶囊", "280粒"), set()),  # a number with a unit behind it is a measure
        (("螺栓M16×80", "8.8级"), set()),
        (("闸阀",), set()),
        (("PVC管",), set()),
    ],
)
def test_codes_are_models_without_what_attributes_and_standards_hold(row, codes):
    assert analyse(*row).codes == codes


def test_models_written_otherwise_share_their_codes():
    """What an office writes for one model number has a code in common, another model has none."""
    for one, other, another in [
        ("6205-2RS", "6205 2rs", "6305-2RS"),
        ("Z41H-16C", "z41h16c", "Q41F-25P"),
        ("EZXS88W-NA", "ezxs88w", "EZXS55W"),
        ("CJX2-0910", "ＣＪＸ２－０９１０", "CJX2-3210A"),
    ]:
        wanted = analyse("样品", one).codes
        assert wanted & analyse("样品", other).codes, one
        assert max(wanted, key=len) not in analyse("样品", another).codes


def test_words_that_exclude_others_are_read_from_name_and_specification():
    assert analyse("钢板", "冷轧").marks == analyse("冷轧钢板").marks != {}
    assert analyse("钢板").marks == {}


def test_a_wrong_digit_is_near_and_another_code_is_not():
    def shared(one, other):
        a, b = set(analyse(one).grams), set(analyse(other).grams)
        return len(a & b) / len(a | b)

    assert shared("Z41H-16C", "Z41H-18C") > 0.3 > shared("Z41H-16C", "Q11F-25P")


def test_synonyms_meet_in_the_vector_space():
    one, other = set(analyse("烧碱").grams), set(analyse("氢氧化钠").grams)
    assert "s:烧碱" in one & other
    assert {"烧", "碱", "烧碱", "$:烧碱"} <= one & other


def slow_grams(text):
    """Characters with their bi- and trigrams of Chinese runs, written out plainly."""
    return [text[i : i + n] for n in (1, 2, 3) for i in range(len(text)) if i + n <= len(text)]


@given(st.text(st.sampled_from("铜钢管阀门板线杆"), min_size=1, max_size=8))
def test_every_run_gives_its_characters_and_n_grams(name):
    grams = list(analyse(name).grams)
    for gram in set(slow_grams(name)):
        assert grams.count(gram) >= slow_grams(name).count(gram)


@pytest.mark.parametrize("row", case_rows()[::40], ids=lambda row: row[0])
def test_folding_first_changes_nothing(row):
    one, other = analyse(*row), analyse(*map(fold, row))
    assert one.of_name == other.of_name
    for name in ("text", "attributes", "editions", "codes", "figures", "marks"):
        assert getattr(one, name) == getattr(other, name), name


def test_what_many_rows_say_is_understood_once():
    assert analyse("闸阀", "DN50").of_name is analyse("闸阀", "DN80").of_name


def test_spec_and_standard_add_attributes_and_standards_and_leave_the_name_alone():
    bare, full = analyse("无缝钢管"), analyse("无缝钢管", "20#，φ219×8", "GB/T 8163-2018")
    assert (bare.name, bare.grams, bare.head) == (full.name, full.grams, full.head)
    assert bare.attributes == bare.standards == ()
    assert full.standards == ("gb 8163",)
    assert {a.name for a in full.attributes} == {"优质碳钢牌号", "外径", "壁厚"}
    assert analyse("无缝钢管 20# φ219×8").attributes == full.attributes


def test_a_standard_in_the_spec_counts_like_one_in_its_column():
    assert analyse("钢管", "GB/T 8163").standards == analyse("钢管", "", "GBT8163-2018").standards


def test_every_lexicon_name_is_its_own_concept():
    known = lexicon()
    for name in lexicon_names()[::9]:
        whole = letters(fold(name))
        if whole in known:
            found = analyse(name)
            assert found.canonical == known.canonical[whole]
            assert found.concept == known.canonical[whole] or found.core != found.name


@settings(max_examples=150)
@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_any_text_is_analysed(name, spec, standard):
    found = analyse(name, spec, standard)
    assert found.name == fold(name)
    assert analyse(name, spec, standard) == found


def test_parts_and_specification_of_rows():
    demand = Demand("1", "阀门、法兰", ("阀门", "法兰"), spec="DN50", requirement="304不锈钢")
    assert [p.name for p in products_of(demand)] == ["阀门", "法兰"]
    assert spec_of(demand) == "DN50 304不锈钢"
    supply = Supply("1", "闸阀", spec="DN50", description="304不锈钢")
    assert [p.name for p in products_of(supply)] == ["闸阀"]
    assert spec_of(supply) == "DN50"


def test_the_longest_known_ending_is_found():
    """Against trying every ending of 2 to 16 characters."""
    known = lexicon()
    for name in map(fold, lexicon_names()[::23]):
        whole = letters(f"高级{name}")
        endings = [whole[i:] for i in range(len(whole)) if 2 <= len(whole) - i <= 16]
        assert longest_suffix(whole, known) == next((e for e in endings if e in known), "")
    assert longest_suffix("", known) == longest_suffix("杆", known) == ""


@pytest.mark.parametrize(
    "row",
    [
        ("液碱", "32%"),
        ("液碱32%", ""),
        ("液碱（32%）", ""),
        ("32%液碱", ""),
        ("氢氧化钠", "液体，含量32%"),
        ("工业液碱", "浓度32%"),
    ],
)
def test_a_bare_per_cent_is_the_content_of_the_product(row):
    """Whatever the product is called: else 32% of two names for one thing could not be compared."""
    (found,) = analyse(*row).attributes
    assert (found.name, found.low, found.high) == ("含量%", 32.0, 32.0)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (("豆粕", "粗蛋白≥43%"), "粗蛋白%"),
        (("湿玉米", "水分43%"), "水分%"),
        (("工业盐", "氯化钠含量43%"), "氯化钠%"),
    ],
)
def test_a_labelled_per_cent_is_the_share_of_what_the_label_says(row, name):
    assert [a.name for a in analyse(*row).attributes] == [name]


def test_the_end_of_a_name_and_the_start_of_its_spec_are_not_read_together():
    assert analyse("轴承6205", "kg级").attributes == ()
    assert analyse("阀门GB", "8163").standards == ()
    assert analyse("阀门", "GB 8163").standards == ("gb 8163",)


def test_ancestors_are_sought_six_steps_up_by_the_shortest_way():
    chain = Lexicon({}, {c: (d,) for c, d in pairwise("abcdefghij")} | {"a": ("b", "d")})
    assert chain.ancestors("a") == {"b": 1, "d": 1, "c": 2, "e": 2, "f": 3, "g": 4, "h": 5, "i": 6}
    assert chain.ancestors("j") == {}
