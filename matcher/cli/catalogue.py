"""Commands ``catalogue …``: write a recommendation catalogue, issue it, know it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.common import console, db_option, echo_json, json_option, say_some
from matcher.cli.failures import Commands, reason_of
from matcher.cli.files import check_out, write_file
from matcher.errors import XieshouError

if TYPE_CHECKING:
    from matcher.catalogue import Catalogue
    from matcher.issuing import Selection
    from matcher.store import Store, StoredCatalogue

_STATES = {"draft": "草稿", "checked": "已核", "issued": "已印发", "superseded": "已被替代"}
_VARIANTS = {
    "whole": "推荐目录",
    "leader": "需求-供应商对照表",
    "sme": "企业配套机会",
    "attraction": "招商需求",
}


def _selecting(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose what goes in."""
    options = (
        click.option("--title", default="", help="目录标题，不写时按种类取常用的。"),
        click.option("--issuer", default="", metavar="单位", help="编制单位，印在封面和版记。"),
        click.option("--period", default="", metavar="时间", help="所涉时间，如 2026年第一季度。"),
        click.option("--draft", is_flag=True, help="用最近一次撮合里未审核的最好建议出一份草案。"),
        click.option("--products", is_flag=True, help="只列供给清单里的优势产品，不需要有需求。"),
        click.option("--variant", type=click.Choice(list(_VARIANTS)), default="whole",
                     show_default=True, help="全本、一家链主的对照表、一家中小企业的机会，或招商需求。"),
        click.option("--for", "subject", default="", metavar="企业", help="对照表或机会是给哪家的。"),
        click.option("--chain", "chains", multiple=True, metavar="产业链", help="只要这条产业链的，可写多次。"),
        click.option("--leader", "leaders", multiple=True, metavar="企业", help="只要这家链主的，可写多次。"),
        click.option("--county", "counties", multiple=True, metavar="县市", help="只要这个县市供给的，可写多次。"),
        click.option("--category", "categories", multiple=True, metavar="类别", help="只要这类需求，可写多次。"),
        click.option("--tier", "tiers", multiple=True, metavar="梯度", help="只要这一梯度的企业，可写多次。"),
        click.option("--since", default="", metavar="日期", help="只要这一天起审核的，如 2026-01-01。"),
        click.option("--until", default="", metavar="日期", help="只要这一天止审核的。"),
        click.option("--score", type=click.FloatRange(0, 1), default=0.0, help="把握至少多少，0 到 1。"),
        click.option("--template", type=click.Path(dir_okay=False, path_type=Path),
                     help="编制说明的模板，不写时用自带的。"),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.group(cls=Commands, invoke_without_command=True)
@db_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="目录文件，后缀可为 .docx .pdf .xlsx .csv .json .html。")  # fmt: skip
@_selecting
@click.pass_context
def catalogue(context: click.Context, /, db: Path, out: Path | None, **options: Any) -> None:
    """写出推荐目录；要编号印发的，用下面的子命令。

    直接写 --out 时，按现在的审核结果出一份，不存档、不编号；加 --draft 则写成草案。

    \b
    例：
        xieshou catalogue --db xieshou.db --out 推荐目录.docx
        xieshou catalogue --db xieshou.db --out 推荐目录（草案）.xlsx --draft
    """
    if context.invoked_subcommand is not None:
        context.obj = db
        return
    if out is None:
        option = next(p for p in context.command.params if p.name == "out")
        raise click.MissingParameter(ctx=context, param=option)
    from matcher.catalogue import CATALOGUE_SUFFIXES, to_document
    from matcher.issuing import gather
    from matcher.store import Store

    title = context.get_parameter_source("title")
    if title is not click.core.ParameterSource.DEFAULT and not options["title"].strip():
        raise XieshouError("目录标题不能是空的，请在 --title 后写上标题，或不写这个选项")
    check_out(out, CATALOGUE_SUFFIXES, inputs=[db])
    selection, words = _selection(**options)
    with Store(db, create=False) as store:
        made = gather(store, selection, **words).catalogue
    write_file(out, to_document(made, out.suffix))
    _say_written(out, made)


def _say_written(out: Path, made: Catalogue) -> None:
    left = "，".join(f"{why} {n} 条" for why, n in made.left_out.items())
    # As the reviewer counts: pairs of need and product.
    count = sum(1 for _ in made.lines()) or len(made.gaps)
    console().print(
        f"已写出 {out}：{count} 条{'（草案）' if made.draft else ''}"
        + (f"；未列入：{left}" if left else ""),
    )


