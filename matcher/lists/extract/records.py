"""JSON lists to grids: arrays of objects or of arrays, wherever they stand."""

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

    An array of arrays is a grid as it stands, under the array of column names beside it.

    ``row`` of such a list is the 1-based place of the object in its array, where objects with an
    array of objects inside count once for each of these.

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
        grids += [_plain_grid(*table, name, limits) for table in _tables("", data, [])]
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


def _tables(key: str, data: Any, head: list[str]) -> Iterator[tuple[str, list[Any], list[str]]]:
    """Arrays of arrays, with the array of texts beside them that names their columns, if any."""
    if isinstance(data, dict):
        texts = (v for v in data.values() if isinstance(v, list) and len(v) > 1)
        head = next((v for v in texts if all(isinstance(text, str) for text in v)), [])
        for inner, value in data.items():
            yield from _tables(f"{key}.{inner}".lstrip("."), value, head)
        return
    rows = data if isinstance(data, list) else []
    filled = bool(rows) and all(isinstance(row, list) and row for row in rows)
    if filled and not any(_holds(value) for row in rows for value in row):
        yield key, rows, head


def _plain_grid(key: str, items: list[Any], head: list[str], name: str, limits: Limits) -> Grid:
    """An array of arrays as a grid; ``row`` is the place in the array."""
    rows = [[_text(value) for value in item] for item in items]
    _check_size(max(map(len, rows)), len(rows), name, limits)
    named = bool(head) and len(head) >= max(map(len, rows))
    return Grid(name=key, rows=[head, *rows] if named else rows, first_row=0 if named else 1)


def _flat(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects without objects inside: 企业 with a list of 产品 is a row for each product.

    An inner object gives its keys a prefix; of several inner lists none is taken apart.
    """
    flat = []
    for item in items:
        plain: dict[str, Any] = {}
        for key, value in item.items():
            if isinstance(value, dict) and value and not any(map(_holds, value.values())):
                plain |= {f"{key}.{inner}": text for inner, text in value.items()}
            else:
                plain[key] = value
        lists = [key for key, value in plain.items() if _is_list_of_objects(value)]
        if len(lists) == 1:
            inner = plain.pop(lists[0])
            flat += [{**plain, **row} for row in _flat(inner)]
        else:
            flat.append(plain)
    return flat


def _holds(value: Any) -> bool:
    return isinstance(value, list | dict)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _grid(key: str, items: list[dict[str, Any]], name: str, limits: Limits) -> Grid:
    header: dict[str, int] = {}
    items = _flat(items)
    for item in items:
        for inner in item:
            header.setdefault(inner, len(header))
    _check_size(len(header), len(items), name, limits)
    rows = [list(header)]
    for item in items:
        row = [""] * len(header)
        for inner, value in item.items():
            row[header[inner]] = _text(value)
        rows.append(row)
    return Grid(name=key, rows=rows, first_row=0)


def _check_size(columns: int, rows: int, name: str, limits: Limits) -> None:
    if columns > limits.columns:
        raise UnreadableListError(f"{name} 的对象有 {columns} 种键，不像清单")
    if rows > limits.rows or columns * rows > limits.cells:
        raise UnreadableListError(
            f"{name} 的对象太多，超过上限（{limits.rows} 行、{limits.cells} 格），请拆成几个文件"
        )


def _text(value: Any) -> str:
    if isinstance(value, list) and all(not isinstance(v, list | dict) for v in value):
        return "、".join(cell_text(v) for v in value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)
