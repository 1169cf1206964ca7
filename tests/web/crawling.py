"""Reading pages as a browser does: their links, and their forms with what stands in the fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


@dataclass
class Form:
    """A form of a page."""

    action: str
    method: str
    multipart: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    @property
    def key(self):
        """What tells forms apart: the same form stands on many pages, with many ids and filters."""
        seen = tuple(sorted(set(self.fields) - self.hidden))
        return self.method, _shape(self.action)[0], seen, tuple(self.files)


def _shape(address):
    parts = urlsplit(address)
    words = ["…" if any(c.isdigit() for c in word) else word for word in parts.path.split("/")]
    return "/".join(words), bool(parts.query)  # one page with filters stands for all of them


class Page(HTMLParser):
    """Links and forms of one page."""

    def __init__(self, address, text):
        super().__init__()
        self.address, self.links, self.forms = address, [], []
        self._form = self._select = self._area = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        name = held.get("name")
        if tag == "a" and held.get("href"):
            self.links.append(urljoin(self.address, held["href"]))
        elif tag == "form":
            self._form = Form(
                urljoin(self.address, held.get("action") or self.address),
                held.get("method", "get").lower(),
                held.get("enctype") == "multipart/form-data",
            )
            self.forms.append(self._form)
        elif self._form is None or not name:
            return
        elif tag == "input" and held.get("type") == "file":
            self._form.files.append(name)
        elif tag == "input" and held.get("type") == "hidden":
            self._form.fields[name] = held.get("value") or ""
            self._form.hidden.add(name)
        elif tag == "input" and held.get("type") in {"submit", "image"}:
            self._form.buttons.append((name, held.get("value") or ""))
        elif tag == "input":
            if held.get("type") not in {"checkbox", "radio"} or "checked" in held:
                self._form.fields[name] = held.get("value") or ""
            else:
                self._form.fields.setdefault(name, "")
        elif tag == "select":
            self._select = name
            self._form.fields.setdefault(name, "")
        elif tag == "textarea":
            self._area = name
            self._form.fields[name] = ""
        elif tag == "button" and held.get("type", "submit") == "submit":
            self._form.buttons.append((name, held.get("value") or ""))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if self._form is not None and self._area:
            self._form.fields[self._area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None


def shape(address):
    """An address without its ids: pages of one shape are one page with other rows."""
    return _shape(address)


def crawled(browser, start="/", *, deepest=200):
    """Every page that can be reached by links, one of each shape: (address, page)."""
    waiting, seen = [start], set()
    while waiting and len(seen) < deepest:
        address = waiting.pop(0)
        if shape(address) in seen:
            continue
        seen.add(shape(address))
        sent = browser.get(address)
        if sent.status_code == 303:
            waiting.append(sent.headers["Location"])
        if sent.status_code != 200 or not sent.content_type.startswith("text/html"):
            continue
        page = Page(address, sent.get_data(as_text=True))
        yield address, page
        waiting += [link for link in page.links if not urlsplit(link).netloc]


def forms_of(browser):
    """Every form of the pages that can be reached, each once."""
    found = {}
    for _address, page in crawled(browser):
        for form in page.forms:
            found.setdefault(form.key, form)
    return found.values()
