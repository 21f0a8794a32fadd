"""What stood on one line is told apart, a role a line: title, source, day, body; classes of layout with invented words."""

from __future__ import annotations

import re

import pytest

from indexer.document import Document
from indexer.parsing import parse_text
from indexer.parsing.layout.lines import split_lines
from indexer.parsing.layout.pieces import cut_lines

FIRST = "会议听取了全年工作汇报，审议了财务收支情况，部署了下一阶段的重点任务。"
SECOND = "各单位负责人作了交流发言，表示要把会议精神带回去，逐条落实到岗位上。"
THIRD = "马玉田强调，服务基层要沉下身子，把群众的烦心事一件件办好，让大家看到变化。"
PROSE = f"{FIRST}\n{SECOND}\n{THIRD}"
SPEECH = "今天，我们在这里召开全市老龄工作会议，总结工作、部署任务。过去一年，全市老龄工作扎实推进，成绩来之不易。"
LONG_SPEECH = f"{SPEECH}下面，我代表市委、市政府，就做好下一阶段的工作讲几点意见，请同志们认真领会，抓好落实，让老年人看到实实在在的变化。"
NOTICE = f"各单位：\n{FIRST}\n检查组深入一线了解实情，对发现的问题\n{{}}\n建立台账逐项销号，确保整改到位不留死角。\n某市科协\n2021年3月12日"


def squeeze(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def pieces_of(text: str) -> list[str]:
    return [line.text for line in cut_lines(split_lines(text))]


def read(text: str) -> Document:
    (document,) = parse_text(text, "a.txt")
    return document


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        (
            "盲人按摩师技能比武举行\t桃源区残联\t2019-08-07 16:02",
            ["盲人按摩师技能比武举行", "桃源区残联\t2019-08-07 16:02"],
        ),
        (
            "2017年6月2日    市文联举办端午诗会    市文联办公室",
            ["市文联举办端午诗会", "2017年6月2日  市文联办公室"],
        ),
        (
            "我市启动科普大篷车进校园活动  来源：海陵日报  2021/5/6 8:30:12",
            ["我市启动科普大篷车进校园活动", "来源：海陵日报  2021/5/6 8:30:12"],
        ),
        (
            f"市科协召开座谈会 发布时间：2018-11-23 09:15:20 作者： 近日，{FIRST}{SECOND}",
            ["市科协召开座谈会", "发布时间：2018-11-23 09:15:20 作者：", f"近日，{FIRST}{SECOND}"],
        ),
        (
            f"在全市老龄工作会议上的讲话同志们：{LONG_SPEECH}",
            ["在全市老龄工作会议上的讲话", f"同志们：{LONG_SPEECH}"],
        ),
        (
            f"关于召开全委会议的通知各县区科协、各学会：{LONG_SPEECH}",
            ["关于召开全委会议的通知", f"各县区科协、各学会：{LONG_SPEECH}"],
        ),
        ("海政发〔2020〕7号《关于做好防汛工作的通知》", ["海政发〔2020〕7号", "关于做好防汛工作的通知"]),
        ("《关于做好防汛工作的通知》（海政发〔2020〕7号）", ["关于做好防汛工作的通知", "海政发〔2020〕7号"]),
        (
            "时间:2013-5-21 09:40:12  [下载该文章]  [会员注册]",
            ["时间:2013-5-21 09:40:12", "[下载该文章]", "[会员注册]"],
        ),
        ("2022-06-01 第03版：综合", ["2022-06-01", "第03版：综合"]),
        ("标题：某市科协召开全委会议", ["某市科协召开全委会议"]),
    ],
)
def test_a_line_is_cut_into_its_pieces(line: str, pieces: list[str]) -> None:
    assert pieces_of(line) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "2019年3月1日 书屋正式奠基\n2019年9月1日 书屋如期落成\n2020年5月4日 首届读书会办",
        "某会召开大会总结全年工作  2019-03-01\n某会召开小会总结半年工作  2019-09-01",
        "青杨市科学技术协会 发布时间：2021-03-12",
        "各位代表、同志们：今天我们召开大会。",
        "关于某事的讲话，各位同志都听到了：好。",
    ],
)
def test_rows_of_lists_and_sentences_stay_whole(text: str) -> None:
    assert pieces_of(text) == text.split("\n")


