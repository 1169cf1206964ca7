"""Lists: a file in, typed rows and every problem found, out (读清单)."""

from matcher.lists.choices import Choices
from matcher.lists.limits import Limits
from matcher.lists.reading import ListReading, OpenedList, open_list, read_list, read_opened
from matcher.lists.sheets import TableReading

__all__ = [
    "Choices",
    "Limits",
    "ListReading",
    "OpenedList",
    "TableReading",
    "open_list",
    "read_list",
    "read_opened",
]
