"""Analyses of a chain; every one says its definition, formula and complexity."""
