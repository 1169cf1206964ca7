"""A disk that is full and a database that somebody else holds: said in one sentence, nothing changed."""

from __future__ import annotations

import contextlib
import io
import sqlite3

import pytest

from matcher.store import EVERYTHING, Role, database
from tests.store.making import dump
from tests.web.crawling import crawled, forms_of

resource = pytest.importorskip("resource", reason="limits of files are told to POSIX systems")
LIST = "供给编号,企业名称,产品名称\nS900,博州某厂,铜排\n"


@contextlib.contextmanager
def full_disk(_path):
    """No file may grow and none be written to: what a full disk does, without filling one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def somebody_writes(path):
    """Another program is in the middle of a long change."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


TROUBLES = {"full": (full_disk, "磁盘"), "locked": (somebody_writes, "正被占用")}


@pytest.fixture(params=TROUBLES)
def trouble(request, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.02)
    return TROUBLES[request.param]


def sent_in(browser, form):
    data = form.fields | dict(form.buttons[:1])
    for field in form.files:
        data[field] = (io.BytesIO(LIST.encode()), "供给.csv")
    kind = "multipart/form-data" if form.files else None
    return browser.client.post(form.action, data=data, content_type=kind)


def judge(sent, path, word, where):
    """Whether it was refused for the trouble: in one sentence, which tells nothing of the machine."""
    text = sent.get_data(as_text=True)
    assert sent.status_code in {200, 303, 400, 404, 409, 422, 503}, (where, sent.status_code, text)
    assert str(path.parent) not in text, where
    refused = word in text
    assert refused == ("没有改动" in text), where
    assert refused or sent.status_code != 503, where
    return refused


@pytest.mark.parametrize("role", list(Role))
def test_every_form_and_page_in_trouble(enter, store, path, trouble, role):
    happens, word = trouble
    browser = enter(role.value)
    pages = [address for address, _ in crawled(browser)]
    forms = [form for form in forms_of(browser) if form.method == "post"]
    before = dump(store)
    with happens(path):
        told = [judge(browser.get(address), path, word, address) for address in pages]
        told += [judge(sent_in(browser, form), path, word, form.action) for form in forms]
    assert dump(store) == before
    assert told.count(True) >= 2
    for address in pages:
        assert browser.get(address).status_code == 200, "as if nothing had been"


def test_what_was_refused_goes_through_afterwards(enter, store, path, trouble):
    happens, word = trouble
    browser = enter("reviewer")
    (form,) = (f for f in forms_of(browser) if f.action == "/imports" and f.files)
    with happens(path):
        sent = sent_in(browser, form)
    assert judge(sent, path, word, form.action)
    assert sent_in(browser, form).status_code == 303
    assert store.imports.all(EVERYTHING, limit=1)[0].file_name == "供给.csv"


def _newer(path):
    with sqlite3.connect(path) as other:
        other.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('xieshou', 'of_next_year', '2030-01-01')"
        )
    other.close()


def _gone(path):
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def _garbage(path):
    _gone(path)
    path.write_bytes(b"no database " * 1000)


@pytest.mark.parametrize(
    ("harm", "word"), [(_newer, "请升级程序"), (_gone, "数据库"), (_garbage, "请用备份恢复")]
)
def test_a_database_that_cannot_be_opened_any_more(enter, store, path, harm, word):
    """While the server runs somebody updates, moves or overwrites the file: one sentence, no 500."""
    browser = enter("reviewer")
    store.close()
    harm(path)
    for sent in (
        browser.get("/demands"), browser.get("/login"), browser.client.post("/account/language"),
    ):  # fmt: skip
        said = sent.get_data(as_text=True)
        assert sent.status_code in {400, 503}, said
        assert str(path.parent) not in said
    answer = browser.get("/demands")
    assert answer.status_code == 503
    assert word in answer.get_data(as_text=True)
