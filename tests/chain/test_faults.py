"""A template with a fault is refused with file, line and fault; its sound twin passes."""

from __future__ import annotations

import pytest

from matcher.chain.faults import faults
from matcher.chain.shipped import template_texts
from tests.chain.making import COPPER, TEXTS

SMALL = {"least_products": 1, "least_stages": 1}


def line_of(text: str, wanted: str) -> int:
    (found,) = [n for n, line in enumerate(text.splitlines(), 1) if wanted in line]
    return found


def found_in(text: str) -> list[tuple[int, str]]:
    texts = TEXTS | {"chains/copper.toml": text}
    found = faults(texts, **SMALL)
    return [(f.line, f.message) for f in found if f.path == "chains/copper.toml"]


def test_the_sound_template_has_no_fault():
    assert found_in(COPPER) == []


EMPTY_STAGE = """[[stages]]
id = "empty"
name = "空"
position = "下游"
[[products]]
name = "铜精矿"
"""
LOOSE_END = """feeds = ["番茄:铜带"]
[[products]]
name = "铜线"
stage = "wire"
feeds = ["铜杆"]"""
# What is replaced, by what; the line (by what stands on it) and words of the one fault.
CASES = {
    "unknown key": ('note = "连铸连轧"', 'remark = "连铸连轧"', 'remark = "连铸连轧"', "remark"),
    "unknown key at the top": ('title = "铜产业链"', 'title = "铜"\nnmae = "铜"', "nmae", "nmae"),
    "unknown key of a stage": ('id = "wire"', 'id = "wire"\ncolour = "red"', "colour", "colour"),
    "key missing": ('title = "铜产业链"', "", "# 铜链", "缺少“title”"),
    "empty name of a stage": ('name = "采选"', 'name = " "', 'name = " "', "没有填"),
    "wrong type": ('also = ["电解铜"]', 'also = "电解铜"', 'also = "电解铜"', "方括号"),
    "wrong type inside": ('also = ["电解铜"]', "also = [3]", "also = [3]", "引号里的文字"),
    "position": ('position = "下游"', 'position = "末端"', 'position = "末端"', "上游、中游、下游、配套"),
    "name of a stage twice": ('name = "线材"', 'name = "冶炼"\n', None, "“冶炼”与第 12 行重复"),
    "name of a product twice": ('name = "铜杆"', 'name = "铜精矿"\n', None, "与第 26 行的“铜精矿”重复"),
    "another name twice": ('also = ["电解铜"]', 'also = ["铜杆"]', 'name = "铜杆"', "“铜杆”与第 34 行"),
    "names that differ in width": ('"铜渣精矿吨袋"', '"集 装 袋"', "集 装 袋", "重复"),
    "unknown stage": ('stage = "wire"', 'stage = "wires"', None, "没有编号为“wires”的环节"),
    "unknown target": ('feeds = ["铜精矿"]', 'feeds = ["铜精砂"]', 'feeds = ["铜精砂"]', "“铜精砂”在各条链里都没有"),
    "unknown target in a chain": ('"番茄:铜带"', '"番茄:铜线"', "番茄:铜线", "番茄:铜线"),
    "against the direction": ('note = "连铸连轧"', 'feeds = ["铜精矿"]', None, "方向反了"),
    "feeds itself": ('note = "连铸连轧"', 'feeds = ["铜杆"]', 'feeds = ["铜杆"]', "不能 feeds 自己"),
    "target twice": ('feeds = ["铜精矿"]', 'feeds = ["铜精矿", "铜矿砂及其精矿"]', "铜矿砂及其精矿\"]\n", "写了两次"),
    "a stage without products": ('[[products]]\nname = "铜精矿"', EMPTY_STAGE, None, "没有一个产品"),
    "hangs together with nothing": ('feeds = ["铜精矿"]', "", None, "都不相连"),
    "nothing leads to it": ('feeds = ["铜杆", "番茄:铜带"]', LOOSE_END, None, "“铜线”在下游，却没有一个产品 feeds 它"),
    "not a text": ('name = "采选"', "name = 采选", "name = 采选", "TOML"),
    "id": ('id = "wire"', 'id = "线材"', 'id = "线材"', "英文字母"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_said_with_its_line(case):
    old, new, place, words = CASES[case]
    assert old in COPPER
    text = COPPER.replace(old, new, 1)
    found = found_in(text)
    assert found, case
    said = [(line, message) for line, message in found if words in message]
    assert said, found
    if place is not None:
        lines = [n for n, line in enumerate(text.splitlines(), 1) if place.strip() in line]
        assert said[0][0] in lines, (said, lines)


def test_only_support_may_feed_upstream_and_a_circle_is_shown():
    text = COPPER.replace('note = "连铸连轧"', 'feeds = ["吨袋"]')
    (found,) = found_in(text)
    assert "铜精矿 → 阴极铜 → 铜杆 → 吨袋 → 铜精矿" in found[1]
    assert found[0] == line_of(text, 'feeds = ["阴极铜"]')


def test_a_circle_may_run_through_several_chains():
    other = TEXTS["chains/other.toml"] + 'feeds = ["铜精矿"]\n'
    (found,) = faults(TEXTS | {"chains/other.toml": other}, **SMALL)
    assert "铜精矿 → 阴极铜 → 铜带 → 铜精矿" in found.message


def test_a_long_list_of_targets_is_cited_by_the_line_of_the_target():
    text = COPPER.replace('["铜杆", "番茄:铜带"]', '[\n  "铜杆",\n  "番茄:铜带",\n  "无此物",\n]')
    (found,) = found_in(text)
    assert found[0] == line_of(text, "无此物")


def test_a_name_of_several_other_chains_must_be_said_with_its_chain():
    third = TEXTS["chains/other.toml"].replace("番茄", "棉")
    text = COPPER.replace("番茄:铜带", "铜带")
    assert faults({"a": text, "b": TEXTS["chains/other.toml"]}, **SMALL) == []
    found = faults({"a": text, "b": TEXTS["chains/other.toml"], "c": third}, **SMALL)
    assert any("链名:产品" in fault.message for fault in found)


def test_two_files_of_one_chain_are_refused():
    found = faults({"a": COPPER, "b": TEXTS["chains/other.toml"], "c": COPPER}, **SMALL)
    assert [(f.path, f.line) for f in found if "另一个文件" in f.message] == [
        ("c", line_of(COPPER, 'name = "铜"'))
    ]


def test_size():
    found = [f.message for f in faults(TEXTS)]
    assert "只有 4 个环节，至少要 5 个" in found
    assert "只有 4 个产品，至少要 40 个" in found


def test_the_shipped_templates_are_sound():
    texts = template_texts()
    if not texts:
        pytest.skip("no templates are shipped yet")
    assert faults(texts) == []
    assert len(texts) == 9
