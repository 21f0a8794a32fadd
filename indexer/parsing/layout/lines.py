"""The lines of a text, and what a line looks like: navigation, tools, prose, a title, the end of an article."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.analysis.normalize import simplify
from indexer.parsing.rules import Rules

_PARAGRAPH_INDENT = re.compile(r"(\u3000| {2,}|\t|\xa0{2,})")
_LONGEST_PATTERNED = 200
# White space, marks without width, and the bars that tables leave at the ends of lines.
_LINE_ENDS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_EDGES = " \t\r\f\v\u3000\xa0\u2002\u2003\u2009\ufeff\u200b\u200c\u200d\u2060|｜"
# A label in a box is one with a colon: 【来源】 某报.
_BOXED_LABEL = re.compile(r"^【(来源|作者|撰文|撰稿|通讯员|记者|供稿|责任编辑|编辑|审核|摄影|日期|时间|发布时间)】")
_PROSE_LENGTH = 30
_LONG_LINE = 80
_LONGEST_TITLE = 120
_LONGEST_TOOL = 40
_LONGEST_STEP = 60
_LONGEST_PAIR = 24
_LONGEST_END_MARK = 150
_LONGEST_LIKELY_END = 30


_ESCAPES = re.compile(r"(?:\\[rnt])+")  # marks of line ends that a copy spelled out
_WHITE = re.compile(r"\s+")
_TWO_LETTERS = re.compile(r"[^\s|｜·]{2}")
_SPOKEN = re.compile(r"(?:记者|问|答|主持人)\s*[:：]")
_SITE_AND_COLUMN = re.compile(r"\S{2,12}\s*[·|｜]\s*(\S{2,8})")
_GAPS = re.compile(r"\s{2,}")
_STOP = re.compile(r"[，。；]")
_TWO_HAN = re.compile(r"[\u3400-\u9fff]{2}")
_NO_HEADLINE = re.compile(r"(?<!。)。$|[；：:;]$|^[\d\W]+$|^第\d+期")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its number in the file (from 1), its text, and how it stands there.

    `plain` is the text in simplified characters, one for one, for the patterns that know a header or a footer.
    It `goes_on` with the sentence of the line above, from which only the number of a page parted it.
    """

    number: int
    text: str
    plain: str
    indented: bool
    after_blank: bool
    goes_on: bool = False


def split_lines(text: str, first_line: int = 1) -> list[Line]:
    """Return the lines of a text that hold something, trimmed."""
    lines = []
    after_blank = True
    simple = simplify(text)  # one for one, so its lines are those of the text
    number = first_line - 1
    goes_on = False  # form feeds and the like end lines here, but in no editor
    for whole, simple_line in zip(text.splitlines(keepends=True), simple.splitlines(keepends=True), strict=True):
        number += not goes_on
        goes_on = whole[-1] not in "\r\n"
        raw = whole.rstrip(_LINE_ENDS)
        trimmed = raw.strip(_EDGES)
        if trimmed and not _ESCAPES.fullmatch(trimmed):
            plain = simple_line.rstrip(_LINE_ENDS).strip(_EDGES) if len(trimmed) <= _LONGEST_PATTERNED else trimmed
            if plain[0] == "【":
                plain = _BOXED_LABEL.sub(r"\1: ", plain)
            lines.append(Line(number, trimmed, plain, bool(_PARAGRAPH_INDENT.match(raw)), after_blank))
        after_blank = not trimmed
    return lines


def squeeze(text: str) -> str:
    """Return a text without white space."""
    return _WHITE.sub("", text)


