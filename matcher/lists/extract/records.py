"""JSON lists to grids: arrays of objects, wherever they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matcher.errors import UnreadableListError
from matcher.lists.extract.encoding import encoding_of
from matcher.lists.grid import Grid, cell_text
from matcher.lists.limits import Limits


def extract(path: Path, limits: Limits) -> tuple[list[Grid], str]:
    """Grids of all arrays of objects at the top or inside objects; keys become the header.

    ``row`` of such a list is the 1-based place of the object in its array.

    Raises:
        UnreadableListError: Not JSON, no array of objects in it, or one that holds other things.
    """
    encoding = encoding_of(path)
    name = path.name
    try:
        data = json.loads(
            path.read_text(encoding=encoding).lstrip("\ufeff"),
            object_pairs_hook=_object,
            parse_constant=_constant,
        )
        grids = [_grid(key, items, name, limits) for key, items in _arrays("", data, name)]
    except json.JSONDecodeError as error:
        raise UnreadableListError(
            f"{name} 第 {error.lineno} 行第 {error.colno} 字处不是合法的 JSON，请检查导出程序"
        ) from error
    except _TwiceError as error:
        raise UnreadableListError(
            f"{name} 的同一个对象里有两个“{error.args[0][:40]}”，只能留一个，请检查导出程序"
        ) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableListError(f"{name} 的 JSON 嵌套过深或数字过长，不像清单") from error
    if not grids:
        raise UnreadableListError(f"{name} 里没有由对象组成的数组，请按 [{{…}}, {{…}}] 的形式导出")
    return grids, encoding


class _TwiceError(Exception):
    """A key stands twice in one object: the parser would drop the first value silently."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        raise _TwiceError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def _constant(word: str) -> str | None:
    """NaN is how pandas writes an empty cell; the infinities are kept as they stand."""
    return None if word == "NaN" else word


def _arrays(key: str, data: Any, name: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(data, dict):
        for inner, value in data.items():
            yield from _arrays(f"{key}.{inner}".lstrip("."), value, name)
    elif isinstance(data, list) and any(isinstance(item, dict) for item in data):
        for number, item in enumerate(data, 1):
            if not isinstance(item, dict):
                raise UnreadableListError(
                    f"{name} 的数组{key}第 {number} 项不是对象，请让每一行都是 {{…}} 的形式"
                )
        yield key, data


def _grid(key: str, items: list[dict[str, Any]], name: str, limits: Limits) -> Grid:
    header: dict[str, int] = {}
    for item in items:
        for inner in item:
            header.setdefault(inner, len(header))
    if len(header) > limits.columns:
        raise UnreadableListError(f"{name} 的对象有 {len(header)} 种键，不像清单")
    if len(items) > limits.rows or len(header) * len(items) > limits.cells:
        raise UnreadableListError(
            f"{name} 的对象太多，超过上限（{limits.rows} 行、{limits.cells} 格），请拆成几个文件"
        )
    rows = [list(header)]
    for item in items:
        row = [""] * len(header)
        for inner, value in item.items():
            row[header[inner]] = _text(value)
        rows.append(row)
    return Grid(name=key, rows=rows, first_row=0)


def _text(value: Any) -> str:
    if isinstance(value, list) and all(not isinstance(v, list | dict) for v in value):
        return "、".join(cell_text(v) for v in value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)
