"""The chain of a store, ready to be asked: built once, its analyses at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from matcher.chain.analysis.bottlenecks import Bottleneck, bottlenecks
from matcher.chain.analysis.gaps import Gap, gaps
from matcher.chain.analysis.what_if import SupplyNetwork, network_of
from matcher.chain.graph import ChainGraph, NodeKind, build, enterprise_id, product_id
from matcher.chain.known import Known, read_known
from matcher.chain.serving import Serving
from matcher.chain.shipped import chains as shipped_chains
from matcher.chain.template import Chain
from matcher.errors import NotFoundError
from matcher.text import fold, squeeze

if TYPE_CHECKING:
    from matcher.store import Scope, Store


@dataclass(frozen=True)
class ChainSession:
    """A chain graph with who serves whom."""

    graph: ChainGraph

    @classmethod
    def of(cls, known: Known, chains: Sequence[Chain] | None = None) -> ChainSession:
        """The session of what is known; with the shipped templates where none are given."""
        return cls(build(known, shipped_chains() if chains is None else chains))

    @classmethod
    def open(cls, store: Store, scope: Scope, *, prefecture: Iterable[str] = ()) -> ChainSession:
        """The session of a store, of what the scope lets see."""
        return cls.of(read_known(store, scope, prefecture=prefecture))

    @cached_property
    def serving(self) -> Serving:
        """Who serves whom."""
        return Serving(self.graph)

    @cached_property
    def gaps(self) -> list[Gap]:
        """All gaps that the reader may be told of (see :class:`~matcher.chain.known.Known`)."""
        told = self.graph.known.told_gaps
        return [gap for gap in gaps(self.serving) if told is None or gap.demand_id in told]

    @cached_property
    def gap_of(self) -> dict[str, Gap]:
        """Demand id → its gap, where it has one."""
        return {gap.demand_id: gap for gap in self.gaps}

    def bottlenecks(self, *, local: bool = False) -> list[Bottleneck]:
        """All bottlenecks; none where the reader does not see all suppliers."""
        return (self._thin_here if local else self._thin) if self.graph.known.whole else []

    @cached_property
    def _thin(self) -> list[Bottleneck]:
        return bottlenecks(self.serving)

    @cached_property
    def _thin_here(self) -> list[Bottleneck]:
        return bottlenecks(self.serving, local=True)

    @cached_property
    def network(self) -> SupplyNetwork:
        """The supply network for questions of what-if."""
        return network_of(self.graph, self.serving)

    def find(self, name: str) -> str:
        """The node of a firm or product by its name.

        Raises:
            NotFoundError: There is none; the sentence names those that may be meant.
        """
        nodes = self.graph.graph.nodes
        for node in (name, enterprise_id(name), product_id(name)):
            if node in nodes:
                return node
        wanted = squeeze(name)
        for chain in self.graph.chains:
            if wanted in chain.by_name:
                return product_id(chain.by_name[wanted].name)
        asked = (NodeKind.ENTERPRISE, NodeKind.PRODUCT)
        labels = {fold(d["label"]): d["label"] for _, d in nodes(data=True) if d["kind"] in asked}
        inside = sorted(label for key, label in labels.items() if wanted and wanted in squeeze(key))
        near = inside or [labels[key] for key in get_close_matches(fold(name), labels, cutoff=0.6)]
        meant = "、".join(f"“{label}”" for label in near[:3])
        way_out = (
            f"，是不是{meant}" if meant else "，全部名称在“产业链”各页和 xieshou chain show 里"
        )
        raise NotFoundError(f"产业链里没有叫“{name}”的企业或产品{way_out}")

    def chain(self, name: str) -> Chain:
        """A chain by its name or title.

        Raises:
            NotFoundError: There is none.
        """
        for chain in self.graph.chains:
            if fold(name) in {fold(chain.name), fold(chain.title)}:
                return chain
        names = "、".join(chain.name for chain in self.graph.chains)
        raise NotFoundError(f"没有叫“{name}”的产业链，现有的是 {names}")