_NAVIGATION = re.compile(
    r"(?:您|你|本页)?(?:现在|当前|目前|所在)?的?(?:当前|所在|目前)?(?:所在)?(?:的)?位置\s*(?:[:：>»]|$)"
    r"|.{0,12}欢迎(?:您|你)?(?:访问|来到|光临)|(?i:welcome)(?=\s*[\u4e00-\u9fff])"
    r"|(?:设为首页|加入收藏|添加收藏|收藏本站|网站首页|免费发布信息|触屏版|登录|注册|首页)(?:\s|$|[|｜])"
    r"|(?:首页|主页)\s*[>»/\-]|首页[\u4e00-\u9fff]{2,8}$"
    r"|(?:跳|转)到?至?主要?[内內]容"
    r"|(?:今天是(?=\s*(?:[:：\d]|星期|$))|当前时间|站内搜索|请输入关键[字词]|电子报阅读机|当前报纸名称|版面\s*[:：]\s*第)\s*[:：]?.{0,40}$"
    r"|.{0,12}\s正文$|第?[\d一二三四五六七八九十]{1,5}版\s*[:：]|上一[版期]|(?:标题|版面|文章)导航|.{0,20}(?:总第\d+期)"
    r"|>>\s*\S+\s*>>|.{0,10}国内统一(?:连续出版物|刊)号|.{0,80}(?:新闻|广告)热线\s*[:：\d]"
)
# A menu printed on one line: several short words and nothing that makes a sentence.
_MENU = re.compile(r"(?=.*[\u4e00-\u9fff])[\u4e00-\u9fffA-Za-z]{1,6}(?:[\s|｜·]+[\u4e00-\u9fffA-Za-z]{1,6}){2,}$")
_TRAIL_MARK = re.compile(r"[>»›＞]+")
_TOOL = re.compile(
    r"[\[【（(]?\s*(?:打印|关闭|收藏|分享|字体|字号|调整字体|缩小字体|放大字体|视力保护色|浏览(?:次数|量|数量)?|点击(?:数|量|次数)?"
    r"|阅读(?:次数|人次|量|数)?|共\s*\d+\s*字.{0,3}(?:需|预计).{0,12}分钟|访问量|人气|字数|扫一扫|大\s*中\s*小|背景色|繁体|简体|朗读|订阅|内容预览|热\s*词)"
    r"(?:[\s:：】\]）)\[【（(|]|$|\d)"
    r"|.{0,50}[【〖\[（(](?:关闭窗口|关闭本页|关闭此页|打印本页|告诉好友)[】〗\]）)]|(?:本文)?原标?题(?:为|[:：])|(?:推荐|评论|回复|点赞)\s*\d+$|\d+\s*次(?:\s|$)|\d+人参与|\d+\s*(?:条)?(?:跟贴|评论|阅读)|x$"
)
_TAGGED = re.compile(r"[\[【][^\]】]{1,6}[\]】]\s*[\u3400-\u9fff]{6}")  # [分享]某会召开: a tag, and the title
_LONGEST_BUTTON = 24
_SPREAD = re.compile(r"\S(?:\s+\S){1,3}")
_BUTTON = re.compile(
    r"(?:(?:微信|腾讯|新浪|人人)?(?:QQ空间|QQ好友|QQ|微博|新浪微博|朋友圈|微信好友|易信|豆瓣|人人网|Facebook|Twitter|LinkedIn)\s*)+"
    r"|(?:微信|用微信|手机|打开微信)?扫(?:一扫|描|码)?(?:下方|上方|右侧)?(?:二维码|关注|下载|分享).{0,12}|分享(?:(?:到|至)\s*[:：]?.{0,12}|\s*[:：].{0,12})?|更多(?:>>|»|…)?|举报|收藏|关注|点赞|赞\s*\d*|转发|订阅|评论|打赏|快速回复|限\s*\d+\s*字节|评论人次\s*[:：]?\s*\d*|页面功能\s*[:：]?|[•·]?\s*加入收藏|发文内容\s*[:：]?|(?:语音播报\s*[:：]?\s*)+|新闻评论\s*\d*|友情链接\s*[:：]?"
    r"|\[复制链接\]|找回密码|(?:QQ|快捷|微信)登录|只需一步.{0,6}|Rank: ?\d.*|.{0,12}论坛元老|(?:新手上路|(?:注册|中级|高级|金牌)会员)"
    r"|赞?\s*\d+\s*赏?\s*分享|[TA]?\s*\+\s*[TA]?\s*-?|[A-]{1,2}[+-]|\d{1,6}|[×xX<>«»·•|\-—_=*#]+|(?:复制|拷贝)链接|播报|暂停|展开|收起|全文|返回.{0,6}"
    r"|(?:加|关注)*关注(?:.{2,10}|.{2,20}公众号)|(?:字体|字号)?\s*[:：]?\s*(?:[大中小]\s*){2,3}|(?:上|下)一页|首页|尾页|图集|打开APP.*|(?:立即|点击)?(?:下载|打开).{0,8}(?:客户端|APP|App)"
    r"|[\w \-－—_()（）]{1,24}\.(?:jpe?g|png|gif|bmp|webp)|关闭\s*[×xX]|[×xX]\s*关闭|[（(]?资料图片?[）)]?|(?:分享(?:到|至)\S{1,10}\s*)+|(?:跳|转)到?至?主要?[内內]容.{0,4}|[:：]{2,}"
    r"|(?:[-•]\s*)?(?:Search|Comentarios|Comments?|Share|Admin|Log In|\d+ min read)",
    re.IGNORECASE,
)
_BOX = re.compile(r"[\[【〖（(]\s*(.{1,24}?)\s*[\]】〗）)]")
_BOXED_BUTTONS = Rules(
    "words on buttons that pages put in brackets beside a day",
    (r"(?:下载|复制|收藏|分享|打印|关闭|举报|转发|订阅|纠错|返回|刷新|点赞)(?!日|单位)\S{0,6}", "下载该文章"),
    (r"(?:加入|添加)\S{1,4}", "加入收藏"),
    (r"(?:会员|用户|免费|立即)\S{0,2}(?:注册|登录|登陆)", "会员注册"),
    (r"(?:注册|登录|登陆)\S{0,4}", "登录"),
    (r"(?:我要|发表|查看|参与)(?:\S{0,2})(?:评论|投稿|纠错|留言|互动|反馈|收藏)", "我要投稿"),
    (r"(?:推荐|告诉|发送)给?\S{0,4}", "推荐给好友"),
    (r"(?:字体|字号)?\s*[:：]?\s*(?:(?:大|中|小|默认|特大)\s*){1,4}", "字体：大 中 小"),
    (r"(?:缩小|放大|改变|调整)\S{0,4}", "放大字体"),
    how="fullmatch",
)
EDITIONS = Rules(
    "the line that says on which page of a newspaper an article stands",
    (r"第?[A-Z]?\d{1,3}版\s*(?:[:：（(].{0,24})?", "第B3版:县区新闻"),
    (r"第[一二三四五六七八九十]{1,3}版\s*(?:[:：（(].{0,24})?", "第三版（综合）"),
    (r"[\[【（(]第?[A-Z]?\d{1,3}版[:：]?.{0,16}[\]】）)]", "[第T08版:特刊]"),
    (r"版次\s*[:：]\s*[A-Z]?\d{1,3}版?", "版次：A03"),
    (r"专栏\s*[:：]\s*[\u4e00-\u9fff]{0,8}", "专栏:"),
    how="fullmatch",
)
_LOGIN = Rules(
    "the rows of a box in which visitors log in",
    (r"(?:用户|会员)?(?:登录|登陆)(?:\s*[/|｜]?\s*注册)?", "用户登录"),
    (r"(?:还)?没有账号\s*[?？]?", "还没有账号?"),
    (r"(?:立即|免费|马上)?注册(?:账号|会员)?", "立即注册"),
    (r"(?:忘记|找回)密码\s*[?？]?", "忘记密码？"),
    (r"(?:您|请|需要|先|后|才|可以|能|再)*(?:登录|登陆)(?:后|以后)?(?:才|可以|能|再|即可|方可|进行|发表|参与)*(?:回帖|评论|下载|查看|阅读|回复|留言)?(?:\s*登录\s*[|｜]\s*注册)?", "请先登录"),
    (r"(?:记住|自动)(?:密码|登录)|记住我", "记住密码"),
    (r"(?:QQ|快捷|微信|微博)(?:账号)?(?:登录|登陆)", "微信登录"),
    how="fullmatch",
)
_PAGE_HEADING = re.compile(
    r"(?:新闻|资讯|信息|文章|通知|公告|动态|图片|内容)(?:详情|详细|内容|正文|浏览|查看|显示|阅读)(?:页面?|信息)?|(?:详情|内容|正文)页面?|正文|内容|(?:正文|全文|文章)复制|复制(?:全文|正文|文章)"
)
_COLUMN = re.compile(r"[·•◆■●★▲※]\s*(?P<name>\S.{0,28}?)\s*[·•◆■●★▲※]?$")
_BULLETS = "·•◆■●▲★※"
_SECTION = re.compile(r".{0,6}(?:动态|活动|新闻|要闻|公告|资讯|简报|简讯|快讯|专栏|频道|信息|消息)$")
_LONGEST_SECTION = 8
# What follows an article begins with one of these. Some are sure signs wherever a line begins with them ...
_SURE_END = re.compile(
    r"[—\-（(【*※\s]*(?:本(?:网站?|站|信息|平台)|以上(?:内容|信息))[^。]{0,60}(?:不代表|仅供(?:您)?参考|(?:未经|尚未).{0,20}证实)|GMT[+＋]8\b|凡本[网站報报刊].{0,8}注明|[（(]?本文(?:为|系|由|来自).{0,14}(?:原创|授权|版权|更多)|正文已结束|[^。；]{0,40}版权所有(?![者人权]|\s*[，,]\s*(?:侵权|翻印|违者)[^。]*[，。])|[^。]*all rights reserved|copyright\b|©(?!\s*原创)"
    r"|[^。]{0,80}ICP[备证]\s*[:：]?\s*[\d\u4e00-\u9fff]?\d"
    r"|[（(]完[）)]$|[（(][^。]{0,20}责任编辑\s*\S|[【（(\[]\s*编辑\s*[:：]"
    r"|[【（(\[]?\s*(?:责任编辑|责编|本文编辑|网络编辑)\s*[:：\s|｜丨]"
    r"|【?\s*(?:免责|版权|特别|郑重)声明\s*(?:[:：】]|$)|[^。，]{0,8}(?:严正|郑重|特别)声明\s*[:：].{0,40}(?:转载|授权|本平台|本站|本网)|声明\s*[:：].*(?:本站|本网|转载|仅供参考|投资|据此操作)"
    r"|[-•·\[]?\s*(?:上|下)一(?:篇|条)\s*[:：\]]|本文(?:标题|链接|地址)\s*[:：]|链接地址\s*[:：]|(?:大约)?剩余\s*\d+\s*%|\[网友\]"
    r"|[…\.。]*\s*(?:全文共|本文共)\s*\d+\s*字|新来的客人|刚注册会员|文章(?:关键词|标签)\s*[:：]|produced by",
    re.IGNORECASE,
)
# ... others begin sentences and headings as well, so they count only where they are the whole line.
_LIKELY_END = re.compile(
    r"相关热词(?:搜索)?|相关(?:新闻|阅读|链接|文章|稿件|报道|推荐|信息|资讯|内容)|(?:新闻|编辑|精彩|热文|小编|为(?:您|你))推荐|猜你喜欢|(?:您|你)可能(?:会|也)?(?:喜欢|感兴趣)的?\S{0,4}"
    r"|热(?:门|点)(?:新闻|推荐|阅读|文章|图片|专题|评论|排行)\S{0,4}|(?:推荐|延伸)阅读.{0,6}|延伸\s*·\s*推荐|(?:[【\[]?\s*(?:上|下|前|后)一(?:篇|条|个|页)\s*[】\]]?\s*){1,2}|阅读下一篇.*"
    r"|分享(?:(?:到|至)\S{0,10})?|(?:编辑|审核|校对|编审|监制)\s*[:：|｜丨]\s*\S{0,20}|(?:\d+条?)?(?:网友|最新|全部|热门|文明)?(?:评论|跟帖)(?:\s*[\d（(|].*)?"
    r"|写评论.*|我要(?:评论|反馈|发布|投稿|留言)|发表评论|扫(?:一扫|描|码)?.{0,8}(?:二维码|关注|下载|全文|移动|手机|微信).{0,12}|.{0,8}二维码"
    r"|声明|(?:关键词|标签|TAGS?)\s*(?:[:：].*)?|(?:精彩|焦点|高清)(?:热图|图片|组图|图集)|(?:欢迎)?\s*发表评论|评论列表|暂(?:无|时没有)评论.*|还没有评论.*|用户\s*[:：]\s*匿名.*|免费订阅.{0,20}手机报.*|(?:阅读|查看)全文(?!件).{0,8}|点击(?:查看|阅读|下载|展开).{0,8}|返回(?:顶部|首页|列表|上一页)"
    r"|[\[【]?(?:打印|关闭|收藏)(?:本页|此页|窗口|正文|文章|本文)?[\]】]?(?:[\s\[【].*)?|top|用户登录.{0,12}|(?:关于|联系)我们.*|网站地图.*|技术支持\s*[:：].*"
    r"|(?:[【\[(（]?\s*(?:上一|下一|返回|打印|关闭|收藏|TOP|顶部|推荐|发表评论|上一|前一|后一)[^【】\[\]()（）\s]{0,4}\s*[】\])）]\s*){1,6}|\+?顶\d*|举报|收藏\s*[|｜]?\s*举报",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"(?:各位|同志们|尊敬的|各[^。]{1,120}|[^。]{2,80}(?:部门|单位|政府|委员会|协会|学会|科协))[^。]{0,40}[:：]$"
)
# 一、 （三） 4. ⑤
_ITEM = r"[一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾]{1,4}\s*[、.．]|[（(]\s*[一二三四五六七八九十百\d]{1,4}\s*[）)]|\d{1,2}\s*[、.．](?!\d)|[①-⑳]"
# What stands before 部分, 章 or 条: 第二部分
_DIVISION = r"第[一二三四五六七八九十百零〇\d]{1,5}\s*"
_HEADING = re.compile(
    rf"(?:{_ITEM}|{_DIVISION}[章节条编款部]|#{{1,6}}\s|[-*·•◆■●]\s|附(?:件|则|录)?\s*[:：\d]|抄(?:送|报)\s*[:：])"
)
# 第三部分 and 第三章 begin a heading, 第三部门 does not; nor does 第一条战线.
_TITLED = re.compile(rf"(?P<number>{_ITEM}|{_DIVISION}(?:[章节编款]|部分|部(?=\s|$)))(?P<title>[^。；]*[^。；，：:,]|)")
_ARTICLE = re.compile(rf"{_DIVISION}条(?=\s|$)")
_COUNTED = re.compile(r"[\d①-⑳]")
_LONGEST_HEADING = 50
_SHORTEST_ITEM = 4
_CAPTION = re.compile(r"(?:图为|上图|下图|图片来源|供图|资料图)")
_TERMINAL = re.compile(r"[。！？；：…!?;:.]\s*[”’」』）)》】\]\"']*$|[”」』）)】\]]$")


