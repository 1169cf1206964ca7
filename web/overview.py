"""The workbench: what waits, how far everything has come, what to do first (工作台)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from matcher.store import Funnel, Scope, Sizes
from web import jobs
from web.charts import columns, tenths
from web.database import store
from web.remembered import remembered
from web.rights import may, scope
from web.waiting import Waiting, waiting, waits

blueprint = Blueprint("overview", __name__)
_PER_PAGE = 50
_HOLDS = 20.0  # seconds that figures over everything are kept
_SOON = 5.0  # and those that somebody works on
_ROWS, _WEEKS = 8, 12  # of the charts


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the first day, with the page or the command that does it."""

    text: str
    done: bool
    endpoint: str
    command: str

    @property
    def url(self) -> str:
        """The page of the step, where there is one that the user may open."""
        known = self.endpoint in current_app.view_functions
        return url_for(self.endpoint) if known and _may_open(self.endpoint) else ""


def _may_open(endpoint: str) -> bool:
    from web.rights import ENDPOINTS

    return endpoint in ENDPOINTS and may(ENDPOINTS[endpoint])


@blueprint.get("/")
def index() -> str | BaseResponse:
    """Steps to do first, what waits, figures and charts; a firm goes to its own home."""
    mine = scope()
    if not mine.of_bureau and "mine.index" in current_app.view_functions:
        return redirect(url_for("mine.index"), 303)
    opened = store()
    version = opened.figures.version()  # an import, a run is seen at once, another change soon
    sizes = remembered(("sizes", mine, version[0]), _HOLDS, lambda: opened.figures.sizes(mine))
    run_id = opened.runs.latest()
    run = opened.run_views.get(run_id, mine) if run_id else None
    parts: dict[str, Any] = {}
    if mine.of_bureau and sizes.demands:
        counted = remembered(
            ("overview", mine, run_id), _HOLDS, lambda: _counted(run_id or 0, mine)
        )
        parts = _drawn(counted)
    own = [job for job in map(jobs.current, opened.jobs.going_on()) if job.actor.user_id == _me()]
    return render_template(
        "overview/index.html", sizes=sizes, run=run, waiting=waiting(), own=own,
        gaps=opened.figures.gaps(run_id, mine) if run_id else None, of_bureau=mine.of_bureau,
        steps=_steps(sizes, run_id, parts.get("funnel")) if mine.of_bureau else (),
        kinds=jobs.KINDS, **parts,
    )  # fmt: skip


def _me() -> int:
    return int(current_user.user.id)


def _counted(run_id: int, mine: Scope) -> dict[str, Any]:
    """Numbers of the funnel and the charts: what takes a moment."""
    figures = store().figures
    return {
        "funnel": figures.funnel(run_id, mine),
        "chains": figures.chains(run_id, mine, limit=_ROWS),
        "counties": figures.counties(mine, limit=_ROWS),
        "best": store().run_views.best(run_id, mine) if run_id else None,
        "weeks": figures.weeks(mine, weeks=_WEEKS),
    }


def _drawn(counted: dict[str, Any]) -> dict[str, Any]:
    """The same with its charts, in the language of the user."""
    best, weeks = counted["best"], counted["weeks"]
    names = [_("%(n)s 周前", n=ago) if ago else _("本周") for ago in reversed(range(_WEEKS))]
    return counted | {
        "best": tenths(best) if best else None,
        "weeks": columns(names, weeks, ("good", "mark", "unsure"))
        if any(map(sum, weeks))
        else None,
    }


def _steps(sizes: Sizes, run_id: int | None, funnel: Funnel | None) -> list[Step]:
    """The way from an empty database to the first reviewed suggestions; empty at its end."""
    base = Path(current_app.config["DATABASE"]).name
    reviewed = bool(funnel and funnel.reviewed)
    steps = [
        Step(_("导入需求清单：链主和骨干企业要采购什么"), bool(sizes.demands), "imports.index",
             f"xieshou import 需求清单.xlsx --db {base}"),
        Step(_("导入供给清单：中小企业能供什么"), bool(sizes.supplies), "imports.index",
             f"xieshou import 供给清单.xlsx --db {base}"),
        Step(_("撮合一次：给每条需求找出最合适的供给"), run_id is not None, "runs.start",
             f"xieshou run --db {base}"),
        Step(_("审核建议：采纳合适的，其余不采纳"), reviewed, "review.index",
             f"xieshou run --db {base} --out 匹配建议.xlsx"),
    ]  # fmt: skip
    return [] if all(step.done for step in steps) else steps


@waits("runs")
def _matching() -> Iterator[Waiting]:
    """Demands with a suggestion and no decision; lists that are newer than the last run."""
    opened, mine = store(), scope()
    run_id = opened.runs.latest()
    if run_id is None:
        return
    review = "review.index"
    url = url_for(review) if review in current_app.view_functions and _may_open(review) else ""
    undecided = remembered(
        ("undecided", mine, run_id), _SOON, lambda: opened.figures.undecided(run_id, mine)
    )
    yield Waiting(_("有建议、还没有审核过的需求"), undecided, url)
    if opened.figures.newest_list() > opened.runs.get(run_id)["started_at"]:
        start = url_for("runs.start") if may("runs.start") else ""
        yield Waiting(_("清单在上次撮合以后有更新，应再撮合一次"), 1, start)


@blueprint.get("/health")
def health() -> dict[str, str]:
    """For a monitor: the database opens."""
    store()
    return {"status": "ok"}
