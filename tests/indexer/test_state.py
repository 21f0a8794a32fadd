"""The state file: replaced whole, checked whole; what is lost of it costs no more than reading the files again."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from indexer import Settings
from indexer.errors import DamagedStateError
from indexer.status import check_index, read_status, repair_index
from indexer.store.state import STATE_FILE, SeenFile, open_state, read_state
from indexer.updating.pipeline import update_index
from tests.conftest import Write

FILES = {f"{n}.txt": f"标题第{n}号\n来源：甲\n\n这是第{n}份文件的正文，写一句话。" for n in range(6)}
ROW = SeenFile("a/1.txt", "1:2:3", "00", 1, "indexed")


def test_a_change_that_fails_leaves_the_state_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    with open_state(tmp_path) as state:
        state.write_files(1, [ROW])
    before = (tmp_path / STATE_FILE).read_bytes()
    with pytest.raises(ZeroDivisionError), open_state(tmp_path) as state:
        state.write_files(2, [ROW])
        _ = 1 / 0
    assert (tmp_path / STATE_FILE).read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [STATE_FILE]


def test_any_wrong_byte_is_found(tmp_path: Path) -> None:
    with open_state(tmp_path) as state:
        state.write_files(1, [SeenFile(f"a/{n}.txt", "1:2:3", f"{n:032}", 1, "indexed") for n in range(300)])
    file = tmp_path / STATE_FILE
    whole = file.read_bytes()
    chosen = random.Random(1)
    for at in [0, 17, 60, 63, 70, 100, len(whole) - 1, *(chosen.randrange(len(whole)) for _ in range(200))]:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chosen.randrange(8)]) + whole[at + 1 :])
        with pytest.raises(DamagedStateError, match="is damaged"), read_state(tmp_path) as state:
            state.read_files(1)
    for broken in (b"", whole[:5000], whole + b"x"):
        file.write_bytes(broken)
        with pytest.raises(DamagedStateError), read_state(tmp_path) as state:
            state.read_files(1)


@pytest.mark.parametrize("damage", [b"", b"no database at all", None])
def test_a_damaged_state_is_told_and_made_anew_by_the_next_run(
    write: Write, settings: Settings, damage: bytes | None
) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    file = settings.index / STATE_FILE
    file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    assert str(file) in check_index(settings)[0][0]
    status = read_status(settings)
    assert str(file) in status["trouble"]
    assert (status["generation"], status["documents"], status["failed"]) == (1, 6, [])
    (archive / "0.txt").unlink()
    report = update_index(settings, [])
    assert str(file) in report.notes[0]
    assert (report.deleted, report.documents) == (["archive/0.txt"], 5)
    assert check_index(settings) == ([], 5)
    assert read_status(settings)["trouble"] is None


def test_repair_makes_a_damaged_state_anew_and_builds_nothing_else(write: Write, settings: Settings) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    (settings.index / STATE_FILE).write_bytes(b"no database at all")
    repair_index(settings)
    assert check_index(settings) == ([], 6)


def test_a_journal_that_an_earlier_version_left_is_played_back(write: Write, settings: Settings) -> None:
    """Until 0.1 the file was changed in place; a kill in the midst left a journal that nobody could read past."""
    update_index(settings, [write(FILES)])
    file = settings.index / STATE_FILE
    file.unlink()
    with closing(sqlite3.connect(file)) as old:
        old.execute("CREATE TABLE files (generation, path, stamp, digest, documents, outcome, error)")
        old.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY, command, started, seconds, report)")
        old.execute("INSERT INTO files VALUES (1, 'archive/0.txt', '', '', 1, 'indexed', 'kept')")
        old.commit()
        old.execute("PRAGMA cache_size = 1")
        old.execute("PRAGMA synchronous = OFF")
        old.execute("UPDATE files SET error = ?", ["lost" * 5000])
        old.executemany("INSERT INTO files VALUES (9, ?, '', '', 1, '', '')", [["x" * 3000]] * 50)
        journal = file.with_name(f"{STATE_FILE}-journal").read_bytes()
        torn = file.read_bytes()
        old.rollback()
    file.write_bytes(torn)
    file.with_name(f"{STATE_FILE}-journal").write_bytes(journal)
    assert read_status(settings)["failed"] == [{"path": "archive/0.txt", "reason": "kept"}]
    assert update_index(settings, []).documents == 6
    assert not file.with_name(f"{STATE_FILE}-journal").exists()
    assert check_index(settings) == ([], 6)


def test_damage_of_an_older_generation_is_found_and_repair_removes_it(write: Write, settings: Settings) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    write({"new.txt": "新增\n\n这是新增的一份文件的正文，写一句话。"})
    update_index(settings, [archive])
    older = settings.index / "gen-000001"
    victim = next(older.glob("*.toc"))
    victim.write_bytes(victim.read_bytes()[:-1])
    problems, documents = check_index(settings)
    assert documents == 7
    assert [str(victim) in problem for problem in problems] == [True]
    assert "older" in problems[0]
    report = repair_index(settings)
    assert (report.documents, report.generation) == (7, 2)
    assert "gen-000001" in report.notes[0]
    assert not older.exists()
    assert check_index(settings) == ([], 7)
    (settings.index / "gen-000002" / "manifest.json").rename(settings.index / "kept")
    assert check_index(settings)[0]
