"""Who takes part in a meeting, who says what, which meeting it is, and whose."""

from __future__ import annotations

import pytest

from indexer.document import Meeting
from indexer.parsing import parse_text
from indexer.parsing.bodies import hierarchy, normalize_body
from indexer.parsing.meetings import find_meeting
from indexer.parsing.mentions import find_mentions
from indexer.parsing.people import find_people
from indexer.parsing.speech import find_speech

NEWS = (
    "9月16日，白渚市科协召开主题教育工作会议。市科协党组书记王延飞，第七巡回指导组组长刘全来出席会议并讲话。"
    "会议由市科协党组成员、副主席潘云霞主持。\n"
    "王延飞指出，要深刻领会重大意义，保护好黄河。要对照目标找差距。\n"
    "一要加强组织领导，务必抓好落实。\n"
    "刘全来要求，各级党组织要压实责任。\n"
    "会议强调，要认真贯彻《科普法》。\n"
    "市科协机关干部参加会议。"
)


def parts(text: str) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    return {person.name: (person.role, person.parts) for person in find_people(text)}


def said(text: str) -> list[tuple[str, str, bool]]:
    mentions = find_mentions(text)
    speech = find_speech(text, find_people(text, mentions), mentions)
    return [(own.speaker, text[own.start : own.end], own.sure) for own in speech]


def test_people_have_their_offices_and_what_they_did() -> None:
    assert parts(NEWS) == {
        "王延飞": ("市科协党组书记", ("attended", "spoke")),
        "刘全来": ("第七巡回指导组组长", ("attended", "spoke")),
        "潘云霞": ("市科协党组成员、副主席", ("chaired",)),
    }


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("党组成员束为、宋军、吕昭平出席会议，副主席张波列席会议。", {"束为": "attended", "宋军": "attended", "吕昭平": "attended", "张波": "sat in"}),
        ("会议由分会秘书长傅懋毅研究员主持。", {"傅懋毅": "chaired"}),
        ("党组书记江成与大家进行交流。", {"江成": "mentioned"}),
        ("县委书记令狐绍辉主持召开常委会。", {"令狐绍辉": "chaired"}),
        ("统战部长尔肯江·吐拉洪出席开幕式。", {"尔肯江·吐拉洪": "attended"}),
        ("市领导胡运星、麻琦、周秀华等出席会议。", {"胡运星": "attended", "麻琦": "attended", "周秀华": "attended"}),
        ("习近平总书记从战略高度作出部署。", {"习近平": "mentioned"}),
        ("各位代表、委员单位和成员单位要加强领导。", {}),
        ("全体党员干部参加会议，主任会议听取了汇报。", {}),
    ],
)  # fmt: skip
def test_names_are_names(sentence: str, expected: dict[str, str]) -> None:
    assert {name: own[1][0] for name, own in parts(sentence).items()} == expected


