"""Pages of many layouts, written for these tests, become title, header values and body; nothing of the page around."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

import pytest

from indexer.document import Document
from indexer.parsing import parse_text
from tests.conftest import PROJECT, read_gold

PAGES = PROJECT / "tests/data/pages"
GOLD = read_gold(PAGES / "gold.jsonl")
# How many of the pages are right; lowering one is an explicit act with a reason.
FLOORS = {"title": 45, "source": 45, "date": 45, "author": 45, "meeting_date": 39, "genre": 42}
PROSE = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。各单位负责人参加了会议，并作了交流发言。"


def squeeze(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def read(gold: dict[str, Any]) -> tuple[Document, list[str]]:
    text = (PAGES / gold["file"]).read_text(encoding="utf-8")
    return parse_text(text, gold["file"])[0], text.splitlines()


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_a_field_is_right_on_as_many_pages_as_before(name: str, floor: int) -> None:
    right = [squeeze(getattr(read(gold)[0], name)) == squeeze(gold[name]) for gold in GOLD]
    assert sum(right) >= floor


def test_the_bodies_hold_the_article_and_hardly_anything_else() -> None:
    common = wanted = found = 0
    for gold in GOLD:
        document, lines = read(gold)
        body = squeeze(document.body)
        for first, last in gold["body_lines"]:
            for line in map(squeeze, lines[first - 1 : last]):
                wanted += len(line)
                blocks = SequenceMatcher(None, line, body, autojunk=False).get_matching_blocks()
                common += len(line) if line in body else sum(block.size for block in blocks if block.size >= 8)
        found += len(body)
    assert common / wanted >= 0.985
    assert common / found >= 0.975


@pytest.mark.parametrize(
    "furniture",
    [
        "首页 > 新闻中心 > 正文",
        "您当前的位置：首页 >> 工作动态",
        "【字体：大 中 小】 【打印本页】 【关闭窗口】",
        "浏览次数：1234",
        "分享到：微信 微博 QQ空间",
        "（责任编辑：某某）",
        "版权所有：某某协会 某ICP备12345678号",
        "上一篇：另一篇文章的标题",
        "第03版：要闻 上一版 下一版",
        "IMG_2021.jpg",
        "点击查看全文",
    ],
)
def test_furniture_is_in_no_body_wherever_it_stands(furniture: str) -> None:
    for text in (
        f"{furniture}\n某市科协召开全委会议\n来源：某市科协 2021-03-12\n{PROSE}\n{PROSE}",
        f"某市科协召开全委会议\n来源：某市科协 2021-03-12\n{furniture}\n{PROSE}\n{PROSE}",
        f"某市科协召开全委会议\n来源：某市科协 2021-03-12\n{PROSE}\n{PROSE}\n{furniture}",
    ):
        document = parse_text(text, "a.txt")[0]
        assert document.title == "某市科协召开全委会议"
        assert squeeze(document.body) == squeeze(PROSE * 2)


def test_a_subtitle_is_kept_and_is_no_part_of_the_title() -> None:
    text = f"为高质量发展贡献力量\n——某市妇联执委会侧记\n来源：某报 2021-03-12\n{PROSE}"
    document = parse_text(text, "a.txt")[0]
    assert (document.title, document.subtitle) == ("为高质量发展贡献力量", "——某市妇联执委会侧记")
    assert document.heading == "为高质量发展贡献力量\n——某市妇联执委会侧记"


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("发布时间:2021-03-12点击量:318来源:某报", ("某报", "2021-03-12", None)),
        ("来源：某报 | 作者：张小源 | 发布时间： 2021-03-12 | 402 次浏览", ("某报", "2021-03-12", "张小源")),
        ("来 源：某报　日 期：2021年3月12日　作 者：张小源", ("某报", "2021-03-12", "张小源")),
        ("发表于2021-03-12 21:30| 1164次阅读| 来源某报| 作者张小源", ("某报", "2021-03-12", "张小源")),
        ("本文发布于:\n2021-03-12\n来源:\n某报科普部\n阅读2210", ("某报科普部", "2021-03-12", None)),
        ("http://www.example.com 2021-03-12 14:45 来源：某报", ("某报", "2021-03-12", None)),
        ("2021-03-12 09:10\n某日报\n", ("某日报", "2021-03-12", None)),
        ("作者：系统管理员 来源：《某日报》 时间：2021-03-12", ("某日报", "2021-03-12", None)),
        ("发文日期：2021-03-10 发布日期：2021-03-12 发布机构：某市政府", ("某市政府", "2021-03-12", None)),
        ("今天是2024年4月29日 星期一\n发布时间：2021-03-12 来源：某报", ("某报", "2021-03-12", None)),
    ],
)
def test_labels_are_read_however_they_stand(header: str, values: tuple[str | None, ...]) -> None:
    document = parse_text(f"某市科协召开全委会议\n{header}\n{PROSE}\n{PROSE}", "a.txt")[0]
    assert (document.source, document.date, document.author) == values
    assert squeeze(document.body) == squeeze(PROSE * 2)


@pytest.mark.parametrize(
    ("ending", "author"),
    [
        ("（本报记者 陈牧之）", "陈牧之"),
        ("（记者 林本 通讯员 杨小彬）", "林本 杨小彬"),
        ("（叶知秋/文图 张帆/编发）", "叶知秋"),
        ("（文：吕思君，审核：周立）", "吕思君"),
        ("（县红十字会）", "县红十字会"),
        ("作者：谢小频", "谢小频"),
        ("供稿人：学会学术部", "学会学术部"),
        ("责任编辑：谢小频", None),
        ("（图片来源：记者 陈牧之 摄）", None),
    ],
)
def test_who_wrote_a_text_is_read_from_its_end(ending: str, author: str | None) -> None:
    document = parse_text(f"某市科协召开全委会议\n2021-03-12 某报\n{PROSE}\n{PROSE}\n{ending}", "a.txt")[0]
    assert document.author == author


def test_lines_say_where_in_the_file_a_body_was() -> None:
    text = f"某市科协召开全委会议\n来源：某报 2021-03-12\n\n会议指出，开展党史学习教\n\n育是重大决策，要抓好落实。\n{PROSE}"
    document = parse_text(text, "a.txt")[0]
    lines = text.splitlines()
    assert len(document.lines) == 3
    for (offset, number), following in zip(document.lines, [*document.lines[1:], (len(document.body), 0)], strict=True):
        piece = document.body[offset : following[0]].strip("\n")
        assert piece == lines[number - 1]
    assert document.line_of(document.body.index("育是")) == 6


def test_the_rows_of_a_notice_stay_lines_and_no_appointment_is_a_header() -> None:
    text = (
        "关于召开常务理事会的通知\n尊敬的各位常务理事：\n云泽市仪器学会常务理事会定于2012年6月15日上午在翠园宾馆召开，敬请届时出席。\n一、会议安排\n"
        "报到时间：6月14日（星期四）全天\n会议时间：6月15日（星期五）上午9：00-12：00\n三、会务\n联系人：李靖\n电话：010-62345678\n2012年5月28日"
    )
    document = parse_text(text, "a.txt")[0]
    assert document.body == text.partition("\n")[2]
    assert document.date == "2012-05-28"


@pytest.mark.parametrize(
    ("header", "day"),
    [
        ("- Jan 9, 2011", "2011-01-09"),
        ("9 January 2011", "2011-01-09"),
        ("Posted on March 12th, 2021", "2021-03-12"),
        ("文章作者 某人 发表时间 2008:04:09 16:02:57", "2008-04-09"),
        ("作者：管理员 来源： 最后修改于：2018-2-13 20:52:44 点击开始打印", "2018-02-13"),
    ],
)
def test_days_are_read_as_templates_print_them(header: str, day: str) -> None:
    document = parse_text(f"某商会举行换届大会\n{header}\n{PROSE}\n{PROSE}", "a.txt")[0]
    assert (document.title, document.date, document.source) == ("某商会举行换届大会", day, None)
    assert squeeze(document.body) == squeeze(PROSE * 2)


def test_values_end_where_signs_of_lost_characters_begin() -> None:
    text = f"某镇人民代表大会召开\n来源:某某镇???作者:何崎 访问量: ???发布日期:2017-12-30???字体大小:\n{PROSE}"
    document = parse_text(text, "a.txt")[0]
    assert (document.source, document.author, document.date) == ("某某镇", "何崎", "2017-12-30")


@pytest.mark.parametrize(
    "above",
    [
        "关注关注某某学会公众号\n\n关注某某学报公众号\n\n",
        "科技是第一生产力、人才是第一资源、创新是第一动力 加快建设强国\n氢能 沙蓬 园区 园区 园区 园区\n",
        "公园街道办事处\n",
        "某市科协召开全委会议 —— 某某传媒云| 融媒-官网首页登录\n\n",
    ],
)
def test_what_stands_over_a_title_is_none_of_it(above: str) -> None:
    body = PROSE.replace("会议听取", "某市科协的全委会议听取")
    document = parse_text(f"{above}某市科协召开全委会议\n发布时间：2021-03-12\n{body}\n{body}", "a.txt")[0]
    assert document.title == "某市科协召开全委会议"


def test_a_body_begins_below_the_title_that_is_printed_once_more() -> None:
    text = f"某市科协召开全委会议\n来源：某报 2021-03-12\n某某微信\n—分享—\n某市科协召开全委会议\n{PROSE}\n{PROSE}"
    assert squeeze(parse_text(text, "a.txt")[0].body) == squeeze(PROSE * 2)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("2021-03-12 09:30 来源：某某日报 记者 张小源 编辑 李小某", ("某某日报", "2021-03-12", "张小源")),
        ("某某日报 2021-03-12 09:30 阅读 123", ("某某日报", "2021-03-12", None)),
        ("来源：某某日报 发布时间：2021-03-12 保护视力色：", ("某某日报", "2021-03-12", None)),
        ("发布时间：2021-03-12 来源：某某日报 作者：某县融媒体中心记者张小源", ("某某日报", "2021-03-12", "张小源")),
        ("http://www.example.com [2021-03-12] 我要評論", (None, "2021-03-12", None)),
        ("发布机构 | 某某日报 | 发布日期 | 2021-03-12", ("某某日报", "2021-03-12", None)),
    ],
)
def test_headers_of_unseen_pages_are_read(header: str, values: tuple[str | None, ...]) -> None:
    document = parse_text(f"某市科协召开全委会议\n{header}\n{PROSE}\n{PROSE}", "a.txt")[0]
    assert (document.source, document.date, document.author) == values
    assert squeeze(document.body) == squeeze(PROSE * 2)


@pytest.mark.parametrize(
    ("text", "author"),
    [
        (f"开学典礼上的讲话\n仲光明\n亲爱的同学们：\n{PROSE}", "仲光明"),
        (f"某市科协召开会议\n本网讯 (学生记者 祝晓彤 王小源)5月6日，{PROSE}", "祝晓彤 王小源"),
        (f"某市科协召开会议\n本报讯 (薛小丹) 8月21日下午，{PROSE}", "薛小丹"),
        (f"某市科协召开会议\n{PROSE}\n( 邬  军 )", "邬军"),
        (f"□记者庞小然报道\n{PROSE}", "庞小然"),
        (f"某市科协召开会议\n2021-03-12 某报\n{PROSE}\n新华社记者万小川摄\n{PROSE}", None),
        (f"文章导航\n某市科协召开会议\n2021-03-12 某报\n{PROSE}", None),
    ],
)
def test_who_wrote_a_text_is_read_from_its_beginning(text: str, author: str | None) -> None:
    assert parse_text(text, "a.txt")[0].author == author


@pytest.mark.parametrize(
    "tail",
    [
        "本网站所发布文章只作为信息传播使用,不代表本网观点",
        "评论列表\n暂时没有评论",
        "关键词\n会议,科普,青年",
        "/upload/2021/0312/1新闻稿1.jpg",
        "X 关闭",
    ],
)
def test_what_stands_under_an_article_is_none_of_it(tail: str) -> None:
    text = f"首页 > 新闻\n某市科协召开全委会议\n来源：某报 2021-03-12\n{PROSE}\n{PROSE}\n{tail}"
    assert squeeze(parse_text(text, "a.txt")[0].body) == squeeze(PROSE * 2)


def test_the_head_of_minutes_and_the_notice_of_a_law_are_text() -> None:
    rows = "时间：2021年3月12日上午九时\n地点：第三会议室\n主席：卓文彬\n出席人员：全体委员"
    text = f"跳到主要内容\n教务会议纪录\n{rows}\n{PROSE}\n{PROSE}"
    assert squeeze(rows) in squeeze(parse_text(text, "a.txt")[0].body)
    notice = "（1993年6月18日某市人民政府令12号发布）"
    text = f"首页 > 法规\n某市书报亭管理规定\n来源：某网 2021-03-12\n{notice}\n{PROSE}\n{PROSE}"
    assert notice in parse_text(text, "a.txt")[0].body


def test_a_page_on_one_line_begins_with_its_title_and_its_day() -> None:
    document = parse_text(f"流感季到来省疾控给出预防指南 2025年1月14日 {PROSE}{PROSE}{PROSE}", "a.txt")[0]
    assert (document.title, document.date) == ("流感季到来省疾控给出预防指南", "2025-01-14")
    assert squeeze(document.body) == squeeze(PROSE * 3)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (  # labels in boxes, at the foot
            f"{PROSE}\n{PROSE}\n【撰文】方小丹\n【来源】 某某传媒集团",
            {"source": "某某传媒集团", "author": "方小丹"},
        ),
        (  # two labels a line; the day on which a rule ends is none of publication
            (
                f"首页 > 政务公开 > 信息浏览\n发布机构: 某县人民政府办公室\n发文日期: 2018-02-26 生效时间: 2018-02-27\n"
                f"废止时间: 2019-02-26 名称: 某县议事规则\n\n某县人民政府议事规则\n\n{PROSE}\n{PROSE}"
            ),
            {"date": "2018-02-26"},
        ),
        (  # an electronic paper: page, day of the issue, masthead as the last line
            f"第A08版:城事\n上一版  下一版\n2019年06月28日 星期五\n放大  缩小  默认\n某路口整治超员大巴\n{PROSE}\n{PROSE}\n某某晨报",
            {"date": "2019-06-28", "source": "某某晨报"},
        ),
        (  # offices behind the name
            f"在某地读书\n作者:岳庆和(原某省社科院研究员、副院长,某会领衔专家)\n{PROSE}\n{PROSE}",
            {"author": "岳庆和"},
        ),
        (  # a header that begins with its day and names an editor is no foot, whatever stands above
            (
                f"提醒:你正在使用的浏览器内核版本过低,请尽快升级你的浏览器。\n当前位置:首页—新闻详情\n某地持证从业者超过四百万人\n"
                f"2022-06-10 责任编辑: 作者: 来源: 新华社 阅读量:5301\n{PROSE}\n{PROSE}"
            ),
            {"title": "某地持证从业者超过四百万人", "date": "2022-06-10", "source": "新华社"},
        ),
        (  # a column in a box over the headline
            f"【我与某报】\n伴灯而读四十载\n来源：某报 2021-03-12\n{PROSE}\n{PROSE}",
            {"title": "伴灯而读四十载", "source": "某报"},
        ),
        (  # an English label with nothing behind it names nobody
            f"某某法庭在东港设立\nUpdated: 2009-06-12 14:08\n{PROSE}\n{PROSE}",
            {"date": "2009-06-12", "source": None},
        ),
    ],
)
def test_values_in_rarer_layouts(text: str, values: dict[str, str | None]) -> None:
    document = parse_text(text, "a.txt")[0]
    assert {name: getattr(document, name) for name in values} == values
    assert squeeze(PROSE) in squeeze(document.body)


def test_a_notice_in_a_box_keeps_its_title() -> None:
    assert parse_text(f"【关于放假的通知】\n来源：某报 2021-03-12\n{PROSE}\n{PROSE}", "a.txt")[0].title is not None


def test_a_notice_over_a_long_plan_has_the_title() -> None:
    plan = "\n".join(f"{PROSE}{PROSE}" for _ in range(6))
    text = f"某县办公室关于印发防火预案的通知\n\n各乡镇人民政府：\n预案已经同意，现印发给你们，请认真贯彻落实。\n2021年9月13日\n\n防火预案\n1 总则\n{plan}"
    assert parse_text(text, "a.txt")[0].title == "某县办公室关于印发防火预案的通知"
