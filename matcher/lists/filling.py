"""What a row leaves to the rows above it: the firm, and every cell that says 同上."""

from __future__ import annotations

from typing import Any

from matcher.model import ListKind, keys_of, owner_key

# Columns that speak of the firm: where the firm's cell is blank they continue the row above.
FIRM_KEYS = ("leader", "enterprise", "credit_code", "county", "tier", "chain")
_FIRM_DETAILS = ("credit_code", "county", "tier")  # these go with the firm's name wherever it is
_DITTO = frozenset({"同上", "同前", "〃", "″", "ditto"})


class Filler:
    """Remembers the row above, and the firm that a title or a form above names."""

    def __init__(self, kind: ListKind, said_above: dict[str, str]) -> None:
        self._owner = owner_key(kind)
        keys = keys_of(kind)
        self._details = tuple(key for key in _FIRM_DETAILS if key in keys)
        self._with_chain = (*self._details, *(key for key in ("chain",) if key in keys))
        self._firm = dict(said_above)
        self._row: dict[str, Any] = {}

    def name_firm(self, firm: str) -> None:
        """A title row names the firm of the rows below it."""
        self._firm = {self._owner: firm}

    def fill(self, values: dict[str, Any]) -> bool:
        """Fill a row in place; False where it has no firm but another firm's credit code.

        The firm goes on where its cell is blank, and what is known of a firm where its name is
        said again.
        """
        if not _DITTO.isdisjoint(values.values()):
            for key, text in values.items():
                if text in _DITTO:
                    values[key] = self._row.get(key, "")
        self._row = dict(values)
        name, above = values.get(self._owner, ""), self._firm.get(self._owner, "")
        code, code_above = values.get("credit_code"), self._firm.get("credit_code")
        other = bool(above and not name and code and code_above and code != code_above)
        if above and not other and name in {"", above}:
            values[self._owner] = above
            for key in self._details if name else self._with_chain:
                if not values.get(key) and self._firm.get(key):
                    values[key] = self._firm[key]
        self._firm = {key: values[key] for key in FIRM_KEYS if values.get(key)}
        return not other
