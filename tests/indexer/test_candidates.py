"""Source, day and author of headers and feet as sites of many kinds print them; what only stands there is none."""

from __future__ import annotations

import pytest

from indexer.parsing import parse_text

TITLE = "云泽县科协召开全委会议"
PROSE = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。各单位负责人参加了会议，并作了交流发言。"
DAY = "2021-03-12"

# What stands over the text: (lines of the header, source, day, author).
HEADERS = [
    # accounts
    ("云泽发布 2021-03-12 18:30 发表于云南", "云泽发布", DAY, None),
    ("原创 李小禾 云泽发布 2021-03-12 18:30", "云泽发布", DAY, "李小禾"),
    ("云泽科协\n2021-03-12 18:30", "云泽科协", DAY, None),
    ("云泽融媒\n2021-03-12 08:15 · 云泽市融媒体中心官方账号", "云泽融媒", DAY, None),
    ("云泽日报 2021-03-12 08:15 关注", "云泽日报", DAY, None),
    ("2021-03-12 08:15 发布于：云南省 来源: 云泽发布", "云泽发布", DAY, None),
    # agencies, portals and brands
    ("2021年03月12日 08:15:32 来源： 新华网", "新华网", DAY, None),
    ("2021年03月12日08:15 来源：人民网－人民日报", "人民网－人民日报", DAY, None),
    ("2021年03月12日08:15 | 来源：人民网-云南频道\n小字号", "人民网-云南频道", DAY, None),
    ("2021年03月12日 08:15　来源：中国新闻网　参与互动", "中国新闻网", DAY, None),
    ("央视网 | 2021年03月12日 08:15:32", "央视网", DAY, None),
    ("澎湃新闻记者 王小源\n2021-03-12 08:15  来源：澎湃新闻", "澎湃新闻", DAY, "王小源"),
    ("参考消息 2021-03-12 08:15", "参考消息", DAY, None),
    ("半月谈\n2021-03-12 08:15", "半月谈", DAY, None),
    ("2021-03-12 08:15 科普中国", "科普中国", DAY, None),
    ("2021-03-12 08:15 上观新闻 作者：王小源", "上观新闻", DAY, "王小源"),
    ("2021-03-12 08:15:32　来源: 云泽日报　举报", "云泽日报", DAY, None),
    ("来源：光明网-《光明日报》 2021-03-12 04:15", "光明网-《光明日报》", DAY, None),
    ("2021年03月12日 09:20:00　来自云泽", None, DAY, None),
    ("云泽新闻网\n2021年03月12日 09:20:00 来自 云泽", "云泽新闻网", DAY, None),
    ("2021-03-12 09:20 来自北京", None, DAY, None),
    # authorities
    ("信息来源：云泽县人民政府办公室 发布时间：2021-03-12 09:12 浏览次数：次", "云泽县人民政府办公室", DAY, None),
    ("发布日期：2021-03-12 来源：县科协 作者：县科协 浏览次数：12 次 字体：[大 中 小]", "县科协", DAY, "县科协"),
    ("2021-03-12 09:12 县委宣传部", "县委宣传部", DAY, None),
    ("时间：2021-03-12  [字体：大 中 小]  [打印]  [收藏]", None, DAY, None),
    ("2021-03-12 09:12  [下载文件]  [我要纠错]", None, DAY, None),
    ("添加时间：2021-03-12 浏览：234 返回列表", None, DAY, None),
    ("来源：http://www.yunze.example.cn 时间：2021-03-12", "http://www.yunze.example.cn", DAY, None),
    ("2021年03月12来源：www.yunze-example.com", "www.yunze-example.com", DAY, None),
    ("单位：云泽县实验小学\n日期：2021年3月12日", "云泽县实验小学", DAY, None),
    ("报送单位：云泽县红十字会 | 日期：2021年3月12日", "云泽县红十字会", DAY, None),
    # schools
    ("作者：李小禾 来源：宣传部 审核：王小源 时间：2021-03-12 点击数：123", "宣传部", DAY, "李小禾"),
    ("2021年03月12日 09:12  点击：[123]", None, DAY, None),
    ("发布者：李小禾发布时间：2021-03-12浏览次数：10", None, DAY, None),
    ("2021-03-12 李小禾", None, DAY, None),
    ("admin 2021-03-12 阅读(23)", None, DAY, None),
    # forums
    ("发表于 2021-3-12 09:12:33 | 只看该作者 |倒序浏览 |阅读模式", None, DAY, None),
    ("2021-3-12 09:12:33  回复 使用道具", None, DAY, None),
    # newspapers
    ("2021年03月12日 要闻·综合", None, DAY, None),
    ("2021年03月12日 副刊", None, DAY, None),
    ("2021-03-12 A03 时政", None, DAY, None),
    ("2021年3月12日 时政新闻", None, DAY, None),
    ("2021年3月12日 民生·社会 责编 李小禾", None, DAY, None),
    ("2021-03-12 云泽 头条", None, DAY, None),
    ("□ 本报记者 王小源 通讯员 李小禾", None, None, "王小源 李小禾"),
    ("本报记者 王小源 李小禾 文/图", None, None, "王小源 李小禾"),
    # Taiwan
    ("發布日期：110年3月12日 發布單位：教務處", "教務處", DAY, None),
    ("2021/03/12 08:15\n〔記者王小源／台北報導〕", None, DAY, "王小源"),
    ("2021-03-12 08:15 聯合報 記者王小源", "聯合報", DAY, "王小源"),
    # pen names
    ("2021-03-12 08:15  南山客 老石头\n执笔/南山客、老石头", None, DAY, "南山客 老石头"),
    ("2021-03-12 08:15 作者：南山客", None, DAY, "南山客"),
    ("撰文丨阿冬 2021-03-12 08:15", None, DAY, "阿冬"),
]  # fmt: skip

