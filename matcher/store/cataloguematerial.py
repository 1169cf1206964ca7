"""What catalogues are made of: values to choose by, contacts of firms that agreed, names that hide."""

from __future__ import annotations

from sqlite_utils import Database

from matcher.store.database import rows
from matcher.store.scope import Scope


class CatalogueMaterial:
    """What the store knows for a catalogue, beside rows and decisions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def choices(self, scope: Scope) -> dict[str, list[str]]:
        """What rows in scope say of themselves, to choose from: column → its values, sorted.

        ``chain``, ``category`` and ``leader`` are of demands, ``county`` and ``tier`` of supplies.
        """
        wanted, values = scope.demands()
        offered, more = scope.supplies()
        places = dict.fromkeys(("chain", "category", "leader"), ("demands", wanted, values))
        places |= dict.fromkeys(("county", "tier"), ("supplies", offered, more))
        return {
            column: [
                text
                for (text,) in self._db.execute(
                    f"SELECT DISTINCT {column} FROM {table} WHERE {condition} AND {column} <> ''"
                    f" ORDER BY {column}",
                    dict(about),
                ).fetchall()
            ]
            for column, (table, condition, about) in places.items()
        }

    def contacts(self) -> dict[str, str]:
        """Firm → contact, of firms that agreed to be reached directly; nobody else's is read."""
        found = rows(
            self._db,
            "SELECT e.name AS firm, c.name, c.phone FROM contacts c JOIN enterprises e"
            " ON e.id = c.enterprise_id WHERE c.consent = 1 ORDER BY e.name, c.id",
        )
        told: dict[str, list[str]] = {}
        for row in found:
            said = " ".join(part for part in (row["name"], row["phone"]) if part)
            if said:
                told.setdefault(row["firm"], []).append(said)
        return {firm: "；".join(lines) for firm, lines in told.items()}

    def aliases(self) -> dict[str, str]:
        """Id of a demand → what it is called where its buyer is hidden."""
        sql = "SELECT d.demand_id, a.alias FROM demand_aliases a JOIN demands d ON d.key = a.demand_key"
        return dict(self._db.execute(sql).fetchall())
