"""Waiting in a browser whose pages forbid eval, as ours do."""

from __future__ import annotations

import time

from playwright.sync_api import Error


def until(page, script, argument=None, *, seconds=30):
    """Ask the page until ``script`` is true there.

    Playwright's own ``wait_for_function`` evaluates its text anew in the page at every look after
    the first, which a content security policy without ``unsafe-eval`` refuses.
    """
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        try:
            if page.evaluate(script, argument):
                return
        except Error as error:
            # The page that was asked has just been left for the next one.
            if "context was destroyed" not in str(error) and "navigat" not in str(error):
                raise
        page.wait_for_timeout(20)
    raise AssertionError(f"not true within {seconds} s on {page.url}: {script}")
