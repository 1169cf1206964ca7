"""The shipped lexicon over all its files: one name one product, no circles, headers that explain."""

from collections import defaultdict
from pathlib import Path

import networkx as nx
import pytest

from matcher.knowledge import broader, english, product_terms, split_bar, synonyms, words
from matcher.terms import lexicon
from matcher.text import clean, has_chinese, squeeze

LEXICON = Path(__file__).parents[2] / "corpora" / "lexicon"
FILES = sorted(LEXICON.rglob("*.tsv"))
SYNONYMS = sorted((LEXICON / "synonyms").glob("*.tsv"))
BROADER = sorted((LEXICON / "broader").glob("*.tsv"))


def name_of(path):
    return path.relative_to(LEXICON).as_posix()


def lines(path):
    """Every line with its number, comments and blank lines left out."""
    text = path.read_text(encoding="utf-8")
    return [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]


def rows(paths):
    """(file:line, cells) of every row below the header of every file."""
    for path in paths:
        for number, line in lines(path)[1:]:
            yield f"{name_of(path)}:{number}", line.split("\t")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_file_explains_itself_first(path):
    """A person who opens a file reads in Chinese what it is for, and then the columns."""
    text = path.read_text(encoding="utf-8")
    head = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        head.append(line)
    assert head, "no explaining header"
    assert has_chinese(head[0])
    assert sum(len(line) for line in head) >= 30
    assert "\r" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize("path", [*SYNONYMS, *BROADER], ids=name_of)
def test_columns_and_cells(path):
    (_, header), *body = lines(path)
    columns = header.split("\t")
    if path.parent.name == "synonyms":
        assert columns == ["preferred", "variants", "note"]
    else:
        assert columns == ["narrower", "broader", "note"]
    assert body
    for number, line in body:
        cells = line.split("\t")
        assert 2 <= len(cells) <= 3, f"{number}: {line}"
        assert cells[0], f"{number}: {line}"
        assert cells[1], f"{number}: {line}"


def test_both_folders_cover_the_same_trades():
    assert [p.name for p in SYNONYMS] == [p.name for p in BROADER]


def test_names_are_clean_and_say_something():
    for place, cells in rows([*SYNONYMS, *BROADER]):
        for name in (cells[0], *split_bar(cells[1])):
            assert name == clean(name), place
            assert squeeze(name), f"{place}: {name!r} folds to nothing"
            assert len(name) <= 30, place


def test_no_name_has_two_preferred_names():
    groups = defaultdict(set)
    places = defaultdict(list)
    for place, (preferred, variants, *_) in rows(SYNONYMS):
        for name in (preferred, *split_bar(variants)):
            groups[squeeze(name)].add(squeeze(preferred))
            places[squeeze(name)].append(place)
    assert {n: places[n] for n, g in groups.items() if len(g) > 1} == {}


def test_no_file_names_a_product_twice():
    for path in SYNONYMS:
        preferred = [squeeze(cells[0]) for _, cells in rows([path])]
        assert {p for p in preferred if preferred.count(p) > 1} == set(), name_of(path)
    for path in BROADER:
        pairs = [tuple(map(squeeze, cells[:2])) for _, cells in rows([path])]
        assert {p for p in pairs if pairs.count(p) > 1} == set(), name_of(path)


def test_nothing_is_a_kind_of_itself():
    """Neither directly, nor by a synonym, nor round a circle."""
    canonical = lexicon().canonical
    graph = nx.DiGraph()
    for place, (narrow, broad, *_) in rows(BROADER):
        child = canonical.get(squeeze(narrow), squeeze(narrow))
        parent = canonical.get(squeeze(broad), squeeze(broad))
        assert child != parent, place
        graph.add_edge(child, parent)
    assert list(nx.simple_cycles(graph)) == []


def test_broader_terms_stand_under_their_preferred_names():
    """As the files' headers promise; a person who looks a product up finds it under one name."""
    canonical = lexicon().canonical
    for place, cells in rows(BROADER):
        for name in cells[:2]:
            assert canonical[squeeze(name)] == squeeze(name), f"{place}: {name}"


def test_what_is_loaded_is_what_stands_in_the_files():
    """A slow reading of the same files finds the same names, groups and relations."""
    named, related = set(), set()
    merged = defaultdict(set)
    for _, (preferred, variants, *_) in rows(SYNONYMS):
        merged[preferred.strip()].update(split_bar(variants))
    for preferred, variants in merged.items():
        named |= {preferred, *variants}
    for _, (narrow, broad, *_) in rows(BROADER):
        related.add((narrow.strip(), broad.strip()))
        named |= {narrow.strip(), broad.strip()}
    assert {g.preferred: set(g.variants) for g in synonyms()} == merged
    assert {(narrow, broad) for narrow, broad, _ in broader()} == related
    assert product_terms() == named
    singular = {squeeze(each) for _, names, _ in english() for each in names}
    plural = {p for name in singular for p in (f"{name}s", f"{name}es", f"{name[:-1]}ies")}
    chinese = {squeeze(name) for name in named}
    assert chinese | singular <= set(lexicon().canonical) <= chinese | singular | plural


def test_groups_are_merged_once():
    preferred = [group.preferred for group in synonyms()]
    assert len(preferred) == len(set(preferred))


def test_a_synonym_is_canonical_at_once_and_a_parent_is_known():
    known = lexicon()
    for name, preferred in known.canonical.items():
        assert known.canonical[preferred] == preferred, name
    for child, parents in known.parents.items():
        assert known.canonical[child] == child
        assert list(parents) == sorted(set(parents))
        assert all(known.canonical[p] == p for p in parents)


def test_ancestors_are_all_broader_names_with_the_fewest_steps():
    """Against breadth-first search on the whole graph, as deep as the lexicon looks."""
    known = lexicon()
    graph = nx.DiGraph((c, p) for c, parents in known.parents.items() for p in parents)
    for name in sorted(known.parents)[::17]:
        steps = nx.single_source_shortest_path_length(graph, name, cutoff=6)
        assert known.ancestors(name) == {n: d for n, d in steps.items() if d}


@pytest.mark.parametrize("name", ["stopwords", "modifiers"])
def test_word_lists_hold_each_word_once(name):
    listed = [line.split("\t")[0] for _, line in lines(LEXICON / f"{name}.tsv")[1:]]
    assert len(listed) == len(set(listed))
    assert set(listed) == words(name)


def test_a_stop_word_is_no_product():
    assert {w for w in words("stopwords") if squeeze(w) in lexicon()} == set()
