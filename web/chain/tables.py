"""Rows of the tables below the map: what the filters leave, and what a loss reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from matcher.chain.analysis.what_if import losses, reach
from matcher.chain.attach import parts_of
from matcher.chain.drawing import LOOSE, picture_of
from matcher.chain.records import what_if_record
from matcher.chain.session import ChainSession
from matcher.chain.template import Chain
from web.chain.asking import Asked


@dataclass(frozen=True)
class Shown:
    """What stage, county and tier leave of a chain, however it is drawn."""

    session: ChainSession
    nodes: frozenset[str]
    loose: tuple[tuple[str, int], ...]
    chain: str

    def holds(self, node: str) -> bool:
        """Whether a product is left."""
        return node in self.nodes

    def demand(self, demand_id: str) -> bool:
        """Whether a demand is left."""
        return demand_id in self.demand_ids

    def any(self, demand_ids: Iterable[str]) -> bool:
        """Whether one of some demands is left."""
        return any(self.demand(demand_id) for demand_id in demand_ids)

    @cached_property
    def demand_ids(self) -> dict[str, None]:
        """Ids of the chain's demands that are left, in order."""
        demands = self.session.serving.demands
        return {
            demand_id: None
            for demand_id in sorted(demands)
            if demands[demand_id].chain == self.chain
            and any(
                node in self.nodes
                for part in parts_of(demands[demand_id])
                for node in self.session.graph.nodes_of(demand_id, part)
            )
        }


def shown(session: ChainSession, chain: Chain, asked: Asked) -> Shown:
    """What is left by the filters that the tables share with the map."""
    view = replace(asked, show="all", firms=False, fold="0", off=()).view
    picture = picture_of(session, chain, view)
    loose = tuple(
        (box.label, box.needs)
        for box in picture.boxes
        if picture.columns[box.column].stage == LOOSE
    )
    return Shown(session, frozenset(box.id for box in picture.boxes), loose, chain.name)


def what_if(session: ChainSession, off: tuple[str, ...]) -> dict[str, Any] | None:
    """What breaks when some firms and products are gone; None where none are."""
    if not off:
        return None
    reached = reach(session.network, off)
    return what_if_record(session.graph, off, reached, losses(session.network, reached))
