"""Catalogue: approved suggestions in, documents out; and the review workbook before it (推荐目录)."""

from matcher.catalogue.arranging import arranged
from matcher.catalogue.comparison import Comparison, compare
from matcher.catalogue.content import Catalogue, Variant, from_record
from matcher.catalogue.entries import Chosen, Material, Order, build, local_date
from matcher.catalogue.forms import SUFFIXES as CATALOGUE_SUFFIXES
from matcher.catalogue.forms import to_document
from matcher.catalogue.review import ReviewReading, read_review
from matcher.catalogue.suggestions import MatchResult, to_csv, to_json
from matcher.catalogue.workbook import WorkbookNotes, to_workbook

__all__ = [
    "CATALOGUE_SUFFIXES",
    "Catalogue",
    "Chosen",
    "Comparison",
    "MatchResult",
    "Material",
    "Order",
    "ReviewReading",
    "Variant",
    "WorkbookNotes",
    "arranged",
    "build",
    "compare",
    "from_record",
    "local_date",
    "read_review",
    "to_csv",
    "to_document",
    "to_json",
    "to_workbook",
]
