"""Charts of a chain as plain geometry; the template draws them as SVG (图表)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from matcher.chain.analysis.local_rate import LocalRate, local_rate, over_time
from matcher.chain.drawing.picture import text_width
from matcher.chain.graph import enterprise_id, owner_of
from matcher.chain.serving import firms
from matcher.chain.session import ChainSession
from web.charts import Column, columns

_DAYS = 8  # that fit beside each other with their dates
_MOST = 10  # leaders of their own; the others stand together
_GAP, _UNIT, _LEAST = 8.0, 5.0, 3.0
_BAR, _SPAN = 14.0, 340.0
FONT = 13.0


@dataclass(frozen=True, slots=True)
class End:
    """A block at one side of the flow; ``css`` says how a need is served."""

    name: str
    count: int
    y: float
    height: float
    css: str = ""


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Demands of one leader that are served in one way, as a closed curve."""

    path: str
    css: str
    said: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Leaders at the left, how their demands are served at the right (需求流向)."""

    width: float
    height: float
    left: float
    right: float
    leaders: tuple[End, ...]
    ways: tuple[End, ...]
    ribbons: tuple[Ribbon, ...]


def flow(session: ChainSession, demand_ids: Iterable[str]) -> Flow | None:
    """The demands by leader and by how they are served; None where there are none."""
    ways = {
        "several": _("本地多家能供"), "one": _("本地只有一家能供"), "far": _("只有外地能供"),
        "none": _("没有企业能供"),
    }  # fmt: skip
    counts: Counter[tuple[str, str]] = Counter()
    for demand_id in demand_ids:
        demand = session.serving.demands[demand_id]
        counts[session.graph.name(enterprise_id(owner_of(demand))), _way(session, demand_id)] += 1
    if not counts:
        return None
    each: Counter[str] = Counter()
    for (leader, _way_of), n in counts.items():
        each[leader] += n
    own = [leader for leader, _n in sorted(each.items(), key=lambda x: (-x[1], x[0]))]
    if len(own) > _MOST + 1:
        rest = _("其他 %(n)s 家", n=len(own) - _MOST)
        kept = set(own[:_MOST])
        merged: Counter[tuple[str, str]] = Counter()
        for (leader, way), n in counts.items():
            merged[leader if leader in kept else rest, way] += n
        counts, own = merged, [*own[:_MOST], rest]
    unit = min(_UNIT, 420.0 / sum(counts.values()))
    leaders = _stack([(name, sum(counts[name, w] for w in ways), "") for name in own], unit)
    right = _stack(
        [(label, sum(counts[name, way] for name in own), way) for way, label in ways.items()], unit
    )
    left = max(text_width(_label(end), FONT) for end in leaders) + 12
    x0, x1 = left + _BAR, left + _BAR + _SPAN
    out = {end.name: end.y for end in leaders}
    into = {end.css: end.y for end in right}
    ribbons = []
    for end in leaders:
        for way, label in ways.items():
            n = counts[end.name, way]
            if n:
                y, to = out[end.name], into[way]
                out[end.name] += n * unit
                into[way] += n * unit
                said = _("%(who)s：%(way)s %(n)s 条", who=end.name, way=label, n=n)
                ribbons.append(Ribbon(_ribbon(x0, y, x1, to, n * unit), way, said))
    height = max(end.y + end.height for end in (*leaders, *right)) + 6
    width = x1 + _BAR + 12 + max(text_width(_label(end), FONT) for end in right) + 6
    return Flow(width, height, left, x1, leaders, right, tuple(ribbons))


def _way(session: ChainSession, demand_id: str) -> str:
    here = session.serving.sources(demand_id, local=True)
    found = firms(source for sources in here.values() for source in sources)
    if found:
        return "several" if len(found) > 1 else "one"
    return "far" if any(session.serving.sources(demand_id).values()) else "none"


def _label(end: End) -> str:
    return f"{end.name} {end.count}"


def _stack(blocks: list[tuple[str, int, str]], unit: float) -> tuple[End, ...]:
    """Blocks below each other, none too near for its label."""
    found, y = [], 6.0
    for name, count, css in blocks:
        height = max(count * unit, _LEAST if count else 1.0)
        found.append(End(name, count, y, height, css))
        y += max(height, FONT + 2) + _GAP
    return tuple(found)


def _ribbon(x0: float, y0: float, x1: float, y1: float, thick: float) -> str:
    half = (x0 + x1) / 2
    return (
        f"M{x0:.1f} {y0:.1f}C{half:.1f} {y0:.1f} {half:.1f} {y1:.1f} {x1:.1f} {y1:.1f}v{thick:.1f}"
        f"C{half:.1f} {y1 + thick:.1f} {half:.1f} {y0 + thick:.1f} {x0:.1f} {y0 + thick:.1f}z"
    )


@dataclass(frozen=True, slots=True)
class Rates:
    """本地配套率 of a chain by leader, and over time where lists came on several days."""

    leaders: list[LocalRate]
    days: list[Column]


def rates(session: ChainSession, chain: str) -> Rates:
    """The rates of a chain. Of many days the last ones: each counts all that was listed before."""
    mine = [d for d in session.graph.known.demands if d.chain == chain]
    groups: dict[str, list[int]] = {}
    for place, demand in enumerate(mine):
        groups.setdefault(demand.leader, []).append(place)
    by_leader = [
        local_rate(session.graph, leader, [mine[i] for i in places])
        for leader, places in sorted(groups.items())
        if leader
    ]
    days = over_time(session.graph, mine)[-_DAYS:]
    found = columns(
        [day for day, _rate in days],
        [(rate.local, rate.elsewhere, rate.unknown) for _day, rate in days],
        ("good", "far", "unsure"),
        ["—" if rate.rate is None else f"{rate.rate:.0%}" for _day, rate in days],
    )
    return Rates(by_leader, found if len(days) > 1 else [])
