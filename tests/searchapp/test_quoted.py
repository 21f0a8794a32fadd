"""Who is only quoted is found by `说:`, and called 引述 wherever it is shown, never 讲话 or 出席."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer import Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from tests.conftest import browse

LOCAL = (
    "白渚市科协党组召开扩大会议\n来源：白渚市科协 2021-07-06\n7月5日，白渚市科协党组召开扩大会议，传达学习习近平总书记在庆祝大会上的重要讲话精神。"
    "党组书记王延飞主持会议并讲话。\n习近平总书记指出，江山就是人民，人民就是江山。\n王延飞强调，要把学习讲话精神作为首要任务。"
)
STATE = (
    "习近平出席庆祝大会并发表重要讲话\n来源：新华社 2021-07-01\n新华社北京7月1日电 庆祝大会1日上午在北京举行。习近平出席大会并发表重要讲话。\n"
    "习近平指出，江山就是人民，人民就是江山，要记在心里。"
)


@pytest.fixture
def site(tmp_path: Path) -> tuple[Settings, FlaskClient]:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "local.txt").write_text(LOCAL, encoding="utf-8")
    (archive / "state.txt").write_text(STATE, encoding="utf-8")
    settings = Settings(index=tmp_path / "index", threads=2)
    update_index(settings, [archive])
    return settings, browse(settings)


def test_what_somebody_said_elsewhere_is_found_and_called_quoted(site: tuple[Settings, FlaskClient]) -> None:
    settings, client = site
    page = search(open_index(settings.index).reader, SearchRequest("说:习近平 江山"))
    assert {hit.document.path.split("/")[-1]: [own.quoted for own in hit.snippets] for hit in page.hits} == {
        "local.txt": [True],
        "state.txt": [False],
    }
    assert client.get("/search?q=说:习近平 江山").text.count("引述：") == 1
    assert client.get("/search?q=说:王延飞").text.count("引述：") == 0
    records = json.loads(client.get("/api/v1/search?q=说:习近平 江山").text)["hits"]
    assert sorted("quoted" in own for record in records for own in record["snippets"]) == [False, True]


def test_the_page_of_a_local_meeting_never_says_that_the_quoted_took_part(site: tuple[Settings, FlaskClient]) -> None:
    settings, client = site
    (local,) = search(open_index(settings.index).reader, SearchRequest("首要任务")).hits
    record = json.loads(client.get(f"/api/v1/documents/{local.document.id}").text)
    assert {person["name"]: person["parts"] for person in record["people"]} == {
        "习近平": ["quoted"],
        "王延飞": ["chaired", "spoke"],
    }
    assert {own["speaker"]: own["quoted"] for own in record["speech"]} == {"习近平": True, "王延飞": False}
    page = client.get(f"/documents/{local.document.id}").text
    assert "<dt>引述</dt>" in page
    assert "习近平</a> <small>（引述）</small>" in page
    assert "<b>习近平指出</b> 江山就是人民，人民就是江山 <small>（引述）</small>" in page
    assert "<b>王延飞强调</b> 要把学习讲话精神作为首要任务</a></li>" in page
