"""The one loader of ``corpora``: knowledge as data, in; small frozen structures, out.

Every function reads its file once and remembers the result. A fault in a file is a
:class:`~matcher.errors.KnowledgeError` that names file and line, because people edit these files.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from matcher.errors import KnowledgeError
from matcher.tables import corpus, folder_of, read_table, rows_of, split_bar, text_of


@cache
def words(name: str) -> frozenset[str]:
    """The first column of a one-column lexicon file such as ``stopwords``."""
    return frozenset(row["word"] for _, row in read_table(f"lexicon/{name}.tsv", "word"))


@cache
def phrases(place: str) -> tuple[str, ...]:
    """Set phrases (套话) of sentences about products that stand at a place: 前, 起, 饰, 后, 免 or 弃.

    Longest first, so that an alternation of them prefers the longest.
    """
    found = set()
    for number, row in read_table("lexicon/phrases.tsv", "word", "place"):
        if row["place"] not in set("前起饰后免弃"):
            place = f"lexicon/phrases.tsv 第 {number} 行"
            raise KnowledgeError(f"{place}：place 不是 前、起、饰、后、免、弃")
        if row["place"] == place:
            found.add(row["word"])
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def services(use: str) -> tuple[str, ...]:
    """What names of services end in (服务词尾) for a use, ``split`` or ``service``; longest first."""
    found = set()
    for number, row in read_table("lexicon/services.tsv", "word"):
        marks = [row.get(key, "") for key in ("split", "service")]
        if sorted(marks) not in (["", "1"], ["1", "1"]):
            place = f"lexicon/services.tsv 第 {number} 行"
            raise KnowledgeError(f"{place}：split、service 只填 1 或空着，至少一列填 1")
        if row.get(use):
            found.add(row["word"])
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def traditional() -> Mapping[int, str]:
    """繁 → 简, as a table for :meth:`str.translate`."""
    table = {}
    for number, row in read_table("lexicon/traditional.tsv", "traditional", "simplified"):
        if len(row["traditional"]) != 1 or len(row["simplified"]) != 1:
            raise KnowledgeError(f"lexicon/traditional.tsv 第 {number} 行应各有一个字")
        table[ord(row["traditional"])] = row["simplified"]
    return MappingProxyType(table)


@cache
def confusable() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Characters of product names, each with those that are typed by mistake for it (易混字)."""
    found: dict[str, tuple[str, ...]] = {}
    for number, row in read_table("lexicon/confusable.tsv", "right", "wrong"):
        right, wrong = row["right"], split_bar(row["wrong"])
        place = f"lexicon/confusable.tsv 第 {number} 行"
        if any(len(char) != 1 for char in (right, *wrong)):
            raise KnowledgeError(f"{place}：每一格只能是单个的字，用 | 分开")
        if right in found or len({right, *wrong}) <= len(wrong):
            raise KnowledgeError(f"{place}：“{right}”已有一行，或这一行有重复的字，请合并")
        found[right] = wrong
    return tuple(found.items())


@dataclass(frozen=True, slots=True)
class Heading:
    """One known heading of a list column (列名)."""

    text: str
    key: str
    kind: str
    strong: bool


