"""A supply list understood, saved and memory-mapped: one typed demand is answered at once (索引)."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.collecting import uncollected
from matcher.errors import XieshouError
from matcher.model import Demand, Supply
from matcher.ranking.engine import Ranking, ranked
from matcher.ranking.features import Part, Side
from matcher.ranking.incidence import Incidence
from matcher.ranking.kinds import Coded
from matcher.ranking.parameters import Parameters
from matcher.ranking.postings import Postings
from matcher.ranking.products import Names, Products
from matcher.ranking.scoring import Coefficients, coefficients
from matcher.ranking.shard import Shard
from matcher.ranking.spaces import Space
from matcher.ranking.statistics import Statistics
from matcher.ranking.supplies import Supplies, column_of
from matcher.ranking.texts import Texts
from matcher.ranking.vectors import Vectors
from matcher.ranking.workers import Workers
from matcher.tables import corpus
from matcher.terms import COLUMNS

FORMAT = 1
_ABOUT = "index.json"
_PARTS = ("name", "text")
Arrays = dict[str, NDArray[Any]]
Report = Callable[[int, int], None]


def _quiet(_done: int, _all: int) -> None:
    """Nobody waits long enough to be told."""


def _no_news(_stage: str, _done: int, _all: int) -> None:
    """As :func:`_quiet`, of stages."""


@dataclass(frozen=True)
class Index:
    """A supply list, ready to answer.

    Attributes:
        products: Its products.
        parts: Their names and whole rows as vectors, turned round as well.
        statistics: What is counted of them, frozen.
    """

    products: Products
    parts: tuple[Part, Part]
    statistics: Statistics

    @classmethod
    @uncollected()
    def of(cls, supplies: Sequence[Supply], report: Report = _quiet) -> Index:
        """Understand a list; ids are unique."""
        rows = Supplies.of(sorted(supplies, key=lambda row: row.row_id))
        products = Products.of(rows, report)
        statistics = Statistics.counted(products.spaces, len(products), products.makers())
        names, texts = (_turned(space, statistics) for space in products.spaces)
        return cls(products, (names, texts), statistics)

    @cached_property
    def side(self) -> Side:
        """The products as the ranking compares them."""
        return Side.of_products(self.products, self.statistics, self.parts)

    def __len__(self) -> int:
        return len(self.products.rows)

    def supply(self, supply_id: str) -> Supply:
        """The row with an id.

        Raises:
            KeyError: There is none.
        """
        rows = self.products.rows
        place = bisect_left(rows, supply_id, key=lambda row: row.row_id)
        if place == len(rows) or rows[place].row_id != supply_id:
            raise KeyError(supply_id)
        row = rows[place]
        assert isinstance(row, Supply)
        return row

    def find(
        self,
        demands: Sequence[Demand],
        parameters: Parameters | None = None,
        model: Coefficients | None = None,
    ) -> Ranking:
        """The best supplies for few demands, as :func:`~matcher.ranking.engine.match` ranks them.

        The statistics are those of the list alone.
        """
        wanted = Products.of(sorted(demands, key=lambda row: row.row_id), _quiet)
        workers = Workers([Shard(wanted, right=self.side)], _no_news)
        return ranked(
            wanted,
            workers,
            parameters or Parameters(),
            self.statistics,
            model or coefficients(),
            _no_news,
        )

    def save(self, folder: Path, source: str = "") -> None:
        """Write the index as a folder of arrays, whole or not at all; it replaces an older one.

        Args:
            folder: Where; an index or nothing may stand there.
            source: What the list was, for :func:`source_of`.

        Raises:
            XieshouError: Something else stands there, or it cannot be written.
        """
        if folder.exists() and not (folder / _ABOUT).is_file():
            raise XieshouError(f"“{folder}”里不是索引，没有覆盖；请换一个目录")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            # Lists are secrets: the new folder can be read by its owner alone.
            fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
            try:
                for name, array in _arrays(self).items():
                    np.save(fresh / f"{name}.npy", array, allow_pickle=False)
                about = {"format": FORMAT, "knowledge": knowledge(), "source": source}
                about["documents"] = self.statistics.documents
                (fresh / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
                if folder.exists():
                    shutil.rmtree(folder)
                fresh.replace(folder)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
        except OSError as error:
            raise XieshouError(
                f"索引写不进“{folder}”：{error.strerror}；请检查磁盘空间和目录权限"
            ) from error

    @classmethod
    def open(cls, folder: Path) -> Index:
        """A saved index, memory-mapped: only what a demand touches is read.

        Raises:
            XieshouError: There is none, it is damaged, or it is of another version.
        """
        about = _about(folder)
        if about.get("format") != FORMAT or about.get("knowledge") != knowledge():
            raise XieshouError(f"“{folder}”里的索引是别的版本建的，请用供给清单重新建一次")
        try:
            arrays = {
                path.stem: np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
                for path in sorted(folder.glob("*.npy"))
            }
            return _opened(arrays, int(about["documents"]))
        except (OSError, KeyError, ValueError) as error:
            raise XieshouError(
                f"“{folder}”里的索引已损坏，请删掉它，用供给清单重新建一次"
            ) from error


def source_of(folder: Path) -> str | None:
    """What the index in a folder was made of; None where there is none that this version can open."""
    try:
        about = _about(folder)
    except XieshouError:
        return None
    current = about.get("format") == FORMAT and about.get("knowledge") == knowledge()
    return str(about.get("source", "")) if current else None


def _about(folder: Path) -> Mapping[str, Any]:
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise XieshouError(f"“{folder}”里没有索引，请先用供给清单建一次") from error
    return about if isinstance(about, dict) else {}


def knowledge() -> str:
    """A hash of all that names are understood by: another lexicon is another index."""
    digest = hashlib.sha256()
    for file in _files(corpus("lexicon")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def _turned(space: Space, statistics: Statistics) -> Part:
    vectors = Vectors.of(space.counts, statistics.worth)
    return Part(space, vectors, Postings.of(vectors, statistics.common))


def _arrays(index: Index) -> Arrays:
    products, rows = index.products, index.products.rows
    assert isinstance(rows, Supplies)
    found: Arrays = {
        "statistics": index.statistics.counts,
        "makers": index.statistics.makers.pairs,
        "row_index": products.row_index,
        "part": products.part,
    }
    found |= _of_texts("rows", rows.texts)
    found |= _of_texts("names", products.names.texts) | _of_coded("things", products.names.things)
    for name, column in products.columns.items():
        found |= _of_coded(f"column-{name}", column)
    for name, part in zip(_PARTS, index.parts, strict=True):
        counts, postings = part.vectors.counts, part.postings
        assert postings is not None
        found |= {
            f"{name}-of": part.texts.of,
            f"{name}-keys": part.texts.keys,
            f"{name}-data": counts.data,
            f"{name}-indices": counts.indices,
            f"{name}-indptr": counts.indptr,
            f"{name}-lengths": part.vectors.lengths,
            f"{name}-starts": postings.starts,
            f"{name}-texts": postings.texts,
            f"{name}-values": postings.values,
        }
    return found


def _opened(arrays: Arrays, documents: int) -> Index:
    statistics = Statistics(documents, arrays["statistics"], Incidence(arrays["makers"]))
    rows = Supplies(_texts(arrays, "rows"))
    names = Names(_texts(arrays, "names"), _coded(arrays, "things", str))
    by_names, by_texts = (_part(arrays, name, statistics) for name in _PARTS)
    columns = {
        name: _coded(arrays, key.removesuffix("-codes"), column_of(name)[1])
        for key in arrays
        if key.startswith("column-") and key.endswith("-codes")
        for name in (key.removeprefix("column-").removesuffix("-codes"),)
    }
    spaces = by_names.texts, by_texts.texts
    products = Products(rows, arrays["row_index"], arrays["part"], names, spaces, columns)
    return Index(products, (by_names, by_texts), statistics)


def _part(arrays: Arrays, name: str, statistics: Statistics) -> Part:
    counts = sp.csr_matrix((0, COLUMNS), dtype=arrays[f"{name}-data"].dtype)
    # Set by themselves: the constructor would read and check all that is mapped.
    counts.data, counts.indices, counts.indptr = (
        arrays[f"{name}-{each}"] for each in ("data", "indices", "indptr")
    )
    texts = len(arrays[f"{name}-keys"])
    counts._shape = (texts, COLUMNS)  # noqa: SLF001
    space = Space(arrays[f"{name}-of"], arrays[f"{name}-keys"], counts)
    starts, found, values = (arrays[f"{name}-{each}"] for each in ("starts", "texts", "values"))
    postings = Postings(starts, found, values, texts)
    return Part(space, Vectors(counts, statistics.worth, arrays[f"{name}-lengths"]), postings)


def _of_texts(name: str, texts: Texts) -> Arrays:
    return {f"{name}-texts": texts.data, f"{name}-text-starts": texts.starts}


def _texts(arrays: Arrays, name: str) -> Texts:
    return Texts(arrays[f"{name}-texts"], arrays[f"{name}-text-starts"])


def _of_coded(name: str, column: Coded) -> Arrays:
    return {f"{name}-codes": column.codes} | _of_texts(name, column.texts)


def _coded(arrays: Arrays, name: str, value: Callable[[str], Any]) -> Coded:
    return Coded(arrays[f"{name}-codes"], _texts(arrays, name), value)
