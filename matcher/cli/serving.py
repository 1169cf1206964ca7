"""Commands ``demo`` and ``serve``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import as_file
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from matcher.cli.accounts import demo_lines, setup_lines
from matcher.cli.common import console, database, db_option
from matcher.cli.failures import reason_of
from matcher.cli.files import check_out, fresh_path
from matcher.cli.matching import DEFAULT_OUT, SUFFIXES, run_store, write_result
from matcher.errors import XieshouError

if TYPE_CHECKING:
    from matcher.store import Store

_LOCAL = ("127.0.0.1", "localhost", "::1")
THREADS = 16  # a few of them hold the streams of jobs that are watched, see web.jobs
SAMPLES = ("需求清单.xlsx", "供给清单_博乐.docx", "供给清单_县市.csv")
host_option = click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。")
url_option = click.option(
    "--url", default="", help="大家在浏览器里用的地址，如 https://xieshou.example.cn；https 时 cookie 只走加密连接。",
)  # fmt: skip
proxies_option = click.option(
    "--proxies", type=click.IntRange(0, 5), default=0, show_default=True,
    help="前面有几层反向代理（nginx 等），只有它们能连到本程序时才写。",
)  # fmt: skip
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
        run_server(db, host, port, lines=demo_lines)


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
@url_option
@proxies_option
def serve(db: Path, host: str, port: int, url: str, proxies: int) -> None:
    """打开网页服务；默认只有本机能访问，要登录。

    还没有管理员时，会给出一条一次性链接，用它建立第一个管理员。

    \b
    例：
        xieshou serve --db xieshou.db --port 8000
    """
    run_server(db, host, port, url=url, proxies=proxies)


Lines = Callable[["Store", str], Iterator[str]]


def run_server(
    db: Path, host: str, port: int, *, url: str = "", proxies: int = 0, lines: Lines = setup_lines
) -> None:
    """Serve the pages until stopped.

    Args:
        db: The database.
        host: Address to listen on.
        port: Port to listen on.
        url: Address that people use, where it is another one: behind a proxy, with TLS.
        proxies: Number of proxies in front.
        lines: What to say when the server listens, of the store and the address for links.

    Raises:
        XieshouError: The port is taken, or the address is not of this machine.
        StoreError: The database cannot be opened.
    """
    import waitress

    from matcher.store import Store
    from web import create_app
    from web.protection import UPLOAD

    _check_url(url)
    local = host in _LOCAL
    hosts = [*_LOCAL, "[::1]"] if local and not url and not proxies else None
    app = create_app({"DATABASE": str(db), "URL": url, "PROXIES": proxies, "TRUSTED_HOSTS": hosts})
    try:
        server = waitress.create_server(
            app, host=host, port=port, threads=THREADS, ident=None, max_request_body_size=UPLOAD,
            clear_untrusted_proxy_headers=not proxies,
        )  # fmt: skip
    except (OSError, ValueError) as error:  # waitress says ValueError of a host it cannot resolve
        why = reason_of(error) if isinstance(error, OSError) else "不认识这个地址"
        raise XieshouError(
            f"不能在 {host}:{port} 上服务（{why}），请用 --host、--port 换一个地址或端口"
        ) from error
    shown = f"[{host}]" if ":" in host else host
    base = url.rstrip("/") or f"http://{shown}:{port}"
    screen = console()
    screen.print(f"网页服务：{base}/　（按 Ctrl-C 停止）")
    with Store(db, create=False) as store:
        for line in lines(store, base):
            screen.print(line)
    if not local and not url.startswith("https:"):
        screen.print("注意：连接没有加密，只宜在可信的内网使用，加密的做法见 docs/deployment.md")
    server.run()


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if url and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")
    ):
        raise XieshouError(
            f"--url 的“{url}”不是网页地址，请写成 https://xieshou.example.cn 的样子，后面不带路径"
        )
