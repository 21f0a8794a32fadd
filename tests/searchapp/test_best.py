"""What answers a query as a whole: the document of that number or title (直达), and what people choose (推荐)."""

from __future__ import annotations

import html
import json
import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer import Settings, SettingsError, open_index
from indexer.settings import read_settings
from indexer.updating.pipeline import update_index
from searchapp.language.best_file import read_answers
from searchapp.search.best import find_idle, read_number
from tests.conftest import PROJECT, Run, Write, browse

LONG = "各单位要认真落实有关事项，加强组织领导，明确工作责任。" * 3
REPRINTED = "，".join(f"第{n}条要求各单位认真落实有关事项" for n in range(30))
BEST = """
[[answer]]
queries = ["值班电话", "Duty Roster"]
document = "2021/章程.txt"
note = "每周一更新。"

[[answer]]
queries = ["值班电话"]
url = "https://intranet.example/duty?a=1&b=2"
title = "值班表（内网）"

[[answer]]
queries = ["没有的"]
document = "2021/没有.txt"

[[answer]]
queries = ["简报第二篇"]
document = "archive/简报.jsonl#2"
title = "第二篇"

[[answer]]
queries = ["关于成立智库的决定"]
document = "d-decision"
note = "常有人问。"
"""


@pytest.fixture
def settings(tmp_path: Path, write: Write) -> Settings:
    lines = [
        {
            "id": "d-number",
            "title": "科普通知",
            "text": f"科普。{LONG}",
            "number": "云科协发〔2022〕9号",
            "source": "甲报",
        },
        {"id": "d-cites", "title": "学习通知", "text": f"贯彻云科协发〔2022〕9号。{LONG}", "source": "乙报"},
        {"id": "d-decision", "title": "关于成立智库的决定", "text": f"成立。{LONG}", "date": "2019-05-01"},
        {"id": "d-same1", "title": "会议纪要", "text": "一月的会议纪要，讨论科普。" * 5},
        {"id": "d-same2", "title": "会议纪要", "text": "八月的会议谈别的，与前者全无相似之处。" * 5},
        {"id": "d-two1", "title": "一号", "text": f"甲。{LONG}", "number": "云科协发〔2022〕10号"},
        {
            "id": "d-two2",
            "title": "二号",
            "text": "另一份文件，误用了同一个文号，谈的是别的事情。" * 5,
            "number": "云科协发〔2022〕10号",
        },
        {"id": "d-print1", "title": "年度工作要点", "text": REPRINTED, "date": "2021-03-12"},
        {"id": "d-print2", "title": "年度工作要点", "text": f"{REPRINTED}，编者按语", "date": "2021-03-14"},
    ]
    many = [
        {
            "id": f"m{n:02}",
            "title": f"关于成立智库的决定的解读{n}",
            "text": f"关于成立智库的决定，关于成立智库的决定{n}。",
        }
        for n in range(30)
    ]
    folder = write(
        {
            "2021/章程.txt": f"协会章程\n来源：甲报 2021-03-12\n\n第一条 本章程{LONG}",
            "简报.jsonl": "\n".join(json.dumps(own, ensure_ascii=False) for own in (*lines, *many)),
        }
    )
    (tmp_path / "best.toml").write_text(BEST, encoding="utf-8")
    settings = Settings(index=tmp_path / "index", best=tmp_path / "best.toml")
    update_index(settings, [folder])
    return settings


@pytest.fixture
def site(settings: Settings) -> FlaskClient:
    return browse(settings)


def ask(site: FlaskClient, query: str, more: str = "") -> Any:
    return json.loads(site.get(f"/api/v1/search?q={quote(query)}{more}").text)


def kinds(site: FlaskClient, query: str, more: str = "") -> list[tuple[str, str | None]]:
    return [(one["kind"], one["id"]) for one in ask(site, query, more)["best"]]


@pytest.mark.parametrize(
    "typed",
    [
        "云科协发〔2022〕9号", "云科协发[2022]9号", "云科协发（２０２２）第9号", "云科协发【2022】九号", "“云科协发〔2022〕9号”",
        " 云科协发 〔2022〕 9 号。", "云科协发〔2022〕9", "云科协发2022年第9号", "云科协发〔二〇二二〕9號",
    ],
)  # fmt: skip
def test_a_number_as_the_whole_query_goes_to_its_document(site: FlaskClient, typed: str) -> None:
    assert kinds(site, typed) == [("number", "d-number")]


