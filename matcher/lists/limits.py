"""How large a list may be, and how long and with how much memory it may be read."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
_ORDINARY = 4 * MEGABYTE  # what nearly every list stays below
_ORDINARY_PAGES = 15


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of reading one file.

    Attributes:
        file_bytes: Largest file.
        unpacked_bytes: Largest content of a zipped format (xlsx, docx, ods) after unpacking.
        zip_ratio: Largest ratio of unpacked to packed size of one member; beyond it is a bomb.
        zip_members: Largest number of members.
        rows: Most rows in one table.
        columns: Most columns in one table, after empty ones at the right are dropped.
        cells: Most cells in one file, empty ones between the others included.
        characters: Most characters in all cells together.
        pages: Most pages of a pdf.
        memory_bytes: Memory of the parsing process, where the system can limit it.
        seconds: Time of the parsing process for a file of ordinary size (4 MB, 15 pages).
        seconds_per_megabyte: Added for every further megabyte.
        seconds_per_page: Added for every further page of a pdf, once its pages are counted.
    """

    file_bytes: int = 256 * MEGABYTE
    unpacked_bytes: int = 1024 * MEGABYTE
    zip_ratio: float = 200.0
    zip_members: int = 10_000
    rows: int = 2_000_000
    columns: int = 1_000
    cells: int = 20_000_000
    characters: int = 200_000_000
    pages: int = 1_000
    memory_bytes: int = 900 * MEGABYTE
    seconds: float = 8.0
    seconds_per_megabyte: float = 5.0
    seconds_per_page: float = 0.5

    def seconds_for(self, size: int) -> float:
        """Time limit in seconds for a file of ``size`` bytes."""
        return self.seconds + self.seconds_per_megabyte * max(0, size - _ORDINARY) / MEGABYTE

    def seconds_for_pages(self, pages: int) -> float:
        """Seconds that a pdf gets on top for its pages."""
        return self.seconds_per_page * max(0, min(pages, self.pages) - _ORDINARY_PAGES)
