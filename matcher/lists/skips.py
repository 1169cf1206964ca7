"""Why a row of a table is no data: blank, a header again, a sum, a remark, a title.

Each test asks for what such a row looks like as a whole, because single words mislead: 小计量泵 and
累计流量计 are products, 备注 heads a column, and a firm's name alone stands above its products.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.lists.cells import is_firm, looks_like_firm
from matcher.lists.columns import ColumnMatch
from matcher.lists.grid import Grid
from matcher.lists.headers import is_hint_line
from matcher.lists.tables import Table, header_texts, is_header_again
from matcher.model import ListKind, id_key, owner_key

BLANK, BLANK_SERIAL = "空行", "空行（只有序号或零）"
TITLE, HEADER, AGAIN, GROUP = "标题行", "表头", "重复表头", "分组标题"
SUM, REMARK, GUIDE, HIDDEN = "合计行", "备注行", "说明页", "隐藏的工作表"
OTHER_KIND, IGNORED = "另一种清单", "不导入的工作表"

_SUM_WORD = (
    r"(?:本页|本表|本项|以上|上述|分类|分项|各项|全[州县市区]|州本级|其中|总)?"
    r"(?:小计|合计|总计|共计|累计|汇总|总合计|(?:sub-?|grand)?total)"
)
# Without one of these no text is a sum's; as literals, not IGNORECASE, they are looked for fast.
_SUM_SIGN = re.compile("计|汇|大写|o[tT][aA][lL]|O[tT][aA][lL]")
_SUM = re.compile(
    rf"{_SUM_WORD}(?:[:：]?$|[:：￥¥(（]?\d|[:：]|[(（][^()（）]*[)）][:：]?$)", re.IGNORECASE
)
_SUM_OF = re.compile(
    rf"{_SUM_WORD}(?:不?含税|金额|总价|价款|价格|人民币|大写|数量|产能|需求|供给|控制价|产品|企业|项目|家数|[共约])",
    re.IGNORECASE,
)
_SUM_IN_WORDS = re.compile(
    r"(?:人民币|金额|合计|总计|共计|总价|[(（])*大写[)）]?(?:人民币)?(?:[:：]|[(（]|$)"
)
_SUM_END = re.compile(r".(?:小计|合计|总计|共计)[:：]?$")
_REMARK = re.compile(
    r"^(?:备\s*注|注|附|说明|附注|填表说明|填报说明|填写说明|重要说明|特别说明|数据来源|资料来源|来源|联系人及电话)\s*\d*\s*[:：]|"
    r"^(?:备\s*注|填表说明|填报说明|附注)$|^注\s*[\d(（]|^以上(?!\d)"
)
_SIGN_OFF = re.compile(
    r"(?:填表|制表|制单|编制|编写|校对|核对|审核|复核|审批|审定|核准|批准|签发|统计|填报|报送|经办|分管|主管|联系|单位|企业|法人|法定)?"
    r"(?:人|员|单位|日期|时间|领导|负责人|代表人?|部门|电话|手机|传真|邮箱|邮编|地址|网址)?"
    r"(?:[(（]?(?:签字|签名|签章|盖章|公章)[)）]?)?\s*[:：].*|"
    r"[(（]?(?:单位|企业)?(?:签字|签名|签章|盖章|公章|加盖公章)[)）]?|"
    r"(?:制单|制表|审核|复核)\s*[:：].*|"
    r"[\u4e00-\u9fff]{0,6}(?:负责人|领导|经理|主任|[局科处厂部队]长|会计|出纳|意见)\s*(?:[(（][^()（）]{0,6}[)）])?\s*[:：].*|"
    r"[二〇○零一三四五六七八九十]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}[日号])?|"
    r"第\s*\d+\s*页.*|共\s*\d+\s*页.*|\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?"
)
_ZERO = re.compile(r"[0.,\s]*|#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NUM!|NULL!)")
_SERIAL = re.compile(r"[\d.\-—()（）]*")
_GROUP = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．\s]|附[表件]\s*(?:[\d一二三四五六七八九十]+|[:：]|$)|"
    r"第[一二三四五六七八九十]+[部批组类](?:分|$|[:：、\s])|【.*】$|.*[:：]$|"
    r".{2,14}[(（][共计]?\s*\d+\s*[家户项个种](?:企业|产品|单位)?[)）]$)"
)
_NUMBERING = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．\s]\s*|[【\[])|[】\]:：]$"
)
_TITLE_END = re.compile(
    r"(?:清单|明细|目录|部分|汇总表?|一览表|统计表|需求表|供给表|续表|[(（]续[)）])$"
)
_LONG_TEXT = 60
# Where a word like 小计 may stand behind the product: columns of short labels, none of sentences.
_LABEL_KEYS = frozenset({"", "spec", "standard", "unit", "county", "category", "@ignore"})
_TITLE_KEYS = frozenset({"", "@serial", "@ignore", "chain", "product_name"})

Cells = Sequence[tuple[ColumnMatch, str]]


class Sorter:
    """Tells the rows of one table that are no data; remembers whether the last one was a remark."""

    def __init__(self, grid: Grid, table: Table, kind: ListKind) -> None:
        self._grid, self._table = grid, table
        self._owner = owner_key(kind)
        self._header = header_texts(grid, table)
        headed = [column for column in table.columns if column.heading or column.key]
        self._headed = len(headed)
        self._product = next((c.index for c in headed if c.key == "product_name"), -1)
        keys = _TITLE_KEYS | {id_key(kind), self._owner}
        self._title_columns = {c.index for c in table.columns if c.key in keys}
        self._title_columns |= {c.index for c in headed[:1]}
        self._wide_merges = {
            r
            for r0, c0, r1, c1 in grid.merges
            if c1 - c0 + 1 >= max(3, len(table.columns) // 2)
            for r in range(r0, min(r1, r0 + 3) + 1)
        }
        self._remark = False

    def reason(self, r: int, cells: Cells, product: str, identity: str) -> str:
        """Why row ``r`` is no data, or empty. A row with a given id and a product is data."""
        reason = self._reason(r, cells, product, identity)
        self._remark = reason == REMARK or (self._remark and reason == BLANK)
        return reason

    def _reason(self, r: int, cells: Cells, product: str, identity: str) -> str:
        if not cells:
            return BLANK
        if self._is_header(r, cells):
            return AGAIN
        if identity and product and not _is_sum_text(identity) and not _is_sum_text(product):
            return ""
        if self._is_sum(cells, product):
            return SUM
        if _is_remark(cells, product):
            return REMARK
        if all(_ZERO.fullmatch(text) or is_serial(column, text) for column, text in cells[::-1]):
            return BLANK_SERIAL
        if len(cells) <= 4 and self._headed > 1:
            told = [(c, text) for c, text in cells if not _ZERO.fullmatch(text)]
            if len({text for _, text in told}) == 1:
                return self._single_text(r, *told[0], product)
        return ""

    def _is_header(self, r: int, cells: Cells) -> bool:
        if r in self._table.again:
            return True
        column, text = cells[0]
        return (text == column.heading or len(cells) > 1) and (
            is_header_again(self._grid, r, self._header)
            or (r - 1 in self._table.again and is_hint_line(self._grid, r))
        )

    def _is_sum(self, cells: Cells, product: str) -> bool:
        """A label such as 小计 before the product, in its place, or behind it in a short column."""
        if not _SUM_SIGN.search("\n".join([text for _, text in cells])):
            return False
        for place, (column, text) in enumerate(cells):
            if not _SUM_SIGN.search(text):
                continue
            bare = "".join(text.split())
            if column.index > self._product and product:
                if column.key in _LABEL_KEYS and re.fullmatch(_SUM_WORD, bare, re.IGNORECASE):
                    return True
                continue
            if place > 2 and not product:
                break
            if _SUM.match(bare) or _SUM_IN_WORDS.match(bare):
                return True
            before = column.index < self._product or not product or len(cells) <= 3
            if _SUM_END.search(bare) or (before and _SUM_OF.match(bare)):
                return True
        return False

    def _single_text(self, r: int, column: ColumnMatch, text: str, product: str) -> str:
        """A row with one text: a title, the name of a group, a remark that goes on, or data."""
        if _GROUP.match(text) or r in self._wide_merges:
            return GROUP
        if self._last_before_header(r) and _TITLE_END.search(text):
            return TITLE
        if column.index not in self._title_columns:
            return ""
        if self._headed < 3 and column.key == "product_name":
            return ""
        if self._remark and (len(text) > 8 or re.match(r"[\d(（①-⑳]", text)):
            return REMARK
        if is_firm(text) and column.key != self._owner:
            return GROUP
        if len(text) > _LONG_TEXT or re.search(r"[。；]$", text):
            return REMARK
        return "" if product or column.key == self._owner else GROUP

    def _last_before_header(self, r: int) -> bool:
        """Whether the next row that holds anything is a header: of the next table, or again."""
        rows, below = self._grid.rows, r + 1
        while below < len(rows) and not any(map(str.strip, rows[below])):
            below += 1
        return below in self._table.again or self._table.stop <= below < len(rows)


def firm_of_title(cells: Cells) -> str:
    """The firm that a title row names for the rows below it, or empty."""
    texts = {text for _, text in cells}
    if len(texts) != 1:
        return ""
    text = re.split(r"[:：]", _NUMBERING.sub("", texts.pop()))[-1].strip()
    return text if looks_like_firm(text) else ""


def is_serial(column: ColumnMatch, text: str) -> bool:
    """Whether a cell only counts its row."""
    return column.key == "@serial" and bool(_SERIAL.fullmatch(text))


def _is_sum_text(text: str) -> bool:
    return bool(_SUM_SIGN.search(text)) and bool(_SUM.match("".join(text.split())))


def _is_remark(cells: Cells, product: str) -> bool:
    first = cells[0][1]
    if _REMARK.match(first.lstrip("(（* ")):
        texts = {text for _, text in cells if not _ZERO.fullmatch(text)}
        return len(texts) <= 2 or not product or product == first
    return all(_SIGN_OFF.fullmatch(text) for _, text in cells)
