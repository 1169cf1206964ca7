"""How what is in focus hangs together with something else (两点之间)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from matcher.chain.analysis.relations import Step, path, steps
from matcher.chain.session import ChainSession
from matcher.errors import NotFoundError
from web.chain.asking import Asked


@dataclass(frozen=True, slots=True)
class Way:
    """A way between two nodes.

    Attributes:
        name: Of the other node, as far as it is known.
        nodes: The nodes from the one in focus to the other; empty where there is no way.
        steps: What joins them.
        why: Why there is none.
    """

    name: str
    nodes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    why: str = ""


def way(session: ChainSession, asked: Asked) -> Way | None:
    """The shortest way that the address asks for; None where it asks for none."""
    if not (asked.node and asked.to):
        return None
    try:
        other = session.find(asked.to)
    except NotFoundError as error:
        return Way(asked.to, why=str(error))
    name = session.graph.label(other)
    nodes = path(session.graph, asked.node, other)
    if not nodes:
        return Way(name, why=_("在您看得到的范围里，它与“%(name)s”没有连着。", name=name))
    if len(nodes) == 1:
        return Way(name, why=_("这就是它自己，请写另一个产品或企业。"))
    return Way(name, tuple(nodes), tuple(steps(session.graph, nodes)))
