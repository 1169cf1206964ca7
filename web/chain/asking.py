"""What of a chain an address asks for: filters, focus and what is thought away, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from matcher.chain.drawing import WEAK, View
from matcher.chain.graph import stage_id
from matcher.chain.session import ChainSession
from matcher.chain.template import Chain

SHOWN = {
    "all": _l("整条链"),
    "listed": _l("清单里有的"),
    "weak": _l("断点和堵点"),
    "gap": _l("只看断点"),
    "bottleneck": _l("只看堵点"),
}
AREAS = {"": _l("全部清单"), "local": _l("只算本地")}
_MARKS = {
    "weak": frozenset(WEAK), "gap": frozenset({"gap", "local_gap"}),
    "bottleneck": frozenset({"bottleneck"}),
}  # fmt: skip
_MOST_REMOVED = 20


@dataclass(frozen=True)
class Asked:
    """An address of a chain's page.

    Attributes:
        chain: The chain's name.
        stage: Id of the one stage that is shown; empty for all.
        county: Of the firms.
        tier: Of the firms that make something.
        show: A key of :data:`SHOWN`.
        area: A key of :data:`AREAS`.
        firms: Whether firms are drawn.
        fold: ``1`` to fold stages up, ``0`` not to; empty for where there is too much.
        opened: Ids of stages that are unfolded.
        off: Nodes that are thought away (假如没有).
        node: The node in focus.
        to: What the way from there is asked to: a node, or a name as somebody typed it.
    """

    chain: str
    stage: str = ""
    county: str = ""
    tier: str = ""
    show: str = "all"
    area: str = ""
    firms: bool = False
    fold: str = ""
    opened: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    node: str = ""
    to: str = ""

    @property
    def unfocused(self) -> Asked:
        """The same picture and tables, nothing in focus."""
        return replace(self, node="", to="")

    @property
    def view(self) -> View:
        """What is to be drawn."""
        return View(
            firms=self.firms,
            folded={"1": True, "0": False}.get(self.fold),
            unfolded=frozenset(stage_id(self.chain, stage) for stage in self.opened),
            marks=_MARKS.get(self.show, frozenset()),
            listed=self.show == "listed",
            stages=frozenset({stage_id(self.chain, self.stage)} if self.stage else ()),
            county=self.county,
            tier=self.tier,
            local=self.area == "local",
            removed=frozenset(self.off),
        )

    def values(self, usual: str) -> dict[str, Any]:
        """Names and values of the address; what is usual is left out."""
        told = {
            "stage": self.stage, "county": self.county, "tier": self.tier,
            "show": "" if self.show == usual else self.show, "area": self.area,
            "firms": "1" if self.firms else "", "fold": self.fold, "open": list(self.opened),
            "off": list(self.off), "node": self.node, "to": self.to,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}


def asked(chain: Chain, session: ChainSession) -> Asked:
    """What the present request asks for; values that mean nothing here count as not given."""
    values, nodes = request.args, session.graph.graph.nodes
    stages = {stage.id for stage in chain.stages}

    def one_of(name: str, known: Mapping[str, Any] | set[str], other: str = "") -> str:
        value = values.get(name, other)
        return value if value in known else other

    off = [node for node in dict.fromkeys(values.getlist("off")) if node in nodes]
    return Asked(
        chain.name,
        stage=one_of("stage", stages),
        county=values.get("county", "").strip(),
        tier=values.get("tier", "").strip(),
        show=one_of("show", SHOWN, usual(session)),
        area=one_of("area", AREAS),
        firms=values.get("firms") == "1",
        fold=one_of("fold", {"0", "1"}),
        opened=tuple(sorted(stages.intersection(values.getlist("open")))),
        off=tuple(off[:_MOST_REMOVED]),
        node=values.get("node", ""),
        to=values.get("to", "").strip(),
    )


def usual(session: ChainSession) -> str:
    """What is shown unless something else is asked for: to a firm its own part."""
    return "all" if session.graph.known.whole else "listed"


class Addresses:
    """Addresses around the present one, for templates."""

    def __init__(self, asked: Asked, usual: str) -> None:
        self._asked, self._usual = asked, usual

    def __call__(self, endpoint: str = "chain.chain", **changes: Any) -> str:
        """The address with some fields of :class:`Asked` changed."""
        there = replace(self._asked, **changes)
        return url_for(endpoint, name=there.chain, **there.values(self._usual))

    def export(self, form: str) -> str:
        """Where the present view is had as a file."""
        values = self._asked.unfocused.values(self._usual)
        return url_for("chain.export", name=self._asked.chain, form=form, **values)

    def node(self, node: str) -> str:
        """The page with a node in focus."""
        return self(node=node, to="") + "#panel"

    def way(self) -> list[tuple[str, str]]:
        """Names and values that a form sends along which asks for a way from the node in focus."""
        values = replace(self._asked, to="").values(self._usual)
        return [
            (name, one)
            for name, value in values.items()
            for one in (value if isinstance(value, list) else [value])
        ]

    def without(self, node: str) -> str:
        """The page where a node is thought away too."""
        return self(off=(*self._asked.off, node)) + "#what-if"

    def again(self, node: str) -> str:
        """The page where a node is there again."""
        return self(off=tuple(other for other in self._asked.off if other != node))

    def toggled(self, stage: str) -> str:
        """The page where a folded stage is open, or an open one folded."""
        opened = set(self._asked.opened) ^ {stage}
        return self(opened=tuple(sorted(opened)))
