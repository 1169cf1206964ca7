"""Allocation: suggestions in, a feasible plan out: who supplies how much to whom (分配)."""

from matcher.allocation.answers import Answers, DemandAnswer, SupplyAnswer
from matcher.allocation.building import Contract, Policy, build
from matcher.allocation.checking import violations
from matcher.allocation.comparing import Change, changes
from matcher.allocation.plan import Assignment, Plan, Uncovered
from matcher.allocation.problem import (
    LEAST_LOT,
    Candidate,
    DemandNode,
    Exclusion,
    Floor,
    Instance,
    Options,
    Pair,
    SupplyNode,
)
from matcher.allocation.solving import solve

__all__ = [
    "LEAST_LOT",
    "Answers",
    "Assignment",
    "Candidate",
    "Change",
    "Contract",
    "DemandAnswer",
    "DemandNode",
    "Exclusion",
    "Floor",
    "Instance",
    "Options",
    "Pair",
    "Plan",
    "Policy",
    "SupplyAnswer",
    "SupplyNode",
    "Uncovered",
    "build",
    "changes",
    "solve",
    "violations",
]
