"""The shipped templates on the bundled lists: the planted truth, written by hand, is found."""

from __future__ import annotations

import tomllib

import pytest

from matcher.chain.analysis.bottlenecks import bottlenecks
from matcher.chain.analysis.gaps import Basis, GapScope, gaps
from matcher.chain.attach import parts_of
from matcher.chain.drawing import lay_out, picture_of, to_svg
from matcher.chain.known import Known
from matcher.chain.session import ChainSession
from matcher.chain.shipped import chains, template_texts
from matcher.lists import read_list
from matcher.model import Verdict
from matcher.ranking import match
from tests.chain.test_drawing import overlapping
from tests.tools import ROOT

SAMPLES = ROOT / "corpora" / "samples"
pytestmark = pytest.mark.skipif(not template_texts(), reason="no templates are shipped yet")

# What nothing on the lists serves, and what only firms outside the prefecture serve: read by hand
# in corpora/samples/source.
NOBODY = {
    "D005", "D006", "D017", "D021", "D028", "D031", "D036", "D046", "D058", "D059", "D067", "D087",
    "D089", "D100", "D105", "D121", "D137", "D142",
}  # fmt: skip
FROM_ELSEWHERE = {"D018", "D027", "D033", "D045"}


@pytest.fixture(scope="module")
def lists():
    demands = read_list(SAMPLES / "需求清单.xlsx").demands
    files = ("供给清单_博乐.docx", "供给清单_县市.csv")
    supplies = tuple(row for name in files for row in read_list(SAMPLES / name).supplies)
    return demands, supplies, match(demands, supplies).suggestions


@pytest.fixture(scope="module")
def session(lists):
    return ChainSession.of(Known.of(*lists))


def test_the_truth_is_that_of_the_samples():
    planted = tomllib.loads((SAMPLES / "planted.toml").read_text(encoding="utf-8"))
    assert {gap["demand_id"] for gap in planted["gap"]} == NOBODY


def test_all_planted_gaps_are_found_and_nothing_else_is_called_a_gap(session):
    found = gaps(session.serving)
    assert {g.demand_id for g in found if g.scope is GapScope.EVERYWHERE} == NOBODY
    assert {g.demand_id for g in found if g.scope is GapScope.PREFECTURE} == FROM_ELSEWHERE
    assert {g.basis for g in found} == {Basis.PREDICTED}
    assert all(g.stage for g in found)
    assert all(g.uncovered is None or g.uncovered > 0 for g in found)


def test_a_reviewer_confirms_a_gap_and_can_undo_one(lists):
    known = Known.of(*lists)
    first = {}
    for offer in known.offers:
        first.setdefault(offer.demand_id, offer)
    verdicts = {"D005": Verdict.REJECTED, "D006": Verdict.ACCEPTED, "D009": Verdict.REJECTED}
    decided = [
        o.__class__(o.demand_id, o.supply_id, o.demand_product, o.supply_product, o.probability,
                    verdicts.get(o.demand_id) if first[o.demand_id] is o else None, o.contracted)
        for o in known.offers
    ]  # fmt: skip
    changed = Known(known.demands, known.supplies, decided, counties=known.counties)
    found = {g.demand_id: g for g in gaps(ChainSession.of(changed).serving)}
    assert found["D005"].basis is Basis.CONFIRMED
    assert "D006" not in found
    assert found["D009"].basis is Basis.CONFIRMED  # its only supplier was turned down


def test_all_planted_bottlenecks_are_found(session):
    planted = tomllib.loads((SAMPLES / "planted.toml").read_text(encoding="utf-8"))
    found = {}
    for thin in bottlenecks(session.serving):
        found.setdefault(thin.demand_id, set()).update(thin.supply_ids)
    for bottleneck in planted["bottleneck"]:
        assert bottleneck["demand_id"] in found, bottleneck
        assert set(bottleneck["supply_ids"]) & found[bottleneck["demand_id"]], bottleneck


def test_every_demand_belongs_to_a_product_or_is_listed_with_its_candidates(session):
    graph = session.graph
    listed = {(a.row_id, a.part) for a in (*graph.questions, *graph.unattached)}
    for demand in graph.known.demands:
        for part in parts_of(demand):
            attachment = graph.attachments[demand.demand_id, part]
            assert attachment.firm or (demand.demand_id, part) in listed
    firm = [a for a in graph.attachments.values() if a.firm and a.row_id.startswith("D")]
    every = [a for a in graph.attachments.values() if a.row_id.startswith("D")]
    assert len(firm) >= 0.95 * len(every)


@pytest.mark.parametrize("number", range(len(template_texts())))
def test_every_chain_is_drawn_without_overlap(session, number):
    chain = chains()[number]
    picture = picture_of(session, chain)
    layout = lay_out(picture)
    assert len(picture.boxes) >= 40
    assert overlapping([*layout.places.items(), *layout.headings.items()]) == []
    assert chain.title in to_svg(picture, layout)
