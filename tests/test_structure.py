"""The house stands as it is drawn: imports run one way, never in a circle; modules stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

from tests.tools import ROOT

# What each room may import of ours, itself excluded.
ALLOWED = {
    "collecting": set(),
    "errors": set(),
    "model": set(),
    "tables": {"errors"},
    "knowledge": {"errors", "tables"},
    "text": {"knowledge", "model"},
    "numerals": {"text"},
    "quantity_words": set(),
    "quantity": {"knowledge", "model", "numerals", "quantity_words", "text"},
    "records": {"model"},
    "evaluation": {"errors"},
    "lists": {"collecting", "errors", "knowledge", "model", "quantity", "quantity_words", "text"},
    "terms": {"errors", "knowledge", "model", "text", "quantity", "quantity_words"},
    "ranking": {
        "collecting",
        "tables",
        "errors",
        "evaluation",
        "knowledge",
        "model",
        "quantity",
        "records",
        "terms",
        "text",
    },
    "allocation": {"errors", "model", "quantity", "records", "text"},
    "store": {"errors", "model", "records", "text"},
    "planning": {"allocation", "errors", "model", "store"},
    "chain": {
        "tables",
        "errors",
        "knowledge",
        "model",
        "quantity",
        "ranking",
        "records",
        "terms",
        "text",
    },
    "catalogue": {"errors", "lists", "model", "ranking", "records", "text", "knowledge", "tables"},
    "issuing": {"catalogue", "errors", "model", "store", "text"},
}
# The fit reads cases as lists would give them; it is a command, not a part of the engine.
EXCEPTIONS = {("ranking/fit.py", "lists")}


def modules() -> list[Path]:
    return sorted((ROOT / "matcher").rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Dotted names of ours that a module imports, inside functions too, for typing not."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            folder = ROOT.joinpath(*node.module.split("."))
            for alias in node.names:
                inner = (folder / f"{alias.name}.py").exists() or (folder / alias.name).is_dir()
                found.add(f"{node.module}.{alias.name}" if inner else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] in {"matcher", "web"}}


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else name


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_what_stands_to_its_left(path):
    inside = path.relative_to(ROOT / "matcher")
    own = inside.parts[0].removesuffix(".py")
    if own in {"__init__", "__main__", "cli"}:
        pytest.skip("a door: it may import everything")
    for name in imports(path):
        assert not name.startswith("web"), f"{inside} imports the web"
        target = room(name)
        if target != own and (inside.as_posix(), target) not in EXCEPTIONS:
            assert target in ALLOWED[own], f"{inside} imports {name}"


def test_no_circles_between_modules():
    graph = nx.DiGraph()
    for path in modules():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for other in imports(path):
            if other != name:
                graph.add_edge(name, other)
    assert list(nx.simple_cycles(graph)) == []


def test_modules_fit_on_a_few_screens():
    long = {
        str(p.relative_to(ROOT)): n
        for p in modules()
        if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_importing_the_face_is_cheap():
    """The parsing process starts hundreds of times; it must not load the learning libraries."""
    code = (
        "import sys, matcher, matcher.lists.worker; "
        "print([m for m in ('sklearn', 'scipy', 'pandas', 'flask', 'jieba') if m in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"


def test_the_face_gives_what_it_promises():
    import matcher

    for name in matcher.__all__:
        assert getattr(matcher, name) is not None
    with pytest.raises(AttributeError):
        _ = matcher.nothing_of_that_name


def test_the_project_speaks_of_itself_alone():
    """No absolute path of a machine in any text file of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode("utf-8")
    if not listed:
        pytest.skip("not a git checkout")
    marks = (f"{ROOT}/", *(f"/{place}" for place in ("root/", "home/", "tmp/venv")))
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in {".png", ".xlsx", ".docx", ".csv"} or not path.exists():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for mark in marks:
            assert mark not in text or name == "tests/test_structure.py", f"{name} holds {mark}"
