"""The long work of this area: one plan over everything in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matcher.planning import Choices, ask, kept

if TYPE_CHECKING:
    from matcher.store import Store
    from web.jobs.kinds import Progress, Save


def make(store: Store, arguments: Mapping[str, Any], progress: Progress) -> Save:
    """Plan and keep the plan.

    Args:
        store: The open database.
        arguments: ``choices`` as :meth:`matcher.planning.Choices.record` gives them, ``before``:
            number of the plan to stay close to, or None.
        progress: Told of each step; the solver itself cannot be asked how far it is.

    Raises:
        XieshouError: Nothing was matched yet, or a choice has no meaning.
    """
    before = arguments["before"]
    progress(0, 0, "读取建议和产能")
    asked = ask(store, Choices.of(arguments["choices"]), kept(store, before) if before else None)
    progress(0, 0, "求解")
    record = asked.record(asked.solve())

    def save() -> dict[str, Any]:
        progress(0, 0, "保存")
        number = store.plans.save(
            record, asked.choices.record(), before_id=before, by=store.audit.actor.name
        )
        return {"plan": number, "url": f"/plans/{number}"}

    return save
