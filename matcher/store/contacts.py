"""Contacts of firms: consent to be shown, given or withdrawn, and who may look at them (联系人)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from matcher.errors import NotFoundError, XieshouError
from matcher.records import whole
from matcher.store.audit import Audit
from matcher.store.clock import now
from matcher.store.database import as_key, rows, writing
from matcher.store.scope import Scope, ScopeKind

_LONGEST = 100


class ContactError(XieshouError):
    """What cannot be done with a contact; the text says why."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a firm.

    Attributes:
        id: Key.
        enterprise_id: The firm's key.
        enterprise: The firm's name.
        name: Of the person.
        phone: As written.
        duty: What the person does there.
        consent: The person agreed to be shown (同意公开联系方式).
        withdrawn: The person took that back: not to be shown to anybody outside the bureau.
        consent_at: When it was given or taken back, in UTC.
        consent_by: Account that wrote it down.
        consent_how: How it was given, where the bureau wrote it down.
    """

    id: int
    enterprise_id: int
    enterprise: str
    name: str
    phone: str
    duty: str
    consent: bool
    withdrawn: bool
    consent_at: str
    consent_by: str
    consent_how: str


_SELECT = (
    "SELECT c.id, c.enterprise_id, f.name AS enterprise, c.name, c.phone, c.duty, c.consent,"
    " c.withdrawn, c.consent_at, c.consent_by, c.consent_how"
    " FROM contacts c JOIN enterprises f ON f.id = c.enterprise_id"
)
_OPEN = "e.opened AND e.stage <> '终止'"  # after an end a firm keeps what it knows by itself


class Contacts:
    """Contacts in the store. What is read here is told in the audit log, one row a person."""

    def __init__(self, db: Database, path: Path, audit: Audit) -> None:
        self._db, self._path, self._audit = db, path, audit

    # --- look ------------------------------------------------------------------------------------

    def of_firm(self, enterprise_id: int, scope: Scope) -> list[Contact]:
        """Contacts of a firm that belongs to the scope, by name: one's own, or to the bureau."""
        condition, values = self._owned(scope)
        return self._look(
            f"c.enterprise_id = :firm AND {condition}", {**values, "firm": enterprise_id}
        )

    def of_engagement(self, engagement_id: int, scope: Scope) -> list[Contact]:
        """Contacts of both sides of an engagement in scope, by firm.

        The bureau sees all of them. A firm sees its own, and those of the other side from 对接
        until an end, as far as they carry consent or were released by the introduction.
        """
        condition, values = scope.suggestions()
        seen = "1"
        if not scope.of_bureau:
            values = {**values, "scope_enterprise": scope.enterprise_id}
            released = "SELECT r.contact_id FROM engagement_contacts r WHERE r.engagement_id = e.id"
            seen = (
                "(c.enterprise_id = :scope_enterprise OR"
                f" ({_OPEN} AND NOT c.withdrawn AND (c.consent OR c.id IN ({released}))))"
            )
        return self._look(
            f"c.id IN (SELECT c.id FROM engagements e"
            f" JOIN {scope.demand_table()} ON demands.key = e.demand_key"
            f" JOIN {scope.supply_table()} ON supplies.key = e.supply_key"
            " JOIN contacts c ON c.enterprise_id IN (demands.enterprise_id, supplies.enterprise_id)"
            f" WHERE e.id = :engagement AND {condition} AND {seen})",
            {**values, "engagement": engagement_id},
            engagement=engagement_id,
        )

    def of_pair(self, demand_id: str, supply_id: str, scope: Scope) -> list[Contact]:
        """Contacts of both sides of a pair, for the bureau to release some of them."""
        if not scope.of_bureau:
            return []
        condition, values = scope.suggestions()
        return self._look(
            "c.enterprise_id IN (SELECT f.value FROM demands JOIN supplies,"
            " json_each(json_array(demands.enterprise_id, supplies.enterprise_id)) f"
            f" WHERE demands.demand_id = :demand AND supplies.supply_id = :supply AND {condition})",
            {**values, "demand": demand_id, "supply": supply_id},
        )

    def firms(self, scope: Scope, name: str, *, limit: int = 20) -> list[dict[str, Any]]:
        """Firms whose contacts belong to the scope and whose name holds this text, with a count."""
        condition, values = self._owned(scope)
        return rows(
            self._db,
            "SELECT f.id, f.name, f.county, (SELECT count(*) FROM contacts c"
            " WHERE c.enterprise_id = f.id) AS contacts FROM enterprises f"
            f" WHERE instr(f.name, :name) AND {condition} ORDER BY f.name LIMIT :limit",
            {**values, "name": name, "limit": limit},
        )

    def _look(
        self, condition: str, values: Mapping[str, Any], *, engagement: int | None = None
    ) -> list[Contact]:
        with writing(self._db, self._path):
            found = rows(
                self._db, f"{_SELECT} WHERE {condition} ORDER BY f.name, c.name, c.id", values
            )
            for row in found:
                self._audit.add(
                    "contact.view",
                    f"contact:{row['id']}",
                    after={"engagement": engagement} if engagement else None,
                )
        return [_contact(row) for row in found]

    @staticmethod
    def _owned(scope: Scope) -> tuple[str, Mapping[str, object]]:
        """Condition over firms ``f``: whose contacts belong to the scope."""
        condition, values = scope.enterprises("f")
        if scope.kind is not ScopeKind.COUNTY:
            return condition, values
        # A county's own engagements bring the other county's firm with them.
        partners = (
            "SELECT o.value FROM engagements e JOIN demands ON demands.key = e.demand_key"
            " JOIN supplies ON supplies.key = e.supply_key,"
            " json_each(json_array(demands.enterprise_id, supplies.enterprise_id)) o"
            " WHERE demands.county = :scope_county OR supplies.county = :scope_county"
        )
        return f"({condition} OR f.id IN ({partners}))", values

    # --- change ----------------------------------------------------------------------------------

    def get(self, contact_id: int, scope: Scope) -> Contact:
        """A contact that belongs to the scope.

        Raises:
            NotFoundError: There is none.
        """
        condition, values = self._owned(scope)
        found = rows(
            self._db,
            f"{_SELECT} WHERE c.id = :id AND {condition}",
            {**values, "id": as_key(contact_id)},
        )
        if not found:
            raise NotFoundError("没有这位联系人，可能地址写错了，或不在您能看的范围内")
        return _contact(found[0])

    def add(
        self, enterprise_id: int, scope: Scope, *, name: str, phone: str, duty: str = ""
    ) -> Contact:
        """A new contact, without consent.

        Raises:
            NotFoundError: The firm is not in scope.
            ContactError: Name or phone is missing, or the contact is there already.
        """
        values = _written(name, phone, duty)
        condition, scoped = self._owned(scope)
        with writing(self._db, self._path):
            sql = f"SELECT 1 FROM enterprises f WHERE f.id = :id AND {condition}"
            if not self._db.execute(sql, {**scoped, "id": enterprise_id}).fetchone():
                raise NotFoundError("没有这家企业，可能地址写错了，或不在您能看的范围内")
            self._refuse_twin(enterprise_id, values)
            cursor = self._db.execute(
                "INSERT INTO contacts (enterprise_id, name, phone, duty) VALUES (?, ?, ?, ?)",
                [enterprise_id, values["name"], values["phone"], values["duty"]],
            )
            key = int(cursor.lastrowid or 0)
            self._audit.add(
                "contact.add", f"contact:{key}", after={"enterprise": enterprise_id} | values
            )
            return self.get(key, scope)

    def change(self, contact_id: int, scope: Scope, *, name: str, phone: str, duty: str) -> Contact:
        """Change a contact; another name or phone is another consent, which has to be given anew.

        Raises:
            NotFoundError: There is none in scope.
            ContactError: Name or phone is missing, or the firm has that contact already.
        """
        values = _written(name, phone, duty)
        with writing(self._db, self._path):
            old = self.get(contact_id, scope)
            before = {key: getattr(old, key) for key in values}
            if before == values:
                return old
            self._refuse_twin(old.enterprise_id, values, but=contact_id)
            self._db.execute(
                "UPDATE contacts SET name = :name, phone = :phone, duty = :duty WHERE id = :id",
                values | {"id": contact_id},
            )
            if (old.name, old.phone) != (values["name"], values["phone"]):
                self._db.execute(
                    "UPDATE contacts SET consent = 0, consent_at = '', consent_by = '',"
                    " consent_how = '' WHERE id = ?",
                    [contact_id],
                )
                self._forget(contact_id)
            self._audit.add("contact.change", f"contact:{contact_id}", before=before, after=values)
            return self.get(contact_id, scope)

    def consent(self, contact_id: int, scope: Scope, *, given: bool, how: str = "") -> Contact:
        """Write down that a person agrees to be shown, or takes that back.

        Args:
            contact_id: Key.
            scope: The firm's own, or one of the bureau.
            given: False takes it back; what was released by introductions ends with it.
            how: How the bureau learned of it; a firm's own user needs none.

        Raises:
            NotFoundError: There is none in scope.
            ContactError: The bureau did not say how.
        """
        how = whole(how).strip()[:500]
        if scope.of_bureau and not how:
            raise ContactError("请写明本人是怎样表示的，如：11 月 3 日电话确认")
        with writing(self._db, self._path):
            old = self.get(contact_id, scope)
            if (old.consent, old.withdrawn) != (given, not given):
                self._db.execute(
                    "UPDATE contacts SET consent = ?, withdrawn = ?, consent_at = ?, consent_by = ?,"
                    " consent_how = ? WHERE id = ?",
                    [int(given), int(not given), now(), self._audit.actor.name, how, contact_id],
                )
                if not given:
                    self._forget(contact_id)
                self._audit.add(
                    "contact.consent" if given else "contact.withdraw",
                    f"contact:{contact_id}",
                    before={"consent": old.consent},
                    after={"consent": given, "how": how},
                )
            return self.get(contact_id, scope)

    def release(self, engagement_id: int, contact_ids: Iterable[int]) -> None:
        """Release contacts of the two firms of an engagement to each other, inside a transaction.

        Raises:
            ContactError: A contact is of another firm, or has taken its consent back.
        """
        for contact_id in dict.fromkeys(contact_ids):
            found = self._db.execute(
                "SELECT c.withdrawn FROM contacts c JOIN engagements e ON e.id = ?"
                " JOIN demands d ON d.key = e.demand_key JOIN supplies s ON s.key = e.supply_key"
                " WHERE c.id = ? AND c.enterprise_id IN (d.enterprise_id, s.enterprise_id)",
                [engagement_id, contact_id],
            ).fetchone()
            if not found or found[0]:
                raise ContactError("选了不是双方企业的联系人，或本人已撤回同意，请刷新后重选")
            self._db.execute(
                "INSERT OR IGNORE INTO engagement_contacts VALUES (?, ?, ?)",
                [engagement_id, contact_id, now()],
            )
            self._audit.add(
                "contact.release", f"contact:{contact_id}", after={"engagement": engagement_id}
            )

    def _forget(self, contact_id: int) -> None:
        self._db.execute("DELETE FROM engagement_contacts WHERE contact_id = ?", [contact_id])

    def _refuse_twin(self, enterprise_id: int, values: Mapping[str, str], but: int = 0) -> None:
        found = self._db.execute(
            "SELECT 1 FROM contacts WHERE enterprise_id = ? AND name = ? AND phone = ? AND id <> ?",
            [enterprise_id, values["name"], values["phone"], but],
        ).fetchone()
        if found:
            raise ContactError(f"已有联系人“{values['name']}”和这个电话，不用再加")


def _written(name: str, phone: str, duty: str) -> dict[str, str]:
    told = {"name": name, "phone": phone, "duty": duty}
    values = {key: " ".join(whole(text).split())[:_LONGEST] for key, text in told.items()}
    if not values["name"] or not values["phone"]:
        raise ContactError("联系人要有姓名和电话，请填写后再提交")
    return values


def _contact(row: Mapping[str, Any]) -> Contact:
    return Contact(**(dict(row) | {key: bool(row[key]) for key in ("consent", "withdrawn")}))
