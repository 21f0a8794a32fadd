"""What was typed -> a query tree. No input is a syntax error: what cannot be an operator is text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from indexer import (
    SEPARATOR,
    And,
    Everything,
    Field,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Range,
    Said,
    Term,
    Within,
    fold,
)
from searchapp.fields import BY_NAME, SCOPED, SCOPES, TYPED, SearchField
from searchapp.language.dates import parse_date
from searchapp.language.dotted import has_dot
from searchapp.language.equals import Lexicon
from searchapp.language.listing import split_list
from searchapp.language.parsed import Asked, Cut, Needle, ParsedQuery, Scoped, Understood, Unit
from searchapp.language.parts import Part, PartMaker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer import Kind
    from searchapp.fields import SearchScope

Named = TypeVar("Named")
LONGEST_QUERY = 1000
MOST_PARTS = 64
DEEPEST_NESTING = 16

_QUOTES = {"“": "”", "「": "」", "『": "』", "《": "》", '"': '"', "＂": "＂"}
# Input methods often leave one wrong half: these close as well where the right one is missing.
_OTHER_HALVES = '"“”＂'
_OPENING, _CLOSING = "(（", ")）"
_EXCLUDING = "-－−"
_ALTERNATIVE = "|｜"
_ALTERNATIVE_WORDS = {"OR", "或"}
_JOINING_WORDS = {"AND"}
# A part of signs alone (科普 + 智库) asks for nothing.
_SHOWS_TEXT = re.compile("[^%‰#+]")
# Who speaks is a demand on all the words beside it.
_SAID = "said"
_LONGEST_NAME = 12
_UNITS = "年月日号届次期"
# A pasted line goes on with the hour: 日期：2021-3-12 10:20.
_HOUR = re.compile(r"[\sT]*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?=\s|$)")
# Brackets that may be text: nothing inside them is an operator, a quote or a field.
_BRACKETED = re.compile(r"[(（]([^()（）\s|｜:：“”「」『』《》\"＂]*)[)）]")
_ONE_NUMERAL = re.compile("[0-9０-９一二三四五六七八九十百零〇]{1,4}")
# White space inside a date (2021 年 3 月), a number of a document (2021 15号) or of a telephone does not end it.
_DATE_BEFORE, _DATE_BEHIND = re.compile(r"\d\s*[年月]$"), re.compile(r"\s+\d{1,2}\s*[月日号]")
_YEAR_BEFORE = re.compile(r"(?:19|20)\d\d[\])）〕】]?$")
_SERIAL = re.compile(r"\s+第?\s*\d{1,4}\s*号")
_TELEPHONE = re.compile(
    r"(?<!\d)(?:\+?86[\s-]?)?(?:(?:(?<=86[\s-])[1-9]\d{1,2}|[(（]?0\d{2,3}[)）]?)[\s-]{0,2}\d{3,4}[\s-]?\d{4}"
    r"|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?!\d)"
)
# A minus before a number is a sign (-5℃, 苏 -27); before a year it excludes (科普 -2021).
_SIGNED = re.compile(r"\d(?!(?<=[12])[09]\d\d(?!\d))")
_TELEPHONE_STARTS = "+(（0123456789"


def parse_query(
    typed: str,
    lexicon: Lexicon | None = None,
    *,
    literal: bool = False,
    in_title: bool = False,
    within: Kind | None = None,
    as_text: frozenset[str] = frozenset(),
    thorough: bool = False,
) -> ParsedQuery:
    """Parse what was typed; a query without any letter, digit or ideograph has no tree.

    A `literal` query has no synonyms, no other forms of dates and numbers, and no periods beside its words. Words that
    ask no field of their own may have to stand `in_title`, or all of them `within` one place of a kind. Parts that
    are to be taken `as_text` ask no field. A `thorough` one also asks for the spans that hold a day (3月12－14日 for
    3月13日), for where little was found. Of a query that is too long the beginning is parsed, and that is understood.
    """
    text = typed.encode("utf-8", "ignore").decode().rstrip()  # half a surrogate pair is no text
    maker = PartMaker(text[:LONGEST_QUERY], lexicon or Lexicon(), literal=literal, thorough=thorough)
    scope = None if in_title else next((own for own in SCOPES if own.kind == within), None)  # a title is one place
    parser = _Parser(text, maker, literal=literal, in_title=in_title, placed=scope is not None, as_text=as_text)
    return _keep_together(parser.parse(), scope) if scope is not None else parser.parse()


_Clauses = list[list[Part]]


class _Parser:
    """Reads the typed text once, from left to right."""

    def __init__(
        self, typed: str, maker: PartMaker, *, literal: bool, in_title: bool, placed: bool, as_text: frozenset[str]
    ) -> None:
        self._text, self._given = typed[:LONGEST_QUERY], len(typed)
        self._calendar = maker.calendar
        self._literal = literal
        self._in_title = in_title
        self._placed = placed
        self._scopes: list[Scoped] = []
        self._as_text = as_text
        self._maker = maker
        self._has_days = False
        self._at = 0
        self._parts = 0
        self._field: str | None = None
        self._notes: list[Understood] = []
        self._asked: list[Asked] = []
        self._alone: list[Unit] = []

    def parse(self) -> ParsedQuery:
        items = split_list(self._text)
        parsed = self._parse_list(items) if items else self._parse_parts()
        notes = list(dict.fromkeys(self._notes))
        if self._given > len(self._text) or self._parts > MOST_PARTS:
            cut = Cut(len(self._text), self._given, min(self._parts, MOST_PARTS), self._parts)
            notes.insert(0, Understood(self._text, note="cut", cut=cut))
        if parsed.query is None and self._text.strip():
            notes.append(Understood(self._text, note="nothing"))
        return replace(parsed, understood=[*notes, *parsed.understood]) if notes else parsed

    def _parse_list(self, items: list[str]) -> ParsedQuery:
        """Ask for all items of a list, or for all of it as typed; each item counts as one, however it would be cut."""
        parts = [(item, part) for item in items if (part := self._keep(item, exact=False)) is not None]
        # A document that holds more of them comes before one that holds less: verbatim is a class above all words.
        queries = tuple(Or((part.query, self._place(Phrase(item, pairs=())))) for item, part in parts)
        typed = self._place(Phrase(self._text, pairs=()))
        return ParsedQuery(
            Or((And(queries), typed)) if queries else None,
            [needle for _, part in parts for needle in part.needles],
            list(dict.fromkeys(one for _, part in parts for one in part.understood)),
            [Unit(item, part.query) for item, part in parts],
            [near for _, part in parts for near in part.near],
            [typed],
            items=queries,
        )

    def _parse_parts(self) -> ParsedQuery:
        clauses = _settle(self._read_group(0))
        parts = [part for clause in clauses for part in clause]
        query = _all([_any(clause) for clause in clauses])
        understood = [one for part in parts for one in part.understood]
        excludes = any(part.only_excludes for part in parts)
        whole = None
        if any(one.period and not one.named_field for one in understood) and not excludes and query is not None:
            whole = self._place(Phrase(self._text, pairs=()))  # a text that names a period is found by its words, too
        speakers = tuple(dict.fromkeys(name for part in parts for name in part.speakers))
        parsed = ParsedQuery(
            Or((query, whole)) if query is not None and whole is not None else query,
            [needle for part in parts for needle in part.needles],
            list(dict.fromkeys(understood)),
            [unit for clause in clauses for unit in _units_of(clause)],
            [near for clause in clauses for near in (clause[0].near if len(clause) == 1 else (_any(clause),))],
            [part.phrase for part in parts if part.phrase is not None],
            list(_required(clauses)),
            whole,
            self._place(Phrase(self._text, pairs=(), part=True))
            if len(clauses) > 1 and all(_is_plain(clause) for clause in clauses)
            else None,
            asked=self._asked,
            alone=self._alone,
            only_excludes=all(part.only_excludes for part in parts),
            has_days=self._has_days and not speakers,  # nobody says a span of days
            scopes=self._scopes,
        )
        return _say(parsed, speakers) if speakers else parsed

    # --- groups and alternatives

    def _read_group(self, depth: int) -> _Clauses:
        """Read parts up to the end or the bracket that closes this group; those joined by 或 are one clause."""
        clauses: _Clauses = []
        join = False
        while not self._is_done(depth):
            if self._skip_alternative():
                join = bool(clauses)
                continue
            part = self._read_part(depth)
            if part is None:
                continue
            positive = [clause for clause in clauses if not clause[-1].only_excludes]
            if join and positive and not part.only_excludes:
                positive[-1].append(part)
            else:
                clauses.append([part])
            join = False
        return clauses

    def _is_done(self, depth: int) -> bool:
        self._skip_space()
        if self._at >= len(self._text):
            return True
        if depth and self._text[self._at] in _CLOSING:
            self._at += 1
            return True
        return False

    def _skip_space(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _skip_alternative(self) -> bool:
        """Step over `|`, ` OR ` or ` 或 `; also over ` AND `, which says what is so anyway."""
        if self._text[self._at] in _ALTERNATIVE:
            self._at += 1
            return True
        word = self._peek_word()
        first, last = self._at == 0, self._at + len(word) >= len(self._text.rstrip())
        # OR and AND join, and at an end they join nothing; 或 may be a word there, and so is what stands alone.
        joins = not (first and last) if word.isascii() else not (first or last)
        if word in _ALTERNATIVE_WORDS and joins:
            self._at += len(word)
            return True
        if word in _JOINING_WORDS and joins:
            self._at += len(word)
            self._skip_space()
            return last
        return False

    def _peek_word(self) -> str:
        end = self._at
        while end < len(self._text) and not self._text[end].isspace():
            end += 1
        return self._text[self._at : end]

    # --- one part

    def _read_part(self, depth: int) -> Part | None:
        if self._excludes():
            return self._read_excluded(depth)
        if (period := self._read_period(depth)) is not None:
            return period
        start = self._at
        if (scope := self._read_scope_name()) is not None:
            return self._read_together(scope, start, depth=depth)
        if (name := self._read_field_name()) is not None:
            return self._read_in_field(name, start, depth=depth)
        if self._opens_group(depth):
            return self._read_brackets(depth)
        quoted = self._read_quoted(at_start=True)
        return self._keep(quoted, exact=True) if quoted is not None else self._read_plain(depth)

    def _read_excluded(self, depth: int) -> Part | None:
        start, asked, alone, scopes = self._at, len(self._asked), len(self._alone), len(self._scopes)
        self._at += 1
        part = self._read_part(depth)
        del (
            self._asked[asked:],
            self._alone[alone:],
            self._scopes[scopes:],
        )  # that nothing answers what is excluded is no reason to find nothing
        if part is None:
            return None
        self._alone.append(Unit(self._text[start : self._at], Not(part.query)))
        return Part(Not(part.query), only_excludes=True)

    def _read_in_field(self, name: str, start: int, *, depth: int) -> Part | None:
        begins, parts = self._at, self._parts
        query: Query | None = None
        if name == _SAID:
            part = self._read_speaker(depth)
        else:
            outside, self._field = self._field, name
            part = self._read_part(depth)
            self._field = outside
            query = Field(name, part.query) if part is not None else None
        typed = self._text[start : self._at]
        if part is None:
            return None if name != _SAID else self._keep(typed, exact=False)
        if typed in self._as_text:
            self._at, self._parts = begins, parts
            return self._read_as_text(start, depth)
        if depth == 0:  # a pasted line has no brackets around it; what has them is a demand
            self._note_asked(name, query or part.query, start=start, begins=begins)
        else:
            self._alone.append(Unit(typed, query or part.query))
        if query is None:
            return part
        if BY_NAME[name].whole and BY_NAME[name].shape != "flag":  # a colon may stand in the text as well: 联系人:张三
            query = Or((query, Phrase(typed, pairs=())))
        return Part(query, needles=part.needles, understood=part.understood)

    def _note_asked(self, name: str, query: Query, *, start: int, begins: int) -> None:
        """Note what a part asks of a field, where its label starts and its value begins."""
        one = Asked(self._text[start:begins], self._text[begins : self._at], name, query)
        self._asked.append(one)
        self._alone.append(Unit(one.text, query))
        if name == _SAID:
            self._alone.append(Unit(one.value, Phrase(one.value)))

    def _read_as_text(self, start: int, depth: int) -> Part | None:
        """Read the value of a field as text; what has it behind its label, as a pasted line has, comes first."""
        part = self._read_part(depth)
        if part is None:
            return None
        line = self._place(Phrase(self._text[start : self._at], pairs=()))
        return replace(part, query=Or((part.query, line)))

    def _read_speaker(self, depth: int) -> Part | None:
        """Read `说:王延飞`: all the words of the query are looked for in what that person says; None for other text."""
        quoted = self._read_quoted(at_start=True)
        name = (self._read_text(depth) if quoted is None else quoted).strip()
        folded = fold(name)
        if not folded.text or len(folded.text) > _LONGEST_NAME or (SEPARATOR in folded.text and not has_dot(name)):
            return None  # 王某说:“我们…” is text
        forms = () if quoted is not None or self._literal else self._maker.find_names(name, folded)
        return Part(Said((name, *forms)), speakers=(name, *forms))

    def _read_brackets(self, depth: int) -> Part | None:
        start = self._at
        self._at += 1
        clauses = _settle(self._read_group(depth + 1), always=True)
        inner = _all([_any(clause) for clause in clauses])
        if inner is None:
            return None
        parts = [part for clause in clauses for part in clause]
        needles = tuple(needle for part in parts for needle in part.needles)
        understood = tuple(one for part in parts for one in part.understood)
        required = _required(clauses)
        if all(clause[0].only_excludes for clause in clauses):
            return Part(inner, required=required, only_excludes=True)
        unit = Unit(self._text[start : self._at], inner)
        return Part(inner, (unit,), (inner,), needles, understood, required=required)

    def _read_together(self, scope: SearchScope, start: int, *, depth: int) -> Part | None:
        """Read what has to stand in one place: what the brackets hold; without any, all that follows."""
        begins, placed, self._placed = self._at, self._placed, True
        if depth or self._opens_group(depth):
            part = self._read_part(depth)
            clauses = [] if part is None else [[part]]
        else:
            clauses = _settle(self._read_group(depth), always=True)
        self._placed = placed
        inner = _all([_any(clause) for clause in clauses])
        if inner is None:
            return None
        parts = [part for clause in clauses for part in clause]
        query = Within(scope.kind, inner)
        self._scopes.append(Scoped(scope, (start, begins)))
        self._alone += [unit for part in parts for unit in part.units if not unit.minor]
        self._alone.append(Unit(self._text[start : self._at].strip(), query))
        return Part(
            query,
            needles=_mark_within([needle for part in parts for needle in part.needles], query),
            understood=tuple(one for part in parts for one in part.understood),
            speakers=tuple(name for part in parts for name in part.speakers),
        )

    def _read_plain(self, depth: int) -> Part | None:
        text = self._read_text(depth)
        part = self._keep(text, exact=False)
        if part is None or self._literal or self._field is not None or parse_date(text) or "-" in text:
            return part
        span = self._calendar.parse(text)
        return part if span is None else replace(part, period=Understood(text, period=span))

    def _excludes(self) -> bool:
        following = self._text[self._at + 1 : self._at + 2]
        return (
            self._text[self._at] in _EXCLUDING
            and bool(following.strip())
            and not _SIGNED.match(self._text, self._at + 1)
            and following not in _EXCLUDING
            and (self._at == 0 or self._text[self._at - 1].isspace() or self._text[self._at - 1] in _OPENING)
        )

    def _split_field(self) -> tuple[str, int] | None:
        """Return the field that stands here and where its value begins, if a name and a value stand here."""
        split = self._split_name(TYPED)
        return (split[0].name, split[1]) if split else None

    def _split_name(self, names: Mapping[str, Named]) -> tuple[Named, int] | None:
        """Return what is named here before a colon, and where its value begins, if there is one."""
        word = self._peek_word()
        at = min((at for sign in ":：" if (at := word.find(sign)) > 0), default=0)
        if not at or self._field is not None or (found := names.get(word[:at].casefold())) is None:
            return None
        begins = self._at + at + 1
        if at + 1 == len(word):  # 标题: 总结
            value = self._find_value(begins)
            if value is None:
                named = found.name if isinstance(found, SearchField) else ""
                self._notes.append(Understood(word, note="no_value", field=named))
                return None
            begins = value
        return found, begins

    def _read_scope_name(self) -> SearchScope | None:
        if (found := self._split_name(SCOPED)) is None:
            return None
        self._at = found[1]
        return found[0]

    def _find_value(self, at: int) -> int | None:
        """Return where the value behind a name and white space begins, if one stands on the same line."""
        value = re.compile(r"[^\S\r\n]+(?=[^\s|｜)）－−-])").match(self._text, at)
        following = self._text[value.end() :].split(maxsplit=1)[0] if value else ""
        label = re.split("[:：]", following, maxsplit=1)
        is_field = len(label) > 1 and label[0].casefold() in TYPED.keys() | SCOPED.keys()
        return value.end() if value and fold(following).text and not is_field else None

    def _read_period(self, depth: int) -> Part | None:
        """Read `日期:2021..2022`; where the value is no period, all of it is text."""
        found = self._split_field()
        if found is None or BY_NAME[found[0]].shape != "day":
            return None
        start, self._at = self._at, found[1]
        text = self._read_text(depth, quotes=False)
        span = self._calendar.parse(text)
        if span is None:
            self._notes.append(Understood(text, note="no_date", field=found[0]))
            self._at = start
            return None
        if hour := _HOUR.match(self._text, self._at):
            self._at, text = hour.end(), text + hour[0]
        typed = self._text[start : self._at]
        if typed in self._as_text:
            self._at = found[1]
            return self._read_as_text(start, depth)
        query, iso = Range(found[0], *span), parse_date(self._text[found[1] : hour.start() if hour else self._at])
        if (
            depth == 0 and iso and len(iso) == len("2021-03-12")
        ):  # a pasted line has a day; a year or 近三年 is a demand
            self._note_asked(found[0], query, start=start, begins=found[1])
        else:
            self._alone.append(Unit(typed, query))
        return Part(query, understood=() if iso and not hour else (Understood(text, period=span, named_field=True),))

    def _read_field_name(self) -> str | None:
        found = self._split_field()
        if found is None or BY_NAME[found[0]].shape == "day":
            return None
        self._at = found[1]
        return found[0]

    def _closes(self, opening: int) -> bool:
        depth = 0
        for character in self._text[opening:]:
            depth += (character in _OPENING) - (character in _CLOSING)
            if depth == 0:
                return True
        return False

    def _opens_group(self, depth: int) -> bool:
        return (
            self._text[self._at] in _OPENING
            and depth < DEEPEST_NESTING
            and self._closes(self._at)
            and not self._is_bracketed_text()
        )

    def _is_bracketed_text(self) -> bool:
        """Tell whether brackets stand around one numeral, （一）, or touch text without a space, (三)强化督导."""
        found = _BRACKETED.match(self._text, self._at)
        return found is not None and (bool(_ONE_NUMERAL.fullmatch(found[1])) or not self._can_end(found.end()))

    def _read_quoted(self, *, at_start: bool) -> str | None:
        end = self._find_closing(self._at, at_start=at_start)
        if end is None:
            return None
        quoted = self._text[self._at + 1 : end]
        self._at = end + 1
        return quoted

    def _find_closing(self, at: int, *, at_start: bool) -> int | None:
        """Return where the quote that opens here closes: pairs nest; a straight one closes where a part can end."""
        opening = self._text[at]
        closing = _QUOTES.get(opening)
        if closing is None:
            return None
        if at_start and self._wraps_all(at, opening, closing=closing):
            return len(self._text.rstrip()) - 1
        depth = 0
        for end in range(at + 1, len(self._text)):
            character = self._text[end]
            if character == opening != closing:
                depth += 1
            elif character == closing and depth:
                depth -= 1
            elif character == closing and (opening != closing or not at_start or self._can_end(end + 1)):
                return end
        if opening in _OTHER_HALVES:
            return next((end for end in range(at + 1, len(self._text)) if self._text[end] in _OTHER_HALVES), None)
        return None

    def _wraps_all(self, at: int, opening: str, *, closing: str) -> bool:
        """Tell whether one pair stands around the whole query and half a pair inside it: then that is text."""
        inside = self._text[at + 1 :].rstrip()
        if at or not inside.endswith(closing) or opening == closing:
            return False
        return inside[:-1].count(opening) != inside[:-1].count(closing)

    def _can_end(self, at: int) -> bool:
        following = self._text[at : at + 1]
        return not following or following.isspace() or following in (*_CLOSING, *_ALTERNATIVE, *_QUOTES)

    def _read_text(self, depth: int, *, quotes: bool = True) -> str:
        """Read up to white space, `|`, a quote that closes, or the bracket that closes the group."""
        start = self._at
        open_brackets = 0
        while self._at < len(self._text):
            character = self._text[self._at]
            if character in _TELEPHONE_STARTS and not open_brackets:
                number = _TELEPHONE.match(self._text, self._at)
                if number is not None:
                    self._at = number.end()
                    continue
            if character in _ALTERNATIVE or (character.isspace() and not self._is_inside_number()):
                break
            if quotes and self._at > start and self._find_closing(self._at, at_start=False) is not None:
                break
            if character in _CLOSING:
                if depth and not open_brackets:
                    break
                open_brackets = max(0, open_brackets - 1)
            open_brackets += character in _OPENING
            self._at += 1
        return self._text[start : self._at]

    def _is_inside_number(self) -> bool:
        """Tell whether the white space here stands between a number and what it counts: 2019 年 is one."""
        following = self._text[self._at :].lstrip()[:1]
        if self._text[self._at - 1 : self._at].isdecimal() and bool(following) and following in _UNITS:
            return True
        before = self._text[max(0, self._at - 6) : self._at]
        for ends, begins in ((_DATE_BEFORE, _DATE_BEHIND), (_YEAR_BEFORE, _SERIAL)):
            if ends.search(before) and begins.match(self._text, self._at):
                return True
        return False

    # --- what a part asks

    def _keep(self, text: str, *, exact: bool) -> Part | None:
        if self._field is not None:
            text = BY_NAME[self._field].normal(text)
        folded = fold(text)
        if not _SHOWS_TEXT.search(folded.text):
            return None
        self._parts += 1
        if self._parts > MOST_PARTS:
            return None
        in_title = self._in_title and self._field is None
        field = "title" if in_title else self._field
        part = self._maker.make(text, folded, field=field, exact=exact, placed=self._placed)
        self._has_days = self._has_days or part.has_day
        return self._place_part(part) if in_title else part

    def _place(self, query: Query) -> Query:
        """Return what words that ask no field of their own ask."""
        return Field("title", query) if self._in_title else query

    def _place_part(self, part: Part) -> Part:
        units = [replace(unit, query=self._place(unit.query), finer=(), evidence=()) for unit in part.units]
        return replace(
            part,
            query=self._place(part.query),
            units=tuple(units),
            near=tuple(map(self._place, part.near)),
            phrase=None if part.phrase is None else self._place(part.phrase),
        )


def _say(parsed: ParsedQuery, speakers: tuple[str, ...]) -> ParsedQuery:
    """Return a query whose words somebody has to say."""

    def say(query: Query) -> Query:
        match query:
            case Term() | Phrase() | Pattern():
                return Said(speakers, query)
            case And(parts):
                return And(tuple(map(say, parts)))
            case Or(parts):
                return Or(tuple(map(say, parts)))
            case Not(part):
                return Not(say(part))
            case Within(kind, part):
                return Within(kind, say(part))
            case _:
                return query

    def say_there(needle: Needle) -> Needle:
        return (
            needle
            if needle.within is None
            else replace(needle, within=Within(needle.within.kind, say(needle.within.part)))
        )

    return replace(
        parsed,
        query=say(parsed.query) if parsed.query is not None else None,
        needles=list(map(say_there, parsed.needles)),
        units=[replace(unit, query=say(unit.query), finer=(), evidence=()) for unit in parsed.units],
        near=[say(query) for query in parsed.near],
        phrases=[say(query) for query in parsed.phrases],
        required=[say(query) for query in parsed.required],
        alone=[*parsed.alone, *parsed.units],
        whole=None,
        typed=None,
        speakers=speakers,
    )


def _keep_together(parsed: ParsedQuery, scope: SearchScope) -> ParsedQuery:
    """Return a query all of whose words have to stand in one place; nothing comes near that."""
    if parsed.query is None or parsed.only_excludes:  # there is no word to stand anywhere
        return parsed
    query = Within(scope.kind, parsed.query)
    return replace(
        parsed,
        query=query,
        needles=list(_mark_within(parsed.needles, query)),
        near=[],
        phrases=[],
        whole=None,
        items=(),
        scopes=[*parsed.scopes, Scoped(scope)],
    )


def _mark_within(needles: list[Needle], within: Within) -> tuple[Needle, ...]:
    """Return what to mark in places alone that hold all of it; what is asked of a field is marked wherever it is."""
    return tuple(
        replace(needle, within=within) if needle.field in (None, "body") and needle.within is None else needle
        for needle in needles
    )


def _required(clauses: _Clauses) -> tuple[Query, ...]:
    """Return what relaxing never gives up of some clauses: what has no words, and what their groups demand."""
    found: dict[Query, None] = {}
    for clause in clauses:
        if len(clause) == 1 and not clause[0].units:
            found[clause[0].query] = None
        shared = [query for query in clause[0].required if all(query in part.required for part in clause)]
        found |= dict.fromkeys(shared)
    return tuple(found)


def _settle(clauses: _Clauses, *, always: bool = False) -> _Clauses:
    """Leave out what only asks, and take periods as periods, where there is something else (or `always`)."""
    asked = [parts for parts in clauses if not all(part.only_asks for part in parts)]
    if any(not part.only_excludes for parts in asked for part in parts):
        clauses = asked
    if always or any(part.period is None for parts in clauses for part in parts):
        clauses = [[_mean(part) for part in parts] for parts in clauses]
    return clauses


def _mean(part: Part) -> Part:
    """Return a part as the period that it names, if it names one."""
    if part.period is None or part.period.period is None:
        return part
    return Part(Range("date", *part.period.period), understood=(part.period,))


def _units_of(parts: list[Part]) -> tuple[Unit, ...]:
    """Return what relaxing may give up: the words of a plain part, alternatives and groups as a whole."""
    if len(parts) == 1:
        return parts[0].units
    texts = dict.fromkeys(unit.text for part in parts for unit in part.units if not unit.minor)
    return (Unit(" 或 ".join(texts), _any(parts)),)


def _is_plain(clause: list[Part]) -> bool:
    return len(clause) == 1 and bool(clause[0].units)


def _any(parts: list[Part]) -> Query:
    return parts[0].query if len(parts) == 1 else Or(tuple(part.query for part in parts))


def _all(queries: list[Query]) -> Query | None:
    if not queries:
        return None
    if all(isinstance(query, Not) for query in queries):
        queries = [Everything(), *queries]
    return queries[0] if len(queries) == 1 else And(tuple(queries))
