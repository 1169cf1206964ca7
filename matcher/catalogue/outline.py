"""A catalogue as a printed document: which parts it has, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.catalogue.blocks import (
    Bars,
    Block,
    Card,
    Cell,
    Colophon,
    Column,
    Contents,
    Cover,
    Heading,
    Page,
    Paragraph,
    Printed,
    Section,
    Signing,
    Table,
)
from matcher.catalogue.content import Catalogue, Entry, Need, Variant
from matcher.catalogue.figures import day_text, figures, numeral

SIGN_OFF = ("编制", "审核", "批准")
NONE = "—"
_MARK = "草案　未经审核，仅供内部讨论"
_SUBTITLE = {
    Variant.WHOLE: "", Variant.LEADER: "（{}）", Variant.SME: "（{}）", Variant.ATTRACTION: "",
}  # fmt: skip
_SUMMARY = (
    Column("序号", 12, "center"), Column("企业", 44), Column("产品", 36), Column("规格", 46),
    Column("产能", 24, "right"), Column("梯度", 16, "center"), Column("对应需求", 35),
    Column("页码", 12, "center"),
)  # fmt: skip
_FACING = (
    Column("序号", 11, "center"), Column("需求", 34), Column("年需求量", 22, "right"),
    Column("推荐企业", 38), Column("产品与规格", 44), Column("产能", 22, "right"),
    Column("推荐理由", 43), Column("页码", 11, "center"),
)  # fmt: skip
_CHANCES = (
    Column("序号", 11, "center"), Column("本企业产品", 38), Column("需求企业", 42), Column("需求", 50),
    Column("年需求量", 25, "right"), Column("适配理由", 59),
)  # fmt: skip
_INDEX = (
    Column("企业", 52), Column("县市", 21, "center"), Column("梯度", 19, "center"),
    Column("产品（序号）", 50), Column("页码", 14, "center"),
)  # fmt: skip
_GAPS = (
    Column("序号", 12, "center"), Column("产业链", 22), Column("需求", 40), Column("规格与标准", 49),
    Column("年需求量", 27, "right"), Column("需求企业", 35), Column("要求", 40),
)  # fmt: skip


def printed(catalogue: Catalogue) -> Printed:
    """The document of a catalogue."""
    parts = list(_parts(catalogue))
    lines = tuple(
        (block.level, block.text, block.anchor)
        for section in parts for block in section.blocks
        if isinstance(block, Heading) and block.listed and block.level <= 2
    )  # fmt: skip
    contents = (Heading(1, "目　　录", "contents", listed=False, fresh=True), Contents(lines))
    first = Section((_cover(catalogue), *_notes(catalogue), *contents))
    return Printed(
        title=catalogue.heading,
        author=catalogue.issuer or "携手",
        subject=" ".join(filter(None, (catalogue.number, f"内容哈希 {catalogue.digest}"))),
        date=catalogue.date.isoformat(),
        mark=_MARK if catalogue.draft else "",
        sections=(first, *parts),
    )


def _cover(catalogue: Catalogue) -> Cover:
    return Cover(
        issuer=catalogue.issuer,
        number=catalogue.number,
        title=catalogue.heading,
        subtitle=_SUBTITLE[catalogue.variant].format(catalogue.subject),
        period=catalogue.period,
        date=day_text(catalogue.date),
        mark=_MARK if catalogue.draft else "",
    )


def _notes(catalogue: Catalogue) -> Iterator[Block]:
    yield Heading(1, "编制说明", "notes", fresh=True)
    for note in catalogue.notes:
        # A heading of official documents may run on: 一、 alone is one, （一）…。… is a paragraph.
        if note.level == 1:
            yield Heading(2, note.text, listed=False)
        elif note.level and len(note.text) <= 30 and "。" not in note.text:
            yield Heading(note.level + 1, note.text, listed=False)
        else:
            yield Paragraph(note.text)


def _parts(catalogue: Catalogue) -> Iterator[Section]:
    if catalogue.entries:
        yield from _TABLES[catalogue.variant](catalogue)
    if catalogue.entries and catalogue.variant in {Variant.WHOLE, Variant.LEADER}:
        yield Section(tuple(_chapters(catalogue)))
        yield Section(tuple(_index(catalogue)))
    annex = iter(("附件1　", "附件2　"))
    if catalogue.gaps:
        main = catalogue.variant is Variant.ATTRACTION
        said = "招商需求一览表" if main else f"{next(annex)}供需缺口（暂无供给的需求）"
        yield Section((Heading(1, said, "gaps"), _gap_table(catalogue)), landscape=True)
    yield Section((*_statistics(catalogue, next(annex)), *_end(catalogue)))


def _summary(catalogue: Catalogue) -> Iterator[Section]:
    rows: list[tuple[Cell, ...]] = [
        (
            str(e.number), e.enterprise, e.product, e.spec or NONE, e.capacity.text or NONE,
            e.tier or NONE, "、".join(dict.fromkeys(n.product for n in e.needs)) or NONE, _page(e),
        )
        for e in catalogue.entries
    ]  # fmt: skip
    yield Section((Heading(1, "推荐产品汇总表", "summary"), Table(_SUMMARY, tuple(rows))), landscape=True)  # fmt: skip


def _facing(catalogue: Catalogue) -> Iterator[Section]:
    """Demands with their suppliers (需求-供应商对照表)."""
    rows: list[tuple[Cell, ...]] = []
    last = None
    for entry, need in sorted(_by_need(catalogue), key=lambda pair: _need_key(pair[1])):
        again, last = _need_key(need) == last, _need_key(need)
        named = _lines(need.product, need.spec, need.standard)
        rows.append(
            (
                str(len(rows) + 1), "同上" if again else named,
                "同上" if again else need.quantity.text or NONE, _lines(entry.enterprise, entry.tier),
                _lines(entry.product, entry.spec), entry.capacity.text or NONE, need.said or NONE,
                _page(entry),
            )
        )  # fmt: skip
    heading = Heading(1, "需求与供应商对照表", "summary")
    yield Section((heading, Table(_FACING, tuple(rows))), landscape=True)


def _chances(catalogue: Catalogue) -> Iterator[Section]:
    """Needs that one firm's products fit (企业配套机会)."""
    rows: list[tuple[Cell, ...]] = [
        (
            str(i), _lines(entry.product, entry.spec), need.leader or NONE,
            _lines(need.product, need.spec, need.standard, need.requirement),
            need.quantity.text or NONE, need.said or NONE,
        )
        for i, (entry, need) in enumerate(_by_need(catalogue), 1)
    ]  # fmt: skip
    heading = Heading(1, "配套机会一览表", "summary")
    yield Section((heading, Table(_CHANCES, tuple(rows))), landscape=True)


