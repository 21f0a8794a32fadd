"""What stands beside a document: outline, citations, anchors, similar documents, comparison, neighbours."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer import Document, Settings, Speech, open_index
from indexer.updating.pipeline import update_index
from searchapp.document.anchors import name_paragraphs
from searchapp.document.comparison import MOST_SENTENCES, compare
from searchapp.document.finding import find_text
from searchapp.document.outline import make_outline, paragraphs_of
from searchapp.document.quoting import can_add, find_paragraphs, read_quoted, show_sentences
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


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("习近平强调：“要坚持党的领导。”他说。", "要坚持党的领导"),
        ("习近平強調，要坚持党的领导；", "要坚持党的领导"),
        ("习近平强调了三件事", "三件事"),
        ("习近平强调，各级党委要把这项工作摆在突出的位置。", "各级党委要把这项工作摆在突出…"),
        ("习近平强调", ""),
    ],
)
def test_the_outline_says_how_somebody_begins(said: str, words: str) -> None:
    document = Document("a", "a", said, speech=(Speech("习近平", "强调", 0, len(said), sure=True),))
    assert [(entry.text, entry.words) for entry in make_outline(document)] == [("习近平强调", words)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("科協", ["科协", "科协"]),
        ("ａｉ", ["AI"]),
        ("二〇二一年三月", ["2021年3月"]),
        ("“科协”", ["科协", "科协"]),
        ("——", ["——"]),
        ("科 协", ["科协", "科协"]),
        ("无此", []),
        ("  ", []),
    ],
)
def test_a_text_is_found_in_a_document_as_a_search_would(typed: str, found: list[str]) -> None:
    body = "2021年3月，省科协开会——谈AI。\n科协.*"
    marked = find_text(Document("a", "a", body, title="科协的会"), typed)
    assert [body[start:end] for start, end in marked.body] == found
    assert len(marked.title) == (found[:1] == ["科协"])
    assert len(marked.terms) == len(found)


def quoted(
    body: str, numbers: list[int], *, ticks: tuple[str, ...] = (), marked: str = "", hit: int | None = None
) -> tuple[str, str]:
    """Return what is quoted of paragraphs, and their numbers; marks stand where a text does."""
    marks = {
        number: [match.span() for match in re.finditer(marked, text)] if marked else []
        for number, text in enumerate(body.split("\n"), start=1)
    }
    shown = show_sentences(Document("a", "a", body), numbers, ticks=ticks, marks=marks, hit=hit)
    return read_quoted(shown)[:2]


def test_the_sentence_that_matches_is_quoted() -> None:
    body = "甲说。乙说会。丙说会议。\n丁说。会议好。\n\n戊说。"
    assert quoted(body, [1]) == ("甲说。", "1")
    assert quoted(body, [1], marked="会议") == ("丙说会议。", "1")
    assert quoted(body, [1], marked="会议?", hit=0) == ("乙说会。", "1")
    assert quoted(body, [1], marked="会议?", hit=9) == ("丙说会议。", "1")
    assert quoted(body, [1], marked="会议?", hit=-7) == ("丙说会议。", "1")
    assert quoted(body, [1, 2], marked="会议") == ("丙说会议。……\n会议好。", "1、2")
    names = name_paragraphs(body)
    assert quoted(body, [1, 2], ticks=(f"{names[0]}.2", f"{names[1]}.0")) == ("丙说会议。\n丁说。", "1、2")
    assert quoted(body, [1, 4], ticks=(f"{names[0]}.2", f"{names[3]}.0")) == ("丙说会议。……\n戊说。", "1、4")


def test_the_next_paragraph_that_says_something_can_be_added() -> None:
    document = Document("a", "a", "一。\n\n三。\n四。")
    names = name_paragraphs(document.body)
    assert find_paragraphs(document, [names[2]], add="before") == [1, 3]
    assert find_paragraphs(document, [names[0], names[2]], add="after") == [1, 3, 4]
    assert find_paragraphs(document, [names[3]], add="after") == [4]
    assert find_paragraphs(document, ["p00000000"]) is None
    assert find_paragraphs(document, [], add="after") == []
    assert [can_add(document, own) for own in ([1], [3], [3, 4], [])] == [
        ["after"],
        ["before", "after"],
        ["before"],
        [],
    ]


def test_what_is_the_same_is_folded_but_beside_a_change() -> None:
    same = "".join(f"第{n}句相同。" for n in range(6))
    comparison = compare(f"{same}左边说甲。{same}", f"{same}左边说乙。{same}")
    assert comparison is not None
    assert [(len(run.rows), run.folded) for run in comparison.fold(shows_all=False)] == [
        (5, True), (1, False), (1, False), (1, False), (5, True),
    ]  # fmt: skip
    assert [(len(run.rows), run.folded) for run in comparison.fold(shows_all=True)] == [(13, False)]
    alike = compare(same, same)
    assert alike is not None
    assert [(len(run.rows), run.folded) for run in alike.fold(shows_all=False)] == [(6, True)]
    assert (alike.differs, comparison.differs, comparison.count("changed")) == (False, True, 1)


@given(st.lists(st.sampled_from(["甲句。", "乙句。", "丙句。"]), max_size=12).map("".join),
       st.lists(st.sampled_from(["甲句。", "乙句。", "丁说话。"]), max_size=12).map("".join))  # fmt: skip
def test_folding_loses_no_row(left: str, right: str) -> None:
    comparison = compare(left, right)
    assert comparison is not None
    assert [row for run in comparison.fold(shows_all=False) for row in run.rows] == comparison.rows


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
    address = re.search(r'<h2><a [^>]*?href="(/documents/[^"]+)"', page)
    assert address is not None
    document = html.unescape(client.get(address[1].partition("#")[0]).text)
    assert 'href="/search?q=%E4%BC%9A%E8%AE%AE&source=%E6%B3%93%E5%8F%A3%E5%8F%91%E5%B8%83&sort=oldest"' in document


def test_very_long_sentences_are_compared_as_wholes() -> None:
    left, right = ("".join(f"第{n}项{sign}" for n in range(300)) + "。" for sign in ("甲", "乙"))
    comparison = compare(left, right)
    assert comparison is not None
    assert [(row.kind, row.left_marks) for row in comparison.rows] == [("changed", [(0, len(left))])]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a client of a site with a meeting held in three years, of which two are told alike."""
    folder = tmp_path_factory.mktemp("house")
    records = [
        {"id": f"m{year}", "title": f"省科协召开第{at}次党组会议", "date": f"{year}-01-0{at}", "source": "省科协网",
         "text": f"{year}年1月{at}日，省科协召开{year}年第1次党组会议。{told}会议很成功，大家都很满意。"}
        for at, (year, told) in enumerate((
            (2021, f"会议听取了年度工作的汇报。各市作了交流。还有两个县发言。{SHARED}会议研究了明年的安排，要求三月底前报送方案。"),
            (2022, f"会议听取了年度工作的汇报。各市作了交流。还有两个县发言。{SHARED}会议研究了明年的安排，要求四月底前报送方案。"),
            (2023, "记者从别处获悉一些消息。"),
        ), start=1)
    ]  # fmt: skip
    (folder / "archive").mkdir()
    (folder / "archive" / "a.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    settings = Settings(index=folder / "index")
    update_index(settings, [folder / "archive"])
    return browse(settings)


def test_quotes_of_a_paragraph_that_is_gone_are_a_sentence(house: FlaskClient) -> None:
    gone = house.get("/documents/m2021/cite?p=p00000000")
    assert (gone.status_code, "没有这一段" in gone.text) == (404, True)


def test_ticked_sentences_are_quoted_without_a_script(house: FlaskClient) -> None:
    page = house.get("/documents/m2021").text
    address = re.search(r'<a class="quote" href="([^"]+)"', page)
    assert address is not None
    form = house.get(html.unescape(address[1])).text
    names = re.findall(r'name="s" value="([^"]+)"', form)
    assert len(names) == 7
    whole = house.get(f"{address[1]}&s={names[4]}&s={names[6]}").text
    plain, standard, ris, bibtex = map(html.unescape, re.findall(r"<textarea[^>]*>([^<]*)</textarea>", whole))
    assert plain.startswith(f"“{SHARED}……会议很成功，大家都很满意。”（《省科协召开第1次党组会议》，")
    assert re.search(r"第 1 段） http://localhost/documents/m2021#p[0-9a-f]{8}$", plain)
    assert standard.startswith(f"“{SHARED}……会议很成功，大家都很满意。”（第 1 段）")
    assert ris.startswith("TY  - ")
    assert bibtex.startswith("@")
    assert whole.count(" checked") == 2
    assert "《省科协召开第1次党组会议》" in html.unescape(house.get("/documents/m2021/cite").text)


def test_the_query_says_which_sentence_is_ticked(house: FlaskClient) -> None:
    page = house.get("/documents/m2021?q=科普大篷车").text
    address = re.search(r'<a class="quote" href="([^"]+)"', page)
    assert address is not None
    ticked = re.search(r'checked> <span lang="zh-CN">([^<]+)<', house.get(html.unescape(address[1])).text)
    assert ticked is not None
    assert ticked[1] == SHARED


def test_a_text_is_found_without_a_script(house: FlaskClient) -> None:
    page = house.get("/documents/m2021?q=会议&find=科普大篷車").text
    assert re.findall(r"<mark[^>]*>([^<]+)</mark>", page) == ["科普大篷车"]
    assert re.search(r'<a href="#p[0-9a-f]{8}">1 处</a>', page)
    assert 'href="/search?q=%E4%BC%9A%E8%AE%AE"' in page  # the way back is without it
    assert "没有找到" in re.findall(
        r'<span class="found"[^>]*>(.*?)</span>', house.get("/documents/m2021?find=无此").text
    )


def test_similar_documents_say_what_they_have_otherwise(house: FlaskClient) -> None:
    assert "第2次党组会议</span></a> <span" not in house.get("/documents/m2021/cite").text
    assert 'data-load="/documents/m2021/similar"' in house.get("/documents/m2021").text
    page = house.get("/documents/m2021/similar").text
    changed = re.findall(r'<p class="changed"[^>]*>(.*?)<br>→ (.*?)</p>', page, re.DOTALL)
    assert any("<mark>三</mark>" in left and "<mark>四</mark>" in right for left, right in changed)
    assert "相同 5 句" in re.sub(r"\s+", " ", page)
    assert "/compare?a=m2021&amp;b=m2022" in page


def test_comparing_shows_what_differs_or_all(house: FlaskClient) -> None:
    short, whole = (house.get(f"/compare?a=m2021&b=m2022{more}").text for more in ("", "&show=all"))
    assert [page.count('<tr class="folded">') for page in (short, whole)] == [1, 0]
    assert [page.count('<tr class="same">') for page in (short, whole)] == [3, 5]
    assert "<summary>相同 2 句</summary>各市作了交流。还有两个县发言。" in short
    assert "<mark>三</mark>" in short
    assert 'aria-current="true">只看不同' in short
    assert 'aria-current="true">全部' in whole


@pytest.mark.parametrize(
    ("back", "referrer", "leads"),
    [
        ("", None, "/documents/m2021"),
        ("", f"http://localhost/search?q={quote('会议')}&page=2", "/search?q=会议&amp;page=2"),
        ("", "http://localhost/compare?a=m2021", "/documents/m2021"),
        ("", "http://elsewhere.test/search?q=1", "/documents/m2021"),
        ("", "https://localhost/search?q=1", "/documents/m2021"),
        ("/documents/m2022?q=会", "http://localhost/search?q=1", "/documents/m2022?q=会"),
        ("//elsewhere.test/", None, "/documents/m2021"),
        ("/\\elsewhere.test/", None, "/documents/m2021"),
        ("/../elsewhere", None, "/documents/m2021"),
        ("http://elsewhere.test/", None, "/documents/m2021"),
        ("javascript:alert(1)", None, "/documents/m2021"),
    ],
)
def test_comparing_leads_back_to_where_one_came_from(
    house: FlaskClient, back: str, referrer: str | None, leads: str
) -> None:
    headers = {"Referer": referrer} if referrer else {}
    page = house.get("/compare", query_string={"a": "m2021", "b": "m2022", "back": back}, headers=headers).text
    found = re.search(r'<p class="back"><a href="([^"]*)"', page)
    assert found is not None
    assert unquote(found[1]) == leads


def test_a_meeting_is_compared_with_that_of_another_year(house: FlaskClient) -> None:
    page = house.get("/documents/m2022").text
    assert 'href="/compare?a=m2022"' in page
    choices = html.unescape(house.get("/compare?a=m2022").text)
    assert re.findall(r"<h2>(\d{4})年</h2>", choices) == ["2023", "2021"]
    links = re.findall(r'<li><a href="/compare\?a=(\w+)&b=(\w+)', choices)
    assert links == [("m2022", "m2023"), ("m2021", "m2022")]  # the older one is on the left
