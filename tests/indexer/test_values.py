"""Values that a text says of itself, each in every notation, in one form, with its evidence."""

from __future__ import annotations

import pytest

from indexer.document import Document
from indexer.parsing import parse_text
from indexer.parsing.layout.lines import heading_of
from indexer.parsing.values.issuers import holds_meetings, is_issuer
from indexer.parsing.values.meeting_days import find_last_day
from indexer.parsing.values.number import normalize_number

NOTICE = "关于做好2021年科普工作的通知\n{0}\n\n各市科协：\n根据有关规定（国发〔2020〕9号），现将有关事项通知如下。请认真执行。\n省科协\n2021年3月12日\n"


def parse_one(text: str) -> Document:
    (document,) = parse_text(text, "a.txt")
    return document


@pytest.mark.parametrize(
    "printed",
    [
        "科协发〔2021〕15号", "科协发[2021]15号", "科协发［２０２１］１５号", "科协发【2021】第15号", "科协发﹝2021﹞15号",
        "科 协 发（2021）015 号", "科协发（2021年）15号", "科协发〔二〇二一〕十五号", "科协发2021年第15号", "科协发2021-15号",
    ],
)  # fmt: skip
def test_a_number_has_one_form_whatever_its_brackets(printed: str) -> None:
    assert normalize_number(printed) == "科协发〔2021〕15号"
    document = parse_one(NOTICE.format(printed))
    assert (document.number, document.evidence["number"].line) == ("科协发〔2021〕15号", 2)


@pytest.mark.parametrize("typed", ["国务院令第752号", "15号", "", "科协发〔2021〕", "2021年3月12日"])
def test_what_is_no_number_of_that_kind_stays_as_it_is(typed: str) -> None:
    assert normalize_number(f" {typed} ") == typed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("首页 > 文件\n索引号：0149/2021-12　发文字号：科协发〔2021〕15号\n发文机关：省科协　成文日期：2021年03月12日\n关于科普的通知\n各市科协：\n现通知如下。", "科协发〔2021〕15号"),
        ("关于科普的通知（科协发[2021]15号）\n来源：省科协 2021-03-12\n各市科协：\n现将有关事项通知如下。", "科协发〔2021〕15号"),
        ("关于科普的通知\n科协发〔2021〕15号　签发人：王延飞\n各市科协：\n现将有关事项通知如下。", "科协发〔2021〕15号"),
        # What it names of others is not its own.
        ("关于科普的通知\n各市科协：\n根据国发〔2020〕9号文件，现通知如下。\n附件：\n国发〔2020〕9号\n", None),
        ("解读国发〔2020〕9号文件\n来源：省报 2021-03-12\n这份文件意义重大。大家要认真学习。", None),
        ("关于科普的通知\n各市科协：\n现将有关事项通知如下。", None),
        ("关于科普的通知\n中国科协办公厅文件 科协办发组字〔2021〕15号\n各市科协：\n现将有关事项通知如下。", "科协办发组字〔2021〕15号"),
        ("贯彻落实 国发〔2021〕15号\n来源：省报 2021-03-12\n这份文件意义重大。大家要认真学习。", None),
        ("关于废止（国发〔2020〕1号）\n来源：省报 2021-03-12\n这份文件不再执行。请各单位知悉。", None),
        ("省科协简介\n中山路2021-15号\n电话 2021-15号\n省科协是科技工作者的群众组织。", None),
    ],
)  # fmt: skip
def test_a_number_is_the_documents_own(text: str, number: str | None) -> None:
    assert parse_one(text).number == number