_TABLES = {
    Variant.WHOLE: _summary, Variant.LEADER: _facing, Variant.SME: _chances,
    Variant.ATTRACTION: _summary,
}  # fmt: skip


def _by_need(catalogue: Catalogue) -> list[tuple[Entry, Need]]:
    return [(entry, need) for _, entry, need in catalogue.lines() if need is not None]


def _need_key(need: Need) -> tuple[str, str, str]:
    return (need.demand_id, need.leader, need.product)


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text) or NONE


def _page(entry: Entry) -> Page:
    return Page(f"entry-{entry.number}", str(entry.number))


def _chapters(catalogue: Catalogue) -> Iterator[Block]:
    yield Heading(1, "推荐产品", "entries")
    for i, chapter in enumerate(catalogue.chapters, 1):
        title = f"{numeral(i)}、{chapter.name}（{len(chapter.entries)}项）"
        yield Heading(2, title, f"chain-{i}", fresh=i > 1)
        for entry in chapter.entries:
            title = f"（{numeral(entry.number)}）{entry.enterprise}　{entry.product}"
            yield Heading(3, title, f"entry-{entry.number}")
            yield _card(entry)


def _card(entry: Entry) -> Card:
    rows: list[tuple[tuple[str, str], ...]] = [
        (("企业名称", entry.enterprise), ("梯　　度", entry.tier or NONE)),
        (("产品名称", entry.product), ("所在县市", entry.county or NONE)),
        (("规格参数", entry.spec or NONE),),
        (("执行标准", entry.standard or NONE), ("年 产 能", entry.capacity.text or NONE)),
        (("资质认证", entry.certificates or NONE),),
    ]  # fmt: skip
    if entry.intended_buyers:
        rows.append((("拟配套对象", entry.intended_buyers),))
    if entry.description:
        rows.append((("产品说明", entry.description),))
    if entry.needs:
        rows.append((("适配需求", "\n".join(_need_text(need) for need in entry.needs)),))
    rows.append((("推荐理由", entry.reason),))
    if entry.contact:
        rows.append((("联系方式", entry.contact),))
    return Card(tuple(rows))


