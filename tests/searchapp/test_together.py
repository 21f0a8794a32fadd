"""What has to stand together: one paragraph, one sentence, one speech; typed and chosen; and what is offered instead."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import Write, browse

FILES = {
    "sentence.txt": "甲地工作会议召开\n\n会议在甲地举行。会上提出，科普要服务智库建设；各县作了汇报。\n散会后参观。",
    "paragraph.txt": "乙地工作会议召开\n\n会议在乙地举行。会上先谈科普。然后谈到智库。\n散会后参观展览。",
    "document.txt": "丙地工作会议召开\n\n会议在丙地举行，主题是科普。\n下午另有一场座谈，谈的是智库。\n散会后参观。",
    "said.txt": (
        "丁地工作会议召开\n\n丁地召开工作会议。\n市长王延飞指出，要抓好培训。要办好展览。\n县长李思源强调，要抓好落实。\n"
        "市长王延飞要求，下半年完成验收。"
    ),
    "latin.txt": "己地工作会议召开\n\n会议讨论了Generation项目。\n也谈到Model。",
    "cut.txt": "戊地工作会议召开\n\n会议在戊地举行，讨论了培训。\n剩余 62%",
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("together")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=folder / "index")
    update_index(settings, [folder])
    return settings


@pytest.fixture(scope="module")
def together(kept: Settings) -> FlaskClient:
    return browse(kept)


def ask(client: FlaskClient, arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(client.get(f"/api/v1/search?{arguments}").text)
    return answer


def names(client: FlaskClient, arguments: str) -> set[str]:
    return {hit["path"].rpartition("/")[2].removesuffix(".txt") for hit in ask(client, arguments)["hits"]}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("q=科普 智库", {"sentence", "paragraph", "document"}),
        ("q=科普 智库&within=paragraph", {"sentence", "paragraph"}),
        ("q=科普 智库&within=sentence", {"sentence"}),
        ("q=同段:(科普 智库)", {"sentence", "paragraph"}),
        ("q=同段：科普 智库", {"sentence", "paragraph"}),
        ("q=para:(科普 智库)", {"sentence", "paragraph"}),
        ("q=同句:(科普 智库)", {"sentence"}),
        ("q=sentence: (科普 智库) 会议", {"sentence"}),
        ("q=-同句:(科普 智库) 智库", {"paragraph", "document"}),
        # Of what is excluded only that place must be free.
        ("q=科普 -智库&within=paragraph", {"document"}),
        ("q=科普 -智库&within=sentence", {"paragraph", "document"}),
        ("q=同句:((科普 或 展览) (智库 或 参观))", {"sentence", "paragraph"}),
        ("q=同句:(“科普要服务” 智库建设)", {"sentence"}),
        ("q=同段:(科普 同句:(智库 谈))", {"paragraph"}),
        # A title is one, and what is asked of fields counts for the document.
        ("q=丙地 召开&within=sentence", {"document"}),
        ("q=标题:丙地 智库&within=sentence", {"document"}),
        ("q=培训 验收&within=speech", set()),
        ("q=培训 展览&within=speech", {"said"}),
        ("q=同一人:(培训 展览)", {"said"}),
        ("q=speech:(培训 落实)", set()),
        ("q=说:王延飞 培训 展览&within=paragraph", {"said"}),
        ("q=说:李思源 培训&within=paragraph", set()),
        ("q=智库&also=同句:(科普 智库)", {"sentence"}),
        ("q=gen* 项目&within=sentence", {"latin"}),
        ("q=gen* model&within=sentence", set()),
        ("q=gen* model&within=document", {"latin"}),
        ("q=科普 智库&within=sentence&match=any", {"sentence", "paragraph", "document"}),
    ],
)  # fmt: skip
def test_words_stand_together(together: FlaskClient, arguments: str, found: set[str]) -> None:
    assert names(together, arguments) == found
    assert ask(together, arguments)["relaxed"] is None, "nothing that is near breaks the promise"


def test_feeds_tables_frames_and_the_page_agree(together: FlaskClient) -> None:
    for arguments in ("q=科普 智库&within=sentence", "q=同句:(科普 智库)"):
        assert together.get(f"/export.csv?{arguments}").text.count("甲地工作会议") == 1
        assert len(together.get(f"/export.csv?{arguments}").text.strip().splitlines()) == 2
        lines = [json.loads(line) for line in together.get(f"/api/v1/export.jsonl?{arguments}").text.splitlines()]
        assert lines[-1]["total"] == 1
        assert together.get(f"/feed.atom?{arguments}").text.count("<entry>") == 1
        assert together.get(f"/embed?{arguments}").text.count("甲地工作会议") == 1
        grouped = ask(together, f"{arguments}&group=year")
        assert sum(group["total"] for group in grouped["groups"]) == 1
        years = json.loads(together.get(f"/api/v1/terms?{arguments}").text)
        assert years["total"] == 1


def test_only_the_place_that_holds_all_is_marked(together: FlaskClient) -> None:
    (hit,) = [own for own in ask(together, "q=会议 乙地&within=sentence")["hits"] if "paragraph" in own["path"]]
    assert [snippet["text"] for snippet in hit["snippets"]] == ["会议在乙地举行。"]
    (hit,) = ask(together, "q=科普 智库&within=sentence")["hits"]
    marked = "".join(snippet["text"][start:end] for snippet in hit["snippets"] for start, end in snippet["marks"])
    assert marked == "科普智库"
    assert set(hit["reasons"]["together"]) == {"科普", "智库"}
    address = f"/documents/{quote(hit['id'])}"
    shown = together.get(f"{address}?q=会议 举行&within=sentence").text
    assert len(re.findall("<mark[^>]*>(?:会议|举行)", shown)) == 2 + len(re.findall("<h1[^>]*>.*<mark", shown))


def test_passages_show_all_that_stands_together(write: Write, settings: Settings) -> None:
    """A paragraph that says one word again and again still shows the other."""
    text = "，".join(["讨论了科学技术普及"] * 3)
    update_index(settings, [write({"a.txt": f"会议召开\n\n{text}。{text}！{text}。{text}？最后谈到智库。\n散会。"})])
    (hit,) = ask(browse(settings), "q=科学技术普及 智库&within=paragraph")["hits"]
    assert any("智库" in snippet["text"] for snippet in hit["snippets"])


def test_where_no_place_holds_all_wider_ones_are_offered(together: FlaskClient) -> None:
    answer = ask(together, "q=主题 参观&within=sentence")
    assert (answer["total"], answer["hits"]) == (0, [])
    assert answer["wider"] == [{"query": "主题 参观", "within": "document", "count": 1}]
    assert answer["understood"][0]["note"] == "no_sentence"
    answer = ask(together, "q=同句:(会上 然后)")
    assert answer["wider"][0] == {"query": "同段:(会上 然后)", "within": "document", "count": 1}
    assert {part["text"] for part in answer["tried"]} == {"(会上 然后)", "同句:(会上 然后)"}
    page = html.unescape(together.get("/search?q=同句:(会上 然后)").text)
    assert "没有文件包含这些文字" not in page
    assert "没有一句话同时含有这些。" in page
    link = re.search(r'href="(/search\?[^"]*)">同一段里都有', page)
    assert link is not None
    assert "乙地工作会议" in together.get(link[1]).text


def test_a_scope_without_anything_in_it_is_text(together: FlaskClient) -> None:
    for typed in ("同段:", "同句： ", "同段:()", "同段:(", "同段:-", "同一人:()x"):
        assert together.get("/search", query_string={"q": typed}).status_code == 200
    assert ask(together, "q=同段:")["understood"][0]["note"] == "no_value"


def test_who_spoke_and_whether_all_of_a_text_is_there(together: FlaskClient) -> None:
    facets = ask(together, "q=会议")["facets"]
    assert {own["value"]: own["count"] for own in facets["speaker"]} == {"王延飞": 1, "李思源": 1}
    assert {own["value"]: own["count"] for own in facets["complete"]} == {"原文完整": 5, "原文不完整": 1}
    assert names(together, "q=会议&speaker=王延飞") == {"said"}
    assert names(together, "q=会议&speaker=王延飞&complete=0") == set()
    for arguments in ("q=培训&complete=1", "q=培训 完整:是", "q=培训 is:complete", "q=培训 发言人:李思源"):
        assert names(together, arguments) == {"said"}, arguments
    assert names(together, "q=培训 完整:否") == names(together, "q=培训&complete=0") == {"cut"}
    page = together.get("/search?q=会议&complete=1").text
    assert re.search('name="complete" value="原文完整" checked', page)


def test_a_value_that_is_none_of_two_is_refused(together: FlaskClient) -> None:
    """It is looked up among our own texts where it is shown: a %( in it must not be read as a placeholder there."""
    for address in ("/search", "/filters", "/api/v1/search"):
        for value in ("%(n)s", "收藏"):
            refused = together.get(address, query_string={"q": "会议", "complete": value})
            assert refused.status_code == 400, (address, value)
            assert "complete" in refused.text


def test_what_a_frame_locks_is_not_left_by_what_narrows(write: Write, settings: Settings) -> None:
    """A frame of one source stays one of that source, whatever else its address says."""
    update_index(
        settings,
        [write({"a.txt": "科普会议\n来源：甲报\n\n会议研究科普。", "b.txt": "科普座谈\n来源：乙报\n\n座谈研究科普。"})],
    )
    client = browse(settings)
    for more in ("", "&also=来源:乙报", "&also=-甲报 或 乙报", "&in=title", "&within=sentence", "&q=科普 或 来源:乙报"):
        page = client.get(f"/embed?q=科普&source=甲报&lock=source,also,in,within{more}").text
        assert "科普座谈" not in page, more
    page = client.get("/embed?q=科普&source=甲报&also=会议&in=title&within=sentence&lock=also,in,within,source").text
    assert "科普会议" in page
    assert "结果中：" in page
    assert "取消筛选：结果中：" not in page, "what is locked is not offered to be taken back"
    for name, value in (("also", "会议"), ("in", "title"), ("within", "sentence"), ("source", "甲报")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page, name
