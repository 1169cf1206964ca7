"""Geometry of small charts that the server draws itself, as the template ``charts.html`` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560.0, 140.0
_GAP = 0.18  # of a column's place, on either side


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a column: its class of style, where it begins, how high it is."""

    style: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart.

    Attributes:
        name: What stands below it.
        label: What stands above it; nothing above an empty one.
        x: Where it begins.
        width: How wide it is.
        middle: Where the texts stand.
        top: Where it ends above.
        parts: Its pieces, from the bottom up.
    """

    name: str
    label: str
    x: float
    width: float
    middle: float
    top: float
    parts: tuple[Part, ...]


def columns(
    names: Sequence[str],
    stacks: Sequence[Sequence[float]],
    styles: Sequence[str] = ("fill",),
    labels: Sequence[str] | None = None,
) -> list[Column]:
    """Columns side by side.

    Args:
        names: One below each column.
        stacks: For each column its numbers, from the bottom up.
        styles: Class of style of each number of a stack.
        labels: What stands above each; its sum where nothing is given.
    """
    most = max((sum(numbers) for numbers in stacks), default=0) or 1
    step = WIDTH / (len(names) or 1)
    found = []
    sums = [f"{sum(numbers):,}" if sum(numbers) else "" for numbers in stacks]
    told = zip(names, sums if labels is None else labels, stacks, strict=True)
    for place, (name, label, numbers) in enumerate(told):
        y, parts = HEIGHT, []
        for style, number in zip(styles, numbers, strict=True):
            high = HEIGHT * number / most
            y -= high
            parts.append(Part(style, round(y, 1), round(high, 1)))
        x = step * (place + _GAP)
        width, middle = step * (1 - 2 * _GAP), step * (place + 0.5)
        found.append(
            Column(
                name,
                label,
                round(x, 1),
                round(width, 1),
                round(middle, 1),
                round(y, 1),
                tuple(parts),
            )
        )
    return found


def tenths(numbers: Sequence[int]) -> list[Column]:
    """The distribution of probabilities in tenths, as columns."""
    names = [f"{10 * n}–{10 * n + 10}%" for n in range(len(numbers))]
    return columns(names, [[n] for n in numbers])
