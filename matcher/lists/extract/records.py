"""JSON lists to a grid: an array of objects, or an object that holds one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matcher.errors import UnreadableListError
from matcher.lists.extract.plain import decode
from matcher.lists.grid import Grid, cell_text
from matcher.lists.limits import Limits


def extract(path: Path, limits: Limits) -> tuple[list[Grid], str]:
    """Grids of all arrays of objects at the top or one level below; keys become the header.

    ``row`` of such a list is the 1-based place of the object in its array.

    Raises:
        UnreadableListError: Not JSON, or no array of objects in it.
    """
    text, encoding = decode(path.read_bytes(), path.name)
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise UnreadableListError(
            f"{path.name} 第 {error.lineno} 行第 {error.colno} 字处不是合法的 JSON，请检查导出程序"
        ) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableListError(f"{path.name} 的 JSON 嵌套过深或数字过长，不像清单") from error
    arrays = {"": data} if isinstance(data, list) else data if isinstance(data, dict) else {}
    grids = [
        _grid(name, value, path, limits)
        for name, value in arrays.items()
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    ]
    if not grids:
        raise UnreadableListError(
            f"{path.name} 里没有由对象组成的数组，请按 [{{…}}, {{…}}] 的形式导出"
        )
    return grids, encoding


def _grid(name: str, items: list[dict[str, Any]], path: Path, limits: Limits) -> Grid:
    header: dict[str, int] = {}
    for item in items:
        for key in item:
            header.setdefault(key, len(header))
    if len(header) > limits.columns:
        raise UnreadableListError(f"{path.name} 的对象有 {len(header)} 种键，不像清单")
    rows = [list(header)]
    for item in items:
        row = [""] * len(header)
        for key, value in item.items():
            row[header[key]] = _text(value)
        rows.append(row)
    return Grid(name=name, rows=rows, first_row=0)


def _text(value: Any) -> str:
    if isinstance(value, list) and all(not isinstance(v, list | dict) for v in value):
        return "、".join(cell_text(v) for v in value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)
