"""Reviewers' decisions, and what came of introductions, as cases to fit on (审核结果, 对接结果)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from matcher.errors import XieshouError
from matcher.model import Demand, Row, Supply, Verdict
from matcher.ranking.features import PairBlock, Side
from matcher.ranking.fit import Case, Sample
from matcher.ranking.incidence import Incidence
from matcher.ranking.posterior import FOLDS, NAMES
from matcher.ranking.scoring import Coefficients, feature_values, score
from matcher.ranking.statistics import Statistics
from matcher.records import content_hash
from matcher.terms import Product, Terms, analyse, products_of

LEAST = 50  # decisions from which learning begins
LEAST_EACH = 5  # of them accepted, and as many rejected


@dataclass(frozen=True, slots=True)
class Evidence:
    """Decisions that can teach.

    Attributes:
        cases: The decided pairs as the lists say them now, in the order of their contents;
            ``case_id`` names contents and verdict, ``group`` the demand.
        unsure: Pairs left out because the last word on them is 待定.
        changed: Pairs left out because a row says something else now.
        outcomes: Cases whose verdict is what came of an introduction.
    """

    cases: tuple[Case, ...]
    unsure: int = 0
    changed: int = 0
    outcomes: int = 0

    @property
    def ids(self) -> frozenset[str]:
        """What was decided, to compare with what a model was learned from."""
        return frozenset(case.case_id for case in self.cases)


def evidence_of(
    verdicts: Iterable[tuple[str, str, Verdict]],
    demands: Iterable[Demand],
    supplies: Iterable[Supply],
    outcomes: Iterable[tuple[str, str, Verdict]] = (),
) -> Evidence:
    """Decisions as cases.

    Args:
        verdicts: Content hashes of demand and supply, and the last verdict on them.
        outcomes: The same of what came of introductions. It is known better than what was thought
            beforehand, and stands where both are there.
        demands: The demands as they are now.
        supplies: The supplies as they are now.
    """
    wanted = {content_hash(row): row for row in demands}
    offered = {content_hash(row): row for row in supplies}
    cases, unsure, changed, met = [], 0, 0, 0
    known = {(left, right): verdict for left, right, verdict in outcomes}
    said = {(left, right): verdict for left, right, verdict in verdicts} | known
    for (left, right), verdict in sorted(said.items()):
        if verdict is Verdict.UNSURE:
            unsure += 1
        elif left not in wanted or right not in offered:
            changed += 1
        else:
            name = f"{left}/{right}/{verdict.value}"
            tier = "STRONG" if verdict is Verdict.ACCEPTED else "WRONG"
            cases.append(Case(name, left, "", tier, wanted[left], offered[right]))
            met += (left, right) in known
    return Evidence(tuple(cases), unsure, changed, met)


def check_enough(evidence: Evidence) -> None:
    """Check that there is enough to learn from.

    Raises:
        XieshouError: There is not; the sentence says how much there is and how much is missing.
    """
    count = len(evidence.cases)
    accepted = sum(case.accepted for case in evidence.cases)
    demands = len({case.group for case in evidence.cases})
    missing = [f"还差 {LEAST - count} 条"] if count < LEAST else []
    for name, have, least in (
        ("采纳的", accepted, LEAST_EACH),
        ("不采纳的", count - accepted, LEAST_EACH),
        ("审过的需求", demands, FOLDS),
    ):
        if have < least:
            missing.append(f"{name}至少要 {least} 条、现有 {have} 条")
    if missing:
        raise XieshouError(
            f"可学的审核结果有 {count} 条，至少要 {LEAST} 条，{'，'.join(missing)}"
            f"{_left_out(evidence)}，请再审一些，用 xieshou decide 读回后再学"
        )


def _left_out(evidence: Evidence) -> str:
    counts = ((evidence.unsure, "待定的"), (evidence.changed, "内容已变的"))
    said = "、".join(f"{name} {count} 条" for count, name in counts if count)
    return f"（另有{said}不算）" if said else ""


def statistics_of(rows: Iterable[Row]) -> Statistics:
    """The statistics that the next run over these rows will use."""
    known = cache(_terms)
    listed = [(row, known(p, row.standard)) for row in rows for p in products_of(row)]
    made = [(t.thing, row.enterprise) for row, t in listed if isinstance(row, Supply)]
    return Statistics.of([terms for _, terms in listed], Incidence.of(made))


def _terms(product: Product, standard: str) -> Terms:
    return analyse(product.name, product.spec, standard)


def measured(cases: Sequence[Case], statistics: Statistics, model: Coefficients) -> Sample:
    """Feature values of decided pairs; of several products in a cell those that ``model`` shows."""
    parts = [
        (n, wanted, offered)
        for n, case in enumerate(cases)
        for wanted in products_of(case.demand)
        for offered in products_of(case.supply)
    ]
    left = _side([(cases[n].demand, wanted) for n, wanted, _ in parts], statistics)
    right = _side([(cases[n].supply, offered) for n, _, offered in parts], statistics)
    every = np.arange(len(parts), dtype=np.int64)
    block = PairBlock(left, right, every, every)
    owner = np.array([n for n, *_ in parts], dtype=np.int64)
    order = np.lexsort((every, -score(block, model).log_odds, owner))
    best = order[np.unique(owner[order], return_index=True)[1]]
    groups = np.unique([case.group for case in cases], return_inverse=True)[1]
    return Sample(
        feature_values(block, NAMES)[best],
        np.array([case.accepted for case in cases]),
        groups.astype(np.int64),
        np.arange(len(cases), dtype=np.int64),
    )


def _side(products: Sequence[tuple[Row, Product]], statistics: Statistics) -> Side:
    known = cache(_terms)
    terms = [known(product, row.standard) for row, product in products]
    return Side.of([row for row, _ in products], terms, statistics)
