"""The administrator's program: reports, exit codes, one-line errors."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from indexer import Settings
from indexer.store.generations import lock_for_writing
from tests.conftest import Run, Write, program

FILES = {f"{n}.txt": f"标题第{n}号\n来源：甲 2021-03-1{n}\n\n这是第{n}份文件的正文，写一句话。" for n in range(5)}


def test_index_reports_on_one_line_and_exits_0(write: Write, indexer: Run) -> None:
    result = indexer("index", write(FILES))
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "files: 5 added, 0 changed, 0 renamed, 0 deleted, 0 unchanged, 0 empty, 0 failed; 5 documents, generation 1, "
    )
    assert result.stderr == ""


def test_a_json_report_is_json_and_failures_go_to_standard_error(write: Write, indexer: Run) -> None:
    result = indexer("index", write({**FILES, "bad.txt": b"\x00\x01\x02\xff" * 50, "x.dwg": b""}), "--json")
    report = json.loads(result.stdout)
    assert (report["documents"], report["generation"], len(report["added"])) == (5, 1, 6)
    assert report["failed"] == [["archive/bad.txt", "is not text: it holds NUL bytes"]]
    assert report["left_out"] == [["archive/x.dwg", "is of a format that is not read"]]
    assert result.stderr == "failed: archive/bad.txt: is not text: it holds NUL bytes\n"


def test_quiet_says_nothing_but_failures(write: Write, indexer: Run) -> None:
    result = indexer("index", write({**FILES, "bad.txt": b"\x00\x01\x02\xff" * 50}), "--quiet")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "bad.txt" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["index", "/none"], "/none does not exist; nothing was changed"),
        (["index"], "no archive named"),
        (["check"], "there is no index in"),
        (["rollback"], "there is no index in"),
        (["export"], "there is no index in"),
        (["inspect", "/none"], "/none does not exist"),
        (["inspect", "/dev/null"], "/dev/null is not a file"),
        (["--config", "/none.toml", "check"], "the settings file /none.toml cannot be read"),
    ],
)
def test_an_error_is_one_sentence_and_exit_code_2(indexer: Run, arguments: list[str], sentence: str) -> None:
    result = indexer(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr


def test_the_lock_tells_who_holds_it(write: Write, indexer: Run, settings: Settings) -> None:
    archive = write(FILES)
    with lock_for_writing(settings.index, "indexer reindex"):
        result = indexer("index", archive)
    assert result.exit_code == 2
    assert f"is being written by `indexer reindex`, process {os.getpid()}" in result.stderr


def test_a_dry_run_lists_what_would_change(write: Write, indexer: Run) -> None:
    result = indexer("index", write(FILES), "--dry-run")
    assert "would be added: archive/0.txt\n" in result.stdout
    assert "no index yet" in result.stdout


def test_status_tells_what_is_served_and_what_failed(write: Write, indexer: Run) -> None:
    archive = write({**FILES, "bad.txt": b"\x00\x01\x02\xff" * 50})
    indexer("index", archive)
    shown = indexer("status")
    assert "documents    5\n" in shown.stdout
    assert "failed: archive/bad.txt: is not text: it holds NUL bytes" in shown.stdout
    report = json.loads(indexer("status", "--json").stdout)
    assert (report["generation"], report["documents"], report["files"]) == (1, 5, 6)
    assert report["roots"] == [str(archive)]
    assert set(report["built_by"]) == {"engine", "analyzer", "normalizer", "parser", "words", "dictionary"}
    assert report["last_run"]["command"] == "index"


def test_check_finds_damage_and_repairs_it(write: Write, indexer: Run, settings: Settings) -> None:
    indexer("index", write(FILES))
    good = indexer("check")
    assert (good.exit_code, good.stdout) == (0, "5 documents, all readable and findable; every checksum is right\n")
    victim = next((settings.index / "gen-000001").glob("*.arrays"))
    victim.write_bytes(victim.read_bytes()[:-1])
    bad = indexer("check")
    assert bad.exit_code == 2
    assert f"damaged: {settings.index / 'gen-000001'}" in bad.stderr
    assert victim.name in bad.stderr
    assert indexer("check", "--repair").exit_code == 0
    assert indexer("check").exit_code == 0


def test_reindex_if_needed_rebuilds_only_then(write: Write, indexer: Run) -> None:
    assert indexer("reindex", write(FILES), "--if-needed").exit_code == 0
    assert indexer("reindex", "--if-needed").stdout == "no rebuild needed\n"
    result = indexer("reindex", "--keep", "1")
    assert "generation 2" in result.stdout
    assert json.loads(indexer("status", "--json").stdout)["generations"] == [2]
    rolled = indexer("rollback")
    assert rolled.exit_code == 2
    assert "holds no earlier generation" in rolled.stderr


def test_rollback_names_what_is_served_now(write: Write, indexer: Run) -> None:
    indexer("index", write(FILES))
    indexer("reindex")
    assert indexer("rollback").stdout.startswith("serving gen-000001, made 20")


def test_inspect_shows_values_with_line_and_rule(write: Write, indexer: Run) -> None:
    file = write(FILES) / "3.txt"
    shown = indexer("inspect", file).stdout
    assert "source         甲   <- line 2, label 来源" in shown
    report = json.loads(indexer("inspect", file, "--json").stdout)
    assert (report["file"], report["encoding"]) == (str(file), "utf-8")
    document = report["documents"][0]
    assert (document["title"], document["date"], document["date_precision"]) == ("标题第3号", "2021-03-13", "day")
    assert document["author"] is None
    assert document["evidence"]["source"] == {"line": 2, "rule": "label 来源", "text": "来源：甲 2021-03-13"}
    keys = {
        "id",
        "title",
        "source",
        "issuer",
        "date",
        "date_precision",
        "meeting_date",
        "author",
        "genre",
        "flags",
        "body",
        "evidence",
    }
    assert keys <= set(document)


def test_analyze_shows_tokens_with_positions_offsets_and_kinds(indexer: Run) -> None:
    tokens = json.loads(indexer("analyze", "ＡＢ，科协", "--json").stdout)
    assert {"text": "ab", "kind": "word", "position": 0, "start": 0, "end": 2} in tokens
    assert {"text": "科", "kind": "character", "position": 3, "start": 3, "end": 4} in tokens
    assert {"text": "科协", "kind": "pair", "position": 3, "start": 3, "end": 5} in tokens
    assert "科协" in indexer("analyze", "科协").stdout


def test_export_prints_every_document_and_can_be_indexed_again(write: Write, indexer: Run) -> None:
    indexer("index", write(FILES))
    lines = indexer("export").stdout.splitlines()
    assert sorted(json.loads(line)["title"] for line in lines) == [f"标题第{n}号" for n in range(5)]


def test_config_shows_every_value_and_its_origin(indexer: Run, settings: Settings) -> None:
    shown = indexer("config").stdout
    assert "port = 8000  # default: port that the site listens on" in shown
    report = json.loads(indexer("config", "--json").stdout)
    assert report["index"] == {"value": str(settings.index), "origin": "--index"}
    assert set(report) == set(Settings.model_fields)


def test_watch_indexes_what_comes_and_stops_when_told(write: Write, tmp_path: Path) -> None:
    archive = write(FILES)
    command = [program("indexer"), "index", str(archive), "--watch", "--index", str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "5 added" in process.stdout.readline()
        assert "watching" in process.stdout.readline()
        time.sleep(0.2)
        write({"new.txt": "新的\n\n新的正文在这里，写一句话。"})
        assert "1 added" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 2


def test_progress_is_sparse_lines_where_there_is_no_terminal(write: Write, tmp_path: Path) -> None:
    command = [program("indexer"), "--index", str(tmp_path / "index"), "index", str(write(FILES))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "\r" not in done.stdout


@pytest.mark.parametrize("name", ["indexer", "searchapp"])
def test_help_loads_nothing_heavy(name: str) -> None:
    heavy = ("numpy", "flask", "whoosh", "pydantic", "jieba")
    script = f"import sys; import {name}.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([program("python"), "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