def _need_text(need: Need) -> str:
    amount = f"年需求量 {need.quantity.text}" if need.quantity.text else ""
    sure = f"把握 {need.probability:.0%}" if need.probability is not None else ""
    said = (need.product, need.spec, need.standard, amount, need.requirement, sure)
    return f"{need.leader}：{'；'.join(filter(None, said))}"


def _index(catalogue: Catalogue) -> Iterator[Block]:
    yield Heading(1, "企业索引", "index")
    yield Paragraph("按企业名称排列，常用汉字以汉语拼音为序。", plain=True)
    firms: dict[str, list[Entry]] = {}
    for entry in sorted(catalogue.entries, key=lambda e: e.enterprise.encode("gb18030", "replace")):
        firms.setdefault(entry.enterprise, []).append(entry)
    rows = [
        (name, mine[0].county or NONE, mine[0].tier or NONE,
         "、".join(f"{e.product}（{e.number}）" for e in mine), _page(mine[0]))
        for name, mine in firms.items()
    ]  # fmt: skip
    yield Table(_INDEX, tuple(rows))


def _gap_table(catalogue: Catalogue) -> Table:
    rows = [
        (str(i), gap.chain, gap.product, _lines(gap.spec, gap.standard), gap.quantity.text or NONE,
         gap.leader or NONE, gap.requirement or NONE)
        for i, gap in enumerate(catalogue.gaps, 1)
    ]  # fmt: skip
    return Table(_GAPS, tuple(rows))


def _statistics(catalogue: Catalogue, annex: str) -> Iterator[Block]:
    counted = figures(catalogue)
    yield Heading(1, f"{annex}统计", "statistics")
    listed = (
        f"推荐产品{counted.entries}项、供给企业{counted.enterprises}家，对应需求{counted.needs}项，"
        if counted.entries
        else ""
    )
    gaps = f"暂无供给的需求{len(catalogue.gaps)}项，" if catalogue.gaps else ""
    yield Paragraph(f"共收录{listed}{gaps}涉及产业链{counted.chains}条。")
    for title, unit, items in (
        ("各产业链推荐产品", "项", counted.by_chain), ("供给企业梯度", "家", counted.by_tier),
        ("供给企业所在县市", "家", counted.by_county), ("各产业链供需缺口", "项", counted.gaps_by_chain),
    ):  # fmt: skip
        if items:
            yield Bars(title, unit, items)


def grouped(digest: str) -> str:
    """A hash in groups, so that it can be read and broken at the end of a line."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))


def _end(catalogue: Catalogue) -> Iterator[Block]:
    if not catalogue.draft:
        blank = "＿" * 5
        yield Signing(
            (
                "　".join(f"{name}：{blank}" for name in SIGN_OFF),
                "单位（盖章）：　　　　　　　　　　　年　　月　　日",
            )
        )
    said = catalogue.number or "尚未编号印发"
    replaced = f"，替代{catalogue.replaces}" if catalogue.replaces else ""
    yield Colophon(
        (
            (f"编号：{said}{replaced}", ""),
            (f"内容校验码（SHA-256）：{grouped(catalogue.digest)}", ""),
            (catalogue.issuer or "编制单位：＿＿＿＿＿＿＿＿", f"{day_text(catalogue.date)}印发"
             if catalogue.number else f"数据截至{day_text(catalogue.made_on)}"),
        )
    )  # fmt: skip
