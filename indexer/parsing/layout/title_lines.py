"""What a line says of being a title: whether it can be one, names only a body, or goes on in the line below."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.parsing.layout.kinds import LineKind, kind_of
from indexer.parsing.layout.labels import has_tools_alone
from indexer.parsing.layout.lines import (
    is_caption,
    is_edition,
    is_genre,
    is_heading,
    is_page_heading,
    is_salutation,
    is_title_like,
    is_tool,
)
from indexer.parsing.layout.numbers import is_number_line
from indexer.parsing.layout.paragraphs import word_spans
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line

SHORT_TITLE = 8
ABOUT = ("关于", "關於", "關于")
SUBTITLE = re.compile(r"(?:[—－–-]{1,3}|[⸺⸻])\s*\S")
_FEW = 3
_LONG_ENOUGH = 12
_LONGEST_BODY = 40
_LONGEST_SECOND = 26  # of lines of a title with a comma; longer ones are rather broken sentences
_COMMA = re.compile("[，；]")
_SENTENCE = re.compile(r"。(?!。*$)|(?<!。)。$|[，、,]$")
_IN_A_BOX = re.compile(r"【(?![^】]*(?:通知|公告|通报|关于|启事|声明))[^】]{2,12}】")  # a column
_TWO_LABELS = re.compile(r"[\u4e00-\u9fff]{1,8}[:：]\s*\S+\s+[\u4e00-\u9fff]{1,8}[:：]")
LABELLED = re.compile(r"[\u4e00-\u9fff]{2,6}\s*[:：]")
_SIGNED = re.compile(r"[（(【□■]?\s*\S{0,12}?(?:记者|通讯员|作者|实习生|特约评论员)")
_FEW_HAN = re.compile(r"[\u4e00-\u9fff]{1,3}")
_NO_LETTERS = re.compile(r"[\s\W_]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_BODIES = Rules.of_words(
    "what the name of a body, a site or a newspaper ends with",
    "协会 学会 科协 联合会 委员会 人民政府 办公室 办事处 党组 厅 局 司 部 网 社 频道 中心 门户 平台"
    " 小学 中学 大学 学院 医院",
    example="青禾{}",
    before="[^，。“”《》]{2,30}",
    behind="$",
    how="match",
)
_OFFICES = Rules(
    "the name of a body whose last character ends other words as well",
    (r"[^，。“”《》]{2,30}[务书事理织传划财监审研技]处$", "青禾县财务处"),
    (r"[^，。“”《》]{2,30}(?<![通简汇公喜周月快捷申填])报$", "青禾日报"),
    how="match",
)
_LAST_OF_BODY = frozenset(row.pattern.removesuffix("$")[-1] for table in (_BODIES, _OFFICES) for row in table)
_ISSUED = Rules.of_words(
    "what the title of a document that a body issues ends with",
    "办法 规定 方案 通知 意见 条例 规则 细则 规划 要点 章程 报告 决定 公告 决议 批复 函 通报 请示",
    example="关于某事的{}",
    behind=r"(?:[（(].{1,6}[）)])?$",
)
_UNFINISHED = Rules(
    "how a title ends that goes on in the next line",
    (r"[的和与及暨在、对于《“（(—]$", "省科协召开座谈会暨"),
    (r"(?:参加|举行|召开|开展|举办|进行|推进|加强|学习|贯彻|传达)$", "省科协传达"),
    (r"[一二三四五六七八九十\d](?:届|次)$", "传达市委十二届六次"),
)
_CONTINUES = Rules(
    "how the second line of a wrapped title begins or reads, whatever the first one ends with",
    (
        r"[（(](?:第[^（()）]{1,6}次|[^（()）]{1,6}稿|试行|暂行|草案|修订)[）)](?=[\u4e00-\u9fff》])",
        "（试行）》的通知",
    ),
    (r"[（(][^（()）\d]{2,4}[）)](?=会)", "（常委）会议精神"),
    (r"[（(](?:试行|暂行|草案|节选|摘要|修订|[^（()）]{1,6}稿)[）)]$", "（征求意见稿）"),
    (r"[\u4e00-\u9fff]{0,3}(?:会议?|全会|大会)?精神$", "全会精神"),
    how="match",
)
_NO_TITLE = Rules(
    "lines that are no title, however much of the body they say",
    (r"[—－–⸺⸻-]{1,3}\s*\S", "——某市妇联侧记"),
    (r"[（(][^（()）]*[）)]$", "（第一次全体会议）"),
    (rf"(?:{_IN_A_BOX.pattern})$", "【科普园地】"),
    (r"(?:记者|问|答|[QA]\d?|主持人)\s*[:：]", "问：如何报名"),
    (r"(?:摘要|导读|核心提示|编者按|本报讯)\s*[:：]", "导读：春天来了"),
    (r"(?:文|执笔)\s*[|｜/／]", "文/张小源"),
    (r"本[报刊网台](?:特约)?评论员.{0,8}$", "本报评论员"),
    (
        r"(?:会议)?(?:时\s*间|地\s*点|主\s*持|出\s*席|列\s*席|缺\s*席|请\s*假|记\s*录|参\s*加|参\s*会|与\s*会|议\s*题)\S{0,4}\s*(?:[:：]|\t)",
        "列席：甲乙",
    ),
    (r"[\u4e00-\u9fff](?:[ \u3000]+[\u4e00-\u9fff]){1,5}\s*[:：]", "有 效 性：有效"),
    (r"\S{0,4}(?:访问|浏览|点击|流量|在线|来访)\S{0,4}\s*[:：].{0,12}\d", "访问统计：今日 23  昨日 118"),
    (r"第\s*\d+\s*卷\s*第?\s*\d+\s*期", "第 38 卷 第 2 期 海陵研究 2021 年 4 月"),
    (r"\S{0,10}(?:电话|热线|传真|邮编|QQ|微信)\s*[:：]\s*\d", "会议室预约电话：8212345"),
    (r"(?:报|送|发|抄\s*送|主\s*送|主题词)\s*[:：]", "主送：各处"),
    (r".{0,30}(?:会议|大会)(?:文件|材料)(?:之)?\s*[（(][一二三四五六七八九十\d]{1,3}[）)]$", "某会议文件（十二）"),
    (r".{2,30}(?:[室处部会院站]编|编印|主办)(?:\s+\d{4}.{4,12})?$", "某县总工会办公室编"),
    (r".{2,30}\s+\d{4}年\d{1,2}月\d{1,2}日印发?$", "某县办公室  2016年8月11日印发"),
    (r"\S{1,12}\s*\d+\s*(?:分钟|小时|天)前", "海陵发布 2小时前"),
    (r"(?:发件人|收件人|抄送)\s*[:：]", "收件人: 各理事"),
    how="match",
)
# 学校: 青杨市临江小学 beside the labels of a header: who publishes, under a label of the site's own.
_ANY_LABEL = re.compile(r"^[\u4e00-\u9fff]{1,5}\s*[:：]\s*")
OWN_LABEL = re.compile(r"(?:学校|单位|部门|学院|院系|系部|班级|社区|乡镇|镇|街道|村|机构|科室|支部)\s*[:：]\s*\S{2,24}")
_FORM_ROWS = Rules.of_words(
    "the first cell of a row of a form",
    "名称 主题 议题 类别 时间 日期 地点 主持人 记录人 人员 内容 编号 单位 部门 姓名",
    example="会议{}\t第二次理事会",
    before=r"[\u4e00-\u9fff（）() ]{0,8}",
    behind=r"\s*\t",
    how="match",
)
TOLD = Rules.of_words(
    "what headlines tell, and no name of a body does",
    "赴 走进 走访 来到 深入 调研 慰问 考察 参观 召开 举行 举办 成立 入选 荣获 落户 访问 指导 座谈 检查 视察 出席 签约 开展 来我 到我 看望 莅临 传达 部署",
    example="市科协领导{}青禾大学",
)
_LATIN = re.compile(r"[A-Z][A-Za-z][A-Za-z ,.:;()&'’\d\-–]{10,140}")  # the title once more, in English
_QUALIFIED = re.compile(r"[（(][^（()）\d]{2,16}[）)]")  # (第一次全体会议)
# 海陵科技  2017 年第 3 期
_ISSUE = re.compile(r".{2,16}?\d{4}\s*年?\s*(?:第\s*\d+\s*卷\s*)?第\s*\d+\s*期(?:\s*[（(].{1,16}[）)])?")
_LETTERHEAD = re.compile(r"[\u4e00-\u9fff（）()]{4,40}文件")
_STEP = re.compile(r"[-_|｜>»›/]\s*$")
_DASH = re.compile("[-_|｜–—]")
_SITE_BEHIND = re.compile(r"(?<![-_|｜–—])[-_|｜–—]+\s*[^-_|｜–—]{2,12}$")  # tried once for each run of dashes
_LONGEST_SITE = 30
_CUT_OFF = re.compile(r"(?P<begin>.{6,}?)\s*(?:\.{2,6}|…{1,3}|。{2,6})")


def can_be_title(line: Line, lines: list[Line]) -> bool:
    """Tell whether a line can be a title; very short ones (专访) only where the text begins with them."""
    text = line.text
    if (text[-1] in "，、," or "。" in text) and _SENTENCE.search(text):
        return False
    if _NO_TITLE.match(text) or is_number_line(line.plain) or is_caption(text):
        return False
    if _TWO_LABELS.match(line.plain) or is_edition(line.plain) or is_page_heading(line.plain) or _FORM_ROWS.match(text):
        return False
    if has_tools_alone(line.plain):
        return False
    return is_title_like(text) or is_genre(text) or (line is lines[0] and _FEW_HAN.fullmatch(text) is not None)


def can_be_headline(line: Line) -> bool:
    """Tell whether a line over an article of a newspaper can be its headline, a short one (老水车) or a subtitle too."""
    return not (
        _SENTENCE.search(line.text)
        or is_caption(line.text)
        or is_number_line(line.plain)
        or is_edition(line.plain)
        or is_page_heading(line.plain)
        or is_salutation(line.plain)
        or _TWO_LABELS.match(line.plain)
        or _SIGNED.match(line.plain)
        or not _FEW_HAN.search(line.text)
    )


def has_title_over(lines: list[Line], header: int) -> bool:
    """Tell whether a line that can be a title stands right over a header."""
    above = [line for line in lines[max(0, header - _FEW) : header] if not is_tool(line.plain)]
    return (
        bool(above)
        and kind_of(above[-1]) is LineKind.SHORT
        and len(above[-1].text) >= SHORT_TITLE
        and can_be_title(above[-1], lines)
        and not names_body(above[-1].text)
    )


def names_body(text: str) -> bool:
    """Tell whether a text is the name of a body, a site or a newspaper, and no document that one issued."""
    return ends_with_body(text) and not is_issued(text)


def ends_with_body(text: str) -> bool:
    """Tell whether a text could be the name of a body, by what it ends with."""
    if len(text) > _LONGEST_BODY or text[-1:] not in _LAST_OF_BODY:
        return False
    if _BODIES.match(text) is None and _OFFICES.match(text) is None:
        return False
    return len(text) < _LONG_ENOUGH or TOLD.search(text) is None


def is_issued(text: str) -> bool:
    """Tell whether a title is one of a document that a body issues."""
    return _ISSUED.search(text) is not None


def names_issue(text: str) -> bool:
    """Tell whether a line names the issue of a journal or a bulletin, as its pages say over every article."""
    return len(text) <= _LONGEST_BODY and _ISSUE.fullmatch(text) is not None


def is_letterhead(lines: list[Line], index: int) -> bool:
    """Tell whether a line is the head of official paper, over the number of the document: 某市人民政府文件."""
    return (
        index + 1 < len(lines)
        and _LETTERHEAD.fullmatch(lines[index].plain) is not None
        and is_number_line(lines[index + 1].plain)
    )


def is_own_label(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    """Tell whether a line is a row of a header with a label that only its site has."""
    value = _ANY_LABEL.sub("", lines[index].text)
    says_again = index > 0 and value == lines[index - 1].text != lines[index].text
    if OWN_LABEL.fullmatch(lines[index].plain) is None and not says_again:
        return False
    return any(0 <= at < len(kinds) and kinds[at] is LineKind.HEADER for at in (index - 1, index + 1, index + 2))


def is_broken_off(lines: list[Line], index: int) -> bool:
    """Tell whether a line is the beginning of a sentence that goes on in the next."""
    below = lines[index + 1] if index + 1 < len(lines) else None
    return below is not None and not below.indented and word_spans(lines[index].text, below.text)


def full_title(title: str, lines: list[Line]) -> Line | None:
    """Return the line that says in full what a page cut off: 某市公交专线下月开通！免费换..."""
    cut = _CUT_OFF.fullmatch(title)
    begin = letters_of(cut["begin"]) if cut else ""
    if not begin:
        return None
    for line in lines:
        own = letters_of(line.text) if len(line.text) <= 2 * len(title) + SHORT_TITLE + _LONG_ENOUGH else ""
        if begin in own and len(own) > len(begin) and _CUT_OFF.fullmatch(line.text) is None:
            return line
    return None


def overlap(title: str, text: str) -> float:
    """Return the share of the title's pairs of characters that the body holds, too."""
    if len(title) == 1:
        return float(text.count(title) > 1)
    pairs = {run[at : at + 2] for run in _HAN_RUN.findall(title) for at in range(len(run) - 1)}
    if not pairs or not text:
        return 0.0
    return sum(map(text.__contains__, pairs)) / len(pairs)


