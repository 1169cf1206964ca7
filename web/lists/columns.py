"""Headings, facets and cells of the lists, as people read them (列)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matcher.model import quantity_key
from matcher.records import plain_number, quantity_text
from matcher.store import Found, Listing, Scope

EMPTY = "-"  # how an address names the value of an empty cell


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key, heading, whether it is shown unless others are chosen, how it is set."""

    key: str
    label: Any
    usual: bool = True
    number: bool = False
    style: str = ""


_COMMON = {
    "product_name": _l("产品"), "spec": _l("规格"), "standard": _l("执行标准"),
    "county": _l("县市"), "valid_until": _l("有效期至"),
}  # fmt: skip
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "demands": (
        Column("demand_id", _l("编号"), style="id"),
        Column("product_name", _COMMON["product_name"], style="strong"),
        Column("spec", _COMMON["spec"], style="small"),
        Column("standard", _COMMON["standard"], usual=False, style="small"),
        Column("annual_quantity", _l("年需求量"), number=True),
        Column("leader", _l("链主企业")),
        Column("chain", _l("产业链"), style="nowrap"),
        Column("category", _l("类别"), usual=False, style="nowrap"),
        Column("county", _COMMON["county"], style="nowrap"),
        Column("requirement", _l("具体要求"), usual=False, style="small"),
        Column("current_supplier", _l("现有供应商"), usual=False),
        Column("current_source", _l("现供来源"), usual=False),
        Column("disclosure", _l("公开范围"), usual=False, style="nowrap"),
        Column("valid_until", _COMMON["valid_until"], usual=False, style="nowrap"),
        Column("note", _l("备注"), usual=False, style="small"),
        Column("best", _l("最好的供给")),
        Column("probability", _l("把握"), number=True),
        Column("accepted", _l("已采纳"), usual=False, number=True),
    ),
    "supplies": (
        Column("supply_id", _l("编号"), style="id"),
        Column("product_name", _COMMON["product_name"], style="strong"),
        Column("spec", _COMMON["spec"], style="small"),
        Column("standard", _COMMON["standard"], usual=False, style="small"),
        Column("annual_capacity", _l("年产能"), number=True),
        Column("enterprise", _l("企业")),
        Column("county", _COMMON["county"], style="nowrap"),
        Column("tier", _l("梯度"), style="nowrap"),
        Column("certificates", _l("资质"), style="small"),
        Column("intended_buyers", _l("拟配套对象"), usual=False),
        Column("credit_code", _l("信用代码"), usual=False, style="nowrap"),
        Column("valid_until", _COMMON["valid_until"], usual=False, style="nowrap"),
        Column("description", _l("说明"), usual=False, style="small"),
        Column("fits", _l("相近需求"), number=True),
        Column("accepted", _l("已采纳"), number=True),
    ),
    "enterprises": (
        Column("name", _l("企业"), style="strong"),
        Column("roles", _l("角色"), style="nowrap"),
        Column("county", _COMMON["county"], style="nowrap"),
        Column("tier", _l("梯度"), style="nowrap"),
        Column("credit_code", _l("信用代码"), style="nowrap"),
        Column("supplies", _l("供给"), number=True),
        Column("demands", _l("需求"), number=True),
    ),
}
ROLES = {
    "chain_leader": _l("链主企业"), "backbone": _l("骨干企业"), "sme": _l("中小企业"),
    "institute": _l("科研院所"), "bank": _l("金融机构"),
}  # fmt: skip
_YES_NO = {"yes": _l("是"), "no": _l("否"), "1": _l("是"), "0": _l("否")}
FACETS: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "chain": (_l("产业链"), {}),
    "category": (_l("类别"), {}),
    "county": (_l("县市"), {}),
    "leader": (_l("链主企业"), {}),
    "disclosure": (_l("公开范围"), {}),
    "suggested": (_l("有候选供给"), _YES_NO),
    "fits": (_l("与我的供给相近"), _YES_NO),
    "gap": (_l("断点"), _YES_NO),
    "reviewed": (
        _l("审核"), {"accepted": _l("有采纳"), "decided": _l("审过，没有采纳"), "none": _l("没有审过")},
    ),
    "accepted": (_l("有采纳"), _YES_NO),
    "valid": (_l("有效期"), {"open": _l("没有写"), "valid": _l("有效"), "past": _l("已过期")}),
    "tier": (_l("梯度"), {}),
    "enterprise": (_l("企业"), {}),
    "intended": (_l("写了拟配套对象"), _YES_NO),
    "role": (_l("角色"), ROLES),
}  # fmt: skip


def columns_of(listing: Listing, scope: Scope) -> list[Column]:
    """The columns that a scope has."""
    extras = listing.extras_for(scope)
    return [c for c in COLUMNS[listing.table] if c.key not in listing.extras or c.key in extras]


def value(listing: Listing, found: Found, key: str) -> Any:
    """What a cell holds: text, or a number where it is counted; None for nothing."""
    if key == "roles":
        return "、".join(
            str(ROLES.get(role, role)) for role in (found.values["roles"] or "").split("|")
        )
    if found.row is None or key in listing.extras:
        return found.values.get(key)
    if key == quantity_key(listing.kind):  # type: ignore[arg-type]
        return quantity_text(found.row)
    return getattr(found.row, key)


def text(listing: Listing, found: Found, key: str) -> str:
    """A cell as text; empty for nothing."""
    shown = value(listing, found, key)
    if key == "probability" and shown is not None:
        return f"{shown:.0%}"
    if isinstance(shown, int | float):
        return f"{plain_number(shown):,}" if shown else ""
    return shown or ""


def label(facet: str, choice: str) -> str:
    """How a value of a facet is called."""
    if choice == EMPTY:
        return str(_("没有写"))
    return str(FACETS[facet][1].get(choice, choice))
