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
        served: Demands that somebody here, or of unknown place, serves.
        bottlenecks: Thinly served products of demands.
        firms: Firms that make a product of its template.
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
    served: int
    bottlenecks: int
    firms: int
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
    templates = {chain.name: chain for chain in session.graph.chains}
    named = dict.fromkeys([*templates, *(d.chain for d in session.graph.known.demands)])
    return [health_of(session, name, templates.get(name)) for name in named]


def health_of(session: ChainSession, name: str, template: Chain | None) -> Health:
    """Figures of one chain; without a template those of its demands alone. Linear."""
    graph = session.graph
    mine = [d for d in graph.known.demands if d.chain == name]
    rate = local_rate(graph, name, mine)
    scopes = [gap.scope for gap in session.gaps if gap.chain == name]
    views = stages(graph, template) if template else []
    return Health(
        chain=name,
        stages=len(template.stages) if template else 0,
        products=len(template.products) if template else 0,
        made=sum(view.made for view in views),
        leaders=len({d.leader for d in mine}),
        demands=len(mine),
        gaps=scopes.count(GapScope.EVERYWHERE),
        local_gaps=scopes.count(GapScope.PREFECTURE),
        served=sum(any(session.serving.sources(d.demand_id, local=True).values()) for d in mine),
        bottlenecks=sum(b.chain == name for b in session.bottlenecks()),
        firms=len({firm for view in views for _, makers, _ in view.products for firm in makers}),
        local_rate=rate.rate,
        unknown_sources=rate.unknown,
    )


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
