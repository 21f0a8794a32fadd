"""A part of a query -> the pieces that it asks for: words, names that no dictionary knows, and equal forms of both."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from indexer import SEPARATOR, And, Field, Not, Or, Query, Range, Term, cut_words, is_known_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indexer import FoldedText, OtherName

# Words that a question is made of and that its answer rarely holds.
_ASKING_TEXT = """
    谁 多少 多久 多大 多长 多高 多远 何时 何地 何处 何人 何种 何者 何以 何故 为何 如何 是否
    吗 呢 吧 么 啊 请问 为什么 叫 叫做 几 几个 几年 几月 几次 几天 几位 几名 几种
    分别 几枚 几只 几条 几件 几项 几所 几家 几人 几岁 几代 第几 第几次 第几届
    的 地 得 了 着 过 在 是 有 和 与 及 对 于 由 被 把 从 向 到 之 其 这 那 次 个 也 都 就 而
"""
_ASKING = frozenset(_ASKING_TEXT.split())
# Those of them that ask; and what they ask for (时间是什么), where an answer says 3月12日 instead.
_QUESTIONS_TEXT = "谁 多少 多久 何时 何地 何处 何人 何种 如何 为什么 几 几个 几种 几年 几月"
_QUESTIONS = frozenset(_QUESTIONS_TEXT.split())
_ASKED_FOR_TEXT = """
    时间 时候 时期 时段 日期 地点 地方 位置 地址 原因 理由 名字 名称 姓名 内容 主演 作者 人物 职务 职位 国家 地区
    城市 数量 人数 类型 种类 方式 方法 特点 特征 意思 含义 作用 目的 区别 联系 关系 情况 颜色 形状 共同点 不同点
