"""Files become true records: the sample corpus and the real files against their gold."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from indexer.document import Document
from indexer.parsing import parse_records, parse_text
from indexer.parsing.dates import find_dates
from indexer.reading import read_text
from tests.conftest import CORPUS, PROJECT, SHARED, read_gold

CORPUS_GOLD = read_gold(PROJECT / "tests/data/corpus_gold.jsonl")
FIELDS = ("title", "source", "date", "author", "meeting_date")


def parse(folder: Path, name: str) -> list[Document]:
    read = read_text(name, (folder / name).read_bytes())
    if name.endswith(".jsonl"):
        return parse_records(read.text, name)[0]
    return parse_text(read.text, name, hints=read.hints)


def squeeze(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def check(document: Document, gold: dict[str, Any]) -> None:
    for name in FIELDS:
        assert squeeze(getattr(document, name)) == squeeze(gold[name]), name
    assert squeeze(document.body).startswith(squeeze(gold["body_starts"]))
    assert squeeze(document.body).endswith(squeeze(gold["body_ends"]))
    assert ("truncated" in document.flags) == bool(gold.get("truncated", "truncated" in document.flags))


@pytest.mark.parametrize("gold", CORPUS_GOLD, ids=[f"{gold['file']} ({gold['layout']})" for gold in CORPUS_GOLD])
def test_a_sample_file_becomes_its_documents(gold: dict[str, Any]) -> None:
    documents = parse(CORPUS, gold["file"])
    assert len(documents) == len(gold["documents"])
    for document, expected in zip(documents, gold["documents"], strict=True):
        check(document, expected)
    for phrase in gold.get("joined", []):
        assert any(phrase in document.body for document in documents), phrase


def test_the_real_files_become_exactly_their_documents(shared_archive: Path) -> None:
    for gold in read_gold(shared_archive / "gold.jsonl"):
        documents = parse(shared_archive, gold["file"])
        assert [document.title for document in documents] == [expected["title"] for expected in gold["documents"]]
        for document, expected in zip(documents, gold["documents"], strict=True):
            check(document, expected)


@pytest.mark.parametrize(("name", "floor"), [("title", 32), ("source", 31), ("date", 32), ("author", 31)])
def test_the_headers_of_real_pages_keep_their_floor(name: str, floor: int) -> None:
    """Lowering a floor is an explicit act with a reason."""
    folder = SHARED / "headers"
    if not folder.is_dir():
        pytest.skip("the real pages are not beside the project")
    right = [
        squeeze(getattr(parse(folder, gold["file"])[0], name)) == squeeze(gold[name])
        for gold in read_gold(folder / "gold.jsonl")
    ]
    assert sum(right) >= floor


def test_every_value_has_its_evidence() -> None:
    for gold in CORPUS_GOLD:
        for document in parse(CORPUS, gold["file"]):
            for name in (*FIELDS, "genre"):
                assert (getattr(document, name) is None) == (name not in document.evidence), (gold["file"], name)


def test_no_letter_of_a_plain_text_is_lost() -> None:
    """What looks like no header and no footer is in title or body, whatever it is."""
    text = "各位来宾：\n欢迎。\n123\n- 第一\nEnd of text"
    document = parse_text(text, "a.txt")[0]
    assert squeeze(text) == squeeze((document.title or "") + document.body)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021年3月12日", "2021-03-12"),
        ("2021-03-12", "2021-03-12"),
        ("２０２１／３／１２", "2021-03-12"),
        ("2021.3.12", "2021-03-12"),
        ("03.06.2017  09:23", "2017-06-03"),
        ("二〇二一年三月十二日", "2021-03-12"),
        ("二○二一年十二月三十一日", "2021-12-31"),
        ("[2021-03-12]", "2021-03-12"),
        ("2021年3月", "2021-03"),
        ("2021-12-16 09:41", "2021-12-16"),
    ],
)
def test_a_date_in_any_notation(text: str, iso: str) -> None:
    assert [found.iso for found in find_dates(text)] == [iso]


@pytest.mark.parametrize("text", ["2021-02-30", "13月5日", "电话 0351-3985088", "邮编:030001", "2021", "1.5小时"])
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text) == ()


def test_a_meeting_in_december_reported_in_january_was_in_the_old_year() -> None:
    text = "全委会召开\n2022-01-04 来源：澜江在线\n\n12月30日，市科协召开全委会，总结全年工作。会议审议了报告。"
    assert parse_text(text, "a.txt")[0].meeting_date == "2021-12-30"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("会议指出,开展党史学习教\n\n育是重要决策，要认真抓好落实，确保取得实效。", "党史学习教育是重要决策"),
        ("会议要求，要突出重点、抓出特色。要充分发\n\n挥党校作用，建立机制，抓好培训。", "要充分发挥党校作用"),
        ("这是一句很长的话。它在逗号后面断开，\n然后接着写下去，直到句号为止才算结束。", "断开，然后接着写下去"),
    ],
)
def test_a_line_broken_inside_a_sentence_is_joined(broken: str, whole: str) -> None:
    assert whole in parse_text(f"标题在此处\n\n{broken}", "a.txt")[0].body


@pytest.mark.parametrize(
    "text",
    [
        "一、提高政治站位\n各级科协要认真学习，深入领会，切实把思想和行动统一起来。",
        "会议听取了汇报。\n会议强调，要抓好落实，务求实效，确保各项任务完成。",
        "　　第一段没有句号的结尾，但下一段缩进\n　　第二段从这里开始，说的是别的事情。",
    ],
)
def test_paragraphs_that_end_are_not_joined(text: str) -> None:
    assert parse_text(f"标题在此处\n\n{text}", "a.txt")[0].body.count("\n") == 1


def whole(text: str) -> str:
    document = parse_text(text, "a.txt")[0]
    return squeeze((document.title or "") + document.body)


PROSE = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。各单位负责人参加了会议，并作了交流发言。"


@pytest.mark.parametrize(
    "text",
    [
        "春日\n小河流过桥下\n柳树发了新芽\n孩子们放学了\n风筝飞上天\n老人坐在门前\n云走得很慢",
        "关于放假的通知\n各部门：\n国庆节放假七天，请安排好值班。\n云溪市科协办公室\n2021年3月12日",
        f"会议通知\n各单位：\n{PROSE}\n时间：2021年3月15日上午9:00\n地点：三楼会议室\n请准时参加。",
        f"专访\n来源：澜江在线 2021-03-12\n记者：请您介绍一下今年的工作？\n{PROSE}",
    ],
)
def test_short_and_odd_texts_lose_nothing(text: str) -> None:
    header = "来源：澜江在线 2021-03-12"
    assert whole(text) == squeeze(text.replace(header, ""))


@pytest.mark.parametrize(
    "opening",
    [
        "相关信息公开工作由办公室负责，",
        "评论环节中，代表们踊跃发言，",
        "扫描二维码可以查询办理进度，",
        "下一条经验是抓好落实，",
        "编辑部主任介绍了情况，",
        "声明发布以后，",
    ],
)
def test_a_sentence_that_begins_like_a_footer_ends_nothing(opening: str) -> None:
    text = f"会议召开\n来源：甲 2021-03-12\n\n{PROSE}\n{opening}各单位要认真研究。\n{PROSE}"
    assert opening in parse_text(text, "a.txt")[0].body
    assert parse_text(text, "a.txt")[0].body.endswith(PROSE)


@pytest.mark.parametrize("line", ["王建国 李明华 赵芳芳", "End of text", "（2021年3月12日）\n附件：名单"])
def test_a_last_line_is_kept(line: str) -> None:
    text = f"会议召开\n来源：甲 2021-03-12\n\n{PROSE}\n{PROSE}\n{line}"
    assert parse_text(text, "a.txt")[0].body.endswith(line.rsplit("\n", maxsplit=1)[-1])


@pytest.mark.parametrize(
    "heading",
    [
        "分享经验",
        "专家评论",
        "推广二维码应用",
        "扫描隧道显微镜进校园",
        "下一条战线上的同志们",
        "查看全文件汇编",
        "维护版权所有者的权益",
        "网站ICP备案工作",
    ],
)
def test_a_heading_that_begins_like_a_footer_ends_nothing(heading: str) -> None:
    text = f"会议召开\n来源：甲 2021-03-12\n\n{PROSE}\n{heading}\n{PROSE}\n{PROSE}"
    document = parse_text(text, "a.txt")[0]
    assert squeeze(document.body) == squeeze(PROSE + heading + PROSE + PROSE)
    assert document.flags == ()


@pytest.mark.parametrize(
    "mark",
    [
        "版权所有：某协会",
        "某网版权所有 未经授权禁止复制 某ICP备12345号",
        "Copyright © 2008-2021",
        "责任编辑：某某",
        "【编辑：某某】",
        "相关新闻",
        "为您推荐",
        "分享到：",
        "扫描上方二维码关注微信公众号",
        "上一篇：别的文章",
        "打印本页　关闭窗口",
        "关键词：会议 科普",
        "阅读全文 查看全文",
        "大约剩余30%的内容被隐藏了",
        "写评论已有0条评论",
        "点击下载",
    ],
)
def test_what_follows_a_footer_is_not_the_article(mark: str) -> None:
    text = f"会议召开\n来源：甲 2021-03-12\n\n{PROSE}\n{mark}\n别的文章的标题\n{PROSE}别的。"
    assert parse_text(text, "a.txt")[0].body == PROSE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("（省科协机关党委 2021年7月21日）", "（省科协办公室 2021年7月23日）"),
        ("【龙潭县科协 2021.7.21】", "【省科协办公室 2021.7.23】"),
        ("省科协机关党委 [2021-07-21]", "省科协办公室\n[2021-07-23]"),
    ],
)
def test_a_signature_wins_over_the_head_of_a_bulletin(first: str, second: str) -> None:
    head = "云岭科协简报\n第12期（总第88期）\n云岭省科协办公室编 2021年7月30日\n"
    text = f"{head}\n第一次会议召开\n{PROSE}\n{first}\n\n第二次会议召开\n{PROSE}\n{second}\n"
    documents = parse_text(text, "a.txt")
    assert [document.title for document in documents] == ["第一次会议召开", "第二次会议召开"]
    assert [document.date for document in documents] == ["2021-07-21", "2021-07-23"]
    assert documents[1].source == "省科协办公室"


def test_the_day_of_publication_wins_over_the_day_of_a_change() -> None:
    text = f"会议召开\n更新日期：2022-01-12 发布日期：2022-01-10\n\n{PROSE}"
    assert parse_text(text, "a.txt")[0].date == "2022-01-10"
    assert parse_text(text.replace("发布日期：2022-01-10", ""), "a.txt")[0].date == "2022-01-12"


@pytest.mark.parametrize(
    "line", [">" * 100 + " 查看 更多", "> " * 60, "首页" + " >" * 500, "(" * 2000, "各" * 5000, "记者 甲" * 500]
)
def test_no_line_makes_the_parser_hang(line: str) -> None:
    started = time.monotonic()
    parse_text(f"会议召开\n来源：甲 2021-03-12\n\n{line}\n{PROSE}\n{line}", "a.txt")
    assert time.monotonic() - started < 5  # a bound on hanging, not a measurement: it takes milliseconds


def test_lost_characters_are_marked_and_never_kept() -> None:
    document = parse_text(
        "全委会召\ufffd\n2021-03-12\n3月12日，白渚市科协召开全委会\ufffd，总结去年的工作，部署今年的任务。", "a.txt"
    )[0]
    assert (document.title, document.flags) == ("全委会召□", ("damaged-characters",))
    assert "全委会□，总结" in document.body


SPOKEN = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。各单位负责人参加了会议，并作了交流发言。"
TITLED = "某市科协召开会议\n来源：某报 2021-03-12\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{SPOKEN}\n一等奖\n" + "\n".join(f"科学普及作品名称第{number}号之长长的标题" for number in range(30)),
        f"{SPOKEN}\n" + "\n".join(f"王{name}" for name in "一二三四五六七八九十" * 20),
        f"{SPOKEN}\n" + "\n".join(f"项目{number}\n{number}万元" for number in range(100)) + f"\n{SPOKEN}",
        f"摘要：{SPOKEN}\n关键词：科普 资源 平台\n" + f"{SPOKEN}{SPOKEN}\n" * 5,
        f"{SPOKEN}\n" + "\n".join(f"王{name} 科普部 主任 13800000000" for name in "一二三四五六七八九十"),
        "姓名 性别 单位 职务\n" * 20 + f"{SPOKEN}{SPOKEN}",
    ],
)
def test_lists_tables_and_papers_are_kept_whole(text: str) -> None:
    document = parse_text(TITLED + text, "a.txt")[0]
    assert "".join(document.body.split()) == "".join(text.split())


def test_articles_that_each_name_their_editor_are_all_kept() -> None:
    text = TITLED + "\n".join(f"{SPOKEN}这是第{number}篇。\n责任编辑：王甲" for number in range(10))
    body = parse_text(text, "a.txt")[0].body
    assert all(f"这是第{number}篇" in body for number in range(10))


def test_much_text_outside_the_article_is_flagged() -> None:
    text = TITLED + f"{SPOKEN}\n{SPOKEN}\n{SPOKEN}\n责任编辑：某某\n别的文章的标题\n" + f"{SPOKEN}{SPOKEN}\n" * 5
    assert parse_text(text, "a.txt")[0].flags == ("text-left-out",)


@pytest.mark.parametrize(
    "text",
    [
        "（" + " " * 30_000 + "x",
        "（2021年3月12日）\n" * 20_000,
        f"{TITLED}{SPOKEN}\n（" + "网址：" * 30_000 + "x",
        TITLED + "王延飞主持。他指出，要好。\n" * 8_000,
        TITLED + "王延飞" + "在中" * 38 + "强调" + "，要抓好。",
        TITLED + "、".join("王延飞李明张三丰"[number % 5 : number % 5 + 3] for number in range(20_000)),
    ],
)
def test_hostile_texts_take_seconds_and_not_hours(text: str) -> None:
    started = time.process_time()
    parse_text(text, "a.txt")
    assert time.process_time() - started < 20  # each took minutes, or years, before


def test_line_numbers_are_those_of_an_editor() -> None:
    text = "某市科协召开会议\r来源：某报 2021-03-12\r" + f"{SPOKEN}\f别的。\r{SPOKEN}"
    assert [number for _, number in parse_text(text, "a.txt")[0].lines] == [3, 3, 4]
