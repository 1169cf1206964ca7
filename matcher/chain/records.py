"""Analyses as plain data: what JSON and the pages hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from matcher.chain.analysis.bottlenecks import Bottleneck
from matcher.chain.analysis.gaps import Gap
from matcher.chain.analysis.what_if import Dependence, Loss, Reach
from matcher.chain.attach import Attachment
from matcher.chain.graph import ChainGraph, NodeKind
from matcher.records import plain_number


def gap_record(gap: Gap) -> dict[str, Any]:
    """A gap; the first six keys are the ones that programs rely on."""
    return {
        "demand_id": gap.demand_id,
        "scope": gap.scope.value,
        "basis": gap.basis.value,
        "best_score": gap.best_score,
        "uncovered": plain_number(gap.uncovered),
        "unit": gap.unit,
        "chain": gap.chain,
        "stage": list(gap.stage),
        "category": gap.category,
        "leader": gap.leader,
        "product": gap.product,
        "unknown_places": gap.unknown_places,
        "relatives": [asdict(relative) for relative in gap.relatives],
    }


def bottleneck_record(thin: Bottleneck) -> dict[str, Any]:
    """A bottleneck."""
    return asdict(thin) | {
        "stage": list(thin.stage),
        "reasons": [reason.value for reason in thin.reasons],
        "suppliers": list(thin.suppliers),
        "supply_ids": list(thin.supply_ids),
        "need": plain_number(thin.need),
        "capacity": plain_number(rounded(thin.capacity)),
        "covered": rounded(thin.covered),
        "hhi": rounded(thin.hhi),
    }


def what_if_record(
    graph: ChainGraph, removed: Iterable[str], reached: Reach, lost: Iterable[Loss]
) -> dict[str, Any]:
    """What the loss of some nodes reaches."""
    gone = set(removed)
    return {
        "removed": [node_record(graph, node) for node in sorted(gone)],
        "leaders": _reached(graph, {n: d for n, d in reached.firms.items() if n not in gone}),
        "products": _reached(graph, {n: d for n, d in reached.products.items() if n not in gone}),
        "needs": [
            {
                "demand_id": loss.need.demand_id,
                "product": loss.need.part,
                "leader": graph.name(loss.need.leader),
                "distance": loss.distance,
                "complete": loss.complete,
                "lost_share": rounded(loss.share),
                "lost_quantity": plain_number(rounded(loss.quantity)),
                "unit": loss.need.unit,
                "left": [graph.name(firm) for firm in loss.left],
            }
            for loss in lost
        ],
    }


def _reached(graph: ChainGraph, distances: dict[str, int]) -> list[dict[str, Any]]:
    nearest = sorted(distances.items(), key=lambda item: (item[1], item[0]))
    return [node_record(graph, node) | {"distance": distance} for node, distance in nearest]


def dependence_record(graph: ChainGraph, found: Iterable[Dependence]) -> list[dict[str, Any]]:
    """What a firm depends on, the nearest first."""
    return [
        node_record(graph, d.node) | {"distance": d.distance, "critical": d.critical} for d in found
    ]


def attachment_record(attachment: Attachment) -> dict[str, Any]:
    """Where a product of a row belongs, or may belong."""
    return {
        "row_id": attachment.row_id,
        "product": attachment.part,
        "candidates": [
            {"chain": c.ref[0], "product": c.ref[1], "score": rounded(c.score)}
            for c in attachment.candidates
        ],
    }


def node_record(graph: ChainGraph, node: str) -> dict[str, Any]:
    """A node: its id, kind and name."""
    known = node in graph.graph
    kind = graph.graph.nodes[node]["kind"] if known else NodeKind.ENTERPRISE
    return {"id": node, "kind": str(kind), "name": graph.name(node)}


def rounded(value: float | None) -> float | None:
    """Six digits behind the point, as everywhere."""
    return None if value is None else round(value, 6)