"""
_ASKED_FOR = frozenset(_ASKED_FOR_TEXT.split())
# What a query asks for at most, shared out among its parts; the rest of a longer one counts where it stands verbatim.
MOST_ASKED = 64
LEAST_ASKED = 4
_LEAST_DEMANDED = 2
# What stands before the name of a body, and is cut as one word with it: 市人大, 我院.
_RANKS = frozenset("省市县区州盟旗乡镇村校院厂全各本我该原两")
Item = TypeVar("Item")
_ASKING_BEGINNINGS = ("哪", "什么", "怎")
# Single letters and numbers that signs join are one thing: 3.5%, 2.0.1, 12:00, 2/3, C++; 5、6 and 2021-2022 are two.
_JOINED = re.compile(
    rf"(?<![0-9a-z])(?!(?:19|20)\d\d[{SEPARATOR}~—–-](?:19|20)\d\d(?!\d))(?:\d+|[a-z])"
    rf"(?:(?:[{SEPARATOR}.·:/&@%#+-]+(?:\d+|[a-z]))+[%‰#+]*|[%‰#+]+)(?![0-9a-z])"
)


@dataclass(frozen=True, slots=True)
class Equals:
    """A stretch of a folded text, and what means the same in its place (folded as well).

    `together` says that the stretch counts only as a whole (a date), not for its words wherever they stand (a name).
    `names` are its synonyms as they were written, to be shown; of them, those `renamed` it has earlier or later.

    A document that is dated on one of its `days` (first and last, numbers like 20210312), or holds one of the `spans`
    that end with the day or lie around it, holds it as well. What is `loose` ends with a measure word, unless a longer
    word begins there; what is `alone` is no part of a longer number.
    """

    start: int
    end: int
    texts: tuple[str, ...]
    together: bool
    names: tuple[str, ...] = ()
    renamed: tuple[OtherName, ...] = ()
    days: tuple[int, int] | None = None
    spans: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    is_day: bool = False
    loose: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What a part asks for: one word, or neighbouring words that belong together, with what means the same.

    `together` says that its words must stand side by side; else they may stand apart. An `optional` one is no demand
    on a document, only evidence. `days`, `spans`, and what is `alone`, are those of the stretch that means more.
    """

    text: str
    words: tuple[str, ...]
    equals: tuple[str, ...] = ()
    together: bool = True
    names: tuple[str, ...] = ()
    renamed: tuple[OtherName, ...] = ()
    optional: bool = False
    days: tuple[int, int] | None = None
    spans: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    is_day: bool = False
    alone: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts, as typed, by which a document may hold the piece."""
        return (self.text, *(() if self.together else self.words))

    @property
    def query(self) -> Query:
        """What a document must hold."""
        whole = Term(self.text, self.equals, self.alone)
        also = _held_on(self.days) if self.days else ()
        ends, around = map(_stand_in_texts, self.spans)
        # What lies around a day is no evidence of it: what names the day itself comes first.
        also = (*also, *ends, *(Not(Not(query)) for query in around))
        if also:
            return Or((whole, *also))
        if len(self.words) == 1 or self.alone or (self.together and self.equals):
            return whole
        words = tuple(Term(word) for word in self.words)
        # The characters of a name say more than the name alone: they are evidence wherever it was cut.
        return And((whole, *words)) if self.together else Or((And(words), whole))


def _held_on(days: tuple[int, int]) -> tuple[Query, ...]:
    """Return what finds documents published on some days, for certain, and meetings that were held then."""
    first, last = days
    certain = And((Range("date", first, last), Not(Range("date", None, first - 1)), Not(Range("date", last + 1, None))))
    return certain, Range("meeting_date", first, last)


def _stand_in_texts(forms: tuple[str, ...]) -> tuple[Query, ...]:
    """Return what finds one of some forms that stand alone; only texts are looked through, which is quicker."""
    if not forms:
        return ()
    return tuple(Field(name, Term(forms[0], forms[1:], alone=True)) for name in ("title", "body"))


def is_asking(word: str) -> bool:
    """Tell whether a word only asks or joins (哪次会议提出过 … asks for 会议 and 提出)."""
    return word in _ASKING or word.startswith(_ASKING_BEGINNINGS)


def cut_pieces(
    folded: FoldedText, find_equals: Callable[[str], Iterable[Equals]], *, most: int = MOST_ASKED
) -> list[Piece]:
    """Cut a folded part into `most` pieces or fewer; words that only ask are left out, unless there is nothing else."""
    words = [_Word(at, at + len(word), word) for at, word in cut_words(folded)]
    pieces: list[Piece] = []
    for one in sorted(find_equals(folded.text), key=lambda one: one.start):
        covered = [word for word in words if word.start < one.end and one.start < word.end]
        if covered and not _cuts_a_word(one, covered):
            before = [word for word in words if word.end <= covered[0].start]
            pieces += [*_join_single(before), _cover(folded.text, covered, equals=one)]
            words = words[len(before) + len(covered) :]
    pieces += _join_single(words)
    pieces = _free_what_is_asked_for(pieces)
    asked = [piece for piece in pieces if not is_asking(piece.text)] or pieces
    return _spread(list({piece.text: piece for piece in asked}.values()), most)


def _free_what_is_asked_for(pieces: list[Piece]) -> list[Piece]:
    """Demand no word of a document that only says what kind of answer is wanted, where two others stand beside it."""
    demands = [not is_asking(piece.text) for piece in pieces]
    asks = [piece.text in _QUESTIONS or piece.text.startswith(_ASKING_BEGINNINGS) for piece in pieces]
    free = [demanded and _is_asked_for(pieces, asks, at=at) for at, demanded in enumerate(demands)]
    if not any(free) or sum(demands) - sum(free) < _LEAST_DEMANDED:
        return pieces
    named = {piece.text for piece, own in zip(pieces, free, strict=True) if not own}  # 时间管理从什么时间开始
    return [replace(piece, optional=own and piece.text not in named) for piece, own in zip(pieces, free, strict=True)]


def _is_asked_for(pieces: list[Piece], asks: list[bool], *, at: int) -> bool:
    """Tell whether a piece stands behind a word that asks (什么时间), or names what a question ends in (时间是什么)."""
    if at and asks[at - 1]:
        return True
    behind = range(at + 1, len(pieces))
    return (
        pieces[at].text in _ASKED_FOR
        and any(asks[place] for place in behind)
        and all(is_asking(pieces[place].text) for place in behind)
    )


def show_signs(folded: FoldedText, typed: str) -> str:
    """Return a folded text with the signs, one for one, that were typed in the place of its separators.

    Where several were typed, a separator stays.
    """
    if SEPARATOR not in folded.text:
        return folded.text
    shown = list(folded.text)
    for at, character in enumerate(shown):
        sign = (
            unicodedata.normalize("NFKC", typed[folded.starts[at] : folded.ends[at]]) if character == SEPARATOR else ""
        )
        if len(sign) == 1:
            shown[at] = sign
    return "".join(shown)


def find_joined(shown: str, equals: list[Equals]) -> list[Equals]:
    """Return equals with what is one thing besides: single letters and numbers that signs join."""
    found = list(equals)
    for match in _JOINED.finditer(shown):
        start, end = match.span()
        same = [at for at, one in enumerate(found) if one.start < end and start < one.end]
        if not same:
            found.append(Equals(start, end, (), together=True, alone=True))
        elif (found[same[0]].start, found[same[0]].end) == (start, end):
            found[same[0]] = replace(found[same[0]], alone=True)
    return found


def find_pairs(folded: FoldedText, most: int = MOST_ASKED) -> tuple[str, ...]:
    """Return pairs of neighbouring characters of a folded part, at most so many, and none of words that only ask.

    They tell how near a document comes to the part, however it was cut.
    """
    text = folded.text
    silent = [False] * len(text)
    for at, word in cut_words(folded):
        silent[at : at + len(word)] = [is_asking(word)] * len(word)
    pairs = [text[at : at + 2] for at in range(len(text) - 1) if not (silent[at] and silent[at + 1])]
    return tuple(_spread([pair for pair in dict.fromkeys(pairs) if SEPARATOR not in pair], most))


def _spread(items: list[Item], most: int) -> list[Item]:
    """Return the items, or of too many (a pasted page) some from all over."""
    return items[:: -(-len(items) // most)] if items else items


class _Word(NamedTuple):
    start: int
    end: int
    text: str


def _cuts_a_word(equals: Equals, words: list[_Word]) -> bool:
    """Tell whether a stretch takes a part of a word of the dictionary and goes on: 三届 in 张三届, 人大 in 本人大多.

    A number may end inside a word (十月 in 十月革命), and either may be a part of one: a number of any, a name of one
    whose rest is a word or a rank (人大 in 市人大 and 人大代表, but 南大 not in 东南大学, nor 国庆 in 李国庆).
    """
    first, last = words[0], words[-1]
    if equals.loose and last.end > equals.end and last.start >= equals.end - 1 and is_known_word(last.text):
        return True
    if len(words) == 1:
        rests = first.text[: equals.start - first.start], first.text[equals.end - first.start :]
        return not equals.together and not all(map(_is_word_or_rank, filter(None, rests)))
    begins = first.start < equals.start and is_known_word(first.text)
    return begins or (not equals.together and last.end > equals.end and is_known_word(last.text))


def _is_word_or_rank(text: str) -> bool:
    return text in _RANKS if len(text) == 1 else is_known_word(text)


def _cover(text: str, words: list[_Word], *, equals: Equals) -> Piece:
    """Return the words that a stretch covers as one piece, with each of its equals in place of the stretch."""
    start, end = min(words[0].start, equals.start), max(words[-1].end, equals.end)
    texts = tuple(text[start : equals.start] + equal + text[equals.end : end] for equal in equals.texts)
    ends, around = (
        tuple(text[start : equals.start] + span + text[equals.end : end] for span in spans) for spans in equals.spans
    )
    return Piece(
        text[start:end],
        tuple(word.text for word in words),
        texts,
        equals.together,
        equals.names,
        equals.renamed,
        days=equals.days,
        spans=(ends, around),
        is_day=equals.is_day,
        alone=equals.alone,
    )


def _join_single(words: list[_Word]) -> list[Piece]:
    """Return a piece for each word; single characters side by side are one: what no dictionary knows is cut so."""
    runs: list[list[_Word]] = []
    for word in words:
        last = runs[-1][-1] if runs else None
        single = len(word.text) == 1 and not is_asking(word.text)
        if single and last and last.end == word.start and len(last.text) == 1 and not is_asking(last.text):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [Piece("".join(word.text for word in run), tuple(word.text for word in run)) for run in runs]
