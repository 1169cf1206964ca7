"""Indexes for the figures of runs, and what a run knows of itself."""

from __future__ import annotations

# A suggestion is a kilobyte of reasons: what only counts and compares reads the index alone.
RUN_FIGURES = """
CREATE INDEX suggestions_by_demand ON suggestions(run_id, demand_key, rank, probability, supply_key);
CREATE INDEX decisions_by_time ON decisions(decided_at, verdict);
ALTER TABLE runs ADD COLUMN suggestions INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET suggestions = (SELECT count(*) FROM suggestions s WHERE s.run_id = runs.id);
"""
