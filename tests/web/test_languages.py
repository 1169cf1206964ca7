"""Chinese first, English second: every text has its translation, without anything to build."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask_babel import force_locale

from tests.tools import ROOT
from web.times import moment

# Pages that the coming ones take the place of; their texts are not translated yet.
NOT_YET: set[str] = set()


@cache
def catalogue():
    """Of each area a file; a text that two areas share stands in common.po."""
    found = []
    for path in sorted((ROOT / "web" / "translations" / "en").glob("*.po")):
        with path.open("rb") as stream:
            found += [message for message in read_po(stream, locale="en") if message.id]
    return found


def texts():
    ways = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
    in_context = ((1, "c"), 2)
    keywords = {"_": None, "_l": None} | dict.fromkeys(("_p", "_lp", "pgettext"), in_context)
    found = extract_from_dir(ROOT / "web", method_map=ways, keywords=keywords)
    return {(m[4], m[2][1] if isinstance(m[2], tuple) else m[2]) for m in found}


def test_every_text_is_translated_and_no_translation_is_left_over():
    known = Counter((message.context, message.id) for message in catalogue())
    assert texts() == set(known)
    assert [text for text, times in known.items() if times > 1] == [], "belongs into common.po"
    for message in catalogue():
        assert message.string, message.id
        assert not re.search("[\u4e00-\u9fff]", message.string), message.string
        holes = re.compile(r"%\(\w+\)s")
        assert sorted(holes.findall(message.id)) == sorted(holes.findall(message.string))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "web" / "templates").rglob("*.html")), ids=lambda p: p.name
)
def test_no_chinese_stands_in_a_template_without_its_translation(path):
    if path.name in NOT_YET:
        pytest.skip("not translated yet")
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{#.*?#\}|<pre>.*?</pre>", "", text, flags=re.DOTALL)  # commands are commands
    bare = re.sub(r"_\('[^']*'|pgettext\('[a-z]*', '[^']*'", "", text)
    assert re.findall("[\u4e00-\u9fff]+", bare) == []


def test_the_language_is_switched_and_kept(stranger, enter):
    assert "用户名" in stranger.get("/login").get_data(as_text=True)
    stranger.get("/login?language=en")
    shown = stranger.get("/login").get_data(as_text=True)
    assert 'lang="en"' in shown
    assert "User name" in shown
    stranger.get("/login?language=xx")
    assert "User name" in stranger.get("/login").get_data(as_text=True)
    stranger.login("admin")
    assert "Audit" in stranger.get("/admin/settings").get_data(as_text=True), "kept through login"
    browser = enter("admin")
    browser.post("/account/language", {"language": "en"}, page="/account/password")
    page = browser.get("/admin/settings").get_data(as_text=True)
    bare = re.sub(r">[^<]*某[^<]*<|lang=\"zh\">中文", "", page)
    assert not re.search("[\u4e00-\u9fff]", bare), re.findall("[\u4e00-\u9fff]+", bare)
    browser.post("/account/language", {"language": "zh"}, page="/account/password")
    assert "审计" in browser.get("/admin/audit").get_data(as_text=True)


def test_a_browser_that_asks_for_english_gets_chinese(stranger):
    shown = stranger.get("/login", headers={"Accept-Language": "en-US"}).get_data(as_text=True)
    assert "用户名" in shown


def test_moments_are_written_as_the_language_writes_them(app):
    for language, written in (("zh", "2026年11月25日 19:05"), ("en", "2026-11-25 19:05")):
        with app.test_request_context("/login"), force_locale(language):
            assert moment("2026-11-25T11:05:35.000Z") == written


def test_one_word_of_two_meanings_has_both_in_english(enter):
    """The menu names lists and things to do, the log what happened, a stage how far it has come."""
    browser = enter("admin")
    browser.post("/account/language", {"language": "en"}, page="/account/password")
    menu = browser.get("/engagements/2").get_data(as_text=True)
    for name in ("Firms", "Review", "Matching", "Engagements", "Chains", "Log out"):
        assert re.search(rf">\s*{name}\s*</", menu), name
    assert re.search(r"Introduced", menu)
    assert re.search(r"Demand <span", menu)
