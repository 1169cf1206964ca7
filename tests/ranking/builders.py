"""Small lists, blocks of pairs and switches for the tests of the ranking."""

import os
from contextlib import contextmanager

import numpy as np

from matcher.model import Demand, Supply
from matcher.quantity import parse_quantity
from matcher.ranking import Statistics
from matcher.ranking.features import PairBlock, Side
from matcher.terms import analyse, spec_of


def demand(name, identity="D1", quantity="", **more):
    """A demand row; ``quantity`` is text as on a list."""
    amount = parse_quantity(quantity)
    unit = amount.unit if amount else ""
    return Demand(identity, name, annual_quantity=amount, unit=unit, **more)


def supply(name, identity="S1", quantity="", **more):
    amount = parse_quantity(quantity)
    unit = amount.unit if amount else ""
    return Supply(identity, name, annual_capacity=amount, unit=unit, **more)


def block(pairs, statistics=None):
    """One block of (demand, supply) rows, each pair with its own two products."""
    demands, supplies = [d for d, _ in pairs], [s for _, s in pairs]
    wanted = [analyse(d.product_name, spec_of(d), d.standard) for d in demands]
    offered = [analyse(s.product_name, spec_of(s), s.standard) for s in supplies]
    statistics = statistics or Statistics.of([*wanted, *offered])
    left = Side.of(demands, wanted, statistics)
    right = Side.of(supplies, offered, statistics)
    index = np.arange(len(pairs))
    return PairBlock(left, right, index, index)


@contextmanager
def environment(**values):
    """Environment variables for a while (several in a hypothesis test, unlike monkeypatch)."""
    before = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def shown(ranking):
    """All that a ranking says, for comparison."""
    return ranking.suggestions, ranking.gaps
