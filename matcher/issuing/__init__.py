"""Issuing: from the store to a catalogue that can be signed, and back from a file (编制、印发、核验)."""

from matcher.issuing.documents import content_of, document
from matcher.issuing.editing import Words, rearrange, reword, template_of
from matcher.issuing.gathering import DEFAULT_TITLES, Basis, Selection, gather, keep
from matcher.issuing.verifying import Outcome, Verification, verify

__all__ = [
    "DEFAULT_TITLES",
    "Basis",
    "Outcome",
    "Selection",
    "Verification",
    "Words",
    "content_of",
    "document",
    "gather",
    "keep",
    "rearrange",
    "reword",
    "template_of",
    "verify",
]
