"""The loader of corpora: a fault names file and line, because people edit these files by hand."""

import pytest

from matcher import knowledge, tables
from matcher.errors import KnowledgeError
from matcher.terms.lexicon import lexicon
from matcher.text import fold

CACHED = (
    knowledge.words, knowledge.traditional, knowledge.headings, knowledge.units,
    knowledge.synonyms, knowledge.broader, knowledge.product_terms, knowledge.kind, knowledge.interchangeable,
    knowledge.contrasts, knowledge.phrases, knowledge.confusable, knowledge.services, knowledge.english,
    lexicon,
)  # fmt: skip


ENGLISH = "name\tenglish\tnote\n"


@pytest.fixture
def corpora(tmp_path, monkeypatch):
    """A folder of corpora of one's own; called with a path and a text it writes a file."""
    fold("繁")  # folding has read the shipped tables before another folder is shown
    monkeypatch.setattr(tables, "files", lambda _package: tmp_path)

    def write(path, text, encoding="utf-8"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode(encoding))

    write("lexicon/english.tsv", ENGLISH)
    for function in CACHED:
        function.cache_clear()
    yield write
    monkeypatch.undo()
    for function in CACHED:
        function.cache_clear()


def fault(function, *args):
    with pytest.raises(KnowledgeError) as caught:
        list(function(*args))
    return str(caught.value)


def test_comments_blank_lines_and_missing_trailing_cells_are_fine(corpora):
    corpora("lexicon/x.tsv", "\ufeff# 说明\n\nword\tnote\r\n# 又一句\n甲\t一\r\n乙\n")
    assert list(tables.read_table("lexicon/x.tsv", "word")) == [
        (5, {"word": "甲", "note": "一"}),
        (6, {"word": "乙", "note": ""}),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("# 说明\nword\n甲\t乙\n", "第 3 行"),
        ("# 说明\nwort\n甲\n", "第 2 行"),
        ("# 说明\nword\tnote\n甲\t一\n\t二\n", "第 4 行"),
        ("# 只有说明\n", "没有表头"),
        ("", "没有表头"),
    ],
)
def test_a_fault_in_a_table_names_file_and_line(corpora, text, place):
    corpora("lexicon/stopwords.tsv", text)
    message = fault(knowledge.words, "stopwords")
    assert "lexicon/stopwords.tsv" in message
    assert place in message


def test_a_file_saved_in_the_encoding_of_old_spreadsheets_is_named_with_its_line(corpora):
    corpora("lexicon/stopwords.tsv", "# a\nword\n的\n", encoding="gb18030")
    message = fault(knowledge.words, "stopwords")
    assert "lexicon/stopwords.tsv 第 3 行" in message
    assert "UTF-8" in message
    corpora("lexicon/stopwords.tsv", "# a\nword\n的\n")
    assert knowledge.words("stopwords") == {"的"}


def test_a_missing_file_is_named(corpora):
    assert "lexicon/stopwords.tsv" in fault(knowledge.words, "stopwords")
    assert "kinds/product.toml" in fault(knowledge.kind)


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("吨\tt\tmass\t一千", "第 3 行"),
        ("吨\tt\tmass\t0", "第 3 行"),
        ("吨\tt\tmass\t-1", "第 3 行"),
        ("吨\tt\tmass\tnan", "第 3 行"),
        ("吨\tt\tmass\t", "第 3 行"),
        ("吨\tkg\tmass\t1000", "第 3 行"),
        ("公斤\t\tmass\t1", "第 3 行"),
    ],
)
def test_a_fault_in_units_names_the_line(corpora, row, place):
    corpora("lexicon/units.tsv", f"unit\taliases\tdimension\tfactor\n公斤\tkg\tmass\t1\n{row}\n")
    message = fault(knowledge.units)
    assert "lexicon/units.tsv" in message
    assert place in message


def test_good_units_are_read(corpora):
    corpora(
        "lexicon/units.tsv",
        "unit\taliases\tdimension\tfactor\n公斤\tkg\tmass\t1\n吨\tt|T\tmass\t1000\n",
    )
    table = knowledge.units()
    assert set(table) == {"公斤", "kg", "吨", "t", "T"}
    assert table["T"] == knowledge.Unit("吨", "mass", 1000.0)


