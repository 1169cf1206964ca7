"""A draft changed by hand: its order, what it leaves out, its words (编辑草稿)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from matcher.catalogue import Catalogue, arranged
from matcher.catalogue.notes import fill
from matcher.errors import XieshouError
from matcher.issuing.documents import content_of
from matcher.store import Scope, Store, StoredCatalogue
from matcher.text import clean

TEMPLATE = "template"  # of the 编制说明, in what a catalogue was chosen by


def template_of(stored: StoredCatalogue, made: Catalogue) -> str:
    """The template of a catalogue's 编制说明; its lines as they are where none was kept."""
    return str(stored.selection.get(TEMPLATE) or "\n".join(note.text for note in made.notes))


def rearrange(
    store: Store,
    key: int,
    scope: Scope,
    places: Mapping[int, int],
    without: Collection[int] = (),
    *,
    was: str = "",
) -> None:
    """Move entries of a draft and take entries out; the figures in its 编制说明 follow.

    Args:
        store: The store.
        key: Id of the catalogue.
        scope: Of who does it.
        places: Number of an entry → the number it is wished to have.
        without: Numbers of entries that are taken out.
        was: Hash of the content that was looked at, where it must still be that.

    Raises:
        StaleError: Somebody else has changed it meanwhile.
        XieshouError: It is issued already, or nothing would be left.
    """
    stored, made = store.catalogues.get(key, scope), content_of(store, key, scope)
    after = arranged(made, places, without)
    if made.entries and not after.entries:
        raise XieshouError("目录里至少要留一条，全不要就删掉这份草稿")
    gone = {entry.supply_id for entry in made.entries} - {e.supply_id for e in after.entries}
    _rewrite(store, stored, after, template_of(stored, made), gone, was)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a catalogue, beside its entries.

    Attributes:
        title: Its title.
        issuer: Issuing body.
        period: The time it covers.
        notes: Template of the 编制说明, see :mod:`matcher.catalogue.notes`.
    """

    title: str
    issuer: str
    period: str
    notes: str


def reword(store: Store, key: int, scope: Scope, words: Words, *, was: str = "") -> None:
    """Put other words on a draft.

    Args:
        store: The store.
        key: Id of the catalogue.
        scope: Of who does it.
        words: The words.
        was: As in :func:`rearrange`.

    Raises:
        StaleError: Somebody else has changed it meanwhile.
        XieshouError: It is issued already, has no title, or the template asks for what nobody knows.
    """
    stored, made = store.catalogues.get(key, scope), content_of(store, key, scope)
    title, issuer, period = map(clean, (words.title, words.issuer, words.period))
    if not title:
        raise XieshouError("目录要有标题")
    after = replace(made, title=title, issuer=issuer, period=period)
    _rewrite(store, stored, after, words.notes, (), was)


def _rewrite(
    store: Store,
    stored: StoredCatalogue,
    after: Catalogue,
    notes: str,
    gone: Collection[str],
    was: str,
) -> None:
    after = replace(after, notes=fill(notes, after))
    selection: dict[str, Any] = {**stored.selection, TEMPLATE: notes}
    store.catalogues.rewrite(
        stored.id,
        after.record(),
        entries=len(after.entries) or len(after.gaps),
        was=was,
        selection=selection,
        without=gone,
    )
