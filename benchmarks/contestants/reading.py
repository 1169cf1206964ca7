"""Reading a supply list from a workbook."""

from __future__ import annotations

from pathlib import Path

from benchmarks.task import SUPPLIES, Clock, Found, Task

WORKBOOK = "供给.xlsx"


def write_workbook(task: Task) -> None:
    """The supply list as a workbook beside it, all cells text."""
    import xlsxwriter

    header = (task.folder / SUPPLIES).open(encoding="utf-8").readline().rstrip("\n").split("\t")
    with xlsxwriter.Workbook(str(task.folder / WORKBOOK), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("清单")
        sheet.write_row(0, 0, header)
        for i, row in enumerate(task.supply_cells(), 1):
            for j, cell in enumerate(row):
                if cell:
                    sheet.write_string(i, j, cell)


def calamine(task: Task, clock: Clock) -> Found:
    """The bare cells by python-calamine."""
    import python_calamine

    path = _path(task)
    with clock.phase("read"):
        book = python_calamine.load_workbook(str(path))
        clock.figures["rows"] = len(book.get_sheet_by_index(0).to_python()) - 1
    return {}


def this_project(task: Task, clock: Clock) -> Found:
    """Typed rows and every problem by ``read_list``, in its guarded process."""
    from matcher import read_list

    path = _path(task)
    with clock.phase("read"):
        clock.figures["rows"] = len(read_list(path).rows)
    return {}


def _path(task: Task) -> Path:
    return task.folder / WORKBOOK
