"""Command ``learn``: refit the ranking on decisions, list the models, go back to one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from matcher.cli.common import console, db_option, echo_json, json_option, progress
from matcher.cli.failures import fail
from matcher.errors import XieshouError
from matcher.records import whole

if TYPE_CHECKING:
    from matcher.ranking import Coefficients
    from matcher.ranking.evidence import Evidence
    from matcher.ranking.learning import InUse, Lesson, Report
    from matcher.store import Store, StoredModel

SHIPPED = "出厂"
_SHOWN = 8  # weights that a screen shows the change of


@click.command()
@db_option
@click.option("--dry-run", is_flag=True, help="只报告学过之后会怎样，什么也不改。")
@click.option("--list", "listing", is_flag=True, help="列出学过的全部模型。")
@click.option("--use", metavar="版本", help=f"换用以前的一个模型；{SHIPPED} 是程序自带的那个。")
@click.option("--by", default="", metavar="姓名", help="记下是谁学的、谁换的。")
@click.option("--note", default="", metavar="文字", help="给学到的模型记一句备注。")
@json_option
def learn(
    db: Path, use: str | None, by: str, note: str, *, dry_run: bool, listing: bool, as_json: bool
) -> int:
    """从审核结果学习：用采纳和不采纳的结果重新拟合打分模型，比现用的好才换。

    审核结果满 50 条就可以学；签了约的对接算合适，因规格不符等原因终止的算不合适，以对接结果为准。
    以前的模型都留着，随时可以换回。

    \b
    例：
        xieshou learn --db xieshou.db --dry-run
        xieshou learn --db xieshou.db --by 张三
        xieshou learn --db xieshou.db --list
        xieshou learn --db xieshou.db --use 出厂
    """
    from matcher.store import Store

    if listing + (use is not None) + dry_run > 1:
        raise XieshouError("--list、--use、--dry-run 一次只能用一个，请分开执行")
    with Store(db, create=False) as store:
        if listing:
            return _list(store, as_json=as_json)
        if use is not None:
            return _use(store, whole(use), whole(by), as_json=as_json)
        return _learn(store, whole(by), whole(note), dry_run=dry_run, as_json=as_json)


def _list(store: Store, *, as_json: bool) -> int:
    from matcher.catalogue import local_date
    from matcher.ranking import coefficients

    shipped = coefficients().version
    used = store.models.in_use()
    current = used.version if used else shipped
    kept = [model for model in store.models.all() if model.version != shipped]
    if as_json:
        first = {"version": shipped, "shipped": True, "in_use": current == shipped}
        echo_json([first, *(_record(model, in_use=model.version == current) for model in kept)])
        return 0
    table = Table(box=None, padding=(0, 1))
    for heading in ("在用", "版本", "来历", "审核结果", "对数损失", "学习时间", "谁", "备注"):
        table.add_column(heading, no_wrap=heading != "备注")
    table.add_row("*" if current == shipped else "", shipped, SHIPPED, "", "", "", "", "")
    for model in kept:
        loss = [
            f"{model.report[when]['log_loss']:.3f}" for when in ("before", "after") if model.report
        ]
        table.add_row(
            "*" if model.version == current else "", model.version,
            "学到的" if model.centre else f"以前的{SHIPPED}",
            f"{len(model.evidence)} 条" if model.centre else "", " → ".join(loss),
            local_date(model.created_at).isoformat(), model.created_by, model.note,
        )  # fmt: skip
    console().print(table)
    return 0


def _record(model: StoredModel, *, in_use: bool) -> dict[str, Any]:
    return {
        "version": model.version,
        "shipped": not model.centre,
        "in_use": in_use,
        "centre": model.centre or None,
        "decisions": len(model.evidence),
        "base": model.base,
        "weights": dict(model.weights),
        "report": dict(model.report),
        "note": model.note,
        "created_at": model.created_at,
        "created_by": model.created_by,
    }


def _use(store: Store, wanted: str, by: str, *, as_json: bool) -> int:
    from matcher.ranking import coefficients

    shipped = coefficients().version
    back = wanted in {SHIPPED, shipped}
    if not back:
        _restored(store.models.get(wanted))
    changed = store.models.use("" if back else wanted, by=by)
    version = shipped if back else wanted
    if as_json:
        echo_json({"in_use": version, "shipped": back, "changed": changed})
        return 0
    name = f"{SHIPPED}模型 {version}" if back else f"模型 {version}"
    console().print(
        f"已换用{name}，下次 xieshou run 起生效" if changed else f"本来就在用{name}，没有改动"
    )
    return 0


def _restored(model: StoredModel) -> Coefficients:
    from matcher.ranking.learning import restored

    return restored(model.version, model.base, dict(model.weights))


def _learn(store: Store, by: str, note: str, *, dry_run: bool, as_json: bool) -> int:
    from matcher.ranking import coefficients
    from matcher.ranking.evidence import check_enough, evidence_of, statistics_of
    from matcher.ranking.learning import learn as refit
    from matcher.store import EVERYTHING

    shipped = coefficients()
    used = store.models.in_use()
    demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
    evidence = evidence_of(
        store.decisions.by_content(EVERYTHING),
        demands,
        supplies,
        store.monthly.outcomes(EVERYTHING),
    )
    check_enough(evidence)
    if (known := _already(store, evidence, shipped)) is not None:
        _say_nothing_new(known, in_use=bool(used and used.version == known), as_json=as_json)
        return 0
    with progress() as bars:
        bars("学习", 0, 1)
        in_use = _in_use(store, used, shipped)
        lesson = refit(evidence, statistics_of([*demands, *supplies]), shipped, in_use)
        bars("学习", 1, 1)
    adopt = not (lesson.refusal or dry_run)
    if adopt:
        store.models.adopt(
            _stored(lesson.model, shipped, evidence, lesson.report, note=note, by=by),
            _stored(shipped),
            replacing=used.version if used else "",
        )
    if as_json:
        echo_json(_outcome(lesson, in_use, evidence, adopted=adopt))
    else:
        _say(lesson, in_use, evidence)
    if lesson.refusal:
        return fail(lesson.refusal, XieshouError.exit_code)
    if not as_json:
        back = used.version if used else SHIPPED
        console().print(
            f"已换用模型 {lesson.model.version}，下次 xieshou run 起生效；"
            f"要换回，用 xieshou learn --use {back}"
            if adopt
            else "只是试算，没有改动；去掉 --dry-run 就会换用"
        )
    return 0


def _already(store: Store, evidence: Evidence, shipped: Coefficients) -> str | None:
    """The version that was learned from this very evidence and still works."""
    from matcher.ranking.features import FEATURES

    for model in reversed(store.models.all()):
        same = model.centre == shipped.version and set(model.evidence) == evidence.ids
        if same and model.weights.keys() <= FEATURES.keys():
            return model.version
    return None


def _say_nothing_new(version: str, *, in_use: bool, as_json: bool) -> None:
    if as_json:
        echo_json({"version": version, "adopted": False, "refusal": "", "new": False})
        return
    way_on = "它正在用" if in_use else f"要用它，用 xieshou learn --use {version}"
    console().print(f"没有新的审核结果：现有的都已学过，学到的模型是 {version}，{way_on}")


def _in_use(store: Store, used: StoredModel | None, shipped: Coefficients) -> InUse:
    """The model in use with what it came from; the shipped one where it does not work any more."""
    from matcher.ranking.learning import InUse

    if used is None:
        return InUse(shipped, shipped)
    try:
        model = _restored(used)
        centre = _restored(store.models.get(used.centre)) if used.centre else model
    except XieshouError:
        return InUse(shipped, shipped)
    return InUse(model, centre, frozenset(used.evidence))


def _stored(
    model: Coefficients,
    centre: Coefficients | None = None,
    evidence: Evidence | None = None,
    report: Report | None = None,
    *,
    note: str = "",
    by: str = "",
) -> StoredModel:
    from matcher.store import StoredModel

    return StoredModel(
        version=model.version,
        base=model.base,
        weights=model.weights,
        centre=centre.version if centre else "",
        evidence=tuple(sorted(evidence.ids)) if evidence else (),
        report=report.as_dict() if report else {},
        note=note,
        created_by=by,
    )


def _outcome(lesson: Lesson, in_use: InUse, evidence: Evidence, *, adopted: bool) -> dict[str, Any]:
    return {
        "version": lesson.model.version,
        "adopted": adopted,
        "refusal": lesson.refusal,
        "new": True,
        "replaces": in_use.model.version,
        "unsure": evidence.unsure,
        "changed": evidence.changed,
        "outcomes": evidence.outcomes,
        "report": lesson.report.as_dict(),
        "base": lesson.model.base,
        "weights": dict(lesson.model.weights),
    }


def _say(lesson: Lesson, in_use: InUse, evidence: Evidence) -> None:
    """The measures side by side, and what weighs differently now."""
    out, report = console(), lesson.report
    rejected = report.decisions - report.accepted
    left = f"；待定 {evidence.unsure} 条、内容已变 {evidence.changed} 条没有用"
    met = f"；其中 {evidence.outcomes} 条以对接结果为准" if evidence.outcomes else ""
    out.print(
        f"审核结果 {report.decisions} 条（采纳 {report.accepted}，不采纳 {rejected}），"
        f"来自 {report.demands} 条需求"
        + met
        + (left if evidence.unsure or evidence.changed else "")
    )
    before, after = report.before, report.after
    table = Table(box=None, padding=(0, 1))
    for heading in ("", f"现用 {in_use.model.version}", f"学过 {lesson.model.version}"):
        table.add_column(heading)
    for name, old, new in (
        ("对数损失（越小越好）", before.log_loss, after.log_loss),
        ("校准误差（越小越好）", before.calibration_error, after.calibration_error),
        ("AUC（越大越好）", before.auc, after.auc),
        ("自带样例的对数损失", report.cases_before, report.cases_after),
    ):
        table.add_row(name, f"{old:.3f}", f"{new:.3f}")
    out.print(table)
    out.print("以上都在学习时没见过的审核结果和样例上量得")
    if changes := _changes(in_use.model, lesson.model):
        out.print(f"变化最大的权重：{'；'.join(changes)}")


def _changes(old: Coefficients, new: Coefficients) -> list[str]:
    """What weighs most differently, the base included."""
    from matcher.ranking.features import FEATURES

    pairs = {
        f"{f.group} {n}": (old.weights.get(n, 0.0), new.weights.get(n, 0.0))
        for n, f in FEATURES.items()
    }
    pairs["基准"] = (old.base, new.base)
    moved = sorted(pairs.items(), key=lambda item: -abs(item[1][1] - item[1][0]))
    return [f"{name} {a:+.2f} → {b:+.2f}" for name, (a, b) in moved[:_SHOWN] if abs(b - a) >= 0.01]
