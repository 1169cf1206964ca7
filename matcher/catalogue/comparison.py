"""Two catalogues compared: what was added, removed, changed (两期对比)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from matcher.catalogue.content import Amount, Catalogue, Entry

Key = tuple[str, str, str]  # chain, id of the supply, product

LABELS: Mapping[str, str] = {
    "enterprise": "企业", "county": "县市", "tier": "梯度", "spec": "规格", "standard": "执行标准",
    "capacity": "产能", "certificates": "资质认证", "intended_buyers": "拟配套对象",
    "description": "产品说明", "contact": "联系方式", "reason": "推荐理由", "needs": "适配需求",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of both catalogues of which something differs: field → before and after."""

    entry: Entry
    differs: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a later catalogue has that an earlier one had not, the reverse, and what changed."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Change, ...]
    same: int


def compare(before: Catalogue, after: Catalogue) -> Comparison:
    """Compare two catalogues entry by entry, whatever their numbers."""
    old, new = _indexed(before), _indexed(after)
    both = [(old[key], entry) for key, entry in new.items() if key in old]
    told = [(entry, _differences(was, entry)) for was, entry in both]
    changed = tuple(Change(entry, differs) for entry, differs in told if differs)
    return Comparison(
        added=tuple(entry for key, entry in new.items() if key not in old),
        removed=tuple(entry for key, entry in old.items() if key not in new),
        changed=changed,
        same=len(both) - len(changed),
    )


def _indexed(catalogue: Catalogue) -> dict[Key, Entry]:
    return {
        (chapter.name, entry.supply_id, entry.product): entry
        for chapter in catalogue.chapters
        for entry in chapter.entries
    }


def _differences(was: Entry, now: Entry) -> dict[str, tuple[str, str]]:
    found = {}
    for field in fields(Entry):
        if field.name in LABELS:
            before, after = (_said(getattr(entry, field.name)) for entry in (was, now))
            if before != after:
                found[field.name] = (before, after)
    return found


def _said(value: Any) -> str:
    if isinstance(value, Amount):
        return value.text
    if isinstance(value, tuple):
        return "；".join(
            f"{n.leader}：{n.product} {n.spec} {n.quantity.text}".strip() for n in value
        )
    return str(value)
