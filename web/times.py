"""Moments are stored in UTC and shown as people here read them, in UTC+8 (时间)."""

from __future__ import annotations

import datetime as dt

from flask_babel import get_locale

from matcher.catalogue.entries import BEIJING

__all__ = ["BEIJING", "moment", "to_the_second"]


def moment(stored: str) -> str:
    """A stored moment: ``2026年11月25日 19:05``, on English pages ``2026-11-25 19:05``."""
    local = dt.datetime.fromisoformat(stored).astimezone(BEIJING)
    language = get_locale()
    if language is not None and language.language == "en":
        return f"{local:%Y-%m-%d %H:%M}"
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def to_the_second(stored: str) -> str:
    """A stored moment, for logs: ``2026-11-25 19:05:35``."""
    return f"{dt.datetime.fromisoformat(stored).astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
