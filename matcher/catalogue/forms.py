"""A catalogue in every form, by the suffix of the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

from matcher.catalogue.content import DRAFT, Catalogue, Chapter, Entry, Need
from matcher.catalogue.outline import printed
from matcher.catalogue.pdf import to_pdf
from matcher.catalogue.spreadsheet import to_xlsx
from matcher.catalogue.suggestions import harmless
from matcher.catalogue.webpage import to_html
from matcher.catalogue.word import to_docx

_NO_NEED = Need("", "", "")
CSV_COLUMNS = (
    "状态", "编号", "产业链", "序号", "企业", "县市", "梯度", "产品", "规格", "执行标准", "年产能", "资质认证", "拟配套对象",
    "产品说明", "推荐理由", "联系方式", "需求编号", "需求企业", "对应需求", "需求规格", "需求标准", "年需求量", "需求要求",
    "适配理由", "审核日期",
)  # fmt: skip


def to_document(catalogue: Catalogue, suffix: str) -> bytes:
    """A catalogue in the form that a suffix of :data:`SUFFIXES` names.

    Raises:
        XieshouError: A pdf cannot be set on this machine.
    """
    return _MAKERS[suffix.lower()](catalogue)


def to_csv(catalogue: Catalogue) -> bytes:
    """One line per pair of product and need, UTF-8 with BOM; a draft says so in its own column."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    state = DRAFT if catalogue.draft else "已印发" if catalogue.number else "已审核"
    for line in catalogue.lines():
        writer.writerow([harmless(c) for c in (state, catalogue.number, *_cells(*line))])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _cells(chapter: Chapter, entry: Entry, need: Need | None) -> tuple[str, ...]:
    told = need or _NO_NEED
    return (
        chapter.name, str(entry.number), entry.enterprise, entry.county, entry.tier, entry.product,
        entry.spec, entry.standard, entry.capacity.text, entry.certificates, entry.intended_buyers,
        entry.description, entry.reason, entry.contact, told.demand_id, told.leader, told.product,
        told.spec, told.standard, told.quantity.text, told.requirement, told.said, told.decided_on,
    )  # fmt: skip


def to_json(catalogue: Catalogue) -> bytes:
    """The catalogue as data, with the hash of its content; docs/catalogue.md has the schema."""
    data = {**catalogue.record(), "content_hash": catalogue.digest}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "replace")


_MAKERS: dict[str, Callable[[Catalogue], bytes]] = {
    ".docx": lambda catalogue: to_docx(printed(catalogue)),
    ".pdf": lambda catalogue: to_pdf(printed(catalogue)),
    ".xlsx": to_xlsx,
    ".csv": to_csv,
    ".json": to_json,
    ".html": lambda catalogue: to_html(printed(catalogue)),
}
SUFFIXES = tuple(_MAKERS)
