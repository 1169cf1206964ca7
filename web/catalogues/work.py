"""The long work of this area: to gather a catalogue, and to set a long one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matcher.issuing import Selection, document, gather, keep
from matcher.store import EVERYTHING, county

if TYPE_CHECKING:
    from matcher.store import Scope, Store
    from web.jobs.kinds import Progress, Save


def build(store: Store, arguments: Mapping[str, Any], progress: Progress) -> Save:
    """Choose from the store and keep a draft.

    Args:
        store: The open database.
        arguments: ``selection`` as plain data, ``words`` of :func:`~matcher.issuing.gather`,
            ``county`` whose rows alone it is made of, or empty.
        progress: Told of each step.

    Raises:
        XieshouError: There is nothing to put into it.
    """
    selection = Selection.of(arguments["selection"])
    scope: Scope = county(arguments["county"]) if arguments["county"] else EVERYTHING
    progress(0, 0, "选定条目")
    gathered = gather(store, selection, scope, **arguments["words"])

    def save() -> dict[str, Any]:
        progress(0, 0, "保存")
        return {"url": f"/catalogues/{keep(store, gathered, selection, scope)}"}

    return save


def make(store: Store, arguments: Mapping[str, Any], progress: Progress) -> Save:
    """Set a document and keep it, so that it is there at once the next time.

    Args:
        store: The open database.
        arguments: ``catalogue``: its id, ``form``: pdf, docx, …; who started it was asked already
            whether it may be seen.
        progress: Told of each step.

    Raises:
        StaleError: The catalogue was changed meanwhile.
        XieshouError: The form cannot be made on this machine.
    """
    key, form = int(arguments["catalogue"]), str(arguments["form"])
    was = store.catalogues.get(key, EVERYTHING).content_hash
    progress(0, 0, "排版")
    data = document(store, key, f".{form}", EVERYTHING)

    def save() -> dict[str, Any]:
        store.catalogues.files.keep(key, form, data, was=was)
        return {"url": f"/catalogues/{key}?made={form}"}

    return save
