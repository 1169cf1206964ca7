"""Segmentation of all texts, HMM off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from benchmarks.task import Clock, Found, Task

Words = list[str]


def with_jieba(task: Task, clock: Clock) -> Found:
    """Segment with jieba."""
    return _all(task, clock, jieba_words())


def with_rjieba(task: Task, clock: Clock) -> Found:
    """Segment with rjieba."""
    return _all(task, clock, rjieba_words())


def _all(task: Task, clock: Clock, cut: Callable[[str], Words]) -> Found:
    texts = [*task.demands[1], *task.supplies[1]]
    cut("预热")  # the dictionary is loaded
    with clock.phase("segment"):
        count = sum(len(cut(text)) for text in texts)
    clock.figures["words"] = count
    return {}


def jieba_words() -> Callable[[str], Words]:
    """Words of a text without signs, by jieba; its dictionary is loaded."""
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    return lambda text: _plain(jieba.cut(text.lower(), HMM=False))


def rjieba_words() -> Callable[[str], Words]:
    """Words of a text without signs, by rjieba."""
    import rjieba

    tokenizer = rjieba.Jieba()
    return lambda text: _plain(tokenizer.cut(text.lower(), False))  # noqa: FBT003 - hmm, by position


def _plain(words: Iterable[str]) -> Words:
    return [word for word in words if word[0].isalnum()]


def segmented(texts: Sequence[str], cut: Callable[[str], Words]) -> list[Words]:
    """Words of all texts."""
    return [cut(text) for text in texts]