@lru_cache(maxsize=512)
def letters_of(text: str) -> str:
    """Return a text without white space and signs."""
    return text if text.isalnum() else _NO_LETTERS.sub("", text)


def is_in_a_box(text: str) -> bool:
    """Tell whether a line is a column in a box: 【科普园地】."""
    return _IN_A_BOX.fullmatch(text) is not None


def runs_on(text: str, following: str) -> bool:
    """Tell whether a title line goes on in the next: it ends open, or names only the body that issues the text."""
    if any(text.count(left) > text.count(right) for left, right in ("“”", "《》", "（）", "()")):
        return True
    if ends_with_body(text) and (is_issued(following) or following.startswith((*ABOUT, "印发", "转发"))):
        return True
    if text.startswith(ABOUT) and not is_issued(text) and is_issued(following):
        return True
    if len(text) >= _LONG_ENOUGH and _CONTINUES.match(following):
        return True
    if len(text) >= SHORT_TITLE >= len(following) and is_issued(following) and not is_issued(text):  # 实施方案
        return True
    return _UNFINISHED.search(text) is not None


def count_wrapped(lines: list[str]) -> int:
    """Return how many lines a title was wrapped over; a subtitle under it (after a dash, or on its own) is none."""
    dash = next((index for index, text in enumerate(lines) if index and is_subtitle(text)), None)
    if dash is not None:
        return dash
    count = min(1, len(lines))
    while count < len(lines) and _is_glued("".join(lines[:count]), lines[count]):
        count += 1
    return count


