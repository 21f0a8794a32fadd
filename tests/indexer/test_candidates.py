"""Source, day and author of headers and feet as sites of many kinds print them; what only stands there is none."""

from __future__ import annotations

import pytest

from indexer.parsing import parse_text
from indexer.parsing.values.candidates import CLUES, LEAST, score, shape_of

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
    # more of each kind
    ("2021-03-12 08:15:20  来自：云泽日报", "云泽日报", DAY, None),
    ("2021-03-12 云泽日报 第2版", "云泽日报", DAY, None),
    ("云泽日报 2021年03月12日 第A03版 民生新闻", "云泽日报", DAY, None),
    ("2021年03月12日 07:31  云泽新闻  1203", "云泽新闻", DAY, None),
    ("2021年03月12日 云泽传媒 时政要闻 665 0", "云泽传媒", DAY, None),
    ("发布时间：2021-03-12 责任编辑：李小禾 阅读：120", None, DAY, None),
    ("2021-03-12 [ 字号：大 中 小 ] [ 打印本页 ] [ 我要评论 ]", None, DAY, None),
    ("发布日期：2021-03-12  [点此下载]  [会员登录]", None, DAY, None),
    ("时间：2021-03-12 08:00 [立即购买]  [联系客服]", None, DAY, None),
    ("2021年03月12日 文教·卫生", None, DAY, None),
    ("2021年03月12日 广告", None, DAY, None),
    ("2021年03月12日 观点·评论", None, DAY, None),
    ("2021年03月12日 经济新闻/综合", None, DAY, None),
    ("2021-03-12 09:02  北望 江心石 阿拙\n撰稿/北望、江心石&阿拙", None, DAY, "北望 江心石 阿拙"),
    ("2021-03-12 09:02  秋水 长天一色\n作者：秋水 长天一色", None, DAY, "秋水 长天一色"),
    ("文丨山南客\n2021-03-12 09:02", None, DAY, "山南客"),
    ("作者|李小禾 编辑|王小源\n2021-03-12 09:02 云泽发布", "云泽发布", DAY, "李小禾"),
    ("文章来源：云泽县科协\u3000\u3000作者：\u3000\u3000发布时间：2021-03-12", "云泽县科协", DAY, None),
    ("来源： 作者： 时间：2021-03-12", None, DAY, None),
    ("作者： 点击：123 时间：2021-03-12", None, DAY, None),
    ("来源：云泽网 | 作者：未知 | 2021-03-12", "云泽网", DAY, None),
    ("2021-03-12 10:11:12 来源：www.yunze.gov.example", "www.yunze.gov.example", DAY, None),
    ("来源：yunze.example.com 日期：2021-03-12", "yunze.example.com", DAY, None),
    ("发布机构：云泽县人民政府办公室\n成文日期：2021-03-10\n发布日期：2021-03-12", "云泽县人民政府办公室", DAY, None),
    ("科室：云泽县医院党办\n日期：2021年3月12日", "云泽县医院党办", DAY, None),
    ("学院：云泽大学文学院\n|\n时间: 2021年3月12日", "云泽大学文学院", DAY, None),
    ("采写：云泽日报记者 李小禾 王小源\n2021-03-12 09:02", None, DAY, "李小禾 王小源"),
    ("2021-03-12 10:20 云泽网讯 记者李小禾", "云泽网", DAY, "李小禾"),
    ("2021-03-12\u3000云泽县纪委监委网站", "云泽县纪委监委网站", DAY, None),
    ("2021-03-12 08:00 学习强国", "学习强国", DAY, None),
    ("2021-03-12 08:00 人民日报客户端", "人民日报客户端", DAY, None),
    ("2021-03-12 08:00 云泽统战", "云泽统战", DAY, None),
    ("2021-03-12 08:00 知识就是力量杂志", "知识就是力量杂志", DAY, None),
    ("2021-03-12 08:00 果壳", "果壳", DAY, None),
    ("2021-03-12 08:00 共青团中央", "共青团中央", DAY, None),
    ("2021-03-12 08:00 央视新闻客户端 阅读 10万+", "央视新闻客户端", DAY, None),
    ("2021-03-12 08:00 掌上云泽", "掌上云泽", DAY, None),
    ("2021-03-12 08:00 小布工作室", "小布工作室", DAY, None),
    ("2021-03-12 发布人：李小禾", None, DAY, None),
    ("2021-03-12 08:15 发布者：云泽县科协", "云泽县科协", DAY, None),
    ("2021-03-12 08:15 浏览次数：5 收藏", None, DAY, None),
    ("2021-03-12 08:15 公开 有效", None, DAY, None),
    ("云泽县人民政府 www.yunze.gov.example 2021-03-12", "云泽县人民政府", DAY, None),
    ("更新时间：2021-03-12 来源：科普部 撰稿人：李小禾", "科普部", DAY, "李小禾"),
    ("【来源：云泽日报】【作者：李小禾】【2021-03-12】", "云泽日报", DAY, "李小禾"),
    ("(2021-03-12 08:15) 来源：云泽晚报 字号：T|T", "云泽晚报", DAY, None),
    ("李小禾 王小源 2021-03-12 08:15 云泽日报", "云泽日报", DAY, "李小禾 王小源"),
    ("本报记者 李小禾 2021-03-12", None, DAY, "李小禾"),
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
    # more of each kind
    ("（图文：李小禾 王小源）", None, None, "李小禾 王小源"),
    ("（文/李小禾  图/王小源）", None, None, "李小禾"),
    ("（文图/县文联 李小禾）", None, None, "李小禾"),
    ("(供稿：县科协 李小禾)", None, None, "李小禾"),
    ("（通讯员：李小禾 王小源）\n网友评论\n登录后评论", None, None, "李小禾 王小源"),
    ("（通 讯 员 李小禾 王小源）", None, None, "李小禾 王小源"),
    ("（报道：李小禾）\n用户登录\n还没有账号?\n立即注册", None, None, "李小禾"),
    ("（文字/李小禾 云泽集团团委）", None, None, "李小禾"),
    ("（作者：李小禾云泽县委党校副教授）", None, None, "李小禾"),
    ("（作者李小禾系云泽大学教授）", None, None, "李小禾"),
    ("（作者为云泽大学教授）", None, None, None),
    ("作者：李小禾，云泽大学文学院教授", None, None, "李小禾"),
    ("作者：李小禾 云泽大学文学院", None, None, "李小禾"),
    ("作者：李小禾查看更多文章", None, None, "李小禾"),
    ("文字：李小禾点击收听", None, None, "李小禾"),
    ("编辑：李小禾 责任编辑：王小源", None, None, None),
    ("发布：云泽县科协学会部 原作者：李小禾", "云泽县科协学会部", None, "李小禾"),
    ("时间：2021-03-12\n来源：云泽日报", "云泽日报", DAY, None),
    ("日期：2021年3月12日\n来源：云泽县科协\n网址：http://www.yunze.example.com/a.html", "云泽县科协", DAY, None),
    ("来源：云泽日报\n时间：2021-03-12 10:00\n责编：李小禾", "云泽日报", DAY, None),
    ("时间：2021年3月12日上午9:00\n地点：县文化馆三楼", None, None, None),
    ("时间：2021-03-12 19:30\n票价：50元\n地点：县剧院", None, None, None),
    ("培训时间：2021年3月12日", None, None, None),
    ("版权声明：本文来源：云泽日报 时间：2021-03-12 10:00 作者：李小禾", "云泽日报", DAY, "李小禾"),
    ("本文来自云泽日报，转载请注明出处", "云泽日报", None, None),
    ("转载请注明来源：云泽县科协召开全委会议 - 云泽日报网", "云泽日报网", None, None),
    ("(据云泽日报)", "云泽日报", None, None),
    ("（摘自《云泽日报》）", "云泽日报", None, None),
    ("（《云泽日报》2021年3月12日）", "云泽日报", DAY, None),
    ("（新华社北京3月12日电）", "新华社", None, None),
    ("来源丨云泽日报\n编辑丨李小禾", "云泽日报", None, None),
    ("文丨李小禾 图丨王小源", None, None, "李小禾"),
    ("云泽县总工会办公室\n二○二一年三月", None, "2021-03", None),
    ("云泽县总工会 云泽县教育局\n2021年3月", None, "2021-03", None),
    ("李小禾委员建议", None, None, None),
    ("（李小禾委员建议）", None, None, None),
    ("（与会人员合影）", None, None, None),
    ("（会议现场）", None, None, None),
    ("（相关链接附后）", None, None, None),
    ("（本报记者李小禾整理）", None, None, "李小禾"),
    ("（资料来源：县统计局）", None, None, None),
    ("（注：数据截至去年底）", None, None, None),
    ("（略有修改）", None, None, None),
    ("（全文完）", None, None, None),
    ("（上图为会议现场）", None, None, None),
    ("（内容有删减）", None, None, None),
    ("（根据会议发言整理）", None, None, None),
    ("（责任编辑 李小禾）", None, None, None),
    ("（校对 李小禾）", None, None, None),
    ("（县科协宣传部供稿）", None, None, "县科协宣传部"),
    ("（县委宣传部 供稿）", None, None, "县委宣传部"),
    ("（云泽县科协办公室）", None, None, "云泽县科协办公室"),
    ("（微信/微博/抖音）", None, None, None),
    ("（按姓氏笔画为序）", None, None, None),
    ("（下略）", None, None, None),
    ("（有奖征文）", None, None, None),
    ("（免费参加）", None, None, None),
    ("（签名）", None, None, None),
    ("（盖章）", None, None, None),
    ("（联系人李小禾）", None, None, None),
    ("（记录人：李小禾）", None, None, None),
]  # fmt: skip


