"""The local runner: shards in processes of their own, one call at a time to all of them (本机并行).

Short lists are matched in the calling process; the outcome is the same.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import IO, Any, Self, cast

import numpy as np

from matcher.errors import XieshouError
from matcher.model import Supply
from matcher.ranking.parameters import Progress
from matcher.ranking.products import Products
from matcher.ranking.recall import Reach
from matcher.ranking.shard import Shard
from matcher.ranking.statistics import Statistics
from matcher.ranking.supplies import Supplies

News = tuple[int, str, Any]  # which process; done, report, failed or ended; what it says
_FEWEST = 20_000  # supplies from which a second process saves more time than it costs
Report = Callable[[int, int], None]


class Steps:
    """The steps of one shard by name; what they give can be sent between processes."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard

    def _reach(self, statistics: Statistics, near: int) -> Reach:
        self._found = self._shard.recall(statistics, near)
        return self._found.reach

    def call(self, step: str, arguments: tuple[Any, ...], report: Report) -> Any:
        """Do one step."""
        if step in {"count", "match"}:
            return getattr(self._shard, step)(*arguments, report)
        if step == "suggest":
            return self._shard.suggest(*arguments)
        if step == "reach":
            return self._reach(*arguments)
        return getattr(self._found, step)(*arguments)


class Workers:
    """All shards of a supply list, each in a process of its own where the list is long.

    Args:
        shards: The shards, in the order of their numbers; each is looked at once.
        report: Told of a stage, work done and work in all.
        apart: Whether each works in a process of its own.
    """

    def __init__(self, shards: Iterable[Shard], report: Progress, *, apart: bool = False) -> None:
        self._report = report
        self._news: Queue[News] = Queue()
        self._here = [] if apart else [Steps(shard) for shard in shards]
        self._there = [_Process(s, n, self._news) for n, s in enumerate(shards)] if apart else []

    @classmethod
    def over(
        cls,
        wanted: Products,
        supplies: Sequence[Supply],
        processes: int | None,
        report: Progress,
    ) -> Self:
        """Workers for the whole of a list.

        Args:
            wanted: The demanded products.
            supplies: The supplies, in the order of their ids.
            processes: How many processes; None for one a processor where that saves time.
            report: As above.
        """
        if processes is None:
            processes = min(os.cpu_count() or 1, len(supplies) // _FEWEST)
        bounds = np.linspace(0, len(supplies), max(1, processes) + 1).astype(int).tolist()
        # One after the other: each is packed, sent away, and held here no longer.
        shards = (
            Shard(wanted, Supplies.of(supplies[start:stop]), n, start)
            for n, (start, stop) in enumerate(pairwise(bounds))
        )
        return cls(shards, report, apart=_is_worth_it(len(bounds) - 1))

    def __len__(self) -> int:
        return len(self._here) + len(self._there)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._there:
            process.stop()

    def each(self, step: str, stage: str, *arguments: Any) -> list[Any]:
        """The outcome of one step of every shard, in their order.

        Args:
            step: The step.
            stage: Its name for the progress, empty for none.
            arguments: What every shard gets.
        """
        return self._run(step, stage, [arguments] * len(self))

    def own(self, step: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The outcome of one step of every shard, each with arguments of its own."""
        return self._run(step, "", arguments)

    def _run(self, step: str, stage: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        def tell(done: int, whole: int) -> None:
            if stage:
                self._report(stage, done, whole)

        if self._here:
            pairs = zip(self._here, arguments, strict=True)
            return [steps.call(step, mine, tell) for steps, mine in pairs]
        for process, mine in zip(self._there, arguments, strict=True):
            process.ask(step, mine)
        answers: dict[int, Any] = {}
        while len(answers) < len(self._there):
            number, what, value = self._news.get()
            if what == "done":
                answers[number] = value
            elif what == "report":
                tell(*value)
            elif what == "failed":
                said, trace = value  # the trace is for developers and in no sentence
                raise XieshouError(f"撮合用的一个子进程出错：{said}") from RuntimeError(trace)
            else:
                raise XieshouError(
                    "撮合用的一个子进程意外结束（多半是内存不够）；请关掉其他程序后再运行一次"
                )
        return [answers[n] for n in range(len(self._there))]


def _is_worth_it(shards: int) -> bool:
    return shards > 1


_COMMAND = (sys.executable, "-X", "utf8", "-W", "ignore", "-m", "matcher.ranking.worker")


class _Process:
    """One shard in a process of its own, and a thread that waits for what it says.

    The process is an interpreter started anew, on every system: a forked one would wait for ever
    for the threads of OpenMP, and one that :mod:`multiprocessing` starts would run the caller's
    script once more.
    """

    def __init__(self, shard: Shard, number: int, news: Queue[News]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
        )
        self._number, self._news = number, news
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()
        self._say(shard)

    def ask(self, step: str, arguments: tuple[Any, ...]) -> None:
        """Start a step."""
        self._say((step, arguments))

    def _say(self, what: Any) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # the ear hears that it ended
            pickle.dump(what, self._process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                # What is read was written by our own child.
                self._news.put((self._number, *pickle.load(self._process.stdout)))  # noqa: S301
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            self._news.put((self._number, "ended", None))

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._ear.join()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                cast("IO[bytes]", stream).close()