def is_navigation(text: str) -> bool:
    """Tell whether a line is a breadcrumb, a greeting or a menu entry."""
    return _is_trail(text) or _NAVIGATION.match(text) is not None or is_edition(text)


def is_edition(text: str) -> bool:
    """Tell whether a line says on which page of a newspaper an article stands."""
    return ("版" in text or text.startswith("专栏")) and EDITIONS.fullmatch(text) is not None


def is_login(text: str) -> bool:
    """Tell whether a line is of a box in which visitors log in."""
    return len(text) <= _LONGEST_BUTTON and _LOGIN.fullmatch(text) is not None


def is_page_heading(text: str) -> bool:
    """Tell whether a line is what every page of a site says over its articles: 新闻详情页."""
    return len(text) <= _LONGEST_SECTION and _PAGE_HEADING.fullmatch(text) is not None


def split_trail(text: str) -> list[str]:
    """Return the steps of a trail like 首页 > 新闻 > 正文; any other text is one step."""
    return [step.strip() for step in _TRAIL_MARK.split(text)]


def _is_trail(text: str) -> bool:
    """Recognise a trail: short names between at least two marks."""
    if len(text) >= _LONGEST_TITLE or "。" in text:
        return False
    steps = split_trail(text)
    if not steps[0]:  # the beginning of the trail stands on the line above
        steps = steps[1:]
        return bool(steps) and all(0 < len(step) <= _LONGEST_STEP for step in steps) and len(text) <= _LONGEST_STEP
    return (len(steps) > 2 or (len(steps) == 2 and len(text) <= _LONGEST_PAIR)) and all(
        len(step) <= _LONGEST_STEP for step in steps
    )


