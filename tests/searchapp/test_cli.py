"""The search in the terminal: the same hits, four formats, three exit codes."""

from __future__ import annotations

import csv
import json
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from indexer import Settings
from indexer.updating.pipeline import update_index
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
