"""The process of one shard: does what is asked on its input and answers on its output, in pickles.

Only our own parent writes to it, see :mod:`matcher.ranking.workers`.
"""

from __future__ import annotations

import gc
import pickle
import signal
import sys
import traceback
from typing import Any

from matcher.errors import XieshouError
from matcher.ranking.workers import Steps


def main() -> None:
    """Serve until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides, and ends this process
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print would break an answer

    def say(what: str, value: Any) -> None:
        pickle.dump((what, value), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()

    gc.disable()  # nothing here goes in circles, and looking for circles costs a fifth of the time
    steps = Steps(pickle.load(asked))  # noqa: S301 - from our own parent
    while True:
        try:
            step, arguments = pickle.load(asked)  # noqa: S301 - from our own parent
        except EOFError:
            return
        try:
            value = steps.call(step, arguments, lambda done, whole: say("report", (done, whole)))
        except Exception as error:  # noqa: BLE001 - told to the one who asked, who raises it
            said = str(error) if isinstance(error, XieshouError) else repr(error)
            say("failed", (said, traceback.format_exc()))
        else:
            say("done", value)


if __name__ == "__main__":
    main()
