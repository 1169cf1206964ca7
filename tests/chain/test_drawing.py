"""The drawing: nothing overlaps, nothing is lost, the same picture every time."""

from __future__ import annotations

import importlib.util
import itertools
import json
import random
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from matcher.chain.drawing import MOST, Link, View, folded, lay_out, picture_of, to_json, to_svg
from matcher.chain.drawing.order import crossings, heights, isotonic, ordered
from matcher.chain.drawing.picture import FONT, PADDING, SMALL, TAB, text_width
from matcher.chain.graph import product_id
from matcher.chain.session import ChainSession
from tests.chain.making import big_session, chains, demand, known, offer, supply

SVG = "{http://www.w3.org/2000/svg}"
HAVE = importlib.util.find_spec("pygraphviz") is not None
_NONE = pytest.mark.skipif(not HAVE, reason="pygraphviz is not installed on this platform")
ENGINES = [False, pytest.param(True, marks=_NONE)]


def overlapping(places):
    """Pairs of rectangles with a common inside, by a sweep from left to right."""
    found = []
    for one, other in itertools.combinations(sorted(places, key=lambda p: p[1].x), 2):
        a, b = one[1], other[1]
        apart = a.x + a.width <= b.x + 0.01 or b.x + b.width <= a.x + 0.01
        apart |= a.y + a.height <= b.y + 0.01 or b.y + b.height <= a.y + 0.01
        if not apart:
            found.append((one[0], other[0]))
    return found


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("firms", [False, True])
@pytest.mark.parametrize("products", [8, 30, 100, 300])
def test_no_two_labels_overlap_and_every_label_has_room(products, firms, engine):
    session, chain = big_session(products)
    picture = picture_of(session, chain, View(firms=firms))
    assert len(picture.boxes) >= products
    layout = lay_out(picture, graphviz=engine)
    assert overlapping([*layout.places.items(), *layout.headings.items()]) == []
    assert overlapping([(str(i), place) for i, (_, place) in enumerate(layout.bands)]) == []
    for box in picture.boxes:
        place = layout.places[box.id]
        badge = TAB if box.marks else 0
        assert text_width(box.shown, FONT) + badge <= place.width - 2 * PADDING + 0.01
        assert text_width(box.counts, SMALL) + badge <= place.width - 2 * PADDING + 0.01
    for column in picture.columns:
        heading = layout.headings[column.stage]
        assert text_width(column.label, FONT) <= heading.width
    everything = [*layout.places.values(), *layout.headings.values(), *(p for _, p in layout.bands)]
    assert min(p.x for p in everything) >= 0
    assert max(p.x + p.width for p in everything) <= layout.width
    assert max(p.y + p.height for p in everything) <= layout.height - 50


def test_the_sweep_that_looks_for_overlaps_finds_one():
    session, chain = big_session(30)
    places = list(lay_out(picture_of(session, chain)).places.items())
    moved = [(name, places[0][1]) if i == 5 else (name, p) for i, (name, p) in enumerate(places)]
    assert len(overlapping(moved)) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_stages_stand_from_left_to_right_and_links_begin_and_end_at_their_boxes(engine):
    session, chain = big_session(100)
    picture = picture_of(session, chain)
    layout = lay_out(picture, graphviz=engine)
    for band in (0, 1):
        lefts = [layout.headings[c.stage].x for c in picture.columns if c.band == band]
        assert lefts == sorted(lefts)
    for link, route in zip(picture.links, layout.routes, strict=True):
        for (x, y), end in ((route[0], link.source), (route[-1], link.target)):
            place = layout.places[end]
            assert place.x - 0.01 <= x <= place.x + place.width + 0.01
            assert place.y <= y <= place.y + place.height
        assert len(route) % 3 == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_links_of_the_flow_run_through_no_box(engine):
    session, chain = big_session(100)
    picture = picture_of(session, chain)
    layout = lay_out(picture, graphviz=engine)
    band = {box.id: picture.columns[box.column].band for box in picture.boxes}
    hit = 0
    for link, route in zip(picture.links, layout.routes, strict=True):
        if band[link.source] or band[link.target]:
            continue
        for (x0, y0), (x1, y1) in zip(route[3:-3:3], route[6::3], strict=False):
            if y0 != y1:  # only the level stretches through columns
                continue
            hit += any(
                p.x < x1 - 1 and p.x + p.width > x0 + 1 and p.y < y0 < p.y + p.height
                for name, p in layout.places.items()
                if name not in (link.source, link.target)
            )
    assert hit == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_picture_every_time(engine):
    drawn = set()
    for _ in range(3):
        session, chain = big_session(100)
        picture = picture_of(session, chain, View(firms=True))
        drawn.add(to_svg(picture, lay_out(picture, graphviz=engine)))
    assert len(drawn) == 1