@cache
def headings() -> tuple[Heading, ...]:
    """All known column headings, in file order."""
    found = []
    for number, row in read_table("lexicon/columns.tsv", "key", "kind", "headings"):
        if row["kind"] not in {"demand", "supply", "both"}:
            raise KnowledgeError(
                f"lexicon/columns.tsv 第 {number} 行：kind 不是 demand/supply/both"
            )
        found += [
            Heading(text, row["key"], row["kind"], row.get("strong") == "1")
            for text in split_bar(row["headings"])
        ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure (计量单位): ``factor`` turns it into the base unit of its dimension."""

    name: str
    dimension: str
    factor: float


@cache
def units() -> Mapping[str, Unit]:
    """Units by name and alias."""
    table: dict[str, Unit] = {}
    for number, row in read_table("lexicon/units.tsv", "unit", "dimension", "factor"):
        unit = Unit(row["unit"], row["dimension"], _factor(row["factor"], number))
        for name in (row["unit"], *split_bar(row.get("aliases", ""))):
            if name in table:
                raise KnowledgeError(f"lexicon/units.tsv 第 {number} 行：{name} 已经定义过")
            table[name] = unit
    return MappingProxyType(table)


def _factor(text: str, number: int) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        raise KnowledgeError(f"lexicon/units.tsv 第 {number} 行：factor 应是正数，现在是 {text}")
    return factor


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Names of the same product in trade; ``preferred`` is the usual one.

    ``place`` is ``file:line`` of the first line that names the group.
    """

    preferred: str
    variants: tuple[str, ...]
    place: str


@cache
def synonyms() -> tuple[SynonymGroup, ...]:
    """All synonym groups of ``lexicon/synonyms``, in the order of files and lines.

    A product that several files speak of is one group with the names of all.
    """
    variants: dict[str, dict[str, None]] = {}
    places: dict[str, str] = {}
    for path, file in folder_of("lexicon/synonyms"):
        for number, row in rows_of(file, path, ("preferred",)):
            preferred = row["preferred"]
            places.setdefault(preferred, f"{path}:{number}")
            group = variants.setdefault(preferred, {})
            group.update(dict.fromkeys(split_bar(row.get("variants", ""))))
    return tuple(SynonymGroup(name, tuple(variants[name]), places[name]) for name in variants)


@cache
def interchangeable() -> Mapping[str, str]:
    """Words inside product names → the usual one of the words that mean the same there.

    Raises:
        KnowledgeError: A line has fewer than two words, is neither 同 nor 近, or names as 同 a
            word that another line has.
    """
    path = "lexicon/words.tsv"
    table: dict[str, str] = {}
    for number, row in read_table(path, "words", "nearness"):
        if row["nearness"] not in {"同", "近"}:
            raise KnowledgeError(f"{path} 第 {number} 行：nearness 不是 同/近")
        group = split_bar(row["words"])
        if len(group) < 2:
            raise KnowledgeError(f"{path} 第 {number} 行：words 应有两个以上的词，用 | 分隔")
        if row["nearness"] == "同":
            for word in group:
                if word in table:
                    raise KnowledgeError(f"{path} 第 {number} 行：“{word}”已在另一个“同”组里")
            table.update(dict.fromkeys(group, group[0]))
    return MappingProxyType(table)


@cache
def contrasts() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Sets of words that exclude each other in product names: members, each with its spellings.

    A spelling of several members names them all: 交直流 is both 交流 and 直流.

    Raises:
        KnowledgeError: A line has fewer than two members, an empty spelling, or a spelling that
            another line has.
    """
    path = "lexicon/contrasts.tsv"
    sets = []
    known: dict[str, int] = {}
    for number, row in read_table(path, "words"):
        members = tuple(
            tuple(part.strip() for part in member.split("/")) for member in split_bar(row["words"])
        )
        if len(members) < 2:
            raise KnowledgeError(f"{path} 第 {number} 行：words 应有两个以上的成员，用 | 分隔")
        for spelling in (spelling for member in members for spelling in member):
            if not spelling:
                raise KnowledgeError(f"{path} 第 {number} 行：/ 的一边没有词")
            if known.setdefault(spelling, number) != number:
                raise KnowledgeError(
                    f"{path} 第 {number} 行：“{spelling}”已在第 {known[spelling]} 行"
                )
        sets.append(members)
    return tuple(sets)


@cache
def broader() -> tuple[tuple[str, str, str], ...]:
    """All ``(narrower, broader, place)`` relations of ``lexicon/broader``."""
    return tuple(
        (row["narrower"], row["broader"], f"{path}:{number}")
        for path, file in folder_of("lexicon/broader")
        for number, row in rows_of(file, path, ("narrower", "broader"))
    )


@cache
def english() -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """All ``(Chinese name, its English trade names, place)`` of ``lexicon/english.tsv`` (英文品名)."""
    path = "lexicon/english.tsv"
    found = []
    for number, row in read_table(path, "name", "english"):
        names = split_bar(row["english"])
        if not names or not all(n.isascii() and any(map(str.isalpha, n)) for n in names):
            raise KnowledgeError(
                f"{path} 第 {number} 行：english 应是英文名称，用 | 分隔，现在是 {row['english']}"
            )
        found.append((row["name"], names, f"{path}:{number}"))
    return tuple(found)


@cache
def product_terms() -> frozenset[str]:
    """Every product name of the synonyms and broader terms, as written there."""
    names: set[str] = set()
    for group in synonyms():
        names.update((group.preferred, *group.variants))
    for narrow, broad, _ in broader():
        names.update((narrow, broad))
    return frozenset(names)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind of list, as screens, forms and documents show it."""

    key: str
    label: str
    width: int
    required: bool
    note: str
    example: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list declared in ``corpora/kinds``."""

    name: str
    label: str
    words: Mapping[str, str]
    columns: Mapping[str, tuple[Column, ...]]
    options: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]

    def label_of(self, key: str) -> str:
        """Chinese label of a column key; the key itself where it is unknown."""
        for columns in self.columns.values():
            for column in columns:
                if column.key == key:
                    return column.label
        return key

    def option_labels(self, key: str) -> tuple[str, ...]:
        """Allowed labels of an option column in declared order."""
        return tuple(label for label, _ in self.options.get(key, ()))


@cache
def kind(name: str = "product") -> Kind:
    """A kind of list by name.

    Raises:
        KnowledgeError: The file has a fault.
    """
    path = f"kinds/{name}.toml"
    try:
        data: dict[str, Any] = tomllib.loads(text_of(corpus(path), path))
        columns = {
            side: tuple(
                Column(
                    key=c["key"],
                    label=c["label"],
                    width=c["width"],
                    required=c.get("required", False),
                    note=c.get("note", ""),
                    example=c.get("example", ""),
                )
                for c in data[side]["columns"]
            )
            for side in ("demand", "supply")
        }
        options = {
            key: tuple((o["label"], tuple(o["also"])) for o in choices)
            for key, choices in data["options"].items()
        }
        return Kind(data["kind"], data["label"], data["words"], columns, options)
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{path} 有误：{error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"{path} 缺少或写错了一项：{error}") from error


def read_cases(folder: str = "cases") -> Iterator[tuple[str, dict[str, str]]]:
    """Rows of the labelled cases as ``(file:line, {column: text})``.

    Raises:
        KnowledgeError: A row has more or fewer cells than the header.
    """
    for file in sorted(corpus(folder).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".csv"):
            path = f"{folder}/{file.name}"
            reader = csv.DictReader(text_of(file, path).splitlines(keepends=True))
            for row in reader:
                if None in row or None in row.values():
                    raise KnowledgeError(f"{path} 第 {reader.line_num} 行的列数与表头不同")
                yield f"{path}:{reader.line_num}", row
