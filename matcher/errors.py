"""Errors a user can act on: each names the thing, the place and the way out."""

from __future__ import annotations

import errno

# EDQUOT does not exist on Windows.
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
NO_ROOM = "磁盘已满，没有改动，请清理磁盘后再试"


def no_room(error: OSError) -> bool:
    """Whether a file could not be written because the disk, or the share of a user, is full."""
    return error.errno in _NO_ROOM


class XieshouError(Exception):
    """Base of every error that is shown to a user as one sentence.

    The text is Chinese, names what failed and says what to do. ``exit_code`` is what the
    command line returns for it.
    """

    exit_code = 2


class UnreadableListError(XieshouError):
    """A file that cannot be read as a list: damaged, encrypted, empty, too large, not a list."""


class MappingError(XieshouError):
    """A column mapping given by hand that does not fit the file."""


class KnowledgeError(XieshouError):
    """A file below ``corpora`` with a fault; the text names file and line."""


class StoreError(XieshouError):
    """The database cannot be opened, is busy, or is not ours."""


class NotFoundError(XieshouError):
    """An id that the user gave does not exist."""


class StaleError(XieshouError):
    """What was looked at is older than the data; nothing was changed."""