def is_menu(text: str) -> bool:
    """Tell whether a line lists several short words, as menus do over an article (and lists of names under one)."""
    return bool(_MENU.match(text)) and _TWO_LETTERS.search(text) is not None


def is_tool(text: str) -> bool:
    """Tell whether a line is a button, a counter or a font switch."""
    return len(text) < _LONGEST_TOOL and bool(_TOOL.match(text)) and not is_spoken(text) and not _TAGGED.match(text)


def is_spoken(text: str) -> bool:
    """Tell whether a short line is part of an interview: 问：…, 记者：…."""
    return _SPOKEN.match(text) is not None


def column_of(text: str) -> str | None:
    """Return the column that a line like `· 工作动态 ·` or `学术活动` names."""
    if len(text) <= _LONGEST_SECTION and _SECTION.match(text):
        return text
    if text[0] not in _BULLETS and not ("·" in text or "|" in text or "｜" in text):
        return None
    printed = _SITE_AND_COLUMN.fullmatch(text)
    if printed and _SECTION.match(printed[1]):
        return printed[1]
    match = _COLUMN.fullmatch(text)
    return match["name"] if match else None


def is_button(text: str) -> bool:
    """Tell whether a line is a button to share, follow, praise or report, or a counter beside one."""
    if len(text) > _LONGEST_BUTTON:
        return False
    if (box := _BOX.fullmatch(text)) is not None and _BOXED_BUTTONS.fullmatch(box[1]):
        return True
    return _BUTTON.fullmatch(_WHITE.sub("", text) if _SPREAD.fullmatch(text) else text) is not None


