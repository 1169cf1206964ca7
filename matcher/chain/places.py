"""Where firms are, as far as a prefecture is concerned: local, elsewhere, or unknown (州内、州外)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SUFFIX = re.compile(r"(?<=..)(?:市|县|区|自治县|自治州|州|地区)$")
_LOCAL = re.compile(r"^(?:本?[州市区县盟]内|本地|本[州市县]|当地)$")
_NOT_SAID = frozenset({"", "不详", "未知", "无", "/", "-", "—", "待定", "暂无"})


def bare(county: str) -> str:
    """The name of a place without what kind of place it is: 博乐市 and 博乐 are one."""
    return _SUFFIX.sub("", county.strip())


@dataclass(frozen=True)
class Prefecture:
    """The counties that are local (本州)."""

    counties: frozenset[str]

    @classmethod
    def of(cls, given: Iterable[str], demands: Iterable[str]) -> Prefecture:
        """The counties given, else those of the demands: leaders report to their own bureau."""
        return cls(frozenset(map(bare, filter(None, given or demands))))

    def holds(self, county: str) -> bool | None:
        """Whether a county is local; None where none is named."""
        name = bare(county)
        if name in _NOT_SAID:
            return None
        return name in self.counties

    def speaks_of(self, source: str) -> bool | None:
        """Whether a text on where a product comes from means here; None where it does not say.

        Several places (奎屯、石河子) are local only where all of them are.
        """
        said = [self._one(part) for part in re.split(r"[、，,；;/和及—]", source)]
        if None in said:
            return None
        return all(said)

    def _one(self, place: str) -> bool | None:
        return True if _LOCAL.match(place.strip()) else self.holds(place)
