"""Indexes for the figures of runs, and what a run knows of itself."""

from __future__ import annotations

# A suggestion is a kilobyte of reasons: what only counts and compares reads the index alone.
RUN_FIGURES = """
CREATE INDEX suggestions_by_demand ON suggestions(run_id, demand_key, rank, probability, supply_key);
CREATE INDEX decisions_by_time ON decisions(decided_at, verdict);
ALTER TABLE runs ADD COLUMN suggestions INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET suggestions = (SELECT count(*) FROM suggestions s WHERE s.run_id = runs.id);
"""

# What a supplier may know of a fit counts and sorts a firm's own page: it too reads the index alone.
# Of the suggestions that are there it is added up from the same reasons, see
# matcher/store/disclosure.py::told_fit.
TOLD_FIT = """
ALTER TABLE suggestions ADD COLUMN told_fit REAL NOT NULL DEFAULT 0;
UPDATE suggestions SET told_fit = base + (SELECT total(c.value ->> 'points')
    FROM json_each(contributions) c WHERE c.value ->> 'group' NOT IN ('意向', '区位'));
DROP INDEX suggestions_by_supply;
CREATE INDEX suggestions_by_supply ON suggestions(run_id, supply_key, probability, told_fit);
"""
