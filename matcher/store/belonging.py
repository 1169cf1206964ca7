"""Whose rows a person may bring in or change: a firm its own, a county its own (归属)."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from matcher.model import ListKind, Row, owner_key
from matcher.store.scope import Scope, ScopeKind
from matcher.text import squeeze

_KINDS = {
    ScopeKind.BUYER: (ListKind.DEMAND,),
    ScopeKind.SUPPLIER: (ListKind.SUPPLY,),
    ScopeKind.GRANT: (),
}
NOT_OWN_FIRM, NOT_OWN_COUNTY = "不是本企业的行", "不是本县市的行"
_NAMES = {ListKind.DEMAND: "需求", ListKind.SUPPLY: "供给"}


def kinds_of(scope: Scope) -> tuple[ListKind, ...]:
    """The kinds of list that a scope may bring in and change: buyers demands, suppliers supplies."""
    return _KINDS.get(scope.kind, tuple(ListKind))


def why_not(kind: ListKind, scope: Scope) -> str:
    """Why a scope may not bring in this kind of list, or empty."""
    allowed = kinds_of(scope)
    if kind in allowed:
        return ""
    names = "、".join(f"{_NAMES[kind]}清单" for kind in allowed) or "任何清单"
    return (
        f"这是{_NAMES[kind]}清单，您的账号只能导入{names}"
        if allowed
        else f"您的账号不能导入{names}"
    )


class Belonging:
    """Tells rows that belong to a scope from others, and fills in what goes without saying."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._scope = scope
        self.firm = ""
        self.foreign = NOT_OWN_COUNTY if scope.kind is ScopeKind.COUNTY else NOT_OWN_FIRM
        self._counties: dict[str, str] = {}
        if scope.kind is ScopeKind.COUNTY:
            found = db.execute("SELECT name, county FROM enterprises WHERE county <> ''")
            self._counties = dict(found.fetchall())
        elif scope.enterprise_id:
            sql = "SELECT name FROM enterprises WHERE id = ?"
            found_name = db.execute(sql, [scope.enterprise_id]).fetchone()
            self.firm = found_name[0] if found_name else ""

    def settle(self, kind: ListKind, row: Row) -> tuple[Row, str]:
        """A row with its blank firm or county filled in, and why it is not the scope's own.

        A firm that writes its own name with other spaces or brackets is that firm; a row of a
        county without a county is the county's, unless its firm is known to be elsewhere.
        """
        if self._scope.kind is ScopeKind.EVERYTHING:
            return row, ""
        if self._scope.kind is ScopeKind.COUNTY:
            own = self._scope.county
            home = self._counties.get(row.owner, own)
            if (row.county or own) != own or home != own:
                return row, NOT_OWN_COUNTY
            return (row if row.county else replace(row, county=own)), ""
        if not self.firm or (row.owner and squeeze(row.owner) != squeeze(self.firm)):
            return row, NOT_OWN_FIRM
        if row.owner == self.firm:
            return row, ""
        own_name: dict[str, str] = {owner_key(kind): self.firm}
        return replace(row, **own_name), ""  # type: ignore[arg-type]
