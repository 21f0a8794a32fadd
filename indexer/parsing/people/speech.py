"""Who said what: sentences given to a speaker by a verb (王延飞指出, 会议强调), until somebody else speaks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.document import MEETING_SPEAKS, Speech
from indexer.parsing.people.mentions import find_mentions
from indexer.parsing.people.names import NAME, is_surely_name, may_be_name
from indexer.parsing.people.offices import OFFICE, POLITE
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from indexer.parsing.people.mentions import Mention

_REPORTS = Rules.of_words(
    "verbs of reporting",
    """指出 强调 要求 表示 认为 提出 指示 介绍说 介绍 坦言 呼吁 谈到 提到 讲到 希望 号召 明确 讲道 说道 说 回应 回应说 建议 透露 补充 补充说 总结道 总结说
    勉励 寄语 提醒 鼓励 叮嘱 反映 点评 直言 感慨 感慨道 感叹 感叹道 笑言 解释 解释说 解释道 回忆 回忆说 回忆道 答复 回答 回答说 告诉记者 告诉大家 提议 倡议 主张
    重申 坚信 询问 表态 称 笑着说 说起 如是说 写道 表示说 看来 问 问道 嘱咐 嘱托 承诺 保证 点评说 介绍道 告诫 强调说 坦承 接着说 的建议是 的意见是
    的看法是 的回答是 的体会是 的观点是 的想法是 讲""",
    how="fullmatch",
)
_SUMS_UP = Rules.of_words(
    "verbs that report only in the past", "肯定 回顾 总结 通报 部署 解读 阐述 分析 传达 汇报", how="fullmatch"
)
# What may stand between a speaker and the verb.
_ADVERBS_TABLE = Rules(
    "between a speaker and the verb",
    *((word, word) for word in ["还", "也", "并", "又", "则", "都", "均", "最后", "同时", "首先", "其次", "接着", "随后", "进一步", "特别", "反复", "着重", "严肃", "明确", "深刻", "充分", "高度", "再次", "一再", "全面", "系统", "详细", "简要", "亲切", "由衷", "一致", "共同", "分别", "总结", "发言", "讲话", "笑着", "当场", "现场", "当即", "率先", "主动", "逐一", "郑重", "直接", "如实", "公开", "曾", "经常", "常", "总"]),
    ("代表[^，,。]{2,16}", "代表市科协"), ("作?(?:总结)?(?:讲话|点评|汇报|报告|发言|致辞)时", "作讲话时"), ("主持(?:会议|大会)?(?:时|并)", "主持会议时"),
    (r"(?:听取|看望|慰问|考察|调研|视察|检查|出席|参加|接受|了解|察看)[^，,。]{0,20}(?:后|时|并)", "听取汇报后"),
    (r"在[^，,。]{0,30}(?:[中上时后里会]|期间)", "在会上"), (r"(?:就|对|向|围绕|针对|结合|从)[^，,。]{2,24}", "就工作"),
    ("出席(?:会议|大会)?并讲话", "出席并讲话"), ("发表(?:了)?(?:重要)?(?:讲话|演讲|致辞)", "发表重要讲话"),
    ("(?:作|做|致)(?:了)?[^，,。]{0,12}?(?:讲话|发言|致辞|辞)", "作了总结讲话"), ("有感而发", "有感而发"),
    (r"[^，,。；：“”\s]{1,8}?地", "深有感触地"), ("的话", "的话"), ("深情", "深情"), ("一边[^，,。；：“”]{1,16}一边", "一边走一边"), ("[便就]", "便"),
    how="fullmatch",
)  # fmt: skip
_ADVERB = str(_ADVERBS_TABLE)
# None begins with another letter, but for those that end with 地.
_IN_ADVERBS = frozenset(_ADVERB)
_ADVERBS = re.compile(rf"(?:{_ADVERB})*+")
_LOOSE = r"(?=[，,：:。；了“]|要|必须|各|全|大家|将|对|一要|一是|我|这|今年|今后|下一步|明年)"
_POINTS = r"(?:了|出)?(?:以下|如下)?[一二三四五六两几\d]{1,2}[点个条项](?:具体)?(?:意见|要求|建议|希望|体会|看法|问题|方面)?(?=[：:，。])"
# Each alternative begins with a letter, so that a search skips to where one of them can begin.
_VERB = re.compile(
    "(?:"
    + "|".join(
        (
            *(f"{verb}{_POINTS}" for verb in "讲提谈"),
            *(row.pattern for row in _REPORTS),
            *(f"{row.pattern}(?=了)" for row in _SUMS_UP),
            *(f"{colon}(?=[^\n：:]{{6}})" for colon in "：:"),
        )
    )
    + ")(?![的者人性书明法服过])"
)
# Without a comma or the like behind them these are no reporting verbs unless a person stands right before.
_CLEARLY = re.compile(_LOOSE)
_NO_REPORT = re.compile(
    r"道?。|(?:热烈|衷心|诚挚|崇高|亲切|由衷|最?热烈|充分)?(?:的|地)?(?:祝贺|欢迎|感谢|慰问|敬意|赞赏|哀悼|支持|同意|赞同|理解|问候|肯定|认可|满意|赞许)"
)
_DEMAND_OF = re.compile(
    r"(?:(?:希望|要求|建议|意见|倡议)[：:，。]|[，,：:了“]|[一二三四五六七八九十几两]|要|以下|如下)"
)
_ONLY_IN_FULL = frozenset(
    {"提出", "明确", "介绍", "回忆", "解释", "询问", "称", "点评", "答复", "分析", "问", "讲", "承诺", "保证", "看来"}
)
# Whose clause begins with them goes on with what the person before it says: 某某对工作表示肯定，希望…
_GOING_ON = frozenset({"希望", "强调", "要求", "指出", "表示", "认为", "呼吁", "建议", "提出"})
# Behind them 指示, 要求 and 建议 are nouns.
_NOUNS = frozenset(
    {"指示", "要求", "建议", "介绍", "希望", "部署", "总结", "提醒", "点评", "说", "反映", "分析", "解释", "表态"}
)
_NOUN_BEFORE = ("的", "重要", "有关", "相关", "各项", "这一", "提出", "以下", "任务", "若干", "几点", "工作")
_SENTENCE_MARKS, _CLAUSE_MARKS = frozenset("。！？!?；;\n"), frozenset("，,：:")
_LONGEST_SUBJECT = 80
_FEWEST = 2
_SUMMING = frozenset(row.example for row in _SUMS_UP)
# What somebody says behind their name and a colon is more than a telephone number or an office.
_ASIDE = re.compile(r"^（[^）\n]{1,20}）")
_CLAUSE_ONLY = re.compile(r"[^，,。；：:“”《》\n]{1,24}")
_WORDS = re.compile(r"\s*[“\"]?[^\n：:]{0,40}?[，。！？,]")
# Who says something and is no speaker of this text; with them somebody's turn ends.
_OTHERS = Rules.of_words(
    "who speaks and is no speaker of the text",
    """通知 文件 意见 方案 文章 报告 决定 条例 规定 党中央 中央 社论 公报 来信 贺信 指示 科协 委员会 协会 学会 联合会 政府 部门 厅 局 党委
    党组 公司 集团 大学 学院 医院 记者 代表 专家 学者 委员 群众 职工 村民 居民 干部 同志 人士 嘉宾 人员 负责人 党员 大家 师生 企业家 学员""",
    behind="们?$",
)
# Verbs of meeting reports, which go on for paragraphs; who 说 something in a feature has finished with the paragraph.
_GOES_ON = frozenset({"指出", "强调", "要求", "提出", "希望", "明确", "肯定", "部署", "指示", "号召"})
_MEETING = Rules.of_words(
    "meetings that speak as one",
    """会议 大会 全会 例会 年会 座谈会 研讨会 推进会 报告会 学习会 交流会 部署会 动员会 论坛 培训班 常委会 全委会 理事会 党组会""",
    before="[^，。]{0,24}",
    behind="$",
    how="fullmatch",
)
_PRONOUN = re.compile(r"(?:^|[，,]|并|后|时)(?:他|她)(?:们)?$")
# Who asks or says what begins a paragraph: 记者：…, 答：…, 市科协主席 王某（左一）：…, 【李某委员】
_TRANSCRIPT = re.compile(
    r"^[ \u3000]*(?=[^，。：:】\]]{0,150}+\s*+(?:[：:】\]]|[，。][^）)]{0,20}[）)]))"  # most lines tell of something
    r"[【\[■●◆]?(?:(?P<asks>[^，。：:\n]{0,16}?(?:记\s*者|[报网台])|主持人|问|提问|网友)"
    rf"|(?P<subject>(?:[^，。：:\n]{{0,40}}?{OFFICE}[ \u3000]{{0,4}})?(?P<name>{NAME})(?:{OFFICE}|{POLITE})?|答|(?P<other>[\u4e00-\u9fff]{{2,4}})))"
    r"(?:[（(][^）)\n]{1,20}[）)])?(?:[】\]]?\s*[：:]|[】\]])(?=\s*\S{6})",
    re.MULTILINE,
)
_CREDITS = Rules.of_words(
    "verbs behind a quotation and its speaker",
    """说 表示 指出 强调 介绍 认为 坦言 告诉记者 叮嘱 直言 感慨 感叹 笑言 回忆 解释 回应 打开了话匣子 打开话匣子 深有感触 问 高兴得 激动得 笑得
    连连点头 啧啧称赞 赞叹 称赞 道出 连声 总结 建议 呼吁""",
    how="fullmatch",
)
_QUOTED = re.compile(
    r"“(?P<text>[^”\n]{6,600})”[，,]?[ \u3000]*(?P<clause>(?:[^，,。“”\n]{1,14}[，,])?[^，,。；：:\n“”]{1,40}?)"
    rf"(?P<verb>{_CREDITS})"
)
# What tells of the meeting again and is nobody's words.
_NARRATES = Rules(
    "what tells of the meeting again, wherever it stands",
    ("出席了?(?:会议|大会|活动|座谈|仪式|本次|此次|。|$)", "王某出席会议"),
    ("列席", "王某列席"),
    ("参加了?(?:会议|大会|活动|座谈|培训|学习|调研|。|$)", "王某参加活动"),
    ("主持(?:会议|召开|了|。)", "王某主持会议"),
    ("与会[^，。]{0,12}(?:围绕|进行|展开|畅谈|就)", "与会专家围绕主题"),
    ("选举产生", "选举产生了"),
    ("审议通过", "审议通过了"),
    ("表决通过", "表决通过了"),
    ("会议还(?:听取|审议|研究|通报)", "会议还听取"),
    flags=re.MULTILINE,
)
_NARRATES_FIRST = Rules(
    "what tells of the meeting again where a sentence begins",
    *(
        (word, f"好。{word}大家")
        for word in ["会前", "会后", "当天", "随后", "据悉", "据了解", "图为", "日前", "近日", "会议期间"]
    ),
    ("[（(](?:记者|通讯员|作者|文|供稿)", "好。（记者 王某）"),
    before=r"(?:^|(?<=[。！？]))\s*",
    flags=re.MULTILINE,
)
_NARRATES_ON_LINE = Rules(
    "what tells of the meeting again where a line begins",
    (r"^\s*\d{1,2}月\d{1,2}日", "3月12日"),
    ("^.{0,12}(?:结束后|期间|现场)[，,]", "调研结束后，"),
    flags=re.MULTILINE,
)
# Without any of them nothing of that is there: a search for plain words is far cheaper.
_MAY_NARRATE = re.compile("会前|会后|当天|随后|据悉|据了解|图为|日前|近日|期间|（|[(]|月|结束后|现场")
# How a speech goes on: it demands.
_DEMANDS = re.compile(
    r"(?<![重主需只])要(?![求闻点])|必须|应当|务必|切实|^\s*(?:[一二三四五六七八九]是|第[一二三四五六七八九]|首先|其次|再次|[一二三四五六七八九]、)"
)
# What somebody else does: 市长李某作报告.
_DOES = re.compile(
    r"[^，,。；]{0,12}?(?:[作做][^，,。；]{0,24}(?:报告|讲话|发言|说明|汇报|介绍|点评)|主持|宣读|出席|通报|致[^，,。；]{0,6}[辞词]|发言|讲话)"
)
_SUBJECT_WITHIN = 25
_OPENING = 60
_LONGEST_CREDIT = 40  # who says a quotation, behind it
_LEAD = 60
_SENTENCE_END = re.compile(r"[。！？!?]")
_PARAGRAPH = re.compile(r"[^\n]+")
_OF_PERSON = re.compile(
    rf"(?:同志|先生|女士|一行|等)?(?:{OFFICE})?(?:(?:{_ADVERB})*+|[^，,。；：“”\s]{{1,24}}(?:[时后中上并]|期间)(?:{_ADVERB})*+)"
)
_SAME_SUBJECT = re.compile(rf"^(?:并|还|同时|最后)?(?:{_ADVERB})*+$")


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where somebody begins to speak; None is somebody who is no speaker of this text (a notice, an article)."""

    start: int
    speaker: str | None
    verb: str
    sure: bool
    quotes: bool = False


