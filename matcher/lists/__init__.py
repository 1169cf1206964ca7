"""Lists: a file in, typed rows and every problem found, out (读清单)."""

from matcher.lists.limits import Limits
from matcher.lists.reading import ListReading, read_list
from matcher.lists.sheets import TableReading

__all__ = ["Limits", "ListReading", "TableReading", "read_list"]
