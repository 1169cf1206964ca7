"""Services (服务) and goods: what does a name end in?"""

from __future__ import annotations

import re
from functools import cache

from matcher.knowledge import phrases, services

_CLAUSES = re.compile("[,;。:、]")


@cache
def is_service(core: str) -> bool:
    """Whether a folded name, without its brackets and codes, ends like a service.

    In a sentence any clause may, save a later one that says what comes with a product (可含安装).
    """
    aside, ends = phrases("免"), services("service")
    first, *more = _CLAUSES.split(core)
    return first.endswith(ends) or any(c.endswith(ends) and not c.startswith(aside) for c in more)
