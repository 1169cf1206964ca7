"""A server process of ours, started for a test and ended by its own id."""

from __future__ import annotations

import contextlib
import http.cookiejar
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.cli.running import surroundings


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(*arguments: object, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on running, until the end of the block."""
    child = subprocess.Popen(
        [sys.executable, "-m", "matcher", *map(str, arguments)],
        cwd=cwd, env=surroundings(PYTHONUNBUFFERED="1"), encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield child
    finally:
        child.terminate()
        child.communicate(timeout=30)


def answer(
    child: subprocess.Popen[str], port: int, path: str = "/", seconds: float = 60
) -> tuple[int, str]:
    """Status and text of a page, as soon as the server answers at all."""
    until = time.monotonic() + seconds
    while True:
        assert child.poll() is None, child.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as page:
                return page.status, page.read().decode("utf-8")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8")
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < until, "no answer"
            time.sleep(0.1)


def links(child: subprocess.Popen[str], number: int) -> list[str]:
    """The one-time links that a starting server prints."""
    assert child.stdout is not None
    found: list[str] = []
    while len(found) < number:
        line = child.stdout.readline()
        assert line, child.communicate()
        found += re.findall(r"http\S+link=\S+", line)
    return found


def token_of(page: str) -> str:
    """The token of the forms of a page."""
    (token, *_) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return token


class Visitor:
    """A browser without a screen, for a server process: keeps cookies, sends forms."""

    def __init__(self) -> None:
        self.jar = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open

    def ask(self, address: str, data: bytes | None = None, kind: str = "") -> tuple[str, str]:
        """Address and text of the page that comes, after all redirections."""
        sent = urllib.request.Request(address, data, {"Content-Type": kind} if kind else {})
        with self._open(sent, timeout=30) as page:
            return page.url, page.read().decode("utf-8")

    def get(self, address: str) -> str:
        return self.ask(address)[1]

    def post(self, address: str, **form: str) -> tuple[str, str]:
        """Send a form whose fields are known, its token among them."""
        return self.ask(address, urllib.parse.urlencode(form).encode())

    def send(self, address: str, **form: str) -> str:
        """Fill in the form of a page and send it; the page that comes then."""
        return self.post(address, csrf_token=token_of(self.get(address)), **form)[1]

    def upload(self, address: str, name: str, content: bytes, **form: str) -> tuple[str, str]:
        """Hand in a file by the form of a page."""
        mark = "----a-mark-that-is-in-no-list----"
        parts = [f'name="{field}"\r\n\r\n{text}'.encode() for field, text in form.items()]
        parts.append(f'name="file"; filename="{name}"\r\n\r\n'.encode() + content)
        lead = f"--{mark}\r\nContent-Disposition: form-data; ".encode()
        body = b"".join(lead + part + b"\r\n" for part in parts) + f"--{mark}--\r\n".encode()
        return self.ask(address, body, f"multipart/form-data; boundary={mark}")

    def enter(self, link: str) -> str:
        """Sign in by a one-time link; the first page."""
        self.get(link)
        return self.send(link.partition("?")[0], enter="1")

    def set_up(self, link: str) -> str:
        """Become the first administrator; the first page."""
        self.get(link)
        form = {"name": "zhang", "password": "correct horse battery"}
        return self.send(link.partition("?")[0], repeated=form["password"], **form)