FIRST = "3月11日，云泽县科协召开第五届委员会第二次全体会议，传达学习上级会议精神，总结去年工作，部署今年任务。县委副书记李大同出席会议并讲话。"
SECOND = (
    "会议指出，要进一步加强科普阵地建设，组织动员广大科技工作者服务基层，把各项任务落到实处，为全县高质量发展作出贡献。"
)
# What stands in brackets at the end of texts and names nobody.
REMARKS = """
本文略有删节 本文有改动 本文系节选 本文为摘要 文字略有调整 内容仅供参考 未经许可不得转载 版权归原作者 转载须注明
欢迎投稿 欢迎批评指正 敬请关注 详见附件 附表略 附图略 附件另发 名单附后 后附名单 下同 以下简称学会 简称省科协
排名不分先后 以姓氏笔画为序 按发言顺序 按得票多少 根据录音 根据速记稿 未经审阅 未经讲话人审阅 已经本人审定
摘要发表 节选自报告 全文见官网 全文刊登 此文有删节 标题有改动 标题系编者加 小标题为编者加 编者按 编者注 译者注
作者注 原注 省略 从略 略 下略 待续 未完 完 全剧终 剧终 掌声 鼓掌 热烈掌声 长时间掌声 众笑 笑声 起立
奏国歌 默哀 合影 现场图 资料图 示意图 效果图 图文无关 与正文无关 配图无关 截图 视频截图 新华社发 网络图片
不公开 依申请公开 主动公开 内部资料 内部文件 注意保存 秘密 机密 试行 暂行 修订稿 征求意见稿 讨论稿 草案
送审稿 通过稿 定稿 请点击 点击下载 长按识别 扫码报名 扫码关注 名额有限 先到先得 联系电话 联系方式见上
报名从速 特此通知 特此公告 此致敬礼 敬请光临 加盖公章 公章 手写签名 法人代表 时间另行通知 地点待定 会期半天
会期一天 着正装 请自带水杯 禁止携带 同意 不同意 弃权 全票通过 鼓掌通过 表决通过 单选 多选 必填 选填 打钩
可另附页 单位万元 单位：人 数据来自年报 数据截止年底 含税 不含税 不含附件 含港澳台 包括离退休 共二十三条
共三章 全书完 上篇 下篇 之一 之二 二 连载 系列报道 系列之三 民间故事 散文 小说 诗歌 组诗 杂文 随笔 评论
社论 本报评论员 本报评论员文章 通讯 特写 侧记 消息 综合消息 本报综合 综合报道 综合整理 均为化名
文中人物为化名 化名 应受访者要求 受访者供图 本报资料图 明日预告 敬请期待 一等奖 优秀奖 特等奖 指导老师略
高中组 初中组 小学组 八年级 三年级二班
"""
# Words with strokes in brackets, which are choices.
CHOICES = """
图片/文档/其他 视频/图文/音频 文字/图片/视频 文稿/照片/录音 图纸/文件/模型 撰写/修改/定稿
报道/通讯/评论 论文/专著/专利 诗歌/散文/小说 文档/表格/幻灯片 电子版/纸质版 文本/图像 图/文/表
图文/视频 作者/单位/电话 作者、单位、职称 姓名/性别/职务 记者/编辑/主持人 记者、编辑、摄影 通讯员/记者
作文/书法/绘画 征文/演讲 文件/照片 文史/艺术 文科/理科 文/理 文艺/体育 个人/集体 摄影/绘画/书法
图书/文具 报告/文章/课件 短文/长文 文章/调研报告/案例 文字材料/照片 供稿/采用 撰稿人/审稿人 编剧/导演
主笔/副主笔
"""
BYLINES = [
    ("本报记者冯岩秦小满", "冯岩 秦小满"),
    ("本报记者马骏韩雪梅", "马骏 韩雪梅"),
    ("本报记者欧阳静周雪", "欧阳静 周雪"),
    ("本刊记者黎小满", "黎小满"),
    ("□本报记者 丁山 方圆 崔九", "丁山 方圆 崔九"),
    ("记者冯岩实习生秦小满", "冯岩 秦小满"),
    ("本报记者冯岩通讯员秦小满", "冯岩 秦小满"),
    ("本报评论员", None),
    ("记者了解到，全县已有十二家企业参加。", None),
    ("郑越委员建议，夜班车多跑一个小时。沈一凡委员指出，时刻表早该换新。", None),
    ("□李小禾 王小源", "李小禾 王小源"),
    ("□ 冯岩", "冯岩"),
    ("■秦小满　冯岩", "秦小满 冯岩"),
    ("◎李小禾/文", "李小禾"),
    ("邵远山（云泽县水利学会理事长）", "邵远山"),
    ("云泽县水利学会 理事长 邵远山", "邵远山"),
    ("——邵远山", "邵远山"),
    ("演讲人：邵远山", "邵远山"),
    ("主讲人：邵远山", None),
    ("讲话人：邵远山", "邵远山"),
    ("撰文 山南客、顾老三", "山南客 顾老三"),
    ("文 山南客 顾老三", "山南客 顾老三"),
    ("山南客/文", "山南客"),
    ("作者 | 山南客 顾老三", "山南客 顾老三"),
    ("文字 山南客 摄影 顾老三", "山南客"),
    ("作者：山南客 顾老三 | 编辑：田小草", "山南客 顾老三"),
    ("本报记者　李小禾　通讯员　王小源　文/图", "李小禾 王小源"),
    ("文/云泽记者 李小禾 王小源", "李小禾 王小源"),
    ("记者：李小禾 编辑：王小源", "李小禾"),
    ("（李小禾）", "李小禾"),
    ("[ 李小禾 ]", "李小禾"),
    ("【记者 李小禾】", "李小禾"),
]  # fmt: skip
CLOSINGS = [
    ("（李小禾/文）", "李小禾"),
    ("（文/李小禾，县总工会）", "李小禾"),
    ("文/李小禾（县总工会）", "李小禾"),
    ("（县总工会 文/李小禾）", "李小禾"),
    ("（县总工会供稿 李小禾）", "李小禾"),
    ("【文/李小禾 图/王小源】", "李小禾"),
    ("（李小禾 供稿）", "李小禾"),
    ("（县总工会　李小禾　文/图）", "李小禾"),
    ("（记 者／李小禾 王小源　见 习 记 者／陈牧之）", "李小禾 王小源 陈牧之"),
    ("（实 习 生 李小禾）", "李小禾"),
    ("（本 报 记 者 李小禾）", "李小禾"),
    ("作 者 ：李小禾", "李小禾"),
    ("（编 辑：李小禾）", None),
    ("（作者李小禾 系云泽大学教授）", "李小禾"),
    ("李小禾（云泽大学副教授）", "李小禾"),
    ("（李小禾 云泽大学马克思主义学院副教授）", "李小禾"),
    ("（李小禾 文 王小源 图）", "李小禾"),
    ("（李小禾 王小源 文/图）", "李小禾 王小源"),
    ("（李小禾 王小源/文 陈牧之/图）", "李小禾 王小源"),
    ("投稿：李小禾 发布：王小源", "李小禾"),
    ("记者：李小禾 王小源 返回首页", "李小禾 王小源"),
    ("文/云泽记者 李小禾 王小源", "李小禾 王小源"),
    ("（云泽融媒记者 李小禾 王小源）", "李小禾 王小源"),
    ("（县融媒体中心 李小禾 王小源）", "李小禾 王小源"),
    ("（县融媒体中心记者李小禾 王小源报道）", "李小禾 王小源"),
    ("记者/李小禾 编辑/王小源", "李小禾"),
    ("【通讯员 李小禾】", "李小禾"),
    ("[通讯员:李小禾]", "李小禾"),
    ("通讯员：李小禾 摄影：王小源", "李小禾"),
    ("（图文：云泽县科协）", "云泽县科协"),
    ("（图、文：李小禾）", "李小禾"),
    ("（图文来源：县科协 李小禾）", None),
    ("（文图：李小禾 审核：王小源）", "李小禾"),
    ("（李小禾、王小源报道）", "李小禾 王小源"),
    ("（李小禾报道）", "李小禾"),
    ("（李小禾　整理）", "李小禾"),
    ("撰稿/李小禾 摄影/王小源 编辑/陈牧之", "李小禾"),
    ("来源/县科协 撰文/李小禾 责编/王小源", "李小禾"),
    ("本文作者：李小禾", "李小禾"),
    ("（本文作者：李小禾）", "李小禾"),
    ("作者/李小禾", "李小禾"),
    ("作者 李小禾", "李小禾"),
    ("执笔：李小禾", "李小禾"),
    ("执笔人：李小禾 王小源", "李小禾 王小源"),
    ("（执笔人：李小禾）", "李小禾"),
    ("起草：李小禾", None),
]  # fmt: skip
# Who publishes, and what is never who publishes, alone beside a day.
PUBLISHERS = """
人民日报 新华每日电讯 南方都市报 经济观察报 中国青年报 长江日报 大众网 鲁网 齐鲁网 华龙网 四川在线 东北新闻网
每日甘肃网 荆楚网 中国江苏网 浙江在线 东方网 云南网 多彩贵州网 红网 大河网 中工网 中青在线 中国科技网 科学网
人民政协网 民主与法制网 中国军网 央广网 国际在线 中国日报网 环球网 北青网 光明网 未来网 海外网 中国经济网
证券时报 每日经济新闻 21世纪经济报道 第一财经日报 界面新闻 封面新闻 澎湃新闻 上游新闻 红星新闻 新京报
北京晚报 羊城晚报 南国早报 当代生活报 云泽电视台 云泽县融媒体中心 云泽县人民政府 云泽县人民政府网 云泽县政府网站
云泽市委组织部 云泽共青团 云泽女声 云泽政法 平安云泽 文明云泽 网信云泽 云泽教育 云泽检察 云泽县法院 云泽大学
云泽大学新闻网 云泽一中 县教育局 县卫健局 学校办公室 学生处 教务处 机电学院 党政办公室 后勤管理处 宣传部
科技日报 健康报 检察日报 人民法院报 中国教育报 中国妇女报 工人日报 农民日报 学习时报 瞭望 求是 半月谈
参考消息 光明日报 解放军报 新闻晨报 文汇报 自由时报 聯合報 中國時報 中央社 明報 大公報 文匯報 香港電台
CCTV 中国政府网 国务院办公厅 新华社客户端 今日云泽 云泽电台 掌上云泽 智慧云泽 云泽播报 中国网 中国新闻网
腾讯网 网易 新浪网 搜狐网 凤凰网 虎嗅网 果壳网 知乎 36氪 观察者网 侠客岛 中国改革报 经济参考报 三秦都市报
贵阳晚报 乌鲁木齐晚报 内蒙古日报 西藏商报 法治日报 中国应急管理报 人民邮电报 福建日报 厦门网 胶东在线
鄂尔多斯新闻网 长城网 中安在线 北国网 江西网络广播电视台 湖南卫视 芒果TV 央视频 新华网客户端 浙江新闻
天眼新闻 紫牛新闻 大象新闻 顶端新闻 奔流新闻 津云客户端 齐鲁晚报 山西晚报 中国气象报社 中国电力新闻网
中国林业网 中国水利网站 中国残联 中华全国总工会 全国妇联 国家卫生健康委 商务部 省教育厅 市发改委 区统战部
县政协办公室 镇党委 街道办事处 信访局 档案馆 图书馆 云泽县图书馆 云泽县人民医院 云泽县第一中学 云泽小学
云泽县气象局 云泽烟草 云泽移动 云泽供电公司 云泽集团 云泽县青年志愿者协会 云泽工商联 民建云泽市委
九三学社云泽市委员会 致公党省委 云泽统一战线 云泽微讯 云泽在线 云泽论坛 云泽百姓网 云泽生活网 云泽之声 云泽警方
云泽疾控 云泽消防 云泽网警 清廉云泽 生态云泽 法治云泽 云泽文旅 云泽农业 云泽交通广播 理论网 宣讲家网
中国社会科学网 中国作家网 中国文明网 国学网 第一财经 新浪财经 澎湃 北京商报 环球时报 中国经营报 时代周报
自由亚洲 中時電子報 三立新聞網 公視新聞網 教育部 國立雲澤大學 學生事務處 總務處
"""
OTHERS = """
下载该文章 会员注册 综合 公告 副刊 头条 要闻 时政 综合·公告 打印本页 返回列表 我要纠错 收藏本页 点击收听
语音播报 下载附件 附件下载 查看原图 网友评论 登录 注册 公开 有效 热度 字号 繁體版 無障礙 無障礙瀏覽 手机版
手机看新闻 分享到微信 微信扫码 编辑 责任编辑 作者 管理员 本站编辑 系统管理员 星期五 上午 下午 晴 多云
阴转小雨 北京 云南 昆明 广东省 来自北京 发表于云南 工作动态 通知公告 新闻中心首页 图片新闻 视频新闻 学院新闻
校园新闻 部门动态 基层动态 媒体聚焦 政策解读 党建工作 理论学习 专题专栏 领导讲话 会议纪要 规章制度 工作简报
第三版 A03 B2版 03版 国内新闻 国际新闻 社会新闻 经济新闻 综合新闻 民生新闻 法治新闻 教育新闻 文体新闻
乡镇新闻 特别报道 深度报道 独家报道 新闻评论 今日关注 热点聚焦 读者来信 文化周刊 广告 专版 公益广告 遗失声明
拍卖公告 招聘 已阅 已读 转载 原创 置顶 推荐 精华 楼主 沙发 只看楼主 电梯直达 倒序浏览 使用道具
显示全部楼层 阅读模式 回复 编辑推荐 最新回复 订阅 RSS 简体 英文 English 中文 PDF 全文 摘要
目录 上一篇 下一篇 关闭窗口 加入收藏 设为首页 在线投稿 在线咨询 联系我们 打印此页 关闭本页 下载PDF
文件下载 相关文档 申请公开 依申请公开 主动公开 全文有效 部分失效 我要评论 我要留言 我来说两句 网上信访
无障碍阅读 适老化 长者模式 关怀版 放大镜 背景颜色 护眼模式 显示大图 高清大图 点击观看 立即报名 在线报名
免费试用 联系客服 购买本书 加入书架 章节目录 作者专栏 作品集 发私信 加好友 积分商城 签到 悬赏 已解决 未解决
热门标签 发布者 板凳 电梯 举报本帖 只看大图 发新帖 关注公众号 点赞收藏 广西 南宁 郑州市 浙江 杭州 河南省
武汉市 海口 上海 要闻播报 时政要闻 国内要闻 省内新闻 市县新闻 区县动态 街道动态 社区新闻 企业新闻 行业资讯
学术动态 学术活动 会议活动 科普活动 通知通告 公示公告 信息公开 政务公开 政务要闻 领导活动 领导动态 工作信息
工作交流 调查研究 理论探讨 经验交流 典型经验 先进事迹 人物风采 党史学习教育 主题教育 专题报道 社会民生
经济科技 体育娱乐 文化教育 法治社会 评论理论 头版头条 二版 第08版 A12版 本版 本地 国际 国内 财经要闻
健康养生 美食 旅游 汽车 房产 天气 28℃ 农历二月 周五 今日 昨天 刚刚 3小时前 下午好 您好 游客 匿名
未登录 用户名 密码 验证码
"""
# Whole pages: (text, source, day, author).
PAGES = [
    # people.cn
    (f"人民网>>云南频道>>云泽\n{TITLE}\n2021年03月12日08:15 | 来源：人民网－云南频道\n小字号\n原标题：{TITLE}\n{FIRST}\n{SECOND}\n(责编：李小禾、王小源)\n分享让更多人看到\n推荐阅读\n北京下雪了\n","人民网－云南频道", DAY, None),
    # xinhua
    # gov.cn
    (f"首页>政务动态>部门动态\n{TITLE}\n2021-03-12 09:12 来源： 云泽县科协\n【字体：大 中 小】打印\n{FIRST}\n{SECOND}\n责任编辑：李小禾\n扫一扫在手机打开当前页\n相关稿件\n县科协赴红河镇调研\n","云泽县科协", DAY, None),
    # wechat
    (f"{TITLE}\n云泽科协 2021-03-12 18:30\n收录于话题\n#科协要闻 12个\n点击上方蓝字关注我们\n{FIRST}\n{SECOND}\n文字 | 李小禾\n图片 | 王小源\n编辑 | 陈牧之\n审核 | 林本\n往期推荐\n","云泽科协", DAY, "李小禾"),
    (f"{TITLE}\n原创 云泽融媒 云泽融媒 今天\n{FIRST}\n{SECOND}\n来源：县科协\n编辑：李小禾\n监制：王小源\n点个在看\n","县科协", None, None),
    # sohu
    (f"搜狐首页\n新闻\n体育\n财经\n{TITLE}\n2021-03-12 08:15\n来源：云泽发布\n{FIRST}\n{SECOND}返回搜狐，查看更多\n责任编辑：\n平台声明：该文观点仅代表作者本人，搜狐号系信息发布平台，搜狐仅提供信息存储空间服务。\n阅读 (52)\n","云泽发布", DAY, None),
    # cna / taiwan
    (f"首頁 / 政治\n{TITLE}\n2021/3/12 09:30（3/12 10:05 更新）\n（中央社記者王小源雲澤縣12日電）{FIRST}\n{SECOND}\n（編輯：李小禾）1100312\n","中央社", DAY, "王小源"),
    (f"{TITLE}\n2021-03-12 09:30 聯合報／ 記者王小源／雲澤即時報導\n{FIRST}\n{SECOND}\n","聯合報", DAY, "王小源"),
    (f"{TITLE}\n記者王小源／雲澤報導\n2021年3月12日 週五 上午9:30\n{FIRST}\n{SECOND}\n", None, DAY, "王小源"),
    (f"最新消息\n{TITLE}\n公告日期：110年3月12日\n公告單位：教務處\n{FIRST}\n{SECOND}\n","教務處", DAY, None),
    # schools
    (f"首页 - 学院新闻 - 正文\n{TITLE}\n2021年03月12日 09:12  李小禾 点击：[123]\n{FIRST}\n{SECOND}\n（供稿：学生处 李小禾 审核：王小源）\n上一条：学院召开会议\n下一条：学院举行比赛\n", None, DAY, "李小禾"),
    (f"{TITLE}\n发布日期：2021-03-12   作者：   来源：党委宣传部   点击：56\n{FIRST}\n{SECOND}\n【关闭】\n","党委宣传部", DAY, None),
    (f"{TITLE}\n供稿单位：文学院 撰稿：李小禾 摄影：王小源 发布时间：2021/03/12\n{FIRST}\n{SECOND}\n","文学院", DAY, "李小禾"),
    (f"{TITLE}\n编辑：宣传部　　来源：　　日期：2021-03-12\n{FIRST}\n{SECOND}\n", None, DAY, None),
    # newspapers
    (f"第01版：要闻\n上一版 下一版\n2021年03月12日 星期五\n{TITLE}\n本报讯（记者 李小禾 通讯员 王小源）{FIRST}\n{SECOND}\n云泽日报\n","云泽日报", DAY, "李小禾 王小源"),
    (f"云泽日报数字报\n2021年03月12日\n要闻\n{TITLE}\n□本报记者 李小禾\n{FIRST}\n{SECOND}\n","云泽日报", DAY, "李小禾"),
    (f"{TITLE}\n2021-03-12 A02 版 综合新闻\n本报讯 李小禾 报道 {FIRST}\n{SECOND}\n", None, DAY, None),
    (f"2021年03月12日 第 2 版 时政\n{TITLE}\n（本报记者李小禾）\n{FIRST}\n{SECOND}\n", None, DAY, "李小禾"),
    # blogs
    (f"{TITLE}\n发表于2021年3月12日由admin\n{FIRST}\n{SECOND}\n发表在 新闻动态 | 留下评论\n", None, DAY, None),
    (f"{TITLE}\nPosted on 2021-03-12 by yunze\n{FIRST}\n{SECOND}\n", None, DAY, None),
    (f"{TITLE}\n2021年3月12日 管理员 新闻动态 0条评论\n{FIRST}\n{SECOND}\n", None, DAY, None),
    (f"{TITLE}\nBy 李小禾 | 2021-03-12\n{FIRST}\n{SECOND}\n", None, DAY, None),
    # forums
    (f"云泽论坛»论坛›本地›县区动态\n{TITLE}\n[复制链接]\n山南客\n发表于 2021-3-12 09:12:33 | 显示全部楼层 |阅读模式\n{FIRST}\n{SECOND}\n来源：云泽新闻网\n回复\n举报\n您需要登录后才可以回帖 登录 | 立即注册\n","云泽新闻网", DAY, None),
    # government tables
    (f"索引号：01234-2021-0012\n发布机构：云泽县科协\n生成日期：2021-03-12\n文号：云科协〔2021〕3号\n公开方式：主动公开\n关于召开五届二次全委会的通知\n各乡镇科协：\n{FIRST}\n{SECOND}\n云泽县科协\n2021年3月12日\n","云泽县科协", DAY, None),
    (f"政务公开\n信息分类：工作动态 发布机构：县科协\n标题：{TITLE}\n发布日期：2021-03-12 有效期：长期\n{FIRST}\n{SECOND}\n","县科协", DAY, None),
    # company sites
    (f"您现在的位置：首页 > 集团新闻\n{TITLE}\n发布时间：2021-03-12 | 浏览量：23 | 分享到:\n{FIRST}\n{SECOND}\n上一页：无\n下一页：公司召开会议\n", None, DAY, None),
    (f"{TITLE}\n时间：2021-03-12 类别：公司新闻 来源：本站\n{FIRST}\n{SECOND}\n","本站", DAY, None),
    (f"{TITLE}\n日期：2021-03-12 / 人气： / 来源：云泽在线\n{FIRST}\n{SECOND}\n","云泽在线", DAY, None),
    # portals
    (f"{TITLE}\n2021-03-12 08:15:00　来源: 云泽日报(云泽)　　有0人参与\n{FIRST}\n{SECOND}\n本文来源：云泽日报 责任编辑：李小禾_NB1234\n","云泽日报(云泽)", DAY, None),
    (f"{TITLE}\n云泽新闻网 www.yunze.example.cn 2021-03-12 08:15 来源：云泽日报 作者：李小禾 责编：王小源\n{FIRST}\n{SECOND}\n","云泽日报", DAY, "李小禾"),
    (f"{TITLE}\n2021-03-12 08:15 | 新京报 记者 李小禾 编辑 王小源 校对 陈牧之\n{FIRST}\n{SECOND}\n","新京报", DAY, "李小禾"),
    (f"{TITLE}\n时间：2021-03-12 08:15:32　来源：云泽县融媒体中心　作者：记者 李小禾 通讯员 王小源\n{FIRST}\n{SECOND}\n","云泽县融媒体中心", DAY, "李小禾 王小源"),
    (f"{TITLE}\n李小禾/云泽日报\n2021-03-12 08:15\n{FIRST}\n{SECOND}\n","云泽日报", DAY, "李小禾"),
    (f"{TITLE}\n云泽日报全媒体记者 李小禾 文/图\n{FIRST}\n{SECOND}\n", None, None,"李小禾"),
    (f"{TITLE}\n作者：李小禾（云泽大学）\n来源：《云泽社会科学》2021年第3期\n{FIRST}\n{SECOND}\n","云泽社会科学", None,"李小禾"),
    (f"{TITLE}\n李小禾\n（云泽大学文学院，云南云泽 650000）\n摘要：{SECOND}\n关键词：科普；会议\n{FIRST}\n{SECOND}\n", None, None,"李小禾"),
    (f"{TITLE}\n（2021年3月12日）\n李大同\n同志们：\n{FIRST}\n{SECOND}\n", None, DAY, "李大同"),
    (f"云泽县科协办公室文件\n云科协办〔2021〕3号\n关于召开五届二次全委会的通知\n各乡镇科协：\n{FIRST}\n时间：2021年3月20日上午9:00\n地点：县科技馆三楼\n{SECOND}\n联系人：李小禾 电话：0871-1234567\n云泽县科协办公室\n2021年3月12日\n", None, DAY, None),
    (f"{TITLE}\n时间：2021年3月11日\n地点：县科技馆三楼\n主持：李大同\n记录：李小禾\n{FIRST}\n{SECOND}\n", None, None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n　　　　　　　　李小禾\n", None, None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n县科协 李小禾\n", None, None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n［责任编辑：李小禾］\n", None, None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n（本文作者李小禾）\n", None, None,"李小禾"),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n来源｜云泽日报\n文字｜李小禾\n",'云泽日报',None,"李小禾"),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n通讯员 李小禾 王小源\n", None, None,"李小禾 王小源"),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n撰稿人：李小禾 单位：县科协\n", None, None,"李小禾"),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n信息来源：县科协办公室 信息录入：李小禾 时间：2021-3-12\n","县科协办公室", DAY, None),
    # days
    (f"{TITLE}\n{FIRST}\n{SECOND}\n相关阅读\n2021-02-01 县科协举办培训班\n2021-01-05 县科协走访企业\n",None,None,None),
    (f"首页 > 新闻\n{TITLE}\n{FIRST}\n{SECOND}\n上一篇：县科协举办培训班 2021-02-01\n下一篇：无\n",None,None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n网友评论\n山南客 2021-03-13 10:00\n写得好\n",None,None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n打印时间：2024-04-01 10:00\n",None,None,None),
    (f"今天是：2024年4月29日\n{TITLE}\n{FIRST}\n{SECOND}\n",None,None,None),
    (f"当前时间：2024-04-29 10:00:00\n{TITLE}\n发布时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n发布时间:2021/3/12 9:00:00  点击:2024\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n[2021.03.12] 阅读[2012]次\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n版权所有 © 2010-2024 云泽县科协 滇ICP备12345678号\n",None,None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n报名截止时间：2021年4月1日\n",None,None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n时间：2021年3月20日\n地点：县科技馆\n电话：123456\n",None,None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n展览时间：2021年3月20日—4月20日\n",None,None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n发布于 2021-03-12\n",None,DAY,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n2021-03-12 云泽日报\n","云泽日报",DAY,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n云泽县科协\n2021-03-12\n",None,DAY,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n（云泽县科协 2021年3月12日）\n","云泽县科协",DAY,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n二〇二一年三月十二日\n",None,DAY,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n2021年三月\n",None,None,None),
    (f"云泽县总工会工作制度\n{FIRST}\n{SECOND}\n云泽县总工会\n二○二一年三月\n",None,"2021-03",None),
    (f"云泽县总工会工作制度\n{FIRST}\n{SECOND}\n中共云泽县委员会 云泽县人民政府\n2021年3月\n",None,"2021-03",None),
    (f"云泽县总工会工作制度\n（2021年3月修订）\n{FIRST}\n{SECOND}\n",None,None,None),
    (f"{TITLE}\n时间：2021-03-12 信息来源：办公室 作者：李小禾\n{FIRST}\n{SECOND}\n","办公室",DAY,"李小禾"),
    (f"{TITLE}\n发布：2021-03-12 浏览：23\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n上传：李小禾 2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n点击数：2012 更新时间：2021年03月12日\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n文章来源：  更新时间：2021年03月12日 作者：\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n2021-03-12 | 责任编辑：李小禾 | 来源：云泽网 | 查看：12\n{FIRST}\n{SECOND}\n","云泽网",DAY,None),
    (f"{TITLE}\n2021-03-12T08:15:00+08:00\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n2021年3月12日（农历正月廿九）\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\nMarch 12, 2021 云泽在线\n{FIRST}\n{SECOND}\n","云泽在线",DAY,None),
    (f"{TITLE}\n来源：本网 时间：2021-03-12\n{FIRST}\n{SECOND}\n","本网",DAY,None),
    (f"{TITLE}\n来源：网络整理 时间：2021-03-12\n{FIRST}\n{SECOND}\n","网络整理",DAY,None),
    (f"{TITLE}\n来源：综合 时间：2021-03-12\n{FIRST}\n{SECOND}\n","综合",DAY,None),
    (f"{TITLE}\n来源：原创 时间：2021-03-12\n{FIRST}\n{SECOND}\n","原创",DAY,None),
    (f"{TITLE}\n作者：办公室 时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,"办公室"),
    (f"{TITLE}\n作者：本站 时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,"本站"),
    (f"{TITLE}\n作者：admin 时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,None),
    (f"{TITLE}\n作者：yunze123 时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,"yunze123"),
    (f"{TITLE}\n作者：李小禾等 时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,"李小禾"),
    (f"{TITLE}\n作者：【美】约翰·史密斯 时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,"约翰·史密斯"),
    (f"{TITLE}\n作者：李小禾 译者：王小源 时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,"李小禾"),
    (f"{TITLE}\n作者：李小禾  职务：县科协主席  时间：2021-03-12\n{FIRST}\n{SECOND}\n",None,DAY,"李小禾"),
    (f"{TITLE}\n来源：县科协学会部、科普部 时间：2021-03-12\n{FIRST}\n{SECOND}\n","县科协学会部、科普部",DAY,None),
    (f"{TITLE}\n来源：中共云泽县委办公室　云泽县人民政府办公室 时间：2021-03-12\n{FIRST}\n{SECOND}\n","中共云泽县委办公室　云泽县人民政府办公室",DAY,None),
    (f"{TITLE}\n来源：新华社、人民日报、云泽日报等 时间：2021-03-12\n{FIRST}\n{SECOND}\n","新华社、人民日报、云泽日报等",DAY,None),
    # the classes of layout, with other words
    (f"{TITLE}\n2021-06-08 19:02  山南客 顾老三 阿冬小记\n{FIRST}\n{SECOND}\n",None,"2021-06-08",None),
    (f"{TITLE}\n2021-06-08 19:02  老木匠 南窗 三月雨\n文字/老木匠、南窗&三月雨\n{FIRST}\n{SECOND}\n责编：田小草\n阅读数(2310）\n",None,"2021-06-08","老木匠 南窗 三月雨"),
    (f"{TITLE}\n2021-06-08 19:02  老木匠\n撰文/老木匠\n{FIRST}\n{SECOND}\n",None,"2021-06-08","老木匠"),
    (f"政务号 > 云泽发布\n{TITLE}\n2021-03-12 16:20 来源：云泽新闻·政务\n字号\n云泽发布\n关注\n{FIRST}\n{SECOND}\n编辑|李小禾\n责编|王小源\n","云泽新闻·政务",DAY,None),
    (f"首页 >  新闻  >  {TITLE}\n{TITLE}\n2021年03月12日 云泽传媒 时政新闻 665 0\n{FIRST}\n{SECOND}\n采写：云泽记者 李小禾 王小源\n作者：李小禾 王小源返回云泽，查看更多\n责任编辑：\n","云泽传媒",DAY,"李小禾 王小源"),
    (f"{TITLE}\n2021年03月12日 云泽融媒 县区新闻 1024 12\n{FIRST}\n{SECOND}\n作者：李小禾点击进入专题\n","云泽融媒",DAY,"李小禾"),
    (f"首页\n校园采风\n正文\n{TITLE}\n云泽县实验小学\n学校: 云泽县实验小学\n|\n日期: 2021年3月12日\n{FIRST}\n{SECOND}\n相关信息\n更多\n","云泽县实验小学",DAY,None),
    (f"首页\n基层动态\n正文\n{TITLE}\n单位: 云泽县红十字会\n|\n时间: 2021年3月12日\n|\n浏览: 12\n{FIRST}\n{SECOND}\n","云泽县红十字会",DAY,None),
    (f"{TITLE}\n云泽新闻网\n下载APP\n抢先看\n2021年03月12日 02:26:00 来自云南\n{FIRST}\n{SECOND}\n作者：李小禾 王小源\n“特别声明：以上作品内容为自媒体平台用户上传并发布，本平台仅提供信息存储空间服务。\n","云泽新闻网",DAY,"李小禾 王小源"),
    (f"{TITLE}\n云泽科普\n打开客户端\n2021年03月12日 02:26 来自广东\n{FIRST}\n{SECOND}\n文字：李小禾\n","云泽科普", DAY,"李小禾"),
    (f"{TITLE}\n{FIRST}\n{SECOND}(文/图 李小禾 王小源)\n赞  0    赏     分享\n查看评论\n阅读 318\n发布日期：2021-03-12 10:05:22 所属分类： 头条\n标签：\n版权声明 来源：云泽商报 时间：2021-03-12 10:05:22 作者：\n转载请注明： {TITLE} | 云泽商报  +复制链接\n热门文章\n1老街改造启动\n","云泽商报",DAY,"李小禾 王小源"),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n版权声明：来源 云泽热线 | 时间 2021-03-12\n",None,None,None),
    (f"【学习笔记】{TITLE}\n2021年03月12日 11:05 来源：云泽理论网参与互动\n{FIRST}\n{SECOND}\n(作者：李小禾云泽大学马克思主义学院副教授)\n【编辑:王小源】\n","云泽理论网",DAY,"李小禾"),
    (f"{TITLE}\n2021年03月12日 11:05 来源：云泽网我要评论\n{FIRST}\n{SECOND}\n(作者：李小禾 云泽县委党校讲师)\n","云泽网",DAY,"李小禾"),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n(作者：李小禾，系云泽大学教授)\n",None,None,"李小禾"),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n（作者系云泽县委党校教师李小禾）\n",None,None,None),
    (f"{TITLE}\n{FIRST}\n{SECOND}\n(记　者：李小禾　实习记者　王小源)\n",None,None,"李小禾 王小源"),
    (f"2021-03-12 17:20:45 编辑: 钱思雨 审核人:卜海涛 阅读次数:913 |\n{FIRST}\n{SECOND}(通 讯 员:李小禾 王小源)\n",None,DAY,"李小禾 王小源"),
    (f"{TITLE}\n{FIRST}\n{SECOND}（文字：李小禾 图片：王小源 县总工会）\n",None,None,"李小禾"),
    (f"{TITLE}\n{FIRST}\n{SECOND}（图/文 李小禾 云泽集团工会）\n",None,None,"李小禾"),
    (f"{TITLE}\n{FIRST}\n{SECOND}（供稿/李小禾 云泽公司党群部）\n",None,None,"李小禾"),
    (f"{TITLE}\n云泽县科协主席 李大同\n(20XX年3月12日)\n同志们:\n{FIRST}\n{SECOND}\n",None,None,"李大同"),
    (f"{TITLE}\n云泽科技报讯 （李小禾）{FIRST}\n{SECOND}\n时间：2021-03-12\n来源：云泽科技报\n链接：http://news.example.org/1.html\n","云泽科技报",DAY,"李小禾"),
    (f"{TITLE}\n云泽科技报讯 （李小禾）{FIRST}\n{SECOND}\n","云泽科技报",None,"李小禾"),
    (f"{TITLE}\n云泽网讯（通讯员 李小禾）{FIRST}\n{SECOND}\n","云泽网",None,"李小禾"),
    (f"{TITLE}\n本网讯（通讯员 李小禾）{FIRST}\n{SECOND}\n",None,None,"李小禾"),
    (f"{TITLE}\n本报云泽3月11日电 （记者李小禾）{FIRST}\n{SECOND}\n",None,None,"李小禾"),
    (f"{TITLE}\n云泽日报3月12日讯（记者 李小禾）{FIRST}\n{SECOND}\n","云泽日报",None,"李小禾"),
    (f"{TITLE}\n东陵网消息（全省新闻联播）：{FIRST}\n{SECOND}\n","东陵网",None,None),
    (f"{TITLE}\n中国网络电视台消息(新闻联播)：{FIRST}\n{SECOND}\n","中国网络电视台",None,None),
    (f"{TITLE}\n会议时间\t2021/3/12 14:30---16:00\t会议地点\t三楼会议室\n主持人\t李大同\t记录人\t李小禾\n{FIRST}\n{SECOND}\n",None,None,None),
    (f"{TITLE}\n时间：2021年3月12日（星期五）14:30\n地点：三楼会议室\n{FIRST}\n{SECOND}\n",None,None,None),
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


@pytest.mark.parametrize(("text", "source", "day", "author"), PAGES)
def test_a_page_says_what_it_says(text: str, source: str | None, day: str | None, author: str | None) -> None:
    document = parse_text(text, "a.txt")[0]
    assert (document.source, document.date, document.author) == (source, day, author)
    assert FIRST in document.body


def test_the_evidence_names_the_runner_up() -> None:
    document = parse_text(f"{TITLE}\n云泽日报 2021-03-12 08:15 来源：县科协\n{FIRST}\n{SECOND}\n", "a.txt")[0]
    assert document.source == "县科协"
    assert document.evidence["source"].rule == "label 来源 (before: 云泽日报, name beside the date)"


def test_every_clue_has_a_reason_and_is_used_where_the_text_says_so() -> None:
    assert all(clue.why for clue in CLUES.values())
    assert score("source", ("beside the day", *shape_of("会员注册"))) < LEAST["source"]
    assert score("source", ("beside the day", *shape_of("云泽日报"))) >= LEAST["source"]


@pytest.mark.parametrize("header", ["2021-03-12 08:15 {}", "2021年03月12日  {}  [打印]  [收藏]"])
def test_who_publishes_is_told_from_what_else_stands_beside_a_day(header: str) -> None:
    def source(word: str) -> str | None:
        return parse_text(f"{TITLE}\n{header.format(word)}\n{PROSE}\n{PROSE}\n", "a.txt")[0].source

    assert [word for word in PUBLISHERS.split() if source(word) != word] == []
    assert [word for word in OTHERS.split() if source(word) is not None] == []


def test_a_remark_in_brackets_names_nobody() -> None:
    def author(remark: str) -> str | None:
        return parse_text(f"{TITLE}\n{FIRST}\n{SECOND}（{remark}）\n", "a.txt")[0].author

    assert [remark for remark in REMARKS.split() if author(remark) is not None] == []


@pytest.mark.parametrize(("byline", "author"), BYLINES)
def test_a_byline_names_its_writers_also_without_a_space(byline: str, author: str | None) -> None:
    assert parse_text(f"{TITLE}\n{byline}\n{FIRST}\n{SECOND}\n", "a.txt")[0].author == author


def test_choices_in_brackets_name_nobody() -> None:
    def author(choice: str) -> str | None:
        text = f"{TITLE}\n{FIRST}\n有星号的必须附证明（{choice}），没有星号的随意。\n{SECOND}（{choice}）\n"
        return parse_text(text, "a.txt")[0].author

    assert [choice for choice in CHOICES.split() if author(choice) is not None] == []


@pytest.mark.parametrize(("closing", "author"), CLOSINGS)
def test_a_last_line_names_its_writers(closing: str, author: str | None) -> None:
    text = f"{TITLE}\n2021-03-12 08:15 云泽日报\n{FIRST}\n{SECOND}\n{closing}\n"
    assert parse_text(text, "a.txt")[0].author == author


@pytest.mark.parametrize(
    "signer", ["经济学院研究生会", "三年级二班班委会", "云泽县总工会 云泽县教育局", "青杨老年书画社"]
)
def test_a_month_signs_where_a_group_does(signer: str) -> None:
    assert parse_text(f"会议制度\n{FIRST}\n{SECOND}\n{signer}\n二○一一年三月\n", "a.txt")[0].date == "2011-03"
    assert parse_text(f"会议制度\n{FIRST}\n{SECOND}\n活动的时间定在\n2011年3月\n", "a.txt")[0].date is None
