"""The queue, leases, decisions, what undoing restores, accepting many; over a real database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.errors import NotFoundError
from matcher.model import Contribution, Decision, Explanation, Suggestion, Verdict
from matcher.ranking import Parameters
from matcher.store import (
    EVERYTHING,
    NOTHING,
    Filters,
    Order,
    Query,
    Reviewer,
    Role,
    StaleReviewError,
    Store,
    buyer,
    clock,
    county,
)
from matcher.store.listings import LISTINGS
from matcher.store.queue import _ORDERS, FREE, _wanted
from matcher.store.review import NONE_FITS
from tests.store.making import demand, reading, supply

YES, NO, LATER = Verdict.ACCEPTED, Verdict.REJECTED, Verdict.UNSURE
DEMANDS = [
    demand(n, f"铜材{n}", chain=f"链{n % 2}", county=("博乐市", "精河县")[n % 2])
    for n in range(1, 5)
]
SUPPLIES = [
    supply(n, f"铜{n}", enterprise=f"第{n}金属有限公司", tier="创新型" if n == 1 else "")
    for n in range(1, 4)
]


def matched(store, scores=None, conflicts=(), current=()):
    """A run over the rows of a store: every pair, with these probabilities."""
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    found = []
    for d, wanted in enumerate(demands):
        for s, offered in enumerate(supplies):
            pair = (wanted.demand_id, offered.supply_id)
            name = "spec_conflict" if pair in conflicts else "name_same"
            found.append(
                Suggestion(
                    *pair, s + 1, (scores or {}).get(pair, 0.95 - 0.2 * s - 0.01 * d),
                    Explanation(-1.0, (Contribution(name, "名称", 1.0, 2.0),)),
                    already_supplying=pair in current,
                )
            )  # fmt: skip
    outcome = SimpleNamespace(
        suggestions=tuple(found), gaps=(), parameters=Parameters(), model_version="m",
        statistics=SimpleNamespace(version="v", to_json=lambda: "{}"),
    )  # fmt: skip
    return store.runs.save(outcome, demands, supplies, started_at=clock.now())


def fill(path):
    opened = Store(path)
    opened.lists.add(reading(DEMANDS))
    opened.lists.add(reading(SUPPLIES))
    opened.people = [
        Reviewer(opened.users.add(f"审核{name}", Role.REVIEWER, full_name=name).id, name)
        for name in ("甲", "乙")
    ]
    matched(opened)
    return opened


@pytest.fixture
def store(tmp_path):
    with fill(tmp_path / "审核.db") as opened:
        yield opened


def token(store, keys):
    return store.items.get(keys, EVERYTHING).token


def decide(store, keys, verdict, who=0, **more):
    more = {"token": token(store, keys)} | more
    return store.review.decide(keys, verdict, by=store.people[who], scope=EVERYTHING, **more)


def states(store):
    found = store.db.execute("SELECT demand_key, supply_key, state FROM review_items")
    return {(d, s): state for d, s, state in found}


def verdicts(store):
    return sorted(store.db.execute("SELECT * FROM counting_verdicts").fetchall())


def next_(store, filters=None, order=Order.CONFIDENT, who=0, scope=EVERYTHING, **more):
    return store.queue.next(filters or Filters(), order, scope, store.people[who].user_id, **more)


# --- order, filters, scope -----------------------------------------------------------------------


def test_orders(store):
    assert next_(store) == (1, 1)
    doubtful = next_(store, order=Order.DOUBTFUL)
    chance = store.items.get(doubtful, EVERYTHING).suggestion.probability
    best = min(abs(s.suggestion.probability - 0.5) for s in store.runs.suggestions(1, EVERYTHING))
    assert abs(chance - 0.5) == pytest.approx(best)
    assert [next_(store, order=Order.DEMAND, skip=n) for n in range(4)] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (2, 1),
    ]
    assert next_(store, order=Order.SAMPLE) is None


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(chain="链0"), 6),
        (Filters(chain="链0", county="精河县"), 0),
        (Filters(leader="甲铜"), 12),
        (Filters(tier="创新型"), 4),
        (Filters(low=0.9), 4),
        (Filters(low=0.5, high=0.6), 4),
        (Filters(only="changed"), 0),
    ],
)
def test_filters(store, filters, expected):
    assert store.queue.count(filters, Order.CONFIDENT, EVERYTHING, 1) == expected
    assert (next_(store, filters) is not None) is bool(expected)


def test_a_county_reviews_its_own_demands_and_firms_nothing(store):
    keys = {next_(store, scope=county("博乐市"), skip=n) for n in range(7)} - {None}
    assert {d for d, _ in keys} == {2, 4}
    with pytest.raises(NotFoundError):
        store.items.get((1, 1), county("博乐市"))
    for scope in (NOTHING, buyer(1)):
        assert next_(store, scope=scope) is None
        with pytest.raises(NotFoundError):
            store.items.get((1, 1), scope)


def test_firms_that_supply_already_are_not_in_the_queue(store):
    matched(store, current={("D001", "S001")})
    assert (1, 1) not in states(store)
    assert store.items.candidates(1)[0].state == ""


@pytest.mark.parametrize("order", list(Order))
def test_the_next_item_comes_from_an_index(store, order):
    condition, values = _wanted(Filters(), order, EVERYTHING)
    sql = (
        f"SELECT i.demand_key FROM review_items i WHERE {condition} AND {FREE}"
        f" ORDER BY {_ORDERS[order]} LIMIT 1"
    )
    plan = store.db.execute(f"EXPLAIN QUERY PLAN {sql}", values | {"user": 1, "now": ""}).fetchall()
    told = " ".join(row[3] for row in plan)
    assert "USING INDEX review_by_" in told
    assert "TEMP B-TREE" not in told


# --- decisions and undoing -----------------------------------------------------------------------


def test_one_decision_is_kept_told_and_not_asked_again(store):
    decide(store, (1, 1), NO, reason="品名不同")
    assert next_(store) != (1, 1)
    last = store.decisions.latest()["D001", "S001"].decision
    assert (last.verdict, last.reason, last.reviewer) == (NO, "品名不同", "甲")
    told = store.audit.list(action="decision.record")[0]
    assert (told.object, told.after["source"]) == ("pair:D001/S001", "web")
    assert store.audit.verify().fault == ""


def test_a_new_run_and_an_import_of_the_same_rows_ask_nothing_again(store):
    decide(store, (1, 1), YES)
    decide(store, (2, 1), LATER)
    before = states(store)
    store.lists.add(reading(DEMANDS, file="又一次.csv"))
    store.lists.add(reading(SUPPLIES, file="又一次供给.csv"))
    matched(store)
    assert states(store) == before


def test_a_changed_row_comes_back_with_what_changed(store):
    decide(store, (1, 1), YES)
    changed = demand(1, "铜材1", chain="链1", county="精河县", note="急用", spec="T2")
    store.lists.add(reading([changed], file="改.csv"))
    assert states(store)[1, 1] == "changed"
    assert next_(store, Filters(only="changed")) == (1, 1)
    item = store.items.get((1, 1), EVERYTHING)
    assert item.counted is None
    assert item.earlier.verdict is YES
    assert {(c.column, c.before, c.after) for c in item.changes} == {
        ("note", "", "急用"), ("spec", "", "T2")
    }  # fmt: skip
    decide(store, (1, 1), NO)
    assert states(store)[1, 1] == "rejected"


def test_the_same_form_twice_decides_once(store):
    shown = token(store, (1, 1))
    for _ in range(2):
        decide(store, (1, 1), YES, token=shown)
    assert len(list(store.db.query("SELECT * FROM decisions"))) == 1


def test_an_old_form_is_refused_with_the_newer_decision(store):
    shown = token(store, (1, 1))
    decide(store, (1, 1), NO, who=1, reason="已停产")
    with pytest.raises(StaleReviewError) as refused:
        decide(store, (1, 1), YES, token=shown)
    assert (refused.value.newer.reviewer, refused.value.newer.verdict) == ("乙", NO)
    store.lists.add(reading([demand(2, "铜材2", note="改")], file="改.csv"))
    shown = token(store, (2, 1))
    store.lists.add(reading([demand(2, "铜材2", note="再改")], file="再改.csv"))
    with pytest.raises(StaleReviewError, match="变了") as refused:
        decide(store, (2, 1), YES, token=shown)
    assert refused.value.newer is None


def test_two_reviewers_who_differ_and_a_settlement(store):
    decide(store, (1, 1), YES)
    decide(store, (1, 1), NO, who=1)
    assert states(store)[1, 1] == "disputed"
    assert [item.keys for item in store.items.disputes(EVERYTHING)] == [(1, 1)]
    assert store.items.disputed(county("博乐市")) == 0
    decide(store, (1, 1), NO, kind="final")
    assert store.items.disputed(EVERYTHING) == 0
    assert states(store)[1, 1] == "rejected"
    store.review.undo(store.people[0])
    assert store.items.disputed(EVERYTHING) == 1


def test_none_fits_rejects_all_and_makes_a_gap_until_it_is_undone(store):
    before = states(store)
    done = store.review.none_fits(
        (1, 2), by=store.people[0], scope=EVERYTHING, token=token(store, (1, 2))
    )
    assert done.decisions == 3
    assert {states(store)[1, s] for s in (1, 2, 3)} == {"rejected"}
    assert store.items.confirmed_gaps(EVERYTHING) == ["D001"]
    assert store.decisions.latest()["D001", "S003"].decision.reason == NONE_FITS
    assert store.review.undo(store.people[0]).decisions == 3
    assert states(store) == before
    assert store.items.confirmed_gaps(EVERYTHING) == []


def test_none_fits_leaves_what_is_accepted(store):
    decide(store, (1, 1), YES)
    done = store.review.none_fits(
        (1, 2), by=store.people[0], scope=EVERYTHING, token=token(store, (1, 2))
    )
    assert done.decisions == 2
    assert states(store)[1, 1] == "accepted"
    assert store.items.confirmed_gaps(EVERYTHING) == []


def test_undo_is_twenty_deep_and_of_ones_own(tmp_path):
    with fill(tmp_path / "撤销.db") as store:
        for n in range(25):
            decide(store, (1 + n % 4, 1 + n % 3), (YES, NO)[n % 2])
        decide(store, (1, 1), YES, who=1)
        rows = len(list(store.db.query("SELECT * FROM decisions")))
        undone = 0
        while store.review.undo(store.people[0]):
            undone += 1
        assert undone == 20
        assert not store.review.undoable(store.people[0])
        assert store.review.undoable(store.people[1])
        assert len(list(store.db.query("SELECT * FROM decisions"))) == rows, "nothing is deleted"
        assert store.audit.verify().fault == ""


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["decide", "none", "bulk"]), st.integers(1, 4), st.integers(1, 3),
            st.sampled_from(list(Verdict)), st.integers(0, 1),
        ), min_size=1, max_size=8,
    )
)  # fmt: skip
def test_undoing_restores_what_counted(tmp_path_factory, steps):
    with fill(tmp_path_factory.mktemp("undo") / "审核.db") as store:
        seen = {0: [], 1: []}
        order = []
        for kind, d, s, verdict, who in steps:
            seen[who].append(
                (verdicts(store), states(store), store.items.confirmed_gaps(EVERYTHING))
            )
            order.append(who)
            by = store.people[who]
            if kind == "bulk":
                n = store.review.bulk(Filters(), 0.9, by=by, scope=EVERYTHING)
                store.review.accept_all(Filters(), 0.9, by=by, scope=EVERYTHING, expected=n)
                if not n:
                    seen[who].pop(), order.pop()
            elif kind == "none":
                store.review.none_fits((d, s), by=by, scope=EVERYTHING, token=token(store, (d, s)))
            else:
                decide(store, (d, s), verdict, who)
        for who in reversed(order):  # in the reverse order of all
            before = seen[who].pop()
            assert store.review.undo(store.people[who]) is not None
            now = (verdicts(store), states(store), store.items.confirmed_gaps(EVERYTHING))
            assert now == before
        assert store.audit.verify().fault == ""


def told(store):
    """What lists, the workbench and the chains say of the first demand and its first supply."""
    listing = store.browse.counts(LISTINGS["demands"], EVERYTHING, Query()).values["reviewed"]
    supplies = store.browse.counts(LISTINGS["supplies"], EVERYTHING, Query()).values["accepted"]
    row = store.browse.one(LISTINGS["demands"], EVERYTHING, "D001").values["accepted"]
    funnel = store.figures.funnel(1, EVERYTHING)
    offers = store.chains.offers("链1", 1, EVERYTHING, 0.5)
    chain = next(o.verdict for o in offers if (o.demand_id, o.supply_id) == ("D001", "S001"))
    return (
        dict(listing),
        dict(supplies),
        row,
        (funnel.reviewed, funnel.accepted, store.figures.undecided(1, EVERYTHING)),
        sum(map(sum, store.figures.weeks(EVERYTHING, weeks=2))),
        chain,
    )


def test_every_page_tells_the_verdict_that_counts(store):
    """Not the last decision: one taken back says nothing, two that differ are 待定."""
    nothing = ({"none": 4}, {"no": 3}, 0, (0, 0, 4), 0, "")
    yes = ({"accepted": 1, "none": 3}, {"yes": 1, "no": 2}, 1, (1, 1, 3), 1, "accepted")
    assert told(store) == nothing
    at_first = store.figures.version()
    decide(store, (1, 1), YES)
    assert told(store) == yes
    store.review.undo(store.people[0])
    assert told(store) == nothing
    assert store.figures.version() > at_first
    decide(store, (1, 1), NO, who=1)
    decide(store, (1, 1), YES)
    differ = ({"decided": 1, "none": 3}, {"no": 3}, 0, (1, 0, 3), 2, "unsure")
    assert told(store) == differ
    decide(store, (1, 1), YES, kind="final")
    assert told(store)[-1] == "accepted"


# --- leases --------------------------------------------------------------------------------------


def test_two_connections_never_hold_one_item(store):
    one, other = (person.user_id for person in store.people)
    with Store(store.path) as second:
        taken = []
        for _ in range(6):
            for opened, user in ((store, one), (second, other)):
                keys = opened.queue.take(Filters(), Order.CONFIDENT, EVERYTHING, user)
                taken.append(keys)
                opened.db.execute(  # as if this one went on without deciding
                    "UPDATE review_items SET state = 'unsure' WHERE demand_key = ? AND supply_key = ?",
                    keys,
                )
        assert len(set(taken)) == 12
        assert second.queue.take(Filters(), Order.CONFIDENT, EVERYTHING, other) is None


def test_a_held_item_is_passed_over_refused_and_free_again_later(store, monkeypatch):
    one, other = (person.user_id for person in store.people)
    keys = store.queue.take(Filters(), Order.CONFIDENT, EVERYTHING, one)
    assert store.queue.take(Filters(), Order.CONFIDENT, EVERYTHING, one) == keys, "one's own"
    assert store.queue.take(Filters(), Order.CONFIDENT, EVERYTHING, other) != keys
    assert store.queue.hold(keys, other) == "甲"
    with pytest.raises(StaleReviewError, match="甲 正在审"):
        decide(store, keys, YES, who=1)
    later = clock.after(301)
    monkeypatch.setattr("matcher.store.queue.now", lambda: later)
    assert store.queue.hold(keys, other) == ""


def test_a_decision_frees_the_item(store):
    keys = store.queue.take(Filters(), Order.CONFIDENT, EVERYTHING, store.people[0].user_id)
    decide(store, keys, YES)
    assert store.queue.holder(keys, store.people[1].user_id) == ""


# --- many at once --------------------------------------------------------------------------------


def test_bulk_leaves_alone_what_it_must_and_is_undone_at_once(store):
    scores = {(f"D00{d}", f"S00{s}"): 0.95 for d in range(1, 5) for s in range(1, 4)}
    matched(store, scores, conflicts={("D004", "S003")})
    me, other = store.people
    decide(store, (1, 1), NO)
    decide(store, (1, 2), YES)
    decide(store, (1, 2), NO, who=1)
    store.queue.hold((1, 3), other.user_id)
    decide(store, (2, 1), YES)
    changed = demand(2, "铜材2", chain="链0", county="博乐市", note="改")
    store.lists.add(reading([changed], file="改.csv"))  # all of D002: decided or matched otherwise
    if "flagged_enterprises" in store.db.view_names():
        store.db.execute(
            "INSERT INTO risks (name, flag, updated_at, updated_by)"
            " SELECT enterprise, '失信', '', '' FROM supplies WHERE key = 2"
        )
    else:
        store.db.execute(
            "CREATE VIEW flagged_enterprises AS SELECT enterprise_id FROM supplies WHERE key = 2"
        )
    before = states(store)
    count = store.review.bulk(Filters(), 0.9, by=me, scope=EVERYTHING)
    assert count == 3
    with pytest.raises(StaleReviewError, match="3 条"):
        store.review.accept_all(Filters(), 0.9, by=me, scope=EVERYTHING, expected=4)
    assert states(store) == before
    store.review.accept_all(Filters(), 0.9, by=me, scope=EVERYTHING, expected=3)
    after = states(store)
    assert {pair for pair in after if after[pair] != before[pair]} == {(3, 1), (3, 3), (4, 1)}
    assert store.review.undo(me).decisions == 3
    assert states(store) == before


def test_a_sample_shows_what_was_decided_once(store):
    decide(store, (1, 1), YES)
    decide(store, (2, 1), NO)
    first = next_(store, order=Order.SAMPLE)
    decide(store, first, YES, kind="second")
    second = next_(store, order=Order.SAMPLE)
    assert {first, second} == {(1, 1), (2, 1)}
    decide(store, second, YES, kind="second")
    assert next_(store, order=Order.SAMPLE) is None
    assert next_(store, order=Order.SAMPLE, who=1) is not None, "another reviewer has a sample too"


def test_decisions_of_workbooks_count_in_the_queue(store):
    store.decisions.record([Decision("D001", "S001", YES, "", "丙")])
    assert states(store)[1, 1] == "accepted"


def test_keys_are_remembered_for_each_user(store):
    one, other = (person.user_id for person in store.people)
    store.queue.set_keys(one, on=False)
    assert (store.queue.keys_on(one), store.queue.keys_on(other)) == (False, True)