def test_nothing_is_lost_and_nothing_comes_from_elsewhere():
    session, chain = big_session(60)
    picture = picture_of(session, chain, View(firms=True))
    layout = lay_out(picture)
    text = to_svg(picture, layout)
    root = ET.fromstring(text)
    drawn = {g.get("data-id") for g in root.iter(f"{SVG}g")} - {None}
    assert drawn == {box.id for box in picture.boxes}
    assert {product_id(p.name) for p in chain.products} <= drawn
    lines = {(p.get("data-source"), p.get("data-target")) for p in root.iter(f"{SVG}path")}
    assert lines - {(None, None)} == {(link.source, link.target) for link in picture.links}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text
    data = json.loads(json.dumps(to_json(picture, layout)))
    assert {n["id"] for n in data["nodes"]} == drawn
    assert len(data["edges"]) == len(picture.links)


def test_names_are_escaped():
    rows = known([demand("D1", '<b>"甲"&乙', chain="铜")], [])
    session = ChainSession.of(rows, chains())
    picture = picture_of(session, session.chain("铜"))
    root = ET.fromstring(to_svg(picture, lay_out(picture)))
    assert any("<b>" in (t.text or "") for t in root.iter(f"{SVG}text"))


def test_weak_spots_are_marked_by_a_word_and_a_border_too():
    rows = known(
        [demand("D1", "铜精矿"), demand("D2", "阴极铜"), demand("D3", "铜杆")],
        [supply("S2", "阴极铜", county="奎屯"), supply("S3", "铜杆", 10)],
        [offer("D2", "S2"), offer("D3", "S3")],
    )
    session = ChainSession.of(rows, chains())
    picture = picture_of(session, session.chain("铜"))
    marks = {box.label: box.marks for box in picture.boxes}
    assert marks == {
        "铜精矿": ("gap",), "阴极铜": ("local_gap", "bottleneck"), "铜杆": ("bottleneck",), "吨袋": (),
    }  # fmt: skip
    text = to_svg(picture, lay_out(picture))
    for word in ("断", "外", "堵"):
        assert text.count(f">{word}</text>") == 2  # once in the chain, once in the legend
    weak = picture_of(session, session.chain("铜"), View(weak=True))
    assert {box.label for box in weak.boxes} == {"铜精矿", "阴极铜", "铜杆", "吨袋"}


def test_many_boxes_are_folded_by_stage_and_unfolded_on_demand():
    session, chain = big_session(MOST + 20)
    picture = picture_of(session, chain)
    assert picture.folded
    assert len(picture.boxes) == 8
    whole = picture_of(session, chain, View(folded=False))
    assert sum(link.weight for link in picture.links) == sum(
        whole.columns[a.column].stage != whole.columns[b.column].stage
        for link in whole.links
        for a in [box for box in whole.boxes if box.id == link.source]
        for b in [box for box in whole.boxes if box.id == link.target]
    )
    one = picture.columns[2].stage
    opened = picture_of(session, chain, View(unfolded=frozenset({one})))
    inside = [b for b in opened.boxes if opened.columns[b.column].stage == one]
    assert len(inside) > 20
    assert overlapping(list(lay_out(opened).places.items())) == []
    assert not picture_of(*big_session(300)).folded


