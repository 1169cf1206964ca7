"""Terms: text in, comparable terms out (归一、分词、同义、规格)."""

from matcher.terms.agreement import (
    Agreement,
    compare,
    compare_all,
    compare_editions,
    compare_group,
    group_by_name,
)
from matcher.terms.analyse import Name, Terms, analyse, text_of, understood, usual
from matcher.terms.columns import (
    COLUMNS,
    column,
    column_weights,
    name_columns,
    set_columns,
    spans,
    text_columns,
)
from matcher.terms.contrasts import contrasting
from matcher.terms.grams import ROW, weight
from matcher.terms.lexicon import Lexicon, lexicon, longest_suffix
from matcher.terms.mentions import Product, products_in, products_of, spec_of
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
    "COLUMNS",
    "ROW",
    "Agreement",
    "Attribute",
    "Lexicon",
    "Name",
    "Product",
    "Terms",
    "analyse",
    "column",
    "column_weights",
    "compare",
    "compare_all",
    "compare_editions",
    "compare_group",
    "contrasting",
    "group_by_name",
    "is_service",
    "lexicon",
    "longest_suffix",
    "name_columns",
    "parse_specs",
    "parse_standards",
    "products_in",
    "products_of",
    "segmenter",
    "set_columns",
    "spans",
    "spec_of",
    "text_columns",
    "text_of",
    "understood",
    "usual",
    "weight",
    "without_standards",
    "written_editions",
]
