"""Who said what: sentences given to a speaker by a verb (王延飞指出, 会议强调), until somebody else speaks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.document import MEETING_SPEAKS, Speech
from indexer.parsing.people.mentions import OFFICE
from indexer.parsing.people.names import NAME, is_surely_name

if TYPE_CHECKING:
    from indexer.document import Person
    from indexer.parsing.people.mentions import Mention

_VERBS = (
    "指出|强调|要求|表示|认为|提出|指示|介绍说|介绍|坦言|呼吁|谈到|提到|讲到|希望|号召|明确|讲道|说道|说|回应|建议|透露|补充|总结道|总结说|勉励|寄语|提醒"
    "|鼓励|叮嘱|反映|点评"
)
_SUMMING = "肯定|回顾|总结|通报|部署|解读|阐述|分析|传达|汇报"
# What may stand between a speaker and the verb.
_ADVERB = (
    "还|也|并|又|则|都|最后|同时|首先|其次|接着|随后|进一步|特别|反复|着重|严肃|明确|深刻|充分|高度|再次|一再|全面|系统|详细|详细地|简要|亲切|语重心长地|深情地|由衷|一致|共同|分别|代表[^，,。]{2,16}"
    "|总结|发言|发言时|讲话|致辞时|致词时|作?(?:总结)?讲话时|主持会议(?:时|并)|(?:听取|看望|慰问|考察|调研|视察|检查|出席|参加|接受)[^，,。]{0,20}(?:后|时|并)"
    "|在[^，,。]{0,30}(?:中|上|时|后|里|会议|期间)|(?:就|对|向|围绕)[^，,。]{2,24}|出席(?:会议)?并(?:讲话)?"
)
_ADVERBS = re.compile(rf"(?:{_ADVERB})*+")
_LOOSE = r"(?=[，,：:。；了]|要|必须|“|各|全|大家|将|对|一要|一是|我|这|今年|今后|下一步|明年)"
_VERB = re.compile(
    "(?:" + "|".join([_VERBS, *(f"{verb}(?=了)" for verb in _SUMMING.split("|"))]) + ")(?![的者人性书明法服过])"
)
# Without a comma or the like behind them these are no reporting verbs unless a person stands right before.
_CLEARLY = re.compile(_LOOSE)
_NO_REPORT = re.compile(
    r"道?。|(?:热烈|衷心|诚挚|崇高|亲切|由衷|最?热烈|充分)?(?:的|地)?(?:祝贺|欢迎|感谢|慰问|敬意|赞赏|哀悼|支持|同意|赞同|理解|问候|肯定|认可|满意|赞许)"
)
_DEMAND_OF = re.compile(r"(?:[，,：:了“]|[一二三四五六七八九十几两]|要|以下|如下)")
_SENTENCE_MARKS = "。！？!?；;\n"
_LONGEST_SUBJECT = 80
_FEWEST = 2
# Who says something and is no speaker of this text; with them somebody's turn ends.
_OTHERS = re.compile(
    r"(?:通知|文件|意见|方案|文章|报告|决定|条例|规定|党中央|中央|社论|公报|来信|贺信|指示|科协|委员会|协会|学会|联合会|政府|部门|厅|局|党委|党组|公司|集团|大学|学院|医院|记者"
    r"|代表|专家|学者|委员|群众|职工|村民|居民|干部|同志|人士|嘉宾|人员|负责人|党员|大家|师生|企业家|学员)(?:们)?$"
)
# Verbs of meeting reports, which go on for paragraphs; who 说 something in a feature has finished with the paragraph.
_GOES_ON = frozenset({"指出", "强调", "要求", "提出", "希望", "明确", "肯定", "部署", "指示", "号召"})
_MEETING = re.compile(
    r"(?:(?:本次|此次|这次|与会)?(?:会议|大会|全会|例会|年会|座谈会|研讨会|推进会|报告会|学习会|交流会|部署会|动员会|论坛|培训班)"
    r"|[^，。]{0,24}(?:会议|大会|全会|座谈会|研讨会|推进会|常委会|全委会|理事会|党组会))$"
)
_PRONOUN = re.compile(r"(?:^|[，,]|并|后|时)(?:他|她)(?:们)?$")
_TRANSCRIPT = re.compile(
    rf"(?:^|\n)[ \u3000]*(?:(?P<asks>记\s*者|主持人|问)|(?P<subject>(?:[^，。：:\n]{{0,20}}{OFFICE})?{NAME}|答))\s*[：:](?=\s*\S{{6}})"
)
_QUOTED = re.compile(
    r"“(?P<text>[^”\n]{6,600})”[，,]?\s*(?P<clause>(?:[^，,。“”\n]{1,14}[，,])?[^，,。；：:\n“”]{1,40}?)(?P<verb>说|表示|指出|强调|介绍|认为|坦言|告诉记者|叮嘱)"
)
# What tells of the meeting again and is nobody's words.
_NARRATES = re.compile(
    r"出席(?:了)?(?:会议|大会|活动|座谈|仪式|本次|此次|。|$)|列席|参加(?:了)?(?:会议|大会|活动|座谈|培训|学习|调研|。|$)|主持(?:会议|召开|了|。)"
    r"|与会[^，。]{0,12}(?:围绕|进行|展开|畅谈|就)|(?:^|(?<=[。！？]))\s*(?:会前|会后|当天|随后|据悉|据了解|图为|日前|近日|会议期间|[（(](?:记者|通讯员|作者|文|供稿))|^\s*\d{1,2}月\d{1,2}日|选举产生|审议通过|表决通过|会议还(?:听取|审议|研究|通报)|^.{0,12}(?:结束后|期间|现场)[，,]",
    re.MULTILINE,
)
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
_LEAD = 60
_SENTENCE_END = re.compile(r"[。！？!?]")
_PARAGRAPH = re.compile(r"[^\n]+")
_OF_PERSON = re.compile(rf"(?:同志|先生|女士|一行|等)?(?:{OFFICE})?(?:{_ADVERB})*+")
_SAME_SUBJECT = re.compile(rf"^(?:并|还|同时|最后)?(?:{_ADVERB})*+$")


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where somebody begins to speak; None is somebody who is no speaker of this text (a notice, an article)."""

    start: int
    speaker: str | None
    verb: str
    sure: bool
    quotes: bool = False


