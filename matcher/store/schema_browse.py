"""What makes lists quick to look through: full-text index, indexes of columns, saved views."""

from __future__ import annotations

_DEMAND_NAMELESS = (
    "{0}.category, hide_firm({0}.product_name, {0}.leader), hide_firm({0}.products, {0}.leader),"
    " hide_firm({0}.spec, {0}.leader), hide_firm({0}.standard, {0}.leader),"
    " hide_firm({0}.requirement, {0}.leader)"
)
_DEMAND_TEXT = (
    "{0}.category, {0}.product_name, {0}.products, {0}.spec, {0}.standard, {0}.requirement"
)
_DEMAND_INTERNAL = "{0}.current_supplier, {0}.current_source, {0}.note"
_SUPPLY_SHOWN = (
    "{0}.supply_id, {0}.enterprise, {0}.credit_code, {0}.county, {0}.tier, {0}.product_name,"
    " {0}.products, {0}.spec, {0}.standard, {0}.certificates, {0}.description"
)

# Of each list the columns of the index, each with the columns of the row that it is made of. What
# a scope may see decides in which of them it searches (see matcher/store/search.py).
SEARCHED = {
    "demands": (
        "key",
        {
            "nameless": _DEMAND_NAMELESS,
            "shown": f"{{0}}.demand_id, {{0}}.leader, {{0}}.chain, {{0}}.county, {_DEMAND_TEXT}",
            "internal": _DEMAND_INTERNAL,
        },
    ),
    "supplies": ("key", {"shown": _SUPPLY_SHOWN, "internal": "{0}.intended_buyers"}),
    "enterprises": ("id", {"shown": "{0}.name, {0}.credit_code, {0}.county"}),
}


def _search(table: str) -> str:
    """An index of one table, filled from its rows and kept in step by triggers.

    The triggers belong to the transaction of the write, whoever writes.
    """
    key, columns = SEARCHED[table]
    names = ", ".join(columns)
    made = ", ".join(f"search_text({text})" for text in columns.values())
    add = f"INSERT INTO {table}_search (rowid, {names})"
    return f"""
CREATE VIRTUAL TABLE {table}_search USING fts5({names}, tokenize = 'unicode61 remove_diacritics 0');
{add} SELECT t.{key}, {made.format("t")} FROM {table} t;
CREATE TRIGGER {table}_search_add AFTER INSERT ON {table}
BEGIN {add} VALUES (NEW.{key}, {made.format("NEW")}); END;
CREATE TRIGGER {table}_search_change AFTER UPDATE ON {table}
BEGIN
    DELETE FROM {table}_search WHERE rowid = OLD.{key};
    {add} VALUES (NEW.{key}, {made.format("NEW")});
END;
CREATE TRIGGER {table}_search_remove AFTER DELETE ON {table}
BEGIN DELETE FROM {table}_search WHERE rowid = OLD.{key}; END;
"""


# A sort ends with the shown id, whose order tells nothing (see matcher/store/browse.py).
INDEXES = """
CREATE INDEX demands_by_facets ON demands(chain, category, county, disclosure, valid_until);
CREATE INDEX demands_by_product ON demands(product_name, demand_id);
CREATE INDEX demands_by_leader ON demands(leader, demand_id);
CREATE INDEX supplies_by_facets ON supplies(county, tier, (intended_buyers <> ''));
CREATE INDEX supplies_by_product ON supplies(product_name, supply_id);
CREATE INDEX supplies_by_name ON supplies(enterprise, supply_id);
CREATE INDEX supplies_by_capacity ON supplies(annual_capacity, supply_id);
CREATE INDEX decisions_by_supply ON decisions(supply_key, demand_key, id);
"""

# An index of an order holds the facets too, so that a page in the middle of a long list is found
# without a look at each row before it. Verdicts are asked for from either side.
CARRIED = """
DROP INDEX supplies_by_product;
DROP INDEX supplies_by_name;
DROP INDEX supplies_by_capacity;
DROP INDEX supplies_by_county;
CREATE INDEX supplies_by_id ON supplies(supply_id, tier, county, (intended_buyers <> ''));
CREATE INDEX supplies_by_product
    ON supplies(product_name, supply_id, tier, county, (intended_buyers <> ''));
CREATE INDEX supplies_by_name
    ON supplies(enterprise, supply_id, tier, county, (intended_buyers <> ''));
CREATE INDEX supplies_by_capacity
    ON supplies(annual_capacity, supply_id, tier, county, (intended_buyers <> ''));
CREATE INDEX supplies_by_county ON supplies(county, supply_id, tier, (intended_buyers <> ''));
CREATE INDEX supplies_by_tier ON supplies(tier, supply_id, county, (intended_buyers <> ''));
CREATE INDEX verdicts_by_supply ON verdicts(supply_key, demand_key, verdict);
"""

VIEWS = """
CREATE TABLE views (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    listing TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    UNIQUE (user_id, listing, name)
) STRICT;
"""

BROWSE = "".join([*map(_search, SEARCHED), INDEXES, VIEWS])
