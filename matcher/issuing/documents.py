"""Documents of stored catalogues: made when they are asked for, and known again afterwards."""

from __future__ import annotations

from matcher.catalogue import Catalogue, from_record, to_document
from matcher.store import CatalogueState, Scope, Store

_ISSUED = (CatalogueState.ISSUED, CatalogueState.SUPERSEDED)


def content_of(store: Store, key: int, scope: Scope) -> Catalogue:
    """A stored catalogue as it was frozen.

    Raises:
        NotFoundError: None of that id in scope.
    """
    return from_record(store.catalogues.content(key, scope))


def document(store: Store, key: int, suffix: str, scope: Scope) -> bytes:
    """A stored catalogue in the form of a suffix; of an issued one its hash is kept.

    Raises:
        NotFoundError: None of that id in scope.
        XieshouError: A pdf cannot be set on this machine.
    """
    data = to_document(content_of(store, key, scope), suffix)
    if store.catalogues.get(key, scope).state in _ISSUED:
        store.catalogues.files.note(key, suffix.lower().lstrip("."), data)
    return data
