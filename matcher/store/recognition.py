"""Which stored row a row of a new import is: by its given id, else by firm, name and spec.

A row's number in its file is never its identity.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from matcher.model import ListKind, Row, owner_key
from matcher.records import whole
from matcher.store.rowcodec import TABLE
from matcher.store.scope import EVERYTHING, Scope
from matcher.text import squeeze


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A stored row as far as an import compares it.

    ``says`` is everything that makes a row an updated one: content, products, attributes. ``own``
    tells whether it belongs to the scope that imports.
    """

    key: int
    identity: str
    says: tuple[str, str, str]
    id_given: bool
    own: bool = True


def says(values: Mapping[str, Any]) -> tuple[str, str, str]:
    """What of a table row an import compares."""
    return values["content_hash"], values["products"], values["attributes"]


def given_id(row: Row) -> str:
    """The id as the list gives it: a repeated id was made distinct by its place in the file."""
    source = row.source
    place = f"@{source.sheet}!{source.row}" if source.sheet else f"@{source.row}"
    bare = row.row_id.rstrip("'")
    return bare.removesuffix(place) if bare.endswith(place) else row.row_id


def identity_id(identity: str) -> str | None:
    """The given id within an identity; None where the row has none."""
    kind, name, *_ = json.loads(identity)
    return name if kind == "id" else None


class Recognition:
    """The rows of one table as the rows of one import may be recognised among them.

    * A given id counts within its firm; the n-th row of a repeated id is the n-th again.
    * Without an id, firm, name and spec count. They also join a row with an id to one without,
      so that numbering a list afterwards does not double it.
    * Firms are told apart as they are written: two spellings are a question, never one firm.
    * A row without a firm belongs to its file, so that the lists of two offices cannot overwrite
      each other; a given id with the same product name is the same row in any file. Filling in
      the firm afterwards doubles nothing either.
    * A row of another scope is recognised exactly, so that it is not doubled, and never loosely.
    """

    def __init__(self, db: Database, kind: ListKind, scope: Scope = EVERYTHING) -> None:
        self._rows: dict[str, KnownRow] = {}
        self._keys: dict[int, KnownRow] = {}
        self._loose: dict[tuple[str, ...], list[KnownRow]] = {}
        self._met: set[int] = set()
        owner = owner_key(kind)
        own, limits = scope.own("t")
        found = db.query(
            f"SELECT t.key, t.identity, t.{owner} AS owner, t.product_name, t.spec, l.file_name,"
            f" t.content_hash, t.products, t.attributes, ({own}) AS own FROM {TABLE[kind]} t"
            " JOIN lists l ON l.id = t.list_id ORDER BY t.key",
            dict(limits),
        )
        for values in found:
            identity = values["identity"]
            given = identity_id(identity)
            known = KnownRow(
                values["key"], identity, says(values), given is not None, bool(values["own"])
            )
            self._rows[identity] = self._keys[known.key] = known
            if not known.own:
                continue
            firm = _firm(values["owner"], values["file_name"])
            product, spec = squeeze(values["product_name"]), squeeze(values["spec"])
            self._loose.setdefault(("name", product, spec, firm), []).append(known)
            if given is not None and not values["owner"]:
                self._loose.setdefault(("id and name", given, product), []).append(known)

    def match(
        self, rows: Sequence[Row], origins: Mapping[int, int] | None = None
    ) -> list[tuple[KnownRow | None, str]]:
        """For each row the stored row that it is, if any, and the identity to store it under.

        Rows that are recognised exactly come first, so that no loose likeness takes their place.
        First of all come those of which it is known (place in ``rows`` → key) what they are.
        """
        identities = self._identities(rows)
        known_by_origin = self._of_origins(origins or {})
        met = {known.key for known in known_by_origin.values()}
        found: list[KnownRow | None] = []
        for place, identity in enumerate(identities):
            exact = self._rows.get(identity)
            taken = exact is not None and exact.key in met
            found.append(known_by_origin.get(place) or (None if taken else exact))
        self._met = {known.key for known in found if known}
        matched: list[tuple[KnownRow | None, str]] = []
        for row, identity, exact in zip(rows, identities, found, strict=True):
            known = exact or self._alike(row)
            keeps = known is not None and known.id_given and not row.id_given
            matched.append((known, known.identity if known and keeps else identity))
        return self._apart(matched) if known_by_origin else matched

    def _of_origins(self, origins: Mapping[int, int]) -> dict[int, KnownRow]:
        """The stored rows that are known beforehand, each for the first row that claims it."""
        found: dict[int, KnownRow] = {}
        for place, key in origins.items():
            known = self._keys.get(key)
            if known and known.own and known not in found.values():
                found[place] = known
        return found

    def _apart(
        self, matched: Sequence[tuple[KnownRow | None, str]]
    ) -> list[tuple[KnownRow | None, str]]:
        """Identities that meet neither each other nor those of other stored rows.

        The n-th row of several that are alike is the first of them in a file of its own.
        """
        used: set[str] = set()
        apart = []
        for known, identity in matched:
            wanted = identity
            if known and _stem(known.identity) == _stem(identity):
                wanted = known.identity
            while wanted in used or (
                (other := self._rows.get(wanted)) is not None and other is not known
            ):
                *stem, n = json.loads(wanted)
                wanted = json.dumps([*stem, n + 1], ensure_ascii=False)
            used.add(wanted)
            apart.append((known, wanted))
        return apart

    @staticmethod
    def _identities(rows: Sequence[Row]) -> list[str]:
        count: Counter[tuple[str, ...]] = Counter()
        identities = []
        for row in rows:
            firm = _firm(row.owner, row.source.file)
            mine = ("id", given_id(row), firm) if row.id_given else _by_name(row, firm)
            count[mine] += 1
            identities.append(json.dumps([*mine, count[mine]], ensure_ascii=False))
        return identities

    def _alike(self, row: Row) -> KnownRow | None:
        firm, no_firm = _firm(row.owner, row.source.file), _firm("", row.source.file)
        known = self._other(_by_name(row, firm), given=not row.id_given)
        if known is None and row.id_given:
            name = ("id and name", given_id(row), squeeze(row.product_name))
            known = self._other(name, given=True)
        elif known is None and row.owner:
            known = self._other(_by_name(row, no_firm), given=False)
        if known:
            self._met.add(known.key)
        return known

    def _other(self, name: tuple[str, ...], *, given: bool) -> KnownRow | None:
        found = self._loose.get(name, ())
        return next((k for k in found if k.id_given is given and k.key not in self._met), None)


def _stem(identity: str) -> list[Any]:
    stem: list[Any] = json.loads(identity)[:-1]
    return stem


def stem_of(row: Row, given: str | None) -> list[str]:
    """The identity of a row without its number among those that are alike.

    Args:
        row: The row.
        given: The id that its list gives it; None without one.
    """
    firm = _firm(row.owner, row.source.file)
    return list(_by_name(row, firm)) if given is None else ["id", given, firm]


def _firm(owner: str, file: str) -> str:
    return squeeze(owner) or f"@{whole(file)}"


def _by_name(row: Row, firm: str) -> tuple[str, ...]:
    return ("name", squeeze(row.product_name), squeeze(row.spec), firm)
