"""Rows, readings and stores for the tests of the store: small, real, without files to read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from matcher.lists import ListReading
from matcher.model import Demand, ListKind, Problem, Quantity, Row, Skipped, Source, Supply
from matcher.records import kind_of

LEADER, FIRM = "新疆甲铜业有限公司", "博乐乙金属有限公司"


def demand(number: int = 1, name: str = "电解铜", *, given: bool = True, **fields) -> Demand:
    """A demand in row ``number`` of its list; its id is given unless said otherwise."""
    amount = fields.pop("amount", 3000.0)
    return Demand(
        **{
            "demand_id": f"D{number:03}" if given else str(number),
            "product_name": name,
            "products": (name,),
            "leader": LEADER,
            "annual_quantity": Quantity(amount, amount, "吨", text=f"{amount:g}吨"),
            "unit": "吨",
            "county": "博乐市",
            "source": Source("需求.csv", "", number),
            "id_given": given,
        }
        | fields
    )


def supply(number: int = 1, name: str = "阴极铜", *, given: bool = True, **fields) -> Supply:
    """A supply in row ``number`` of its list; its id is given unless said otherwise."""
    amount = fields.pop("amount", 5000.0)
    return Supply(
        **{
            "supply_id": f"S{number:03}" if given else str(number),
            "product_name": name,
            "products": (name,),
            "enterprise": FIRM,
            "annual_capacity": Quantity(amount, amount, "吨", text=f"{amount:g}吨"),
            "unit": "吨",
            "county": "精河县",
            "source": Source("供给.csv", "", number),
            "id_given": given,
        }
        | fields
    )


def reading(
    rows: Sequence[Row],
    *,
    file: str = "",
    problems: Sequence[Problem] = (),
    skipped: Sequence[Skipped] = (),
) -> ListReading:
    """A reading of these rows, with a hash that follows from all it says."""
    kind = kind_of(rows[0])
    said = repr((rows, problems, skipped))
    return ListReading(
        file=file or rows[0].source.file,
        sha256=hashlib.sha256(said.encode()).hexdigest(),
        format="text",
        encoding="utf-8",
        kind=kind,
        kind_certain=True,
        guess=kind,
        tables=(),
        rows=tuple(rows),
        problems=tuple(problems),
        skipped=tuple(skipped),
    )


def dump(store) -> dict[str, list]:
    """Everything in a store, to see that nothing has changed."""
    # How SQLite lays a full-text index out depends on the order of the writes, not on the data.
    laid_out = ("_search_data", "_search_idx")
    tables = [
        name
        for name in store.db.table_names()
        if not name.startswith("sqlite_") and not name.endswith(laid_out)
    ]
    return {name: sorted(map(repr, store.db.query(f"SELECT * FROM {name}"))) for name in tables}


def ids(store, kind: ListKind) -> list[str]:
    """Ids of all rows of a kind."""
    from matcher.store import EVERYTHING

    rows = store.lists.demands if kind is ListKind.DEMAND else store.lists.supplies
    return [row.row_id for row in rows(EVERYTHING)]
