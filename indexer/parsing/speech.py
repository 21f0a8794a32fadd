"""Who said what: sentences given to a speaker by a verb (王延飞指出, 会议强调), until somebody else speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.document import MEETING_SPEAKS, Speech
from indexer.parsing.names import NAME, is_name, is_surely_name
from indexer.parsing.people import OFFICE

if TYPE_CHECKING:
    from indexer.document import Person

_VERBS = "指出|强调|要求|表示|认为|提出|指示|介绍说|介绍|坦言|呼吁|谈到|提到|希望|号召|明确|讲道|说道|说|回应|建议|透露|补充|总结道|总结说|勉励|寄语|提醒"
_SUMMING = "肯定|回顾|总结|通报|部署|解读|阐述|分析|传达"
_ADVERBS = "还|也|并|又|最后|同时|首先|进一步|特别|反复|着重|严肃|明确|深刻|充分|高度|再次|一再|全面|系统|详细|简要|在(?:讲话|致辞|致词|发言|总结|报告|座谈|会上|主持)[^，,。]{0,8}?(?:中|时|上)?"
_SAYS = re.compile(
    rf"(?P<subject>[^，,。；;：:！？!?\n“”]{{1,46}}?)(?:{_ADVERBS})*(?P<verb>{_VERBS}|(?:{_SUMMING})(?=了))(?=[，,：:。；了]|要|必须|“|各|全|大家)"
)
_LEAD = re.compile(
    r"(?:[^，,。；;：:！？!?\n“”]{0,14}(?:会上|会后|会中|最后|同时|随后|期间|座谈中|讲话中|时|首先|其间)[，,]\s*)?"
)
_VERB = re.compile(rf"(?:{_VERBS}|(?:{_SUMMING})(?=了))(?=[，,：:。；了]|要|必须|“|各|全|大家)")
_SENTENCE_MARKS = "。！？!?；;\n"
_LONGEST_SUBJECT = 80
_OTHERS = re.compile(
    r"(?:通知|文件|意见|方案|文章|报告|决定|条例|规定|党中央|中央|社论|公报|来信|贺信|指示|科协|委员会|协会|学会|联合会|政府|部门|厅|局|党委|党组|公司|集团|大学|学院|医院|记者)$"
)
# Verbs of meeting reports, which go on for paragraphs; who 说 something in a feature has finished with the paragraph.
_GOES_ON = frozenset({"指出", "强调", "要求", "提出", "希望", "明确", "肯定", "部署", "指示", "号召"})
_MEETING = re.compile(
    r"(?:(?:本次|此次|这次|与会)?(?:会议|大会|全会|例会|年会|座谈会|研讨会|推进会|报告会|学习会|交流会|部署会|动员会|论坛|培训班)"
    r"|[^，。]{0,24}(?:会议|大会|全会|座谈会|研讨会|推进会|常委会|全委会|理事会|党组会))$"
)
_PRONOUN = re.compile(r"(?:他|她)(?:们)?$")
_TRANSCRIPT = re.compile(rf"(?:^|\n)(?P<subject>(?:[^，。：:\n]{{0,20}}{OFFICE})?{NAME})\s*[：:](?=\s*\S{{6}})")
_QUOTED = re.compile(
    rf"“(?P<text>[^”\n]{{6,600}})”[，,]?\s*(?P<subject>[^，,。；：:\n“”]{{1,40}}?)(?:{_ADVERBS})*(?P<verb>说|表示|指出|强调|介绍|认为|坦言|告诉记者)"
)
# What tells of the meeting again and is nobody's words.
_NARRATES = re.compile(
    r"出席(?:了)?(?:会议|大会|活动|座谈|仪式|本次|此次|。|$)|列席|参加(?:了)?(?:会议|大会|活动|座谈|培训|学习|调研|。|$)|主持(?:会议|召开|了|。)"
    r"|^\s*(?:会前|会后|当天|随后|据悉|据了解|图为|日前|近日|[（(](?:记者|通讯员|作者|文|供稿))|^\s*\d{1,2}月\d{1,2}日|选举产生|审议通过|表决通过|会议还(?:听取|审议|研究|通报)|^.{0,12}(?:结束后|期间|现场)[，,]",
    re.MULTILINE,
)
# How a speech goes on: it demands.
_DEMANDS = re.compile(
    r"(?<![重主需只])要(?![求闻点])|必须|应当|务必|切实|^\s*(?:[一二三四五六七八九]是|第[一二三四五六七八九]|首先|其次|再次|[一二三四五六七八九]、)"
)
_OPENING = 60
_SENTENCE_END = re.compile(r"[。！？!?]")
_PARAGRAPH = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where somebody begins to speak; None is somebody who is no speaker of this text (a notice, an article)."""

    start: int
    speaker: str | None
    verb: str
    sure: bool
    quotes: bool = False


def find_speech(body: str, people: tuple[Person, ...]) -> tuple[Speech, ...]:
    """Return the passages of a body that are somebody's words, in order, none over another."""
    transcript = _find_transcript(body)
    if transcript:
        return transcript
    turns = _find_turns(body, people)
    passages: list[Speech] = []
    for number, turn in enumerate(turns):
        if turn.speaker is None:
            continue
        last = turns[number + 1].start if number + 1 < len(turns) else len(body)
        passages += _follow(body, turn, last)
    passages += _find_quotes(body, people, passages)
    return tuple(sorted(passages, key=lambda passage: passage.start))


