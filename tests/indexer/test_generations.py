"""An index is old or new, never broken: locks, crashes, damage, rollback, readers beside a writer."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from indexer import Reader, Settings, open_index
from indexer.document import Document
from indexer.engine.whoosh import WhooshEngine
from indexer.engine.whoosh.stored import learn_dictionary
from indexer.errors import (
    ArchiveError,
    DamagedIndexError,
    IndexFolderError,
    IndexFormatError,
    IndexLockedError,
    NoGenerationError,
    NoIndexError,
)
from indexer.query import Phrase
from indexer.status import check_index, read_status, repair_index
from indexer.store import generations
from indexer.store.generations import find_damage, is_apart, list_generations, lock_for_writing, read_current
from indexer.updating.pipeline import move_archive, rebuild_index, roll_back, update_index
from tests.conftest import CORPUS, Run, Write, edit_manifest, program
from tests.failpoints import Failpoint, Forks

FILES = {f"{n}.txt": f"标题第{n}号\n来源：甲\n\n这是第{n}份文件的正文，写一句话。" for n in range(6)}


def documents(settings: Settings) -> int:
    reader = open_index(settings.index).reader
    assert len(reader.find_keys(Phrase("份文件的正文"))) == reader.document_count
    return reader.document_count


def grow(settings: Settings, write: Write, *steps: int) -> Path:
    archive = write(FILES)
    update_index(settings, [archive])
    for step in steps:
        write({f"more{step}.txt": f"新增{step}\n\n这是新增的第{step}份文件的正文，写一句话。"})
        update_index(settings, [archive])
    return archive


def test_the_second_writer_is_told_who_writes(write: Write, settings: Settings) -> None:
    archive = write(FILES)
    with (
        lock_for_writing(settings.index, "indexer reindex"),
        pytest.raises(
            IndexLockedError, match=rf"is being written by `indexer reindex`, process {os.getpid()} on .+, since \d"
        ),
    ):
        update_index(settings, [archive])
    assert update_index(settings, [archive]).documents == 6


def test_old_generations_go_and_the_last_two_stay_beside_a_spare(write: Write, settings: Settings) -> None:
    grow(settings, write, 1, 2, 3)
    spare, *last = list_generations(settings.index)
    assert [spare.number, *(generation.number for generation in last)] == [1, 3, 4]
    assert is_apart(spare, last[0])
    assert is_apart(spare, last[1])
    assert not is_apart(*last)


def test_no_spare_is_made_where_one_generation_or_none_is_wanted(write: Write, settings: Settings) -> None:
    for change, kept in (({"keep": 1}, 1), ({"spare_days": 0}, 2)):
        own = settings.model_copy(update={**change, "index": settings.index / str(kept)})
        grow(own, write, 2 * kept, 2 * kept + 1)
        assert len(list_generations(own.index)) == kept


def test_a_spare_that_is_a_week_old_gives_way_to_a_new_one(write: Write, settings: Settings) -> None:
    archive = grow(settings, write, 1, 2)
    edit_manifest(settings.index / "gen-000001", '"created": "20', '"created": "19')
    write({"more3.txt": "新增3\n\n这是新增的第3份文件的正文，写一句话。"})
    update_index(settings, [archive])
    kept = list_generations(settings.index)
    assert [generation.number for generation in kept] == [3, 4]
    assert is_apart(*kept)


def test_damage_of_what_generations_share_leaves_the_spare(write: Write, settings: Settings) -> None:
    grow(settings, write, 1, 2)
    live, before = (settings.index / name for name in ("gen-000003", "gen-000002"))
    shared = next(file for file in live.glob("*.arrays") if (before / file.name).exists() and file.stat().st_nlink > 1)
    with shared.open("r+b") as stream:  # in place: both generations have it
        stream.seek(shared.stat().st_size // 2)
        stream.write(bytes([shared.read_bytes()[shared.stat().st_size // 2] ^ 1]))
    assert open_index(settings.index).generation.number == 1
    assert documents(settings) == 6
    report = update_index(settings, [])
    assert shared.name in report.notes[0]
    assert (documents(settings), read_current(settings.index).number) == (8, 4)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["families.arrays", "dictionary.arrays", "*.toc", "MAIN_*.arrays"])
def test_one_bit_of_any_file_is_found_when_a_site_opens_the_index(write: Write, settings: Settings, name: str) -> None:
    """Also of the files that most searches do not touch; the dictionary stands in an index of some size only."""
    write({f"long{n}.txt": f"长文{n}\n\n" + f"这是第{n}份文件的正文，写一句话。" * 4000 for n in range(20)})
    archive = write(FILES)
    update_index(settings, [archive])
    write({"new.txt": "新增\n\n这是新增的一份文件的正文，写一句话。"})
    update_index(settings, [archive])
    victim = next((settings.index / "gen-000002").glob(name))
    data = bytearray(victim.read_bytes())
    data[len(data) // 3] ^= 4
    victim.write_bytes(data)
    served = open_index(settings.index)
    assert served.generation.number == 1
    assert victim.name in (served.degraded or "")


def test_an_update_leaves_every_byte_of_its_base(write: Write, settings: Settings) -> None:
    archive = grow(settings, write)
    base = read_current(settings.index)
    assert base is not None
    write({"more.txt": "新增\n\n这是新增的一份文件的正文，写一句话。"})
    (archive / "0.txt").unlink()
    update_index(settings, [archive])
    assert find_damage(base) == []


def test_rollback_serves_the_generation_before_and_updates_go_on_from_it(write: Write, settings: Settings) -> None:
    archive = grow(settings, write, 1)
    assert documents(settings) == 7
    assert roll_back(settings).number == 1
    assert documents(settings) == 6
    report = update_index(settings, [archive])
    assert (report.added, report.documents, report.generation) == (["archive/more1.txt"], 7, 3)
    roll_back(settings)
    with pytest.raises(NoGenerationError):
        roll_back(settings)


def test_an_unfinished_generation_is_removed_by_the_next_writer(write: Write, settings: Settings) -> None:
    archive = grow(settings, write)
    debris = settings.index / "gen-000002"
    debris.mkdir()
    (debris / "MAIN_x.arrays").write_bytes(b"half")
    write({"new.txt": "新增\n\n这是新增的一份文件的正文，写一句话。"})
    update_index(settings, [archive])
    assert not (debris / "MAIN_x.arrays").exists()
    assert documents(settings) == 7


@pytest.mark.parametrize("damage", ["bit", "short", "missing"])
def test_damage_is_found_named_and_the_last_good_generation_is_served(
    write: Write, settings: Settings, damage: str
) -> None:
    grow(settings, write, 1)
    live = read_current(settings.index)
    assert live is not None
    base = live.folder.parent / "gen-000001"
    victim = next(file for file in live.folder.glob("*.arrays") if not (base / file.name).exists())
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "missing":
        victim.unlink()
    else:
        victim.write_bytes(data if damage == "bit" else data[:-1])
    assert len(find_damage(live)) == 1
    assert victim.name in find_damage(live)[0]
    served = open_index(settings.index)
    assert served.generation.number == 1
    assert victim.name in (served.degraded or "")
    report = update_index(settings, [])
    assert victim.name in report.notes[0]
    assert "built anew from the files" in report.notes[0]
    assert documents(settings) == 7


@pytest.mark.parametrize("content", ["", "gen-9", "gen-000099\n", "../../etc\n", "\xff\n"])
def test_a_damaged_pointer_falls_back_and_deletes_nothing(write: Write, settings: Settings, content: str) -> None:
    grow(settings, write)
    (settings.index / "CURRENT").write_bytes(content.encode("latin-1"))
    assert documents(settings) == 6
    assert [generation.number for generation in list_generations(settings.index)] == [1]
    rebuild_index(settings, [])
    assert documents(settings) == 6


def test_no_index_at_all_says_so(settings: Settings) -> None:
    with pytest.raises(NoIndexError, match="there is no index in"):
        open_index(settings.index)


def test_an_index_folder_that_is_a_file_is_one_sentence(write: Write, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(IndexFolderError, match="cannot be written"):
        update_index(Settings(index=tmp_path / "taken"), [write(FILES)])


class Bomb:
    """Unpickling it would leave a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.mkdir, (str(self.trace),)