def test_a_fault_in_columns_or_in_the_table_of_characters_names_the_line(corpora):
    corpora("lexicon/columns.tsv", "key\tkind\tstrong\theadings\nleader\tdemnad\t1\t链主\n")
    assert "lexicon/columns.tsv 第 2 行" in fault(knowledge.headings)
    corpora("lexicon/traditional.tsv", "traditional\tsimplified\n鋼\t钢\n鋼管\t钢管\n")
    assert "lexicon/traditional.tsv 第 3 行" in fault(knowledge.traditional)


def test_interchangeable_words_lead_to_the_first_and_near_ones_nowhere(corpora):
    corpora(
        "lexicon/words.tsv",
        "words\tnearness\tnote\n止回|逆止 | 止逆\t同\n清洗|冲洗\t近\t再看一眼\n",
    )
    assert knowledge.interchangeable() == {"止回": "止回", "逆止": "止回", "止逆": "止回"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("止逆|防倒\t相同", "nearness 不是 同/近"),
        ("止逆|防倒\t", "nearness 没有填"),
        ("\t同", "words 没有填"),
        ("止逆\t同", "两个以上"),
        ("|\t同", "两个以上"),
        ("止逆|\t近", "两个以上"),
        ("止逆|逆止\t同", "“逆止”已在另一个“同”组里"),
        ("止逆|防倒\t同\t\t多", "有 4 列"),
    ],
)
def test_a_fault_in_words_names_the_line(corpora, row, said):
    corpora("lexicon/words.tsv", f"# 说明\nwords\tnearness\tnote\n止回|逆止\t同\n{row}\n")
    message = fault(knowledge.interchangeable)
    assert "lexicon/words.tsv 第 4 行" in message
    assert said in message


def test_contrasts_are_sets_of_members_with_their_spellings(corpora):
    corpora(
        "lexicon/contrasts.tsv",
        "words\tnote\n冷轧|热轧\n交流/AC|直流 / DC/交直流\t电源\n",
    )
    assert knowledge.contrasts() == (
        (("冷轧",), ("热轧",)),
        (("交流", "AC"), ("直流", "DC", "交直流")),
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("", None),
        ("\t电源", "words 没有填"),
        ("立式", "两个以上的成员"),
        ("立式|", "两个以上的成员"),
        ("立式/|卧式", "没有词"),
        ("/|卧式", "没有词"),
        ("立式|冷轧", "“冷轧”已在第 3 行"),
        ("立式|卧式\t\t", "有 3 列"),
    ],
)
def test_a_fault_in_contrasts_names_the_line(corpora, row, said):
    corpora("lexicon/contrasts.tsv", f"# 说明\nwords\tnote\n冷轧|热轧\n{row}\n")
    if said is None:
        assert len(knowledge.contrasts()) == 1
        return
    message = fault(knowledge.contrasts)
    assert "lexicon/contrasts.tsv 第 4 行" in message
    assert said in message


def test_a_spelling_may_name_two_members_of_its_set(corpora):
    corpora("lexicon/contrasts.tsv", "words\n交流/交直流|直流/交直流\n")
    assert knowledge.contrasts() == ((("交流", "交直流"), ("直流", "交直流")),)


def test_phrases_are_told_by_place_longest_first(corpora):
    corpora("lexicon/phrases.tsv", "word\tplace\n主营\t前\n专业生产\t前\n生产\t后\n主供\t前\n")
    assert knowledge.phrases("前") == ("专业生产", "主供", "主营")
    assert knowledge.phrases("后") == ("生产",)
    assert knowledge.phrases("弃") == ()


def test_service_words_are_told_by_use(corpora):
    corpora("lexicon/services.tsv", "word\tsplit\tservice\n检测\t1\t1\n焊接\t1\n监理\t\t1\n")
    assert knowledge.services("split") == ("检测", "焊接")
    assert knowledge.services("service") == ("检测", "监理")


