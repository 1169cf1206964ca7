"""Allocation: suggestions in, a feasible plan out: who supplies how much to whom (分配)."""

from matcher.allocation.checking import violations
from matcher.allocation.plan import Assignment, Plan, Uncovered
from matcher.allocation.problem import (
    Candidate,
    DemandNode,
    Exclusion,
    Floor,
    Instance,
    Options,
    SupplyNode,
)
from matcher.allocation.solving import solve

__all__ = [
    "Assignment",
    "Candidate",
    "DemandNode",
    "Exclusion",
    "Floor",
    "Instance",
    "Options",
    "Plan",
    "SupplyNode",
    "Uncovered",
    "solve",
    "violations",
]