def whole_speech(body: str, speaker: str) -> tuple[Speech, ...]:
    """Return a body as one person's words."""
    return (Speech(speaker, "讲话", 0, len(body), sure=True),) if body else ()


def _find_transcript(body: str) -> tuple[Speech, ...]:
    """Read a text in which every paragraph begins with who says it."""
    marks = [match for match in _TRANSCRIPT.finditer(body) if is_surely_name(_last_name(match["subject"]))]
    if len(marks) < 2:
        return ()
    ends = [*(match.start() for match in marks[1:]), len(body)]
    return tuple(
        Speech(_last_name(match["subject"]), "：", match.start("subject"), end, sure=True)
        for match, end in zip(marks, ends, strict=True)
    )


def _last_name(subject: str) -> str:
    found = re.search(rf"{OFFICE}({NAME})$", subject)
    return found[1] if found else subject


def _find_turns(body: str, people: tuple[Person, ...]) -> list[_Turn]:
    names = {person.name: person for person in people}
    turns: list[_Turn] = []
    after = 0
    for verb in _VERB.finditer(body):  # rare, so it is looked for first
        if verb.start() < after:
            continue
        start = _start_of(body, max(after, verb.start() - _LONGEST_SUBJECT), verb.start())
        lead = _LEAD.match(body, start)
        says = _SAYS.match(body, lead.end() if lead else start)
        if says is None or says.end() < verb.start():
            continue
        speaker, sure = _resolve(says["subject"], names, turns)
        if speaker is None and not _OTHERS.search(says["subject"]):
            continue
        after = says.end()
        person = names.get(speaker or "")
        quotes = person is not None and person.parts == ("mentioned",) and "总书记" in says["subject"]
        turns.append(_Turn(start, speaker, says["verb"], sure, quotes))
    return turns


def _start_of(body: str, first: int, at: int) -> int:
    """Return where the sentence of a place begins, without white space; `first` is the earliest."""
    start = max(body.rfind(mark, first, at) + 1 for mark in _SENTENCE_MARKS)
    start = max(start, first)
    while start > 1 and start < at and body[start] == "”" and body[start - 1] in "。！？":
        start += 1
    while start < at and body[start].isspace():
        start += 1
    return start


def _resolve(subject: str, names: dict[str, Person], turns: list[_Turn]) -> tuple[str | None, bool]:
    """Return who a subject is, and whether that is sure."""
    if _PRONOUN.search(subject):
        last = next((turn.speaker for turn in reversed(turns) if turn.speaker not in (None, MEETING_SPEAKS)), None)
        return last, False
    core = re.sub(r"(?:同志|先生|女士)$", "", subject)
    for name in names:
        if core.endswith(name) or (
            core.startswith(name) and re.fullmatch(rf"(?:同志|{OFFICE})?.{{0,24}}", core[len(name) :])
        ):
            return name, True
    if _MEETING.fullmatch(subject):
        return MEETING_SPEAKS, True
    named = re.search(rf"(?:{OFFICE}|^)(?P<name>{NAME})(?:同志|{OFFICE})?$", core)
    if named and is_name(named["name"]) and (is_surely_name(named["name"]) or core != named["name"]):
        return named["name"], core != named["name"]
    return None, False


def _follow(body: str, turn: _Turn, last: int) -> list[Speech]:
    """Return the passages of one turn: its own paragraph, and what goes on below, which is less sure."""
    passages: list[Speech] = []
    for paragraph in _PARAGRAPH.finditer(body, turn.start, last):
        start, end = paragraph.span()
        is_own = not passages and start == turn.start
        if not is_own and not _DEMANDS.search(body[start : start + _OPENING]):
            break
        stop = _NARRATES.search(body, start, end) if not is_own else _later_narration(body, start, end)
        if stop is not None:
            cut = _sentence_start(body, start, stop.start())
            end = cut
        if end > start:
            passages.append(
                Speech(turn.speaker or "", turn.verb, start, _trimmed(body, start, end), turn.sure and is_own)
            )
        if stop is not None or turn.quotes or turn.verb not in _GOES_ON:
            break
    return passages


def _later_narration(body: str, start: int, end: int) -> re.Match[str] | None:
    """Find what tells of the meeting again behind the sentence in which the speaker is named."""
    first = _SENTENCE_END.search(body, start, end)
    return _NARRATES.search(body, first.end(), end) if first else None


def _sentence_start(body: str, start: int, at: int) -> int:
    """Return where the sentence begins that holds a place."""
    found = max(body.rfind(mark, start, at) for mark in "。！？；")
    return found + 1 if found >= 0 else start


def _trimmed(body: str, start: int, end: int) -> int:
    return start + len(body[start:end].rstrip())


def _find_quotes(body: str, people: tuple[Person, ...], passages: list[Speech]) -> list[Speech]:
    """Read quotations that name their speaker behind them: “……”王某说."""
    names = {person.name: person for person in people}
    found = []
    for match in _QUOTED.finditer(body):
        speaker, sure = _resolve(match["subject"], names, [])
        taken = any(passage.start < match.end() and match.start() < passage.end for passage in passages)
        if speaker not in (None, MEETING_SPEAKS) and not taken:
            found.append(Speech(str(speaker), match["verb"], match.start(), match.end("text") + 1, sure))
    return found