def find_speech(body: str, people: tuple[Person, ...], *, mentions: list[Mention]) -> tuple[Speech, ...]:
    """Return the passages of a body that are somebody's words, in order, none over another."""
    transcript = _find_transcript(body)
    if transcript:
        return transcript
    turns = _Turns(body, people, mentions=mentions).find()
    passages: list[Speech] = []
    for number, turn in enumerate(turns):
        if turn.speaker is None:
            continue
        last = turns[number + 1].start if number + 1 < len(turns) else len(body)
        passages += _follow(body, turn, last=last, mentions=mentions)
    passages += _find_quotes(body, mentions, passages=passages)
    return tuple(sorted(passages, key=lambda passage: passage.start))


def whole_speech(body: str, speaker: str) -> tuple[Speech, ...]:
    """Return a body as one person's words."""
    return (Speech(speaker, "讲话", 0, len(body), sure=True),) if body else ()


def _find_transcript(body: str) -> tuple[Speech, ...]:
    """Read a text in which every paragraph begins with who says it."""
    marks = [
        match
        for match in _TRANSCRIPT.finditer(body)
        if match["asks"] or match["subject"] == "答" or is_surely_name(_last_name(match["subject"]))
    ]
    speakers = {_last_name(match["subject"]) for match in marks if match["subject"]} - {"答"}
    if len([match for match in marks if match["subject"]]) < _FEWEST or not speakers:
        return ()
    ends = [*(match.start() for match in marks[1:]), len(body)]
    passages = []
    for match, end in zip(marks, ends, strict=True):
        if match["subject"] is None:
            continue
        speaker = next(iter(speakers)) if match["subject"] == "答" else _last_name(match["subject"])
        if match["subject"] == "答" and len(speakers) > 1:
            continue
        passages.append(
            Speech(speaker, "：", match.start("subject"), _trimmed(body, match.start(), end=end), sure=True)
        )
    return tuple(passages)


def _last_name(subject: str) -> str:
    found = re.search(rf"{OFFICE}({NAME})$", subject)
    return found[1] if found else subject