def _selection(
    *, draft: bool, products: bool, variant: str, template: Path | None, **options: Any
) -> tuple[Selection, dict[str, Any]]:
    from matcher.catalogue import Variant
    from matcher.issuing import Basis, Selection

    if draft and products:
        raise XieshouError("--draft 和 --products 只能写一个，前者要有撮合，后者不要需求")
    words = {name: options.pop(name) for name in ("title", "issuer", "period")}
    words["notes"] = _read(template) if template else None
    for name in ("since", "until"):
        options[name] = _day(options[name])
    for name in ("chains", "leaders", "counties", "categories", "tiers"):
        options[name] = tuple(options[name])
    basis = Basis.SUGGESTED if draft else Basis.PRODUCTS if products else Basis.ACCEPTED
    return Selection(variant=Variant(variant), basis=basis, **options), words


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise XieshouError(f"“{text}”不是日期，请写成 2026-11-01 的样子") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise XieshouError(f"{path} 不是 UTF-8 文字，请另存为 UTF-8 后再用") from error
    except OSError as error:
        raise XieshouError(f"{path} 读不出来（{reason_of(error)}），请检查文件名和权限") from error


@catalogue.command()
@db_option
@_selecting
@json_option
def build(db: Path, *, as_json: bool, **options: Any) -> None:
    """按条件选定一份目录，存为草稿，等待核稿、印发。

    \b
    例：
        xieshou catalogue build --db xieshou.db --issuer 某州工业和信息化局
    """
    from matcher.issuing import gather, keep
    from matcher.store import EVERYTHING, Store

    selection, words = _selection(**options)
    with Store(db, create=False) as store:
        gathered = gather(store, selection, **words)
        key = keep(store, gathered, selection)
        stored = store.catalogues.get(key, EVERYTHING)
    if as_json:
        echo_json(record_of(stored))
        return
    out = console()
    out.print(line_of(stored))
    out.print(
        f"核稿用 xieshou catalogue check {key}，看样用 xieshou catalogue show {key} --out 样稿.pdf"
    )


@catalogue.command("list")
@db_option
@json_option
def list_(db: Path, *, as_json: bool) -> None:
    """列出存档的目录。

    \b
    例：
        xieshou catalogue list --db xieshou.db
    """
    from matcher.store import EVERYTHING, Store

    with Store(db, create=False) as store:
        found = store.catalogues.all(EVERYTHING)
    if as_json:
        echo_json([record_of(stored) for stored in found])
        return
    for stored in found:
        console().print(line_of(stored))
    if not found:
        console().print("还没有存档的目录，用 xieshou catalogue build 做一份")


@catalogue.command()
@click.argument("which", metavar="序号或编号")
@db_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="写成文件，后缀可为 .docx .pdf .xlsx .csv .json .html。")  # fmt: skip
@json_option
def show(which: str, db: Path, out: Path | None, *, as_json: bool) -> None:
    """看一份目录，或用 --out 写成文件。

    \b
    例：
        xieshou catalogue show 1 --db xieshou.db
        xieshou catalogue show 1 --db xieshou.db --out 推荐目录.pdf
    """
    from matcher.catalogue import CATALOGUE_SUFFIXES
    from matcher.issuing import content_of, document
    from matcher.store import EVERYTHING, Store

    if out is not None:
        check_out(out, CATALOGUE_SUFFIXES, inputs=[db])
    with Store(db, create=False) as store:
        stored = find(store, which)
        made = content_of(store, stored.id, EVERYTHING)
        behind = store.catalogues.pairs(stored.id)
        if out is not None:
            write_file(out, document(store, stored.id, out.suffix, EVERYTHING))
    if out is not None:
        _say_written(out, made)
    elif as_json:
        echo_json(record_of(stored) | {"content": made.record(), "pairs": behind})
    else:
        console().print(line_of(stored))
        console().print(f"内容校验码 {stored.content_hash}")
        lines = [f"{e.number}　{e.enterprise}　{e.product}　{c.name}" for c, e, _ in made.lines()]
        say_some(list(dict.fromkeys(lines)), "加 --json 看全部")


def find(store: Store, which: str) -> StoredCatalogue:
    """A stored catalogue by its id or number."""
    from matcher.store import EVERYTHING

    return store.catalogues.get(int(which) if which.isdecimal() else which, EVERYTHING)


def line_of(stored: StoredCatalogue) -> str:
    """A stored catalogue in one line."""
    from matcher.catalogue import local_date

    made = local_date(stored.issued_at or stored.created_at).isoformat()
    parts = (
        f"{stored.id}", _STATES[stored.state], stored.number, stored.title, _VARIANTS[stored.variant],
        stored.subject, f"{stored.entries} 条", made,
    )  # fmt: skip
    return "　".join(part for part in parts if part)


def record_of(stored: StoredCatalogue) -> dict[str, Any]:
    """A stored catalogue as plain data, without its content."""
    names = (
        "id", "state", "variant", "subject", "county", "title", "number", "entries", "selection",
        "content_hash", "created_at", "created_by", "checked_at", "checked_by", "issued_at", "issued_by",
        "replaces",
    )  # fmt: skip
    return {name: getattr(stored, name) for name in names}
