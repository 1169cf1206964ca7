"""Width, case, punctuation: what people see again is kept, what is only compared is one form."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.text import (
    _ALONE,
    _BREAKS,
    _CLEAN,
    _SPACES,
    _VANISH,
    _WIDE_BREAK,
    _fold_once,
    _folded_signs,
    _plain,
    _settled,
    _single,
    _turned,
    as_written,
    clean,
    clean_lines,
    firm_key,
    fold,
    has_chinese,
    hide_firm,
    letters,
    names_firm,
    number_text,
    squeeze,
)

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=20)
# Characters that the rules speak of: where random unicode never puts two of them side by side.
TRICKY = st.text(
    st.sampled_from(
        "φΦØ∅xX×*хm57.,()（），；\n\r\t　 ≥≧=＝<＜>ΣςİßÅ각\u1161\u0301℃㎡㎥％繁體鋼管阀３"
    ),
    max_size=14,
)
INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\ufe0f\x00\x1f\x7f\x80"
)


@settings(max_examples=400)
@given(ANYTHING | TRICKY)
@example("５７ｍｍ　Ｘ　３．５")
@example("> =")
def test_fold_and_clean_are_idempotent(text):
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)


@settings(max_examples=400)
@given(ANYTHING | TRICKY | st.text(st.sampled_from("闸阀鋼x3 \n　Ａ\u200b"), max_size=8))
@example("a  b")
@example("3x3")
def test_a_clean_or_folded_text_is_known_at_once_and_no_other(text):
    """The short ways out give what the long way gives."""
    visible = _VANISH.sub("", text.translate(_CLEAN))
    lines = _BREAKS.sub("\n", _SPACES.sub(" ", visible)).strip(" \n")
    assert clean_lines(text) == lines
    assert clean(text) == _WIDE_BREAK.sub("", lines).replace("\n", " ").strip()
    if _plain().fullmatch(text):
        assert _fold_once(text) == text
    if _single().fullmatch(text):
        assert text.translate(_folded_signs()) == _turned(text)
    if _settled().fullmatch(text):
        assert _turned(text) == text


def test_no_character_of_a_plain_text_is_changed_by_folding():
    plain = [c for c in map(chr, range(0x110000)) if _plain().fullmatch(c)]
    assert len(plain) > 20_000
    assert [c for c in plain if _fold_once(c) != c] == []


def test_signs_that_fold_by_themselves_never_join_another():
    assert [
        c for c in _ALONE if unicodedata.combining(c) or "HANGUL" in unicodedata.name(c, "")
    ] == []


def test_every_single_character_is_folded_once_and_for_all():
    for code in range(0x110000):
        once = fold(chr(code))
        assert fold(once) == once, hex(code)


@settings(max_examples=300)
@given(ANYTHING | TRICKY)
def test_folding_starts_from_the_clean_form(text):
    assert fold(clean(text)) == fold(text)


@settings(max_examples=400)
@given(ANYTHING | TRICKY)
def test_clean_loses_nothing_but_what_nobody_sees(text):
    """Of every visible character a half-width form is still there, in order."""
    visible = [
        c
        for c in text
        if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp", "Mn"}
    ]
    left = [c for c in clean(text) if unicodedata.category(c) not in {"Cf", "Cn", "Zs", "Mn"}]
    assert len(left) == len(visible)
    for before, after in zip(visible, left, strict=True):
        assert before == after or ord(before) - 0xFEE0 == ord(after)


def test_every_visible_character_survives_clean():
    for code in range(0x110000):
        c = chr(code)
        if unicodedata.category(c)[0] in "LNPS":
            assert len(clean(f"甲{c}乙")) == 3, hex(code)


@pytest.mark.parametrize("c", INVISIBLE)
def test_an_invisible_character_does_not_make_another_name(c):
    assert clean(f"电解{c}铜{c}") == "电解铜"
    assert fold(f"电解{c}铜") == fold("电解铜")


def test_a_visible_character_does_make_another_name():
    assert clean("电解·铜") == "电解·铜"
    assert fold("电解镍") != fold("电解铜")


@pytest.mark.parametrize(
    "text", ["阀门，法兰；管件：三种（含垫片）！？", "“液碱”、《目录》。", "【甲】…—"]
)
def test_chinese_punctuation_is_kept_for_people(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("ＤＮ５０", "DN50"),
        ("３．５％", "3.5%"),
        ("ＧＢ／Ｔ　８１６３－２０１８", "GB/T 8163-2018"),
        ("  液碱  ", "液碱"),
        ("液\u00a0碱 \t 32%", "液 碱 32%"),
        ("流体输送用\n无缝钢管", "流体输送用无缝钢管"),
        ("API 5L\r\nX65", "API 5L X65"),
        ("阀门\n\n DN50", "阀门 DN50"),
    ],
)
def test_clean_form(written, seen):
    assert clean(written) == seen


def test_clean_lines_keeps_the_lines():
    assert clean_lines("甲公司 \r\n\n　乙公司\x0b丙") == "甲公司\n乙公司\n丙"


@pytest.mark.parametrize(
    "same",
    [
        ["φ57×3.5", "Φ57*3.5", "Ø57x3.5", "∅５７Ｘ３．５", "ф57 х 3.5", "φ57 × 3.5"],
        ["57mm×3.5mm", "57mm x 3.5mm", "57mm*3.5mm", "５７ｍｍ＊３．５ｍｍ"],
        ["≥99%", "≧99%", ">=99%", "＞＝99％", "⩾99%", "> =99%"],
        ["≤0.5", "≦0.5", "<=0.5", "＜＝０．５"],
        ["25~30℃", "25～30℃", "25〜30°C"],
        ["10-20", "10–20", "10－20", "10−20", "10—20"],
        ["無縫鋼管", "无缝钢管"],
        ["閘閥（鑄鐵）", "闸阀(铸铁)"],
        ["3,000吨", "3000吨", "３，０００吨"],
        ["1,200,000", "1200000"],
        ["年产3,000吨", "年产3000吨"],
        ["100㎡", "100m²", "100M2"],
    ],
)
def test_one_meaning_folds_to_one_form(same):
    assert {fold(text) for text in same} == {fold(same[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("φ57×3.5", "φ57×35"),
        ("≥99%", "≤99%"),
        (">99%", "≥99%"),
        ("轴承", "周程"),
        ("土豆", "图斗"),
        ("1,2,3", "123"),
        ("10-20", "1020"),
        ("钢管", "铜管"),
    ],
)
def test_near_twins_stay_apart(one, other):
    assert fold(one) != fold(other)


def test_the_x_of_a_model_is_a_letter_and_between_numbers_a_sign():
    assert fold("MX350") == "mx350"
    assert fold("x65") == "x65"
    assert fold("57mm x 350") == "57mm×350"
    assert fold("YJV-3x95") == "yjv-3×95"


@settings(max_examples=200)
@given(TRICKY)
def test_letters_of_a_folded_text_are_what_squeeze_gives(text):
    assert letters(fold(text)) == squeeze(text)
    assert squeeze(text) == "".join(c for c in fold(text) if c.isalnum())


@pytest.mark.parametrize(
    "same",
    [
        [
            "博乐市兴农棉业有限公司",
            "博乐市兴农棉业",
            "博乐市兴农棉业有限责任公司",
            " 博乐市兴农棉业 有限公司",
        ],
        ["新疆华泰（集团）有限公司", "新疆华泰(集团)有限公司", "新疆华泰集团公司", "新疆华泰集团"],
        ["ＡＢＢ电气有限公司", "abb电气有限公司"],
    ],
)
def test_a_firm_is_known_by_its_name_without_the_legal_form(same):
    assert {firm_key(name) for name in same} == {firm_key(same[0])}


@pytest.mark.parametrize(
    ("text", "firm", "named"),
    [
        ("拟配套新疆甲铜业", "新疆甲铜业有限公司", True),
        ("新疆乙铜业", "新疆甲铜业有限公司", False),
        ("华泰、新天", "华泰", True),
        ("华泰有限公司；新天", "华泰", True),
        ("新华泰纺织", "华泰", False),
        ("甲、乙", "甲", False),
        ("新疆甲铜业", "", False),
        ("", "新疆甲铜业", False),
    ],
)
def test_a_text_names_a_firm_and_a_short_name_must_stand_alone(text, firm, named):
    assert names_firm(text, firm) is named


def test_other_firms_are_other_firms():
    names = ["华泰有限公司", "华泰集团有限公司", "华泰棉业有限公司", "中泰有限公司", "有限公司", ""]
    assert len({firm_key(name) for name in names}) == len(names)


def test_has_chinese():
    assert has_chinese("DN50 阀")
    assert has_chinese("𠀀")
    assert not has_chinese("DN50 （φ）：。")


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_are_written_without_point(value):
    assert number_text(float(value)) == str(value)


@given(st.decimals(min_value=-(10**8), max_value=10**8, places=3))
def test_numbers_are_written_without_noise_and_read_back(value):
    text = number_text(float(value))
    assert "e" not in text
    assert float(text) == pytest.approx(float(value), abs=1e-9)
    assert not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("folded", "original", "seen"),
    [
        ("cu≥20%", "铜精矿;Cu≥20%，As≤0.4%", "Cu≥20%"),
        ("dn15-dn400", "ＤＮ１５－ＤＮ４００，PN16", "DN15-DN400"),
        ("dn63", "PE管 dn63", "dn63"),
        ("q355b", "厚板;Q355 B", "Q355 B"),
        ("57mm×3.5", "无缝钢管 57mm X 3.5", "57mm X 3.5"),
        ("-25~-18°c", "冷库，-25～-18℃", "-25~-18℃"),
        ("≥98.5%", "含量 >= 98.5 %", "≥ 98.5 %"),
        ("1200kw", "电机 1,200 kW", "1,200 kW"),
        ("320m3/h", "Q=320m³/h", "320m³/h"),
        ("钢管", "無縫鋼管", "鋼管"),
        ("pe管件", "管件（PE管件）", "PE管件"),
        ("外径57", "57×3.5", "外径57"),
        ("", "Cu", ""),
        ("cu", "", "cu"),
    ],
)
def test_folded_text_is_shown_as_it_was_written(folded, original, seen):
    assert as_written(folded, original) == seen


@settings(max_examples=300)
@given(ANYTHING | TRICKY, st.integers(0, 20), st.integers(0, 20))
def test_whatever_is_shown_was_written_or_is_the_folded_text(original, start, length):
    part = fold(original)[start : start + length]
    seen = as_written(part, original)
    at_least = clean(original).replace(">=", "≥")
    assert seen == part or seen in at_least or ">" in original or "<" in original or "=" in original


@pytest.mark.parametrize("text", ["dn200,304", "φ600,316l", "600×400,304", "0.5,304"])
def test_a_grade_behind_a_size_is_no_group_of_thousands(text):
    assert fold(text) == text


@pytest.mark.parametrize(
    ("text", "firm", "hidden"),
    [
        ("送到新疆天河铜业有限公司二号库", "新疆天河铜业有限公司", "送到（匿名）二号库"),
        ("新疆天河铜业企标", "新疆天河铜业有限公司", "（匿名）企标"),
        ("天河铜业企标", "新疆天河铜业有限公司", "（匿名）企标"),
        ("天河铜业企标", "新疆博乐市天河铜业集团有限公司", "（匿名）企标"),
        ("天河铜业企标", "天河铜业", "（匿名）企标"),
        ("阴极铜，铜业专用", "新疆铜业有限公司", "阴极铜，铜业专用"),
        ("阴极铜", "", "阴极铜"),
        ("", "新疆天河铜业有限公司", ""),
    ],
)
def test_a_firm_is_hidden_however_its_name_is_written(text, firm, hidden):
    assert hide_firm(text, firm) == hidden