@pytest.mark.parametrize(
    ("function", "name", "head", "row", "said"),
    [
        (knowledge.phrases, "phrases", "word\tplace", "主营\t中", "place 不是"),
        (knowledge.phrases, "phrases", "word\tplace", "主营\t前后", "place 不是"),
        (knowledge.phrases, "phrases", "word\tplace", "主营", "place 没有填"),
        (knowledge.phrases, "phrases", "word\tplace", "\t前", "word 没有填"),
        (knowledge.services, "services", "word\tsplit\tservice", "检测", "至少一列填 1"),
        (knowledge.services, "services", "word\tsplit\tservice", "检测\t是", "只填 1"),
        (knowledge.services, "services", "word\tsplit\tservice", "检测\t1\t0", "只填 1"),
        (knowledge.services, "services", "word\tsplit\tservice", "\t1", "word 没有填"),
        (knowledge.confusable, "confusable", "right\twrong", "阀门\t伐", "单个的字"),
        (knowledge.confusable, "confusable", "right\twrong", "阀\t伐，罚", "单个的字"),
        (knowledge.confusable, "confusable", "right\twrong", "阀\t伐|阀", "重复的字"),
        (knowledge.confusable, "confusable", "right\twrong", "阀\t伐|伐", "重复的字"),
        (knowledge.confusable, "confusable", "right\twrong", "杞\t起", "“杞”已有一行"),
        (knowledge.confusable, "confusable", "right\twrong", "阀", "wrong 没有填"),
    ],
)
def test_a_fault_in_a_table_of_words_names_the_line(corpora, function, name, head, row, said):
    good = {"phrases": "专做\t前", "services": "校准\t1\t1", "confusable": "杞\t祀"}[name]
    corpora(f"lexicon/{name}.tsv", f"# 说明\n{head}\n{good}\n{row}\n")
    uses = {"phrases": ("前",), "services": ("split",), "confusable": ()}[name]
    message = fault(function, *uses)
    assert f"lexicon/{name}.tsv 第 4 行" in message
    assert said in message


@pytest.mark.parametrize(
    ("function", "name", "args"),
    [
        (knowledge.phrases, "phrases", ("前",)),
        (knowledge.services, "services", ("split",)),
        (knowledge.confusable, "confusable", ()),
    ],
)
def test_a_table_of_words_needs_its_header(corpora, function, name, args):
    assert f"lexicon/{name}.tsv" in fault(function, *args)
    corpora(f"lexicon/{name}.tsv", "词\t备注\n主营\t1\n")
    assert f"lexicon/{name}.tsv 第 1 行是表头，缺少列" in fault(function, *args)


HEAD = "preferred\tvariants\tnote\n"


def test_one_product_in_several_files_is_one_group(corpora):
    corpora("lexicon/synonyms/a.tsv", f"{HEAD}尿素\t脲|碳酰胺\n烧碱\t氢氧化钠\n")
    corpora("lexicon/synonyms/b.tsv", f"{HEAD}尿素\t碳酰胺|碳酰二胺\t肥料\n")
    assert knowledge.synonyms() == (
        knowledge.SynonymGroup("尿素", ("脲", "碳酰胺", "碳酰二胺"), "lexicon/synonyms/a.tsv:2"),
        knowledge.SynonymGroup("烧碱", ("氢氧化钠",), "lexicon/synonyms/a.tsv:3"),
    )
    corpora("lexicon/broader/a.tsv", "narrower\tbroader\n")
    assert lexicon().canonical["碳酰二胺"] == "尿素"


def test_a_name_in_two_groups_is_a_fault_with_its_place(corpora):
    corpora("lexicon/broader/a.tsv", "narrower\tbroader\n")
    corpora("lexicon/synonyms/a.tsv", f"{HEAD}烧碱\t氢氧化钠\n")
    corpora("lexicon/synonyms/b.tsv", f"{HEAD}# 说明\n纯碱\t碳酸钠| 氢氧化钠\n")
    message = fault(lexicon)
    assert "lexicon/synonyms/b.tsv:3" in message
    assert "氢氧化钠" in message
    assert "烧碱" in message


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ("闸阀\t闸阀\n", [":2"]),
        ("闸阀\t闸门阀\n", [":2"]),  # a synonym of itself
        ("闸阀\t阀门\n阀门\t管件\n管件\t闸阀\n", [":2", ":3", ":4"]),
    ],
)
def test_a_product_that_is_a_kind_of_itself_is_a_fault_with_its_place(corpora, rows, places):
    corpora("lexicon/synonyms/a.tsv", f"{HEAD}闸阀\t闸门阀\n")
    corpora("lexicon/broader/a.tsv", f"narrower\tbroader\n{rows}")
    message = fault(lexicon)
    for place in places:
        assert f"lexicon/broader/a.tsv{place}" in message
    assert "闸阀" in message


def test_two_ways_up_are_no_circle(corpora):
    corpora("lexicon/synonyms/a.tsv", HEAD)
    corpora("lexicon/broader/a.tsv", "narrower\tbroader\n闸阀\t阀门\n闸阀\t管件\n阀门\t管件\n")
    assert lexicon().ancestors("闸阀") == {"阀门": 1, "管件": 1}


