"""The benchmark of reading reads lists as offices send them: whole, with their faults."""

import pytest

from benchmarks.reading import demands, supplies, write
from matcher.lists import read_list
from matcher.model import ListKind


@pytest.mark.parametrize(
    ("kind", "made", "above"), [(ListKind.SUPPLY, supplies, 2), (ListKind.DEMAND, demands, 1)]
)
def test_the_made_list_is_read_whole_and_made_again_the_same(kind, made, above, tmp_path):
    path = tmp_path / "list.xlsx"
    write(path, made(1000))
    reading = read_list(path)
    assert (reading.kind, reading.kind_certain) == (kind, True)
    assert {row.source.row for row in reading.rows} == set(range(above + 1, above + 1001))
    assert {skip.row for skip in reading.skipped} == set(range(1, above + 1))
    assert 0 < len(reading.problems) < 60
    assert all(column.key for column in reading.tables[0].columns if column.heading != "主要设备")
    assert list(made(1000)) == list(made(1000))
