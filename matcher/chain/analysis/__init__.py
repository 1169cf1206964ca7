"""Analyses of a chain; every one says its definition, formula and complexity."""

from matcher.chain.analysis.bottlenecks import (
    Bottleneck,
    Reason,
    articulation_points,
    bottlenecks,
    bridges,
    concentration,
    supply_network,
)
from matcher.chain.analysis.gaps import Basis, Gap, GapScope, Relative, count_gaps, gaps
from matcher.chain.analysis.what_if import (
    Dependence,
    Loss,
    Need,
    Reach,
    SupplyNetwork,
    depends_on,
    losses,
    network_of,
    reach,
)

__all__ = [
    "Basis",
    "Bottleneck",
    "Dependence",
    "Gap",
    "GapScope",
    "Loss",
    "Need",
    "Reach",
    "Reason",
    "Relative",
    "SupplyNetwork",
    "articulation_points",
    "bottlenecks",
    "bridges",
    "concentration",
    "count_gaps",
    "depends_on",
    "gaps",
    "losses",
    "network_of",
    "reach",
    "supply_network",
]
