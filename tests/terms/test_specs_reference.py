"""The quick reading of specifications finds what a slow and obvious one finds."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.terms import grades, measures, specs
from matcher.text import fold
from tests.terms.names import case_names, lexicon_names, measuring_names

SLOW_UNITS = [
    (name, re.compile(rf"{measures.RANGE}(?P<written>{unit})"), factor)
    for name, unit, factor in measures.UNITS
]


def slow_values(text):
    """One scan of the text for each unit."""
    found = []
    for name, pattern, factor in SLOW_UNITS:
        found += [
            measures.value(text, name, factor, match, match.end())
            for match in pattern.finditer(text)
            if match["sign"] != "±" or name == "容量"
        ]
    return found


def slow_grades(text):
    """Every pattern is tried, whatever signs the text holds."""
    every_sign = tuple((name, ("",), pattern) for name, _, pattern in grades.GRADES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grades, "_possible", lambda _letters: every_sign)
        return grades.grades(text)


def slow_specs(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measures, "values", slow_values)
        patch.setattr(specs, "grades", slow_grades)
        return specs.parse_specs(text)


UNIT_WORDS = [
    "mw", "kw", "w", "kva", "kv", "v", "a", "ma", "mah", "uf", "ω", "kω", "mω", "hz", "mpa", "bar", "m3/h", "目",
    "brix", "vac", "ah", "pa", "l/min", "g/m2", "mm2", "ml", "l", "kg", "g", "t", "吨", "mm", "cm", "m", "m2", "米", "um", "升", "平方",
    "千瓦", "瓦楞", "%", "以上", "丝", "k", "宽",
]  # fmt: skip
GRADES = [
    "304", "316l", "347", "0cr18ni9", "q355b", "20#", "45号", "40cr", "16mn", "hrb400e", "hpb300", "l360", "x70", "h62",
    "tu1", "cu-cath-1", "qsn6.5-0.1", "6061", "p.o", "42.5", "c30", "32s", "21支", "oe21s", "ip65",
    "s30408", "sop-8", "0603", "m16", "t65/c35", "75d/72f", "42.5级", "8.8级", "pn16", "ac", "15w-40",
]  # fmt: skip
PIECES = (
    st.sampled_from(UNIT_WORDS)
    | st.sampled_from(
        [" ", "-", "~", "×", "φ", "dn", "≥", "≤", "±", ".", "/", ",", "(", "约", "钢"]
    )
    | st.integers(0, 2500).map(str)
    | st.sampled_from(GRADES)
)


@settings(max_examples=600)
@given(st.lists(PIECES, max_size=9).map("".join))
def test_made_up_specifications(text):
    text = fold(text)
    assert specs.parse_specs(text) == slow_specs(text)


@settings(max_examples=200)
@given(st.text(max_size=25))
def test_any_text(text):
    text = fold(text)
    assert specs.parse_specs(text) == slow_specs(text)


@pytest.mark.parametrize("names", [case_names, lexicon_names])
def test_real_names(names):
    for name in map(fold, names()):
        assert specs.parse_specs(name) == slow_specs(name), name


def test_measuring_names():
    for name in map(fold, measuring_names()[::60]):
        assert specs.parse_specs(name) == slow_specs(name), name
