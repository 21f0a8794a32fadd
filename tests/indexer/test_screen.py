"""How both programs stand on a terminal: the bar, lines and colours, completion in real shells, manual pages."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from indexer import Settings, say, use_colour, width_of, wrap
from indexer.screen import Bar, Colours
from tests.conftest import PROJECT, Run, Write, program


@pytest.mark.parametrize("width", [12, 20, 30, 40, 60, 80, 200])
@pytest.mark.parametrize("locale", ["C.UTF-8", "zh_CN.UTF-8"])
def test_the_bar_fits_every_width_and_tells_as_much_as_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, width: int, locale: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("LC_ALL", locale)
    line = Bar(say("indexing")).draw(512_000_000, 2_048_000_000, seconds=65)
    assert width_of(line) < width
    assert "25%" in line
    if width >= 80:
        assert "512.0 MB/2.0 GB 7.9 MB/s" in line
        assert ("3:15 left" if locale == "C.UTF-8" else "还需 3:15") in line
        assert "[#" in line


def test_the_bar_moves_on_a_terminal_is_wiped_and_is_not_there_on_a_dumb_one(write: Write, tmp_path: Path) -> None:
    archive = write({"一.txt": "标题第一号\n\n这是一份文件的正文，写一句话。"})
    command = [program("indexer"), "--index", str(tmp_path / "index"), "reindex", str(archive)]
    shown = on_terminal(command, TERM="xterm")
    assert shown.startswith("\rindexing ")
    assert "\r\x1b[Kfiles: 1 added" in shown
    assert "\r\x1b" not in on_terminal(command, TERM="dumb")
    backup = [
        program("indexer"),
        "--index",
        str(tmp_path / "index"),
        "backup",
        str(tmp_path / "b.tar.gz"),
        "--with-index",
    ]
    assert on_terminal(backup, TERM="xterm").startswith("\rbacking up ")
    restore = [program("indexer"), "--index", str(tmp_path / "other"), "restore", str(tmp_path / "b.tar.gz")]
    assert on_terminal(restore, TERM="xterm").startswith("\rrestoring ")


def on_terminal(command: list[str], **variables: str) -> str:
    """Run a command on a terminal of its own; return all that stood on it."""
    main, side = pty.openpty()
    with subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env={**os.environ, **variables}) as process:
        os.close(side)
        shown = b""
        with suppress(OSError):  # how the end of a terminal is told
            while data := os.read(main, 1 << 16):
                shown += data
        os.close(main)
    assert process.returncode == 0, shown
    return shown.decode()


@pytest.mark.parametrize(
    ("wish", "choice", "expected"), [("", "auto", False), ("1", "auto", False), ("", "always", True)]
)
def test_colours_are_for_terminals_and_whoever_asks(
    monkeypatch: pytest.MonkeyPatch, wish: str, choice: Colours, expected: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", wish)
    assert use_colour(io.StringIO(), choice) is expected


def test_lines_break_between_chinese_characters_and_before_no_closing_mark() -> None:
    text = "把重建不出来的一切写进一个 FILE：设置、词、规则、更正、密钥、没有结果的检索、状态。"
    for width in range(10, 60):
        lines = wrap(text, width, indent="  ").splitlines()
        assert max(map(width_of, lines)) <= width
        assert not any(line.lstrip()[0] in "，。、：" for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())


# --- completion

_IN_BASH = """
eval "$(_{upper}_COMPLETE=bash_source {name})"
compopt() {{ :; }}  # it is for keys pressed, which nobody does here
COMP_WORDS=({words}); COMP_CWORD={at}
_{name}_completion {name}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
_IN_ZSH = """
autoload -U compinit && compinit -u
compadd() {{ print -l -- $completions; }}
_describe() {{ print -l -- $completions_with_descriptions; }}
eval "$(_{upper}_COMPLETE=zsh_source {name})"
words=({words}); CURRENT=$(({at} + 1))
_{name}_completion
"""
_IN_FISH = """
_{upper}_COMPLETE=fish_source {name} | source
complete --do-complete "{line}"
"""


