"""What a feature is, and how the sentences of features quote a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import cast

import numpy as np

from matcher.model import Demand, Supply
from matcher.ranking.features.pairs import Pair, PairBlock, Values
from matcher.terms import spec_of
from matcher.text import as_written, clean

GROUPS = ("名称", "规格", "标准", "类别", "数量", "区位", "资质", "意向")


def shown(folded: str, row: Demand | Supply) -> str:
    """Folded text of a row as the row wrote it (Cu, PN16, PE管, GB/T 3091), for a sentence."""
    return as_written(folded, _said(row))


def shown_code(code: str, row: Demand | Supply) -> str:
    """A squeezed model or grade as the row wrote it (``62052rs`` as 6205-2RS), for a sentence."""
    return _code_in(code, _said(row))


_SPELT = {"2": "[2²]", "3": "[3³]"}  # folding makes digits of them


@lru_cache(maxsize=4096)
def _code_in(code: str, text: str) -> str:
    """Where it stands alone, else with the letters and digits around it."""
    signs = r"[\W_]*".join(_SPELT.get(sign, re.escape(sign)) for sign in code)
    text = clean(text)
    for pattern in (rf"(?<![a-z\d.]){signs}(?![a-z\d])", rf"[a-z\d.]*{signs}[a-z\d]*"):
        if found := re.search(pattern, text, re.IGNORECASE | re.ASCII):
            return found[0]
    return code.upper()


def _said(row: Demand | Supply) -> str:
    return f"{row.product_name};{spec_of(row)};{row.standard}"


def quoted(words: Iterable[str]) -> str:
    """Words in Chinese quotation marks, one behind the other: “枸杞”“烘干”."""
    return "".join(f"“{word}”" for word in words)


Compute = Callable[[PairBlock], Values]
Say = Callable[[Pair, float], str]


@dataclass(frozen=True, slots=True)
class Feature:
    """One named piece of evidence.

    Attributes:
        name: Name in coefficients and explanations.
        group: One of :data:`GROUPS`.
        sign: +1 where more can only help, -1 where more can only hurt. The fit obeys it.
        compute: Values of a block of pairs; 0 means the feature has nothing to say.
        say: A Chinese sentence for one pair and its value; empty text for none.
        doc: What it measures, from the docstring of ``compute``.
        most: None, or for a feature that has to read what rows specify (which costs most) what it
            cannot exceed, told without reading the supply. Features with one bound share it: it
            holds for their sum.
    """

    name: str
    group: str
    sign: int
    compute: Compute
    say: Say
    doc: str
    most: Compute | None = None


FEATURES: dict[str, Feature] = {}


def feature(
    group: str, sign: int, say: Say, most: Compute | None = None
) -> Callable[[Compute], Compute]:
    """Register a feature; its name is the function's, its meaning the docstring's."""
    assert group in GROUPS

    def register(compute: Compute) -> Compute:
        name = compute.__name__

        @wraps(compute)
        def remembered(pairs: PairBlock) -> Values:
            if name not in pairs.memo:
                pairs.memo[name] = compute(pairs)
            return cast("Values", pairs.memo[name])

        FEATURES[name] = Feature(name, group, sign, remembered, say, compute.__doc__ or "", most)
        return remembered

    return register


def at_most_nothing(pairs: PairBlock) -> Values:
    """The bound of features that can only hurt."""
    return np.zeros(len(pairs))


def silent(_pair: Pair, _value: float) -> str:
    """For features whose evidence another sentence already speaks of."""
    return ""
