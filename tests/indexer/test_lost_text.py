"""Any text of an article that a person can see is found: of these texts, invented for this test, no line is lost."""

from __future__ import annotations

import re

import pytest

from indexer.document import Document
from indexer.parsing import parse_text

# Rosters, tables, poems, lists of buttons: what looks like a header, a menu or a foot and is the text. A line that
# begins with ~ is the page's and may go.
TEXTS = (
    (
        "roster with weekdays",
        """\
青禾县图书馆2023年国庆值班表
日期 星期 值班人员 带班领导 联系电话
10月1日 星期日 王小川 李长明 0571-6620011
10月2日 星期一 陈雨桐 李长明 0571-6620011
10月3日 星期二 赵德海 周敏 0571-6620012
10月4日 星期三 孙一鸣 周敏 0571-6620012
10月5日 星期四 吴丽华 郑国强 0571-6620013
10月6日 星期五 钱多福 郑国强 0571-6620013
备注：值班时间为上午8:30至下午5:30。
""",
    ),
    (
        "roster in labels",
        """\
云岭镇卫生院春节值班安排
时间：2月9日（除夕） 值班：高文斌
时间：2月10日（初一） 值班：何秀芳
时间：2月11日（初二） 值班：马志远
时间：2月12日（初三） 值班：林晓峰
带班电话：13800000000
""",
    ),
    (
        "roster with days",
        """\
城东派出所六月值班表
2024年6月1日 张文涛
2024年6月2日 李青松
2024年6月3日 王海燕
2024年6月4日 赵志勇
2024年6月5日 钱学礼
2024年6月6日 孙晓明
""",
    ),
    (
        "roster in ISO days",
        """\
值班表
2024-03-04 星期一 杜若飞
2024-03-05 星期二 丁小芸
2024-03-06 星期三 范大成
2024-03-07 星期四 冯玉兰
2024-03-08 星期五 葛春生
""",
    ),
    (
        "agenda",
        """\
青禾县科普工作会议议程
时间：2023年4月12日（星期三）上午9:00
地点：县政府三楼会议室
主持人：周建平
一、宣读表彰决定（王海）
二、颁发奖牌
三、先进代表发言
四、县领导讲话
五、合影
""",
    ),
    (
        "timetable of courses",
        """\
培训班课程安排
2023年5月8日 9:00 开班仪式 主楼101
2023年5月8日 10:00 档案整理实务 主楼101
2023年5月9日 9:00 数字化加工 主楼203
2023年5月9日 14:00 现场教学 县档案馆
2023年5月10日 9:00 结业考试 主楼101
""",
    ),
    (
        "minutes",
        """\
第三次支部会议记录
时间：2022年11月3日
地点：二楼小会议室
主持人：田国立
记录人：袁小婷
参加人员：田国立、袁小婷、江一舟、骆明
缺席：无
会议内容：
一、学习文件。
二、讨论年终总结。
江一舟：我建议先由各科室自查。
骆明：同意，自查期限定为两周。
田国立：那就这么定了。
""",
    ),
    (
        "minutes with hands at the foot",
        """\
物业例会纪要
日期：2024年1月15日
出席：方经理、郭主任、林工
1. 电梯维保合同到期，续签一年。
2. 地下车库照明改造，预算三万元。
3. 春节前完成一次消防检查。
记录：林工
审核：郭主任
签发：方经理
""",
    ),
    (
        "poem signed at the foot",
        """\
秋天的河
河水慢下来
像一个走累的人
他坐在石头上
数自己的影子

一片叶子
落在他的肩头
没有声音
风把它带走了

作者：林默
""",
    ),
    (
        "addresses",
        """\
各乡镇服务中心地址
青禾镇服务中心 地址：人民路12号 邮编：311200
云岭镇服务中心 地址：云岭街3号 邮编：311201
白石乡服务中心 地址：白石村口 邮编：311202
河东乡服务中心 地址：河东路88号 邮编：311203
""",
    ),
    (
        "web addresses",
        """\
常用网址
青禾县图书馆
网址：http://lib.example.org
云岭科技馆
网址：http://kjg.example.org
白石医院
网址：http://yy.example.org
登录后可预约。
""",
    ),
    (
        "departures",
        """\
班车发车时间
03-05 08:30 青禾站
03-05 10:30 云岭站
03-06 08:30 青禾站
03-06 10:30 白石站
03-07 08:30 河东站
""",
    ),
    (
        "table with tabs",
        """\
年度预算
收入\t支出\t结余
12000\t9000\t3000
15000\t14000\t1000
8000\t8000\t0
制表：袁小婷
审核：郭主任
""",
    ),
    (
        "a day alone",
        """\
2024年5月1日
""",
    ),
    (
        "a source alone",
        """\
来源：青禾县图书馆
""",
    ),
    (
        "duties of editors",
        """\
期刊出版岗位说明
责任编辑：负责稿件初审，并与作者联系修改。
美术编辑：负责版式与封面。
校对：负责三校一读。
发行：负责邮寄。
主编负责终审签发，对内容质量承担最终责任。
""",
    ),
    (
        "staff of a magazine",
        """\
编辑部人员
主编：林默
副主编：苏小禾
责任编辑：袁小婷
美术编辑：沈嘉宜
校对：骆明
编务：江一舟
发行：魏子豪
""",
    ),
    (
        "colophon",
        """\
版权页
书名：白石山志
作者：林默
责任编辑：苏小禾
出版：青禾出版社
印刷：云岭印刷厂
开本：880×1230 1/32
字数：210千字
定价：48.00元
版权所有 侵权必究
""",
    ),
    (
        "text about copyright",
        """\
版权所有者的权利
版权所有者可以许可他人使用作品。
版权所有人去世后，权利由继承人行使。
版权所有，翻印必究，这句话常见于书的末页，其实法律效力并不来自这句话本身。
""",
    ),
    (
        "help with buttons",
        """\
网站使用帮助
首页
点击首页可返回最新一期。
上一篇
点击上一篇可看前一篇文章。
打印
点击打印可输出本文。
分享
点击分享可转给好友。
收藏
点击收藏可存入书架。
""",
    ),
    (
        "list of buttons",
        """\
读书软件按钮说明
收藏：把书放进书架
分享：把书推荐给朋友
打印：输出当前页
字体：调整大小
举报：反映不良内容
关注：跟随作者
评论：写下感想
""",
    ),
    (
        "prizes",
        """\
2023年科普作品评选结果
一等奖
《水从哪里来》 作者：韩冬梅
《星空日记》 作者：李雷雷
二等奖
《豆子的旅行》 作者：魏子豪
《桥》 作者：柯景腾
三等奖
《盐》 作者：黄佳仪
优秀组织奖
青禾县科协
云岭科技馆
""",
    ),
    (
        "exhibits",
        """\
展品清单
名称：铜镜 来源：捐赠
名称：陶罐 来源：出土
名称：木犁 来源：征集
名称：族谱 来源：捐赠
名称：银簪 来源：购买
""",
    ),
    (
        "telephone numbers",
        """\
通讯录
姓名 职务 电话
王海 主任 13900000001
周建平 副主任 13900000002
傅长青 干事 13900000003
邓小芳 干事 13900000004
联系我们：前台 6620000
""",
    ),
    (
        "attachments",
        """\
关于报送材料的函
请于月底前将材料报送我办。
附件1.报名表.doc
附件2.汇总表.xls
附件3.样图.jpg
合影.jpg
""",
    ),
    (
        "paper",
        """\
山区书屋读者调查
江一舟
摘要：本文调查了三十个书屋，发现读者以老人和儿童为主。
关键词：书屋；读者；调查
1 引言
书屋建成十年，成效如何，尚无系统调查。
2 方法
采用问卷。
Abstract: We surveyed thirty village reading rooms and found mostly old people and children.
Keywords: reading room; survey; village
收稿日期：2019-03-05
作者简介：江一舟（1980-），男，青禾人，馆员。
""",
    ),
    (
        "keywords below",
        """\
水稻育秧技术要点
晒种一至两天，浸种四十八小时，催芽至破胸露白。
播种前施足底肥。
关键词：水稻；育秧；催芽
标签：农业 技术
""",
    ),
    (
        "keywords above",
        """\
关键词：竹编；传承
竹编技艺在青禾流传三百年，如今只有七位老人还在做。
老人们说，竹子要选三年生的。
""",
    ),
    (
        "call for helpers",
        """\
志愿者招募
我们需要十位会讲故事的人。
每周六上午服务两小时。
联系我们：6620015
~点击下载报名表
""",
    ),
    (
        "facts of a river",
        """\
白石河简介
来源：白石山北坡
长度：42公里
流域面积：310平方公里
出口：青禾江
支流：三条
""",
    ),
    (
        "signed remarks",
        """\
读者留言选登
这里的书很新。
作者：小学生
希望多开一小时。
作者：夜班工人
灯光可以再亮一点。
作者：老教师
""",
    ),
    (
        "chronicle",
        """\
校史年表
1952年9月1日 建校
1966年6月10日 停课
1978年9月1日 复课
1995年5月4日 新楼落成
2002年9月1日 更名
""",
    ),
    (
        "diary",
        """\
日记三则
2020年2月3日
晴。在家读书。
2020年2月4日
阴。去河边走了走。
2020年2月5日
雨。写信给小禾。
""",
    ),
    (
        "rows of an office paper",
        """\
信息公开目录
索引号：QH-2020-011
主题分类：文化
发布机构：青禾县文化局
成文日期：2020年3月2日
文号：青文〔2020〕11号
关于图书流动的通知
各站：
流动车每周三下乡。
青禾县文化局
2020年3月2日
""",
    ),
    (
        "bulletin",
        """\
青禾文化简报
第12期（总第45期）
青禾县文化馆编 2021年6月30日
本期目录
一、读书节开幕
二、灯谜进社区
读书节开幕
六月二十日，读书节在广场开幕，县长到场致辞，三百名学生齐声诵读。
灯谜进社区
灯谜走进八个社区，居民猜中五百条。
报：县委办
送：各乡镇
~编辑：苏小禾 审核：林默
""",
    ),
    (
        "recipe",
        """\
桂花糕
材料：糯米粉300克 桂花20克 糖100克
步骤：
1. 和粉。
2. 过筛。
3. 上笼蒸二十分钟。
4. 撒桂花。
时间：40分钟
难度：低
""",
    ),
    (
        "page with a roster",
        """\
~首页 > 通知公告 > 正文
五一值班表
~来源：青禾县图书馆 发布时间：2024-04-28 浏览次数：120
5月1日 王小川
5月2日 陈雨桐
5月3日 赵德海
5月4日 孙一鸣
5月5日 吴丽华
~打印 关闭
""",
    ),
    (
        "page with names",
        """\
~首页 新闻 通知 下载 联系
获奖名单
~2023-06-01
王芳 王强 毛宁 方正
叶青 田园 白雪 冯刚
朱丹 刘欢 刘梅 江涛
~版权所有 青禾县文化馆
""",
    ),
    (
        "page with a poem",
        """\
~首页 > 文学 > 诗歌
山中
~作者：林默
石头醒来
露水醒来
一只鸟
把早晨
叼到我手里
~分享到：
~相关阅读
""",
    ),
    (
        "page about editors",
        """\
~首页 > 培训
怎样当好责任编辑
~来源：白石文艺 2020-05-01
责任编辑是稿件的第一读者，也是作者的第一位朋友，这项工作需要耐心和热情。
责任编辑：名词解释
指对一部书稿从审读到付印负全部责任的编辑人员，通常署名于版权页。
版权所有：名词解释
指著作权归属的声明，通常印于版权页下方，提醒读者不可翻印。
这两个词常被新手混淆，其实一个说人，一个说权。
~上一篇：校对的方法
""",
    ),
    (
        "page with a staff",
        """\
~首页 > 期刊
白石文艺编辑部名单
~2023-01-03
主编：林默
责任编辑：苏小禾
编辑：江一舟 骆明
校对：沈嘉宜
审核：周小弦
~版权所有：白石文艺
""",
    ),
    (
        "page with a letter",
        """\
~首页 > 家书
给儿子的信
~作者：江一舟 来源：白石文艺
小满吾儿：
见字如面。
山里下雪了，路不好走，你不要急着回来。
钱够不够用？
父字
2020年1月12日
~收藏 分享
""",
    ),
    (
        "page with a vacancy",
        """\
~首页 > 招聘
招聘启事
~发布时间：2023-02-20
岗位：图书管理员
人数：2人
学历：大专以上
待遇：面议
报名时间：2023年3月1日至3月10日
报名地点：县图书馆办公室
联系电话：6620011
~打印 收藏
""",
    ),
    (
        "page with ten events",
        """\
~首页 > 年度
年度十件大事
~2023-12-30
回顾这一年，全馆上下齐心协力，完成了以下十件大事，受到读者和上级的好评。
流动图书车开进全县十六个行政村
儿童阅览室扩建工程顺利竣工并开放
馆藏古籍全部完成数字化扫描与著录
与云岭科技馆签订五年战略合作协议
读书节参与人数首次突破三万人次
盲文阅览区新增设备二十台和图书百种
志愿者队伍扩大到一百八十余人
自助借还机覆盖所有乡镇分馆
获评全省优秀基层图书馆称号
年度借阅总量创建馆以来新高
~上一篇：元旦闭馆通知
""",
    ),
    (
        "text about sites",
        """\
网站备案须知
一、网站主办者须取得备案号。
ICP备案号应放在首页底部。
二、备案信息变更须及时更新。
浙ICP备00000000号（示例）
三、逾期不备将被关闭。
""",
    ),
    (
        "counts",
        """\
月度访问统计
浏览次数：1200
点击次数：3400
阅读量：880
评论：12
收藏：45
分享：9
""",
    ),
    (
        "versions",
        """\
软件更新日志
版本：2.1
发布时间：2023-05-01
修复：登录失败
新增：打印
版本：2.0
发布时间：2023-01-10
新增：分享
新增：收藏
版本：1.0
发布时间：2022-06-01
首次发布
""",
    ),
    (
        "traditional characters",
        """\
值班須知
一、值班人員不得離崗。
二、每兩小時巡視一次。
編輯：蘇小禾
聯繫電話：6620011
""",
    ),
    (
        "links",
        """\
友情链接
青禾县图书馆
云岭科技馆
白石医院
河东农科院
青禾大学
""",
    ),
    (
        "facts of a building",
        """\
工程概况
建设单位：青禾县文化局
设计单位：云岭设计院
发布单位：青禾县公共资源交易中心
开工日期：2022年3月1日
竣工日期：2023年8月30日
工程地点：人民路12号
工程质量合格，准予交付使用。
""",
    ),
)
LABELS = "来源|作者|责任编辑|编辑|編輯|发布时间|发布日期|日期|时间|成文日期|发布机构|发布单位|网址"
COMPILED = re.compile(r"(?<=[\u4e00-\u9fff])编(?=\s+\d{4}年)")
SEPARATORS = re.compile(r"[\s|｜:：、，,/／（）()【】\[\]]+")


