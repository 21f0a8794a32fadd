"""The search in the terminal: the same hits, four formats, three exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path

import click
import pytest

from indexer import Settings, width_of
from indexer.updating.pipeline import update_index
from searchapp.cli import main
from searchapp.fields import TYPED
from searchapp.views.arguments import FILTERING, SEARCH
from tests.conftest import Run, Site, Write, program

FILES = {
    f"{n}.txt": f"标题第{n}号\n来源：县报{n % 2} 2021-03-1{n}\n\n这是第{n}份文件的正文，说科普工作。" for n in range(5)
}


@pytest.fixture(autouse=True)
def archive(write: Write, indexer: Run) -> Path:
    folder = write(FILES)
    assert indexer("index", folder).exit_code == 0
    return folder


def test_text_shows_title_facts_and_passage(searchapp: Run) -> None:
    result = searchapp("search", "科普", "--limit", "1", "--sort", "newest")
    assert result.exit_code == 0
    title, about, passage, *_ = result.stdout.splitlines()
    assert (title, passage) == ("1. 标题第4号", "   这是第4份文件的正文，说科普工作。")
    document, *facts = about.strip().split(" · ")
    assert facts == ["县报0", "2021-03-14", "1 place", "archive/4.txt"]
    assert searchapp("show", document).stdout.startswith("标题第4号\n")
    assert "5 hits" in result.stdout


def test_json_jsonl_and_csv_hold_the_same_hits(searchapp: Run) -> None:
    page = json.loads(searchapp("search", "科普", "--format", "json").stdout)
    lines = [json.loads(line) for line in searchapp("search", "科普", "--format", "jsonl").stdout.splitlines()]
    rows = list(csv.DictReader(searchapp("search", "科普", "--format", "csv").stdout.splitlines()))
    assert page["total"] == 5
    assert [hit["id"] for hit in page["hits"]] == [hit["id"] for hit in lines] == [row["id"] for row in rows]
    assert rows[0]["title"].startswith("标题第")


def test_filters_order_and_slices_work_as_on_the_site(searchapp: Run) -> None:
    def found(*options: str) -> list[str]:
        page = json.loads(searchapp("search", "科普", "--format", "json", *options).stdout)
        return [hit["date"] for hit in page["hits"]]

    assert found("--sort", "oldest", "--limit", "2", "--offset", "1") == ["2021-03-11", "2021-03-12"]
    assert found("--source", "县报1", "--sort", "newest") == ["2021-03-13", "2021-03-11"]
    assert found("--from", "2021-03-12", "--to", "2021年3月13日", "--sort", "oldest") == ["2021-03-12", "2021-03-13"]


def test_no_hits_is_exit_code_1_and_an_error_2(searchapp: Run) -> None:
    assert searchapp("search", "“没有的话”").exit_code == 1
    assert searchapp("count", "“没有的话”").exit_code == 1
    assert searchapp("count", "科普").stdout == "5\n"
    wrong = searchapp("search", "科普", "--from", "2021-02-30")
    assert wrong.exit_code == 2
    assert wrong.stderr.count("\n") == 1
    assert "is no valid date" in wrong.stderr
    assert searchapp("search").exit_code == 2
    assert searchapp("search", "科普", "--sort", "x").exit_code == 2
    assert searchapp("search", "科普", "--offset", "1000").exit_code == 1


def test_a_batch_prints_a_line_for_each_query(searchapp: Run, tmp_path: Path) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("科普\n\n" + "会" * 1001 + "\n“没有的话”\n日期:2021)\n", encoding="utf-8")
    result = searchapp("search", "--batch", queries, "--limit", "2")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [(line["total"], len(line["hits"])) for line in lines[:3]] == [(5, 2), (0, 0), (0, 0)]
    assert set(lines[0]["hits"][0]) == {"id", "score"}
    assert [one["note"] for one in lines[1]["understood"]] == ["cut"]
    assert len(lines) == 4
    piped = searchapp("search", "--batch", "-", stdin="科普\n")
    assert json.loads(piped.stdout)["total"] == 5
    assert searchapp("search", "--batch", tmp_path / "none").exit_code == 2


def test_a_batch_of_counts_prints_a_line_for_each_query(searchapp: Run, tmp_path: Path) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_bytes(
        "\ufeff科普\r\n\n 科普 -第2份\n“没有的话”\n科普 量子\n".encode() + b"\xbf\xc6\xc6\xd5\n" + b"a" * 1001
    )
    result = searchapp("count", "--batch", queries, "--from", "2021-03-11")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert lines[:4] == [
        {"query": "科普", "total": 4},
        {"query": " 科普 -第2份", "total": 3},
        {"query": "“没有的话”", "total": 0},
        {"query": "科普 量子", "total": 4, "complete": 0, "given_up": ["量子"], "apart": []},
    ]
    assert [(line["total"], "error" in line) for line in lines[4:]] == [(0, True), (0, False)]
    assert lines[5]["understood"][0]["cut"]["characters_used"] == 1000
    assert "UTF-8" in lines[4]["error"]
    plain = searchapp("count", "--batch", queries, "--format", "text", "--match", "all")
    assert plain.stdout.split() == ["5", "4", "0", "0", "0", "0"]
    assert plain.stderr.count("\n") == 1
    near = searchapp("count", "--batch", "-", "--format", "text", stdin="科普 量子\n科普\n")
    assert near.stderr == "科普 量子: no document holds all words; these only come near; all lack 量子\n"
    assert searchapp("count", "科普", "--format", "jsonl").stdout == '{"query": "科普", "total": 5}\n'


def test_a_batch_of_counts_has_the_exit_codes_of_a_count(searchapp: Run, tmp_path: Path) -> None:
    assert searchapp("count", "--batch", "-", stdin="“没有的话”\n科普\n").exit_code == 0
    assert searchapp("count", "--batch", "-", stdin="“没有的话”\n").exit_code == 1
    for wrong in (
        ("count",),
        ("count", "科普", "--batch", "-"),
        ("count", "--batch", tmp_path / "none"),
        ("count", "--batch", "-", "--from", "2021-02-30"),
        ("search", "--batch", "-", "--year", "abc"),
    ):
        done = searchapp(*wrong, stdin="科普\n")
        assert (done.exit_code, done.stdout) == (2, ""), wrong


def test_a_batch_answers_each_line_before_it_reads_on(tmp_path: Path) -> None:
    command = [program("searchapp"), "--index", str(tmp_path / "index"), "count", "--batch", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for query in ("科普\n", "第2份\n"):
            running.stdin.write(query.encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["query"] == query.strip()
        running.stdin.close()


def test_a_folded_batch_names_all_reprints_of_a_hit(searchapp: Run, write: Write, settings: Settings) -> None:
    body = "，".join(f"第{n}条要求各单位认真落实有关事项" for n in range(30))
    lines = [json.dumps({"id": f"r{n:02}", "title": f"处{n}", "text": body, "date": "2021-03-12"}) for n in range(25)]
    update_index(settings, [write({"0.txt": "别的\n\n认真落实。", "a.jsonl": "\n".join(lines)})])
    folded = json.loads(searchapp("search", "--batch", "-", "--fold", stdin="认真落实\n").stdout)
    first = next(hit for hit in folded["hits"] if hit["id"].startswith("r"))
    assert sorted([first["id"], *first["reprints"]]) == [f"r{n:02}" for n in range(25)]
    assert [hit["reprints"] for hit in folded["hits"] if hit is not first] == [[]]
    plain = json.loads(searchapp("search", "--batch", "-", "--limit", "50", stdin="认真落实\n").stdout)
    assert first["id"] == next(hit["id"] for hit in plain["hits"] if hit["id"].startswith("r"))


def test_what_is_recent_comes_first_where_it_is_wanted(searchapp: Run, write: Write, settings: Settings) -> None:
    text = "科普工作会议研究了科普工作。"
    lines = [json.dumps({"id": f"y{year}", "title": "通知", "text": f"{text * (2 if year < 2020 else 1)}{year}", "date": f"{year}-03-12"}) for year in (2005, 2015, 2024)]  # fmt: skip
    update_index(settings, [write({"a.jsonl": "\n".join(lines)})])

    def found(*options: str) -> list[str]:
        page = json.loads(searchapp("search", "科普工作", "--format", "json", *options).stdout)
        return [hit["id"] for hit in page["hits"] if hit["id"].startswith("y")]

    assert found("--recent")[0] == "y2024"
    assert found()[0] != "y2024"
    refused = searchapp("search", "科普", "--recent", "--sort", "newest")
    assert (refused.exit_code, "--recent" in refused.stderr) == (2, True)


def test_what_is_beside_the_text_says_why_a_document_is_found(searchapp: Run, write: Write, settings: Settings) -> None:
    update_index(settings, [write({"智库材料.txt": "标题在此\n来源：清源报 2021-05-01\n\n正文里没有那两个词。"})])
    by_name = searchapp("search", "智库材料", "--color", "always").stdout
    assert "   Name of the file: \x1b[33m\x1b[1m智库材料\x1b[0m" in by_name
    assert "\x1b[33m\x1b[1m清源\x1b[0m报 · 2021-05-01" in searchapp("search", "清源", "--color", "always").stdout


def test_who_finds_nothing_is_told_what_there_is(searchapp: Run, write: Write, settings: Settings) -> None:
    update_index(settings, [write({"own.txt": "培训班\n\n王延飞讲了智库。\n李四讲了农技。"})])
    nothing = searchapp("search", "智库 农技 量子", "--match", "all")
    assert nothing.exit_code == 1
    assert "documents that hold each part: 智库 1, 农技 1, 量子 0" in nothing.stderr
    narrow = searchapp("search", "智库 农技", "--within", "paragraph")
    assert ": 1 (--within document)" in narrow.stderr


def test_relaxing_is_said_aloud(searchapp: Run) -> None:
    result = searchapp("search", "科普 量子")
    assert result.exit_code == 0
    assert "all lack 量子" in result.stderr
    assert searchapp("search", "科普 量子", "--match", "all").exit_code == 1
    assert "all lack 量子" in searchapp("count", "科普 量子").stderr


def test_a_part_to_exclude_is_no_option(searchapp: Run) -> None:
    assert searchapp("count", "科普", "-第2份").stdout == "4\n"
    assert searchapp("count", "科普", "-第2份", "--source", "县报0").stdout == "2\n"


def test_an_option_may_stand_before_or_after_the_command(tmp_path: Path) -> None:
    for arguments in (["--index", "index", "count", "科普"], ["count", "科普", "--index", "index"]):
        done = subprocess.run(
            [program("searchapp"), *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stdout == "5\n"


def test_a_port_in_use_is_one_sentence(searchapp: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = searchapp("serve", "--port", str(port))
    assert result.exit_code == 2
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another with --port" in result.stderr


def test_the_real_server_answers_and_names_no_version(site: Site) -> None:
    with urllib.request.urlopen(f"{site.address}/healthz", timeout=10) as answer:
        assert answer.status == 200
        assert "Server" not in answer.headers


@pytest.mark.parametrize("year", ["abc", "21", "99999", "2021-03"])
def test_a_year_that_is_none_is_a_sentence(searchapp: Run, write: Write, settings: Settings, year: str) -> None:
    update_index(settings, [write({"a.txt": "科普工作会议\n\n会议研究了科普工作。"})])
    done = searchapp("search", "会议", "--year", year)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "should be four digits" in done.stderr
    assert searchapp("count", "会议", "--year", "2021年").exit_code == 1


def test_groups_in_the_terminal(searchapp: Run, write: Write, settings: Settings) -> None:
    lines = [
        json.dumps({"id": f"d{n}", "text": "科普工作会议", "source": "甲报" if n % 3 else "=乙报"}) for n in range(9)
    ]
    update_index(settings, [write({"a.jsonl": "\n".join(lines)})])
    assert "== 甲报: 6 documents" in searchapp("search", "会议", "--group", "source").stdout
    rows = searchapp("search", "会议", "--group", "source", "--format", "csv").stdout.splitlines()
    assert rows[0].startswith("group,rank,id")
    assert [row.split(",")[0] for row in rows[1:]] == ["甲报"] * 3 + ["'=乙报"] * 3
    found = [
        json.loads(line)
        for line in searchapp("search", "会议", "--group", "source", "--format", "jsonl").stdout.splitlines()
    ]
    assert [own["group"] for own in found] == ["甲报"] * 3 + ["=乙报"] * 3
    only = searchapp("count", "会议", "--not-source", "甲报")
    assert only.stdout == "3\n"
    refused = searchapp("search", "--batch", "-", "--group", "source", stdin="会议")
    assert (refused.exit_code, "--group" in refused.stderr) == (2, True)


def test_what_only_comes_near_is_not_counted(searchapp: Run) -> None:
    result = searchapp("count", "科普", "量子纠缠")
    assert (result.exit_code, result.stdout) == (1, "0\n")
    assert "these only come near" in result.stderr


# --- what is typed


@pytest.mark.parametrize("command", ["search", "count"])
def test_an_unknown_option_is_refused_with_what_is_near(searchapp: Run, command: str) -> None:
    wrong = searchapp(command, "--sorce", "县报0", "科普")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "--source" in wrong.stderr
    assert "searchapp search 科普" in searchapp("科普").stderr


def test_what_follows_one_dash_or_two_alone_is_text(searchapp: Run) -> None:
    assert searchapp("count", "科普", "-html").stdout == "5\n", "neither -h nor a mistake"
    assert searchapp("count", "-第2份", "科普").stdout == "4\n"
    assert searchapp("count", "--", "科普", "--limt").exit_code == 1


def as_argument(data: bytes) -> str:
    """Return bytes as Python hands over an argument that is no text."""
    return data.decode("utf-8", "surrogateescape")


def test_an_argument_in_another_encoding_is_read_and_said_or_refused(searchapp: Run) -> None:
    read = searchapp("count", as_argument("科普".encode("gb18030")), "--source", as_argument("县报0".encode("gbk")))
    assert (read.exit_code, read.stdout) == (0, "3\n")
    assert "GB 18030: 科普" in read.stderr
    assert "GB 18030: 县报0" in read.stderr
    refused = searchapp("count", as_argument(b"caf\xe9"))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert r"caf\xe9" in refused.stderr


def test_an_empty_query_is_refused_and_one_that_is_missing_lists_what_filters_leave(searchapp: Run) -> None:
    for empty in ([""], [" ", "　"], ["", "--source", "县报0"]):
        done = searchapp("search", *empty)
        assert (done.exit_code, done.stdout) == (2, ""), empty
        assert "empty" in done.stderr
    assert searchapp("count", "--source", "县报0").stdout == "3\n"
    assert searchapp("search").exit_code == 2


def test_whoever_reads_no_further_is_no_error_and_not_without_hits(searchapp: Run, tmp_path: Path) -> None:
    command = [program("searchapp"), "--index", str(tmp_path / "index"), "search", "科普", "--format", "json"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert done.returncode == 128 + signal.SIGPIPE
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


def test_title_place_and_a_second_query_narrow(searchapp: Run, write: Write, settings: Settings) -> None:
    text = "培训班开班\n\n王延飞指出，要办好培训。\n李四强调，科普要办好。科普培训都要办好。"
    update_index(settings, [write({"own.txt": text, "other.txt": "另一份\n\n培训。\n科普。"})])

    def count(*options: str) -> str:
        return searchapp("count", *options, "--not-source", "县报0", "--not-source", "县报1").stdout.strip()

    assert count("科普", "培训") == "2"
    assert count("科普", "培训", "--within", "paragraph") == "1"
    assert count("培训", "--in", "title") == "1"
    assert count("培训", "--also", "李四") == "1"
    many = searchapp("count", "培训", *["--also", "办好"] * 9)
    assert (many.exit_code, "--also" in many.stderr) == (2, True)


# --- for other programs


def test_ids_and_files_are_all_hits_in_their_order(searchapp: Run, archive: Path) -> None:
    page = json.loads(searchapp("search", "科普", "--format", "json", "--limit", "2").stdout)
    ids = searchapp("search", "科普", "--format", "ids").stdout.splitlines()
    assert len(ids) == 5
    assert ids[:2] == [hit["id"] for hit in page["hits"]]
    assert searchapp("search", "科普", "--format", "ids", "--limit", "1", "--offset", "1").stdout.split() == ids[1:2]
    files = searchapp("search", "科普", "--format", "files", "--null").stdout
    assert sorted(files.split("\0")[:-1]) == sorted(str(archive / name) for name in FILES)
    assert searchapp("search", "科普", "--format", "count").stdout == "5\n"
    assert searchapp("search", "“没有的话”", "--format", "ids").exit_code == 1


def test_files_are_named_by_their_exact_bytes(write: Write, settings: Settings, tmp_path: Path) -> None:
    odd = as_argument(b"b\n" + "科普".encode("gbk") + b"\xff.txt")
    update_index(settings, [write({odd: "科普的又一份\n\n奇怪的名字。"})])
    command = [program("searchapp"), "--index", str(settings.index), "search", "奇怪的名字", "--format", "files"]
    found = subprocess.run([*command, "--null"], capture_output=True, check=True).stdout
    assert found == os.fsencode(tmp_path / "archive" / odd) + b"\0"


@pytest.mark.parametrize(
    "refused",
    [
        ["科普", "--null"], ["科普", "--null", "--format", "json"], ["科普", "--format", "ids", "--group", "year"],
        ["科普", "--format", "count", "--limit", "3"], ["--batch", "-", "--format", "csv"], ["科普", "--batch", "-"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_means_nothing_together_is_refused(searchapp: Run, refused: list[str]) -> None:
    done = searchapp("search", *refused, stdin="科普\n")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--" in done.stderr.splitlines()[-1]


# --- one document


def test_a_document_is_shown_by_the_beginning_of_its_id_or_its_path(searchapp: Run) -> None:
    ids = searchapp("search", "科普", "--format", "ids", "--sort", "oldest").stdout.split()
    shown = searchapp("show", ids[0][:6], "--query", "科普", "--color", "always")
    assert shown.exit_code == 0
    title, *facts, empty, body = shown.stdout.splitlines()
    assert title == "\x1b[1m标题第0号\x1b[0m"
    assert {"Source: 县报0", "Publication date: 2021-03-10", "File: archive/0.txt", f"ID: {ids[0]}"} <= set(facts)
    assert (empty, body) == ("", "这是第0份文件的正文，说\x1b[33m\x1b[1m科普\x1b[0m工作。")
    assert searchapp("show", "archive/0.txt").stdout.splitlines()[-1] == "这是第0份文件的正文，说科普工作。"
    lines = searchapp("show", *ids, "--format", "json", "--query", "科普").stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["id"] for record in records] == ids
    assert records[0]["body_marks"] == [[12, 14]]


def test_what_has_to_stand_together_is_marked_there_alone(searchapp: Run, write: Write, settings: Settings) -> None:
    update_index(settings, [write({"own.txt": "培训班开班\n\n要办好培训工作。\n科普培训都要办好。\n也要办好科普。"})])
    shown = searchapp("show", "archive/own.txt", "--query", "同段:(科普 培训)", "--format", "json")
    record = json.loads(shown.stdout)
    assert [record["body"][start:end] for start, end in record["body_marks"]] == ["科普培训"]


def test_a_text_that_lacks_something_says_so(searchapp: Run, write: Write, settings: Settings) -> None:
    update_index(settings, [write({"bad.txt": "残缺的文件\n\n这里有字\ufffd丢了。"})])
    assert "Note: Characters were lost" in searchapp("show", "archive/bad.txt").stdout


def test_an_id_that_is_none_names_what_is_near(searchapp: Run) -> None:
    (first, *_) = searchapp("search", "科普", "--format", "ids").stdout.split()
    slip = f"{first[:-1]}{'0' if first[-1] != '0' else '1'}"
    wrong = searchapp("show", slip)
    assert (wrong.exit_code, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)
    assert f"there is no document {slip}; near to it: {first}" in wrong.stderr
    assert "`searchapp search`" in searchapp("open", "没有").stderr
    several = searchapp("show", "")
    assert several.exit_code == 2


def test_the_original_is_opened_on_a_desktop_and_named_where_there_is_none(
    searchapp: Run, write: Write, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {tmp_path}/opened\n', encoding="utf-8")
    opener.chmod(0o755)
    odd = "-rf; $(echo 科普).txt"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as box:
        box.writestr("内/-附件.txt", "附件标题\n\n附件里的正文。")
    update_index(settings, [write({odd: "奇怪的文件\n\n奇怪的名字。", "a.zip": packed.getvalue()})])
    strange, inside = (
        searchapp("search", query, "--format", "ids", "--limit", "1").stdout.strip()
        for query in ("奇怪的名字", "附件里的正文")
    )
    monkeypatch.setenv("PATH", f"{opener.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert searchapp("open", strange).stdout == f"{tmp_path / 'archive' / odd}\n"
    held = searchapp("open", inside)
    assert held.stdout == f"{tmp_path / 'archive' / 'a.zip'}\n"
    assert "内/-附件.txt" in held.stderr
    page = searchapp("open", strange, "--site", "--query", "名字", "--print").stdout
    assert page == f"http://127.0.0.1:8000/documents/{strange}?q=%E5%90%8D%E5%AD%97\n"
    monkeypatch.setenv("DISPLAY", ":0")
    assert searchapp("open", strange, "--print").stdout.endswith(f"{odd}\n")
    assert not (tmp_path / "opened").exists()
    assert searchapp("open", strange).stdout == ""
    assert (tmp_path / "opened").read_text(encoding="utf-8") == str(tmp_path / "archive" / odd)
    assert searchapp("open", inside).exit_code == 0
    copy = Path((tmp_path / "opened").read_text(encoding="utf-8"))
    assert copy.read_text(encoding="utf-8") == "附件标题\n\n附件里的正文。"
    assert (copy.name, copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == ("附件.txt", 0o400, 0o700)
    (tmp_path / "archive" / odd).unlink()
    gone = searchapp("open", strange)
    assert (gone.exit_code, "is no longer there" in gone.stderr) == (2, True)


# --- help, and the start


def test_help_begins_on_one_screen_and_nothing_of_it_is_cut(searchapp: Run) -> None:
    every = [searchapp("--help").stdout, *(searchapp(name, "--help").stdout for name in main.commands)]
    assert len(every[0].splitlines()) <= 24
    for text in every:
        assert max(map(width_of, text.splitlines())) <= 80
        assert "..." not in re.sub(r"\[?[A-Z]+\]?\.\.\.", "", text)
    for name, text in zip(main.commands, every[1:], strict=True):
        assert searchapp("help", name).stdout == text
        top = "\n".join(text.splitlines()[:24])
        assert "Usage:" in top
        if name in ("search", "count", "show", "open"):
            assert "Examples:" in top
            assert "--query" in top or "--from" in top
        for own in main.commands[name].params:
            if isinstance(own, click.Option):
                assert own.opts[0] in text, (name, own.opts)


def test_the_note_of_syntax_has_every_field_and_every_example_of_the_site(searchapp: Run) -> None:
    told = searchapp("help", "query").stdout
    for name in TYPED:
        assert f"{name}:" in told
    assert "会议 -通知" in told
    wrong = searchapp("help", "nothing")
    assert (wrong.exit_code, "query" in wrong.stderr) == (2, True)


def test_every_way_to_narrow_of_the_site_is_an_option() -> None:
    options = {name for own in main.commands["search"].params for name in own.opts}
    narrowing = {own.name for own in (*SEARCH, *FILTERING)} - {"q", "page", "size"}
    assert {f"--{name.replace('_', '-')}" for name in narrowing} <= options


def test_a_search_waits_for_nothing_that_only_the_site_or_a_run_needs(tmp_path: Path) -> None:
    """What is loaded decides how long a search takes, much more than the search itself."""
    code = f"import sys; from searchapp.cli import main; sys.argv = ['searchapp', '--index', {str(tmp_path / 'index')!r}, 'search', '科普'];\ntry: main()\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    loaded = set(done.stdout.splitlines()[-1].split())
    heavy = {"flask", "pypinyin", "pydantic", "rjieba", "jieba", "prometheus_client", "lxml", "indexer.parsing.parse"}
    assert heavy & loaded == set()
    assert {"numpy", "whoosh"} <= loaded
