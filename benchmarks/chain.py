"""How fast the chain is: listed companies imported and asked, pictures laid out.

    python -m benchmarks.chain [--data FOLDER]

FOLDER holds the public tables of listed companies; without it only the pictures are measured.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.tables import table
from matcher.chain.drawing import View, lay_out, picture_of, to_svg
from matcher.chain.graph import NodeKind
from matcher.chain.listed import ListedView, listed_graph, read_listed
from matcher.store import EVERYTHING, Store
from tests.chain.making import big_session

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What some work gives, and the seconds it took."""
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def memory() -> str:
    """Peak memory of this process so far, in MB (POSIX)."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"


def listed(folder: Path) -> list[list[str]]:
    """Import, load, and every company asked once."""
    with tempfile.TemporaryDirectory() as place, Store(Path(place) / "listed.db") as store:
        found, reading = timed(lambda: read_listed(folder))
        _, writing = timed(lambda: store.listed.replace(found))
        graph, loading = timed(lambda: listed_graph(store.listed.read(EVERYTHING)))
        view, preparing = timed(lambda: ListedView(graph))
    companies = [n for n, data in graph.nodes(data=True) if data["kind"] == NodeKind.ENTERPRISE]
    spent = [timed(lambda node=node: view.company(node))[1] for node in companies]
    return [
        ["tables read, noise recognised", f"{reading:.2f}", ""],
        ["written to the store", f"{writing:.2f}", memory()],
        [f"graph loaded, {len(graph):,} nodes, {graph.number_of_edges():,} edges", f"{loading + preparing:.2f}", memory()],
        [f"one company of {len(spent):,}, median", f"{statistics.median(spent):.5f}", ""],
        ["one company, slowest", f"{max(spent):.5f}", memory()],
    ]  # fmt: skip


def pictures() -> list[list[str]]:
    """Layout with and without Graphviz."""
    rows = []
    for products in (30, 100, 300, 1000):
        session, chain = big_session(products)
        picture, composing = timed(lambda s=session, c=chain: picture_of(s, c, View(folded=False)))
        for graphviz in (True, False):
            layout, laying = timed(
                lambda p=picture, g=graphviz: lay_out(p, graphviz=None if g else False)
            )
            _, drawing = timed(lambda p=picture, x=layout: to_svg(p, x))
            rows.append(
                [str(len(picture.boxes)), str(len(picture.links)), "as installed" if graphviz else "own",
                 f"{composing:.2f}", f"{laying:.2f}", f"{drawing:.2f}"]
            )  # fmt: skip
    return rows


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the listed companies' tables")
    folder = parser.parse_args().data
    if folder is not None:
        print(table(["listed companies", "s", "peak MB"], listed(folder)))
    print(table(["boxes", "links", "order by", "compose s", "layout s", "svg s"], pictures()))


if __name__ == "__main__":
    main()
