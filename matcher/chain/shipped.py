"""The chains that come with the program: ``corpora/chains``, checked."""

from __future__ import annotations

from functools import cache

from matcher.chain.faults import faults
from matcher.chain.template import Chain, chain_of
from matcher.chain.tomllines import parse
from matcher.errors import KnowledgeError
from matcher.tables import corpus, text_of


def template_texts() -> dict[str, str]:
    """The shipped templates: path below ``corpora`` → text."""
    folder = corpus("chains")
    if not folder.is_dir():
        return {}
    files = sorted((f"chains/{f.name}", f) for f in folder.iterdir() if f.name.endswith(".toml"))
    return {path: text_of(file, path) for path, file in files}


@cache
def chains() -> tuple[Chain, ...]:
    """The shipped chains, in the order of their files.

    Raises:
        KnowledgeError: A template has a fault; the sentence names file, line and fault.
    """
    texts = template_texts()
    if found := faults(texts):
        more = f"（共 {len(found)} 处）" if len(found) > 1 else ""
        raise KnowledgeError(f"{found[0]}{more}")
    return tuple(chain_of(parse(path, text)) for path, text in texts.items())
