"""Terms: text in, comparable terms out (归一、分词、同义、规格)."""

from matcher.terms.agreement import (
    Agreement,
    compare,
    compare_all,
    compare_editions,
    compare_group,
    group_by_name,
)
from matcher.terms.analyse import Terms, analyse, usual
from matcher.terms.contrasts import contrasting
from matcher.terms.grams import weight
from matcher.terms.lexicon import Lexicon, lexicon, longest_suffix
from matcher.terms.mentions import Product, products_of, spec_of
from matcher.terms.segment import segmenter
from matcher.terms.services import is_service
from matcher.terms.specs import (
    Attribute,
    parse_specs,
    parse_standards,
    without_standards,
    written_editions,
)

__all__ = [
    "Agreement",
    "Attribute",
    "Lexicon",
    "Product",
    "Terms",
    "analyse",
    "compare",
    "compare_all",
    "compare_editions",
    "compare_group",
    "contrasting",
    "group_by_name",
    "is_service",
    "lexicon",
    "longest_suffix",
    "parse_specs",
    "parse_standards",
    "products_of",
    "segmenter",
    "spec_of",
    "usual",
    "weight",
    "without_standards",
    "written_editions",
]
