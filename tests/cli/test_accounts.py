"""``users`` and ``audit``: what an operator does on the machine itself."""

from __future__ import annotations

import sqlite3

from matcher.store import Purpose, Role, Store
from tests.cli.running import complaint, xieshou


def test_the_log_is_listed_and_verified(imported):
    listed = xieshou("audit", "list", "--action", "list")
    assert listed.code == 0
    assert listed.out.count("list.import") == 2
    assert "需求 清单.csv" in listed.out
    rows = xieshou("audit", "list", "--json").json
    assert {row["role"] for row in rows} == {"command line"}
    assert xieshou("audit", "list", "--until", "2020-01-01").out.startswith("没有符合条件")
    assert (
        len(xieshou("audit", "list", "--since", "2020-01-01", "--limit", "1", "--json").json) == 1
    )
    head = xieshou("audit", "verify", "--json").json["head"]
    xieshou("run")
    assert xieshou("audit", "verify", "--head", head).code == 0
    complaint(xieshou("audit", "verify", "--head", "0" * 64), "链头")
    complaint(xieshou("audit", "list", "--since", "昨天"), "昨天", "2026-11-01")
    complaint(xieshou("audit", "shorten"), "shorten")


def test_a_changed_log_is_found(imported):
    with sqlite3.connect(imported) as db:
        db.execute("DROP TRIGGER audit_keeps_rows")
        db.execute("UPDATE audit SET actor = 'somebody else' WHERE id = 2")
    db.close()
    complaint(xieshou("audit", "verify"), "第 2 条审计记录被改过", "备份")


def test_users_are_listed_and_get_links(imported):
    assert "还没有账号" in xieshou("users").out
    with Store(imported) as store:
        store.users.add("zhang", Role.ADMIN, full_name="张三")
        old = store.users.add("li", Role.COUNTY_REVIEWER, county="博乐市")
        store.users.change(old.id, disabled=True)
    out = xieshou("users").out
    assert "zhang　张三　系统管理员　未设密码" in out
    assert "li　县市审核员　博乐市　已停用" in out
    assert [user["name"] for user in xieshou("users", "--json").json] == ["li", "zhang"]
    made = xieshou("users", "--link", "Zhang", "--url", "https://x.example.cn/")
    address = made.out.splitlines()[-1]
    assert address.startswith("https://x.example.cn/setup?link=")
    with Store(imported) as store:
        assert store.links.look(address.rpartition("=")[2]).purpose is Purpose.PASSWORD
    complaint(xieshou("users", "--link", "wang"), "wang")
    complaint(xieshou("users", "--link", "li"), "停用")
