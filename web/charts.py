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
        total: The number that stands above it.
        x: Where it begins.
        width: How wide it is.
        middle: Where the texts stand.
        top: Where it ends above.
        parts: Its pieces, from the bottom up.
    """

    name: str
    total: int
    x: float
    width: float
    middle: float
    top: float
    parts: tuple[Part, ...]


def columns(
    names: Sequence[str], stacks: Sequence[Sequence[int]], styles: Sequence[str] = ("fill",)
) -> list[Column]:
    """Columns side by side.

    Args:
        names: One below each column.
        stacks: For each column its numbers, from the bottom up.
        styles: Class of style of each number of a stack.
    """
    most = max((sum(numbers) for numbers in stacks), default=0) or 1
    step = WIDTH / (len(names) or 1)
    found = []
    for place, (name, numbers) in enumerate(zip(names, stacks, strict=True)):
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
                sum(numbers),
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
