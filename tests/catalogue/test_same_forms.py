"""The same catalogue gives the same bytes: whatever process, time zone, locale and hash seed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time

import pytest

from matcher.catalogue import CATALOGUE_SUFFIXES, to_document
from matcher.catalogue.fonts import NoFontError
from tests.catalogue.making import hostile
from tests.cli.running import surroundings
from tests.tools import ROOT

WAYS = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "77"},
    {"TZ": "Asia/Shanghai", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "0"},
)
CODE = """
import hashlib, json
from matcher.catalogue import CATALOGUE_SUFFIXES, to_document
from tests.catalogue.making import hostile
made = hostile(12)
print(json.dumps({s: hashlib.sha256(to_document(made, s)).hexdigest() for s in CATALOGUE_SUFFIXES}))
"""
TRIED = """
from matcher.catalogue import CATALOGUE_SUFFIXES, to_document
from matcher.errors import XieshouError
from tests.catalogue.making import hostile
made = hostile(3)
for suffix in CATALOGUE_SUFFIXES:
    try:
        print(suffix, len(to_document(made, suffix)) > 100)
    except XieshouError as error:
        print(suffix, error)
"""


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=surroundings(**environment), capture_output=True,
        check=True, timeout=120,
    )  # fmt: skip
    return done.stdout.decode("utf-8")


@pytest.fixture(scope="module")
def hashes():
    made = []
    for way in WAYS:
        made.append(json.loads(run(CODE, **way)))
        time.sleep(1.1)  # a clock in the bytes would have moved on
    return made


@pytest.mark.parametrize("suffix", CATALOGUE_SUFFIXES)
def test_three_processes_make_the_same_bytes(hashes, suffix):
    assert len({made[suffix] for made in hashes}) == 1
    other = hashlib.sha256(to_document(hostile(12, seed=8), suffix)).hexdigest()
    assert other != hashes[0][suffix]


def test_without_a_chinese_font_one_sentence_names_packages_and_the_rest_is_written(tmp_path):
    (tmp_path / "empty").mkdir()
    told = dict(
        line.split(" ", 1)
        for line in run(TRIED, XIESHOU_FONTS=str(tmp_path / "empty")).splitlines()
    )
    assert {suffix for suffix, said in told.items() if said == "True"} == set(
        CATALOGUE_SUFFIXES
    ) - {".pdf"}
    assert "fonts-noto-cjk" in told[".pdf"]
    assert "texlive-lang-chinese" in told[".pdf"]
    assert ".docx" in told[".pdf"]


def test_without_the_typesetter_one_sentence_says_how_to_get_it():
    code = "import sys; sys.modules['typst'] = None\n" + TRIED
    told = dict(line.split(" ", 1) for line in run(code).splitlines())
    assert {s for s, said in told.items() if said == "True"} == set(CATALOGUE_SUFFIXES) - {".pdf"}
    assert "pip install typst" in told[".pdf"]


def test_no_font_is_an_error_for_users():
    assert issubclass(NoFontError, Exception)
    assert NoFontError.exit_code == 2
