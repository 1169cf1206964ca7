"""One's own rows, changed one by one in a form or several at once in a grid (填报)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from matcher.errors import NotFoundError, XieshouError
from matcher.knowledge import Column
from matcher.knowledge import kind as declared_kind
from matcher.lists.typed import read_typed, typed
from matcher.model import ListKind, id_key, owner_key, quantity_key
from matcher.records import changed_fields
from matcher.store import Edit, OwnRow, Scope, ScopeKind, StaleRowsError
from matcher.store.belonging import Belonging, kinds_of
from web.database import store
from web.imports.choosing import labels
from web.rights import scope

blueprint = Blueprint("rows", __name__, url_prefix="/rows")
Page = str | tuple[str, int] | BaseResponse
PER_PAGE, BLANK = 25, 5  # rows of a grid, and blank ones below them
_SHORT = {
    ListKind.DEMAND: ("category", "requirement", "disclosure", "valid_until"),
    ListKind.SUPPLY: ("certificates", "intended_buyers", "valid_until"),
}
_LONG = frozenset({"requirement", "description", "note", "intended_buyers", "certificates"})


def _kind(name: str) -> ListKind:
    """The kind that an address names.

    Raises:
        NotFoundError: No such kind, or none of the user's.
    """
    for kind in kinds_of(scope()):
        if kind.value == name:
            return kind
    raise NotFoundError(_("没有这样的清单，可能地址有误，或它不是您能填报的清单。"))


def _fixed(kind: ListKind, mine: Scope) -> frozenset[str]:
    """Columns that a scope does not choose: a firm its name, a county itself."""
    if mine.enterprise_id:
        return frozenset({owner_key(kind)})
    return frozenset({"county"}) if mine.kind is ScopeKind.COUNTY else frozenset()


def _columns(kind: ListKind) -> tuple[Column, ...]:
    return declared_kind().columns[kind.value]


@dataclass(slots=True)
class Line:
    """One row on the screen: what is typed in it, and what is wrong with that.

    Attributes:
        texts: Column key → text of its field.
        own: The row as it is stored; None for a new one.
        complaints: Column key → what is wrong.
        theirs: Column key, what it said when the form was filled in, what somebody made of it.
        version: Of the row, as the next form will say.
    """

    texts: dict[str, str]
    own: OwnRow | None = None
    complaints: Mapping[str, str] = field(default_factory=dict)
    theirs: Sequence[Sequence[str]] = ()
    version: int = 0


def _read(kind: ListKind, line: Line, mine: Scope) -> Edit | None:
    """What a line wants; None where it has complaints.

    What the reader complains of in a field that nobody touched does not hinder.
    """
    before = typed(line.own.row, kind) if line.own else {}
    told = {**before, **line.texts}
    if line.own is None and mine.enterprise_id:
        told[owner_key(kind)] = Belonging(store().db, mine).firm
    if mine.kind is ScopeKind.COUNTY:
        told["county"] = mine.county
    found = read_typed(kind, told)
    touched = {key for key, text in told.items() if text != before.get(key, "")}
    complaints = {k: said for k, said in found.complaints.items() if k in touched or not found.row}
    if not told.get(owner_key(kind)):
        complaints[owner_key(kind)] = _("请填写企业全称")
    line.complaints = complaints
    if complaints or found.row is None:
        return None
    return Edit(found.row, line.own.key if line.own else None, line.version)


def _conflict(kind: ListKind, line: Line, error: StaleRowsError) -> None:
    """Set both versions of a row side by side; saving once more goes over the other one."""
    if line.own is None or line.own.key not in error.rows:
        return
    now = error.rows[line.own.key]
    mine = read_typed(kind, {**typed(now.row, kind), **line.texts}).row
    line.theirs = changed_fields(now.row, mine) if mine else ()
    line.own, line.version = now, now.version


# --- the grid ------------------------------------------------------------------------------------


@blueprint.route("/<kind>", methods=["GET", "POST"])
def index(kind: str) -> Page:
    """Several rows at once."""
    which, mine = _kind(kind), scope()
    q = request.values.get("q", "").strip()[:100]
    keys = _grid_keys(which, mine)
    if request.method == "POST":
        lines = _sent(which, mine, keys)
        edits = [(line, _read(which, line, mine)) for line in lines if _touched(which, line, keys)]
        code = 200
        if any(edit is None for _line, edit in edits):
            code = 422
        else:
            try:
                saved = store().editing.save(which, [e for _line, e in edits if e], mine)
                page = request.form.get("page", 1, type=int)
                return redirect(
                    url_for("rows.index", kind=kind, q=q or None, page=page, saved=saved), 303
                )
            except StaleRowsError as error:
                code = 409
                for line in lines:
                    _conflict(which, line, error)
            except XieshouError as error:
                return _grid(which, mine, lines, keys, q=q, said=str(error)), 409
        return _grid(which, mine, lines, keys, q=q), code
    page = max(1, request.args.get("page", 1, type=int))
    found = store().editing.page(which, mine, q=q, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    lines = [Line(typed(own.row, which), own, version=own.version) for own in found]
    lines += [Line({}) for _n in range(BLANK)]
    return _grid(which, mine, lines, keys, q=q)


def _grid_keys(kind: ListKind, mine: Scope) -> list[str]:
    owner = () if owner_key(kind) in _fixed(kind, mine) else (owner_key(kind),)
    quantity = quantity_key(kind)
    return [*owner, "product_name", "spec", "standard", quantity, "unit", *_SHORT[kind]]


def _sent(kind: ListKind, mine: Scope, keys: Sequence[str]) -> list[Line]:
    """The lines of the grid as they were filled in."""
    numbers = [n for n in range(200) if f"{n}-version" in request.form]
    asked = {n: request.form.get(f"{n}-key", 0, type=int) for n in numbers}
    known = store().editing.keyed(kind, [key for key in asked.values() if key], mine)
    lines = []
    for n in numbers:
        texts = {key: request.form.get(f"{n}-{key}", "").strip() for key in keys}
        if asked[n] and asked[n] not in known:
            raise NotFoundError(_("要改的行不在了，或它不是您的行，没有保存。"))
        version = request.form.get(f"{n}-version", 0, type=int)
        lines.append(Line(texts, known.get(asked[n]), version=version))
    return lines


def _touched(kind: ListKind, line: Line, keys: Sequence[str]) -> bool:
    before = typed(line.own.row, kind) if line.own else {}
    return any(line.texts[key] != before.get(key, "") for key in keys)


def _grid(
    kind: ListKind, mine: Scope, lines: Sequence[Line], keys: Sequence[str], *, q: str, said: str = ""
) -> str:  # fmt: skip
    total = store().editing.count(kind, mine, q=q)
    pages = max(1, -(-total // PER_PAGE))
    by_key = {column.key: column for column in _columns(kind)}
    return render_template(
        "rows/grid.html", kind=kind.value, lines=lines, columns=[by_key[key] for key in keys],
        q=q, total=total, pages=pages, page=min(max(1, request.values.get("page", 1, type=int)), pages),
        saved=request.args.get("saved", type=int), said=said, kinds=kinds_of(mine),
        quantity=quantity_key(kind), options=_options(kind), labels=labels(kind),
        wrong=sum(bool(line.complaints) for line in lines),
        stale=sum(bool(line.theirs) for line in lines),
    )  # fmt: skip


def _options(kind: ListKind) -> dict[str, tuple[str, ...]]:
    declared = declared_kind()
    found = {column.key: tuple(declared.option_labels(column.key)) for column in _columns(kind)}
    return {key: labels_ for key, labels_ in found.items() if labels_}


# --- one row -------------------------------------------------------------------------------------


@blueprint.route("/<kind>/new", methods=["GET", "POST"])
def add(kind: str) -> Page:
    """A new row."""
    which, mine = _kind(kind), scope()
    line = Line({})
    if request.method == "POST":
        line = Line(_fields(which, mine))
        edit = _read(which, line, mine)
        if edit is None:
            return _form(which, mine, line), 422
        try:
            store().editing.save(which, [edit], mine)
        except XieshouError as error:
            return _form(which, mine, line, said=str(error)), 409
        return redirect(
            url_for("rows.index", kind=kind, page=_last_page(which, mine), saved=1), 303
        )
    return _form(which, mine, line)


def _last_page(kind: ListKind, mine: Scope) -> int:
    return max(1, -(-store().editing.count(kind, mine) // PER_PAGE))


@blueprint.route("/<kind>/<path:row_id>/edit", methods=["GET", "POST"])
def edit(kind: str, row_id: str) -> Page:
    """One row with all its fields."""
    which, mine = _kind(kind), scope()
    own = store().editing.get(which, row_id, mine)
    line = Line(typed(own.row, which), own, version=own.version)
    if request.method == "POST":
        line.texts = _fields(which, mine)
        line.version = request.form.get("version", 0, type=int)
        wanted = _read(which, line, mine)
        if wanted is None:
            return _form(which, mine, line), 422
        try:
            saved = store().editing.save(which, [wanted], mine)
        except StaleRowsError as error:
            _conflict(which, line, error)
            return _form(which, mine, line), 409
        except XieshouError as error:
            return _form(which, mine, line, said=str(error)), 409
        return redirect(url_for("rows.edit", kind=kind, row_id=row_id, saved=saved), 303)
    return _form(which, mine, line)


def _fields(kind: ListKind, mine: Scope) -> dict[str, str]:
    """The texts of a form; a fixed column is not asked for, an id only of a new row."""
    fixed = _fixed(kind, mine)
    return {
        column.key: request.form[column.key].strip()
        for column in _columns(kind)
        if column.key in request.form and column.key not in fixed
    }


def _form(kind: ListKind, mine: Scope, line: Line, *, said: str = "") -> str:
    fixed = _fixed(kind, mine)
    if line.own is None:
        firm = Belonging(store().db, mine).firm
        given = {owner_key(kind): firm, "county": mine.county if "county" in fixed else ""}
        line.texts = {**{k: v for k, v in given.items() if k in fixed}, **line.texts}
    else:
        line.texts = {**typed(line.own.row, kind), **line.texts}
        fixed |= {id_key(kind)}
    return render_template(
        "rows/edit.html", kind=kind.value, line=line, columns=_columns(kind), fixed=fixed, said=said,
        options=_options(kind), labels=labels(kind), long=_LONG, saved=request.args.get("saved", type=int),
        extra=line.own.row.attributes if line.own else {},
    )  # fmt: skip


@blueprint.post("/<kind>/<path:row_id>/withdraw")
def withdraw(kind: str, row_id: str) -> Page:
    """Take a row off the list, or put it back."""
    which, mine = _kind(kind), scope()
    own = store().editing.get(which, row_id, mine)
    back = bool(request.form.get("restore"))
    try:
        store().editing.withdraw(
            which, row_id, request.form.get("version", 0, type=int), mine, withdrawn=not back
        )
    except StaleRowsError:
        line = Line(typed(own.row, which), own, version=own.version)
        said = _("这一行刚被别人改过，没有停用；下面是现在的内容，请看过再决定。")
        return _form(which, mine, line, said=said), 409
    return redirect(url_for("rows.edit", kind=kind, row_id=row_id), 303)


@blueprint.get("/<kind>/<path:row_id>/history")
def history(kind: str, row_id: str) -> str:
    """What became of one row, change by change."""
    which, mine = _kind(kind), scope()
    own = store().editing.get(which, row_id, mine)
    changes: list[dict[str, Any]] = []
    for version, before, after in store().editing.history(which, own):
        fields = changed_fields(before, after) if before and after else []
        changes.append({"version": version, "fields": fields, "first": before is None})
    imports = {change["version"].import_id for change in changes} - {None}
    return render_template(
        "rows/history.html", kind=kind, own=own, changes=changes, labels=labels(which),
        of_bureau=mine.of_bureau, imports=store().imports.visible(imports, mine),
    )  # fmt: skip
