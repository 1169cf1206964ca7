"""What a matching run is asked (撮合参数)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of a matching run (撮合运行); all of them are stored with it.

    Attributes:
        top: Suggestions kept for each demand.
        min_score: Least probability of a suggestion.
        acceptable: Probability from which a suggestion counts: a demand without one is a 断点.
        candidates: Names looked at closely for each demanded name.
        explain: Whether contributions and sentences are made for the kept suggestions.
    """

    top: int = 10
    min_score: float = 0.0
    acceptable: float = 0.3
    candidates: int = 40
    explain: bool = True

    @property
    def near(self) -> int:
        """Names that the recall finds: ``candidates``, but enough for all that are kept."""
        return max(self.candidates, 2 * self.top)
