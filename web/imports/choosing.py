"""What a person corrects of what was understood: from the form to choices (改判)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from matcher.knowledge import kind as declared_kind
from matcher.lists.columns import SPECIAL
from matcher.model import ListKind, keys_of
from matcher.store import ImportRecord

AUTOMATIC = ""
KEPT, DROPPED = "@ignore", "@drop"


def options(kind: ListKind) -> list[tuple[str, str]]:
    """Column key and its name, for all that a column may be taken for."""
    fields = [(column.key, column.label) for column in declared_kind().columns[kind.value]]
    return [
        *fields,
        ("@contact_name", _("联系人")),
        ("@contact_phone", _("联系电话")),
        ("@serial", _("序号")),
        (KEPT, _("附加信息（保留）")),
        (DROPPED, _("不导入")),
    ]


def labels(kind: ListKind | None) -> dict[str, str]:
    """Column key → its name on the screen."""
    kinds = [kind] if kind else list(ListKind)
    found = {key: label for one in kinds for key, label in options(one)}
    return found | {"products": _("产品拆分")}


def shown_key(key: str) -> str:
    """The option under which a column's key is shown; what was not understood is kept."""
    return key if key and key != "@origin" else KEPT


def basis(record: ImportRecord) -> str:
    """A mark of what was understood, so that a form about something else is noticed."""
    sheets = json.dumps(record.understood.get("sheets", []), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(sheets.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def chosen(record: ImportRecord, form: Mapping[str, str]) -> dict[str, Any]:
    """What the form says, as :meth:`matcher.store.imports.Imports.choose` keeps it.

    A column keeps what the reader takes it for, unless it is shown under another key; a sheet of
    which another header row is chosen forgets what was said of its columns.
    """
    kind = form.get("kind", "")
    kind = kind if kind in {one.value for one in ListKind} else ""
    changed = bool(kind) and kind != record.understood.get("kind")
    ignored: list[str] = []
    headers: dict[str, int] = {}
    columns: dict[str, dict[str, str]] = {}
    for i, sheet in enumerate(record.understood.get("sheets", [])):
        name = sheet["name"]
        if form.get(f"ignore-{i}"):
            ignored.append(name)
        picked = _columns(sheet, i, form)
        header = _number(form.get(f"header-{i}", ""))
        before = record.understood.get("choices", {}).get("headers", {}).get(name)
        if header and (header != sheet["header"] or before or (picked and not sheet["tables"])):
            headers[name] = header
        if header and header != sheet["header"]:
            picked = {}
        if changed:
            allowed = {*keys_of(ListKind(kind)), *SPECIAL}
            picked = {heading: key for heading, key in picked.items() if key in allowed}
        if picked:
            columns[name] = picked
    said = {"kind": kind, "encoding": form.get("encoding", "")}
    return {**said, "ignored": ignored, "headers": headers, "columns": columns}


def _columns(sheet: Mapping[str, Any], i: int, form: Mapping[str, str]) -> dict[str, str]:
    picked = {}
    for j, column in enumerate(sheet["columns"]):
        key = form.get(f"column-{i}-{j}")
        if key is not None and (key != shown_key(column["key"]) or column["how"] == "given"):
            picked[column["name"]] = key
    return picked


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
