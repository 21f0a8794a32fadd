"""Packed lists: whatever is written is read again, one list or many, in every way of keeping them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter
from indexer.engine.whoosh.packed import LARGE_COUNT, Lists, ListsWriter, Packing

# Universes around the bounds of one and two bytes; sizes from nothing to everything.
SHAPES = st.builds(
    Packing, st.sampled_from([1, 2, 255, 256, 257, 3_000, 65_536, 65_537, 300_000]), st.sampled_from([8, 16])
)


@st.composite
def some_lists(draw: st.DrawFn, shape: Packing) -> list[list[int]]:
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shares = draw(st.lists(st.sampled_from([0, 0.001, 0.01, 0.05, 0.3, 1]), max_size=12))
    return [
        np.sort(random.choice(shape.universe, int(share * shape.universe), replace=False)).tolist() for share in shares
    ]


@given(SHAPES, st.data())
def test_lists_come_back_one_by_one_and_together(shape: Packing, data: st.DataObject) -> None:
    written = data.draw(some_lists(shape))
    counts = [[1 + (value * 7) % (LARGE_COUNT + 3) for value in values] for values in written]
    cut = data.draw(st.integers(0, len(written)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.arrays"
        writer = ArrayFileWriter(file)
        lists = ListsWriter(writer, "g", shape=shape, most=sum(map(len, written)), counted=True)
        for part, own in ((written[:cut], counts[:cut]), (written[cut:], counts[cut:])):
            lists.add(flat(part), np.array([len(values) for values in part], dtype=np.int64), counts=flat(own))
        lists.close()
        writer.close()
        read = Lists(ArrayFile(file), "g", shape=shape)
        assert len(read) == len(written)
        assert [read.values(at).tolist() for at in range(len(written))] == written
        assert [read.counts(at).tolist() for at in range(len(written))] == counts
        first = data.draw(st.integers(0, len(written)))
        last = data.draw(st.integers(first, len(written)))
        values, sizes = read.many_values(first, last)
        assert values.tolist() == [value for own in written[first:last] for value in own]
        assert sizes.tolist() == [len(own) for own in written[first:last]]
        assert read.many_counts(first, last).tolist() == [count for own in counts[first:last] for count in own]


def flat(parts: list[list[int]]) -> np.ndarray:
    return np.array([value for part in parts for value in part], dtype=np.int64)


@pytest.mark.parametrize(("universe", "size"), [(10_000_000, 3), (10_000_000, 40_000), (100_000, 60_000)])
def test_every_way_of_keeping_a_list_is_met(universe: int, size: int, tmp_path: Path) -> None:
    shape = Packing(universe, 8 if universe == 100_000 else 16)
    values = np.sort(np.random.default_rng(1).choice(universe, size, replace=False))
    writer = ArrayFileWriter(tmp_path / "x.arrays")
    ListsWriter(writer, "g", shape=shape, most=size, counted=False).add(values, np.array([size]))
    writer.close()
    assert (Lists(ArrayFile(tmp_path / "x.arrays"), "g", shape=shape).values(0) == values).all()
    assert shape.kind(size) == {3: 0, 40_000: 1, 60_000: 2}[size]
    assert shape.kinds(np.array([size])).tolist() == [shape.kind(size)]
