"""The quick reading of specifications finds what a slow and obvious one finds."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.terms import specs
from matcher.text import fold
from tests.terms.names import case_names, lexicon_names, measuring_names

SLOW_UNITS = [
    (name, re.compile(rf"{specs._RANGE}(?:{unit})"), factor) for name, unit, factor in specs._UNITS
]


def slow_values(text):
    """One scan of the text for each unit."""
    found = []
    for name, pattern, factor in SLOW_UNITS:
        for match in pattern.finditer(text):
            low, high = specs._interval(match[1], match[2], match[3], factor)
            found.append(specs.Attribute(name, low=low, high=high, text=match[0].strip()))
    return found


def slow_grades(text):
    """Every pattern is tried, whatever signs the text holds."""
    found = []
    for name, _signs, pattern in specs._GRADES:
        for match in pattern.finditer(text):
            code = "".join(group for group in match.groups() if group)
            code = specs._SAME_STAINLESS.get(code, code)
            found.append(specs.Attribute(name, code=code, text=match[0].strip()))
    return found


def slow_specs(text):
    rest = specs._STANDARD.sub(" ", text)
    without = specs._PER_CENT.sub(" ", specs._DIMENSIONS.sub(" ", rest))
    return tuple(
        dict.fromkeys(
            [
                *slow_grades(rest),
                *specs._dimensions(rest),
                *specs._per_cents(rest),
                *slow_values(without),
                *specs._degrees(without),
            ]
        )
    )


UNIT_WORDS = [
    "mw", "kw", "w", "kva", "kv", "v", "a", "ma", "mah", "uf", "ω", "kω", "mω", "hz", "mpa", "bar", "m3/h", "目",
    "brix", "g/m2", "mm2", "ml", "l", "kg", "g", "t", "吨", "mm", "cm", "m", "m2", "米", "um", "升", "平方", "千瓦", "瓦楞", "%",
]  # fmt: skip
GRADES = [
    "304", "316l", "347", "0cr18ni9", "q355b", "20#", "45号", "40cr", "16mn", "hrb400e", "hpb300", "l360", "x70", "h62",
    "tu1", "cu-cath-1", "qsn6.5-0.1", "6061", "p.o", "42.5", "c30", "32s", "21支", "oe21s", "ip65",
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
