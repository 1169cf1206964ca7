"""The guard: what is refused before any parser sees it, each with a near-twin that passes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from matcher.errors import UnreadableListError
from matcher.lists import read_list
from matcher.lists.guard import inner_format, outer_format
from matcher.lists.limits import MEGABYTE, Limits
from tests.lists import seeds
from tests.lists.damage import good

XLSX = good(".xlsx", 3)
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def format_of(tmp_path):
    """Writes bytes under a name and gives the format, or the sentence of the refusal."""

    def check(data: bytes, name: str = "清单.xlsx", **limits: object) -> str:
        path = tmp_path / name
        path.write_bytes(data)
        bounds = Limits(**limits)
        try:
            return inner_format(path, outer_format(path, bounds), bounds)
        except UnreadableListError as error:
            return str(error)

    return check


def packed(**members: str | bytes) -> bytes:
    return seeds.zipped({**seeds.unzipped(XLSX), **members})


# --- by the first bytes --------------------------------------------------------------------------


def test_size(format_of):
    assert "空文件" in format_of(b"", "清单.csv")
    assert format_of(b"x", "清单.csv") == "text"
    assert "2 MB，超过 1 MB" in format_of(b"x" * (2 * MEGABYTE), "清单.csv", file_bytes=MEGABYTE)
    assert format_of(b"x" * MEGABYTE, "清单.csv", file_bytes=MEGABYTE) == "text"


@pytest.mark.parametrize(
    ("head", "name", "format_"),
    [
        (b"<html><body>", "清单.xls", "网页"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>', "清单.csv", "网页"),
        ("<5mm垫片,数量".encode(), "清单.csv", "text"),
        ("＜产品名称＞,数量".encode("gbk"), "清单.csv", "text"),
        (b'[{"a": 1}]', "清单.json", "json"),
        (b'{"a": 1}', "清单", "json"),
        ("[甲],乙".encode(), "清单.csv", "text"),
        (b"%PDF-1.7", "清单.xlsx", "pdf"),
        (b"MZ\x90\x00\x03", "清单.xlsx", "已损坏"),
        ("产品名称\t数量\r\n".encode("gbk"), "清单.xls", "text"),
        ("产品名称\t数量\r\n".encode("utf-16"), "清单.xlsx", "text"),
        ("产品名称\t数量\r\n".encode("gbk"), "清单.docx", "已损坏"),
        (b"a,b", "清单.wps", "不认识"),
    ],
)
def test_first_bytes_decide(head, name, format_, format_of):
    assert format_ in format_of(head, name)


def test_a_text_table_exported_as_xls_is_read(tmp_path):
    path = tmp_path / "导出.xls"
    path.write_bytes(seeds.as_text(seeds.table(5), "\t").encode("gbk"))
    assert len(read_list(path).rows) == 5


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
@pytest.mark.parametrize("claimed", [".xlsx", ".xls", ".ods", ".csv", ".docx", ""])
def test_workbooks_are_read_under_any_suffix(suffix, claimed, tmp_path):
    path = tmp_path / f"清单{claimed}"
    path.write_bytes(good(suffix, 3))
    assert [row.product_name for row in read_list(path).rows] == list(seeds.NAMES[:3])


# --- archives ------------------------------------------------------------------------------------


def test_kinds_of_archives(format_of):
    assert format_of(XLSX) == "workbook"
    assert format_of(good(".docx", 3)) == "docx"
    assert format_of(good(".ods", 3)) == "workbook"
    assert "OpenDocument" in format_of(
        seeds.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})
    )
    assert "演示文稿" in format_of(seeds.zipped({"ppt/presentation.xml": "<x/>"}))
    assert "先解压" in format_of(seeds.zipped({"清单.xlsx": XLSX}), "清单.zip")
    assert format_of(packed(**{"xl/embeddings/a.docx": good(".docx", 3)})) == "workbook"


def test_members(format_of):
    count = len(seeds.unzipped(XLSX))
    assert f"{count} 个部件" in format_of(XLSX, zip_members=count - 1)
    assert format_of(XLSX, zip_members=count) == "workbook"


def test_ratio(format_of):
    assert "压缩炸弹" in format_of(packed(**{"xl/x.bin": bytes(5 * MEGABYTE)}))
    assert format_of(packed(**{"xl/x.bin": bytes(3 * MEGABYTE)})) == "workbook"
    numbers = b"".join(b"<v>%d</v>" % i for i in range(500_000))
    assert len(numbers) > 5 * MEGABYTE
    assert format_of(packed(**{"xl/x.bin": numbers})) == "workbook"


def test_unpacked_size(format_of):
    numbers = b"".join(b"<v>%d</v>" % i for i in range(100_000))
    assert "解压后超过" in format_of(packed(**{"xl/x.bin": numbers}), unpacked_bytes=MEGABYTE)
    assert format_of(packed(**{"xl/x.bin": numbers}), unpacked_bytes=2 * MEGABYTE) == "workbook"


def test_password_of_an_archive(format_of):
    locked = bytearray(XLSX)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "密码" in format_of(bytes(locked))


def test_checksum(format_of):
    changed = bytearray(XLSX)
    changed[changed.index(b"PK\x01\x02") + 16] ^= 1
    assert "已损坏" in format_of(bytes(changed))


# --- XML -----------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "[Content_Types].xml", "X.XML", "xl/_rels/w.rels"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_declared_entities_are_refused_in_every_part(part, encoding, format_of):
    xml = f'<?xml version="1.0" encoding="{encoding[:6]}"?>'
    assert "实体" in format_of(packed(**{part: (xml + LAUGHS).encode(encoding)}))
    assert "实体" in format_of(
        packed(**{part: (xml + " " * (MEGABYTE - 45) + LAUGHS).encode(encoding)})
    )


def test_what_only_looks_like_an_entity_passes(format_of, tmp_path):
    table = seeds.table(2)
    table[1][7] = '<!DOCTYPE html> <!ENTITY x "y">'
    assert format_of(seeds.as_xlsx(table)) == "workbook"
    assert format_of(seeds.as_docx(table)) == "docx"
    (tmp_path / "a.xlsx").write_bytes(seeds.as_xlsx(table))
    assert read_list(tmp_path / "a.xlsx").rows[0].note == table[1][7]
    picture = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y"><svg/>'
    assert format_of(packed(**{"xl/media/image1.svg": picture})) == "workbook"


def sheet(*cells: str) -> bytes:
    body = "".join(f'<row><c r="{cell}"><v>1</v></c></row>' for cell in cells)
    return packed(**{SHEET: f"<worksheet><sheetData>{body}</sheetData></worksheet>"})


def test_area_of_a_sheet(format_of):
    assert "第 1048576 行第 16384 列" in format_of(sheet("A1", "XFD1048576"))
    assert "第 1048576 行第 16384 列" in format_of(sheet("XFD1", "A1048576"))
    assert format_of(sheet("A1", "S1048576")) == "workbook"
    assert format_of(sheet("A1", "XFD1000")) == "workbook"
    assert "第 10 行第 3 列" in format_of(sheet("A1", "C10"), cells=29)
    assert format_of(sheet("A1", "C10"), cells=30) == "workbook"
    odd = packed(**{SHEET: "<x:c s='1'\n r = 'XFD1'/><x:c r='A1048576'/>"})
    assert "第 1048576 行第 16384 列" in format_of(odd)


def test_a_text_that_reads_like_a_far_cell_passes(format_of):
    text = '&lt;c r="XFD1048576"&gt; r="XFD1048576"'
    body = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    assert (
        format_of(packed(**{SHEET: f"<worksheet><sheetData>{body}</sheetData></worksheet>"}))
        == "workbook"
    )


# --- OLE -----------------------------------------------------------------------------------------


def test_old_office_files(format_of):
    assert "密码" in format_of(
        seeds.as_compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})
    )
    assert "旧版 Word" in format_of(
        seeds.as_compound({"WordDocument": b"x", "1Table": b"y"}), "清单.doc"
    )
    assert "演示文稿" in format_of(seeds.as_compound({"PowerPoint Document": b"x"}))
    assert format_of(good(".xls", 3), "清单.xls") == "workbook"


def test_an_xls_may_speak_of_and_carry_other_documents(tmp_path, format_of):
    table = seeds.table(2)
    table[1][7] = "EncryptedPackage WordDocument"
    data = seeds.as_xls(table, inside={"WordDocument": b"x", "EncryptedPackage": b"y"})
    assert format_of(data, "清单.xls") == "workbook"
    assert read_list(tmp_path / "清单.xls").rows[0].note == table[1][7]


@pytest.mark.parametrize("method", [0, 1])
def test_password_of_an_xls(method, format_of):
    data = bytearray(good(".xls", 3))
    page = data.index(struct.pack("<HH", 0x0042, 2))
    assert format_of(bytes(data), "清单.xls") == "workbook"
    struct.pack_into("<HHH", data, page, 0x002F, 2, method)
    assert "密码" in format_of(bytes(data), "清单.xls")


def test_limits_grow_with_the_file():
    limits = Limits()
    assert limits.seconds_for(0) == limits.seconds_for(3 * MEGABYTE) < 10
    assert limits.seconds_for(20 * MEGABYTE) > limits.seconds_for(10 * MEGABYTE) > 10
    assert limits.seconds_for_pages(15) == 0 < limits.seconds_for_pages(16)
    assert limits.seconds_for_pages(10**9) == limits.seconds_for_pages(limits.pages)


def test_the_guard_names_the_file_only(tmp_path):
    """A sentence holds the name of the file; the folder would be noise, and may be a secret."""
    (tmp_path / "清单.xlsx").write_bytes(b"MZ\x90\x00")
    with pytest.raises(UnreadableListError) as caught:
        outer_format(tmp_path / "清单.xlsx", Limits())
    assert "清单.xlsx" in str(caught.value)
    assert str(Path(tmp_path)) not in str(caught.value)
