"""Which verdict counts: the last of each reviewer on the same content, settled by a 复核."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.model import Decision, Verdict
from matcher.store import EVERYTHING, buyer
from matcher.store.verdicts import Opinion, count
from tests.store.making import LEADER, demand, reading, supply

YES, NO, LATER = Verdict.ACCEPTED, Verdict.REJECTED, Verdict.UNSURE
HERE = ("d", "s")


def said(*opinions):
    """Opinions as (reviewer, verdict) or (reviewer, verdict, final)."""
    return [
        Opinion(n, who, verdict, hashes=HERE, final=bool(final))
        for n, (who, verdict, *final) in enumerate(opinions, 1)
    ]


@pytest.mark.parametrize(
    ("opinions", "verdict", "disputed"),
    [
        ([("甲", YES)], YES, False),
        ([("甲", YES), ("甲", NO)], NO, False),
        ([("甲", YES), ("乙", YES)], YES, False),
        ([("甲", YES), ("乙", NO)], LATER, True),
        ([("甲", YES), ("乙", NO), ("乙", YES)], YES, False),
        ([("甲", YES), ("乙", NO), ("丙", YES)], LATER, True),
        ([("甲", YES), ("乙", NO), ("丙", NO, True)], NO, False),
        ([("甲", YES), ("乙", NO), ("甲", YES, True)], YES, False),
        ([("甲", YES), ("乙", NO), ("丙", NO, True), ("甲", YES)], LATER, True),
        ([("甲", LATER), ("乙", YES)], YES, False),
        ([("甲", YES), ("乙", LATER)], LATER, True),
        ([("甲", LATER), ("乙", LATER)], LATER, False),
    ],
)
def test_what_counts(opinions, verdict, disputed):
    counted = count(said(*opinions))[HERE]
    assert (counted.verdict, counted.disputed) == (verdict, disputed)


def test_other_content_is_another_question():
    first, second = said(("甲", YES), ("乙", NO))
    counts = count([first, replace(second, hashes=("d2", "s"))])
    assert [(c.verdict, c.disputed) for c in counts.values()] == [(YES, False), (NO, False)]


def test_who_changes_the_name_of_the_account_is_still_the_same():
    old = Opinion(1, "小张", YES, hashes=HERE, user_id=7)
    new = Opinion(2, "张三", NO, hashes=HERE, user_id=7)
    assert not count([old, new])[HERE].disputed
    assert count([old, replace(new, user_id=8)])[HERE].disputed


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(list(Verdict)))))
def test_a_settlement_always_settles_and_order_within_one_reviewer_is_all_that_counts(opinions):
    final = [*opinions, ("丁", YES, True)]
    counted = count(said(*final))[HERE]
    assert (counted.verdict, counted.disputed) == (YES, False)
    for counted in count(said(*opinions)).values():
        verdicts = {opinion.verdict for opinion in counted.opinions}
        assert counted.disputed is (len(verdicts) > 1)
        last = dict(opinions)
        assert all(last[o.reviewer] is o.verdict for o in counted.opinions)


@pytest.fixture
def two(store):
    store.lists.add(reading([demand(1), demand(2, "铜杆")]))
    store.lists.add(reading([supply(1), supply(2, "铜线")]))
    store.decisions.record(
        [Decision("D001", "S001", YES, "", "甲"), Decision("D001", "S001", NO, "", "乙"),
         Decision("D002", "S002", YES, "", "甲")]
    )  # fmt: skip
    return store


def test_a_dispute_is_accepted_nowhere_until_it_is_settled(two):
    mine = buyer(two.enterprises.named(LEADER))

    def seen():
        return (
            {pair for pair, d in two.decisions.latest().items() if d.decision.verdict is YES},
            [verdict for *_, verdict in two.decisions.by_content(EVERYTHING)].count(YES),
            {row.supply_id for row in two.lists.supplies(mine)},
        )

    assert two.decisions.latest()["D001", "S001"].disputed
    assert seen() == ({("D002", "S002")}, 1, {"S002"})
    two.decisions.record([Decision("D001", "S001", YES, "", "丙")], final=True)
    assert not two.decisions.latest()["D001", "S001"].disputed
    assert seen() == ({("D001", "S001"), ("D002", "S002")}, 2, {"S001", "S002"})


def test_content_that_comes_back_brings_its_verdict_back(two):
    two.lists.add(reading([demand(2, "铜杆", note="改")], file="二.csv"))
    assert two.decisions.latest()["D002", "S002"].changed
    two.decisions.record([Decision("D002", "S002", NO, "", "甲")])
    last = two.decisions.latest()["D002", "S002"]
    assert (last.decision.verdict, last.changed) == (NO, False)
    two.lists.add(reading([demand(2, "铜杆"), demand(3)], file="三.csv"))
    last = two.decisions.latest()["D002", "S002"]
    assert (last.decision.verdict, last.changed) == (YES, False)
