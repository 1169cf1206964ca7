"""Decisions that a reviewer wrote into the review workbook, read back (审核结果)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from matcher.catalogue.suggestions import as_given
from matcher.catalogue.workbook import GAP_SHEET, SUGGESTION_SHEET, VERDICT_LABELS, written
from matcher.errors import UnreadableListError, XieshouError
from matcher.lists import Limits, ListReading
from matcher.lists.grid import Grid
from matcher.lists.reading import hash_file
from matcher.lists.sandbox import extract
from matcher.model import Decision, Problem, Verdict
from matcher.records import whole
from matcher.text import clean, fold

_WORDS = {
    **{label: verdict for verdict, label in VERDICT_LABELS.items()},
    "同意": Verdict.ACCEPTED, "通过": Verdict.ACCEPTED, "是": Verdict.ACCEPTED, "accepted": Verdict.ACCEPTED,
    "不同意": Verdict.REJECTED, "否": Verdict.REJECTED, "不通过": Verdict.REJECTED, "rejected": Verdict.REJECTED,
    "不确定": Verdict.UNSURE, "unsure": Verdict.UNSURE,
}  # fmt: skip
_NEEDED = ("需求编号", "供给编号", "审核")
_HEADER_WITHIN = 20  # rows at the top among which the header is looked for: people add titles


@dataclass(slots=True)
class ReviewReading:
    """What a review workbook says.

    Attributes:
        source: Name and hash of the file.
        decisions: In the order of the workbook.
        fingerprints: Pair of ids → fingerprints of demand and supply when it was written.
        carried: Pairs whose decision was in the workbook already when it was written.
        problems: Review cells that could not be understood.
        undecided: Suggestions whose review cells are blank.
    """

    source: str
    decisions: list[Decision] = field(default_factory=list)
    fingerprints: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    carried: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    undecided: int = 0

    @property
    def filled(self) -> int:
        """Rows in which a reviewer, or an earlier review, has written something."""
        return len(self.decisions) + len(self.problems)


class NoReviewError(UnreadableListError):
    """A readable file that is no review workbook."""


def refuse_review(reading: ListReading) -> None:
    """A review workbook is no list, though its columns look like one's.

    Raises:
        XieshouError: It is one; its demands would replace the real ones.
    """
    for table in reading.tables:
        headings = {column.heading for column in table.columns}
        if headings.issuperset(_NEEDED):  # which only a review workbook has together
            raise XieshouError(
                f"{whole(reading.file)} 是审核表，不是清单；要读回审核结果请用 xieshou decide"
            )


def read_review(path: Path) -> ReviewReading:
    """Read the decisions of a review workbook.

    Raises:
        NoReviewError: Readable, but not such a workbook.
        UnreadableListError: Not readable.
    """
    grids, _, _ = extract(path, Limits())
    reading = ReviewReading(source=f"{whole(path.name)}#{hash_file(path)[:16]}")
    places: list[Place] = []
    found = False
    for grid in grids:
        for top, row in enumerate(grid.rows[:_HEADER_WITHIN]):
            header = {clean(cell): i for i, cell in enumerate(row)}
            if all(name in header for name in _NEEDED):
                _read_sheet(grid, top, header, reading, places)
                found = True
                break
    if not found:
        raise NoReviewError(
            f"{path.name} 不是审核表：没有同时带“{'”“'.join(_NEEDED)}”三列的工作表"
            f"（应有“{SUGGESTION_SHEET}”或“{GAP_SHEET}”），请用 match 或 run 生成的工作簿"
        )
    _contradictions(reading, places)
    return reading


Place = tuple[str, int, str]  # sheet, row and what stands there


def _contradictions(reading: ReviewReading, places: list[Place]) -> None:
    """A pair that stands in several rows with different results has none of them."""
    told: dict[tuple[str, str], dict[Verdict, Place]] = {}
    for decision, place in zip(reading.decisions, places, strict=True):
        pair = (decision.demand_id, decision.supply_id)
        told.setdefault(pair, {}).setdefault(decision.verdict, place)
    for pair, verdicts in told.items():
        if len(verdicts) == 1:
            continue
        (sheet, row, _), (name, r, text) = list(verdicts.values())[:2]
        complaint = (f"同一对在“{sheet}”第 {row} 行填的是另一种结果", "请只留一种再读")
        reading.problems.append(Problem(name, r, "审核", text, *complaint, lost=True))
        reading.carried.discard(pair)
    reading.decisions = [d for d in reading.decisions if len(told[d.demand_id, d.supply_id]) == 1]


def _read_sheet(
    grid: Grid, top: int, header: dict[str, int], reading: ReviewReading, places: list[Place]
) -> None:
    for r, row in enumerate(grid.rows[top + 1 :], grid.first_row + top + 1):
        cells = {n: clean(row[i]) if i < len(row) else "" for n, i in header.items()}
        pair = (as_given(cells["需求编号"]), as_given(cells["供给编号"]))
        review = (cells["审核"], cells.get("审核理由", ""), cells.get("审核人", ""))
        if not all(pair):
            if any(pair) and review[0]:  # a remark of its own below the table is none of ours
                nowhere = ("没有写明是哪一对，审核结果无处可记", "请补上需求编号和供给编号")
                reading.problems.append(
                    Problem(grid.name, r, "审核", review[0], *nowhere, lost=True)
                )
            continue
        verdict = _WORDS.get(fold(review[0]))
        if verdict is None:
            complaint = _complaint(*review)
            if complaint:
                text = next(cell for cell in review if cell)
                reading.problems.append(Problem(grid.name, r, "审核", text, *complaint, lost=True))
            else:
                reading.undecided += 1
            continue
        reading.decisions.append(Decision(*pair, verdict, review[1], review[2]))
        places.append((grid.name, r, review[0]))
        if cells.get("原审核") == written(verdict, review[1], review[2]):
            reading.carried.add(pair)
        marks = (cells.get("需求指纹", ""), cells.get("供给指纹", ""))
        if all(marks):
            reading.fingerprints[pair] = marks


def _complaint(verdict: str, reason: str, reviewer: str) -> tuple[str, str] | None:
    """Message and advice for a review that says something but no verdict."""
    choices = "、".join(VERDICT_LABELS.values())
    if verdict:
        return "审核结果认不出来", f"请填 {choices}"
    if reason or reviewer:
        return "写了审核理由或审核人，没有选审核结果", f"请在“审核”列填 {choices}"
    return None
