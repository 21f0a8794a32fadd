"""What the administrator's terminal is shown: one sentence for each error, and nothing that acts on the terminal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from indexer import Settings
from indexer.command_line import disarm
from indexer.updating.pipeline import update_index
from tests.conftest import Run, Write, program

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eabc\u2066\x7f"
FILES: dict[str, str | bytes] = {
    "a\x1b[31m.txt": f"关于{ESCAPES}会议的通知\n来源：某报{ESCAPES}\n\n正文{ESCAPES}里写一句话，会议{ESCAPES}召开。",
    "b\x1b]0;x\x07.bin": b"left out",
    "c\x1b[2J.txt": b"\x00\xff\x00 no text",
}


def acts(text: str) -> list[str]:
    return [character for character in text if disarm(character) != character]


def test_control_characters_of_documents_and_names_do_not_reach_the_terminal(
    write: Write, settings: Settings, indexer: Run, searchapp: Run
) -> None:
    archive = write(FILES)
    file = archive / "a\x1b[31m.txt"
    for words in (
        ["index", archive],
        ["status"],
        ["inspect", file],
        ["inspect", file, "--json"],
        ["export"],
        ["doctor"],
    ):
        result = indexer(*words)
        assert result.exit_code == (words == ["status"]), result.stderr  # some of these files cannot be read
        assert acts(result.stdout + result.stderr) == []
    for form in ("text", "json", "jsonl"):
        result = searchapp("search", f"会议{ESCAPES}", "--format", form)
        assert result.exit_code == 0
        assert acts(result.stdout + result.stderr) == []
    assert ESCAPES in searchapp("search", "会议", "--format", "csv").stdout  # data: it goes into a file
    assert acts(indexer("inspect", archive / "none\x1b[2J.txt").stderr) == []
    assert acts(indexer("analyze", ESCAPES).stdout) == []


def test_a_line_end_in_a_name_forges_no_line(write: Write, indexer: Run) -> None:
    archive = write({"evil\nindexer: all is well.bin": b"", "odd\nfailed: x.txt": b"\x00\xff", "a.txt": "正文。"})
    result = indexer("index", archive)
    assert result.exit_code == 0
    assert not any(line.startswith(("indexer:", "failed: x")) for line in result.stderr.splitlines())
    assert not any(line.startswith("failed: x") for line in indexer("status").stdout.splitlines())


def test_what_is_disarmed_is_still_the_same_json(write: Write, indexer: Run) -> None:
    indexer("index", write(FILES))
    exported = json.loads(indexer("export").stdout.splitlines()[0])
    assert "\x1b]0;owned\x07" in exported["body"]
    assert "\u202e" in exported["body"]


def test_marks_are_coloured_on_a_terminal_and_nothing_else_is(write: Write, settings: Settings, tmp_path: Path) -> None:
    update_index(settings, [write(FILES)])
    text = ""
    for form in ("text", "csv"):
        command = f"{program('searchapp')} search 正文 --format {form} --index {settings.index}"
        shown = tmp_path / "typescript"
        subprocess.run(["script", "-qec", command, str(shown)], check=True, capture_output=True)
        text += shown.read_text(errors="replace")
    assert "\x1b[33m\x1b[1m正文\x1b[0m" in text
    assert "\x1b[2J" not in text
    assert "\x1b]0;" not in text
    assert r"\u001b[2J" in text


def test_a_log_line_is_disarmed(write: Write, settings: Settings) -> None:
    """The last good generation is served, and the log names what is wrong: a file of any name."""
    index = settings.index.with_name("in\x1b[31mdex")
    own = settings.model_copy(update={"index": index})
    archive = write({"a.txt": "正文里写一句话。"})
    update_index(own, [archive])
    write({"b.txt": "正文里再写一句话。"})
    update_index(own, [archive])
    victim = next((index / "gen-000002").glob("*.toc"))
    victim.write_bytes(b"")
    done = subprocess.run(
        [program("searchapp"), "count", "正文", "--index", str(index)], capture_output=True, text=True, check=True
    )
    assert "is damaged" in done.stderr
    assert acts(done.stderr) == []


@pytest.mark.parametrize("command", ["index", "reindex", "rollback"])
def test_a_disk_without_room_for_the_lock_is_one_sentence(write: Write, settings: Settings, command: str) -> None:
    update_index(settings, [write({"a.txt": "正文里写一句话。"})])
    (settings.index / "LOCK").unlink()
    (settings.index / "LOCK").symlink_to("/dev/full")
    done = subprocess.run(
        [program("indexer"), command, "--index", str(settings.index)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"cannot be written to {settings.index}" in done.stderr
