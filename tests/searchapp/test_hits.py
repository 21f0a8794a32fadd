"""The list of hits as the server sends it: its three views, what is marked beside the text, what may be chosen."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from indexer import Settings
from indexer.updating.pipeline import update_index
from tests.conftest import Write, browse

NOTICE = """关于开展科普工作的通知

来源：澜江日报 作者：沈知遥
发布时间：2021-03-12

各单位要开展科普工作，做好总结。
"""
RECORDS = (
    '{"id": "own", "title": "简报", "text": "各单位做好总结。", "source": "泓口发布", "author": "温以衡",'
    ' "issuer": "澜江省农学会", "number": "科协发〔2021〕15号", "place": "白渚会议中心", "date": "2021-03-12"}\n'
    '{"id": "other", "title": "科普简报", "text": "各单位做好科普。", "source": "泓口发布", "author": "温以衡"}\n'
)


@pytest.fixture
def site(write: Write, settings: Settings) -> FlaskClient:
    archive = write(
        {
            "一.txt": NOTICE,
            "records.jsonl": RECORDS,
            "年终考评名册.txt": "全市情况\n\n张三、李四等人参加考核，大家做好总结。\n",
        }
    )
    update_index(settings, [archive])
    return browse(settings)


def first_hit(site: FlaskClient, query: str, view: str = "cards") -> str:
    site.set_cookie("view", view)
    _, hit, *_ = re.split(r'<(?:li|tr) class="hit">|</ol>\n</div>', site.get(f"/search?q={query}").text)
    return re.sub(r"<(?!/?mark)[^>]*>|\n", "", hit)


@pytest.mark.parametrize("view", ["cards", "compact", "table"])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("温以衡", ["<mark>温以衡</mark>", "按作者找到"]),
        ("泓口发布", ["<mark>泓口发布</mark>", "按来源找到"]),
        ("科协发2021", ["发文字号：<mark>科协</mark>发〔<mark>2021</mark>〕15号"]),
        ("农学会 总结", ["单位：澜江省<mark>农学会</mark>", "<mark>总结</mark>"]),
        ("白渚会议", ["会议地点：<mark>白渚会议</mark>中心"]),
        ("考评名册", ["文件名：年终<mark>考评名册</mark>"]),
    ],
)
def test_a_hit_by_what_stands_beside_its_text_says_so_and_marks_it(
    site: FlaskClient, view: str, query: str, said: list[str]
) -> None:
    hit = first_hit(site, query, view)
    assert all(text in hit for text in said), hit


def test_what_the_text_holds_is_marked_nowhere_else(site: FlaskClient) -> None:
    hit = first_hit(site, "科普")
    assert "找到" not in hit
    assert "文件名" not in hit


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("作者:温以衡", "<mark>温以衡</mark>"),
        ("来源:泓口", "<mark>泓口</mark>发布"),
        ("文号:科协发[2021]15号", "<mark>科协发〔2021〕15号</mark>"),
        ("类型:通知", "<mark>通知</mark>"),
    ],
)
def test_what_was_asked_of_a_field_is_marked_in_it(site: FlaskClient, query: str, marked: str) -> None:
    hit = first_hit(site, query)
    assert marked in hit
    assert "找到" not in hit  # that is what was asked for


def test_each_view_lists_the_same_hits_and_their_boxes(site: FlaskClient) -> None:
    lists = []
    for view in ("cards", "compact", "table", "rubbish"):
        site.set_cookie("view", view)
        page = site.get("/search?q=总结").text
        ids = re.findall(r'data-id="([^"]+)"', page)
        assert re.findall(r'name="id" value="([^"]+)"', page) == ids
        assert '<table class="hits">' in page or view != "table"
        lists.append(ids)
    assert len(lists[0]) == 3
    assert lists == [lists[0]] * 4


def test_the_form_of_what_is_chosen_repeats_the_search(site: FlaskClient) -> None:
    page = site.get("/search?q=总结&source=泓口发布&from=2021").text
    (form,) = re.findall(r'<form id="chosen".*?</form>', page, re.DOTALL)
    assert re.findall(r'name="(\w+)" value="([^"]*)"', form) == [
        ("q", "总结"),
        ("from", "2021"),
        ("source", "泓口发布"),
    ]
    assert re.findall(r'formaction="([^"]*)"', form) == ["/export.docx", "/list", "/compare"]


def test_two_that_were_chosen_are_compared(site: FlaskClient) -> None:
    ids = re.findall(r'data-id="([^"]+)"', site.get("/search?q=总结").text)
    answer = site.get(f"/compare?q=总结&id={ids[0]}&id={ids[1]}")
    assert answer.status_code == 302
    assert site.get(answer.headers["Location"]).status_code == 200