def ends_surely(text: str) -> bool:
    """Tell whether a line stands under articles and never in one: copyright, editors, the next article."""
    return len(text) < _LONGEST_END_MARK and bool(_SURE_END.match(text))


def ends_article(text: str) -> bool:
    """Tell whether a line begins what follows an article: editors, related links, comments, copyright."""
    if ends_surely(text) or is_login(text):
        return True
    likely = _GAPS.sub(" ", text).strip(" :：>»…—-")
    return len(text) <= _LONGEST_LIKELY_END and not _STOP.search(text) and bool(_LIKELY_END.fullmatch(likely))


def is_salutation(text: str) -> bool:
    """Tell whether a line addresses the readers or listeners, as speeches and notices begin."""
    return bool(_SALUTATION.match(text))


def is_prose(text: str) -> bool:
    """Tell whether a line is a sentence of running text rather than a title, label or menu."""
    return len(text) >= _LONG_LINE or (len(text) >= _PROSE_LENGTH and "。" in text)


def is_heading(text: str) -> bool:
    """Tell whether a line begins with a heading's or list item's number or mark."""
    return bool(_HEADING.match(text))


def heading_of(paragraph: str) -> str | None:
    """Return what a paragraph says as a heading: all of a short numbered one that is no sentence; the number of an article.

    1.张三 and ①张三 are items of a list, no headings: behind digits stand at least four characters of one.
    """
    if (article := _ARTICLE.match(paragraph)) is not None:
        return paragraph if len(paragraph) < _LONGEST_HEADING and "。" not in paragraph else article[0]
    titled = _TITLED.fullmatch(paragraph) if len(paragraph) < _LONGEST_HEADING else None
    if titled is None or (_COUNTED.search(titled["number"]) and len(titled["title"].strip()) < _SHORTEST_ITEM):
        return None
    return paragraph


def is_caption(text: str) -> bool:
    """Tell whether a line describes a picture."""
    return bool(_CAPTION.match(text))


def is_title_like(text: str) -> bool:
    """Tell whether a line could be the title of an article."""
    if not 4 <= len(text) <= _LONGEST_TITLE or not _TWO_HAN.search(text) or "@" in text:
        return False
    return not _NO_HEADLINE.search(text) and not is_salutation(text)


def is_complete(text: str) -> bool:
    """Tell whether a line ends where a sentence can end."""
    return bool(_TERMINAL.search(text))