def squeeze(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def shown(document: Document) -> list[str]:
    """Everything that is searched or shown of a document."""
    values = (document.source, document.author, document.editor, document.column, document.issuer, document.url)
    dates = [written for day in (document.date, document.meeting_date) if day for written in notations(day)]
    return [squeeze(document.heading + document.body), *map(squeeze, values), *dates]


def notations(day: str) -> tuple[str, str]:
    year, month, day_of_month = day.split("-")
    return day, f"{year}年{int(month)}月{int(day_of_month)}日"


def lost(line: str, documents: list[Document]) -> list[str]:
    """The words of a line that no document shows; a label is none where its value is shown."""
    found = [text for document in documents for text in shown(document)]
    if any(squeeze(line) in text for text in found):
        return []
    line = COMPILED.sub("", line)  # 某馆编: who compiles a bulletin is its source
    words = SEPARATORS.split(re.sub(rf"^\s*(?:{LABELS})\s*[:：](?=\s*\S)", "", line).strip())
    return [word for word in words if word and not any(word in text for text in found)]


@pytest.mark.parametrize(("name", "text"), TEXTS, ids=[name for name, _ in TEXTS])
def test_no_line_of_a_text_is_lost(name: str, text: str) -> None:
    documents = parse_text(text.replace("~", ""), f"{name}.txt")
    kept = [line for line in text.splitlines() if line.strip() and not line.startswith("~")]
    assert [line for line in kept if lost(line, documents)] == []


@pytest.mark.parametrize(
    "text", ["2021-03-12\n" * 3, "来源：某报\n", "分享\n收藏\n", "责任编辑：某某", "首页 > 新闻\n"]
)
def test_a_text_with_lines_is_a_document_with_all_of_them(text: str) -> None:
    (document,) = parse_text(text, "a.txt")
    assert squeeze(document.title) + squeeze(document.body) == squeeze(text)


@pytest.mark.parametrize(
    "rows",
    [
        ["王海 主任 13900000001", "周建平 副主任 13900000002", "傅长青 干事 13900000003", "邓小芳 干事 13900000004"],
        [
            "一月组织全体职工开展消防演练",
            "二月筹备春节灯会和元宵灯谜会",
            "三月开展志愿服务和植树的活动",
            "四月举办读书节和经典诵读比赛",
        ],
        [
            "（2019年3月1日）书屋正式奠基。",
            "（2019年9月1日）书屋如期落成。",
            "（2020年5月4日）首届读书会办。",
            "（2021年6月1日）儿童区开放。",
        ],
    ],
)
def test_rows_of_one_width_stay_rows(rows: list[str]) -> None:
    body = parse_text("\n".join(["大事表", *rows]), "a.txt")[0].body.split("\n")
    assert body[-len(rows) :] == rows


@pytest.mark.parametrize("row", ["人物：老周 小满 邮差", "一、读书节开幕", "材料：糯米粉300克 桂花20克"])
def test_a_short_title_takes_no_row_of_the_text(row: str) -> None:
    assert parse_text(f"城乡公交时刻表\n{row}\n首班六点。\n末班九点。", "a.txt")[0].title == "城乡公交时刻表"


def test_short_texts_between_rules_are_documents_of_their_own() -> None:
    prose = "三月的山是浅绿色的，溪水涨了一寸，老人们在桥头晒太阳，孩子们放风筝。"
    documents = parse_text(f"春日散记\n{prose}\n——————\n秋日散记\n{prose}", "a.txt")
    assert [document.title for document in documents] == ["春日散记", "秋日散记"]


def test_a_day_of_something_else_is_not_the_day_of_the_text() -> None:
    text = "工程概况\n建设单位：某县文化局\n开工日期：2022年3月1日\n竣工日期：2023年8月30日\n工程质量合格。"
    assert parse_text(text, "a.txt")[0].date is None


@pytest.mark.parametrize(
    "rows",
    [
        ["局 > 处 > 科", "院 > 系 > 教研室", "县 > 乡 > 村"],
        ["第1版：头条", "第2版：本地", "第3版：文化"],
        ["浏览次数：1200", "点击次数：3400", "收藏：45", "分享：9"],
        ["今天是惊蛰节气，花草树木舒展。", "给全体战士的信", "“两岸往来”全体同志：", "你们好！来信收悉。"],
        ["打印", "点击打印可输出本文。", "分享", "点击分享可转给好友。"],
        ["我们严正声明：在大义面前，我们坚决拥护一切必要措施和正义行动，始终与大家一道。", "我们将继续努力。"],
    ],
)
def test_rows_that_look_like_furniture_are_kept_under_a_header(rows: list[str]) -> None:
    text = "\n".join(["两岸往来的几点说明", "来源：某报 发布时间：2021-03-12 09:30", *rows])
    assert squeeze("".join(rows)) in squeeze(parse_text(text, "a.txt")[0].body)


def test_what_opens_a_text_above_its_headline_is_kept() -> None:
    prose = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。各单位负责人参加了会议。"
    text = (
        f"国内快讯\n来源：某报 2021-03-12\n某网络电视台消息：\n某市科协召开全委会议\n{prose}\n{prose}\n(责任编辑：某某)"
    )
    assert "某网络电视台消息：" in parse_text(text, "a.txt")[0].body


@pytest.mark.parametrize("below", ["相关阅读\n明天放水", "发表评论"])
def test_who_posted_a_page_is_found(below: str) -> None:
    prose = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。各单位负责人参加了会议。"
    text = f"老水车要拆了\n张伟民 发表于 2021-03-04 08:00:11\n{prose}\n{prose}\n{below}"
    (document,) = parse_text(text, "a.txt")
    assert "张伟民" in (document.author or "") + document.body


def test_short_lines_left_out_of_what_is_hardly_a_page_are_flagged() -> None:
    prose = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。各单位负责人参加了会议。"
    rows = "\n".join(f"第{number}号科普作品名称" for number in range(60))
    text = f"某市科协召开会议\n来源：某报 2021-03-12\n{prose}\n{prose}\n{prose}\n责任编辑：某某\n{rows}"
    assert parse_text(text, "a.txt")[0].flags == ("text-left-out",)
