"""What stands beside a document: outline, citations, anchors, similar documents, comparison, neighbours."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer import Document, Settings, Speech, open_index
from indexer.updating.pipeline import update_index
from searchapp.document.anchors import name_paragraphs
from searchapp.document.comparison import MOST_SENTENCES, compare
from searchapp.document.outline import make_outline, paragraphs_of
from searchapp.document.similar import find_similar
from tests.conftest import Write, browse


def test_anchors_stay_where_the_rest_of_a_document_changes() -> None:
    before = name_paragraphs("第一段说会议。\n第二段说黄河。\n第三段。")
    after = name_paragraphs("新加的一段。\n第一段说会议。\n第二段，说黄河！\n第三段。")
    assert after[1:] == before
    assert len(set(after)) == 4


def test_equal_paragraphs_have_anchors_of_their_own() -> None:
    names = name_paragraphs("同样。\n别的。\n同样。")
    assert names[2] == f"{names[0]}-2"


@given(st.text())
def test_every_paragraph_has_one_anchor(body: str) -> None:
    names = name_paragraphs(body)
    assert len(names) == len(set(names)) == body.count("\n") + 1


def test_the_outline_has_headings_and_who_speaks() -> None:
    body = "一、总的情况\n会议指出，要抓好落实。会议强调，要有实效。\n张三要求，各地照办。\n二、下一步"
    second = body.index("张三")
    speech = (
        Speech("会议", "指出", 7, 17, sure=True),
        Speech("会议", "强调", 18, 28, sure=True),
        Speech("张三", "要求", second, second + 10, sure=True),
    )
    document = Document("a", "a", body, speech=speech)
    assert [(entry.paragraph, entry.text, entry.kind) for entry in make_outline(document)] == [
        (0, "一、总的情况", "heading"),
        (1, "会议指出、强调", "meeting"),
        (2, "张三要求", "speaker"),
        (3, "二、下一步", "heading"),
    ]
    assert paragraphs_of(document, "会议") == {1}
    assert paragraphs_of(document, "无人") == set()


def test_comparison_pairs_what_was_changed_and_marks_the_characters() -> None:
    left = "第一句一样。张三出席了会议。只在左边的一句话。最后一句一样。"
    right = "第一句一样。李四出席了会议。最后一句一样。只在右边的一句话。"
    comparison = compare(left, right)
    assert comparison is not None
    assert [row.kind for row in comparison.rows] == ["same", "changed", "left", "same", "right"]
    assert comparison.same == 2
    changed = comparison.rows[1]
    assert changed.left is not None
    assert [changed.left[start:end] for start, end in changed.left_marks] == ["张三"]


@given(st.lists(st.sampled_from(["甲句。", "乙句。", "丙句。"]), max_size=8).map("".join),
       st.lists(st.sampled_from(["甲句。", "乙句。", "丁说话。"]), max_size=8).map("".join))  # fmt: skip
def test_comparison_loses_no_sentence(left: str, right: str) -> None:
    comparison = compare(left, right)
    assert comparison is not None
    assert "".join(row.left or "" for row in comparison.rows) == left
    assert "".join(row.right or "" for row in comparison.rows) == right


def test_books_are_not_compared() -> None:
    assert compare("句。" * (MOST_SENTENCES + 1), "句。") is None


SHARED = "全省科普大篷车全年行驶十二万公里，走进三百个乡村。"


def test_similar_documents_come_with_what_they_share(write: Write, settings: Settings) -> None:
    texts = {
        "one": f"会议听取了年度工作汇报。{SHARED}会议研究了明年的安排。各市作了交流。",
        "shares": f"记者从省科技馆获悉，数字令人振奋。{SHARED}下一步将扩大范围。孩子们很高兴。",
        "topic": "科普大篷车来到山村学校，孩子们围着科普大篷车看展品。",
        "else": "银行利率今日调整，股市小幅上涨。",
    }
    lines = [json.dumps({"id": name, "title": name, "text": text}) for name, text in texts.items()]
    update_index(settings, [write({"a.jsonl": "\n".join(lines)})])
    reader = open_index(settings.index).reader
    (document,) = reader.read(["one"])
    assert document is not None
    found = find_similar(reader, document)
    assert [(own.document.id, own.shared) for own in found][:2] == [("shares", 1), ("topic", 0)]
    assert found[0].sentences == [SHARED]
    assert "one" not in {own.document.id for own in found}


def test_a_series_leads_from_meeting_to_meeting(write: Write, settings: Settings) -> None:
    files = {
        f"{number}.txt": f"省科协召开第{number}次党组会议\n来源：省科协 2021-0{number}-02\n\n{number}月1日，省科协召开2021年第{number}次党组会议，"
        f"研究第{number}项工作，听取第{number}组汇报，部署第{number}批任务。"
        for number in (1, 2, 3)
    }
    update_index(settings, [write(files)])
    client = browse(settings)
    hits = json.loads(client.get("/api/v1/search?q=第2次党组会议").text)["hits"]
    page = client.get(next(hit["url"] for hit in hits if "第2次" in hit["title"])).text
    links = re.findall(r'<a rel="(prev|next)".*?第(\d)次', page, re.DOTALL)
    assert links == [("prev", "1"), ("next", "3")]


def test_two_reports_of_one_meeting_are_not_before_and_after_each_other(write: Write, settings: Settings) -> None:
    files = {
        f"{number}-{name}.txt": f"省科协召开第{number}次党组会议（{name}）\n来源：{name} 2021-0{number}-0{day}\n\n"
        f"{number}月{day}日，省科协召开2021年第{number}次党组会议，{name}记者报道了第{number}项议题。"
        for number, name, day in ((1, "甲报", 1), (2, "甲报", 1), (2, "乙报", 2), (3, "乙报", 1))
    }
    update_index(settings, [write(files)])
    client = browse(settings)
    hits = json.loads(client.get("/api/v1/search?q=第2次党组会议&fold=0").text)["hits"]
    for hit in hits:
        if "第2次" in hit["title"]:
            links = re.findall(r'<a rel="(prev|next)".*?第(\d)次', client.get(hit["url"]).text, re.DOTALL)
            assert links == [("prev", "1"), ("next", "3")]


def test_a_document_leads_back_to_the_whole_search(client: FlaskClient) -> None:
    page = html.unescape(client.get("/search?q=会议&source=泓口发布&sort=oldest").text)
    address = re.search(r'<h2><a href="(/documents/[^"]+)"', page)
    assert address is not None
    document = html.unescape(client.get(address[1].partition("#")[0]).text)
    assert 'href="/search?q=%E4%BC%9A%E8%AE%AE&source=%E6%B3%93%E5%8F%A3%E5%8F%91%E5%B8%83&sort=oldest"' in document


def test_very_long_sentences_are_compared_as_wholes() -> None:
    left, right = ("".join(f"第{n}项{sign}" for n in range(300)) + "。" for sign in ("甲", "乙"))
    comparison = compare(left, right)
    assert comparison is not None
    assert [(row.kind, row.left_marks) for row in comparison.rows] == [("changed", [(0, len(left))])]


def test_quotes_of_a_paragraph_that_is_gone_are_a_sentence(client_of_one: tuple[str, str]) -> None:
    assert "没有这一段" in client_of_one[0]
    assert client_of_one[1].count("<textarea") == 4


@pytest.fixture
def client_of_one(write: Write, settings: Settings) -> tuple[str, str]:
    """Return the page that quotes an unknown paragraph, and one that quotes two sentences."""
    update_index(
        settings, [write({"a.txt": "某会议\n来源：某报 2021-03-12\n\n会议开了一天。会议很成功，大家都很满意。"})]
    )
    client = browse(settings)
    hit = json.loads(client.get("/api/v1/search?q=会议").text)["hits"][0]
    anchor = hit["snippets"][0]["anchor"]
    gone = client.get(f"/documents/{hit['id']}/cite?p=p00000000")
    assert gone.status_code == 404
    return gone.text, client.get(f"/documents/{hit['id']}/cite?p={anchor}").text