def join_title(lines: list[str]) -> str:
    """Join the lines of a title; two whole headlines have a space between them."""
    title = lines[0]
    for text in lines[1:]:
        title += text if _is_glued(title, text) else f" {text}"
    return title


def _is_glued(title: str, text: str) -> bool:
    return len(title) < SHORT_TITLE or runs_on(title, text)


def is_subtitle(text: str) -> bool:
    """Tell whether a line under a title is one of its own: behind a dash, in brackets, in Latin letters."""
    return any((SUBTITLE.match(text), _QUALIFIED.fullmatch(text), _LATIN.fullmatch(text)))


def says_title(text: str, title: str) -> bool:
    """Tell whether a text says what a title does, or in full what it was cut off from."""
    own, letters = letters_of(text), letters_of(title)
    if own in letters:
        return True
    cut = _CUT_OFF.fullmatch(title)
    return cut is not None and own.startswith(letters_of(cut["begin"]))


def is_title_again(line: Line, title: list[Line]) -> bool:
    """Tell whether a line near a title says the same once more, perhaps with the name of the site behind it."""
    text = line.text
    if not title or len(text) < SHORT_TITLE or text[-1] in ":：，,。；":  # a label, or a line of a sentence
        return False
    whole = title[0].text if len(title) == 1 else "".join(own.text for own in title)
    if line.number < title[0].number and text.endswith(whole) and _STEP.search(text[: -len(whole)]):
        return True  # 某协会 - 工作动态 - the title
    if len(text) > len(whole) + _LONGEST_SITE:
        return False
    least = 1 if line.number < title[0].number else max(1, len(letters_of(whole)) // 2)
    if len(letters_of(text)) >= least and says_title(text, whole):
        return True
    without_site = _SITE_BEHIND.sub("", text) if _DASH.search(text) else ""
    return len(letters_of(without_site)) >= least and says_title(without_site, whole)


def is_more_of_title(title: str, line: Line, *, may_end: bool) -> bool:
    """Tell whether a line under a title is more of it, and no row of the text: a label, a table's head, a verse."""
    if is_subtitle(line.text) or runs_on(title, line.text):
        return True
    if len(line.text) >= _LONGEST_SECOND and _COMMA.search(line.text):
        return False
    return may_end and not (LABELLED.match(line.text) or is_heading(line.text) or names_body(line.plain))
