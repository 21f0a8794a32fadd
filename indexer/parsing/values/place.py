"""Where a meeting was held: a row of its head (会议地点：省科技馆), or the sentence that tells of it (在云泽市召开)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

# What is told of as held; 召开之际, 召开的大会 speak of another meeting.
_HELD_WORDS = ("召开", "举行", "举办", "开幕", "闭幕")
_HELD = f"(?:{'|'.join(_HELD_WORDS)})(?!之|的|以来|以后|前|后|期间)"
# 会议地点：…, also 2.地　点：… beside the time or who took part
_LABELLED = re.compile(
    r"(?:^|[\s，,；;、.．）)])(?P<own>会议|开会|召开|举办|活动)?地\s*点\s*[:：]\s*(?P<place>[^\s，,。；;（(:：][^，,。；;（(:：]{0,39})"
)
_BESIDE = re.compile(r"(?:会议|开会|活动)?(?:时\s*间|出\s*席|主\s*持)\s*[:：]")
# What follows the place on the same line: 地点：三楼会议室　　主持人：某某
_NEXT_LABEL = re.compile(r"\s{2,}|\s+\S{2,6}$")
_NOT_YET = re.compile(r"待定|另行|待通知|线上|网上|云端|视频|腾讯会议|钉钉")
_IN_SENTENCE = re.compile(rf"在(?P<place>[^在，,。；;：:、！？“”《》\s]{{1,24}}?){_HELD}")
# What stands between place and verb and belongs to neither: 在人民大会堂隆重举行, 在国新办今天举行
_BETWEEN = Rules(
    "what stands between a place and what is held there",
    *((word, word) for word in ["隆重", "胜利", "顺利", "成功", "如期", "圆满", "正式", "同时", "联合", "共同", "分别", "先后", "组织", "主持", "主办", "集体", "统一", "相继", "继续", "首次", "开始", "共", "上午", "下午"]),
    ("[今昨][天日]", "今天"), ("晚上?", "晚"), (r"\d+日", "12日"), ("（[^）]*）", "（12日）"),
    behind="$",
)  # fmt: skip
# Whom somebody met there, or what else they did: 在人民大会堂同某某会谈, 在云泽市调研并主持召开
_COMPANY = re.compile(r"(?:[同与]|以视频|就|出席|会见|会谈|调研|参观|考察).*$")
_BEFORE = re.compile(r"^(?:今[天日]|昨[天日]|前不久|于|位于)(?:（[^）]*）)?")
# A time, a circumstance, somebody, or another meeting, no place: 在即将, 在线上, 在会议期间, 在第二届博览会, 在喜迎党的二十大
_NO_PLACE = Rules(
    "what is no place",
    *((f".*{word}", f"某{word}") for word in ["天", "日", "号", "凌晨", "中午", "不久", "初", "月", "年", "季度", "时期", "时刻", "时", "时候", "之际", "前夕", "刚刚", "近期", "以来", "线", "上", "下", "中", "里", "间", "后", "前", "内", "外", "背景", "基础", "框架", "各地", "多地", "当地", "此地", "会议", "大会", "论坛", "峰会", "年会", "博览会", "精神", "过程", "现在", "正", "书记", "主席", "主任", "重视", "为", "向", "对", "由", "把", "将", "与"]),
    (".*周[一二三四五六日天末]?", "某周末"), (".*[一二三四五六七八九十]大", "二十大"), (".*(?:第.{1,4}[届次轮]|届).*", "第二届花卉展"),
    ("[我其该本此华].*", "该地"), ("(?:喜迎|迎接|全党|各级|全国|全省|全市).*", "全省各地市"),
    how="fullmatch",
)  # fmt: skip
# An exhibition is held somewhere as well, and is no meeting.
_MEETING = re.compile("会(?!堂|场|展)|论坛|研讨|培训")
_SHORT = {"京": "北京", "沪": "上海", "津": "天津", "渝": "重庆", "穗": "广州"}
# Of another meeting, whose results are passed on: 传达学习在北京召开的…精神
_LEARNT = re.compile(r"传达|学习|贯彻|落实|宣讲")
_ROWS = 30
_OPENING = 300
_SENTENCES = 3


def read_place(lines: list[Line], paragraphs: list[str], *, title: str | None, header: Header) -> None:
    """Read the place of the meeting that a text is about, from its rows, its opening sentences or its title."""
    rows = lines[:_ROWS]
    for at, line in enumerate(rows):
        found = _LABELLED.search(line.text) if "点" in line.text else None
        if found is None or _NOT_YET.search(found["place"]):
            continue
        if found["own"] or any(_BESIDE.search(other.text) for other in rows[max(0, at - 2) : at + 3]):
            header.set("place", _NEXT_LABEL.split(found["place"])[0].strip(), line, "label 地点")
            return
    opening = next((paragraph[:_OPENING] for paragraph in paragraphs if "。" in paragraph), "")
    for sentence in (*opening.split("。")[:_SENTENCES], title or ""):  # a title is shorter: 桐原 for 桐原市
        place = _find_in(sentence)
        if place and rows:
            line = next((line for line in lines if place in line.plain), rows[0])
            header.set("place", place, line, "place in the sentence on the meeting")
            return


def _find_in(sentence: str) -> str | None:
    """Return where a sentence says that something is held."""
    if not any(word in sentence for word in _HELD_WORDS):  # as _IN_SENTENCE has it, but looked for at no price
        return None
    for found in _IN_SENTENCE.finditer(sentence):
        place = _COMPANY.sub("", _BEFORE.sub("", found["place"]))
        while (between := _BETWEEN.search(place)) is not None:
            place = place[: between.start()]
        if not _MEETING.search(sentence.replace(place, "")):
            continue
        if place and not _NO_PLACE.fullmatch(place) and not _LEARNT.search(sentence, 0, found.start()):
            return _SHORT.get(place) or (place if len(place) > 1 else None)
    return None
