"""Walking an archive: every odd thing is listed once, nothing outside is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.errors import UnreadableFileError
from indexer.reading import FoundFile, Root, WalkNotes, read_file, walk
from tests.conftest import Write

EXCLUDE = [".*", "~*", "*~", "README", "README.*"]


def walk_all(folder: Path) -> tuple[list[FoundFile], WalkNotes]:
    notes = WalkNotes()
    return list(walk(Root(folder, "archive"), EXCLUDE, notes=notes)), notes


def test_files_come_in_a_stable_order_with_their_names_in_the_archive(write: Write) -> None:
    folder = write({"b.txt": "", "a/会议.md": "", "a/x.jsonl": "", "README.md": "", ".hidden.txt": "", "~$x.txt": ""})
    files, notes = walk_all(folder)
    assert [file.path for file in files] == ["archive/a/x.jsonl", "archive/a/会议.md", "archive/b.txt"]
    assert not notes.left_out
    assert notes.excluded == ["archive/.hidden.txt", "archive/README.md", "archive/~$x.txt"]


def test_links_pipes_and_other_endings_are_left_out_with_a_reason(write: Write, tmp_path: Path) -> None:
    folder = write({"a.txt": "", "b.dwg": "", "sub/c.txt": ""})
    (tmp_path / "secret.txt").write_text("outside")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "sub/loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    files, notes = walk_all(folder)
    assert [file.path for file in files] == ["archive/a.txt", "archive/sub/c.txt"]
    assert dict(notes.left_out) == {
        "archive/b.dwg": "is of a format that is not read",
        "archive/link.txt": "is a symbolic link",
        "archive/sub/loop": "is a symbolic link",
        "archive/pipe.txt": "is not a regular file",
    }


def test_a_file_name_in_gbk_is_read_and_shown_right(write: Write) -> None:
    folder = write({"a.txt": "一"})
    raw = os.fsencode(folder) + b"/" + "会议纪要.txt".encode("gbk")
    with open(raw, "wb") as stream:  # noqa: PTH123 - the name is bytes
        stream.write("二".encode())
    files, _ = walk_all(folder)
    found = next(file for file in files if file.path == "archive/会议纪要.txt")
    assert read_file(found)[0] == "二".encode()


@pytest.mark.parametrize(
    "name", ["a b.txt", "-n.txt", "100%.txt", "new\nline.txt", "#?&.txt", "e\u0301.txt", "长" * 80 + ".txt"]
)
def test_odd_names_are_found_again(write: Write, name: str) -> None:
    files, _ = walk_all(write({name: "正文"}))
    assert read_file(files[0])[0].decode() == "正文"


def test_a_file_that_vanishes_is_a_reason_not_a_crash(write: Write) -> None:
    folder = write({"a.txt": "一"})
    files, _ = walk_all(folder)
    (folder / "a.txt").unlink()
    with pytest.raises(UnreadableFileError, match="vanished"):
        read_file(files[0])


def test_a_folder_that_cannot_be_opened_is_closed_not_empty(write: Write) -> None:
    folder = write({"a.txt": "一"})
    notes = WalkNotes()
    assert not list(walk(Root(folder / "gone", "gone"), EXCLUDE, notes=notes))
    assert notes.closed == [("gone/", "cannot be opened: No such file or directory")]