def find_speech(
    body: str, mentions: list[Mention], *, quoted: frozenset[str] = frozenset(), title: str = ""
) -> tuple[Speech, ...]:
    """Return the passages of a body that are somebody's words, in order, none over another.

    What is said by those of whom a text only tells what they said elsewhere (`quoted`) is quoted.
    """
    transcript = _find_transcript(body, mentions, title=title)
    if transcript:
        return _cut_at_turns(body, transcript, turns=_Turns(body, mentions, quoted=quoted).find())
    quotes = _find_quotes(body, mentions, quoted=quoted)
    turns = _resume(body, _take_quotes(_Turns(body, mentions, quoted=quoted).find(), quotes))
    passages: list[Speech] = []
    starts = [*(quote.start for quote in quotes), *(turn.start for turn in turns), len(body)]
    starts.sort()
    for turn in turns:
        if turn.speaker is not None:
            last = starts[bisect_right(starts, turn.start)] if turn.start < len(body) else len(body)
            passages += _follow(body, turn, last=last, mentions=mentions)
    return tuple(sorted((*passages, *quotes), key=lambda passage: passage.start))


def _take_quotes(turns: list[_Turn], quotes: list[Speech]) -> list[_Turn]:
    """Return the turns that begin in no quotation with its speaker behind it; who goes on behind one begins with it.

    Quotations that a turn takes over are removed: “……，”某某说，“……”.
    """
    found = []
    ends = [quote.end + _LONGEST_CREDIT for quote in quotes]
    taken: set[int] = set()
    for turn in turns:
        place = bisect_right(ends, turn.start)
        quote = quotes[place] if place < len(quotes) and place not in taken else None
        if quote is None or not quote.start <= turn.start:
            found.append(turn)
        elif turn.speaker == quote.speaker:
            found.append(replace(turn, start=quote.start))
            taken.add(place)
        elif turn.start >= quote.end:
            found.append(turn)
    quotes[:] = [quote for place, quote in enumerate(quotes) if place not in taken]
    return found


