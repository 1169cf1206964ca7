"""Health of the chains at a glance (产业链概况)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.chain.analysis.gaps import GapScope
from matcher.chain.analysis.local_rate import local_rate
from matcher.chain.graph import ChainGraph, EdgeKind, product_id, stage_id
from matcher.chain.session import ChainSession
from matcher.chain.template import Chain


@dataclass(frozen=True, slots=True)
class Health:
    """Figures of one chain.

    Attributes:
        chain: Its name.
        stages: Stages of its template; 0 where it has none.
        products: Products of its template.
        made: Of them those that a firm on the lists makes.
        leaders: Leaders with a demand in it.
        demands: Their demands.
        gaps: Demands that nobody on the lists serves.
        local_gaps: Demands served from elsewhere only.
        bottlenecks: Thinly served products of demands.
        local_rate: 本地配套率 by count, 0 to 1; None where no present supplier's place is known.
        unknown_sources: Demands of which nobody knows where they are supplied from.
    """

    chain: str
    stages: int
    products: int
    made: int
    leaders: int
    demands: int
    gaps: int
    local_gaps: int
    bottlenecks: int
    local_rate: float | None
    unknown_sources: int


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage of a chain: its products, each with the firms that make and that need it."""

    name: str
    position: str
    products: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]

    @property
    def made(self) -> int:
        """Products that a firm makes."""
        return sum(bool(makers) for _, makers, _ in self.products)


def health(session: ChainSession) -> list[Health]:
    """Figures of every chain that a template or a demand names, in that order. Linear."""
    graph = session.graph
    templates = {chain.name: chain for chain in graph.chains}
    lost, thin = session.gaps, session.bottlenecks()
    found = []
    for name in dict.fromkeys([*templates, *(d.chain for d in graph.known.demands)]):
        template = templates.get(name)
        mine = [d for d in graph.known.demands if d.chain == name]
        rate = local_rate(graph, name, mine)
        scopes = [gap.scope for gap in lost if gap.chain == name]
        found.append(
            Health(
                chain=name,
                stages=len(template.stages) if template else 0,
                products=len(template.products) if template else 0,
                made=sum(view.made for view in stages(graph, template)) if template else 0,
                leaders=len({d.leader for d in mine}),
                demands=len(mine),
                gaps=scopes.count(GapScope.EVERYWHERE),
                local_gaps=scopes.count(GapScope.PREFECTURE),
                bottlenecks=sum(b.chain == name for b in thin),
                local_rate=rate.rate,
                unknown_sources=rate.unknown,
            )
        )
    return found


def stages(graph: ChainGraph, chain: Chain) -> list[StageView]:
    """The stages of a chain, upstream first, with who makes and who needs each product."""
    return [
        StageView(
            stage.name,
            stage.position,
            tuple(
                (
                    p.name,
                    _firms(graph, p.name, EdgeKind.MAKES),
                    _firms(graph, p.name, EdgeKind.NEEDS),
                )
                for p in chain.products
                if p.stage == stage.id
            ),
        )
        for stage in chain.stages
        if stage_id(chain.name, stage.id) in graph.graph
    ]


def _firms(graph: ChainGraph, product: str, kind: EdgeKind) -> tuple[str, ...]:
    edges = graph.graph.in_edges(product_id(product), data=True)
    firms: Sequence[str] = sorted({graph.label(u) for u, _, data in edges if data["kind"] == kind})
    return tuple(firms)