def test_broader_needs_both_names(corpora):
    corpora("lexicon/broader/a.tsv", "narrower\tbroader\n闸阀\t\n")
    assert "lexicon/broader/a.tsv 第 2 行" in fault(knowledge.broader)


def test_english_names_are_read_with_their_place(corpora):
    corpora("lexicon/english.tsv", f"# 说明\n{ENGLISH}闸阀\tgate valve| sluice valve\n")
    assert knowledge.english() == (
        ("闸阀", ("gate valve", "sluice valve"), "lexicon/english.tsv:3"),
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("闸阀\t", "english 没有填"),
        ("\tgate valve", "name 没有填"),
        ("闸阀\t | |", "应是英文名称"),
        ("闸阀\t|", "现在是 |"),
        ("闸阀\tgate valve|闸门阀", "现在是 gate valve|闸门阀"),
        ("闸阀\t41-16", "现在是 41-16"),
        ("闸阀\tgate valve\t\t多", "有 4 列"),
    ],
)
def test_a_fault_in_english_names_the_line(corpora, row, said):
    corpora("lexicon/english.tsv", f"{ENGLISH}球阀\tball valve\n{row}\n")
    message = fault(knowledge.english)
    assert "lexicon/english.tsv 第 3 行" in message
    assert said in message


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("蝶阀\tbutterfly valve", ["没有“蝶阀”"]),
        ("球阀\tball valve|Gate-Valve", ["“Gate-Valve”", "“闸阀”"]),
        ("闸阀\tGATE VALVE", ["“GATE VALVE”", "“闸阀”"]),  # said already
        ("球阀\tZF valve", ["“ZF valve”", "“闸阀”"]),  # a synonym of another product
    ],
)
def test_an_english_name_without_a_chinese_one_or_with_two_is_a_fault(corpora, row, said):
    corpora("lexicon/synonyms/a.tsv", f"{HEAD}闸阀\t闸门阀|ZF Valve\n")
    corpora("lexicon/broader/a.tsv", "narrower\tbroader\n闸阀\t阀门\n球阀\t阀门\n")
    corpora("lexicon/english.tsv", f"{ENGLISH}闸门阀\tgate valve|zf valve\n{row}\n")
    message = fault(lexicon)
    assert "lexicon/english.tsv:3" in message
    for part in said:
        assert part in message


def test_english_names_and_their_plurals_are_names_of_the_product(corpora):
    corpora("lexicon/synonyms/a.tsv", f"{HEAD}闸阀\t闸门阀\n")
    corpora("lexicon/broader/a.tsv", "narrower\tbroader\n闸阀\t阀门\n玻璃\t建材\n眼镜\t日用品\n")
    corpora(
        "lexicon/english.tsv",
        f"{ENGLISH}闸阀\tGate Valve|gate switch\n玻璃\tglass\n眼镜\tglasses\n阀门\tassembly|toy\n",
    )
    known = lexicon().canonical
    assert known["gatevalve"] == known["gatevalves"] == known["gateswitches"] == "闸阀"
    assert known["assemblies"] == known["toys"] == "阀门"
    assert (known["glass"], known["glasses"]) == ("玻璃", "眼镜")
    assert "assemblys" not in known
    assert "gatevalve" not in lexicon().parents
    assert "gatevalve" not in lexicon().information


@pytest.mark.parametrize(
    "text",
    [
        "kind = ",
        "kind = 1\n",
        'kind = "product"\nlabel = "产品"\nwords = {}\noptions = {}\ndemand = 3\n',
    ],
)
def test_a_fault_in_a_kind_names_the_file(corpora, text):
    corpora("kinds/product.toml", text)
    assert "kinds/product.toml" in fault(knowledge.kind)


@pytest.mark.parametrize("row", ["a,b,c", "a"])
def test_cases_with_too_many_or_too_few_cells_name_the_line(corpora, row):
    corpora("cases/x.csv", f'case_id,tier\nx-001,"STRONG\n"\n{row}\n')
    assert "cases/x.csv 第 4 行" in fault(knowledge.read_cases)


def test_cases_are_numbered_by_line(corpora):
    corpora("cases/x.csv", 'case_id,tier\nx-001,"STRONG"\nx-002,WEAK\n')
    corpora("cases/README.md", "no cases")
    assert [place for place, _ in knowledge.read_cases()] == ["cases/x.csv:2", "cases/x.csv:3"]
