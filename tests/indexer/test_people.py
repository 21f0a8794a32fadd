"""Who takes part in a meeting, who says what, which meeting it is, and whose."""

from __future__ import annotations

from time import process_time

import pytest

from indexer.document import Meeting
from indexer.parsing import parse_text
from indexer.parsing.people.mentions import find_mentions
from indexer.parsing.people.people import find_people
from indexer.parsing.people.speech import find_speech
from indexer.parsing.values.issuers import hierarchy, normalize_issuer
from indexer.parsing.values.meetings import find_meeting

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
    return {person.name: (person.role, person.parts) for person in find_people(text)[0]}


def said(text: str) -> list[tuple[str, str, bool]]:
    mentions = find_mentions(text)
    speech = find_speech(text, mentions, quoted=find_people(text, mentions)[1])
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
        # words that hold what would be a name
        ("座谈会上，省机械工程学会介绍了编制规划的做法：先调研。", {}),
        ("让一线工程师有说话的地方。", {}),
        ("职工何去何从，大家都关心。", {}),
        ("主席边听边记。", {}),
        ("锐评指出，乌军还称打了胜仗。", {}),
        ("俄罗斯副总理出席会议。", {}),
        ("省长黄强视频发言。", {"黄强": "spoke"}),
        ("国家主席习近平日前签署命令。", {"习近平": "mentioned"}),
        # the last letter of a name, or what follows the name
        ("国务委员兼国防部长魏凤和作了说明。", {"魏凤和": "spoke"}),
        ("市科协副主席李建和在会上发言。", {"李建和": "spoke"}),
        ("院长陈克和对获奖者表示祝贺。", {"陈克和": "mentioned"}),
        ("市科协主席孙志均出席会议。", {"孙志均": "attended"}),
        ("省委书记林武和省长周乃翔、市委书记尹弘和自治区主席蓝天立出席会议。", {"林武": "attended", "周乃翔": "attended", "尹弘": "attended", "蓝天立": "attended"}),
        ("市科协主席李红和副主席张波均出席会议。", {"李红": "attended", "张波": "attended"}),
        ("副会长年景华全面总结了一年来的工作。", {"年景华": "mentioned"}),
        ("县委书记令狐绍辉主持召开常委会。", {"令狐绍辉": "chaired"}),
        ("统战部长尔肯江·吐拉洪出席开幕式。", {"尔肯江·吐拉洪": "attended"}),
        ("市领导胡运星、麻琦、周秀华等出席会议。", {"胡运星": "attended", "麻琦": "attended", "周秀华": "attended"}),
        ("习近平总书记从战略高度作出部署。", {"习近平": "mentioned"}),
        ("各位代表、委员单位和成员单位要加强领导。", {}),
        ("全体党员干部参加会议，主任会议听取了汇报。", {}),
        # the office behind the name, in lists and with polite words
        ("会议由老科协潘长旺会长主持，潘会长首先向到会的顾问们表示欢迎。", {"潘长旺": "chaired"}),
        ("昝林森教授主持开幕式，并代表分会第一届委员会做工作报告。", {"昝林森": "chaired"}),
        ("出席会议的有中国公路学会胡希捷理事长，李兴华、董学博、马建副理事长。", {"胡希捷": "attended", "李兴华": "attended", "董学博": "attended", "马建": "attended"}),
        ("市科协党组书记卫亚红（女）、副主席杨相龙（兼）、刘 洋出席会议。", {"卫亚红": "attended", "杨相龙": "attended", "刘洋": "attended"}),
        # two characters before a word that looks like a third
        ("市委秘书长李红讲话，副市长怀颖主持会议。", {"李红": "spoke", "怀颖": "chaired"}),
        ("听取了省科协副主席何真关于筹备工作情况的汇报。", {"何真": "mentioned"}),
        # who only stands near the verb takes no part
        ("受市委书记王明委托，副市长李伟出席会议并致辞。", {"王明": "mentioned", "李伟": "attended"}),
        ("副市长卓文屿为分团授旗，市科协党组书记梁知微主持大会。", {"卓文屿": "mentioned", "梁知微": "chaired"}),
        ("会议传达学习了省委书记王明在全省科技大会上的讲话精神。", {"王明": "quoted"}),
        # elected, visited, minutes
        ("选举姚志明为副主席，增补郭剑彪同志、罗慧来同志为常务理事。", {"姚志明": "mentioned", "郭剑彪": "mentioned", "罗慧来": "mentioned"}),
        ("主持人：石素月\n出席：程成方、杨相龙\n列席：郭学军", {"石素月": "chaired", "程成方": "attended", "杨相龙": "attended", "郭学军": "sat in"}),
        ("听取发言后，铁力瓦尔迪·阿不都热西提说，大家的发言很好。", {"铁力瓦尔迪·阿不都热西提": "mentioned"}),
        # all letters of the name may be words
        ("沙明远副主席出席会议并讲话。方明远主持会议。", {"沙明远": "attended", "方明远": "chaired"}),
        ("成立大会主持人致辞，全体村表示支持，常委会认为可行。", {}),
        ("会议推定了主席团常务主席和执行主席分组名单，连续20年被树为标兵。", {}),
    ],
)  # fmt: skip
def test_names_are_names(sentence: str, expected: dict[str, str]) -> None:
    assert {name: own[1][0] for name, own in parts(sentence).items()} == expected


