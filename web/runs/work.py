"""The long work of this area: one matching run over everything in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matcher.cli.matching import rank_store
from matcher.ranking import Parameters

if TYPE_CHECKING:
    from matcher.store import Store
    from web.jobs.kinds import Progress, Save


def match(store: Store, arguments: Mapping[str, Any], progress: Progress) -> Save:
    """Match everything by the model in use.

    Args:
        store: The open database.
        arguments: Values of :class:`matcher.ranking.Parameters` by name.
        progress: Told of each stage.

    Raises:
        XieshouError: One of the lists is empty, or the model in use needs another program.
    """
    found = rank_store(
        store, Parameters(**arguments), lambda stage, done, total: progress(done, total, stage)
    )

    def save() -> dict[str, Any]:
        progress(0, 0, "保存")
        run_id = found.save(store)
        return {"run": run_id, "url": f"/runs/{run_id}"}

    return save
