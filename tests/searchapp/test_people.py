"""Who said what is asked by `说:`, who took part by `人:`; people and meetings are filters, and reprints are folded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer import Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.language.parsing import parse_query
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from tests.conftest import browse

HEAD = "来源：某报 2021-03-12\n"
RIVER = (
    f"白渚市科协召开党组会议\n{HEAD}3月11日，白渚市科协召开2021年第七次党组会议。市科协党组书记王延飞主持会议，副主席张波列席会议。\n"
    "王延飞指出，要保护好黄河，推动高质量发展。\n张波要求，要管好长江，一江清水向东流。\n会议强调，要认真贯彻《科普法》。"
)
LAKE = (
    f"白渚市科协召开党组会议学习文件\n{HEAD}3月19日，白渚市科协召开2021年第八次党组会议。市科协党组书记王延飞出席会议。\n"
    "会议指出，要保护好黄河。\n王延飞强调，要管好湖泊，让湖水清清。"
)
CLAUSES = "，".join(f"第{number}条要求各单位认真落实有关事项" for number in range(30))


@pytest.fixture
def site(tmp_path: Path) -> tuple[Settings, FlaskClient]:
    archive = tmp_path / "archive"
    archive.mkdir()
    for name, text in {
        "a.txt": RIVER,
        "b.txt": LAKE,
        "c.txt": f"关于落实事项的通知\n来源：甲报 2021-03-12\n{CLAUSES}。",
        "d.txt": f"各单位认真落实有关事项\n来源：乙报 2021-03-20\n{CLAUSES}。转载自甲报。",
        "e.txt": f"别的\n{HEAD}联系人:张三，电话123。他说:王延飞是谁，没有人知道。",
    }.items():
        (archive / name).write_text(text, encoding="utf-8")
    settings = Settings(index=tmp_path / "index", threads=2)
    update_index(settings, [archive])
    return settings, browse(settings)


def found(settings: Settings, typed: str, **options: object) -> list[str]:
    reader = open_index(settings.index).reader
    page = search(reader, SearchRequest(typed, match="all", size=50).change(**options))
    return sorted(Path(hit.document.path).stem for hit in page.hits)


@pytest.mark.parametrize(
    ("typed", "documents"),
    [
        ("说:王延飞 黄河", ["a"]),
        ("黄河 说:王延飞", ["a"]),
        ("说：王延飞 湖", ["b"]),
        ("说:会议 黄河", ["b"]),
        ("说:张波 黄河", []),
        ("说:张波 “一江清水”", ["a"]),
        ("说:王延飞 说:张波 长江", ["a"]),
        ("说:王延飞 -黄河", ["b"]),
        ("said:王延飞", ["a", "b"]),
        ("人:王延飞", ["a", "b"]),
        ("人:张波", ["a"]),
        ("person:王延飞 长江", ["a"]),
        ("人:王延", ["a", "b"]),
        ("系列:白渚市科协党组会议", ["a", "b"]),
        ("会议:党组会议 长江", ["a"]),
        ("引用:科普法", ["a"]),
        ("单位:白渚市科协", ["a", "b"]),
        ("联系人:张三", ["e"]),
        ("人:张三", ["e"]),
        ("说:王延飞是谁，没有人知道", ["e"]),
    ],
)
def test_people_meetings_and_what_is_cited_are_asked_for(
    site: tuple[Settings, FlaskClient], typed: str, documents: list[str]
) -> None:
    assert found(site[0], typed) == documents


def test_people_and_series_are_filters_with_counts(site: tuple[Settings, FlaskClient]) -> None:
    settings, client = site
    assert found(settings, "", people=("张波",)) == ["a"]
    assert found(settings, "黄河", series=("白渚市科协党组会议",)) == ["a", "b"]
    record = json.loads(client.get("/api/v1/search?q=黄河&person=张波").text)
    assert [hit["title"] for hit in record["hits"]] == ["白渚市科协召开党组会议"]
    assert {"value": "王延飞", "count": 2} in record["facets"]["people"]
    assert record["facets"]["series"] == [{"value": "白渚市科协党组会议", "count": 1}]
    page = client.get("/search?q=黄河&person=张波").text
    assert "取消筛选：张波" in page


def test_only_what_the_speaker_says_is_marked_and_shown(site: tuple[Settings, FlaskClient]) -> None:
    reader = open_index(site[0].index).reader
    (hit,) = search(reader, SearchRequest("说:王延飞 要", match="all").change(source=("某报",), people=("张波",))).hits
    assert [snippet.text for snippet in hit.snippets] == ["王延飞指出，要保护好黄河，推动高质量发展。"]
    assert hit.hit_count == 1
    (hit,) = search(reader, SearchRequest("说:张波", match="all")).hits
    assert hit.snippets[0].text.startswith("张波要求，要管好长江")
    page = site[1].get(f"/documents/{hit.document.id}?q=说:张波 长江").text
    assert page.count("<mark>") == 1


def test_a_document_tells_its_people_and_meeting(site: tuple[Settings, FlaskClient]) -> None:
    settings, client = site
    (hit,) = search(open_index(settings.index).reader, SearchRequest("人:张波")).hits
    record = json.loads(client.get(f"/api/v1/documents/{hit.document.id}").text)
    assert [(person["name"], person["parts"]) for person in record["people"]] == [
        ("王延飞", ["chaired", "spoke"]),
        ("张波", ["sat in", "spoke"]),
    ]
    assert record["meeting"]["number"] == 7
    assert record["cites"] == ["科普法"]
    page = client.get(f"/documents/{hit.document.id}").text
    for text in ("主持", "列席", "王延飞", "白渚市科协党组会议", "2021年", "第 7 次"):
        assert text in page


def test_reprints_are_one_card_that_opens_and_count_as_documents(site: tuple[Settings, FlaskClient]) -> None:
    _, client = site
    record = json.loads(client.get("/api/v1/search?q=认真落实有关事项&match=all").text)
    assert (record["total"], record["cards"], len(record["hits"])) == (2, 1, 1)
    assert record["hits"][0]["title"] == "各单位认真落实有关事项"  # its title holds the query
    assert record["hits"][0]["reprints"]["documents"][0]["title"] == "关于落实事项的通知"
    assert sum(value["count"] for value in record["facets"]["source"]) == 2
    page = client.get("/search?q=认真落实有关事项&match=all").text
    assert "共 2 份文件" in page
    assert "另有 1 处转载" in page
    unfolded = json.loads(client.get("/api/v1/search?q=认真落实有关事项&match=all&fold=0").text)
    assert (unfolded["total"], unfolded["cards"], len(unfolded["hits"])) == (2, 2, 2)


def test_a_long_or_punctuated_speaker_is_text() -> None:
    assert parse_query("说:“我们要抓好落实，不能放松。”").speakers == ()
    assert parse_query("说:王延飞").speakers == ("王延飞",)