# What stands under it.
FEET = [
    ("(责编：李小禾、王小源)", None, None, None),
    ("（文/图：学生处 李小禾）", None, None, "李小禾"),
    ("（文/李小禾 县总工会）", None, None, "李小禾"),
    ("（文字：李小禾 图片：王小源）", None, None, "李小禾"),
    ("（撰稿：李小禾 审核：王小源）", None, None, "李小禾"),
    ("（报道：李小禾）", None, None, "李小禾"),
    ("（记 者：李小禾 王小源 见习记者 陈牧之）", None, None, "李小禾 王小源 陈牧之"),
    ("（通 讯 员：李小禾）", None, None, "李小禾"),
    ("（作者：李小禾云泽大学文学院教授）", None, None, "李小禾"),
    ("（作者系云泽大学文学院教授）", None, None, None),
    ("（作者单位：云泽大学）", None, None, None),
    ("来源：云泽日报\n作者：李小禾", "云泽日报", None, "李小禾"),
    ("来源：云泽日报 2021-03-12", "云泽日报", DAY, None),
    ("（来源：云泽日报）", "云泽日报", None, None),
    ("转自：云泽日报", "云泽日报", None, None),
    ("（原载《云泽日报》2021年3月12日）", "云泽日报", DAY, None),
    ("时间：2021-03-12\n来源：云泽日报\n链接：http://www.example.com/1.html", "云泽日报", DAY, None),
    ("发布日期：2021-03-12 10:05:22 所属分类：头条\n版权声明 来源：云泽日报 时间：2021-03-12 作者：", "云泽日报", DAY, None),
    ("转载请注明：云泽县科协召开全委会议 | 云泽日报", "云泽日报", None, None),
    ("作者：李小禾返回首页，查看更多", None, None, "李小禾"),
    ("供稿：县科协学会部", None, None, "县科协学会部"),
    ("发布：县科协学会部 原作者：李小禾", "县科协学会部", None, "李小禾"),
    ("云泽县科协办公室\n二〇二一年三月", None, "2021-03", None),
    ("云泽县科协办公室\n2021年3月", None, "2021-03", None),
    ("云泽县科协办公室\n2021年3月12日\n附录 名单\n一组十二人，二组九人，三组七人，各组组长另行通知。\n" + "联络员名单\n" * 9, None, DAY, None),
    ("报名时间：2021-03-12\n地点：县文化馆", None, None, None),
    ("活动时间：2021年3月12日上午\n主讲人：李小禾", None, None, None),
    ("Copyright © 2008-2021 版权所有 云泽县科协", None, None, None),
    ("（县红十字会）", None, None, "县红十字会"),
    ("（李小禾）", None, None, "李小禾"),
    ("（县科协 李小禾）", None, None, "李小禾"),
    *((f"（{remark}）", None, None, None) for remark in (
        "本文有删改", "略有删节", "根据录音整理", "未经本人审阅", "此件公开发布", "未完待续", "下转第二版", "以上排名不分先后",
        "标题为编者所加", "热烈鼓掌", "全场起立", "图片由单位提供", "文字有改动", "转载请注明出处", "节选", "完", "谢谢大家",
        "附名单", "解释权归学会", "二等奖", "待续", "会议决定另发", "图片/表格/其他", "照片/视频/文稿",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("header", "source", "day", "author"), HEADERS)
def test_a_header_says_what_it_says(header: str, source: str | None, day: str | None, author: str | None) -> None:
    document = parse_text(f"{TITLE}\n{header}\n{PROSE}\n{PROSE}\n", "a.txt")[0]
    assert (document.source, document.date, document.author) == (source, day, author)
    assert (document.title, "".join(document.body.split()).endswith(PROSE + PROSE)) == (TITLE, True)


@pytest.mark.parametrize(("foot", "source", "day", "author"), FEET)
def test_a_foot_says_what_it_says(foot: str, source: str | None, day: str | None, author: str | None) -> None:
    document = parse_text(f"{TITLE}\n{PROSE}\n{PROSE}\n{foot}\n", "a.txt")[0]
    assert (document.source, document.date, document.author) == (source, day, author)
