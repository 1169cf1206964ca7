"""A catalogue as docx, xlsx, csv and json, by the suffix of the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

from matcher.catalogue.entries import DRAFT, Catalogue, CatalogueEntry
from matcher.catalogue.sheets import Book, footer, height, page, write
from matcher.catalogue.suggestions import harmless
from matcher.catalogue.word import SIGN_OFF, to_docx

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("序号", "", 6), ("企业", "enterprise", 20), ("产品", "product", 15), ("规格", "spec", 19),
    ("执行标准", "standard", 14), ("年产能", "annual_capacity", 12), ("县市", "county", 10),
    ("梯度", "tier", 9), ("资质认证", "certificates", 16), ("对应需求", "demand_product", 15),
    ("链主企业", "leader", 20), ("年需求量", "annual_quantity", 12), ("推荐理由", "said", 36),
)  # fmt: skip
_RIGHT = ("annual_capacity", "annual_quantity")


def to_document(catalogue: Catalogue, suffix: str) -> bytes:
    """A catalogue in the form that a suffix of :data:`SUFFIXES` names."""
    return _MAKERS[suffix.lower()](catalogue)


def _cells(number: int, entry: CatalogueEntry) -> list[str]:
    return [str(number) if not key else str(getattr(entry, key)) for _, key, _ in COLUMNS]


def to_csv(catalogue: Catalogue) -> bytes:
    """One line per entry, UTF-8 with BOM; a draft says so in its own column."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["状态", "产业链", *(heading for heading, _, _ in COLUMNS)])
    state = DRAFT if catalogue.draft else "已审核"
    for i, entry in enumerate(catalogue.entries, 1):
        writer.writerow([harmless(c) for c in (state, entry.chain, *_cells(i, entry))])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def to_json(catalogue: Catalogue) -> bytes:
    """The catalogue as data."""
    return (json.dumps(catalogue.record(), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def to_xlsx(catalogue: Catalogue) -> bytes:
    """One sheet per chain; text is written as text."""
    book = Book(catalogue.heading, catalogue.made_on)
    title = book.style(font_name="黑体", font_size=16, align="center")
    cell = {"border": 1, "border_color": "#A6A6A6", "text_wrap": True}
    places = [
        {"": "center"}.get(key, "right" if key in _RIGHT else "left") for _, key, _ in COLUMNS
    ]
    styles = [book.style(**cell, align=place) for place in places]
    widths = [width for _, _, width in COLUMNS]
    day = catalogue.made_on
    signed = "　".join(f"{name}：＿＿＿＿＿＿" for name in SIGN_OFF)
    taken: set[str] = set()
    for chain, entries in catalogue.by_chain().items():
        sheet = book.book.add_worksheet(_sheet_name(chain, taken))
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "", title)
        write(sheet, 0, 0, f"{catalogue.heading}：{chain}", title)
        sheet.set_row(0, 34)
        for column, (heading, _, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, heading, book.head)
        sheet.set_row(1, 22)
        for i, entry in enumerate(entries, 1):
            cells = _cells(i, entry)
            for column, text in enumerate(cells):
                write(sheet, i + 1, column, text, styles[column])
            sheet.set_row(i + 1, height(zip(cells, widths, strict=True)))
        sheet.freeze_panes(2, 3)
        sheet.autofilter(1, 0, max(2, len(entries) + 1), len(COLUMNS) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A3:M{len(entries) + 2}"})
        page(sheet, head=(0, 1))
        made = f"{day.year}年{day.month}月{day.day}日"
        if catalogue.draft:
            sheet.set_header("&R&KB01E1E&B草案　未经审核，仅供内部讨论")
        sheet.set_footer(footer("" if catalogue.draft else signed, made))
    return book.finish()


def _sheet_name(chain: str, taken: set[str]) -> str:
    """A name that a workbook allows and that no other sheet of it has, whatever its case."""
    bare = "".join(c for c in chain if c not in "[]:*?/\\'")[:28].strip() or "目录"
    name, n = bare, 1
    while name.lower() in taken or name.lower() == "history":  # a name that Excel keeps to itself
        n += 1
        name = f"{bare}-{n}"
    taken.add(name.lower())
    return name


_MAKERS: dict[str, Callable[[Catalogue], bytes]] = {
    ".docx": to_docx, ".xlsx": to_xlsx, ".csv": to_csv, ".json": to_json,
}  # fmt: skip
SUFFIXES = tuple(_MAKERS)
