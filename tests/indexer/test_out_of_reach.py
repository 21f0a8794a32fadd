"""What cannot be reached is not gone: folders that cannot be opened, shares that are not mounted, archives that moved."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from indexer import Settings, open_index
from indexer.errors import (
    ArchiveError,
    EmptyArchiveError,
    MissingArchiveError,
    MovedArchiveError,
    MoveError,
    NoIndexError,
    OverlappingArchiveError,
    VanishedArchiveError,
)
from indexer.status import check_index, read_status
from indexer.updating.pipeline import move_archive, rebuild_index, update_index
from tests.conftest import Run, Write, program
from tests.failpoints import Failpoint, run_with

FILES = {
    f"{folder}/{n}.txt": f"标题{folder}{n}号\n来源：甲\n\n这是{folder}第{n}份文件的正文，写一句话。"
    for folder in ("东", "西")
    for n in range(3)
}


def ids(settings: Settings) -> set[str]:
    return {document.id for document in open_index(settings.index).reader.iter_documents()}


def paths(settings: Settings) -> list[str]:
    return sorted(document.path for document in open_index(settings.index).reader.iter_documents())


# --- folders that cannot be opened


@pytest.mark.parametrize("fault", ["EACCES", "EIO", "ESTALE"])
def test_a_folder_that_cannot_be_opened_keeps_its_documents_and_is_told_until_it_can(
    write: Write, settings: Settings, fault: str
) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    write({"东/3.txt": "新增\n\n这是新增的一份文件的正文。"})
    closed = Failpoint("/西", at=1, fault=fault, lasting=True, lists=True)
    for _ in range(2):  # also when nothing else changes
        done = run_with(closed, "index", "--index", settings.index)
        assert done.returncode == 0, done.stderr
        assert "failed: archive/西/: cannot be opened" in done.stderr
        assert len(paths(settings)) == 7
        assert [failed["path"] for failed in read_status(settings)["failed"]] == ["archive/西/"]
    report = update_index(settings, [])
    assert (report.documents, report.deleted, report.failed) == (7, [], [])
    assert read_status(settings)["failed"] == []
    assert check_index(settings) == ([], 7)


def test_a_folder_that_cannot_be_opened_stays_told_while_other_roots_are_updated(
    write: Write, settings: Settings
) -> None:
    archive = write({**FILES, "西/内/1.txt": "内部\n\n内部的一份文件。"})
    update_index(settings, [archive / "东", archive / "西"])
    closed = Failpoint("/西/内", at=1, fault="EIO", lasting=True, lists=True)
    assert run_with(closed, "index", "--index", settings.index).returncode == 0
    for more in ({}, {"东/3.txt": "新增\n\n这是新增的一份文件的正文。"}):
        write(more)
        update_index(settings, [archive / "东"])
        assert [failed["path"] for failed in read_status(settings)["failed"]] == ["西/内/"]
    assert len(paths(settings)) == 8


def test_a_root_that_cannot_be_opened_changes_nothing_and_is_an_error(write: Write, settings: Settings) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    closed = Failpoint(str(archive), at=1, fault="EACCES", lasting=True, lists=True)
    for command in ("index", "reindex"):
        done = run_with(closed, command, "--index", settings.index)
        assert done.returncode == 2
        assert f"{archive} cannot be opened: Permission denied, but the index knows 6 files of it" in done.stderr
        assert len(paths(settings)) == 6
    done = run_with(closed, "index", archive, "--index", settings.index.with_name("other"))
    assert (done.returncode, "cannot be opened: Permission denied" in done.stderr) == (2, True)


def test_a_rebuild_refuses_to_drop_what_it_cannot_open(write: Write, settings: Settings) -> None:
    archive = write({**FILES, **{f"东/more{n}.txt": f"更多{n}\n\n这是第{n}份。" for n in range(40)}})
    update_index(settings, [archive])
    closed = Failpoint("/西", at=1, fault="EIO", lasting=True, lists=True)
    done = run_with(closed, "reindex", "--index", settings.index)
    assert done.returncode == 2
    assert "archive/西/ cannot be opened: Input/output error, and the index holds 3 files of it" in done.stderr
    assert len(paths(settings)) == 46
    assert run_with(closed, "reindex", "--allow-shrink", "--index", settings.index).returncode == 0
    assert len(paths(settings)) == 43
    assert [failed["path"] for failed in read_status(settings)["failed"]] == ["archive/西/"]
    assert update_index(settings, []).documents == 46


# --- shares that are not mounted


def test_a_root_that_is_suddenly_empty_has_vanished_however_small_its_share(write: Write, settings: Settings) -> None:
    archive = write({**FILES, **{f"东/more{n}.txt": f"更多{n}\n\n这是第{n}份。" for n in range(40)}})
    east, west = archive / "东", archive / "西"
    update_index(settings, [east, west])
    shutil.move(west, archive / "away")
    west.mkdir()
    (west / "lost+found").mkdir()
    for run in (update_index, rebuild_index):
        with pytest.raises(VanishedArchiveError, match="holds no file to index, but the index knows 3 files of it"):
            run(settings, [])
        assert len(paths(settings)) == 46
    assert update_index(settings, [east]).documents == 46  # the other root alone
    assert update_index(settings, [], allow_shrink=True).documents == 43


def test_the_command_says_so_and_exits_with_2(write: Write, indexer: Run) -> None:
    archive = write(FILES)
    assert indexer("index", archive).exit_code == 0
    for folder in ("东", "西"):
        shutil.rmtree(archive / folder)
    result = indexer("index")
    assert result.exit_code == 2
    assert f"indexer move {archive} NEW_FOLDER" in result.stderr
    assert "--allow-shrink" in result.stderr


# --- archives that moved


def test_an_archive_that_moved_keeps_its_index(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    before = ids(settings)
    elsewhere = tmp_path / "别处" / "新 名"
    elsewhere.parent.mkdir()
    archive.rename(elsewhere)
    with pytest.raises(MissingArchiveError, match=f"indexer move {archive} NEW_FOLDER"):
        update_index(settings, [])
    with pytest.raises(
        MovedArchiveError, match=re.escape(shlex.join(["indexer", "move", str(archive), str(elsewhere)]))
    ):
        update_index(settings, [elsewhere])
    assert len(paths(settings)) == 6
    assert move_archive(settings, archive, new=elsewhere).manifest.documents == 6
    assert ids(settings) == before
    report = update_index(settings, [])
    assert (report.unchanged, report.added, report.deleted, ids(settings)) == (6, [], [], before)
    (elsewhere / "东/9.txt").write_text("新增\n\n这是新增的一份文件的正文。")
    report = update_index(settings, [])
    assert (report.added, report.documents) == (["archive/东/9.txt"], 7)
    assert check_index(settings) == ([], 7)


def test_all_folders_below_a_path_move_together(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(FILES)
    update_index(settings, [archive / "东", archive / "西"])
    moved = tmp_path / "moved"
    archive.rename(moved)
    move_archive(settings, archive, new=moved)
    assert read_status(settings)["roots"] == [str(moved / "东"), str(moved / "西")]
    assert update_index(settings, []).unchanged == 6


def test_a_move_that_cannot_be_true_changes_nothing(write: Write, settings: Settings, tmp_path: Path) -> None:
    archive = write(FILES)
    update_index(settings, [archive / "东", archive / "西"])
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("别的文件。")
    refused: list[tuple[Path, Path, type[ArchiveError], str]] = [
        (tmp_path / "unknown", other, MoveError, "knows nothing in"),
        (archive / "东", other, MoveError, "holds none of the 3 files"),
        (archive / "东", tmp_path / "nowhere", MissingArchiveError, "does not exist"),
        (archive / "东", archive, OverlappingArchiveError, "holds"),
        (archive / "东", archive / "东", MoveError, "is"),
    ]
    for old, new, error, sentence in refused:
        with pytest.raises(error, match=sentence):
            move_archive(settings, old, new=new)
    assert read_status(settings)["generation"] == 1
    assert update_index(settings, []).unchanged == 6


def test_an_archive_that_left_a_link_where_it_was_moves_as_well(
    write: Write, settings: Settings, tmp_path: Path
) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    elsewhere = tmp_path / "elsewhere"
    archive.rename(elsewhere)
    archive.symlink_to(elsewhere)
    assert update_index(settings, []).unchanged == 6
    with pytest.raises(MovedArchiveError):
        update_index(settings, [archive])
    move_archive(settings, archive, new=elsewhere)
    assert update_index(settings, [elsewhere]).unchanged == 6


def test_a_file_moves_to_a_file_only(write: Write, settings: Settings, tmp_path: Path) -> None:
    file = write(FILES) / "东/0.txt"
    update_index(settings, [file])
    with pytest.raises(MoveError, match="holds none of the 1 files"):
        move_archive(settings, file, new=file.parent.parent / "西")
    new = tmp_path / "0.txt"
    file.rename(new)
    move_archive(settings, file, new=new)
    assert update_index(settings, []).unchanged == 1


def test_moving_without_an_index_makes_none(write: Write, settings: Settings) -> None:
    with pytest.raises(NoIndexError):
        move_archive(settings, write(FILES), new=settings.index.parent)
    assert not settings.index.exists()


def test_the_message_for_a_root_that_is_gone_names_the_command_that_forgets_it(
    write: Write, settings: Settings
) -> None:
    archive = write(FILES)
    update_index(settings, [archive / "东", archive / "西"])
    shutil.rmtree(archive / "西")
    with pytest.raises(
        MissingArchiveError, match=re.escape(shlex.join(["indexer", "reindex", str(archive / "东"), "--allow-shrink"]))
    ):
        update_index(settings, [])
    assert rebuild_index(settings, [archive / "东"], allow_shrink=True).documents == 3
    assert update_index(settings, []).unchanged == 3


# --- archives to come, and an index inside


def test_watching_an_empty_folder_waits_for_its_first_file(write: Write, settings: Settings) -> None:
    archive = write({})
    archive.mkdir()
    with pytest.raises(EmptyArchiveError):
        update_index(settings, [archive])
    command = [program("indexer"), "index", str(archive), "--watch", "--index", str(settings.index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "Waiting for the first one" in process.stdout.readline()
        assert "watching" in process.stdout.readline()
        write(FILES)
        assert "6 documents" in process.stdout.readline()
        process.terminate()
        process.wait(timeout=10)
    assert len(paths(settings)) == 6


def test_an_index_inside_the_archive_is_none_of_its_files(write: Write) -> None:
    archive = write(FILES)
    settings = Settings(index=archive / "index")
    for _ in range(2):
        assert update_index(settings, [archive]).left_out == []
    (archive / "东/9.txt").write_text("新增\n\n这是新增的一份文件的正文。")
    report = update_index(settings, [archive])
    assert (report.left_out, report.documents) == ([], 7)


def test_links_are_left_out_wherever_they_lead(write: Write, settings: Settings) -> None:
    archive = write(FILES)
    (archive / "loop").symlink_to("loop")
    (archive / "away").symlink_to("/nowhere/at/all")
    report = update_index(settings, [archive])
    assert report.left_out == [("archive/away", "is a symbolic link"), ("archive/loop", "is a symbolic link")]
    assert report.failed == []


def test_a_file_that_cannot_be_looked_at_is_kept(write: Write, settings: Settings, tmp_path: Path) -> None:
    """A failing disk in the midst of a walk: the file is listed, but nothing can be told of it."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace, which makes a system call fail, is not installed")
    archive = write(FILES)
    update_index(settings, [archive])
    victim = archive / "西/1.txt"
    inject = ["-P", str(victim), "-e", "trace=newfstatat,statx", "-e", "inject=newfstatat,statx:error=EIO"]
    command = [strace, "-f", "-qq", "-o", str(tmp_path / "trace"), *inject, program("indexer"), "index"]
    done = subprocess.run([*command, "--index", str(settings.index)], capture_output=True, text=True, check=False)
    if not (tmp_path / "trace").read_text().strip():
        pytest.skip("strace cannot watch a process here")
    assert "failed: archive/西/1.txt: cannot be opened: Input/output error" in done.stderr
    assert done.returncode == 0
    assert len(paths(settings)) == 6
    time.sleep(0.01)
    report = update_index(settings, [])
    assert (report.documents, report.failed) == (6, [])