def _resume(body: str, turns: list[_Turn]) -> list[_Turn]:
    """Let somebody who quotes another in the middle of a paragraph go on behind the quotation's sentence."""
    found: list[_Turn] = []
    for number, turn in enumerate(turns):
        found.append(turn)
        before = turns[number - 1] if number else None
        if not turn.quotes or before is None or before.quotes or before.speaker is None:
            continue
        if "\n" in body[before.start : turn.start]:
            continue
        following = turns[number + 1].start if number + 1 < len(turns) else len(body)
        line = body.find("\n", turn.start, following)
        end = following if line < 0 else line
        first = _SENTENCE_END.search(body, turn.start, end)
        if first and first.end() < end:
            found.append(replace(before, start=first.end(), sure=False))
    return found


def whole_speech(body: str, speaker: str) -> tuple[Speech, ...]:
    """Return a body as one person's words."""
    return (Speech(speaker, "讲话", 0, len(body), sure=True),) if body else ()


def _find_transcript(body: str, mentions: list[Mention], *, title: str) -> tuple[Speech, ...]:
    """Read a text in which every paragraph begins with who says it."""
    if sum(map(body.count, "：:】]")) < _FEWEST:
        return ()
    marks = list(_TRANSCRIPT.finditer(body))
    if len(marks) < _FEWEST:
        return ()
    names = _name_speakers(marks, mentions, title=title)
    marks = [match for match in marks if match["asks"] or match["subject"] in names]
    if len([match for match in marks if match["subject"]]) < _FEWEST or not names:
        return ()
    ends = [*(match.start() for match in marks[1:]), len(body)]
    return tuple(
        Speech(names[match["subject"]], "：", match.start("subject"), _trimmed(body, match.start(), end=end), sure=True)
        for match, end in zip(marks, ends, strict=True)
        if match["subject"]
    )


