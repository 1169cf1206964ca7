"""Running the command line: in this process for speed, in a process of its own where it matters."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tools import ROOT

DEMANDS = """需求编号,产业链,链主企业,产品名称,类别,规格,年需求量,单位,县市,公开范围
001,铜,新疆甲铜业有限公司,电解铜,关键原材料,Cu-CATH-1,1.2万,吨,博乐市,公开
002,铜,新疆甲铜业有限公司,无缝钢管,关键零部件,DN50 20#,300,吨,博乐市,公开
003,番茄,精河丁番茄有限公司,无菌袋,关键要素,220L,50-80,万条,精河县,匿名
004,番茄,精河丁番茄有限公司,安全帽,关键要素,,面议,顶,精河县,仅主管部门
"""
SUPPLIES = """供给编号,企业名称,县市,梯度,主导产品,规格,年产能,单位
1,博乐乙金属有限公司,博乐市,专精特新,阴极铜,Cu-CATH-1,5000,吨
2,博乐丙管业有限公司,博乐市,,无缝钢管,DN50 20#,400,吨
3,精河戊包装有限公司,精河县,小巨人,番茄酱无菌袋,220L,60万,条
4,博乐己劳保用品有限公司,博乐市,,安全帽,ABS,2万,顶
"""


@dataclass(frozen=True)
class Result:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def xieshou(*arguments: object) -> Result:
    """A command in this process, as ``python -m matcher`` would run it."""
    from matcher.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(a) for a in arguments])
        except SystemExit as end:
            code = end.code
    out.flush()
    err.flush()
    said = (stream.buffer.getvalue().decode("utf-8") for stream in (out, err))
    return Result(int(code or 0), *said)


def process(*arguments: object, cwd: Path, encoding: str = "utf-8", **environment: str) -> Result:
    """A command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "matcher", *map(str, arguments)],
        cwd=cwd, env=surroundings(**environment), capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    return Result(
        done.returncode, *(s.decode(encoding, "replace") for s in (done.stdout, done.stderr))
    )


def surroundings(**environment: str) -> dict[str, str]:
    """The environment of a command's process: ours, without what would change its answer."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("XIESHOU_", "PYTHON"))}
    return plain | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | environment


def complaint(result: Result, *words: str, code: int = 2) -> str:
    """Check that a command failed as it should: one Chinese line on stderr, nothing else there."""
    assert result.code == code, result
    (line,) = result.err.splitlines()
    assert line.startswith("错误："), line
    assert "Traceback" not in result.out + result.err
    assert "程序内部出错" not in line, line
    for word in words:
        assert word in line, line
    return line