def test_a_number_that_several_documents_have_goes_to_none(site: FlaskClient) -> None:
    answer = ask(site, "云科协发〔2022〕10号")
    assert {"d-two1", "d-two2"} <= {hit["id"] for hit in answer["hits"]}
    assert answer["best"] == []


@pytest.mark.parametrize(
    "typed", ["2022", "第9号", "9号", "号", "", "十四五", "学习云科协发〔2022〕9号 精神", "a" * 70]
)
def test_what_is_no_number_is_read_as_none(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("关于成立智库的决定", ["d-decision"]),
        ("《关于成立智库的决定》。", ["d-decision"]),
        ("關於成立 智庫的決定", ["d-decision"]),
        ("关于成立智库的决", []),
        ("会议纪要", []),  # of two documents that differ
        ("年度工作要点", ["d-print1", "d-print2"]),  # of two that do not: either
    ],
)
def test_an_exact_title_goes_to_its_document_where_only_one_has_it(
    site: FlaskClient, typed: str, expected: list[str]
) -> None:
    for more in ("", "&sort=newest", "&size=1", "&group=source", "&fold=0", "&match=all&recent=1"):
        found = kinds(site, typed, more)
        assert [kind for kind, _ in found] == ["title"] * bool(expected), more
        assert {own for _, own in found} <= set(expected), more


def test_best_stands_on_the_first_page_above_the_hits_and_counts_in_nothing(site: FlaskClient) -> None:
    answer = ask(site, "关于成立智库的决定")
    assert answer["total"] == 31
    (best,) = answer["best"]
    assert (best["title"], best["date"], best["note"]) == ("关于成立智库的决定", "2019-05-01", "常有人问。")
    assert best["url"].startswith("/documents/d-decision")
    assert ask(site, "关于成立智库的决定", "&page=2")["best"] == []
    page = site.get("/search?q=关于成立智库的决定").text
    assert page.index("直达") < page.index('class="hits ')
    assert page.count("直达</b>") == 1
    assert "推荐</b>" not in page, "one document is one answer"


def test_people_answer_queries_whatever_their_case_width_spaces_and_marks(site: FlaskClient) -> None:
    for typed in ("值班电话", "值班電話？", "值班 电话", "ｄｕｔｙ roster", "“DUTY  ROSTER”"):
        best = ask(site, typed)["best"]
        assert best[0]["kind"] == "curated", typed
        assert best[0]["title"] == "协会章程"
    assert [one["title"] for one in ask(site, "值班电话")["best"]] == ["协会章程", "值班表（内网）"]
    assert ask(site, "值班电话")["best"][1]["url"] == "https://intranet.example/duty?a=1&b=2"
    assert ask(site, "值班电话 通知")["best"] == ask(site, "值班")["best"] == []
    assert kinds(site, "简报第二篇") == [("curated", "d-cites")]
    assert ask(site, "没有的")["best"] == []


def test_pages_and_frames_show_them_even_where_nothing_is_found(site: FlaskClient) -> None:
    for address in ("/search?q=值班电话", "/embed?q=值班电话"):
        page = html.unescape(site.get(address).text)
        assert page.count("推荐</b>") == 2, address
        assert 'href="https://intranet.example/duty?a=1&b=2"' in page
        assert "每周一更新。" in page
        assert "没有找到" in page
    assert re.search('<b>推荐</b> <a href="https:[^"]*" target="_blank" rel="noopener">', site.get("/embed?q=值班电话&target=_blank").text)  # fmt: skip
    assert not (Path(site.application.extensions["archive_settings"].index) / "misses.sqlite").exists()


def test_what_a_filter_leaves_out_is_not_shown(site: FlaskClient) -> None:
    assert kinds(site, "值班电话", "&source=甲报") != []
    assert [one["url"] for one in ask(site, "值班电话", "&source=甲报")["best"] if one["id"] is None] == []
    assert kinds(site, "值班电话", "&source=乙报") == []
    assert kinds(site, "云科协发〔2022〕9号", "&source=乙报") == []
    assert kinds(site, "关于成立智库的决定", "&from=2020") == []


