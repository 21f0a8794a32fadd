"""Pages of further kinds, written for these tests: issues of newspapers, bulletins, red heads, accounts, tables, slides."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from indexer.document import Document
from indexer.parsing import parse_text

FIRST = "入秋以来，云泽县水利局组织干部职工分片包干，对全县四十三座小型水库逐一检查，发现隐患十一处。"
SECOND = "城关镇的老张说，往年到了这个时候，渠里早没水了，今年的水一直流到地头，庄稼也长得好。"
THIRD = "据介绍，全部工程将在明年三月底以前完成，届时可新增灌溉面积两万六千亩，惠及八个乡镇。"
PROSE = f"{FIRST}\n{SECOND}\n{THIRD}"


class Page(NamedTuple):
    """A text, what of it is read, and how its body begins and ends; values that are not given are none."""

    name: str
    text: str
    values: dict[str, str | None]
    first: str = FIRST[:8]
    last: str = THIRD[-8:]


PAGES = (
    # --- newspapers
    Page(
        "edition with kicker, headline and subhead",
        f"云泽日报\n2020年4月9日　星期四　第B2版：县区\n上一版　下一版\n\n县委书记在现场会上强调\n把水引到地头上\n全县春灌工作现场会召开\n本报记者 苗小雨 通讯员 展鹏\n{PROSE}\n责任编辑：卜繁\n云泽日报社版权所有",
        {"title": "把水引到地头上", "source": "云泽日报", "date": "2020-04-09", "author": "苗小雨 展鹏"},
    ),
    Page(
        "headline over a longer subhead",
        f"青禾晚报 2016年11月3日 星期四 第A07版:社会\n渠水到家门\n云泽县四十三座小型水库完成除险加固\n■记者 宿晓棠 文/图\n{PROSE}\n图为施工现场。",
        {"title": "渠水到家门", "source": "青禾晚报", "date": "2016-11-03", "author": "宿晓棠"},
    ),
    Page(
        "longer kicker over the headline",
        f"青禾晚报\n2016年11月3日 星期四\n第A07版：社会\n云泽县三年加固四十三座小型水库\n渠水流到家门口\n本报记者 宿晓棠\n{PROSE}",
        {"title": "渠水流到家门口", "source": "青禾晚报", "date": "2016-11-03", "author": "宿晓棠"},
    ),
    Page(
        "essay of two characters, signed behind a square",
        f"云泽报\n2012年6月15日　星期五　第03版 副刊\n版面导航　标题导航\n水渠\n□ 宿晓棠\n{PROSE}\n插图：小禾\n投稿邮箱：a@example.org\n云泽报社 地址：人民路1号",
        {"title": "水渠", "source": "云泽报", "date": "2012-06-15", "author": "宿晓棠"},
    ),
    Page(
        "name of the newspaper only in its foot",
        f"第04版：综合　　2019年8月2日　星期五\n上一篇 下一篇 放大 缩小 默认\n一渠清水润良田\n农景山 文并摄\n{PROSE}\n云泽日报社版权所有",
        {"title": "一渠清水润良田", "source": "云泽日报", "date": "2019-08-02"},
    ),
    Page(
        "newspaper of Hong Kong, its name over a menu",
        f"海島時報\n即時 港聞 國際 財經 體育\n\n水務署完成四十三座水塘檢查\n2021-10-08 09:15\n記者 區凱盈 報道\n{PROSE}\n相關字詞：\n#水塘\n更多港聞\n天文台發出警告",
        {"title": "水務署完成四十三座水塘檢查", "source": "海島時報", "date": "2021-10-08", "author": "區凱盈"},
    ),
    Page(
        "buttons of digital editions between head and headline",
        f"2021年07月02日　星期五\n云泽日报\n第06版：县区新闻 上一版 下一版\n上一篇 下一篇\n放大+ 缩小- 默认o\n一渠清水润良田\n{PROSE}",
        {"title": "一渠清水润良田", "source": "云泽日报", "date": "2021-07-02"},
    ),
    Page(
        "marks of a page in squares under its name",
        f"云泽日报\n责编 秦小满 □版名 副刊 □电话 0599-0000000\n2019年11月7日 星期四\nA3\n老渠\n□宿晓棠\n{PROSE}",
        {"title": "老渠", "source": "云泽日报", "date": "2019-11-07", "author": "宿晓棠"},
    ),
    Page(
        "reporter in traditional characters, in a box",
        f"海島日報\nA12 港聞\n2019-11-07\n水塘乾涸 漁民叫苦\n【本報記者區凱盈報道】{PROSE}",
        {"title": "水塘乾涸 漁民叫苦", "source": "海島日報", "date": "2019-11-07", "author": "區凱盈"},
        first="【本報記者",
    ),
    Page(
        "clipping with its newspaper in the last line",
        f"一渠清水润良田\n\n{PROSE}\n\n云泽日报2021年7月2日第6版",
        {"title": "一渠清水润良田", "source": "云泽日报", "date": "2021-07-02"},
        last="云泽日报2021年7月2日第6版",
    ),
    # --- official papers
    Page(
        "公告 under the body that issues it, with a number",
        f"云泽县水利局\n公　告\n2021年第3号\n{PROSE}\n云泽县水利局\n2021年7月3日",
        {"title": "云泽县水利局公告", "date": "2021-07-03", "issuer": "云泽县水利局"},
        last="云泽县水利局2021年7月3日",
    ),
    Page(
        "paper without a day but that of its printing",
        f"云泽县水利学会文件\n云水学〔2020〕12号\n关于调整作息时间的通知\n各会员单位：\n{PROSE}\n抄送：县科协\n云泽县水利学会办公室　　2020年11月3日印发\n（共印30份）",
        {"title": "关于调整作息时间的通知", "date": "2020-11-03", "issuer": "云泽县水利学会"},
        first="云泽县水利学会文件",
        last="（共印30份）",
    ),
    Page(
        "request with who signs it beside its number",
        f"云泽县科协文件\n云科协〔2022〕5号　　　　签发人：展鹏\n关于召开县科协第六次代表大会的请示\n县委：\n{PROSE}\n云泽县科学技术协会\n2022年6月10日",
        {"title": "关于召开县科协第六次代表大会的请示", "date": "2022-06-10"},
        first="云泽县科协文件",
        last="2022年6月10日",
    ),
    Page(
        "minutes without a place",
        f"云泽县水利学会工作会议纪要\n时间：2018年3月6日\n出席：展鹏 宿晓棠\n主持：展鹏\n{PROSE}",
        {"title": "云泽县水利学会工作会议纪要", "date": None, "meeting_date": "2018-03-06"},
        first="时间：2018年3月6日",
    ),
    Page(
        "table of an office with spread labels and tabs",
        f"索 引 号\tyz-2021-03\t主题分类\t水利\n发布机构\t云泽县水利局\t发文日期\t2021-07-05\n名  称\t关于水库检查情况的通报\n文  号\t云水〔2021〕5号\t有效性\t是\n关于水库检查情况的通报\n{PROSE}",
        {"title": "关于水库检查情况的通报", "source": "云泽县水利局", "date": "2021-07-05"},
        first="索 引 号",
    ),
    Page(
        "minutes with a number and rows with gaps",
        f"云泽县水利学会理事会会议纪要\n〔2019〕第3号\n时　间：2019年5月6日下午\n地　点：县水利局三楼\n主持人：宿晓棠\n列　席：展鹏（县农业局）\n{PROSE}\n发：各理事\n云泽县水利学会秘书处　　　　2019年5月8日印发",
        {"title": "云泽县水利学会理事会会议纪要", "date": "2019-05-08", "meeting_date": "2019-05-06"},
        first="〔2019〕第3号",
        last="2019年5月8日印发",
    ),
    Page(
        "signed paper with a printing day below",
        f"云泽县水利学会文件\n云水学〔2019〕8号\n关于开展水库检查的通知\n各会员单位：\n{PROSE}\n云泽县水利学会\n2019年9月3日\n云泽县水利学会办公室　　　2019年9月4日印发",
        {"title": "关于开展水库检查的通知", "date": "2019-09-03", "issuer": "云泽县水利学会"},
        first="云泽县水利学会文件",
        last="2019年9月4日印发",
    ),
    *(
        Page(
            f"{printed} alone over a text",
            f"{printed}\n{opening}{PROSE}\n云泽县水利学会\n2018年3月1日",
            {"title": squeezed, "date": "2018-03-01", "issuer": "云泽县水利学会"},
            first=opening.strip()[:8] or FIRST[:8],
            last="2018年3月1日",
        )
        for printed, squeezed, opening in (
            ("讣　告", "讣告", ""),
            ("倡 议 书", "倡议书", "全县广大会员：\n"),
            ("通知", "通知", "各会员单位：\n"),
            ("公　　告", "公告", ""),
            ("慰问信", "慰问信", "全县水利职工：\n"),
            ("声明", "声明", ""),
        )
    ),
    Page(
        "table of an office without colons",
        f"索引号 014/2021-003 主题分类 水利\n发布机构 云泽县水利局 生成日期 2021-06-01\n文号 无 关键词 水库 检查\n\n关于水库检查情况的公示\n{PROSE}",
        {"title": "关于水库检查情况的公示", "source": "云泽县水利局", "date": "2021-06-01"},
        first="索引号 014/2021",
    ),
    # --- bulletins
    Page(
        "bulletin with its compiler",
        f"内部资料\n云泽水利简报\n2020年第7期（总第91期）\n云泽县水利局办公室编　　　　2020年9月30日\n全县水库检查完成\n{PROSE}\n报：县委办\n送：各乡镇",
        {
            "title": "全县水库检查完成",
            "source": "云泽县水利局办公室",
            "date": "2020-09-30",
            "column": "云泽水利简报 2020年第7期（总第91期）",
        },
        first="内部资料",
        last="送：各乡镇",
    ),
    Page(
        "bulletin that the editors introduce",
        f"云泽决策参考\n第5期\n中共云泽县委政策研究室　　　　2021年7月5日\n编者按：水库检查年年搞，怎样才不走过场？现将城关镇的做法摘编如下。\n城关镇检查水库动真格\n{PROSE}",
        {"title": "城关镇检查水库动真格", "source": "中共云泽县委政策研究室", "date": "2021-07-05"},
        first="编者按：",
    ),
    # --- speeches
    Page(
        "where the speaker works, under a dash",
        f"我的水利梦\n——在全县演讲比赛上的演讲\n城关镇水管站　宿晓棠\n各位评委、同志们：\n{PROSE}",
        {"title": "我的水利梦", "author": "宿晓棠"},
        first="各位评委、同志们：",
    ),
    Page(
        "office and rare surname, day of the meeting under a dash",
        f"关于2018年全县水利工作的报告\n——2019年1月8日在云泽县第九届人民代表大会第三次会议上\n县水利局局长　充国栋\n各位代表：\n{PROSE}",
        {
            "title": "关于2018年全县水利工作的报告",
            "date": "2019-01-08",
            "meeting_date": "2019-01-08",
            "author": "充国栋",
        },
        first="各位代表：",
    ),
    Page(
        "name and day under a speech",
        f"在全县水利工作会议上的讲话\n宿晓棠\n（2017年2月9日，根据录音整理）\n同志们：\n{PROSE}",
        {
            "title": "在全县水利工作会议上的讲话",
            "date": "2017-02-09",
            "meeting_date": "2017-02-09",
            "author": "宿晓棠",
        },
        first="同志们：",
    ),
    # --- sites
    Page(
        "whole page on one line",
        f"首页 学会概况 通知公告 联系我们 当前位置：首页 > 学会动态 > 正文 云泽县水利学会检查小型水库 发布时间：2021-10-12 来源：云泽县水利学会 点击数：88 {FIRST}{SECOND}{THIRD} 上一篇：会费缴纳通知 下一篇：会员培训 版权所有：云泽县水利学会 地址：学府路9号 技术支持：青禾科技",
        {"title": "云泽县水利学会检查小型水库", "source": "云泽县水利学会", "date": "2021-10-12"},
    ),
    Page(
        "site of Taiwan with years of the Republic in figures",
        f"跳到主要內容區塊\n:::\n網站導覽｜回首頁｜English\n首頁 / 最新消息 / 活動報導\n水庫檢查順利完成\n發布日期：112-10-05\n發布單位：推廣組\n瀏覽人次：77\n{PROSE}\n附件下載：\n手冊.pdf\n回上一頁\n著作權所有 © 2023 某協會",
        {"title": "水庫檢查順利完成", "source": "推廣組", "date": "2023-10-05"},
    ),
    Page(
        "site of Taiwan whose unit stands beside the day",
        f":::\n現在位置：首頁 > 縣政新聞\n水庫檢查順利完成\n日期：111/03/21　單位：農業處　人氣：88\n{PROSE}\n回上頁",
        {"title": "水庫檢查順利完成", "source": "農業處", "date": "2022-03-21"},
    ),
    Page(
        "other articles with their days below",
        f"青禾在线\n您现在的位置： 青禾在线 > 新闻频道 > 社会\n四十三座水库的体检\nwww.qinghe.example　2018年09月05日 08:36　青禾晚报\n{PROSE}\n（本报记者 宿晓棠 文/图）\n相关新闻：\n两村共用一条渠(2018-09-01)\n秋播面积又增三成(2018-09-02)\n水库管理员的一天(2018-08-30)",
        {"title": "四十三座水库的体检", "source": "青禾晚报", "date": "2018-09-05", "author": "宿晓棠"},
        last="（本报记者 宿晓棠 文/图）",
    ),
    Page(
        "buttons of a county's site",
        f"当前位置：首页 >> 政务要闻\n县长检查水库除险工程\n【信息来源：县融媒体中心】【信息时间：2021-11-18 09:12】【阅读次数：　　次】【我要打印】【关闭】\n{PROSE}\n主办单位：云泽县人民政府办公室　承办：云泽县电子政务中心\n您是第 20394 位访客",
        {"title": "县长检查水库除险工程", "source": "县融媒体中心", "date": "2021-11-18"},
    ),
    Page(
        "page on one line with the title in the way to it",
        f"云泽县水利局 > 工作动态 > 云泽县检查小型水库 云泽县检查小型水库 2021-07-03 09:12 来源：云泽县水利局 {FIRST}{SECOND}{THIRD} 责任编辑：展鹏 分享到：微信 微博",
        {"title": "云泽县检查小型水库", "source": "云泽县水利局", "date": "2021-07-03"},
    ),
    # --- accounts
    Page(
        "author and account over day and place",
        f"小型水库的体检\n老兵雷子 泥腿子说水利\n2021年07月03日 18:22 山东\n{PROSE}\n阅读原文\n喜欢此内容的人还喜欢",
        {"title": "小型水库的体检", "source": "泥腿子说水利", "date": "2021-07-03", "author": "老兵雷子"},
    ),
    Page(
        "account under the day, over its button",
        f"小型水库的体检\n2021-07-03 18:22\n泥腿子说水利\n关注\n{PROSE}返回搜狐，查看更多\n平台声明：该文观点仅代表作者本人，搜狐号系信息发布平台。",
        {"title": "小型水库的体检", "source": "泥腿子说水利", "date": "2021-07-03"},
    ),
    Page(
        "account that is no body's name, with its rank",
        f"百家号\n搜索\n小型水库要做的三件事\n\n泥腿子说水利\n2022-06-02 07:15 三农领域创作者\n关注\n{PROSE}\n举报/反馈\n相关推荐\n水价走势",
        {"title": "小型水库要做的三件事", "source": "泥腿子说水利", "date": "2022-06-02"},
    ),
    Page(
        "account beside its author",
        f"那年冬天，我们在坝上修水库\n原创 农景山 东坝水库的人们 2022-01-09 20:00 发表于河北\n点击蓝字 关注我们\n{PROSE}\n— END —\n编辑｜小禾\n往期推荐\n修渠日记\n阅读 1826\n赞 34 在看 21",
        {
            "title": "那年冬天，我们在坝上修水库",
            "source": "东坝水库的人们",
            "date": "2022-01-09",
            "author": "农景山",
        },
    ),
    Page(
        "account behind the clock",
        f"小型水库要做的三件事\n2023-02-01 10:20·泥腿子说水利\n{PROSE}",
        {"title": "小型水库要做的三件事", "source": "泥腿子说水利", "date": "2023-02-01"},
    ),
    Page(
        "button glued behind the last sentence",
        f"小型水库的体检\n2021-12-16 11:02 来源: 云泽客\n作者 | 狐小梅\n{PROSE}返回搜狐，查看更多\n责任编辑：\n阅读 (1.2万)",
        {"title": "小型水库的体检", "source": "云泽客", "date": "2021-12-16", "author": "狐小梅"},
    ),
    Page(
        "posts of a forum",
        f"设为首页 收藏本站\n青禾社区 › 论坛 › 水利\n查看: 903 | 回复: 12\n说说我们村的水库\n坝上的燕子\n发表于 2017-4-16 09:33:21 | 只看该作者\n{PROSE}\n石桥老六\n发表于 2017-4-16 12:01:54\n说得好！水库要修。\nPowered by Discuz! GMT+8, 2018-1-9 22:10",
        {"title": "说说我们村的水库", "date": "2017-04-16"},
    ),
)


def squeeze(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_is_read_as_people_read_it(page: Page) -> None:
    (document,) = parse_text(page.text, "a.txt")
    found = {name: squeeze(getattr(document, name)) for name in page.values}
    assert found == {name: squeeze(value) for name, value in page.values.items()}
    body = squeeze(document.body)
    assert (body[: len(squeeze(page.first))], body[-len(squeeze(page.last)) :]) == (
        squeeze(page.first),
        squeeze(page.last),
    )


def read_all(text: str, path: str = "a.txt") -> list[Document]:
    return parse_text(text, path)


def test_the_contents_of_a_bulletin_say_where_its_articles_begin() -> None:
    head = "云泽水利信息\n第9期\n云泽县水利局办公室编　　2021年6月30日\n目　录\n◆全县水库检查完成\n◆水泥厂工会送凉茶\n"
    text = f"{head}\n全县水库检查完成\n{PROSE}\n（县水利局办公室）\n\n水泥厂工会送凉茶\n{THIRD}{FIRST}\n（水泥厂工会　苗小雨）\n"
    first, second = read_all(text)
    assert (first.title, second.title) == ("全县水库检查完成", "水泥厂工会送凉茶")
    assert (first.source, second.source) == ("县水利局办公室", "水泥厂工会")
    assert (first.author, second.author) == (None, "苗小雨")
    assert first.date == second.date == "2021-06-30"
    over = "云泽县水利局办公室编　　2021年6月30日"  # no source of either, so text
    assert (squeeze(first.body), second.body) == (squeeze(over + PROSE), THIRD + FIRST)


@pytest.mark.parametrize(
    ("head", "kept", "column"),
    [
        ("机密\n编号：12\n工作简报\n第12期\n云泽县科协办公室编 2021年3月4日\n", "机密编号：12", "工作简报 第12期"),
        ("工作简报\n第12期\n云泽县科协办公室编 2021年3月4日\n本期要目\n● 我县举办科普日\n", "", "工作简报 第12期"),
        ("工作简报（第12期 总第45期）\n云泽县科协办公室编 2021年3月4日\n", "", "工作简报 第12期 总第45期"),
        ("云泽日报\n2021年3月4日 星期四 第3版：综合\n责编 李小禾 校对 王长明\n", "责编李小禾校对王长明", None),
    ],
)
def test_what_the_head_of_an_issue_says_and_no_field_does_is_text(head: str, kept: str, column: str | None) -> None:
    (document,) = read_all(f"{head}我县举办科普日\n{PROSE}")
    assert (document.title, document.column) == ("我县举办科普日", column)
    assert squeeze(document.body) == squeeze(kept + PROSE)


def test_the_day_of_an_issue_stays_where_the_article_has_its_own() -> None:
    head = "工作简报\n第12期\n云泽县科协办公室编 2021年3月4日\n"
    (document,) = read_all(f"{head}我县举办科普日\n{PROSE}\n（县科协宣传部 2021年2月21日）")
    assert document.date == "2021-02-21"
    assert document.body.startswith("云泽县科协办公室编 2021年3月4日\n")


def test_each_headline_over_a_wire_of_a_newspapers_page_begins_an_article() -> None:
    text = f"云泽日报\n2022年6月10日　星期五　第3版：综合\n\n水库检查完成\n本报讯（记者 卜小禾）{FIRST}{SECOND}\n\n新渠开始放水\n本报讯（通讯员 田野）{THIRD}\n"
    first, second = read_all(text)
    assert (first.title, second.title) == ("水库检查完成", "新渠开始放水")
    assert (first.author, second.author) == ("卜小禾", "田野")
    assert first.source == second.source == "云泽日报"
    assert first.date == second.date == "2022-06-10"


def test_contents_with_stars_and_pages_announce_articles_as_well() -> None:
    head = "云泽教育简讯\n总第215期\n2022年6月10日\n云泽县教育局主办\n★本期导读★\n1．全县备考会召开…………1\n2．城关小学上劳动课………2\n"
    documents = read_all(f"{head}\n全县备考会召开\n{FIRST}{SECOND}\n\n城关小学上劳动课\n{THIRD}\n")
    assert [document.title for document in documents] == ["全县备考会召开", "城关小学上劳动课"]
    assert {document.source for document in documents} == {"云泽县教育局"}


def test_the_rows_of_a_page_begin_below_its_buttons() -> None:
    rows = "种黑小麦三百亩，亩产低了二成。\n明年准备扩到一千亩，先修磨坊。"
    (document,) = read_all(
        f"四百民兵冒雨筑堤\n云泽老兵\n06-10 10:22\n来自：福建省\n关注\n{rows}\n举报/反馈\n发表评论\n大家还在搜"
    )
    assert squeeze(rows) in squeeze(document.body)
    assert document.source is None


def test_headings_of_one_article_are_no_articles() -> None:
    head = "云泽水利信息\n第9期\n云泽县水利局办公室编　　2021年6月30日\n"
    (document,) = read_all(f"{head}全县水库检查完成\n{FIRST}\n一、进展\n{SECOND}\n二、打算\n{THIRD}")
    assert "一、进展" in document.body


def test_rows_of_labels_in_markdown_are_rows_of_minutes() -> None:
    text = f"# 水库志愿者周会纪要\n\n- 时间：2024-06-16 14:00\n- 地点：旧粮站\n- 主持：贝小舟\n\n## 一、情况\n\n{PROSE}"
    (document,) = read_all(text, "a.md")
    assert (document.title, document.meeting_date) == ("水库志愿者周会纪要", "2024-06-16")
    assert document.body.startswith("时间：2024-06-16 14:00\n地点：旧粮站")


def test_a_line_of_a_sentence_that_the_title_says_as_well_is_kept() -> None:
    text = (
        "云泽县水利发展情况与明年计划的报告\n各位代表：\n受县人民政府委托，我向大会报告云泽县\n水利发展情况与明年计划，\n请予审议。\n"
        + PROSE
    )
    assert "水利发展情况与明年计划，" in read_all(text)[0].body


@pytest.mark.parametrize("number", ["111-03-21", "112.10.05"])
def test_years_of_the_republic_in_figures_need_a_label(number: str) -> None:
    assert read_all(f"設備清單\n型號 {number} 一台\n{PROSE}")[0].date is None
    assert read_all(f"會議紀錄\n發布日期：{number}\n{PROSE}")[0].date is not None


@pytest.mark.parametrize(
    "above",
    [
        "访问统计：今日 31  昨日 96  总计 88123（自2006-03-01起）",
        "有 效 性：有效",
        "学会新闻 当前位置：首页 - 新闻动态 - 学会新闻",
        "第 12 卷 第 3 期 青禾研究 2020 年 6 月",
        "会议室预约电话：8212345",
    ],
)
def test_what_pages_print_over_an_article_is_no_title(above: str) -> None:
    text = f"{above}\n青禾县科协召开全委会议\n2021-03-12\n3月12日，青禾县科协召开全委会议，总结去年的工作。会议部署了今年的任务。\n"
    document = parse_text(text, "a.txt")[0]
    assert document.title == "青禾县科协召开全委会议"


@pytest.mark.parametrize(
    "title",
    [
        "老水车要拆了，去看最后一眼 [复制链接]",
        "【转载】老水车要拆了，去看最后一眼",
        "老水车要拆了，去看最后一眼详细内容",
    ],
)
def test_buttons_and_tags_are_no_part_of_a_title(title: str) -> None:
    text = f"{title}\n来源：青禾网 2021-03-12\n老水车在村东头立了四十年，月底就要拆了，大家都去看它最后一眼。它转了一辈子，该歇歇了。\n"
    assert parse_text(text, "a.txt")[0].title == "老水车要拆了，去看最后一眼"


def test_of_a_body_and_a_person_the_person_wrote() -> None:
    text = "学院举办讲座\n2020年11月18日 10:42  供稿：材料学院团委  文：秋雨辰\n11月17日，学院举办讲座，同学们听得认真。讲座持续了两个小时。\n"
    assert parse_text(text, "a.txt")[0].author == "秋雨辰"
