"""Long work for the tests of jobs, as the processes of jobs find it: ``tests.web.work:NAME``."""

from __future__ import annotations

import os
import time
from pathlib import Path

from matcher.errors import XieshouError


def _note(store, text):
    store.settings.set("note", text)


def quick(store, arguments, progress):
    progress(1, 2, "数数")

    def save():
        _note(store, arguments.get("text", ""))
        return {"url": arguments.get("url", "/")}

    return save


def slow(store, arguments, progress):
    """Goes on until it is stopped or the file that it is given is there."""
    n = 0
    while not (arguments.get("until") and Path(arguments["until"]).exists()):
        n += 1
        progress(n % 100, 100, "慢慢来")
        time.sleep(0.01)
    return dict


def deaf(store, arguments, progress):
    """Looks at nothing, and holds the lock of the database."""
    progress(1, 1, "听不见")

    def save():
        _note(store, "half")
        time.sleep(60)
        return {}

    return save


def halfway(store, arguments, progress):
    def save():
        _note(store, "half")
        for n in range(1000):
            progress(n, 1000, "写")
            time.sleep(0.01)
        return {}

    return save


def refused(store, arguments, progress):
    raise XieshouError("供给清单是空的，请先导入")


def broken(store, arguments, progress):
    raise ZeroDivisionError("秘密")


def broken_while_saving(store, arguments, progress):
    def save():
        _note(store, "half")
        raise ZeroDivisionError

    return save


def dies(store, arguments, progress):
    os._exit(7)


def prints(store, arguments, progress):
    print("a stray line")
    return lambda: {"by": store.audit.actor.name}