def test_nothing_but_signs_is_lost_between_pieces_which_know_their_line() -> None:
    text = f"\n\n在全市老龄工作会议上的讲话同志们：{LONG_SPEECH}"
    lines = cut_lines(split_lines(text))
    assert [line.number for line in lines] == [3, 3]
    assert "".join(line.text for line in lines) == squeeze(text)
    document = read(text)
    assert (document.evidence["title"].line, document.lines[0]) == (3, (0, 3))


CASES = (
    ("page heading", f"新闻详情页\n某市科协召开全委会议\n2021-03-12 某报\n{PROSE}", "某市科协召开全委会议", PROSE),
    ("wrapped before a bracket", f"市总工会传达八届三次全委\n(扩大)会议精神\n{PROSE}", "市总工会传达八届三次全委(扩大)会议精神", PROSE),
    ("wrapped behind a number", f"市文联传达学习市委十二届六次\n全会精神\n{PROSE}", "市文联传达学习市委十二届六次全会精神", PROSE),
    ("tag before the title", f"[民生] 养老机构消防检查启动\n2020-3-2 10:11 某报\n{PROSE}", "养老机构消防检查启动", PROSE),
    ("page of a newspaper", f"2022年10月18日\n第B3版:县区新闻\n农村饮水安全推进\n{PROSE}", "农村饮水安全推进", PROSE),
    ("letterhead", f"某市人民政府文件\n某政发〔2021〕3号\n某市人民政府关于表彰先进的决定\n{PROSE}", "某市人民政府关于表彰先进的决定", f"某市人民政府文件\n{PROSE}"),
    ("body over 关于", f"中共某市科学技术协会党组\n关于巡察整改进展情况的通报\n{PROSE}", "中共某市科学技术协会党组关于巡察整改进展情况的通报", PROSE),
    ("cut off, whole below", f"公交专线下月开通！免费换...\n2020-09-15 16:20 来源：某网\n本文原标题：《公交专线下月开通！免费换乘全攻略》\n{PROSE}", "公交专线下月开通！免费换乘全攻略", PROSE),
    ("account with its button", f"首页 > 新闻\n某市科协召开全委会议\n2020-09-15 来源：某网\n某市发布\n关注\n{PROSE}", "某市科协召开全委会议", PROSE),
    ("title again before the text", f"首页\n全县教育工作会议讲话稿\n时间:2014-2-11 8:05:44 [收藏本文]\n全县教育工作会议讲话稿:同志们：{LONG_SPEECH}\n登录后下载", "全县教育工作会议讲话稿", f"同志们：{LONG_SPEECH}"),
    ("box for visitors", f"某市残联换届大会召开\n{PROSE}\n用户登录\n还没有账号?\n立即注册", "某市残联换届大会召开", PROSE),
    ("contacts of the site", f"某校举行双选会\n发布日期：2019-11-02 阅读：120\n{PROSE}\n就业中心\n地址：学府路9号\n电话：0888-6660012\n友情链接\n版权所有 某校", "某校举行双选会", PROSE),
    ("introduction of a broadcast", f"首页 > 视频\n[视频]农村电商现场会召开\n来源：某网 2020-04-02 19:20\n视频简介\n农村电商现场会召开。\n主要内容\n某网消息：{PROSE}", "农村电商现场会召开", f"某网消息：{PROSE}"),
    ("copy of an account", f"浅谈科普的最后一公里\n原创 林晓渔 2021-05-18 08:30\n收录于合集\n#科普 12 个\n点击上方蓝字关注我们\n{PROSE}\n来源：某市科协\n编辑：陈小曼\n喜欢此内容的人还喜欢\n这些常识你知道吗\n阅读原文", "浅谈科普的最后一公里", PROSE),
    ("thread", f"查看: 509 | 回复: 12\n[民生] 养老机构消防检查启动\n[复制链接]\n发表于 2020-3-2 10:11:09 | 只看该作者 |倒序浏览\n{PROSE}\n楼主热帖\n您需要登录后才可以回帖 登录 | 立即注册", "养老机构消防检查启动", PROSE),
    ("mail", f"发件人: 办公室\n收件人: 各理事\n日期: 2020年9月1日\n主题: 关于召开理事会的通知\n各位理事：\n{PROSE}", "关于召开理事会的通知", f"发件人: 办公室收件人: 各理事各位理事：{PROSE}"),
    ("space between characters", f"公 司 章 程\n{PROSE}", "公司章程", PROSE),
    ("half of a title below", f"某市科协系统深化改革\n实施方案\n{PROSE}", "某市科协系统深化改革实施方案", PROSE),
    ("broken sentence under the title", f"某市科协工作总结\n一年来，市科协在市委、市政府的正确领导下，团结带领全市广大\n科技工作者，取得新成效。\n{PROSE}", "某市科协工作总结", f"一年来，市科协在市委、市政府的正确领导下，团结带领全市广大科技工作者，取得新成效。{PROSE}"),
    ("headline glued to the text", f"市科协召开全市科普工作座谈会3月5日，市科协召开全市科普工作座谈会，各县区科协负责人参加会议。{FIRST}{SECOND}{THIRD}", "市科协召开全市科普工作座谈会", f"3月5日，市科协召开全市科普工作座谈会，各县区科协负责人参加会议。{FIRST}{SECOND}{THIRD}"),
    ("essay", "秋夜\n苗小禾\n夜里起风，窗外的梧桐沙沙地响，我披衣坐起，想起多年前的一个晚上。", "秋夜", "夜里起风，窗外的梧桐沙沙地响，我披衣坐起，想起多年前的一个晚上。"),
    ("official letter", "發文字號：青水字第108001號\n主旨：檢送本會第三十屆會員大會紀錄，請查照。\n說明：依章程辦理。", "檢送本會第三十屆會員大會紀錄", "發文字號：青水字第108001號主旨：檢送本會第三十屆會員大會紀錄，請查照。說明：依章程辦理。"),
    ("label of the site", f"首页\n教学动态\n正文\n第三届读书节热闹开场\n湖滨中学\n单位: 湖滨中学\n|\n日期: 2018年4月23日\n{PROSE}\n相关信息\n更多", "第三届读书节热闹开场", PROSE),
)  # fmt: skip


