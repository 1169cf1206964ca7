"""Names to try things on: the lexicon's, the cases', and the measuring data's where present."""

import csv
import gzip

from matcher.knowledge import product_terms, read_cases, words
from tests.tools import shared_data


def lexicon_names() -> list[str]:
    return sorted(product_terms() | words("modifiers"))


def case_rows() -> list[tuple[str, str, str]]:
    """(name, spec, standard) of both sides of every case, each once."""
    found = {}
    for _, row in read_cases():
        for side in ("demand", "supply"):
            found[tuple(row[f"{side}_{key}"] for key in ("product", "spec", "standard"))] = None
    return list(found)


def case_names() -> list[str]:
    return [" ".join(row).strip() for row in case_rows()]


def measuring_names() -> list[str]:
    """Every name of the measuring data; skips the test where they are absent."""
    found: dict[str, None] = {}
    for folder in ("nice_goods", "customs_tariff", "abt-buy", "walmart-amazon"):
        for side in ("demands", "supplies"):
            path = shared_data(folder) / f"{side}.tsv"
            with path.open(encoding="utf-8-sig", newline="") as stream:
                for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                    found[row["product_name"] or ""] = None
    path = shared_data("listed_company_chains") / "product.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        found.update(dict.fromkeys(line.rstrip("\n").split("\t")[0] for line in stream))
    return list(found)
