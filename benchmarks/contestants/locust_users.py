"""Reviewers at work, for locust; it runs in an environment without this project.

``PASSWORD`` is theirs, ``DEMANDS`` the number of demands; each decision that the server has
acknowledged is a line of the file ``ACKNOWLEDGED``: pair and verdict.
"""

from __future__ import annotations

import itertools
import os
import random
import re
from pathlib import Path

from locust import FastHttpUser, between, task

_NUMBERS = itertools.count()
_SAID = Path(os.environ["ACKNOWLEDGED"]).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115
_DEMANDS = int(os.environ["DEMANDS"])
_VERDICTS = ("accepted", "rejected-2", "unsure")


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


class Reviewer(FastHttpUser):
    """One of the bureau."""

    wait_time = between(1, 4)  # seconds to read and think

    def on_start(self) -> None:
        """Sign in."""
        token = _field(self.client.get("/login").text, "csrf_token")
        form = {"csrf_token": token, "name": f"reviewer{next(_NUMBERS)}",
                "password": os.environ["PASSWORD"]}  # fmt: skip
        self.client.post("/login", data=form)

    @task(6)
    def decide(self) -> None:
        """Look at the next item, decide, see the one after it; somebody may have been faster."""
        page = self.client.get("/review", name="/review").text
        form = {name: _field(page, name) for name in ("csrf_token", "pair", "token")}
        if not form["pair"]:
            return
        form["verdict"] = random.choice(_VERDICTS)
        with self.client.post(
            "/review/decide", data=form, name="/review/decide", catch_response=True
        ) as sent:
            if sent.status_code == 200:
                _SAID.write(f"{form['pair']} {form['verdict'].partition('-')[0]}\n")
            elif sent.status_code == 409:
                sent.success()

    @task(3)
    def lists(self) -> None:
        """A page of a list, by a word or not."""
        kind, word = (
            random.choice(("demands", "supplies", "enterprises")),
            random.choice(("", "钢管", "管业")),
        )
        page = random.randint(1, 40)
        self.client.get(f"/{kind}?q={word}&page={page}", name=f"/{kind}")

    @task(2)
    def one(self) -> None:
        """One demand with its candidates."""
        self.client.get(f"/demands/D{random.randrange(_DEMANDS):06}", name="/demands/ID")

    @task(1)
    def first(self) -> None:
        """The first page."""
        self.client.get("/", name="/")
