"""Damage to pdf and to OLE compound files (old xls, encrypted Office files)."""

from __future__ import annotations

import re
import struct
import zlib
from random import Random

from tests.lists import seeds
from tests.lists.damage import Damaged, good, kind

_SECOND_PAGE = re.compile(
    rb"(7 0 obj\n<</Length \d+/Filter/FlateDecode>>stream\n)(.{99}).*?\nendstream", re.DOTALL
)


def _pdf(rng: Random) -> bytes:
    return good(".pdf", rng.choice([3, 40]))


@kind("pdf cross-references")
def _pdf_xref(rng: Random) -> Damaged:
    data = _pdf(rng)
    start = data.rindex(b"xref\n0")
    changed = rng.choice(
        [
            re.sub(rb"startxref\n\d+", b"startxref\n%d" % rng.randrange(10**7), data),
            re.sub(rb"startxref\n\d+", b"startxref\n-1", data),
            data[:start] + data[start:].replace(b" 00000 n", b" 00000 f"),
            data[:start]
            + re.sub(rb"\d{10} 00000 n", b"%010d 00000 n" % rng.randrange(9999), data[start:]),
            data.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % start),
            data.replace(
                b"/Root 1 0 R", rng.choice([b"/Root 9 0 R", b"/Root 2 0 R", b"/Rxxt 1 0 R"])
            ),
            data.replace(b"xref\n0 ", b"xref\n0 99999999"),
            data[:start],
            data + data[start:],
        ]
    )
    return Damaged(".pdf", changed)


@kind("pdf pages")
def _pdf_pages(rng: Random) -> Damaged:
    data = _pdf(rng)
    kids = re.search(rb"/Kids\[[^]]*\]", data)
    assert kids is not None
    changed = rng.choice(
        [
            data.replace(kids[0], b"/Kids[2 0 R]"),
            data.replace(kids[0], b"/Kids[1 0 R 2 0 R 1 0 R]"),
            data.replace(kids[0], b"/Kids[" + b"4 0 R " * 50_000 + b"]"),
            data.replace(kids[0], b"/Kids[99 0 R]"),
            data.replace(kids[0], b"/Kids 7"),
            re.sub(rb"/Count \d+", b"/Count 2000000000", data),
            re.sub(rb"/Count \d+", b"/Count -3", data),
            data.replace(b"/Parent 2 0 R", b"/Parent 4 0 R"),
            data.replace(
                b"/MediaBox[0 0 842 595]",
                rng.choice([b"/MediaBox[0 0 1e9 1e9]", b"/MediaBox[]", b"", b"/MediaBox 5"]),
            ),
        ]
    )
    return Damaged(".pdf", changed)


@kind("pdf page lost")
def _pdf_page_lost(rng: Random) -> Damaged:
    """A page that is missing or cut short must not go unnoticed."""
    data = good(".pdf", 40)
    changed = rng.choice(
        [
            data.replace(b"/Kids[4 0 R 6 0 R]", b"/Kids[4 0 R]"),
            data.replace(b"6 0 obj", b"8 0 obj"),
            data.replace(b"/Contents 7 0 R", b"/Contents 77 0 R"),
            re.sub(_SECOND_PAGE, rb"\1\2\nendstream", data),
        ]
    )  # fmt: skip
    assert changed != data
    return Damaged(".pdf", changed, must_refuse=True)


@kind("pdf streams")
def _pdf_streams(rng: Random) -> Damaged:
    data = good(".pdf", 3)
    found = re.search(rb"<</Length (\d+)/Filter/FlateDecode>>stream\n", data)
    assert found is not None
    old, end = found[0], data.index(b"\nendstream")
    content = data[found.end() : end]
    plain = zlib.decompress(content)
    flate = b"<</Length %d/Filter/FlateDecode>>stream\n"
    bomb = zlib.compress(
        rng.choice([b" ", b"q ", b"0 0 5 5 re S "]) * rng.choice([10**4, 10**6, 3 * 10**7]), 9
    )
    new = rng.choice(
        [
            b"<</Length 99999999/Filter/FlateDecode>>stream\n" + content,
            b"<</Length 0/Filter/FlateDecode>>stream\n" + content,
            b"<</Length 5 0 R/Filter/FlateDecode>>stream\n" + content,
            b"<</Length 9/Filter[" + b"/FlateDecode" * 500 + b"]>>stream\n" + content,
            b"<</Length 9/Filter/LZWDecode>>stream\n" + content,
            b"<</Length 9/Filter/DCTDecode>>stream\n" + content,
            b"<</Length %d>>stream\n" % len(plain) + plain[: rng.randrange(len(plain))],
            b"<</Length %d>>stream\n" % len(plain) + plain.replace(b"Tj", b"Tj " + b"(" * 5_000),
            b"<</Length %d>>stream\n" % len(plain) + plain + b"[" * rng.choice([500, 50_000]),
            flate % len(bomb) + bomb,
        ]
    )
    return Damaged(".pdf", data.replace(old + content, new))