def complete(shell: str, line: str, **variables: str) -> list[str]:
    """Return what a shell offers for the end of a line."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    words = line.split(" ")
    script = {"bash": _IN_BASH, "zsh": _IN_ZSH, "fish": _IN_FISH}[shell].format(
        name=words[0],
        upper=words[0].upper(),
        words=" ".join(word or "''" for word in words),
        at=len(words) - 1,
        line=line,
    )
    path = f"{Path(program('indexer')).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [shell, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, **variables},
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.stderr == ""
    # zsh and fish are told what each one means as well.
    offered = (line.split("\t")[0] for line in done.stdout.splitlines())
    return [one if shell == "bash" or one.endswith(":") else one.split(":")[0] for one in offered if one]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_options_and_their_values(shell: str) -> None:
    assert "status" in complete(shell, "indexer st")
    assert "--allow-shrink" in complete(shell, "indexer index --al")
    assert {"read", "admin"} <= set(complete(shell, "indexer key add x --scope "))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_values_of_the_index(shell: str, corpus_settings: Settings) -> None:
    known = {"ARCHIVE_INDEX": str(corpus_settings.index)}
    assert complete(shell, "searchapp search --source 澜江日", **known) == ["澜江日报", "澜江日报社"]
    assert "云泽市科协" in complete(shell, "searchapp count --issuer 云泽", **known)
    assert "2021" in complete(shell, "searchapp search --year 202", **known)
    assert "通知" in complete(shell, "searchapp search --genre ", **known)
    assert complete(shell, "searchapp search 标", **known) == ["标题:"]


def test_what_acts_in_bash_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "completions.json").write_text('{"values": {"source": ["某 报(1)"]}}', encoding="utf-8")
    assert complete("bash", "searchapp search --source 某", ARCHIVE_INDEX=str(tmp_path)) == [r"某\ 报\(1\)"]


def test_completion_is_silent_where_there_is_no_index_or_the_settings_hold_mistakes(tmp_path: Path) -> None:
    assert complete("bash", "searchapp search --source 澜", ARCHIVE_INDEX=str(tmp_path)) in ([], [""])
    assert complete("bash", "searchapp search --source 澜", ARCHIVE_PORT="x") == []
    for damaged in ("[1]", '{"values": {"source": 1}}', "[" * 100_000):
        (tmp_path / "completions.json").write_text(damaged)
        assert complete("bash", "searchapp search --source 澜", ARCHIVE_INDEX=str(tmp_path)) == []


def test_what_would_be_two_values_for_a_shell_or_act_on_a_terminal_is_not_offered(tmp_path: Path) -> None:
    values = ["某报", "某\nplain,$(id)", "某\x1b[2J", "某\t乙"]
    (tmp_path / "completions.json").write_text(json.dumps({"values": {"source": values}}))
    assert complete("bash", "searchapp search --source 某", ARCHIVE_INDEX=str(tmp_path)) == ["某报"]


def test_what_is_completed_follows_the_index(write: Write, indexer: Run, tmp_path: Path) -> None:
    archive = write({"一.txt": "标题第一号\n来源：某 报（第 1 版） 2021-03-11\n\n这是一份文件的正文。"})
    indexer("index", archive)
    kept = tmp_path / "index" / "completions.json"
    assert '"2021"' in kept.read_text(encoding="utf-8")
    write({"二.txt": "标题第二号\n来源：乙 2023-03-11\n\n这是另一份文件的正文。"})
    indexer("index", archive)
    assert '"2023"' in kept.read_text(encoding="utf-8")
    kept.unlink()
    indexer("index", archive)
    assert '"乙"' in kept.read_text(encoding="utf-8")
    indexer("rollback")
    assert '"乙"' not in kept.read_text(encoding="utf-8")


# --- manual pages


def test_manual_pages_are_the_same_each_time_and_please_man(tmp_path: Path) -> None:
    if shutil.which("man") is None:
        pytest.skip("man is not installed")
    for name in ("first", "second"):
        command = [sys.executable, str(PROJECT / "deploy" / "manual.py"), str(tmp_path / name)]
        subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "LANG": "de_DE"})
    pages = sorted((tmp_path / "first").rglob("*.1"))
    assert [str(page.relative_to(tmp_path / "first")) for page in pages] == [
        "man1/indexer.1",
        "man1/searchapp.1",
        "zh_CN/man1/indexer.1",
        "zh_CN/man1/searchapp.1",
    ]
    for page in pages:
        assert page.read_bytes() == (tmp_path / "second" / page.relative_to(tmp_path / "first")).read_bytes()
        shown = subprocess.run(["man", "-l", "--warnings", str(page)], capture_output=True, text=True, check=True)
        assert shown.stderr == ""
        assert ("退出码" if "zh_CN" in str(page) else "exit status") in shown.stdout.lower()
        assert "2023-11-14" in shown.stdout
        assert "--" in shown.stdout


# --- both programs


@pytest.mark.parametrize("name", ["indexer", "searchapp"])
def test_the_version_is_alone_on_the_first_line(name: str) -> None:
    shown = subprocess.run([program(name), "--version"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert shown[0].replace(".", "").isdigit()
    rows = dict(line.split(maxsplit=1) for line in shown[1:])
    assert {"engine", "index", "parser", "analyzer", "normalizer"} <= set(rows)


def test_a_closed_pipe_is_neither_an_error_nor_no_hits(corpus_settings: Settings) -> None:
    command = f"{program('indexer')} --index {corpus_settings.index} export; echo $? >&2"
    done = subprocess.run(["bash", "-c", f"{{ {command}; }} | true"], capture_output=True, text=True, check=True)
    assert done.stderr == "141\n"


@pytest.mark.parametrize(("typed", "shown"), [("科协党组".encode("gb18030"), "党组"), ("科协".encode(), "科协")])
def test_text_in_another_encoding_is_read(typed: bytes, shown: str) -> None:
    done = subprocess.run([program("indexer"), "analyze", typed], capture_output=True, check=True)
    assert shown in done.stdout.decode()


def test_bytes_that_are_no_text_are_refused() -> None:
    done = subprocess.run([program("indexer"), "analyze", b"\xff\xfe\xff"], capture_output=True, check=False)
    assert done.returncode == 2
    assert "is not text in UTF-8 or GB 18030." in done.stderr.decode()
