"""Introductions from recommendation to contract: list, one, the bureau's work on it (对接)."""

from web.engagements import pages, work
from web.engagements.area import blueprint

__all__ = ["blueprint", "pages", "work"]
