"""Which series a meeting belongs to, and its first and last day, in the notations of meeting news and minutes."""

from __future__ import annotations

import pytest

from indexer.document import Document
from indexer.parsing import parse_text
from indexer.parsing.dates import find_dates, find_month_days
from indexer.parsing.values.genre import genre_of
from indexer.parsing.values.meetings import find_meeting


def parse_one(text: str) -> Document:
    (document,) = parse_text(text, "a.txt")
    return document


@pytest.mark.parametrize(
    ("title", "body", "series"),
    [
        ("中央财经领导小组第九次会议", "习近平2月10日下午主持召开中央财经领导小组第九次会议。", "中央财经领导小组会议"),
        ("中央全面深化改革领导小组第八次会议召开", "", "中央全面深化改革领导小组会议"),
        ("", "8月29日，市十六届人大常委会举行第九次会议。", "市人大常委会"),
        ("政协青杨市第五届委员会第二次会议开幕", "", "青杨市政协会议"),
        ("", "中华人民共和国第十三届全国人民代表大会常务委员会第七次会议26日在京举行。", "全国人大常委会"),
        ("习近平在中共中央政治局第十四次集体学习时强调 加强研究", "", "中共中央政治局集体学习"),
        ("全国对口支援新疆工作会议", "第七次全国对口支援新疆工作会议14日至16日在和田召开。", "全国对口支援新疆工作会议"),
        # those that come again belong to the series of their body without a number too
        ("", "7月5日，青杨市科协党组召开扩大会议，传达学习有关精神。", "青杨市科协党组会议"),
        ("青杨市科协召开党组（扩大）会议", "", "青杨市科协党组会议"),
        ("李克强主持召开国务院常务会议 部署工作", "", "国务院常务会议"),
        ("青杨市侨联召开主席办公会", "", "青杨市侨联主席办公会"),
        ("", "5月19日，桐原市妇联党组理论学习中心组举行2020年第五次集体学习。", "桐原市妇联中心组学习"),
        ("市委常委会召开扩大会议", "", "市委常委会"),
        # the issuer says whose it is, and words alone are none
        ("五届五次全委会议召开", "", None),
        ("第三次会议召开", "", None),
        ("召开工作座谈会", "2月3日，学校召开第二次会议，研究工作。", None),
        ("市政府常务会议议事规则", "市政府常务会议一般每半月召开一次。", None),
        ("市人大常委会开展科普执法检查", "市人大常委会召开座谈会，听取汇报。", None),
        ("汪洋会见海协会第三届理事会第一次会议代表", "", None),
        ("对市政协九届二次会议第117号提案的答复", "", None),
        ("规则", "《规则》已经第93次市政府常务会议通过，现予印发。", None),
    ],
)  # fmt: skip
def test_a_series_has_a_body_or_a_name_of_its_own(title: str, body: str, series: str | None) -> None:
    found = find_meeting(title, body)
    assert (found.series if found else None) == series


def test_the_issuer_names_the_series_where_the_sentence_does_not() -> None:
    found = find_meeting("党组扩大会议学习文件", "", issuer="澜江省科协")
    assert found is not None
    assert found.series == "澜江省科协党组会议"
    assert found.number is None


@pytest.mark.parametrize(
    ("opening", "days"),
    [
        ("3月12－14日，省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("3月12日至14日，省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("3月12日（星期二）下午至14日上午，省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("3月12日～14日，省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("3月12、13日，省科协年会在云泽召开", ("2019-03-12", "2019-03-13")),
        ("3月12日到14日，省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("从3月12日开始，为期三天的省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("二O一九年三月十二日至十四日，省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("二〇一九年二月二十八日—三月二日，省科协年会在云泽召开", ("2019-02-28", "2019-03-02")),
        ("2019.3.12-14，省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("12日至14日，省科协年会在云泽召开", ("2019-03-12", "2019-03-14")),
        ("昨日(19日)下午，省科协召开年会", ("2019-03-19", None)),
        ("3月12日下午，省科协请来各市的同志，围坐一圈谈了两个小时", ("2019-03-12", None)),
        ("为了弄懂学籍、资助、心理、就业这四本账，少走弯路、少出差错，也为了让多年攒下的好办法能够传下去、用起来、用得好，省科协于3月12日举办了培训会", ("2019-03-12", None)),
        # to come, or of another time
        ("3月25日，省科协年会将在云泽召开", (None, None)),
        ("6月25日上午，省科协举办年会", (None, None)),
    ],
)  # fmt: skip
def test_the_days_of_a_meeting_in_every_notation(opening: str, days: tuple[str | None, str | None]) -> None:
    document = parse_one(f"省科协召开年会\n来源：省科协 2019-03-20\n{opening}。会议总结了工作，部署了任务。")
    assert (document.meeting_date, document.meeting_until) == days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("会议纪要\n会议类别：例会\n会议时间\t2019/11/5 14:30---16:00\t会议地点\t三楼会议室\n会议内容\n1\t讨论改版，大家同意。", "2019-11-05"),
        ("省科协党组会议纪要\n时间：2021年3月11日上午\n地点：三楼会议室　　主持人：王延飞\n会议研究了科普工作。", "2021-03-11"),
        ("省科协召开年会\n来源：省科协 2019-03-20\n省科协年会召开，大家作了交流。\n时间：2015-11-12\n网址：www.a.cn", None),
        ("省科协召开年会\n来源：省科协 2019-03-20\n省科协年会召开，大家作了交流。\n服务时间：每天（8：00-19：00）", None),
    ],
)  # fmt: skip
def test_a_row_of_minutes_gives_the_day_and_a_row_below_the_text_does_not(text: str, day: str | None) -> None:
    assert parse_one(text).meeting_date == day


@pytest.mark.parametrize("zero", "〇○零0０oOＯ")
def test_zeros_of_all_kinds_make_a_year(zero: str) -> None:
    assert [found.iso for found in find_dates(f"二{zero}一九年三月十二日")] == ["2019-03-12"]
    assert [(own.year, own.month, own.day) for own in find_month_days(f"二{zero}一九年三月十二日")] == [(2019, 3, 12)]


def test_a_body_in_a_title_is_no_meeting() -> None:
    assert genre_of("市人大常委会开展科普执法检查", [])[0] is None
    assert genre_of("学会理事会在京召开", [])[0] == "会议"


@pytest.mark.parametrize(
    ("body", "series"),
    [
        ("中国电子学会", "中国电子学会代表大会"),
        ("中国人民对外友好协会", "中国人民对外友好协会代表大会"),
        ("月湖区科协", "月湖区科协代表大会"),
        ("白渚市将军书画协会", "白渚市将军书画协会代表大会"),
        ("白渚市工商联(总商会)", "白渚市工商联代表大会"),
    ],
)
def test_the_name_of_a_body_is_not_cut(body: str, series: str) -> None:
    text = f"{body}换届\n\n5月3日，{body}第五次会员代表大会在白渚召开。会议审议通过了工作报告。\n"
    meeting = parse_text(text, "a.txt")[0].meeting
    assert meeting is not None
    assert meeting.series == series
