"""``demo`` and ``serve``: from nothing to pages in one command, on this machine alone."""

from __future__ import annotations

import socket

import openpyxl

from matcher.store import Store
from tests.cli.running import complaint, process, xieshou
from tests.cli.serving import Visitor, answer, free_port, links, served


def test_demo_twice(here):
    first = xieshou("demo", "--db", "示例 库.db")
    assert (first.code, first.err) == (0, "")
    assert "已写出 匹配建议.xlsx" in first.out
    assert 'xieshou decide 匹配建议.xlsx --db "示例 库.db"' in first.out
    again = xieshou("demo", "--db", "示例 库.db")
    assert again.code == 0
    assert again.out.count("以前导入过，没有改动") == 3
    assert "已写出 匹配建议-2.xlsx" in again.out
    with Store("示例 库.db", create=False) as store:
        assert len(store.lists.all()) == 3
        assert store.runs.latest() == 2
    assert openpyxl.load_workbook("匹配建议.xlsx")["未读入的行"].max_row > 1


def test_demo_keeps_apart_from_lists_of_ones_own(imported):
    complaint(xieshou("demo", "--db", imported), "示例会混进去", "--db")
    with Store(imported) as store:
        assert len(store.lists.all()) == 2


def test_demo_hears_the_environment_like_every_command(here, monkeypatch):
    monkeypatch.setenv("XIESHOU_DB", str(here / "总库.db"))
    assert xieshou("demo").code == 0
    assert [path.name for path in here.glob("*.db")] == ["总库.db"]


def test_demo_writes_where_it_is_told(here):
    assert xieshou("demo", "--out", "结果.json").code == 0
    assert (here / "结果.json").stat().st_size > 100_000
    assert (here / "demo.db").exists()
    complaint(xieshou("demo", "--out", "没有/结果.json"), "没有")
    complaint(xieshou("demo", "--db", "没有/demo.db"), "没有")


def test_serve_answers_on_this_machine(imported, here):
    xieshou("run")
    port = free_port()
    with served("serve", "--db", imported, "--port", port, cwd=here) as child:
        (link,) = links(child, 1)
        assert link.startswith(f"http://127.0.0.1:{port}/setup?link=")
        assert answer(child, port)[0] == 200, "the login"
        assert answer(child, port, "/no-such-page")[0] == 404
        visitor = Visitor()
        assert "工作台" in visitor.set_up(link)
        assert "电解铜" in visitor.get(f"http://127.0.0.1:{port}/demands")
        assert "无缝钢管" in visitor.get(f"http://127.0.0.1:{port}/demands/002")
        # Not on the outside of the machine, unless somebody asks for it.
        with socket.socket() as outside:
            outside.settimeout(2)
            assert (
                outside.connect_ex((outside_address(), port)) != 0
                or outside_address() == "127.0.0.1"
            )


def test_once_there_is_an_administrator_no_link_is_printed(imported, here):
    port = free_port()
    with served("serve", "--db", imported, "--port", port, cwd=here) as child:
        (link,) = links(child, 1)
        Visitor().set_up(link)
    with served("serve", "--db", imported, "--port", port, cwd=here) as child:
        answer(child, port, "/health")
        child.terminate()
        assert "link=" not in child.communicate(timeout=30)[0]


def test_demo_serves_a_link_into_each_role(here):
    port = free_port()
    with served("demo", "--serve", "--port", port, cwd=here) as child:
        for link in links(child, 6):
            page = Visitor().enter(link)
            assert "退出" in page
            assert "工作台" in page


def test_the_address_that_people_use_is_the_one_of_the_links(imported, here):
    port = free_port()
    with served(
        "serve", "--db", imported, "--port", port, "--url", "https://x.example.cn", cwd=here
    ) as child:
        assert links(child, 1)[0].startswith("https://x.example.cn/setup?link=")
    complaint(process("serve", "--db", imported, "--url", "x.example.cn", cwd=here), "--url")


def outside_address() -> str:
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError:
        return "127.0.0.1"


def test_a_taken_port_is_one_sentence(imported, here):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = process("serve", "--db", imported, "--port", port, cwd=here)
    complaint(result, f"127.0.0.1:{port}", "端口已被占用", "--port")


def test_what_cannot_be_served_is_one_sentence(imported, here):
    complaint(process("serve", "--db", "没有.db", cwd=here), "没有.db")
    complaint(process("serve", "--host", "不是地址", cwd=here), "不是地址")
    complaint(
        process("serve", "--host", "203.0.113.9", "--port", free_port(), cwd=here), "203.0.113.9"
    )


def test_ctrl_c_ends_the_server_quietly(imported, here):
    import signal

    # Where the tests run in the background of a shell the signal is ignored, and children inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    port = free_port()
    with served("serve", "--db", imported, "--port", port, cwd=here) as child:
        answer(child, port, "/health")
        child.send_signal(signal.SIGINT)
        _, complaint_ = child.communicate(timeout=30)
        assert "Traceback" not in complaint_
