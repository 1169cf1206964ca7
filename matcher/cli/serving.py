"""Commands ``demo`` and ``serve``."""

from __future__ import annotations

from importlib.resources import as_file
from pathlib import Path

import click

from matcher.cli.common import console, database, db_option
from matcher.cli.failures import reason_of
from matcher.cli.files import check_out, fresh_path
from matcher.cli.matching import DEFAULT_OUT, SUFFIXES, run_store, write_result
from matcher.errors import XieshouError

SAMPLES = ("需求清单.xlsx", "供给清单_博乐.docx", "供给清单_县市.csv")
host_option = click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。")
port_option = click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口。"
)


@click.command()
@database("demo.db")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help=f"匹配建议工作簿；不写时为 {DEFAULT_OUT}，已存在则另取名。")  # fmt: skip
@click.option("--serve", "stay", is_flag=True, help="做完后打开网页服务。")
@host_option
@port_option
def demo(db: Path, out: Path | None, host: str, port: int, *, stay: bool) -> None:
    """导入自带的示例清单，撮合一次，写出匹配建议，并说明下一步。

    \b
    例：
        xieshou demo --db demo.db
        xieshou demo --db demo.db --serve
    """
    from matcher.lists import read_list
    from matcher.ranking import Parameters
    from matcher.store import Store
    from matcher.tables import corpus

    target = out or fresh_path(Path(DEFAULT_OUT))
    check_out(target, SUFFIXES, inputs=[db])
    screen = console()
    readings = []
    for name in SAMPLES:
        with as_file(corpus(f"samples/{name}")) as path:
            readings.append(read_list(path))
    with Store(db) as store:
        names = {listed["file_name"] for listed in store.lists.all()}
        if names and not names.intersection(SAMPLES):
            raise XieshouError(
                f"{db} 里已有自己的清单，示例会混进去，请用 --db 另指定一个文件，如 --db demo.db"
            )
        with store.transaction():
            reports = [store.lists.add(reading) for reading in readings]
        for reading, report in zip(readings, reports, strict=True):
            state = "以前导入过，没有改动" if report.already else f"读入 {report.rows} 行"
            screen.print(f"示例清单 {reading.file}：{state}，问题 {report.problems} 处")
        run_id, result = run_store(store, Parameters())
        result = type(result)(result.ranking, result.demands, result.supplies, readings)
        write_result(result, target, title="供需匹配建议（示例）", store=store)
    ranking = result.ranking
    screen.print(
        f"第 {run_id} 次撮合：需求 {len(result.demands)} 条，供给 {len(result.supplies)} 条，"
        f"建议 {len(ranking.suggestions)} 条，断点 {len(ranking.gaps)} 条",
    )
    screen.print(f"已写出 {target}\n下一步：\n{_next_steps(target, db)}")
    if stay:
        run_server(db, host, port)


def _next_steps(target: Path, db: Path) -> str:
    """What to do with the result; only a workbook can be reviewed."""
    file, base = (f'"{path}"' if " " in str(path) else str(path) for path in (target, db))
    review = [
        f"打开 {target}，在“审核”列选 采纳 或 不采纳，存盘",
        f"xieshou decide {file} --db {base}",
        f"xieshou catalogue --db {base} --out 推荐目录.docx",
    ]
    draft = [f"xieshou catalogue --db {base} --out 推荐目录（草案）.docx --draft"]
    steps = review if target.suffix.lower() == ".xlsx" else draft
    return "\n".join(f"  {step}" for step in (*steps, f"xieshou serve --db {base}"))


@click.command()
@db_option
@host_option
@port_option
def serve(db: Path, host: str, port: int) -> None:
    """打开网页服务；默认只有本机能访问。

    \b
    例：
        xieshou serve --db xieshou.db --port 8000
    """
    run_server(db, host, port)


def run_server(db: Path, host: str, port: int) -> None:
    """Serve the pages until stopped.

    Raises:
        XieshouError: The port is taken, or the address is not of this machine.
        StoreError: The database cannot be opened.
    """
    import waitress

    from matcher.store import Store
    from web import create_app

    Store(db, create=False).close()
    app = create_app({"DATABASE": str(db)})
    try:
        server = waitress.create_server(app, host=host, port=port, threads=8, ident=None)
    except (OSError, ValueError) as error:  # waitress says ValueError of a host it cannot resolve
        why = reason_of(error) if isinstance(error, OSError) else "不认识这个地址"
        raise XieshouError(
            f"不能在 {host}:{port} 上服务（{why}），请用 --host、--port 换一个地址或端口"
        ) from error
    shown = f"[{host}]" if ":" in host else host
    console().print(f"网页服务：http://{shown}:{port}/　（按 Ctrl-C 停止）")
    if host not in {"127.0.0.1", "::1", "localhost"}:
        console().print("注意：这一版还没有登录，局域网里任何人都能看到清单内容")
    server.run()