def test_no_pickle_is_loaded_before_its_checksum(write: Write, settings: Settings, tmp_path: Path) -> None:
    grow(settings, write)
    live = read_current(settings.index)
    assert live is not None
    toc = next(live.folder.glob("_MAIN_*.toc"))
    data = toc.read_bytes()
    trace = tmp_path / "exploded"
    at = data.rindex(b"\x80")  # the pickled list of segments
    toc.write_bytes(data[:at] + pickle.dumps(Bomb(trace), 2))
    with pytest.raises(DamagedIndexError):
        open_index(settings.index)
    assert not trace.exists()


@pytest.mark.parametrize("mode", [0o777, 0o702])
def test_an_index_that_others_may_write_is_told(write: Write, settings: Settings, mode: int) -> None:
    """They can end a running site by cutting a file that it has mapped."""
    grow(settings, write)
    assert read_status(settings)["warnings"] == []
    for path in (settings.index, next(settings.index.glob("gen-000001/*.arrays"))):
        before = path.stat().st_mode
        path.chmod(mode)
        (warning,) = read_status(settings)["warnings"]
        assert str(path) in warning
        assert f"chmod -R go-w {settings.index}" in warning
        path.chmod(before)
    settings.index.chmod(mode)
    command = [program("searchapp"), "serve", "--port", "0", "--index", str(settings.index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "chmod -R go-w" in process.stderr.readline() + process.stderr.readline()
        process.terminate()


def test_files_of_others_in_the_index_folder_are_left_alone(write: Write, settings: Settings) -> None:
    settings.index.mkdir()
    for name in ("archive.toml.new", "notes.new"):
        (settings.index / name).write_text("precious")
    (settings.index / "state.sqlite.new").write_text("half")
    grow(settings, write)
    assert {file.name for file in settings.index.glob("*.new")} == {"archive.toml.new", "notes.new"}


def test_a_generation_that_is_being_written_is_no_damage(write: Write, settings: Settings) -> None:
    grow(settings, write)
    (settings.index / "gen-000002").mkdir()
    assert check_index(settings) == ([], 6)
    grow(settings, write, 1)
    (settings.index / "gen-000001" / "manifest.json").unlink()
    assert "gen-000001/manifest.json" in check_index(settings)[0][0]


def test_what_check_finds_repair_mends_or_still_tells(write: Write, settings: Settings, indexer: Run) -> None:
    grow(settings, write)
    edit_manifest(settings.index / "gen-000001", '"documents": 6', '"documents": 7')
    assert indexer("check").exit_code == 2
    result = indexer("check", "--repair")
    assert (result.exit_code, "still" in result.stderr) == (0, False)
    assert check_index(settings) == ([], 6)
    edit_manifest(settings.index / "gen-000002", '"normalizer": "', '"normalizer": "9')
    assert indexer("check", "--repair").exit_code == 0
    assert check_index(settings) == ([], 6)


def test_a_pointer_to_an_older_generation_is_found_unless_it_was_rolled_back(write: Write, settings: Settings) -> None:
    grow(settings, write, 1)
    roll_back(settings)
    assert check_index(settings) == ([], 6)
    update_index(settings, [])
    (settings.index / "CURRENT").write_text("gen-000001\n")  # one bit of 3 is 1
    assert "the last run made generation 3 live" in check_index(settings)[0][0]
    update_index(settings, [])
    assert check_index(settings) == ([], 7)


def test_a_pointer_without_its_line_end_is_told_and_written_anew(write: Write, settings: Settings) -> None:
    grow(settings, write)
    (settings.index / "CURRENT").write_text("gen-000001")
    assert open_index(settings.index).degraded is None
    assert "CURRENT was cut" in check_index(settings)[0][0]
    repair_index(settings)
    assert check_index(settings) == ([], 6)


def test_a_generation_that_cannot_be_made_current_leaves_nothing(
    write: Write, settings: Settings, forks: Forks
) -> None:
    archive = grow(settings, write)
    write({"more.txt": "新增\n\n这是新增的一份文件的正文，写一句话。"})
    for at in range(1, 200):
        done = forks.run(Failpoint("/state.sqlite", at, "ENOSPC"), "index", archive, "--index", settings.index)
        if done.returncode == 0:
            break
        assert [file.name for file in settings.index.glob("gen-*")] == ["gen-000001"]
    assert at > 1
    assert documents(settings) == 7


def test_segments_are_on_disk_before_the_table_that_names_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order that survives a power cut: segments, the families, the table, its new name, the folder."""
    events: list[str] = []
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        events.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).suffix or "folder")
        real_fsync(descriptor)

    def rename(old: str, new: str) -> None:
        events.append("rename")
        real_rename(old, new)

    engine = WhooshEngine()
    engine.create(tmp_path)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    with engine.open_writer(tmp_path) as writer:
        writer.add(engine.prepare(tmp_path, [Document("a", "a", body="一")]))
    table = next(suffix for suffix in events if suffix not in (".arrays", "rename", "folder"))
    assert events == [".arrays", ".arrays", table, "rename", "folder"]


def test_the_dictionary_of_records_is_on_disk_once_it_is_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    learn_dictionary(tmp_path, [f"第{n}份文件的正文，写一句话。".encode() * 100 for n in range(1000)])
    assert synced == ["dictionary.arrays"] == [file.name for file in tmp_path.iterdir()]


def test_all_of_a_generation_is_on_disk_before_current_names_it(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut leaves the old generation or all of the new one: files, manifest, and the name of its folder."""
    settings = settings.model_copy(update={"processes": 1})
    events: list[Path] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        events.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        real_fsync(descriptor)

    def replace(old: Path, new: Path) -> None:
        events.append(Path(f"{new} replaced"))
        real_replace(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    archive = write(FILES)

    def move_and_update() -> None:
        shutil.move(archive, archive.with_name("elsewhere"))
        move_archive(settings, archive, new=archive.with_name("elsewhere"))

    for act in (lambda: update_index(settings, [archive]), lambda: grow(settings, write, 1), move_and_update):
        events.clear()
        act()
        live = read_current(settings.index)
        assert live is not None
        done = events[: max(at for at, path in enumerate(events) if path.name == "CURRENT replaced")]
        named = max(at for at, path in enumerate(done) if path == live.folder / "manifest.json replaced")
        assert settings.index in done[named:], "the folder that holds the new one"
        own = [file for file in live.folder.iterdir() if file.stat().st_nlink == 1 and file.name != "manifest.json"]
        assert [file.name for file in own if file not in done] == []


def test_a_run_killed_at_any_time_leaves_a_good_index(write: Write, settings: Settings) -> None:
    archive = grow(settings, write)
    shutil.copytree(CORPUS, archive / "corpus")
    command = [program("indexer"), "--index", str(settings.index), "index", str(archive), "--quiet"]
    for delay in (0.2, 0.5, 0.8, 1.1, 1.4, 1.7):
        with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            process.wait()
        index = open_index(settings.index)
        whole = index.reader.document_count
        assert whole in {6, 92}
    assert update_index(settings, [archive]).documents == 92


def test_a_first_run_killed_before_its_last_step_can_be_run_again(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write(FILES)
    with monkeypatch.context() as patched:
        patched.setattr("indexer.store.generations.make_current", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            update_index(settings, [archive])
    assert (settings.index / "gen-000001" / "manifest.json").exists()
    with pytest.raises(NoIndexError):
        open_index(settings.index)
    assert update_index(settings, [archive]).documents == documents(settings) == 6


def test_a_generation_that_is_pruned_while_it_is_opened_is_looked_for_again(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads CURRENT, and finds the folder gone a moment later, gets the new one, and is not told of damage."""
    settings = settings.model_copy(update={"keep": 1})
    archive = grow(settings, write)
    real, calls = generations._open_verified, list[int]()

    def open_late(generation: generations.Generation, *, thorough: bool = True) -> Reader:
        calls.append(generation.number)
        if len(calls) == 1:  # a writer is quicker
            for number in range(2):
                (archive / f"new{number}.txt").write_text(f"又一份文件的正文{number}。", encoding="utf-8")
                update_index(settings, [archive])
            assert not generation.folder.exists()
        return real(generation, thorough=thorough)

    monkeypatch.setattr(generations, "_open_verified", open_late)
    opened = open_index(settings.index)
    assert not opened.degraded
    assert opened.generation.number == calls[-1] > calls[0]


def test_many_updates_merge_segments_and_lose_nothing(write: Write, settings: Settings) -> None:
    archive = grow(settings, write)
    for step in range(14):
        write({f"more{step}.txt": f"新增{step}\n\n这是新增的第{step}份文件的正文，写一句话。"})
        (archive / f"more{step - 2}.txt").unlink(missing_ok=True)
        update_index(settings, [archive])
        assert documents(settings) == 6 + min(step + 1, 2)


def test_a_lost_state_file_doubles_nothing(write: Write, settings: Settings) -> None:
    archive = grow(settings, write)
    (settings.index / "state.sqlite").unlink()
    (archive / "0.txt").unlink()
    report = update_index(settings, [archive])
    assert (report.deleted, report.documents, documents(settings)) == (["archive/0.txt"], 5, 5)


def test_a_missing_pointer_is_damage_and_repaired(write: Write, settings: Settings) -> None:
    archive = grow(settings, write)
    (settings.index / "CURRENT").unlink()
    assert documents(settings) == 6
    report = update_index(settings, [archive])
    assert "CURRENT is missing" in report.notes[0]
    assert report.documents == documents(settings) == 6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"format": 1', '"format": 99'),
        ('"created": "', '"created": "x'),
        ('"size"', '"sise"'),
        ('"label"', '"lable"'),
        ("{", "["),
    ],
)
def test_a_manifest_that_is_not_ours_is_one_sentence(write: Write, settings: Settings, old: str, new: str) -> None:
    grow(settings, write)
    edit_manifest(settings.index / "gen-000001", old, new)
    with pytest.raises(ArchiveError, match=r"indexer (reindex|check --repair)"):
        open_index(settings.index)


def test_readers_never_fail_while_generations_come_and_go(write: Write, settings: Settings) -> None:
    archive = grow(settings, write)
    held = open_index(settings.index).reader
    errors: list[BaseException] = []
    opened = [0]
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                reader = open_index(settings.index).reader
                assert reader.document_count >= 6
                assert len(reader.find_keys(Phrase("份文件的正文"))) == reader.document_count
                opened[0] += 1
            except BaseException as error:  # whatever it is, the test shows it
                errors.append(error)
                return

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for step in range(12):
            write({f"more{step}.txt": f"新增{step}\n\n这是新增的第{step}份文件的正文，写一句话。"})
            update_index(settings, [archive])
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert opened[0] > 12
    assert held.document_count == 6
    assert len(held.find_keys(Phrase("份文件的正文"))) == 6
    assert documents(settings) == 18


def test_an_index_of_another_version_is_read_from_the_generation_before_and_never_written(
    write: Write, settings: Settings
) -> None:
    archive = grow(settings, write, 1, 2)
    edit_manifest(settings.index / "gen-000003", '"normalizer": "', '"normalizer": "another ')
    served = open_index(settings.index)
    assert served.generation.number == 2
    assert "rebuild needed: the normalizer" in (served.degraded or "")
    for dry_run in (False, True):
        with pytest.raises(IndexFormatError, match="run `indexer reindex --if-needed`"):
            update_index(settings, [archive], dry_run=dry_run)
    edit_manifest(settings.index / "gen-000002", '"format": 1', '"format": 99')
    assert open_index(settings.index).generation.number == 1
    victim = next((settings.index / "gen-000001").glob("*.arrays"))
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1])
    with pytest.raises(IndexFormatError, match="the normalizer"):  # what to do is a rebuild, not a repair
        open_index(settings.index)
    victim.write_bytes(whole)
    edit_manifest(settings.index / "gen-000002", '"format": 99', '"format": 1')
    assert roll_back(settings).number == 2  # who goes back to the version before is well again
    assert open_index(settings.index).degraded is None
    assert rebuild_index(settings, []).generation == 4


def test_what_was_live_before_is_read_rather_than_what_was_rolled_back_from(write: Write, settings: Settings) -> None:
    own = settings.model_copy(update={"keep": 9})
    archive = grow(own, write, 1, 2)
    roll_back(own)
    write({"new.txt": "新增\n\n这是新增的一份文件的正文，写一句话。"})
    update_index(own, [archive])
    edit_manifest(settings.index / "gen-000004", '"engine": "', '"engine": "other ')
    assert open_index(settings.index).generation.number == 2


def test_what_is_held_open_is_gone_on_with(write: Write, settings: Settings) -> None:
    archive = grow(settings, write, 1)
    held = open_index(settings.index)
    write({"new.txt": "新增\n\n这是新增的一份文件的正文，写一句话。"})
    update_index(settings, [archive])
    edit_manifest(settings.index / "gen-000003", '"engine": "', '"engine": "other ')
    kept = open_index(settings.index, held=held)
    assert kept.reader is held.reader
    assert "the engine" in (kept.degraded or "")


def test_check_and_rollback_refuse_what_another_version_built(write: Write, settings: Settings) -> None:
    grow(settings, write, 1)
    for number, name in ((2, "gen-000002"), (1, "gen-000001")):
        manifest = settings.index / name / "manifest.json"
        whole = manifest.read_text()
        edit_manifest(settings.index / name, '"engine": "', '"engine": "old ')
        if number == 2:
            problems, _ = check_index(settings)
            assert len(problems) == 1
            assert "rebuild needed: the engine" in problems[0]
            manifest.write_text(whole)
        else:
            with pytest.raises(IndexFormatError, match="rebuild needed: the engine"):
                roll_back(settings)
    assert documents(settings) == 7
