"""Sessions, one-time links and failed attempts, whatever the clock does and whoever else tries."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading

import pytest

from matcher.store import LockOut, Purpose, Role, Store, clock
from tests.store.making import dump

MINUTE, HOUR, DAY = 60.0, 3600.0, 24 * 3600.0
RULE = LockOut(free=5, first=30.0, longest=900.0)


@pytest.fixture
def jump(monkeypatch):
    """Sets the clock so many seconds further, or back."""
    moved = dt.timedelta()
    real = clock.utc

    def by(seconds):
        nonlocal moved
        moved += dt.timedelta(seconds=seconds)

    monkeypatch.setattr(clock, "utc", lambda: real() + moved)
    return by


@pytest.fixture
def user(store):
    return store.users.add("somebody", Role.VIEWER).id


def alive(store, token):
    return store.sessions.user(token, idle=30 * MINUTE, longest=10 * HOUR) is not None


# --- sessions ------------------------------------------------------------------------------------


def test_a_session_ends_after_its_idle_time_and_not_before(store, user, jump):
    token = store.sessions.start(user, "", longest=10 * HOUR)
    for _ in range(4):
        jump(29 * MINUTE)
        assert alive(store, token), "it was used meanwhile"
    jump(31 * MINUTE)
    assert not alive(store, token)
    jump(-31 * MINUTE)
    assert not alive(store, token), "over is over, whatever the clock says next"


def test_a_session_in_use_ends_all_the_same(store, user, jump):
    token = store.sessions.start(user, "", longest=10 * HOUR)
    for _ in range(29):
        jump(20 * MINUTE)
        assert alive(store, token)
    for _ in range(2):
        jump(20 * MINUTE)
    assert not alive(store, token)


def test_a_short_idle_time_is_kept_to(store, user, jump):
    token = store.sessions.start(user, "", longest=DAY)
    for _ in range(10):
        jump(40)
        assert store.sessions.user(token, idle=60, longest=DAY)
    jump(61)
    assert not store.sessions.user(token, idle=60, longest=DAY)


def test_a_session_of_the_future_is_none(store, user, jump):
    """The clock stood a year ahead at login; it does not stay open for a year."""
    jump(365 * DAY)
    token = store.sessions.start(user, "", longest=10 * HOUR)
    jump(-365 * DAY)
    assert not alive(store, token)


def test_a_correction_by_a_minute_signs_nobody_out(store, user, jump):
    token = store.sessions.start(user, "", longest=10 * HOUR)
    for seconds in (-60, 60, 90, -90):
        jump(seconds)
        assert alive(store, token)


def test_signing_out_ends_one_session_or_all(store, user):
    one, two, three = (store.sessions.start(user, "", longest=DAY) for _ in range(3))
    store.sessions.end(two)
    assert [alive(store, t) for t in (one, two, three)] == [True, False, True]
    store.sessions.end_all(user)
    assert not any(alive(store, t) for t in (one, two, three))


def test_old_sessions_are_swept(store, user, jump):
    for _ in range(3):
        store.sessions.start(user, "", longest=DAY)
        jump(2 * DAY)
    assert store.db.execute("SELECT count(*) FROM sessions").fetchone() == (1,)


def test_no_token_stands_in_the_file(store, user):
    tokens = [
        store.sessions.start(user, "", longest=DAY),
        store.links.issue(Purpose.ENTER, user, seconds=60),
        store.links.issue(Purpose.SETUP, seconds=60),
    ]
    store.attempts.begin("Passw0rd-typed-as-name", RULE)
    everything = repr(dump(store)).casefold()
    for secret in (*tokens, "passw0rd-typed"):
        assert secret.casefold() not in everything
    assert alive(store, tokens[0])


# --- links ---------------------------------------------------------------------------------------


def test_a_link_opens_what_it_was_made_for_once(store, user):
    token = store.links.issue(Purpose.ENTER, user, seconds=60)
    assert store.links.look(token).user_id == user
    assert store.links.use(token, Purpose.PASSWORD) is None, "another purpose"
    assert store.links.use(token, Purpose.ENTER).user_id == user
    assert store.links.use(token, Purpose.ENTER) is None
    assert store.links.look(token) is None
    assert store.links.look(token[:-1]) is None
    assert store.links.look("") is None


def test_a_link_is_valid_for_its_time_only(store, user, jump):
    token = store.links.issue(Purpose.ENTER, user, seconds=600)
    jump(599)
    assert store.links.look(token)
    jump(2)
    assert store.links.look(token) is None
    ahead = store.links.issue(Purpose.ENTER, user, seconds=600)
    jump(-DAY)
    assert store.links.look(ahead) is None, "it would stay valid for a day"


def test_the_newest_link_counts(store, user):
    first = store.links.issue(Purpose.SETUP, seconds=60)
    other = store.links.issue(Purpose.PASSWORD, user, seconds=60)
    second = store.links.issue(Purpose.SETUP, seconds=60)
    assert store.links.look(first) is None
    assert store.links.look(second)
    assert store.links.look(other)


def test_of_two_who_use_a_link_at_once_one_gets_it(tmp_path):
    path = tmp_path / "a.db"
    with Store(path) as store:
        token = store.links.issue(Purpose.SETUP, seconds=60)
    ready, got = threading.Barrier(8), []

    def take():
        with Store(path) as mine:
            ready.wait()
            got.append(mine.links.use(token, Purpose.SETUP))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([link for link in got if link]) == 1


def test_a_link_is_not_lost_with_what_failed(store, user):
    token = store.links.issue(Purpose.ENTER, user, seconds=60)
    with contextlib.suppress(RuntimeError), store.transaction():
        assert store.links.use(token, Purpose.ENTER)
        raise RuntimeError
    assert store.links.use(token, Purpose.ENTER)


# --- attempts ------------------------------------------------------------------------------------


def test_the_wait_grows_and_ends_somewhere(store, jump):
    waits = []
    for _ in range(16):
        while wait := store.attempts.begin("zhang", RULE):
            waits.append(round(wait))
            jump(wait + 0.01)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900, 900, 900, 900]


def test_asking_while_locked_makes_it_no_longer(store, jump):
    for _ in range(5):
        assert store.attempts.begin("zhang", RULE) == 0
    assert store.attempts.begin("zhang", RULE) > 29
    jump(20)
    for _ in range(50):
        assert store.attempts.begin("zhang", RULE) < 11
    jump(11)
    assert store.attempts.begin("zhang", RULE) == 0


def test_the_right_password_opens_the_way_and_other_names_are_not_touched(store):
    for _ in range(9):
        store.attempts.begin("zhang", RULE)
    assert store.attempts.begin("ＺＨＡＮＧ ", RULE) > 0, "one name, however it is typed"
    assert store.attempts.begin("li", RULE) == 0
    store.attempts.forget("Zhang")
    assert store.attempts.begin("zhang", RULE) == 0


def test_a_clock_set_back_locks_nobody_for_years(store, jump):
    jump(10 * 365 * DAY)
    for _ in range(5):
        store.attempts.begin("zhang", RULE)
    jump(-10 * 365 * DAY)
    assert 0 < store.attempts.begin("zhang", RULE) <= 30
    jump(31)
    assert store.attempts.begin("zhang", RULE) == 0


def test_names_that_nobody_tries_any_more_are_forgotten(store, jump):
    for n in range(20):
        store.attempts.begin(f"name{n}", RULE)
    jump(25 * HOUR)
    store.attempts.begin("another", RULE)
    assert store.db.execute("SELECT count(*) FROM attempts").fetchone() == (1,)


def test_attempts_at_one_moment_are_all_counted(tmp_path):
    path = tmp_path / "a.db"
    Store(path).close()
    ready, waits = threading.Barrier(12), []

    def attempt():
        with Store(path) as mine:
            ready.wait()
            waits.append(mine.attempts.begin("zhang", RULE))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(0.0) == RULE.free


# --- settings ------------------------------------------------------------------------------------


def test_the_signing_key_is_made_once_and_told_nowhere(store):
    key = store.settings.signing_key()
    with Store(store.path) as other:
        assert other.settings.signing_key() == key
    assert len(key) == 64
    assert key not in repr(dump(store)["audit"])


def test_settings_are_told(store):
    assert store.settings.get("policy", "standard") == "standard"
    for _ in range(2):
        store.settings.set("policy", "mlps2")
    (row,) = store.audit.list(action="setting")
    assert (row.before, row.after) == (None, "mlps2")