def _cut_at_turns(body: str, transcript: tuple[Speech, ...], *, turns: list[_Turn]) -> tuple[Speech, ...]:
    """End the passages of a transcript where a line tells of somebody else, who then speaks."""
    found: list[Speech] = []
    lines = {
        turn.start: turn for turn in turns if turn.start and body[turn.start - 1] == "\n" and turn.verb not in "：:"
    }
    starts = sorted(lines)
    for passage in transcript:
        place = bisect_right(starts, passage.start)
        turn = lines[starts[place]] if place < len(starts) and starts[place] < passage.end else None
        if turn is None or turn.speaker in {None, passage.speaker}:
            found.append(passage)
            continue
        found.append(replace(passage, end=_trimmed(body, passage.start, end=turn.start)))
        end = body.find("\n", turn.start)
        end = _trimmed(body, turn.start, end=end if end >= 0 else len(body))
        found.append(Speech(turn.speaker or "", turn.verb, turn.start, end, turn.sure, quoted=turn.quotes))
    return tuple(found)


def _name_speakers(marks: list[re.Match[str]], mentions: list[Mention], *, title: str) -> dict[str, str]:
    """Return the name that each label of a transcript stands for; 答 is whom the others or the title name."""
    asked = any(match["asks"] for match in marks)
    counts = Counter(match["subject"] for match in marks if match["subject"])
    people = {mention.name for mention in mentions}
    labels = {
        match["subject"]: match["name"] or match["other"] for match in marks if match["subject"] not in {None, "答"}
    }
    sure = {label: name for label, name in labels.items() if is_surely_name(name) or name in people}
    names = {
        label: name
        for label, name in labels.items()
        if label in sure or (asked and counts[label] >= _FEWEST) or (len(sure) >= _FEWEST and may_be_name(name))
    }
    if counts["答"]:
        answers = set(names.values()) or people or {mention.name for mention in find_mentions(title)}
        if len(answers) == 1:
            names["答"] = answers.pop()
    return names