def test_answers_change_while_the_site_runs_and_a_mistake_leaves_those_before(
    site: FlaskClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    def later(text: str) -> int:
        assert settings.best is not None
        settings.best.write_text(text, encoding="utf-8")
        site.application.extensions["archive_lexicon"]._looked = float("-inf")  # a second later
        return len(ask(site, "值班电话")["best"])

    tag = site.get("/api/v1/search?q=值班电话").headers["ETag"]
    assert later(BEST.replace("值班电话", "电话", 1)) == 1
    assert site.get("/api/v1/search?q=值班电话").headers["ETag"] != tag
    with caplog.at_level(logging.ERROR):
        assert later("[[answer]]\nqueries = 3") == 1
    assert "best.toml, answer 1: queries" in caplog.text
    assert later("") == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[answer]", "not TOML: .*line 1"),
        ("[[answers]]\nqueries = ['a']", "answers is unknown"),
        ("answer = 3", "answer: "),
        ("[[answer]]\nquery = ['a']\nqueries = ['a']\ndocument = 'b'", "answer 1: query is unknown"),
        ("[[answer]]\ndocument = 'b'", "answer 1: queries is missing"),
        ("[[answer]]\nqueries = []\ndocument = 'b'", "answer 1: queries"),
        ("[[answer]]\nqueries = ['，。']\ndocument = 'b'", "answer 1: queries: “，。” has no letter"),
        ("[[answer]]\nqueries = ['a']", "answer 1: an answer names a document or a url"),
        ("[[answer]]\nqueries = ['a']\ndocument = 'b'\nurl = 'https://a.example'", "and not both"),
        ("[[answer]]\nqueries = ['a']\nurl = 'https://a.example'", "has a title"),
        ("[[answer]]\nqueries = ['a']\nurl = 'javascript:alert(1)'\ntitle = 'b'", "answer 1: url: javascript"),
        ("[[answer]]\nqueries = ['a']\nurl = 'https://'\ntitle = 'b'", "is no address"),
        ("[[answer]]\nqueries = ['a']\nurl = 'https://[a'\ntitle = 'b'", "is no address"),
        ("[[answer]]\nqueries = ['a']\nurl = '/x'\ntitle = 'b'", "is no address"),
        ("[[answer]]\nqueries = ['a']\ndocument = 'b'\n[[answer]]\nqueries = ['a']\ndocument = ''", "answer 2: document"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence_with_its_line_or_entry(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "best.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=sentence) as caught:
        read_answers(file)
    assert "\n" not in str(caught.value)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_answers(tmp_path / "none.toml")


def test_answers_without_their_document_are_named_to_whoever_keeps_the_site(settings: Settings) -> None:
    assert settings.best is not None
    reader = open_index(settings.index).reader
    assert find_idle(reader, read_answers(settings.best)) == [
        "the answer to “没有的” names the document 2021/没有.txt, which does not exist"
    ]


def test_the_example_that_we_ship_can_be_used() -> None:
    best = read_settings(PROJECT / "deploy" / "archive.toml").settings.best
    assert best is not None
    assert len(read_answers(best).every) == 2


def test_the_terminal_shows_them_above_the_hits(searchapp: Run, settings: Settings, tmp_path: Path) -> None:
    config = tmp_path / "archive.toml"
    config.write_text('best = "best.toml"\n', encoding="utf-8")
    lines = searchapp("search", "关于成立智库的决定", "--config", config).stdout.splitlines()
    assert lines[0] == "Straight to 关于成立智库的决定"
    assert lines[2] == "   常有人问。"
    found = searchapp("search", "值班电话", "--config", config)
    assert found.exit_code == 1
    assert "Recommended 值班表（内网）\n   https://intranet.example/duty?a=1&b=2\n" in found.stdout
    batch = searchapp("search", "--batch", "-", "--config", config, stdin="云科协发[2022]9号\n科普\n")
    assert [json.loads(line).get("best") for line in batch.stdout.splitlines()] == [["d-number"], None]
