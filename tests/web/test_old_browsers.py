"""Templates and styles use nothing newer than Chromium 86, nothing inline, and nothing of others.

Domestic browsers on Windows 7 stand still at Chromium 86. What came later is looked for by name.
"""

from __future__ import annotations

import re

import pytest

from tests.tools import ROOT

WEB = ROOT / "web"
STYLES = sorted((WEB / "static").rglob("*.css"))
SCRIPTS = sorted((WEB / "static").rglob("*.js"))
PAGES = sorted((WEB / "templates").rglob("*.html"))

# Pattern → the version of Chromium it came with.
NEW_STYLES = {
    r":has\(": 105, r"@container|container-(?:type|name)": 105, r"@layer": 99, r"@scope": 118,
    r"@property": 85.5, r"@starting-style": 117, r":is\(|:where\(": 88, r"aspect-ratio\s*:": 88,
    r"(?<![\w-])inset\s*:|inset-(?:block|inline)\s*:": 87, r"accent-color": 93,
    r"color-mix\(|(?:ok)?l(?:ab|ch)\(": 111, r"\d(?:dvh|svh|lvh|dvw|cqw|cqi)\b": 108,
    r"text-wrap\s*:\s*(?:balance|pretty)": 114, r"content-visibility": 85.5,
    r"overflow\s*(?:-[xy])?\s*:\s*clip": 90, r"scrollbar-gutter": 94, r":modal|::backdrop": 105,
    r"(?<![\w-])(?:translate|rotate|scale)\s*:": 104, r"subgrid": 117, r"field-sizing": 123,
    r"[{;]\s*&|^\s+&[\s.:>]": 112, r"@media[^{]*(?:<|>)=?": 104, r"light-dark\(": 123,
    r"break-inside\s*:\s*avoid-": 108, r"margin-trim": 999, r"round\(|mod\(": 125,
}  # fmt: skip
NEW_SCRIPTS = {
    r"\?\?=|\|\|=|&&=": 85.5, r"\.at\(": 92, r"^(?:const|let|var)?[^\n]*^await ": 89,
    r"\.replaceAll\(": 85.5, r"structuredClone": 98, r"Object\.hasOwn": 93, r"\.findLast": 97,
    r"\.(?:toSorted|toReversed|with|toSpliced)\(": 110, r"Array\.fromAsync": 121,
    r"Promise\.withResolvers": 119, r"static\s*\{": 94, r"#\w+\s+in\s": 91, r"\.groupBy\(": 117,
    r"showPopover|togglePopover": 114, r"new Set\([^)]*\)\.(?:union|intersection)": 122,
    r"/[dgimsuy]*v[dgimsuy]*(?=[;,)])": 112, r"with\s*\{\s*type": 123, r"Intl\.Segmenter": 87,
    r"AbortSignal\.timeout": 103, r"crypto\.randomUUID": 92,
}  # fmt: skip
NEW_PAGES = {
    r"\bpopover": 114, r"<search\b": 118, r"<selectlist\b|<selectedcontent\b": 135, r"\binert\b": 102,
    r"<details[^>]*\bname=": 120, r"loading=\"lazy\"[^>]*<iframe": 77, r"\bblocking=": 105,
    r"enterkeyhint|fetchpriority": 101,
}  # fmt: skip
INLINE = {
    r"<script(?![^>]*\bsrc=)": "inline script", r"<style\b": "inline style",
    r"\sstyle\s*=": "style attribute", r"\son[a-z]+\s*=\s*[\"']": "handler", r"javascript:": "script",
    r"\|\s*safe\b|autoescape\s+false|Markup\(": "text that is not escaped",
}  # fmt: skip
ELSEWHERE = r"(?:https?:)?//(?!www\.w3\.org/)[\w.-]+\.[a-z]{2,}"


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|<!--.*?-->|\{#.*?#\}", "", text, flags=re.DOTALL)


def found(text: str, patterns) -> list[str]:
    return [p for p in patterns if re.search(p, without_comments(text), re.MULTILINE)]


def test_there_is_something_to_look_at():
    assert len(STYLES) >= 1
    assert len(PAGES) >= 10


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_styles(path):
    text = path.read_text(encoding="utf-8")
    assert found(text, NEW_STYLES) == []
    assert re.findall(ELSEWHERE, without_comments(text)) == []
    assert "@import" not in text


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_scripts(path):
    text = path.read_text(encoding="utf-8")
    assert found(text, NEW_SCRIPTS) == []
    assert re.findall(ELSEWHERE, without_comments(text)) == []
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_pages(path):
    text = path.read_text(encoding="utf-8")
    assert found(text, NEW_PAGES) == []
    assert found(text, INLINE) == []
    assert re.findall(ELSEWHERE, without_comments(text)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_form_that_changes_something_has_its_token(path):
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r'<form method="post".*?</form>', text, re.DOTALL):
        assert "hidden_tag()" in form or "csrf_token()" in form


@pytest.mark.parametrize(
    ("patterns", "bad", "good"),
    [
        (NEW_STYLES, "a:has(b) {}", "a:hover {}"),
        (NEW_STYLES, "a { b { color: red } }\n  & .c {}", "a { color: red }"),
        (NEW_STYLES, "a { inset: 0 }", "a { box-shadow: inset 0 -1px red }"),
        (NEW_STYLES, "a { aspect-ratio: 1 }", "a { transform: scale(2) }"),
        (NEW_SCRIPTS, "a ??= 1", "a = a ?? 1"),
        (NEW_SCRIPTS, "list.at(-1)", "list[list.length - 1]"),
        (NEW_PAGES, "<div popover>", "<div>"),
        (INLINE, '<a onclick="x()">', '<a href="x">'),
        (INLINE, "<script>x</script>", '<script src="x.js"></script>'),
        (INLINE, '<p style="x">', "<p>"),
    ],
)
def test_the_lint_finds_and_spares(patterns, bad, good):
    assert found(bad, patterns)
    assert not found(good, patterns)
