"""Every field of every form, and every filter of every page, with text that means harm.

The forms are found by following the links of each role's pages, so a new page comes under this
test by being linked.
"""

from __future__ import annotations

import io
import re
from urllib.parse import urlencode, urlsplit

import pytest

from matcher.store import Role
from tests.web.crawling import Form, crawled, forms_of
from web import create_app

MARK = "h0st1le"
HOSTILE = (
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"'-{MARK}()-'",
    f"javascript:{MARK}()",
    "{{ 7*191 }}{% raise %}",
    "=cmd|' /C calc'!A0",
    "' OR 1=1; DROP TABLE users --",
    "../../../../etc/passwd",
    "a\x00b",
    "\u202e反\u2066向\ufeff😀𬭚",
    "行一\r\n行二\nSet-Cookie: a=b",
    "%s%n%(x)s{0}",
    "-1",
    "9" * 400,
    "9223372036854775808",
    "1e999",
    "NaN",
    "٣",
    "长" * 20_000,
)
QUIET = {"/account/logout"}  # ends the session that the test uses


@pytest.fixture
def app(path, cheap):
    return create_app(
        {
            "DATABASE": str(path), "TESTING": True, "PROPAGATE_EXCEPTIONS": False,
            "RATE_LIMIT": "1000000 per minute", "FAILURE_LIMIT": "1000000 per minute",
        }
    )  # fmt: skip


def executed(text):
    """What a browser would run of our mark; fields and text hold it escaped."""
    return re.findall(
        rf"<script>{MARK}|<img src=x onerror={MARK}|<[^>]+(?:href|src)=.javascript:{MARK}|1337",
        text,
    )


def attacks(form: Form, number: int):
    """Every text in all fields at once, and in each field alone one text after the other."""
    names = [name for name in form.fields if name != "csrf_token"]
    usual = form.fields | dict(form.buttons[:1])
    if names:
        yield from (usual | dict.fromkeys(names, text) for text in HOSTILE)
    for place, name in enumerate(names):
        yield usual | {name: HOSTILE[(number + place) % len(HOSTILE)]}


def send(browser, form: Form, data):
    if form.method == "get":
        return browser.get(f"{urlsplit(form.action).path}?{urlencode(data)}")
    return browser.client.post(form.action, data=data)


@pytest.mark.parametrize("role", list(Role))
def test_hostile_text_in_every_field(enter, store, role):
    browser = enter(role.value)
    forms = [form for form in forms_of(browser) if urlsplit(form.action).path not in QUIET]
    assert len(forms) >= 2
    for number, form in enumerate(forms):
        for data in attacks(form, number):
            sent = send(browser, form, data)
            where = (form.method, form.action, {n: t[:40] for n, t in data.items()})
            assert sent.status_code < 500, where
            shown = sent.get_data(as_text=True)
            assert executed(shown) == [], where
            assert "Traceback" not in shown, where
            assert "\n" not in sent.headers.get("Location", ""), where
        if store.users.find(role.value).disabled or browser.get("/").status_code == 303:
            browser = enter(role.value)  # a form may have ended the session
    for address, _page in crawled(browser):
        assert executed(browser.get(address).get_data(as_text=True)) == [], address
    assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert store.audit.verify().fault == ""


NAMES = (
    "../../evil.xlsx", "..\\..\\evil.xlsx", "/etc/passwd", "a\x00.xlsx", "<script>.xlsx",
    "x" * 3000 + ".xlsx", "", "CON.xlsx", "\u202excod.exe",
)  # fmt: skip
CONTENTS = (
    b"",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    b"%PDF-1.7",
    b"\xff" * 4096,
    b"a,b\n1,2",
)


@pytest.mark.parametrize("role", list(Role))
def test_hostile_files_in_every_upload(enter, path, role):
    browser = enter(role.value)
    before = {p.name for p in path.parent.iterdir()}
    for form in (form for form in forms_of(browser) if form.files):
        for field in form.files:
            for name in NAMES:
                for content in CONTENTS:
                    data = form.fields | dict(form.buttons[:1])
                    sent = browser.client.post(
                        form.action, data=data | {field: (io.BytesIO(content), name)},
                        content_type="multipart/form-data",
                    )  # fmt: skip
                    assert sent.status_code < 500, (form.action, name, content[:8])
                    assert executed(sent.get_data(as_text=True)) == []
    after = {p.name for p in path.parent.iterdir() if "-wal" not in p.name and "-shm" not in p.name}
    assert after <= before | {path.name}
