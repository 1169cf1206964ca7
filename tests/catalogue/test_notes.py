"""The 编制说明: a template that a person may edit, with the figures of the catalogue in it."""

from __future__ import annotations

import pytest

from matcher.catalogue import Chosen, Variant
from matcher.catalogue.figures import figures, numeral
from matcher.catalogue.notes import fill, template
from matcher.errors import KnowledgeError
from tests.catalogue.making import chosen_catalogue, demand, supply


def catalogue(**order):
    chosen = [Chosen(demand(f"D{i}", disclosure="公开"), supply(f"S{i}"), None) for i in range(3)]
    return chosen_catalogue(chosen, **order)


@pytest.mark.parametrize("variant", list(Variant))
def test_every_variant_has_its_template_with_no_place_left(variant):
    made = catalogue(variant=variant, subject="新疆甲铜业有限公司", issuer="某局", period="2026年")
    notes = fill(template(variant), made)
    assert notes[0].level == 1
    assert {note.level for note in notes} >= {0, 1}
    assert not any("{" in note.text for note in notes)


def test_figures_are_filled_in_and_lines_without_them_left_out():
    made = catalogue()
    notes = fill(
        "# 注\n一、说明\n共{条目数}条，{企业数}家\n\n{编制单位}编制\n（二）方法\n1. 第一", made
    )
    assert [(n.level, n.text) for n in notes] == [
        (1, "一、说明"), (0, "共3条，1家"), (2, "（二）方法"), (3, "1. 第一"),
    ]  # fmt: skip


def test_an_unknown_place_is_named_with_its_line():
    with pytest.raises(KnowledgeError, match=r"我的模板 第 2 行的 \{条目\} 认不出来.*条目数"):
        fill("一、x\n共{条目}条", catalogue(), "我的模板")


def test_a_template_is_no_program():
    (note,) = fill("%s $x", catalogue())
    assert note.text == "%s $x"
    with pytest.raises(KnowledgeError):
        fill("{条目数.__class__}", catalogue())


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (115, "一百一十五"),
     (1001, "一千零一"), (1010, "一千零一十"), (2000, "二千"), (10_005, "一万零五"), (12_345, "一万二千三百四十五")],
)  # fmt: skip
def test_numbers_of_headings(number, text):
    assert numeral(number) == text


def test_figures_count_firms_and_needs_once():
    made = catalogue()
    counted = figures(made)
    assert (counted.entries, counted.enterprises, counted.needs, counted.leaders) == (3, 1, 3, 1)
    assert counted.by_county == (("博乐市", 1),)
