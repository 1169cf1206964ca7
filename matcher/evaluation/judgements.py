"""Judgements (判断) from a file: which supply is how good for which demand."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from matcher.errors import UnreadableListError

Judgements = Mapping[str, Mapping[str, float]]


class _Line(NamedTuple):
    demand: str
    supply: str
    grade: float
    difficulty: str


def read_judgements(path: Path) -> dict[str, dict[str, float]]:
    """Judgements from a tab-separated file with ``demand_id``, ``supply_id`` and ``grade``.

    A missing grade column means grade 1 for every pair.

    Raises:
        UnreadableListError: The file is missing, has other columns, or a row without both ids and
            a grade of 0 or more.
    """
    judgements: dict[str, dict[str, float]] = {}
    for line in _lines(path):
        judgements.setdefault(line.demand, {})[line.supply] = line.grade
    return judgements


def read_difficulties(path: Path) -> dict[tuple[str, str], str]:
    """What makes each pair hard (难点), from the ``difficulty`` column of the same file.

    Pairs without one are left out.

    Raises:
        UnreadableListError: As :func:`read_judgements`.
    """
    return {(line.demand, line.supply): line.difficulty for line in _lines(path) if line.difficulty}


def _lines(path: Path) -> list[_Line]:
    number = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            lines = []
            for row in reader:
                number = reader.line_num
                grade = float(row.get("grade") or 1)
                if not (row["demand_id"] and row["supply_id"] and 0 <= grade < math.inf):
                    raise ValueError(row)
                difficulty = row.get("difficulty") or ""
                lines.append(_Line(row["demand_id"], row["supply_id"], grade, difficulty))
    except OSError as error:
        raise UnreadableListError(
            f"找不到判断文件 {path}，应有 demand_id、supply_id、grade 三列"
        ) from error
    except (KeyError, ValueError, TypeError) as error:
        raise UnreadableListError(
            f"{path.name} 第 {number} 行：应是以制表符分隔的 demand_id、supply_id、grade 三列，请检查表头和数字"
        ) from error
    return lines
