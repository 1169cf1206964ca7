"""Chains as the reader of a page may see them, read once for every change of the store.

What was computed is kept in memory under the scope that it was read in: no two scopes share anything,
and what is older than the last change is not used. A small store is read as a whole, so that
all pages show what the commands show; of a large one each chain is read by itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from matcher.chain.analysis.attract import Missing, missing_products
from matcher.chain.analysis.gaps import count_gaps
from matcher.chain.known import read_chain, read_known
from matcher.chain.overview import Health, health_of
from matcher.chain.session import ChainSession
from matcher.chain.shipped import chains
from matcher.chain.template import Chain
from matcher.errors import NotFoundError
from matcher.store import Scope
from matcher.text import fold
from web.database import store
from web.kept import Kept

WHOLE = 6000  # rows of a scope up to which all of them are read at once
PATIENCE = 1.5  # seconds that the overview computes before it shows what there is
_MOST = {"sessions": 24, "pictures": 128, "figures": 1024}


def init_app(app: Flask) -> None:
    """Give an application its memory."""
    app.extensions["chain"] = {what: Kept(most) for what, most in _MOST.items()}


def kept(what: str) -> Kept:
    """The ``sessions``, ``pictures`` or ``figures`` of this application."""
    found: Kept = current_app.extensions["chain"][what]
    return found


def version() -> int:
    """The last change of the store."""
    return store().chains.changed()


def named(name: str, scope: Scope) -> Chain:
    """A chain by its name: of a template, or one that demands in scope name, without stages.

    Raises:
        NotFoundError: There is none, as far as the reader may know.
    """
    for chain in chains():
        if fold(name) == fold(chain.name):
            return chain
    if name and name in store().chains.named(scope):
        return Chain(name, name, (), ())
    raise NotFoundError(f"没有叫“{name}”的产业链，请从产业链一览中选一条")


def session_of(chain: Chain, scope: Scope, at: int) -> ChainSession:
    """The session that a page of a chain is made from.

    Args:
        chain: The chain.
        scope: What may be seen.
        at: The :func:`version`.
    """
    opened, large = store(), _large(scope, at)

    def read() -> ChainSession:
        here = opened.chains.local_counties()
        if large:
            return ChainSession.of(read_chain(opened, scope, chain, prefecture=here), chains())
        return ChainSession.of(read_known(opened, scope, prefecture=here), chains())

    return kept("sessions").get((scope, chain.name if large else None), at, read)


def _large(scope: Scope, at: int) -> bool:
    """Whether a scope is read chain by chain."""
    count = store().chains.more_than
    return kept("figures").get(("large", scope), at, lambda: count(WHOLE, scope))


@dataclass(frozen=True)
class Figures:
    """A chain in figures.

    Attributes:
        chain: The chain.
        health: Its counts.
        stages: Stage → gaps in it, the most first.
        missing: What to bring in; nothing where the reader does not see all suppliers.
    """

    chain: Chain
    health: Health
    stages: Mapping[str, int]
    missing: Sequence[Missing]


def all_figures(scope: Scope, at: int) -> Iterator[tuple[Chain, int, Figures | None]]:
    """Every chain with its demands in scope and its figures; None for those that have to wait."""
    wanted = store().chains.named(scope)
    others = [Chain(name, name, (), ()) for name in wanted if name and not _template(name)]
    until, large = time.monotonic() + PATIENCE, _large(scope, at)
    for chain in (*chains(), *others):
        key = ("figures", scope, chain.name)
        wait = large and time.monotonic() > until and not kept("figures").holds(key, at)
        yield chain, wanted.get(chain.name, 0), None if wait else figures(chain, scope, at)


def figures(chain: Chain, scope: Scope, at: int) -> Figures:
    """The figures of one chain."""

    def make() -> Figures:
        session = session_of(chain, scope, at)
        demands = session.serving.demands
        missing = missing_products(session.serving) if session.graph.known.whole else []
        return Figures(
            chain,
            health_of(session, chain.name, chain if chain.stages else None),
            count_gaps((gap for gap in session.gaps if gap.chain == chain.name), "stage"),
            [m for m in missing if any(demands[i].chain == chain.name for i in m.demand_ids)],
        )

    return kept("figures").get(("figures", scope, chain.name), at, make)


def _template(name: str) -> bool:
    return any(chain.name == name for chain in chains())