def test_offices_are_those_that_are_printed_without_the_sentence_around_them() -> None:
    text = (
        "选举产生县妇联主席邹琳琳。童志云当选为副主席，叶晔、卢萍当选为常委。出席会议的还有上海市工商联副主席陈昶。"
        "华东师范大学的许纪霖教授，全国人大常委会副委员长、全国总工会主席王东明主持会议。"
    )
    assert {name: role for name, (role, _) in parts(text).items()} == {
        "邹琳琳": "县妇联主席",
        "童志云": "副主席",
        "叶晔": "常委",
        "卢萍": "常委",
        "陈昶": "上海市工商联副主席",
        "许纪霖": "华东师范大学教授",
        "王东明": "全国人大常委会副委员长、全国总工会主席",
    }


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
        ("就做好工作，吕平强调，全市妇女要与时俱进。", [("吕平", True)]),
        ("市科协主席卫亚红主持会议并强调，要抓好落实。", [("卫亚红", True)]),
        ("市委副书记胡勇政出席大会。他在讲话中指出，五年来成绩很大。", [("胡勇政", False)]),
        ("校长周激流对吕达仁院士的到访表示欢迎，他指出，学校发展很快。", [("周激流", False)]),
        ("教授靳疏桐提出，草案只作了表述。茶农代表反映，限制化肥有顾虑。", [("靳疏桐", True)]),
        (
            "记者：请问有什么打算？好的。\n王延飞：先把三件事办好再说。\n记者：谢谢您接受采访。\n王延飞：不客气，欢迎再来。",
            [("王延飞", True), ("王延飞", True)],
        ),
    ],
)
def test_turns_of_other_kinds(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [(speaker, sure) for speaker, _, sure in said(text)] == expected


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("王延飞指出，要学习好。要落实好。会后，与会人员参观了展览。", "王延飞指出，要学习好。要落实好。"),
        ("王延飞指出，科协工作很重要。座谈会上，与会专家围绕主题进行了交流。", "王延飞指出，科协工作很重要。"),
        ("王延飞要求，要抓好落实。市长牛传勇作科技工作报告，他很满意。", "王延飞要求，要抓好落实。"),
        ("王延飞强调，要抓好落实。会议由潘云霞主持。", "王延飞强调，要抓好落实。"),
    ],
)
def test_a_turn_ends_where_the_meeting_is_told_again(text: str, spoken: str) -> None:
    assert said(text)[0][:2] == ("王延飞", spoken)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("市科协主席展鹏飞主持会议。\n", "习近平总书记的讲话很重要，他强调，要抓落实。\n"),
        ("市科协主席展鹏飞主持会议。", "习近平总书记的讲话很重要，他强调，要抓落实。"),
        ("市科协主席展鹏飞主持会议。", "展鹏飞指出，会议要求，习近平总书记强调，"),
    ],
)
def test_time_grows_with_the_text_and_not_with_its_square(first: str, again: str) -> None:
    def took(times: int) -> float:
        body = first + again * times
        mentions = find_mentions(body)
        begun = process_time()
        assert find_speech(body, mentions, quoted=frozenset({"习近平"}))
        return process_time() - begun

    took(100)
    assert took(16_000) < 12 * max(took(4_000), 0.02)


def test_people_of_a_traditional_text_have_their_names_as_printed() -> None:
    document = parse_text(
        "全委會召開\n2021-03-12\n省科協黨組書記沈硯秋主持會議並講話。沈硯秋強調，要抓好落實。", "a.txt"
    )[0]
    assert [(person.name, person.parts) for person in document.people] == [("沈硯秋", ("chaired", "spoke"))]
    assert [own.speaker for own in document.speech] == ["沈硯秋"]


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
    assert normalize_issuer(printed, page) == name
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


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("参加：贝小舟、占堆、雪莉、从容", {"贝小舟", "占堆", "雪莉", "从容"}),
        ("出席：漆雕川　介小平　爱新河　别敬业", {"漆雕川", "介小平", "爱新河", "别敬业"}),
        ("列席：公冶长、各科室负责人、有关单位", {"公冶长"}),
        ("列席：监事 公冶长、财务 钱进", {"公冶长", "钱进"}),
    ],
)
def test_a_word_among_the_names_of_a_row_is_one(row: str, names: set[str]) -> None:
    (document,) = parse_text(f"志愿者周会纪要\n时间：2024年6月16日\n主持：贝小舟\n{row}\n会议讨论了值班安排。", "a.txt")
    part = "sat in" if row.startswith("列席") else "attended"
    assert {person.name for person in document.people if part in person.parts} == names


def test_no_name_begins_inside_a_committee() -> None:
    (document,) = parse_text("业主委员会于11月21日晚召开了扩大会议，业委会主任宓水主持，七名委员参加。", "a.txt")
    assert [person.name for person in document.people] == ["宓水"]
