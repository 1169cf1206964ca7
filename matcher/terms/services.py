"""Services (服务) and goods: what does a name end in?"""

from __future__ import annotations

import re
from functools import cache

from matcher.knowledge import phrases, services

_CLAUSES = re.compile("[,;。:、]")


@cache
def is_service(core: str) -> bool:
    """Whether a folded name, without its brackets and codes, ends like a service.

    In a sentence any clause may, save those of what comes with a product (可含安装).
    """
    aside, ends = phrases("免"), services("service")
    return any(
        clause.endswith(ends) and not clause.startswith(aside) for clause in _CLAUSES.split(core)
    )
