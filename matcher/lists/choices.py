"""What a person says of a file where the reader understood it otherwise (改判)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matcher.errors import MappingError

ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16")


@dataclass(frozen=True, slots=True)
class Choices:
    """Decisions by hand; they go before everything that is understood from the file.

    Attributes:
        encoding: Of a text table, one of :data:`ENCODINGS`; empty leaves it to the reader.
        ignored: Names of sheets that are not read.
        headers: Name of a sheet → the row, as a user numbers it, that is its header. Such a sheet
            is read even where it is hidden.
        columns: Name of a sheet → heading or column letter → column key, ``@ignore`` for a further
            information, ``@drop`` for what is not imported at all.
    """

    encoding: str = ""
    ignored: frozenset[str] = frozenset()
    headers: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.encoding and self.encoding not in ENCODINGS:
            raise MappingError(f"编码 {self.encoding} 不认识，可用的有：{'、'.join(ENCODINGS)}")

    def given(self, sheet: str, mapping: Mapping[str, str]) -> Mapping[str, str]:
        """Heading or letter → key of one sheet, together with a mapping for all sheets."""
        return {**mapping, **self.columns.get(sheet, {})}

    def record(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "encoding": self.encoding,
            "ignored": sorted(self.ignored),
            "headers": dict(self.headers),
            "columns": {sheet: dict(given) for sheet, given in self.columns.items() if given},
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Choices:
        """From what :meth:`record` gave."""
        return cls(
            record.get("encoding", ""),
            frozenset(record.get("ignored", ())),
            dict(record.get("headers", {})),
            {sheet: dict(given) for sheet, given in record.get("columns", {}).items()},
        )
