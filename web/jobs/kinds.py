"""What kinds of long work there are, and which function of which module does it.

The function runs in a process of its own::

    def match(store: Store, arguments: Mapping[str, Any], progress: Progress) -> Save:
        ...                                  # computes, reads, calls progress(done, total, message)
        return lambda: {"url": f"/runs/{store.runs.save(...)}"}

``store`` is open, and acts in the name of who started the work. ``progress`` may be called as often
as one likes, and raises where the work shall stop. What the function returns is called in one
transaction, in which the job is marked as done too: so all of it is kept, or nothing. It may call
``progress`` as well. An error of ours ends the job with its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

Progress = Callable[[int, int, str], None]  # work done, work in all (0: unknown), what is done
Save = Callable[
    [], Mapping[str, Any]
]  # writes; gives the result, ``url`` is the page to go on with


class Several(StrEnum):
    """What happens with work of a kind that is started while another one goes on."""

    REFUSED = "refused"
    QUEUED = "queued"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of long work.

    Attributes:
        label: Its name on the screen.
        work: ``module:function`` that does it.
        area: Area of rights whose people may see and cancel what others started, where they see
            everything of it; empty where only the starter may.
        several: What a second one does.
        home: Endpoint to go back to where nothing came of it.
        messages: Texts of the progress → what is shown for them in the user's language.
    """

    label: Any
    work: str
    area: str = ""
    several: Several = Several.QUEUED
    home: str = "overview.index"
    messages: Mapping[str, Any] = field(default_factory=dict)


_STAGES = {
    "分析需求": _l("分析需求"),
    "分析供给": _l("分析供给"),
    "召回候选": _l("召回候选"),
    "打分排序": _l("打分排序"),
    "保存": _l("保存"),
}

_IMPORTING = {
    "读文件": _l("读文件"),
    "与已有的行核对": _l("与已有的行核对"),
    "写预览": _l("写预览"),
    "写入": _l("写入"),
}

_PLANNING = {
    "读取建议和产能": _l("读取建议和产能"),
    "求解": _l("求解，最多到所定的秒数"),
    "保存": _l("保存"),
}

_CATALOGUING = {"选定条目": _l("选定条目"), "排版": _l("排版"), "保存": _l("保存")}

KINDS: dict[str, Kind] = {
    "import.read": Kind(
        _l("读清单"),
        "web.imports.work:read_job",
        "imports",
        Several.TOGETHER,
        "imports.index",
        _IMPORTING,
    ),
    "import.confirm": Kind(
        _l("导入清单"),
        "web.imports.work:confirm_job",
        "imports",
        Several.QUEUED,
        "imports.index",
        _IMPORTING,
    ),
    "match": Kind(
        _l("撮合运行"), "web.runs.work:match", "runs.start", Several.REFUSED, "runs.index", _STAGES
    ),
    "plan": Kind(
        _l("分配方案"),
        "web.plans.work:make",
        "plans.make",
        Several.QUEUED,
        "plans.index",
        _PLANNING,
    ),
    "catalogue.build": Kind(
        _l("编目录"),
        "web.catalogues.work:build",
        "catalogues.issue",
        Several.TOGETHER,
        "catalogues.index",
        _CATALOGUING,
    ),
    "catalogue.make": Kind(
        _l("生成目录文件"),
        "web.catalogues.work:make",
        "catalogues.issue",
        Several.TOGETHER,
        "catalogues.index",
        _CATALOGUING,
    ),
}
