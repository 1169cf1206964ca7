"""What the engine's findings are called on the pages (用语)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matcher.chain.analysis.bottlenecks import Reason
from matcher.chain.analysis.gaps import Basis, GapScope
from matcher.chain.graph import EdgeKind
from matcher.chain.serving import Standing

REASONS = {
    Reason.SINGLE: _l("只有一家供应"),
    Reason.SHORT: _l("产能合计不够"),
    Reason.PART_MISSING: _l("这一样没有供应"),
}
STANDINGS = {
    Standing.CONTRACTED: _l("已在供货"),
    Standing.ACCEPTED: _l("审核采纳"),
    Standing.SAME_PRODUCT: _l("同一种产品"),
    Standing.PREDICTED: _l("预测能供"),
}
SCOPES = {
    GapScope.EVERYWHERE: _l("清单里都没有"),
    GapScope.PREFECTURE: _l("本地没有，外地有"),
}
BASES = {Basis.PREDICTED: _l("预测"), Basis.CONFIRMED: _l("审核确认")}
RELATIONS = {
    "近似产品": _l("近似产品"), "更宽的一类": _l("更宽的一类"), "更窄的一类": _l("更窄的一类"),
    "上一环节": _l("上一环节"), "下一环节": _l("下一环节"),
}  # fmt: skip
VERBS = {
    EdgeKind.CONTRACTED: _l("供货给"),
    EdgeKind.ACCEPTED: _l("经审核可供给"),
    EdgeKind.SUGGESTED: _l("预测能供给"),
    EdgeKind.MAKES: _l("在做"),
    EdgeKind.NEEDS: _l("要"),
    EdgeKind.FEEDS: _l("用来做"),
    EdgeKind.BROADER: _l("属于"),
}
PLACES = {True: _l("本地"), False: _l("外地"), None: _l("所在地不明")}

ALL = {
    "reasons": REASONS, "standings": STANDINGS, "gap_scopes": SCOPES, "bases": BASES,
    "relations": RELATIONS, "places": PLACES, "verbs": VERBS,
}  # fmt: skip