class _Turns:
    """Reads where somebody begins to speak, from the beginning of a body to its end."""

    def __init__(self, body: str, mentions: list[Mention], *, quoted: frozenset[str]) -> None:
        self.body = body
        self.quoted = quoted
        self.mentions = mentions
        self.ends = [mention.end for mention in mentions]
        self.ats = [mention.at for mention in mentions]
        self.others = [mention.at for mention in mentions if mention.name not in quoted]
        self.last_speaker: Mention | None = None
        self.spoke_at = -1  # where one who is not quoted began to speak last
        self.turns: list[_Turn] = []
        self.paragraph = self.looked = 0

    def find(self) -> list[_Turn]:
        after = 0
        for verb in _VERB.finditer(self.body):
            if verb.start() < after:
                continue
            turn = self._read(verb)
            if turn is not None:
                self.turns.append(turn)
                after = verb.end()
        return self.turns

    def _read(self, verb: re.Match[str]) -> _Turn | None:
        """Return the turn that a verb begins; None where it reports nobody's words."""
        body, at = self.body, verb.start()
        if verb[0] in _NOUNS and body.endswith(_NOUN_BEFORE, 0, at):
            return None
        mention = self._mention_before(at)
        is_label = verb[0] in "：:"
        if not (self._is_label(mention, verb) if is_label else self._reports(verb, near=True)):
            return None
        sentence = self._sentence_of(at)
        clause = _behind_mark(body, _CLAUSE_MARKS, first=sentence, at=at)
        said = _Said(at, verb[0], sentence, clause)
        if is_label:
            return self._turn(said, mention, sure=True)
        if mention is not None and mention.start >= clause and _OF_PERSON.fullmatch(body, mention.end, at):
            return self._turn(said, mention, sure=True)
        subject = body[clause:at]
        core = subject[: len(subject) - len(_trailing_adverbs(subject))]
        if _PRONOUN.search(core):
            return self._turn(said, self._antecedent(clause, many="们" in core[-1:]), sure=False)
        return self._read_others(said, verb, core=core)

    def _sentence_of(self, at: int) -> int:
        """Return where the sentence of a place begins, without white space."""
        body = self.body
        start = _behind_mark(body, _SENTENCE_MARKS, first=max(0, at - _LONGEST_SUBJECT), at=at)
        while start > 1 and start < at and body[start] == "”" and body[start - 1] in "。！？":
            start += 1
        while start < at and body[start].isspace():
            start += 1
        return start

    def _read_others(self, said: _Said, verb: re.Match[str], *, core: str) -> _Turn | None:
        """Return the turn of a verb with no person right before it: the meeting's, theirs, or of who was named before."""
        mention = self._mention_before(said.at)
        own = mention is not None and mention.start >= said.sentence
        subject = self.body[said.clause : said.at]
        if own and mention is not None and mention.end <= said.clause and not core and said.verb in _GOING_ON:
            goes_on = self.turns and self.turns[-1].start >= said.sentence
            near = not said.verb.startswith("提出") and _NO_REPORT.match(self.body, verb.end()) is None
            return self._turn(said, self._antecedent(said.clause), sure=False) if near and not goes_on else None
        if not self._reports(verb, near=False):
            return None
        if _MEETING.fullmatch(core):
            return _Turn(self._start(said, None), MEETING_SPEAKS, said.verb, sure=True)
        if own and mention is not None:
            if mention.end <= said.clause and _SAME_SUBJECT.match(subject):
                goes_on = self.turns and self.turns[-1].start >= said.sentence
                return None if goes_on else self._turn(said, self._antecedent(said.clause), sure=False)
            if mention.start >= said.clause and subject.endswith("并"):
                return self._turn(said, mention, sure=True)
        return _Turn(self._start(said, None), None, said.verb, sure=True) if _OTHERS.search(core) else None

    def _reports(self, verb: re.Match[str], *, near: bool) -> bool:
        """Tell whether a verb reports what is said, by what follows it."""
        if verb[0] in _SUMMING:
            return True
        if _NO_REPORT.match(self.body, verb.end()) and verb[0][-1] not in "点个条项见求议望会法题面":
            return False
        if verb[0] in _ONLY_IN_FULL:
            return _DEMAND_OF.match(self.body, verb.end()) is not None
        return near or _CLEARLY.match(self.body, verb.end()) is not None

    def _is_label(self, mention: Mention | None, colon: re.Match[str]) -> bool:
        """Tell whether a colon stands between somebody and what they say: 王某：先吃饭, 王某接过话头：“好。”"""
        if mention is None or _WORDS.match(self.body, colon.end()) is None:
            return False
        between = self.body[mention.end : colon.start()]
        between = _ASIDE.sub("", between)
        return not between or (self.body.startswith("“", colon.end()) and _CLAUSE_ONLY.fullmatch(between) is not None)

    def _mention_before(self, at: int) -> Mention | None:
        place = bisect_right(self.ends, at) - 1
        return self.mentions[place] if place >= 0 else None

    def _antecedent(self, at: int, *, many: bool = False) -> Mention | None:
        """Return whom 他 means: the first person of the last clause that names one; at the beginning of a paragraph, who spoke last.

        Whoever is only quoted is never stepped over to somebody named before: what they say is theirs or nobody's.
        """
        paragraph = self._paragraph_of(at)
        mention = self._mention_before(at)
        if mention is None or mention.at < paragraph:
            return self.last_speaker
        first = max(paragraph, mention.at - _LONGEST_SUBJECT)
        clause = max(paragraph, *(self.body.rfind(mark, first, mention.at) for mark in "，,。；;：:"))
        subject = self.mentions[bisect_left(self.ats, clause)]
        found = mention if subject.name in self.quoted else subject
        if found.name not in self.quoted:
            return found
        return None if many or self._may_be_another(found, paragraph, at=at) else found

    def _paragraph_of(self, at: int) -> int:
        """Return where the paragraph of a place begins; asked for one place after the other, it looks at each letter once."""
        line = self.body.rfind("\n", self.looked, at)
        self.paragraph = line + 1 if line >= 0 else self.paragraph
        self.looked = max(at, self.looked)
        return self.paragraph

    def _may_be_another(self, quoted: Mention, paragraph: int, *, at: int) -> bool:
        """Tell whether 他 behind somebody quoted may as well be who speaks already, or who was named in a sentence before."""
        if self.spoke_at >= paragraph:
            return True
        other = bisect_left(self.others, paragraph)
        named = other < len(self.others) and self.others[other] < at
        return named and _SENTENCE_END.search(self.body, quoted.end, at) is not None

    def _turn(self, said: _Said, mention: Mention | None, *, sure: bool) -> _Turn | None:
        if mention is None:
            return None
        if mention.name not in self.quoted:
            self.last_speaker, self.spoke_at = mention, said.at
        return _Turn(self._start(said, mention), mention.name, said.verb, sure, mention.name in self.quoted)

    def _start(self, said: _Said, speaker: Mention | None) -> int:
        """Return where a turn begins: with its sentence, unless that first tells of somebody else."""
        between = self._mention_before(said.clause)
        other = between is not None and between.start >= said.sentence and between != speaker
        other = other or (bool(self.turns) and self.turns[-1].start >= said.sentence)
        start = said.clause if said.clause - said.sentence > _LEAD or other else said.sentence
        while start < said.at and self.body[start].isspace():
            start += 1
        return start


