"""Hashing passwords: argon2id, or scrypt where argon2 is not installed (密码).

This stands here and not in the store: hashing is slow on purpose and needs a library that the engine
does not, and only the pages ever meet a password. The store keeps the texts made here, unread.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import unicodedata
from functools import cache
from typing import Protocol

LONGEST = 128  # characters; a longer one would only keep the processor busy
# Each hash takes 64 MiB: so many at a time, others wait their turn.
_AT_ONCE = threading.BoundedSemaphore(2)


class Hasher(Protocol):
    """One way to hash. ``prefix`` is how its texts begin."""

    prefix: str

    def hash(self, password: str) -> str:
        """The text to keep."""

    def verify(self, stored: str, password: str) -> bool:
        """Whether a kept text is of this password."""

    def stale(self, stored: str) -> bool:
        """Whether a kept text was made with weaker parameters than would be used now."""


class Scrypt:
    """The standard library's way: ``$scrypt$n$r$p$salt$key``."""

    prefix = "$scrypt$"
    _parameters = (2**15, 8, 3)  # OWASP, as strong as 2**17 with p = 1 and in 32 MiB

    def hash(self, password: str) -> str:
        """The text to keep."""
        return self._text(password, secrets.token_bytes(16), self._parameters)

    def verify(self, stored: str, password: str) -> bool:
        """Whether a kept text is of this password."""
        try:
            _, _, n, r, p, salt, _ = stored.split("$")
            again = self._text(password, base64.b64decode(salt), (int(n), int(r), int(p)))
        except ValueError:
            return False
        return hmac.compare_digest(again.encode(), stored.encode())

    def stale(self, stored: str) -> bool:
        """Whether a kept text was made with weaker parameters than would be used now."""
        return tuple(stored.split("$")[2:5]) != tuple(map(str, self._parameters))

    @staticmethod
    def _text(password: str, salt: bytes, parameters: tuple[int, int, int]) -> str:
        n, r, p = parameters
        key = hashlib.scrypt(
            password.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32
        )
        parts = (str(n), str(r), str(p), *(base64.b64encode(b).decode() for b in (salt, key)))
        return "$scrypt$" + "$".join(parts)


class Argon2:
    """argon2id with the second recommended parameters of RFC 9106: 64 MiB, 3 passes."""

    prefix = "$argon2"

    def __init__(self) -> None:
        import argon2

        self._hasher = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)
        self._wrong = (
            argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError,
        )  # fmt: skip

    def hash(self, password: str) -> str:
        """The text to keep."""
        return self._hasher.hash(password)

    def verify(self, stored: str, password: str) -> bool:
        """Whether a kept text is of this password."""
        try:
            return self._hasher.verify(stored, password)
        except self._wrong:
            return False

    def stale(self, stored: str) -> bool:
        """Whether a kept text was made with weaker parameters than would be used now."""
        return self._hasher.check_needs_rehash(stored)


@cache
def _hashers() -> tuple[Hasher, ...]:
    """All that are there, the preferred one first."""
    try:
        return Argon2(), Scrypt()
    except ImportError:
        return (Scrypt(),)


def normal(password: str) -> str:
    """One text for what is typed as one: full-width digits of an input method are digits."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()


def hashed(password: str) -> str:
    """The text to keep for a password."""
    with _AT_ONCE:
        return _hashers()[0].hash(normal(password))


@cache
def _nobodys() -> str:
    """The text of a password that nobody has: what is compared where there is no account."""
    return hashed(secrets.token_urlsafe(16))


def fits(stored: str, password: str) -> bool:
    """Whether a kept text is of this password; takes as long where there is none to compare."""
    nobodys = _nobodys()
    if len(password) > LONGEST:
        password = ""
    hasher = next((h for h in _hashers() if stored.startswith(h.prefix)), None)
    with _AT_ONCE:
        if hasher is None:
            _hashers()[0].verify(nobodys, normal(password))
            return False
        return hasher.verify(stored, normal(password))


def stale(stored: str) -> bool:
    """Whether a kept text should be replaced at the next login."""
    preferred = _hashers()[0]
    return not stored.startswith(preferred.prefix) or preferred.stale(stored)
