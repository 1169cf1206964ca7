"""How a wanted attribute stands to an offered one; what is unknown never speaks against a pair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.terms import Agreement, Attribute, compare, compare_all, compare_group, parse_specs
from matcher.text import fold

ORDER = (Agreement.EQUAL, Agreement.COMPATIBLE, Agreement.CONFLICT)


def agreements(wanted, offered):
    """{name: agreement} of two specifications as written."""
    found = compare_all(parse_specs(fold(wanted)), parse_specs(fold(offered)))
    return {c.name: c.agreement.value for c in found}


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ("Q355B", "Q355B", "equal"),
        ("Q355B", "Q355", "compatible"),
        ("Q355", "Q355B", "compatible"),
        ("Q355B", "Q355C", "conflict"),
        ("Q355B", "Q235B", "conflict"),
        ("32S", "JC32S", "equal"),
        ("32S", "21S", "conflict"),
        ("21S/2", "21S", "conflict"),
        ("304", "06Cr19Ni10", "equal"),
        ("304", "316L", "conflict"),
        ("DN50", "dn 50", "equal"),
        ("DN50", "DN15~300", "compatible"),
        ("DN350", "DN15~300", "conflict"),
        ("DN50-100", "DN80-200", "compatible"),
        ("φ219", "φ220", "equal"),  # within one per cent
        ("φ219", "φ225", "conflict"),
        ("≥99%", "99.5%", "compatible"),
        ("≥99%", "98%", "conflict"),
        ("≥99%", "≥99%", "equal"),
        ("水分≤14%", "水分12%", "compatible"),
        ("水分≤14%", "水分15%", "conflict"),
        ("-20℃", "20℃", "conflict"),
        ("-20℃", "-25~5℃", "compatible"),
        ("10kV", "10000V", "equal"),
        ("0.5MPa", "500kPa", "equal"),
        ("P.O42.5", "P.O 42.5", "equal"),
        ("P.O42.5", "P.C32.5", "conflict"),
        ("1200×600×50", "1200*600*50mm", "equal"),
        ("1250×1250×140", "1245×1250×140", "equal"),  # what sheets round to
        ("1250×1250×140", "1250×1250", "compatible"),  # a side left out
        ("1250×1250×140", "1200×1250×140", "conflict"),
        ("1250×1250×140", "1200×1250", "conflict"),
    ],
)
def test_one_attribute(wanted, offered, expected):
    (found,) = agreements(wanted, offered).values()
    assert found == expected


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ("Q355B DN50", ""),
        ("304", "DN50"),
        ("DN50", "φ50"),
        ("10kV", "10kW"),
        ("219*8", "φ219×6"),
        ("含量99%", "水分1%"),
    ],
)
def test_unknown_is_no_conflict(wanted, offered):
    assert set(agreements(wanted, offered).values()) == {"unknown"}


def test_what_the_demand_does_not_ask_is_not_compared():
    assert agreements("", "304 DN50") == {}
    assert agreements("DN50", "304 DN50") == {"公称直径": "equal"}


def test_a_supplier_of_several_grades_offers_each():
    assert agreements("304", "304/316L") == {"不锈钢牌号": "equal"}
    assert agreements("304", "316L/321") == {"不锈钢牌号": "conflict"}


def test_a_catalogue_of_sizes_says_too_little_for_a_conflict():
    assert agreements("DN50", "DN80 DN100 DN150") == {"公称直径": "unknown"}
    assert agreements("DN50", "DN50 DN100 DN150") == {"公称直径": "equal"}
    assert agreements("DN50", "DN80 DN100") == {"公称直径": "conflict"}


def test_the_texts_of_a_comparison_are_as_written():
    (found,) = compare_all(parse_specs("q355b"), parse_specs("q235b"))
    assert (found.wanted, found.offered) == ("q355b", "q235b")


ENDS = st.floats(-1000, 1000).map(lambda x: round(x, 1))


@st.composite
def values(draw):
    low, high = sorted([draw(ENDS), draw(ENDS)])
    shape = draw(st.sampled_from(["point", "range", "at least", "at most"]))
    ends = {
        "point": (low, low),
        "range": (low, high),
        "at least": (low, None),
        "at most": (None, high),
    }
    return Attribute("x", low=ends[shape][0], high=ends[shape][1])


@given(values(), values())
def test_agreement_of_values_is_what_sets_of_numbers_say(wanted, offered):
    def holds(a, x):
        return (a.low is None or a.low <= x) and (a.high is None or x <= a.high)

    ends = [x for a in (wanted, offered) for x in (a.low, a.high) if x is not None]
    meet = any(holds(wanted, x) and holds(offered, x) for x in ends)
    found = compare(wanted, offered)
    if (wanted.low, wanted.high) == (offered.low, offered.high):
        assert found is Agreement.EQUAL
    elif meet:
        assert found is Agreement.COMPATIBLE
    elif found is Agreement.EQUAL:  # two single values so near that they mean the same
        assert wanted.low == wanted.high
        assert abs(wanted.low - offered.low) <= 0.01 * max(abs(wanted.low), abs(offered.low))
    else:
        assert found is Agreement.CONFLICT


@given(values(), values())
def test_agreement_is_the_same_from_both_sides(a, b):
    assert compare(a, b) is compare(b, a)
    assert compare(a, a) is Agreement.EQUAL


@given(values(), values(), st.floats(0, 500), st.floats(0, 500), st.sampled_from([1, -1]))
def test_a_larger_conflict_never_helps(wanted, offered, near, further, way):
    """An offer moved further from what is wanted never agrees better than the nearer one."""

    def moved(by):
        return Attribute(
            "x",
            low=None if offered.low is None else offered.low + way * by,
            high=None if offered.high is None else offered.high + way * by,
        )

    first, second = compare(wanted, moved(near)), compare(wanted, moved(near + further))
    if first is Agreement.CONFLICT and _away(wanted, moved(near), way):
        assert second is Agreement.CONFLICT


def _away(wanted, offered, way):
    """Whether the offer already lies on the side it is moved to."""
    if way > 0:
        return wanted.high is not None and offered.low is not None and offered.low > wanted.high
    return wanted.low is not None and offered.high is not None and offered.high < wanted.low


@given(values(), values(), values())
def test_a_further_offer_never_makes_agreement_worse(wanted, one, two):
    alone = compare_group((wanted,), (one,))
    assert ORDER.index(compare_group((wanted,), (one, two))) <= ORDER.index(alone)


@given(st.lists(values(), min_size=1, max_size=4), st.lists(values(), min_size=1, max_size=4))
def test_a_group_agrees_as_its_best_pair_does(mine, theirs):
    best = min((compare(a, b) for a in mine for b in theirs), key=ORDER.index)
    found = compare_group(tuple(mine), tuple(theirs))
    if best is Agreement.CONFLICT and max(len(mine), len(theirs)) > 2:
        assert found is Agreement.UNKNOWN
    else:
        assert found is best


def test_a_sign_behind_a_letter_is_read():
    """Q≤400m³/h offers what Q=320m³/h asks; without the sign the two would conflict."""
    wanted = parse_specs(fold("Q=320m³/h"))
    assert compare_all(wanted, parse_specs(fold("Q≤400m³/h")))[0].agreement is Agreement.COMPATIBLE
    assert compare_all(wanted, parse_specs(fold("Q≤300m³/h")))[0].agreement is Agreement.CONFLICT


def test_sizes_are_compared_side_by_side():
    wanted = parse_specs(fold("1250×1250×140mm"))
    for offered, agreement in (
        ("1250*1250*140", Agreement.EQUAL),
        ("1250×1250", Agreement.COMPATIBLE),
        ("1260×1250", Agreement.COMPATIBLE),
        ("1200×1000", Agreement.CONFLICT),
        ("1250×1250×240", Agreement.CONFLICT),
    ):
        assert compare_all(wanted, parse_specs(fold(offered)))[0].agreement is agreement, offered
