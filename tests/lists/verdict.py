"""Reads one damaged file and says what is wrong with the outcome."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from matcher.errors import XieshouError
from matcher.lists import ListReading, read_list
from tests.lists import damage

SECONDS = 10.0
GIGABYTE = 1 << 30
_ENGLISH = re.compile(
    r"Traceback|\b[A-Z]\w*(?:Error|Exception|Exit|Interrupt)\b|\berrno\b|panick|<class|\bNone\b"
)


@dataclass
class Verdict:
    """The outcome for one file; ``faults`` is empty where all is as promised."""

    kind: str
    number: int
    outcome: str
    seconds: float
    size: int
    faults: list[str] = field(default_factory=list)


def judge(kind: str, number: int, folder: Path, seed: int = 0) -> Verdict:
    made = damage.make(kind, number, seed)
    path = folder / made.name
    path.write_bytes(made.data)
    reading = None
    started, worked = time.monotonic(), _work()
    try:
        reading = read_list(path)
    except XieshouError as error:
        outcome, faults = str(error), sentence_faults(str(error))
        faults += ["a good file was refused: " + str(error)] if made.must_read else []
    except Exception as error:  # noqa: BLE001 - the very thing that must not happen
        outcome, faults = "crashed", [f"crashed: {error!r}"]
    seconds, worked = time.monotonic() - started, _work() - worked
    if reading is not None:
        outcome, faults = "read", reading_faults(reading, made)
    # A busy machine stretches every second; then the time of the processor is what counts.
    if seconds > 3 * SECONDS or (seconds > SECONDS and worked > SECONDS):
        faults.append(f"took {seconds:.1f} s")
    path.unlink()
    left = [p.name for p in folder.iterdir()]
    faults += [f"left behind: {left}"] if left else []
    return Verdict(kind, number, outcome, seconds, len(made.data), faults)


def _work() -> float:
    """Processor time of this process and of the children that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def sentence_faults(sentence: str) -> list[str]:
    """What keeps a refusal from being one clear Chinese sentence."""
    faults = []
    if len(sentence.splitlines()) != 1:
        faults.append(f"not one line: {sentence!r}")
    if len(re.findall(r"[\u4e00-\u9fff]", sentence)) < 8:
        faults.append(f"not Chinese: {sentence!r}")
    if _ENGLISH.search(sentence):
        faults.append(f"speaks of the program: {sentence!r}")
    if len(sentence) > 400 or sentence.endswith(("：", "，")):
        faults.append(f"not a whole or not a short sentence: {sentence!r}")
    return faults


def reading_faults(reading: ListReading, made: damage.Damaged) -> list[str]:
    faults = []
    if made.must_refuse:
        faults.append(f"was read: {[row.product_name for row in reading.rows[:3]]}")
    if made.records is not None and accounted(reading) != made.records:
        faults.append(f"{accounted(reading)} of {made.records} records are accounted for")
    try:
        for row in reading.rows:
            json.dumps(asdict(row), ensure_ascii=False).encode("utf-8")
        for problem in reading.problems:
            json.dumps(asdict(problem), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        faults.append(f"holds text that cannot be stored: {error.reason}")
    return faults


def accounted(reading: ListReading) -> int:
    """Records that ended as a row, as a lost problem or as a counted skip."""
    places = {(row.source.sheet, row.source.row) for row in reading.rows}
    places |= {(p.sheet, p.row) for p in reading.problems if p.lost and p.row is not None}
    places |= {(skip.sheet, skip.row) for skip in reading.skipped}
    return len(places)


def peak(who: str = "RUSAGE_SELF") -> int:
    """Peak memory in bytes of this process, or of the largest child waited for; 0 if unknown."""
    try:
        import resource
    except ImportError:
        return 0
    import sys

    used = resource.getrusage(getattr(resource, who)).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024
