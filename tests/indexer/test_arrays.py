"""Files of arrays: read as written, and any wrong byte is told as damage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.document import Document
from indexer.engine.whoosh import WhooshEngine
from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter, write_arrays
from indexer.errors import DamagedIndexError
from indexer.query import Phrase


def test_arrays_come_back_with_type_and_order(tmp_path: Path) -> None:
    file = tmp_path / "x.arrays"
    writer = ArrayFileWriter(file)
    for start in range(0, 90_000, 30_000):  # parts of several arrays in turn, over several blocks
        writer.append("long", np.arange(start, start + 30_000, dtype=np.uint32))
        writer.append("short", np.array([start], dtype=np.int64))
    writer.append("empty", np.empty(0, dtype=np.uint16))
    writer.close()
    read = ArrayFile(file)
    assert read["long"].tolist() == list(range(90_000))
    assert read.piece("long", 70_000, end=70_003).tolist() == [70_000, 70_001, 70_002]
    assert read["short"].tolist() == [0, 30_000, 60_000]
    assert read["short"].dtype == np.dtype(np.int64)
    assert (len(read["empty"]), read.size("long"), "none" in read) == (0, 90_000, False)
    read.check()
    assert not list(tmp_path.glob("tmp*"))


@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_every_wrong_bit_is_damage(place: int, bit: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("bit") / "x.arrays"
    write_arrays(file, {"a": np.arange(40_000, dtype=np.uint32), "b": np.arange(5, dtype=np.uint8)})
    data = bytearray(file.read_bytes())
    data[place % len(data)] ^= 1 << bit
    file.write_bytes(data)
    with pytest.raises(DamagedIndexError, match=r"x\.arrays"):
        ArrayFile(file).check()


@pytest.mark.parametrize("left", [0, 1, 20, 1000, 160_000])
def test_a_file_that_was_cut_is_damage(left: int, tmp_path: Path) -> None:
    file = tmp_path / "x.arrays"
    write_arrays(file, {"a": np.arange(40_000, dtype=np.uint32)})
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(DamagedIndexError, match=r"x\.arrays"):
        ArrayFile(file)


def test_a_file_of_nothing_but_its_marks_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "x.arrays"
    write_arrays(file, {"a": np.arange(10)})
    data = file.read_bytes()
    file.write_bytes(data[:16] + data[-8:])
    with pytest.raises(DamagedIndexError, match="too short"):
        ArrayFile(file)


def test_only_what_is_touched_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "x.arrays"
    write_arrays(file, {"a": np.arange(100_000, dtype=np.uint32)})
    data = bytearray(file.read_bytes())
    data[-200_000] ^= 1
    file.write_bytes(data)
    read = ArrayFile(file)
    assert read.piece("a", 0, end=10).tolist() == list(range(10))
    with pytest.raises(DamagedIndexError):
        read.piece("a", 50_000, end=60_000)
    with pytest.raises(DamagedIndexError):  # and it stays damage
        read.piece("a", 50_000, end=60_000)


def test_damaged_postings_are_told_from_a_term_that_is_not_there(tmp_path: Path) -> None:
    engine = WhooshEngine()
    engine.create(tmp_path)
    with engine.open_writer(tmp_path) as writer:
        documents = [Document(f"d{n}", f"f{n}", body=f"会议第{n}次，讨论工作") for n in range(2000)]
        writer.add(engine.prepare(tmp_path, documents))
    assert not len(engine.open_reader(tmp_path).find_keys(Phrase("没有的话")))
    file = next(tmp_path.glob("MAIN*.arrays"))
    places, at = ArrayFile(file)._views["body/pairs/low"]
    data = bytearray(file.read_bytes())
    data[at + places.nbytes // 2] ^= 255
    file.write_bytes(data)
    with pytest.raises(DamagedIndexError, match="other bytes"):
        engine.open_reader(tmp_path).find_keys(Phrase("讨论工作"))
