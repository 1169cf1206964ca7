"""Damage to csv, tsv, txt and JSON."""

from __future__ import annotations

import json
from random import Random

from tests.lists import seeds
from tests.lists.damage import ENCODINGS, Damaged, kind

_TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
_HARMLESS = "阀泵x5-龘𠮷 ，。"


def _lines(rng: Random, delimiter: str = ",") -> list[str]:
    return seeds.as_text(seeds.table(rng.choice([3, 12, 40])), delimiter, "\n").splitlines()


def _file(rng: Random, text: str, **more: object) -> Damaged:
    return Damaged(".csv", text.encode(rng.choice(ENCODINGS)), **more)  # type: ignore[arg-type]


@kind("text cut behind a row")
def _cut_rows(rng: Random) -> Damaged:
    """Whatever is left of a text list is read to the last row."""
    suffix = rng.choice(_TEXT_SUFFIXES)
    lines = _lines(rng, "\t" if suffix == ".tsv" else ",")
    left = lines[: rng.randrange(2, len(lines) + 1)]
    end = rng.choice(["\n", "\r\n", "\r"])
    text = end.join(left) + rng.choice(["", end])
    return Damaged(suffix, text.encode(rng.choice(ENCODINGS)), len(left), must_read=True)


@kind("text cut in a character")
def _cut_character(rng: Random) -> Damaged:
    lines = _lines(rng)
    data = "\n".join(lines).encode(rng.choice(["utf-8", "gb18030"]))
    whole = data[: rng.randrange(len(data) // 2, len(data))]
    return Damaged(".csv", whole, len(whole.splitlines()))


@kind("character changed in a cell")
def _changed_character(rng: Random) -> Damaged:
    lines = _lines(rng)
    row = rng.randrange(1, len(lines))
    places = [i for i, c in enumerate(lines[row]) if c not in ',"']
    for place in rng.sample(places, k=min(len(places), rng.choice([1, 5]))):
        lines[row] = lines[row][:place] + rng.choice(_HARMLESS) + lines[row][place + 1 :]
    return _file(rng, "\n".join(lines), records=len(lines), must_read=True)


@kind("byte changed in a cell")
def _changed_byte(rng: Random) -> Damaged:
    """The encoding may be broken by it; then the file is refused, never read as rubbish."""
    lines = [line.encode(rng.choice(["utf-8"])) for line in _lines(rng)]
    row = rng.randrange(1, len(lines))
    place = rng.choice([i for i, b in enumerate(lines[row]) if b > 127])
    wrong = rng.choice([b for b in range(128, 256) if b != lines[row][place]])
    lines[row] = lines[row][:place] + bytes([wrong]) + lines[row][place + 1 :]
    return Damaged(rng.choice([".csv", ".txt"]), b"\n".join(lines), len(lines))


@kind("quote never closed")
def _open_quote(rng: Random) -> Damaged:
    """One inch sign too many must not swallow the rows behind it."""
    lines = _lines(rng)
    row = rng.randrange(1, len(lines))
    cells = lines[row].split(",")
    column = rng.randrange(1, len(cells))
    cells[column] = '"' + cells[column]
    lines[row] = ",".join(cells)
    return _file(rng, "\n".join(lines), records=len(lines), must_read=True)


@kind("quotes strewn")
def _strewn_quotes(rng: Random) -> Damaged:
    text = list("\n".join(_lines(rng)))
    for _ in range(rng.choice([1, 3, 30])):
        text.insert(rng.randrange(len(text)), rng.choice(['"', '""', "'", '"\n', ',"']))
    return _file(rng, "".join(text))


@kind("endless quoted cell")
def _endless_cell(rng: Random) -> Damaged:
    body = rng.choice(["字" * 300_000, "一行,两格\n" * 60_000, '""' * 200_000])
    end = rng.choice(["", '"', '",x\n'])
    return _file(rng, "产品名称,规格\n泵,1\n" + '"' + body + end)


@kind("very wide")
def _wide(rng: Random) -> Damaged:
    columns = rng.choice([1_001, 50_000, 1_000_000])
    cell = rng.choice(["", "x", "产品名称"])
    row = ",".join([cell] * columns)
    return _file(rng, rng.choice([row, "产品名称,规格\n泵,1\n" + row, row + "\n泵,1\n"]))


@kind("headings everywhere")
def _headings(rng: Random) -> Damaged:
    """What looks like a header is looked at closely; there may be a great many of it."""
    words = ("产品名称", "规格", "年需求量", "单位", "备注", "某列")
    wide, high = rng.choice([(900, 20), (300, 100), (5, 20_000), (900, 300)])
    rows = [
        ",".join(words[(i + r * rng.choice([0, 1])) % 6] for i in range(wide)) for r in range(7)
    ]
    return _file(rng, "\n".join(rng.choice(rows) for _ in range(high)))


@kind("stacked tables")
def _stacked(rng: Random) -> Damaged:
    headers = (
        "产品名称,规格,单位",
        "产品名称,单位,年需求量",
        "供应商,产品名称,产能",
        "名称,型号,数量",
    )
    tables = rng.choice([3, 300, 6_000])
    text = "\n".join(f"{headers[i % 4]}\n泵,{i},台\n阀,{i},个\n" for i in range(tables))
    return _file(rng, text, records=4 * tables - 1, must_read=True)


@kind("one line")
def _one_line(rng: Random) -> Damaged:
    text = rng.choice(["x", "字", "产品名称 ", "泵、", "1"]) * rng.choice([1, 20_000, 1_000_000])
    return _file(rng, text)


@kind("only separators")
def _separators(rng: Random) -> Damaged:
    row = rng.choice([",", "\t", ";", "|", '"', "，"]) * rng.choice([1, 7, 900])
    return _file(rng, (row + "\n") * rng.choice([1, 50, 5_000]), must_refuse=True)


@kind("mixed encodings")
def _mixed(rng: Random) -> Damaged:
    lines = _lines(rng)
    mixed = b"\n".join(line.encode(rng.choice(["utf-8", "gb18030"])) for line in lines)
    return Damaged(".csv", mixed, len(lines))


@kind("encoding without its mark")
def _unmarked(rng: Random) -> Damaged:
    encoding = rng.choice(["utf-16-le", "utf-16-be", "utf-32-le", "big5", "cp1252", "utf-7", "hz"])
    return Damaged(".csv", "\n".join(_lines(rng)).encode(encoding, "replace"))


@kind("control characters")
def _control(rng: Random) -> Damaged:
    text = "\n".join(_lines(rng))
    for _ in range(rng.choice([1, 10, 500])):
        place = rng.randrange(len(text))
        sign = rng.choice("\0\x07\x0b\x0c\x1b\x1c\x85\u2028\u2029\ufeff\u202e\ufffe\ue000")
        text = text[:place] + sign + text[place:]
    return _file(rng, text)


# --- JSON --------------------------------------------------------------------------------------


def _json(rng: Random, text: str, **more: object) -> Damaged:
    encoding = rng.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    return Damaged(".json", text.encode(encoding), **more)  # type: ignore[arg-type]


@kind("deep JSON")
def _deep_json(rng: Random) -> Damaged:
    depth = rng.choice([100, 990, 5_000, 1_000_000])
    opening, closing = rng.choice([("[", "]"), ('{"a":', "}"), ('[{"产品名称":', "}]")])
    middle = rng.choice(["1", '"泵"', "[]"])
    if rng.random() < 0.3:
        return _json(rng, opening * depth)
    text = opening * depth + middle + closing * depth
    return _json(rng, text if rng.random() < 0.5 else f'[{{"产品名称": "泵", "备注": {text}}}]')


@kind("JSON numbers")
def _json_numbers(rng: Random) -> Damaged:
    number = rng.choice(
        ["9" * 5_000, "9" * 4_000, "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "1e-999", "0.1" + "0" * 9_000,
         "123456789012345678901234567890", "-0", "1E+5", "01", "+1", ".5", "0x10"]
    )  # fmt: skip
    return _json(rng, f'[{{"产品名称": "泵", "年需求量": {number}}}, {{"产品名称": {number}}}]')


@kind("JSON strings")
def _json_strings(rng: Random) -> Damaged:
    text = rng.choice(
        [r"\ud800", r"\udfff\ud800", r"\u0000", r"a\ud83d", r"\ud83d\ude42", r"\uFFFF", r"\n\n\t", r"\x41", "\x01", "\n"]
    )  # fmt: skip
    key = rng.choice(["备注", text, "年需求量", "编号"])
    return _json(rng, f'[{{"产品名称": "泵{text}", "{key}": "{text}"}}, {{"产品名称": "阀"}}]')


@kind("JSON shapes")
def _json_shapes(rng: Random) -> Damaged:
    row = {"产品名称": "泵", "规格": "DN20"}
    many = {f"列{i}": i for i in range(rng.choice([5, 2_000]))}
    shape = rng.choice(
        [
            [row, 1, row], [row, None], [None], [[row]], {"a": [row], "b": {"c": [row, row]}}, {"产品名称": row}, [row, many],
            [{**row, "规格": [1, [2, {"x": 3}]]}], [{}], [{}, {}], {"": [row]}, [{"": "泵"}], [{"产品名称": {"名": "泵"}}],
            [{f"k{i}": i} for i in range(3_000)], [{"产品名称": ["泵", "阀"]}], "泵", 5, True, {"rows": "泵"},
        ]
    )  # fmt: skip
    return _json(rng, json.dumps(shape, ensure_ascii=rng.random() < 0.5))


@kind("JSON keys twice")
def _json_twice(rng: Random) -> Damaged:
    """The parser would keep the last value only, silently."""
    first, second = rng.choice([("泵", "阀"), ("泵", "泵")])
    return _json(rng, f'[{{"产品名称": "{first}", "产品名称": "{second}"}}]', must_refuse=True)


@kind("JSON with a slip")
def _json_slip(rng: Random) -> Damaged:
    text = seeds.as_json(seeds.table(5)).decode()
    for _ in range(rng.choice([1, 1, 5])):
        place = rng.randrange(len(text))
        slip = rng.choice([",", '"', "}", "]", "{", "//", "\\", "'", ""])
        text = text[:place] + slip + text[place + 1 :]
    return _json(rng, text)