@kind("pdf objects")
def _pdf_objects(rng: Random) -> Damaged:
    data = _pdf(rng)
    deep = rng.choice([b"[", b"<<", b"<</A "]) * rng.choice([900, 30_000])
    changed = rng.choice(
        [
            data.replace(b"/DW 1000", b"/DW " + deep),
            data.replace(b"/Type/Catalog", b"/Type/Catalog/Names " + deep),
            data.replace(b"UniGB-UCS2-H", rng.choice([b"Identity-H", b"Nothing", b"../../x"])),
            data.replace(b"/Registry(Adobe)", b"/Registry(" + b"(" * 9_000),
            data.replace(b"1 0 obj", b"1 0 obj 1 0 R endobj 8 0 obj", 1),
            re.sub(rb"<[0-9a-f]{8,}>", b"<" + b"f" * 99_999, data),
            data.replace(b"endobj", b"", rng.choice([1, 99])),
            data.replace(b"\n", b"\r"),
        ]
    )
    return Damaged(".pdf", changed)


@kind("pdf with a password")
def _pdf_locked(rng: Random) -> Damaged:
    marks = rng.randbytes(32).hex().encode()
    revision = rng.choice(
        [b"/V 1/R 2", b"/V 2/R 3/Length 128", b"/V 5/R 6/Length 256", b"/V 99/R 99"]
    )
    locked = b"/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard%s/O<%s>/U<%s>/P -4>>" % (
        revision,
        marks,
        marks,
    )
    return Damaged(".pdf", _pdf(rng).replace(b"/Root 1 0 R", locked), must_refuse=True)


@kind("pdf without a table")
def _pdf_plain(rng: Random) -> Damaged:
    data = seeds.as_pdf(seeds.table(5), ruled=False)
    if rng.random() < 0.5:  # a scan: no letters at all
        data = seeds.as_pdf([[""] * 3] * 4)
    return Damaged(".pdf", data, must_refuse=True)


# --- OLE ---------------------------------------------------------------------------------------


@kind("OLE of another kind")
def _other_ole(rng: Random) -> Damaged:
    names = rng.choice(
        [["EncryptedPackage", "EncryptionInfo"], ["WordDocument", "1Table"], ["PowerPoint Document"], ["Nothing"], []]
    )  # fmt: skip
    data = seeds.as_compound({name: rng.randbytes(600) for name in names})
    return Damaged(rng.choice([".xls", ".xlsx", ".doc"]), data, must_refuse=True)


@kind("OLE chains")
def _ole_chains(rng: Random) -> Damaged:
    """Sectors and entries that point in circles or nowhere."""
    data = bytearray(good(".xls", 12))
    wrong = rng.choice([0, 1, 2, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFA])
    place = rng.choice(
        [512 + 4 * rng.randrange(20), 76, 48, 44, 56, 60, 1024 + 68 + 4 * rng.randrange(3), 1024 + 128 + 116, 1024 + 248]
    )  # fmt: skip
    struct.pack_into("<I", data, place, wrong)
    if rng.random() < 0.2:
        struct.pack_into("<H", data, 30, rng.choice([0, 6, 12, 31, 65_535]))
    return Damaged(".xls", bytes(data))


@kind("BIFF records")
def _biff(rng: Random) -> Damaged:
    data = bytearray(good(".xls", 12))
    places = [m.start() for m in re.finditer(b"\x04\x02..", bytes(data))]
    for place in rng.sample(places, k=rng.choice([1, 4])):
        at = place + rng.choice([0, 2, 4, 6, 8, 10])
        struct.pack_into("<H", data, at, rng.choice([0, 1, 255, 256, 32_767, 65_535, 0x2F, 0x0A]))
    return Damaged(".xls", bytes(data))


@kind("old BIFF without a compound file")
def _bare_biff(rng: Random) -> Damaged:
    start = rng.choice([b"\x09\x00\x04\x00\x02\x00\x10\x00", b"\x09\x08\x10\x00\x00\x06\x05\x00"])
    return Damaged(".xls", start + rng.randbytes(2_000), must_refuse=True)
