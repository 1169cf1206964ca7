"""Templates of industrial chains (产业链模板): ``corpora/chains/*.toml`` in, chains of stages out.

A template is a text that a person edits; what is wrong with one is said by file, line and fault
(:mod:`matcher.chain.faults`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from matcher.chain.tomllines import Located
from matcher.text import squeeze

POSITIONS = ("上游", "中游", "下游", "配套")
SUPPORT = "配套"
_LIKE_FEEDS = ":："


@dataclass(frozen=True, slots=True)
class Stage:
    """A named 环节 of a chain; ``order`` counts the stages of its chain from 0, upstream first."""

    id: str
    name: str
    position: str
    order: int


@dataclass(frozen=True, slots=True)
class ChainProduct:
    """A product as a template names it.

    Attributes:
        name: As the trade writes it.
        stage: Id of its stage.
        also: Other names of the same product.
        feeds: What is made from or with it, as written: a product's name or ``链名:产品``.
        note: A remark.
    """

    name: str
    stage: str
    also: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The name and the other names."""
        return (self.name, *self.also)


@dataclass(frozen=True)
class Chain:
    """An industrial chain (产业链): stages in order, and the products in them."""

    name: str
    title: str
    stages: tuple[Stage, ...]
    products: tuple[ChainProduct, ...]

    @cached_property
    def stage(self) -> Mapping[str, Stage]:
        """Stages by id."""
        return {stage.id: stage for stage in self.stages}

    @cached_property
    def by_name(self) -> Mapping[str, ChainProduct]:
        """Products by any of their names, squeezed."""
        named: dict[str, ChainProduct] = {}
        for product in self.products:
            for name in product.names:
                named.setdefault(squeeze(name), product)
        return named


Ref = tuple[str, str]
"""A product of a chain: the chain's name and the product's."""


def target(chain: Chain, written: str, chains: Mapping[str, Chain]) -> Ref | None:
    """The product that an entry of ``feeds`` means; None where there is none, or more than one.

    ``链名:产品`` means that chain's. A bare name means the chain's own product, else the product
    of the one other chain that has it.
    """
    for sign in _LIKE_FEEDS:
        front, found, name = written.partition(sign)
        if found and front.strip() in chains:
            product = chains[front.strip()].by_name.get(squeeze(name))
            return (front.strip(), product.name) if product else None
    key = squeeze(written)
    if key in chain.by_name:
        return chain.name, chain.by_name[key].name
    others = [(c.name, c.by_name[key].name) for c in chains.values() if key in c.by_name]
    return others[0] if len(others) == 1 else None


def feeds(chains: Sequence[Chain]) -> Iterator[tuple[Ref, Ref]]:
    """All ``(product, what is made with it)`` of the chains; entries that mean nothing are left out."""
    named = {chain.name: chain for chain in chains}
    for chain in chains:
        for product in chain.products:
            for written in product.feeds:
                if (found := target(chain, written, named)) is not None:
                    yield (chain.name, product.name), found


def chain_of(read: Located) -> Chain:
    """A chain from a parsed template; keys that are missing or of a wrong type count as empty."""
    data = read.data

    def tables(key: str) -> list[dict[str, object]]:
        found = data.get(key, [])
        return [t for t in found if isinstance(t, dict)] if isinstance(found, list) else []

    stages = tuple(
        Stage(_text(t, "id"), _text(t, "name"), _text(t, "position"), order)
        for order, t in enumerate(tables("stages"))
    )
    products = tuple(
        ChainProduct(
            _text(t, "name"), _text(t, "stage"), _texts(t, "also"), _texts(t, "feeds"),
            _text(t, "note"),
        )
        for t in tables("products")
    )  # fmt: skip
    return Chain(_text(data, "name"), _text(data, "title"), stages, products)


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key, "")
    return value if isinstance(value, str) else ""


def _texts(table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()