@pytest.mark.parametrize(
    "title",
    [
        "关于召开学术年会的通知 科协发〔2021〕15号", "云泽市科协公告 2021年第3号", "科普动态2021年第3号", "公告 2021年第3号",
        "科协工作简报2021-3号", "云泽市科协认真学习 国发〔2021〕15号", "认真学习国发〔2021〕15号文件精神",
    ],
)  # fmt: skip
def test_a_title_with_a_number_in_it_is_a_title(title: str) -> None:
    text = f"{title}\n来源：省科协 2021-03-12\n各市科协要认真执行有关规定，做好各项工作。会议要求大家抓好落实。"
    assert parse_one(text).title == title


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("省科协召开工作会议\n来源：省科协 2021-03-12\n3月11日，省科协工作会议在云泽市召开。会议总结了工作。", "云泽市"),
        ("科普大会在京隆重举行\n来源：省报 2021-03-12\n会议总结了工作，部署了任务。", "北京"),
        ("省科协召开座谈会\n来源：省科协 2021-03-12\n3月11日，省科协在省科技馆一楼报告厅召开座谈会。大家作了交流。", "省科技馆一楼报告厅"),
        ("省科协党组会议纪要\n时间：2021年3月11日上午\n地点：三楼会议室　　主持人：王延飞\n会议研究了科普工作。", "三楼会议室"),
        ("关于召开年会的通知\n各市科协：\n现将年会有关事项通知如下。\n一、会议时间：2021年3月11日\n二、会议地点：云泽宾馆\n", "云泽宾馆"),
        ("关于召开年会的通知\n各市科协：\n会议时间：2021年3月11日 地点：市科技馆三楼\n请按时参加。", "市科技馆三楼"),
        ("关于召开年会的通知\n各市科协：\n二、会议地点：云泽宾馆（中山路1号，电话：0555-123）\n请按时参加。", "云泽宾馆"),
        ("关于召开年会的通知\n各市科协：\n二、会议地点：待定\n请按时参加。", None),
        ("省科协召开会议\n来源：省科协 2021-03-12\n3月11日，省科协在喜迎党的二十大召开之际举行学习会。大家作了交流。", None),
        ("省科协召开会议\n来源：省科协 2021-03-12\n全委会议拟在第三季度召开。大家作了交流。", None),
        ("省科协召开会议\n来源：省科协 2021-03-12\n这次大会是在关键时期召开的一次会议。大家作了交流。", None),
        ("省科协召开会议\n来源：省科协 2021-03-12\n会议回顾去年在北京召开的全国科技大会。大家作了交流。", None),
        ("省科协召开会议\n来源：省科协 2021-03-12\n学术年会在我市隆重开幕。大家作了交流。", None),
        # No place, another meeting, no meeting.
        ("省科协召开会议\n来源：省科协 2021-03-12\n3月11日，省科协在线上召开会议。会议总结了工作。", None),
        ("省科协召开会议\n来源：省科协 2021-03-12\n3月11日，省科协传达学习在北京召开的全国科协会议精神。大家作了交流。", None),
        ("花展开幕\n来源：省报 2021-03-12\n3月11日，花展在人民公园举办。游人如织。", None),
        ("旅游指南\n来源：省报 2021-03-12\n地点：人民公园\n公园里有湖，也有山，风景很好。", None),
    ],
)  # fmt: skip
def test_the_place_of_a_meeting_stands_in_a_row_or_in_a_sentence(text: str, place: str | None) -> None:
    document = parse_one(text)
    assert document.place == place
    assert (place is None) == ("place" not in document.evidence)


@pytest.mark.parametrize(
    ("first", "following", "last"),
    [
        ("2021-03-12", "日至14日，会议召开", "2021-03-14"),
        ("2021-03-12", "－１４日，会议召开", "2021-03-14"),
        ("2021-03-30", "日—4月1日，会议召开", "2021-04-01"),
        ("2021-12-30", "日到1月2日，会议召开", "2022-01-02"),
        ("2021-12-30", "日至2022年1月2日，会议召开", "2022-01-02"),
        ("2021-03-12", "日上午，会议召开", None),
        ("2021-03-12", "日至11日，会议召开", None),
        ("2021-02-27", "日至31日，会议召开", None),
        ("2021-03-12", "日至12月30日，活动举行", None),
    ],
)
def test_a_meeting_may_last_until_another_day(first: str, following: str, last: str | None) -> None:
    assert find_last_day(first, following) == last


def test_first_and_last_day_of_a_meeting_come_with_evidence() -> None:
    document = parse_one(
        "省科协召开年会\n来源：省科协 2021-03-20\n3月12日至14日，省科协年会在云泽市召开。会议总结了工作。"
    )
    assert (document.meeting_date, document.meeting_until) == ("2021-03-12", "2021-03-14")
    assert document.evidence["meeting_until"].line == 3


@pytest.mark.parametrize(
    ("paragraph", "heading"),
    [
        ("一、加强领导", "一、加强领导"),
        ("（二）工作安排", "（二）工作安排"),
        ("1.加强组织领导", "1.加强组织领导"),
        ("3、科普工作情况", "3、科普工作情况"),
        ("第二部分 工作安排", "第二部分 工作安排"),
        ("第三章 会员", "第三章 会员"),
        ("第三条 会员的权利", "第三条 会员的权利"),
        ("第三条 凡承认本会章程的，均可申请入会。入会须经理事会同意。", "第三条"),
        ("①科普展览活动", "①科普展览活动"),
        ("1.张三", None),  # a roster
        ("（1）张三", None),
        ("１．张三", None),
        ("①张三", None),
        ("第三部门的发展研究", None),
        ("第一条战线的工作", None),
        ("一、会议听取了工作汇报。", None),
        ("一、会议指出：", None),
        ("3.5万人参加活动", None),
        ("会议听取了工作汇报", None),
        ("• 科普展览活动", None),
        ("一、" + "很长的标题" * 12, None),
    ],
)
def test_a_heading_is_numbered_and_no_sentence(paragraph: str, heading: str | None) -> None:
    assert heading_of(paragraph) == heading


@pytest.mark.parametrize(
    ("name", "issues", "holds"),
    [
        ("云泽市科协", True, True),
        ("云泽银行", True, True),
        ("省知联会", True, True),
        ("某某军区", True, True),
        ("民盟云泽市支部", True, True),
        ("九三学社", True, True),
        ("云泽市", False, True),
        ("城关镇", False, True),
        ("云泽日报社", False, True),
        ("新华社", False, True),
        ("会议室", False, True),
        ("与会同志", False, False),
    ],
)
def test_what_is_an_organisation_is_decided_once(name: str, issues: bool, holds: bool) -> None:
    assert (is_issuer(name), holds_meetings(name)) == (issues, holds)