@pytest.mark.parametrize(("text", "title", "body"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_title_and_body_of_a_layout(text: str, title: str, body: str) -> None:
    document = read(text)
    assert (document.title, squeeze(document.body)) == (title, squeeze(body))


def test_a_day_inside_the_first_sentence_cuts_no_headline_off_it() -> None:
    text = f"某市科协定于3月5日，在科技馆召开座谈会。{FIRST}{SECOND}{THIRD}"
    assert (read(text).title, read(text).body) == (None, text)


def test_contacts_of_a_notice_are_text() -> None:
    text = f"关于举办论坛的通知\n各会员：\n{PROSE}\n联系人：王芳\n电话：0888-6660012\n地址：学府路9号\n某市林学会\n2019年3月2日"
    assert squeeze(read(text).body) == squeeze(text.split("\n", 1)[1])


@pytest.mark.parametrize(
    ("under", "author", "subtitle"),
    [
        ("某市护理学会秘书长 宋晓棠\n（2018年X月X日）", "宋晓棠", "某市护理学会秘书长 宋晓棠 （2018年X月X日）"),
        ("(2017年3月2日)\n中共某市委副书记　吴思远", "吴思远", "(2017年3月2日) 中共某市委副书记　吴思远"),
        ("吴思远\n（二○一九年五月七日）", "吴思远", "（二○一九年五月七日）"),
    ],
)
def test_who_speaks_stands_under_the_title(under: str, author: str, subtitle: str) -> None:
    document = read(f"在全市老龄工作会议上的讲话\n{under}\n同志们：\n{SPEECH}")
    assert (document.author, document.subtitle) == (author, subtitle)
    assert document.body.startswith("同志们：")


def test_pages_of_a_newspaper_are_documents_of_their_own() -> None:
    page = "第{}版(文化)\n专栏:\n{}\n{}"
    text = "\n".join(
        [page.format(2, "守灯塔的人", PROSE), page.format(2, "听得见\n看得清", PROSE), page.format(3, "一条河", PROSE)]
    )
    assert [document.title for document in parse_text(text, "a.txt")] == ["守灯塔的人", "听得见看得清", None]


def test_a_text_printed_twice_is_read_once() -> None:
    text = f"在全县防火大会上的讲话\n同志们：\n{SPEECH}\n往下，我说三件事。"
    for between in ("", "正文复制\n"):
        document = read(f"{between}{text}\n{between}{text}")
        assert (document.title, squeeze(document.body)) == ("在全县防火大会上的讲话", squeeze(text.split("\n", 1)[1]))


def test_the_same_text_under_another_heading_is_no_copy() -> None:
    text = f"青禾县科协会费收取办法\n{PROSE}\n云泽县科协会费收取办法\n{PROSE}"
    document = read(text)
    assert squeeze((document.title or "") + document.body) == squeeze(text)


def test_a_song_with_a_chorus_is_no_text_printed_twice() -> None:
    chorus = "我们都来唱一支歌，唱给远方的山，唱给近处的河，唱给走过的人。"
    text = f"歌\n{chorus}\n第一段讲的是春天，花开在路边，风从南面来，燕子回到屋檐。\n{chorus}\n第二段讲的是秋天，稻子黄了，河水慢了，燕子要走了。\n{chorus}"
    assert squeeze(read(text).body).count(squeeze(chorus)) == 3


@pytest.mark.parametrize(
    "number", ["— 3 —", "-4-", "5", "第5页", "第 4 页 共 9 页", "·4·", "4 / 9", "－５－", "第七页"]
)
def test_a_page_number_inside_a_sentence_goes_and_the_halves_are_joined(number: str) -> None:
    document = read(f"关于开展专项检查的通知\n{NOTICE.format(number)}")
    assert "对发现的问题建立台账" in document.body
    assert document.line_of(document.body.index("建立台账")) == 6


def test_numbers_of_lists_and_tables_stay() -> None:
    table = "各县区推荐名额分配如下\n青禾县科学技术协会\n3\n云岭县科学技术协会\n2\n说明：\n1\n名额不得调剂使用，逾期不报视为放弃，由秘书处统一安排。"
    assert squeeze(read(table).body) == squeeze(table.split("\n", 1)[1])
    pages = NOTICE.format("— 3 —") + "\n— 4 —"
    assert "— 4 —" not in read(f"关于开展专项检查的通知\n{pages}").body  # the other numbers of pages go with them
    lines = f"关于某事的通知\n{FIRST}\n— 3 —\n{SECOND}"
    assert "— 3 —" in read(lines).body


@pytest.mark.parametrize(
    "text",
    [
        "2021年度项目经费表\n云泽市科技馆展品更新改造工程项目\n1200\n云泽市青少年科技创新大赛组织工作\n300\n云泽市全国科普日主场活动承办经费\n150",
        "春季联赛成绩\n第一场青禾中学队对云泽中学队\n3/2\n第二场云岭中学队对城关中学队\n1/4\n第三场河东中学队对湖滨中学队\n5/0\n以上成绩由裁判组核对。",
        "科学知识测验\n下列物质中属于纯净物的一种是\n（ 3 ）\n地球绕太阳公转一周所需时间是\n（ 1 ）\n请把答案写在括号里。",
        f"科普工作总结\n{FIRST}\n今年全市活动多，公众参与的比例达到百分之十\n12\n万人次参加了讲座，反响热烈。",
        "我们走在田野上呀\n春风吹过那座山岗\n燕子飞过这个村庄\n河水流过一片麦田\n孩子唱着一支新歌\n老人坐在桥头说话\n我们走在田野上呀\n歌声飞过河流\n笑声飞过山岗\n我们走在田野上呀\n谁在远方守望",
    ],
)
def test_rows_scores_answers_and_refrains_are_no_pages(text: str) -> None:
    document = read(text)
    assert squeeze((document.title or "") + document.body) == squeeze(text)
    first = text.split("\n")[-2]
    assert f"\n{first}" in document.body or "百分之十" in text  # rows stay rows


def test_the_head_of_a_page_beside_its_number_goes() -> None:
    pages = "青禾县水利志稿\u3000卷一\n关于开展专项检查的通知\n" + NOTICE.format("— 3 —\n青禾县水利志稿\u3000卷一")
    assert "对发现的问题建立台账" in read(pages).body


def test_the_day_over_an_appendix_is_the_day_of_the_text() -> None:
    rows = "\n".join(f"第{row}条 编码由北向南依次编排" for row in "一二三四五六")
    document = read(f"关于数据共享的倡议\n各位同行：\n{PROSE}\n某市水利学会\n2021年9月9日\n附件：河道编码规则\n{rows}")
    assert document.date == "2021-09-09"


def test_minutes_are_named_by_what_they_are_about() -> None:
    text = "会议记录表\n会议名称\t第二次理事会\n会议时间\t2020年5月6日 9:00\t会议地点\t三楼\n会议内容\n1. 听取汇报。\n2. 审议预算。"
    document = read(text)
    assert (document.title, document.meeting_date) == ("会议记录表 第二次理事会", "2020-05-06")
    assert document.body.startswith("会议名称")
