"""The parsing process: it is stopped in time, bounded in memory, and leaves nothing behind."""

from __future__ import annotations

import ast
import ctypes
import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matcher.lists
from matcher.errors import UnreadableListError
from matcher.lists import Limits, read_list, windows
from matcher.lists.extract import records
from matcher.lists.grid import Grid
from matcher.lists.limits import MEGABYTE
from matcher.lists.sandbox import extract, load
from matcher.lists.worker import dump
from tests.lists import damage, seeds
from tests.lists.verdict import sentence_faults

CORNERS = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="500000"><c r="T500000"><v>1</v></c></row>'
    "</sheetData></worksheet>"
)
SECOND = "xl/worksheets/sheet2.xml"


@pytest.fixture
def write(tmp_path):
    def written(data: bytes, name: str = "清单.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


def large() -> bytes:
    """A good list whose second sheet asks for 320 MB (10 million cells of 32 bytes)."""
    return seeds.zipped({**seeds.unzipped(damage.good(".xlsx", 3)), SECOND: CORNERS})


def refusal(path: Path, **limits: float) -> str:
    with pytest.raises(UnreadableListError) as caught:
        extract(path, Limits(**limits))
    assert sentence_faults(str(caught.value)) == []
    return str(caught.value)


def children() -> list[int]:
    """Processes started from here that nobody waited for; empty where it cannot be known."""
    listing = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(pid) for pid in listing.read_text().split()] if listing.exists() else []


# --- time ----------------------------------------------------------------------------------------


def test_time_is_over(write):
    path = write(damage.good(".xlsx", 3))
    assert "秒还没读完" in refusal(path, seconds=0.02)
    assert extract(path, Limits(seconds=30.0))[1] == "workbook"


def test_a_parser_that_hangs_is_stopped(write):
    """Three million rectangles on one page keep a pdf parser busy for minutes."""
    data = seeds.pdf_of([b"0 0 5 5 re S " * 3_000_000])
    before = children()
    started = time.monotonic()
    assert "读了 1 秒还没读完" in refusal(write(data, "清单.pdf"), seconds=1.0)
    assert time.monotonic() - started < 5
    assert children() == before
    assert len(read_list(write(damage.good(".pdf", 3), "清单.pdf")).rows) == 3


def test_pages_give_more_time(write):
    """Sixty pages would need longer than what a short pdf is given."""
    path = write(seeds.as_pdf(seeds.table(120), pages=60), "清单.pdf")
    grids, _, _ = extract(path, Limits(seconds=3.0, seconds_per_page=5.0))
    assert len(grids[0].rows) == 180


# --- memory --------------------------------------------------------------------------------------


def test_memory_is_over(write):
    pytest.importorskip("resource", reason="the system cannot limit the memory of a process")
    path = write(large())
    assert "内存不够" in refusal(path, memory_bytes=250 * MEGABYTE)
    assert len(extract(path, Limits())[0]) == 2


def test_memory_of_a_document_is_over(write):
    """The sentence says memory, not damage, whichever library ran out of it."""
    pytest.importorskip("resource", reason="the system cannot limit the memory of a process")
    cell = f"<w:tc><w:p><w:r><w:t>{'泵' * 20}</w:t></w:r></w:p></w:tc>"
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = f"<w:tbl>{f'<w:tr>{cell * 8}</w:tr>' * 10_000}</w:tbl>"
    xml = f"<w:document {w}><w:body>{body}</w:body></w:document>"
    members = {**seeds.unzipped(damage.good(".docx", 3)), "word/document.xml": xml}
    path = write(seeds.zipped(members), "清单.docx")
    for megabytes in (70, 90, 110):
        assert "内存不够" in refusal(path, memory_bytes=megabytes * MEGABYTE, zip_ratio=1e9)
    assert len(extract(path, Limits(zip_ratio=1e9))[0][0].rows) == 10_000


def test_text_without_end_is_refused(write):
    path = write(damage.good(".xlsx", 40))
    assert "文字太多" in refusal(path, characters=1_000)
    assert len(extract(path, Limits(characters=10_000))[0][0].rows) == 41


def test_structures_of_windows_have_their_documented_size():
    """What cannot run here can at least be laid out as the system expects it."""
    wide = ctypes.sizeof(ctypes.c_void_p) == 8
    assert ctypes.sizeof(windows.BasicLimits) == (64 if wide else 48)
    assert ctypes.sizeof(windows.ExtendedLimits) == (144 if wide else 112)
    assert windows.limit_memory(900 * MEGABYTE) is (os.name == "nt")


# --- what comes back -----------------------------------------------------------------------------


