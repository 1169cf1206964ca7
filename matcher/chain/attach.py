"""Products of lists to products of templates, by the ranking's own terms (产品归入产业链).

A product of a list belongs to a product of a template where the ranking takes it for an
acceptable supply of that: the same thing, or a kind of it. A template's product has several names;
the best of them counts. What is in doubt is asked, and what has no place keeps its nearest
candidates, so that a person can add a name to the template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from matcher.chain.template import Chain, Ref
from matcher.model import Demand, Row, Supply
from matcher.ranking import Parameters, match
from matcher.terms import analyse, products_in
from matcher.text import fold, letters, squeeze

FIRM = 0.8  # from here on an attachment is taken as it is
DOUBTFUL = 0.3  # from here on it is asked
EXACT = 1.0
_LEAST = 0.01
_SHOWN = 3
_REMEMBERED = 1 << 17  # names whose understanding is kept, of some hundred bytes each
_MOST = 300  # list products that one name of a template may draw


@dataclass(frozen=True, slots=True)
class Candidate:
    """A template's product that a list's product may be; ``score`` is the ranking's probability."""

    ref: Ref
    score: float


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where one product of a row belongs.

    Attributes:
        row_id: Id of the demand or supply.
        part: The product, as the row's cell was understood.
        candidates: The best first; of equal ones those of the row's own chain.
        chain: The chain that the row names; empty for supplies.
    """

    row_id: str
    part: str
    candidates: tuple[Candidate, ...] = ()
    chain: str = ""

    @property
    def score(self) -> float:
        """Probability of the best candidate, 0 where there is none."""
        return self.candidates[0].score if self.candidates else 0.0

    @property
    def firm(self) -> bool:
        """Whether it is taken without asking."""
        return self.score >= FIRM

    @property
    def doubtful(self) -> bool:
        """Whether a person is to be asked."""
        return DOUBTFUL <= self.score < FIRM

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Where it is attached: the best candidate, and those of its name, or equally exact ones.

        What the row's own chain has is its own chain's alone.
        """
        if not self.firm:
            return ()
        best = self.candidates[0]
        own = [c.ref for c in self.candidates if c.score >= EXACT and c.ref[0] == self.chain]
        return tuple(own) or tuple(
            c.ref for c in self.candidates
            if c is best or c.ref[1] == best.ref[1] or c.score >= EXACT
        )  # fmt: skip


@dataclass(slots=True)
class _Names:
    """Names of the templates, ready to be found exactly."""

    exact: dict[str, list[Ref]] = field(default_factory=dict)
    rows: list[Demand] = field(default_factory=list)
    refs: dict[str, Ref] = field(default_factory=dict)

    def add(self, ref: Ref, name: str) -> None:
        for key in {squeeze(name), meaning(name).key}:
            known = self.exact.setdefault(key, [])
            if ref not in known:
                known.append(ref)
        row_id = f"T{len(self.rows):06}"
        self.refs[row_id] = ref
        self.rows.append(Demand(row_id, name, (name,)))


def attach(
    rows: Iterable[Row], chains: Sequence[Chain], *, by_name: bool = False
) -> dict[tuple[str, str], Attachment]:
    """Attach every product of the rows.

    Score: 1 where the name, or what the lexicon knows it as, is one of the template product's
    names; else the ranking's probability that the product serves as what the template names.
    Complexity: that of one matching of the templates' names with the rows' products; linear
    where only names count.

    Args:
        rows: Of either list.
        chains: The templates.
        by_name: Whether a product belongs only where it has the very name: for pages over very
            many rows, which cannot wait for a ranking.

    Returns:
        ``(row id, product)`` → its attachment.
    """
    parts = [(row, part) for row in rows for part in parts_of(row)]
    scores = _scores(tuple(chains), tuple(sorted({part for _, part in parts})), by_name)
    order = {
        (chain.name, product.name): place
        for place, (chain, product) in enumerate((c, p) for c in chains for p in c.products)
    }
    found: dict[tuple[str, str], Attachment] = {}
    for row, part in parts:
        own = row.chain if isinstance(row, Demand) else ""
        ranked = sorted(
            scores[part].items(), key=lambda item: (-item[1], item[0][0] != own, order[item[0]])
        )
        candidates = tuple(Candidate(ref, score) for ref, score in _best(ranked))
        found[row.row_id, part] = Attachment(row.row_id, part, candidates, own)
    return found


def parts_of(row: Row) -> tuple[str, ...]:
    """The folded products of a row: the parts of its cell, or what its sentence speaks of."""
    return _parts(row.product_name, row.products)


@lru_cache(maxsize=_REMEMBERED)
def _parts(name: str, products: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(fold(product.name) for product in products_in(name, products, "")))
    return names[:-1] if len(products) < 2 and len(names) > 1 else names


class Meaning(NamedTuple):
    """What a product name stands for.

    Attributes:
        concept: The lexicon's preferred name; empty where it does not know it.
        key: The concept, else the letters of the name's core.
    """

    concept: str
    key: str


@lru_cache(maxsize=_REMEMBERED)
def meaning(name: str) -> Meaning:
    """What a product name stands for, by the ranking's terms; a page asks for it many times."""
    terms = analyse(name)
    return Meaning(terms.concept, terms.concept or letters(terms.core))


@lru_cache(maxsize=16)
def _scores(
    chains: tuple[Chain, ...], texts: tuple[str, ...], by_name: bool
) -> Mapping[str, Mapping[Ref, float]]:
    """Of each text the template products that it may be, with their scores.

    Remembered, for a decision changes neither templates nor names, and all else is quick.
    """
    names = _Names()
    for chain in chains:
        for product in chain.products:
            for name in product.names:
                names.add((chain.name, product.name), name)
    found: dict[str, dict[Ref, float]] = {}
    for text in texts:
        keys = (letters(text), meaning(text).key)
        exact = next((names.exact[key] for key in keys if key in names.exact), [])
        found[text] = dict.fromkeys(exact, EXACT)
    unknown = [text for text in texts if not (found[text] or by_name)]
    offers = [Supply(f"{i:06}", text, (text,)) for i, text in enumerate(unknown)]
    if not (offers and names.rows):
        return found
    asked = Parameters(top=min(_MOST, len(offers)), min_score=_LEAST, explain=False)
    for s in match(names.rows, offers, asked).suggestions:
        ref, mine = names.refs[s.demand_id], found[unknown[int(s.supply_id)]]
        mine[ref] = max(mine.get(ref, 0.0), s.probability)
    return found


def _best(ranked: list[tuple[Ref, float]]) -> list[tuple[Ref, float]]:
    """The first few, the exact ones, and all that share the name of the first."""
    return [
        (ref, score)
        for place, (ref, score) in enumerate(ranked)
        if place < _SHOWN or score >= EXACT or ref[1] == ranked[0][0][1]
    ]
