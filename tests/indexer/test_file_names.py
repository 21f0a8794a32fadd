"""The name of a file is the last source of title, day and number, and finds its document, below all that holds the words."""

from __future__ import annotations

import json

import pytest

from indexer import Settings, open_index
from indexer.parsing import parse_records, parse_text
from indexer.parsing.values.file_name import NAME_OF_FILE, read_file_name
from indexer.reading.formats import searched_name
from indexer.updating.pipeline import update_index
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from tests.conftest import Write, browse

PROSE = "为做好年度工作，请各学会认真组织，按时报送材料，指定专人负责。"


@pytest.mark.parametrize(
    ("name", "title", "date", "number"),
    [
        ("20210312关于开展活动的通知.txt", "关于开展活动的通知", "2021-03-12", None),
        ("2021.3.12 市科协召开会议.doc", "市科协召开会议", "2021-03-12", None),
        ("市科协召开会议_2021-03-12_v2.docx", "市科协召开会议", "2021-03-12", None),
        ("（2021-03-12）领导讲话材料.txt", "领导讲话材料", "2021-03-12", None),
        ("科技信息摘编2022年9月.pdf", "科技信息摘编2022年9月", "2022-09", None),
        ("t20190312_4417.html", None, "2019-03-12", None),
        ("关于2021年3月12日会议的通知.txt", "关于2021年3月12日会议的通知", None, None),
        ("20210312-20210315培训班.txt", None, None, None),
        ("20211332通知材料.txt", "20211332通知材料", None, None),
        ("澜科协发〔2022〕9号关于表彰先进的决定.txt", "关于表彰先进的决定", None, "澜科协发〔2022〕9号"),
        ("关于表彰先进的决定（澜科协发[2022]第9号）.txt", "关于表彰先进的决定", None, "澜科协发〔2022〕9号"),
        ("20220401 澜科协发〔2022〕9号.pdf", None, "2022-04-01", "澜科协发〔2022〕9号"),
        ("关于转发澜科协发〔2022〕9号文件的通知.txt", "关于转发澜科协发〔2022〕9号文件的通知", None, None),
        ("市科协工作总结（终稿）(1) - 副本.docx", "市科协工作总结", None, None),
        ("附件2：参会人员回执表.xlsx", "参会人员回执表", None, None),
        ("%E5%85%B3%E4%BA%8E%E6%B4%BB%E5%8A%A8%E7%9A%84%E9%80%9A%E7%9F%A5.html", "关于活动的通知", None, None),
    ],
)
def test_what_a_name_says(name: str, title: str | None, date: str | None, number: str | None) -> None:
    read = read_file_name(f"archive/某个文件夹/{name}")
    assert (read.title, read.date, read.number) == (title, date, number)


@pytest.mark.parametrize(
    "stem",
    [
        "新建文本文档",
        "新建 文本文档 (2)",
        "1",
        "0417",
        "IMG_001",
        "IMG_20190312_101010",
        "DSC00412",
        "副本",
        "未命名",
        "无标题文档",
        "Document1",
        "scan0001",
        "扫描件20210312",
        "微信图片_20210312",
        "屏幕截图 2021-03-12",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "hongkou-0614",
        "文档(3)",
        "通知",
        "会议纪要",
        "Untitled-2",
        "mmexport1615512345678",
    ],
)
def test_a_name_that_nobody_gave_is_no_title_and_no_day(stem: str) -> None:
    read = read_file_name(f"archive/{stem}.txt")
    assert (read.title, read.date, read.number) == (None, None, None)


def test_a_text_without_title_is_called_by_its_file_and_says_so() -> None:
    document = parse_text(PROSE, "a/20210312关于开展活动的通知.txt")[0]
    assert (document.title, document.date, document.genre) == ("关于开展活动的通知", "2021-03-12", "通知")
    assert document.body == PROSE
    evidence = document.evidence
    assert [(evidence[name].line, evidence[name].rule) for name in ("title", "date")] == [(0, NAME_OF_FILE)] * 2
    weak = parse_text("决定\n经研究，对在工作中表现突出的单位予以通报，望再接再厉。", "a/关于表彰先进的决定.txt")[0]
    assert weak.title == "关于表彰先进的决定"


def test_what_the_text_says_wins() -> None:
    text = f"市科协召开会议\n2022-01-04 来源：澜江在线\n\n{PROSE}"
    document = parse_text(text, "a/20210312关于开展活动的通知.txt")[0]
    assert (document.title, document.date) == ("市科协召开会议", "2022-01-04")
    assert all(found.rule != NAME_OF_FILE for found in document.evidence.values())
    decided = parse_text(f"决定\n{PROSE}", "a/关于开展活动的通知.txt")[0]
    assert decided.title == "决定", "the name does not hold it"


def test_a_file_of_several_documents_gives_none_of_them_its_name() -> None:
    line = json.dumps({"text": PROSE}, ensure_ascii=False)
    for document in parse_records(f"{line}\n{line}", "a/20210312关于开展活动的通知.jsonl")[0]:
        assert (document.title, document.date) == (None, None)
    article = f"{PROSE}\n（澜江市科协 2021年3月12日）\n"
    both = parse_text(article * 2, "a/关于开展活动的通知.txt")
    assert len(both) == 2
    assert all(document.title != "关于开展活动的通知" for document in both)


NAMED = {
    "20210312表彰先进单位.txt": f"市科协召开年会\n来源：甲报\n\n{PROSE}",
    "a.txt": "学会召开年会\n来源：甲报\n\n会上表彰先进单位和个人，大家都说这件事办得好，明年还要接着办下去，办得更好。",
    "b-2021-科普_dapengche.txt": f"大篷车开进学校\n来源：甲报\n\n{PROSE}",
    "科普记录.jsonl": json.dumps({"title": "别的事", "text": PROSE}, ensure_ascii=False),
}


def test_a_document_is_found_by_the_name_of_its_file_below_all_that_hold_the_words(
    write: Write, settings: Settings
) -> None:
    update_index(settings, [write(NAMED)])
    reader = open_index(settings.index).reader

    def found(query: str) -> list[str]:
        hits = search(reader, SearchRequest(query, match="all")).hits
        return [hit.document.path.removeprefix("archive/") for hit in hits]

    assert found("表彰先进") == found("“表彰先进”") == ["a.txt", "20210312表彰先进单位.txt"]
    assert found("表彰 年会 甲报") == ["a.txt", "20210312表彰先进单位.txt"]
    assert found("科普") == found("dapengche") == ["b-2021-科普_dapengche.txt"], "records are not called by their file"
    assert found("kexie") == found("dapeng") == found("archive") == found("2") == found("312") == found("txt") == []


def test_a_name_that_the_title_says_is_not_kept_a_second_time() -> None:
    title = "关于开展 活动的通知"
    assert searched_name("a/20210312_关于开展活动的通知.txt", None, title=title) == ""
    assert searched_name("a/表彰活动的通知.txt", None, title=title) == "表彰活动的通知"
    assert searched_name("a/冀.txt", None, title=None) == "冀"


def test_the_page_shows_the_name_where_that_alone_holds_what_was_asked(write: Write, settings: Settings) -> None:
    update_index(settings, [write(NAMED)])
    page = browse(settings).get("/search?q=表彰先进").text
    assert "文件名：20210312<mark>表彰先进</mark>单位</span>" in page
    assert page.count("文件名：") == 1
    assert "文件名：" not in browse(settings).get("/search?q=年会").text