def test_a_process_that_dies_half_way_gives_nothing(write):
    """The first sheet was already handed over when the second one ended the process."""
    pytest.importorskip("resource", reason="the system cannot limit the memory of a process")
    wide = "<row>" + "<c><v>1</v></c>" * 16_384 + "</row>"
    sheet = f"<worksheet><sheetData>{wide}{'<row><c><v>1</v></c></row>' * 9_000}</sheetData></worksheet>"
    members = {**seeds.unzipped(damage.good(".xlsx", 40)), SECOND: sheet}
    before = children()
    refusal(write(seeds.zipped(members)))
    assert children() == before


TEXT = st.text(st.characters(), max_size=9)
GRIDS = st.lists(
    st.builds(
        Grid,
        name=TEXT,
        rows=st.lists(st.lists(TEXT, max_size=4), max_size=1_100 // 100),
        merges=st.lists(st.tuples(*[st.integers(0, 99)] * 4), max_size=3),
        first_row=st.integers(0, 9),
        hidden=st.booleans(),
    ),
    max_size=3,
)
HEAD = '{"format": "workbook", "encoding": ""}'


@given(GRIDS)
def test_grids_survive_the_way_between_the_processes(grids):
    """All text does, lone surrogates and line ends included; empty cells at the end may go."""
    lines = [HEAD, *dump(((grid, grid.rows) for grid in grids), "清单", Limits())]
    sent = "\n".join(lines).encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
    parsed = load(iter(sent.split("\n")))
    for grid in grids:
        for row in grid.rows:
            while row and not row[-1]:
                row.pop()
    assert parsed.grids == grids
    assert parsed.format == "workbook"


@given(GRIDS, st.data())
def test_any_part_of_the_lines_is_too_little(grids, data):
    """Lines that end early, even in the middle of one, are never taken for a whole list."""
    sent = "\n".join([HEAD, *dump(((grid, grid.rows) for grid in grids), "清单", Limits())])
    cut = sent[: data.draw(st.integers(0, len(sent) - 1))]
    with pytest.raises((ValueError, KeyError, TypeError)):
        load(iter(cut.split("\n")))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_large_json_is_parsed_aside_and_reads_the_same(encoding, write):
    """Beyond a megabyte the same extractor runs in the other process."""
    text = seeds.as_json(seeds.table(9_000)).decode()
    path = write(text.encode(encoding), "清单.json")
    assert path.stat().st_size > MEGABYTE
    grids, format_, found = extract(path, Limits())
    assert (format_, found) == ("json", encoding)
    assert grids == records.extract(path, Limits())[0]
    assert "不是合法的 JSON" in refusal(write(text[:-1].encode(encoding), "清单.json"))
    assert "还没读完" in refusal(write(text.encode(encoding), "清单.json"), seconds=0.02)


def test_a_refusal_may_come_at_any_line():
    lines = [HEAD, '{"grid": {"name": "表", "merges": []}}', '{"refused": "太大"}']
    with pytest.raises(UnreadableListError, match="太大"):
        load(iter(lines))


def test_nobody_unpickles_what_a_parser_wrote():
    dangerous = {
        "pickle",
        "marshal",
        "shelve",
        "dill",
        "cloudpickle",
        "multiprocessing",
        "eval",
        "exec",
    }
    for path in Path(matcher.lists.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += (
                [node.func.id]
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                else []
            )
            assert not dangerous.intersection(name.split(".")[0] for name in names), path.name


# --- what is left --------------------------------------------------------------------------------


def test_nothing_is_left_behind(write, tmp_path, monkeypatch):
    temporary = tmp_path / "临时"
    temporary.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    before = children()
    for suffix in damage.BINARY:
        data = damage.good(suffix, 3)
        extract(write(data, f"清单{suffix}"), Limits())
        refusal(write(data[: len(data) // 2], f"清单{suffix}"))
    refusal(write(large()), memory_bytes=250 * MEGABYTE, cells=9_999_999)
    assert list(temporary.iterdir()) == []
    assert children() == before


def test_surroundings_do_not_matter(write, tmp_path, monkeypatch):
    """Another folder, warnings as errors, a console of another language: the same list."""
    path = write(damage.good(".xlsx", 3))
    wanted = extract(path, Limits())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit", encoding="utf-8")
    for name, value in {
        "PYTHONWARNINGS": "error",
        "PYTHONIOENCODING": "gbk",
        "LC_ALL": "C",
    }.items():
        monkeypatch.setenv(name, value)
    assert extract(Path("清单.xlsx"), Limits()) == wanted


def test_several_at_once(write):
    paths = [
        write(damage.good(suffix, 12), f"清单{i}{suffix}") for i, suffix in enumerate(damage.BINARY)
    ]
    found: dict[str, int] = {}

    def read(path: Path) -> None:
        found[path.name] = len(read_list(path).rows)

    threads = [threading.Thread(target=read, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {path.name: 12 for path in paths}
