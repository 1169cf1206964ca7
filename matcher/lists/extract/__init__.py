"""Extractors, one for each format: a file in, grids out, nothing understood yet."""

from __future__ import annotations

from collections.abc import Iterable

from matcher.lists.grid import Grid

# A grid, and its rows as they come: the grid itself has none where they are not all held at once.
Extracted = tuple[Grid, Iterable[list[str]]]
