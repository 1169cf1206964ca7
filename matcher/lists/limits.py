"""How large a list may be, and how long and with how much memory it may be read."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


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
        cells: Most cells in one file.
        memory_bytes: Memory of the parsing process, where the system can limit it.
        seconds: Time of the parsing process for a small file.
        seconds_per_megabyte: Added for every megabyte of the file.
    """

    file_bytes: int = 256 * MEGABYTE
    unpacked_bytes: int = 1024 * MEGABYTE
    zip_ratio: float = 200.0
    zip_members: int = 10_000
    rows: int = 2_000_000
    columns: int = 1_000
    cells: int = 40_000_000
    memory_bytes: int = 900 * MEGABYTE
    seconds: float = 9.0
    seconds_per_megabyte: float = 20.0

    def seconds_for(self, size: int) -> float:
        """Time limit in seconds for a file of ``size`` bytes."""
        return self.seconds + self.seconds_per_megabyte * (size // MEGABYTE)
