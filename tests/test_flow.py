"""Files on disk -> the build command -> a search over HTTP -> hit, snippet, facet; nothing replaced."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from pathlib import Path

from indexer import Settings
from tests.conftest import Run, Site, browse


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def test_the_real_archive_from_files_to_a_marked_page(
    shared_archive: Path, indexer: Run, searchapp: Run, settings: Settings
) -> None:
    report = json.loads(indexer("index", shared_archive, "--json").stdout)
    assert report["documents"] == 7
    phrase = "开展党史学习教育是以习近平同志为核心的党中央"
    hits = json.loads(searchapp("search", phrase, "--format", "json").stdout)
    assert hits["relaxed"]["complete"] == 1
    snippet = hits["hits"][0]["snippets"][0]
    assert [snippet["text"][start:end] for start, end in snippet["marks"]] == [phrase]
    assert hits["hits"][0]["title"] == "中国科协党史学习教育领导小组召开第一次会议"
    page = browse(settings).get(f"/documents/{hits['hits'][0]['id']}?q={phrase}").text
    assert page.count(f"<mark>{phrase}</mark>") == 1
    assert json.loads(searchapp("search", "党史学习教育", "--match", "all", "--format", "json").stdout)["total"] == 3


def test_the_running_site_answers_a_search_with_facets(site: Site) -> None:
    query = urllib.parse.quote("智汇澜江")
    record = json.loads(get(f"{site.address}/api/v1/search?q={query}"))
    assert record["total"] > 5
    assert sum(value["count"] for value in record["facets"]["year"]) == record["total"]
    assert "<mark>智汇澜江</mark>" in get(site.address + record["hits"][0]["url"])


def test_the_questions_that_staff_ask_find_their_document_first(
    shared_archive: Path, indexer: Run, searchapp: Run
) -> None:
    indexer("index", shared_archive, "--quiet")
    for question, path in (
        ("哪次会议提出过走在前", "archive/000_6f3cc706970e5191.txt"),
        ("王延飞 2019 年讲了什么", "archive/003_9b16c9681c929198.txt"),
        ("第七次党组会议传达了什么精神", "archive/004_a9b65596311cf60a.txt"),
    ):
        lines = searchapp("search", question, "--format", "csv").stdout.splitlines()
        assert lines[1].endswith(path), question