class _Turns:
    """Reads where somebody begins to speak, from the beginning of a body to its end."""

    def __init__(self, body: str, people: tuple[Person, ...], *, mentions: list[Mention]) -> None:
        self.body = body
        self.mentions = mentions
        self.ends = [mention.end for mention in mentions]
        self.ats = [mention.at for mention in mentions]
        self.last_speaker: Mention | None = None
        self.listeners = {person.name for person in people if person.parts == ("mentioned",)}
        self.turns: list[_Turn] = []

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
        sentence = _start_of(body, max(0, at - _LONGEST_SUBJECT), at=at)
        clause = max(sentence, *(body.rfind(mark, sentence, at) + 1 for mark in "，,：:"))
        said = _Said(at, verb[0], sentence, clause)
        mention = self._mention_before(at)
        if mention is not None and mention.start >= clause and _OF_PERSON.fullmatch(body, mention.end, at):
            return self._turn(said, mention, sure=True) if self._reports(verb, near=True) else None
        subject = body[clause:at]
        core = subject[: len(subject) - len(_trailing_adverbs(subject))]
        if _PRONOUN.search(core):
            return self._turn(said, self._antecedent(clause), sure=False) if self._reports(verb, near=True) else None
        return self._read_others(said, mention, core=core) if self._reports(verb, near=False) else None

    def _read_others(self, said: _Said, mention: Mention | None, *, core: str) -> _Turn | None:
        """Return the turn of a verb with no person right before it: the meeting's, theirs, or of who was named before."""
        if _MEETING.fullmatch(core):
            return _Turn(self._start(said, None), MEETING_SPEAKS, said.verb, sure=True)
        if mention is not None and mention.start >= said.sentence:
            subject = self.body[said.clause : said.at]
            if mention.end <= said.clause and _SAME_SUBJECT.match(subject):
                goes_on = self.turns and self.turns[-1].start >= said.sentence
                return None if goes_on else self._turn(said, self._antecedent(said.clause), sure=False)
            if mention.start >= said.clause and subject.endswith("并"):
                return self._turn(said, mention, sure=True)
        return _Turn(self._start(said, None), None, said.verb, sure=True) if _OTHERS.search(core) else None

    def _reports(self, verb: re.Match[str], *, near: bool) -> bool:
        """Tell whether a verb reports what is said, by what follows it."""
        if verb[0] in _SUMMING.split("|"):
            return True
        if _NO_REPORT.match(self.body, verb.end()):
            return False
        if verb[0] in {"提出", "明确", "介绍"}:
            return _DEMAND_OF.match(self.body, verb.end()) is not None
        return near or _CLEARLY.match(self.body, verb.end()) is not None

    def _mention_before(self, at: int) -> Mention | None:
        place = bisect_right(self.ends, at) - 1
        return self.mentions[place] if place >= 0 else None

    def _antecedent(self, at: int) -> Mention | None:
        """Return whom 他 means: the first person of the last clause that names one; at the beginning of a paragraph, who spoke last."""
        paragraph = self.body.rfind("\n", 0, at) + 1
        mention = self._mention_before(at)
        if mention is not None and mention.at >= paragraph:
            clause = max(paragraph, *(self.body.rfind(mark, paragraph, mention.at) for mark in "，,。；;：:"))
            return self.mentions[bisect_left(self.ats, clause)]
        return self.last_speaker

    def _turn(self, said: _Said, mention: Mention | None, *, sure: bool) -> _Turn | None:
        if mention is None:
            return None
        self.last_speaker = mention
        quotes = mention.name in self.listeners and "总书记" in self.body[mention.at : mention.end]
        return _Turn(self._start(said, mention), mention.name, said.verb, sure, quotes)

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


def _trailing_adverbs(subject: str) -> str:
    """Return the longest end of a subject that is adverbs alone."""
    for start in range(len(subject)):
        if _ADVERBS.fullmatch(subject, start):
            return subject[start:]
    return ""


def _start_of(body: str, first: int, *, at: int) -> int:
    """Return where the sentence of a place begins, without white space; `first` is the earliest."""
    start = max(body.rfind(mark, first, at) + 1 for mark in _SENTENCE_MARKS)
    start = max(start, first)
    while start > 1 and start < at and body[start] == "”" and body[start - 1] in "。！？":
        start += 1
    while start < at and body[start].isspace():
        start += 1
    return start


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
                Speech(turn.speaker or "", turn.verb, start, _trimmed(body, start, end=end), turn.sure and is_own)
            )
        if stop is not None or turn.verb not in _GOES_ON:
            break
    return passages


def _narration(body: str, start: int, *, end: int, turn: _Turn, mentions: list[Mention]) -> int | None:
    """Return where the sentence begins that tells of the meeting again, or of what somebody else does; None where none does."""
    found = _NARRATES.search(body, start, end)
    stop = _sentence_start(body, start, at=found.start()) if found else None
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


def _find_quotes(body: str, mentions: list[Mention], *, passages: list[Speech]) -> list[Speech]:
    """Read quotations that name their speaker behind them: “……”王某说."""
    found = []
    ends = [mention.end for mention in mentions]
    passages = sorted(passages, key=lambda passage: passage.start)  # none over another, so their ends ascend as well
    passage_ends = [passage.end for passage in passages]
    for match in _QUOTED.finditer(body) if mentions else ():
        place = bisect_right(ends, match.start("verb")) - 1
        mention = mentions[place] if place >= 0 else None
        if mention is None or mention.at < match.start("clause"):
            continue
        after = bisect_right(passage_ends, match.start())
        if after < len(passages) and passages[after].start < match.end():
            continue
        if _OF_PERSON.fullmatch(body, mention.end, match.start("verb")):
            found.append(Speech(mention.name, match["verb"], match.start(), match.end("text") + 1, sure=True))
    return found
