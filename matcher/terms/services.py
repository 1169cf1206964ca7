"""Services (服务) and goods: what does a name end in?"""

from __future__ import annotations

from matcher.knowledge import services


def is_service(core: str) -> bool:
    """Whether a folded name, without its brackets and codes, ends like a service."""
    return core.endswith(services("service"))