def test_a_speaker_speaks_until_the_next_one_and_below_the_paragraph_only_probably() -> None:
    assert said(NEWS) == [
        ("王延飞", "王延飞指出，要深刻领会重大意义，保护好黄河。要对照目标找差距。", True),
        ("王延飞", "一要加强组织领导，务必抓好落实。", False),
        ("刘全来", "刘全来要求，各级党组织要压实责任。", True),
        ("会议", "会议强调，要认真贯彻《科普法》。", True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲。\n他说，要抓紧。", []),
        ("市科协主席王延飞介绍，今年开了三次会。他说，效果很好。", [("王延飞", True), ("王延飞", False)]),
        ("“这件事办得好，我们都高兴得很。”市科协主席王延飞说。", [("王延飞", True)]),
        ("王延飞：请大家发言，时间不限。\n刘全来：我先说两句，供大家参考。", [("王延飞", True), ("刘全来", True)]),
        ("通知要求，各单位要按时报送。", []),
    ],
)
def test_turns_of_other_kinds(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [(speaker, sure) for speaker, _, sure in said(text)] == expected


def test_a_speech_is_its_speakers_from_beginning_to_end() -> None:
    text = "王延飞在全市科协工作会议上的讲话\n2021-03-12\n同志们：\n今天的会议很重要。我讲三点意见。\n一要抓学习。"
    document = parse_text(text, "a.txt")[0]
    assert [(own.speaker, own.start, own.end) for own in document.speech] == [("王延飞", 0, len(document.body))]
    assert [(person.name, person.parts) for person in document.people] == [("王延飞", ("spoke",))]


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("", "3月12日，中国科协召开2021年第七次党组会议，传达学习全国政协十三届四次会议精神。", Meeting("中国科协党组会议", "2021年第七次党组会议", "2021年", 7)),
        ("白渚市科协召开四届二次全委会", "", Meeting("白渚市科协全委会", "四届二次全委会", "第4届", 2)),
        ("市残疾人联合会第七次代表大会召开", "", Meeting("市残联代表大会", "第七次代表大会", None, 7)),
        ("", "3月3日，市十五届人大常委会举行第三十二次主任会议。", Meeting("市人大主任会议", "十五届人大常委会举行第三十二次主任会议", "第15届", 32)),
        ("陈某主持召开省政府第93次常务会议", "", Meeting("省人民政府常务会议", "第93次常务会议", None, 93)),
        ("市残联第七次代表大会召开", "6月11日，白渚市残疾人联合会第七次代表大会召开。", Meeting("白渚市残联代表大会", "第七次代表大会", None, 7)),
        ("在云泽市科协七届四次全委会议上的讲话", "", Meeting("云泽市科协全委会", "七届四次全委会议", "第7届", 4)),
        ("市科协传达学习省科协九届六次全委会议精神", "市科协召开会议，传达学习省科协九届六次全委会议精神。", None),
        ("市科协召开工作会议", "会议总结了去年的工作。", None),
    ],
)  # fmt: skip
def test_a_meeting_has_a_series_and_a_number(title: str, body: str, expected: Meeting | None) -> None:
    assert find_meeting(title, body) == expected


@pytest.mark.parametrize(
    ("printed", "page", "name", "above"),
    [
        ("省科协", "版权所有 鲁ICP备20020034号", "山东省科协", ("中国科协", "山东省科协")),
        ("省科协党组", "聊城市 聊城市科协", "山东省科协", ("中国科协", "山东省科协")),
        ("聊城市科学技术协会", "", "聊城市科协", ("中国科协", "山东省科协", "聊城市科协")),
        ("中国科学技术协会", "", "中国科协", ("中国科协",)),
        ("全国科协", "", "中国科协", ("中国科协",)),
        ("市科协", "没有说是哪一个", "市科协", ("中国科协", "市科协")),
        ("山东省自动化学会", "", "山东省自动化学会", ("山东省自动化学会",)),
    ],
)
def test_a_body_has_one_name_and_those_above_it(printed: str, page: str, name: str, above: tuple[str, ...]) -> None:
    assert normalize_body(printed, page) == name
    assert hierarchy(name) == above


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        (
            "关于召开会议的通知\n各有关单位：\n现将有关事项通知如下，请遵照执行。\n禄川市人民政府\n2024年11月20日",
            "禄川市人民政府",
        ),
        (
            "中国科协办公厅关于印发工作要点的通知\n2021-03-12\n各全国学会：\n现将工作要点印发给你们，请认真贯彻执行。",
            "中国科协办公厅",
        ),
        (
            "全委会召开\n来源：某报 2021-03-12\n3月12日，白渚市科协召开全委会议，总结去年的工作，部署今年的任务。",
            "白渚市科协",
        ),
        ("春天来了\n来源：某报 2021-03-12\n春天来了，花都开了，人们走出家门，到公园里去看花。", None),
    ],
)
def test_the_issuing_body_signs_heads_or_holds(text: str, issuer: str | None) -> None:
    assert parse_text(text, "a.txt")[0].issuer == issuer


def test_cited_documents_stand_once_each() -> None:
    text = "关于《科普法》的学习\n2021-03-12\n会议学习了《科普法》和《关于印发〈工作要点〉的通知》。《科普法》很重要，各单位要认真学习贯彻。"
    assert parse_text(text, "a.txt")[0].cites == ("科普法", "关于印发〈工作要点〉的通知")
