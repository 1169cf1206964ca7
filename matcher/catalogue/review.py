"""Decisions that a reviewer wrote into the review workbook, read back (审核结果)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matcher.catalogue.workbook import GAP_SHEET, SUGGESTION_SHEET, VERDICT_LABELS
from matcher.errors import UnreadableListError
from matcher.lists import Limits
from matcher.lists.sandbox import extract
from matcher.model import Decision, Problem, Verdict
from matcher.text import clean, fold

_WORDS = {
    **{label: verdict for verdict, label in VERDICT_LABELS.items()},
    "同意": Verdict.ACCEPTED, "通过": Verdict.ACCEPTED, "是": Verdict.ACCEPTED, "accepted": Verdict.ACCEPTED,
    "不同意": Verdict.REJECTED, "否": Verdict.REJECTED, "不通过": Verdict.REJECTED, "rejected": Verdict.REJECTED,
    "不确定": Verdict.UNSURE, "unsure": Verdict.UNSURE,
}  # fmt: skip
_NEEDED = ("需求编号", "供给编号", "审核")


@dataclass(frozen=True, slots=True)
class ReviewReading:
    """Decisions found in a workbook, with the fingerprints of the rows that were decided on.

    Attributes:
        decisions: In the order of the workbook.
        fingerprints: Pair of ids → content hashes of demand and supply when it was written.
        problems: Review cells that could not be understood.
        undecided: Suggestions whose review cell is blank.
    """

    decisions: tuple[Decision, ...]
    fingerprints: dict[tuple[str, str], tuple[str, str]]
    problems: tuple[Problem, ...]
    undecided: int


def read_review(path: Path) -> ReviewReading:
    """Read the decisions of a review workbook.

    Raises:
        UnreadableListError: Not such a workbook.
    """
    grids, _, _ = extract(path, Limits())
    decisions: list[Decision] = []
    fingerprints: dict[tuple[str, str], tuple[str, str]] = {}
    problems: list[Problem] = []
    undecided, found = 0, False
    for grid in grids:
        header = {clean(cell): i for i, cell in enumerate(grid.rows[0])} if grid.rows else {}
        if not all(name in header for name in _NEEDED):
            continue
        found = True
        for r, row in enumerate(grid.rows[1:], grid.first_row + 1):
            cells = {n: clean(row[i]) if i < len(row) else "" for n, i in header.items()}
            if not cells["需求编号"] or not cells["供给编号"]:
                continue
            if not cells["审核"]:
                undecided += 1
                continue
            verdict = _WORDS.get(fold(cells["审核"]))
            if verdict is None:
                problems.append(
                    Problem(grid.name, r, "审核", cells["审核"], "审核结果认不出来",
                            f"请填 {'、'.join(VERDICT_LABELS.values())}", lost=True)
                )  # fmt: skip
                continue
            pair = (_plain(cells["需求编号"]), _plain(cells["供给编号"]))
            decisions.append(
                Decision(*pair, verdict, cells.get("审核理由", ""), cells.get("审核人", ""))
            )
            marks = (cells.get("需求指纹", ""), cells.get("供给指纹", ""))
            if all(marks):
                fingerprints[pair] = marks
    if not found:
        raise UnreadableListError(
            f"{path.name} 不是审核表：没有同时带“{'”“'.join(_NEEDED)}”三列的工作表"
            f"（应有“{SUGGESTION_SHEET}”或“{GAP_SHEET}”），请用 match 或 run 生成的工作簿"
        )
    return ReviewReading(tuple(decisions), fingerprints, tuple(problems), undecided)


def _plain(text: str) -> str:
    """An id as it was before the csv writer made it harmless."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@" else text
