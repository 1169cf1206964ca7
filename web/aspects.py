"""The aspects of a match in which reasons are grouped, as pages name them (方面)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ASPECTS = {
    "名称": _l("名称"), "规格": _l("规格"), "标准": _l("标准"), "类别": _l("类别"),
    "数量": _l("数量"), "区位": _l("区位"), "资质": _l("资质"), "意向": _l("意向"),
}  # fmt: skip


def aspect(group: str) -> str:
    """The name of a group of features in the reader's language; another text as it is."""
    return str(ASPECTS.get(group, group))