@dataclass(frozen=True, slots=True)
class _Said:
    """A verb at a place, with the beginnings of its sentence and of its clause."""

    at: int
    verb: str
    sentence: int
    clause: int


def _behind_mark(body: str, marks: frozenset[str], *, first: int, at: int) -> int:
    """Return the place behind the last of some marks before another place; `first` where there is none."""
    while at > first and body[at - 1] not in marks:
        at -= 1
    return at


def _trailing_adverbs(subject: str) -> str:
    """Return the longest end of a subject that is adverbs alone."""
    anywhere = "地" in subject
    for start, letter in enumerate(subject):
        if (anywhere or letter in _IN_ADVERBS) and _ADVERBS.fullmatch(subject, start):
            return subject[start:]
    return ""


def _follow(body: str, turn: _Turn, *, last: int, mentions: list[Mention]) -> list[Speech]:
    """Return the passages of one turn: its own paragraph, and what goes on below, which is less sure."""
    passages: list[Speech] = []
    for paragraph in _PARAGRAPH.finditer(body, turn.start, last):
        start, end = paragraph.span()
        is_own = not passages and start == turn.start
        if is_own:
            first = _SENTENCE_END.search(body, start, end)
            stop = _narration(body, first.end(), end=end, turn=turn, mentions=mentions) if first else None
            if turn.quotes and first:
                stop = first.end()
        elif _DEMANDS.search(body[start : start + _OPENING]):
            stop = _narration(body, start, end=end, turn=turn, mentions=mentions)
        else:
            break
        end = end if stop is None else stop
        if end > start:
            passages.append(
                Speech(
                    turn.speaker or "",
                    turn.verb,
                    start,
                    _trimmed(body, start, end=end),
                    turn.sure and is_own,
                    quoted=turn.quotes,
                )
            )
        if stop is not None or turn.verb not in _GOES_ON:
            break
    return passages