def test_folding_keeps_counts_and_marks():
    rows = known([demand("D1", "铜精矿")], [supply("S1", "铜杆")])
    session = ChainSession.of(rows, chains())
    flat = picture_of(session, session.chain("铜"))
    both = folded(flat)
    assert [b.label for b in both.boxes] == [b.label for b in flat.boxes]  # one each: as they are


@pytest.mark.parametrize("seed", range(100))
def test_crossings_are_counted_as_by_hand(seed):
    rng = random.Random(seed)
    upper, lower = [f"a{i}" for i in range(6)], [f"b{i}" for i in range(6)]
    rng.shuffle(upper)
    rng.shuffle(lower)
    links = [(u, v) for u in upper for v in lower if rng.random() < 0.4]
    by_hand = sum(
        (upper.index(a) - upper.index(c)) * (lower.index(b) - lower.index(d)) < 0
        for (a, b), (c, d) in itertools.combinations(links, 2)
    )
    assert crossings(upper, lower, links) == by_hand


@pytest.mark.parametrize("seed", range(30))
def test_ordering_never_adds_crossings_and_undoes_a_tangle(seed):
    rng = random.Random(seed)
    levels = [[f"{i}.{j}" for j in range(8)] for i in range(4)]
    links = [(f"{i}.{j}", f"{i + 1}.{j}") for i in range(3) for j in range(8)]
    for level in levels[1:]:
        rng.shuffle(level)
    found = ordered(levels, links)
    assert [sorted(level) for level in found] == [sorted(level) for level in levels]
    between = [[link for link in links if link[0][0] == str(i)] for i in range(3)]
    assert sum(crossings(found[i], found[i + 1], between[i]) for i in range(3)) == 0


@pytest.mark.parametrize("seed", range(30))
def test_heights_keep_their_distance_and_isotonic_is_least_squares(seed):
    rng = random.Random(seed)
    levels = [[f"{i}.{j}" for j in range(6)] for i in range(3)]
    links = [
        (u, v) for i in range(2) for u in levels[i] for v in levels[i + 1] if rng.random() < 0.3
    ]
    size = {name: rng.choice((4.0, 38.0)) for level in levels for name in level}
    found = heights(levels, links, size, 10.0)
    for level in levels:
        for one, other in itertools.pairwise(level):
            assert found[other] - found[one] >= (size[one] + size[other]) / 2 + 10.0 - 1e-6
    values = [rng.uniform(0, 10) for _ in range(6)]
    fitted = isotonic(values, [1.0] * 6)
    assert fitted == sorted(fitted)
    off = sum((a - b) ** 2 for a, b in zip(values, fitted, strict=True))
    for _ in range(50):
        other = sorted(f + rng.uniform(-1, 1) for f in fitted)
        assert off <= sum((a - b) ** 2 for a, b in zip(values, other, strict=True)) + 1e-9


def test_graphviz_is_not_needed(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pygraphviz", None)
    session, chain = big_session(30)
    picture = picture_of(session, chain)
    assert lay_out(picture).places == lay_out(picture, graphviz=False).places
    with pytest.raises(ImportError):
        lay_out(picture, graphviz=True)


def test_links_name_only_what_is_drawn():
    for seed in range(5):
        session, chain = big_session(50, seed)
        picture = picture_of(session, chain, View(weak=True, firms=True))
        drawn = {box.id for box in picture.boxes}
        assert all({link.source, link.target} <= drawn for link in picture.links)
        assert all(isinstance(link, Link) for link in picture.links)
        assert nx.Graph((x.source, x.target) for x in picture.links).number_of_nodes() <= len(drawn)
