"""What waits for somebody on the workbench: every area says it of itself (等我处理的).

An area adds a function, which is asked where the user may enter that area::

    @waits("review")
    def _to_review() -> Iterator[Waiting]:
        yield Waiting(_("待审核的建议"), store().reviews.waiting(scope_here), url_for("review.index"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from web.rights import may


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits.

    Attributes:
        text: What it is.
        number: How many; nothing is shown of none.
        url: Where it is done; empty where the user can only look.
        urgent: Whether it stands out.
    """

    text: str
    number: int
    url: str = ""
    urgent: bool = False


Source = Callable[[], Iterator[Waiting]]
_SOURCES: list[tuple[str, Source]] = []


def waits(area: str) -> Callable[[Source], Source]:
    """A function that tells what of an area waits for the signed-in user."""

    def noted(source: Source) -> Source:
        _SOURCES.append((area, source))
        return source

    return noted


def waiting() -> list[Waiting]:
    """All that waits for the signed-in user, in the order of the areas."""
    return [one for area, source in _SOURCES if may(area) for one in source() if one.number]