def _narration(body: str, start: int, *, end: int, turn: _Turn, mentions: list[Mention]) -> int | None:
    """Return where the sentence begins that tells of the meeting again, or of what somebody else does; None where none does."""
    found = [_NARRATES.search(body, start, end)]
    if _MAY_NARRATE.search(body, start, end):
        found += [rules.search(body, start, end) for rules in (_NARRATES_FIRST, _NARRATES_ON_LINE)]
    places = [match.start() for match in found if match]
    stop = _sentence_start(body, start, at=min(places)) if places else None
    for place in range(bisect_left(mentions, start, key=lambda own: own.at), len(mentions)):
        mention = mentions[place]
        if mention.start >= (end if stop is None else stop):
            break
        if mention.start >= start and mention.name != turn.speaker:
            sentence = _sentence_start(body, start, at=mention.start)
            if mention.start - sentence <= _SUBJECT_WITHIN and _DOES.match(body, mention.end):
                return sentence
    return stop


def _sentence_start(body: str, start: int, *, at: int) -> int:
    """Return where the sentence begins that holds a place."""
    found = max(body.rfind(mark, start, at) for mark in "。！？；")
    return found + 1 if found >= 0 else start


def _trimmed(body: str, start: int, *, end: int) -> int:
    return start + len(body[start:end].rstrip())


def _find_quotes(body: str, mentions: list[Mention], *, quoted: frozenset[str]) -> list[Speech]:
    """Read quotations that name their speaker behind them: “……”王某说."""
    found = []
    ends = [mention.end for mention in mentions]
    for match in _QUOTED.finditer(body) if mentions else ():
        place = bisect_right(ends, match.start("verb")) - 1
        mention = mentions[place] if place >= 0 else None
        if mention is None or mention.at < match.start("clause"):
            continue
        if _OF_PERSON.fullmatch(body, mention.end, match.start("verb")):
            own = mention.name in quoted
            end = match.end("text") + 1
            found.append(Speech(mention.name, match["verb"], match.start(), end, sure=True, quoted=own))
    return found
