"""The search for cycles rests while long lists are worked on, and afterwards is as it was."""

import gc

import pytest

from matcher.collecting import uncollected
from matcher.ranking import match
from tests.ranking.builders import demand, supply


@pytest.fixture(autouse=True)
def _as_before():
    yield
    gc.enable()


@pytest.mark.parametrize("before", [True, False])
def test_it_rests_and_is_then_as_it_was(before):
    (gc.enable if before else gc.disable)()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled() is before


def test_it_works_again_after_an_error():
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()


def test_it_rests_during_a_match():
    seen = []
    match([demand("闸阀")], [supply("球阀")], progress=lambda *_: seen.append(gc.isenabled()))
    assert seen
    assert not any(seen)
    assert gc.isenabled()
