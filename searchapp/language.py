"""What was typed -> a query tree. No input is a syntax error: what cannot be an operator is text."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer import And, Everything, Field, Not, Or, Phrase, Query, QueryError, Range, Term, fold, query_words
from searchapp.dates import parse_period

LONGEST_QUERY = 1000
MOST_PARTS = 64
DEEPEST_NESTING = 16

_QUOTES = {'"': '"”“', "“": '”"', "”": '“”"', "「": "」", "『": "』", "《": "》", "＂": '＂"'}
_OPENING, _CLOSING = "(（", ")）"
_EXCLUDING = "-－−"
_ALTERNATIVE = "|｜"
_ALTERNATIVE_WORDS = {"OR", "或"}
_JOINING_WORDS = {"AND"}
_FIELDS = {
    "标题": "title",
    "正文": "body",
    "来源": "source",
    "单位": "issuer",
    "日期": "date",
    "发布": "date",
    "会议日期": "meeting_date",
    "作者": "author",
    "类型": "genre",
    "文件": "path",
    "meeting": "meeting_date",
    "title": "title",
    "body": "body",
    "source": "source",
    "issuer": "issuer",
    "date": "date",
    "author": "author",
    "genre": "genre",
    "path": "path",
}
_DATE_FIELDS = {"date", "meeting_date"}


@dataclass(frozen=True, slots=True)
class Needle:
    """What to mark: the verbatim text where it occurs, else its words; in one text field, or in both (None)."""

    verbatim: str
    words: tuple[str, ...]
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece that relaxation may give up: what was typed, and what it asks."""

    text: str
    query: Query


@dataclass
class ParsedQuery:
    """A query tree with what it came from: needles to mark, units to relax, and what must stay when relaxing."""

    query: Query | None
    needles: list[Needle] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    required: list[Query] = field(default_factory=list)


def parse_query(typed: str) -> ParsedQuery:
    """Parse what was typed; a query without any letter, digit or ideograph has no tree.

    Raises:
        QueryError: a limit of length, parts or nesting is passed; the sentence is for the person who typed.
    """
    if len(typed) > LONGEST_QUERY:
        raise QueryError(f"查询太长：最多 {LONGEST_QUERY} 个字符，这里有 {len(typed)} 个。请缩短后再试。")
    parser = _Parser(typed)
    query = parser.parse()
    return ParsedQuery(query, parser.needles, parser.units, parser.required)


class _Parser:
    """Reads the typed text once, from left to right."""

    def __init__(self, typed: str) -> None:
        self._text = typed
        self._at = 0
        self._parts = 0
        self._excluded = False
        self._field: str | None = None
        self.needles: list[Needle] = []
        self.units: list[Unit] = []
        self.required: list[Query] = []

    def parse(self) -> Query | None:
        return self._read_group(0)

    # --- groups and alternatives

    def _read_group(self, depth: int) -> Query | None:
        """Read parts up to the end or the bracket that closes this group."""
        if depth > DEEPEST_NESTING:
            raise QueryError(f"括号嵌套太深：最多 {DEEPEST_NESTING} 层。请减少括号后再试。")
        clauses: list[list[Query]] = []
        join = False
        while not self._is_done(depth):
            if self._skip_alternative():
                join = bool(clauses)
                continue
            part = self._read_part(depth)
            if part is None:
                continue
            if join and not isinstance(part, Not):
                clauses[-1].append(part)
            else:
                clauses.append([part])
            join = False
        return _all([_any(alternatives) for alternatives in clauses])

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
        standing_between = self._at > 0 and self._at + len(word) < len(self._text.rstrip())
        if word in _ALTERNATIVE_WORDS and standing_between:
            self._at += len(word)
            return True
        if word in _JOINING_WORDS and standing_between:
            self._at += len(word)
            self._skip_space()
        return False

    def _peek_word(self) -> str:
        end = self._at
        while end < len(self._text) and not self._text[end].isspace():
            end += 1
        return self._text[self._at : end]

    # --- one part

    def _read_part(self, depth: int) -> Query | None:
        if self._excludes():
            self._at += 1
            outside, self._excluded = self._excluded, True
            part = self._read_part(depth)
            self._excluded = outside
            excluded = Not(part) if part is not None else None
            if excluded is not None and not outside:
                self.required.append(excluded)
            return excluded
        name = self._read_field_name()
        if name is not None:
            return self._read_field(name, depth)
        character = self._text[self._at]
        if character in _OPENING and self._closes(self._at):
            self._at += 1
            return self._read_group(depth + 1)
        quoted = self._read_quoted()
        if quoted is not None:
            return self._keep(quoted, exact=True)
        return self._keep(self._read_text(depth), exact=False)

    def _excludes(self) -> bool:
        following = self._text[self._at + 1 : self._at + 2]
        return (
            self._text[self._at] in _EXCLUDING
            and bool(following.strip())
            and following not in _EXCLUDING
            and (self._at == 0 or self._text[self._at - 1].isspace() or self._text[self._at - 1] in _OPENING)
        )

    def _read_field_name(self) -> str | None:
        word = self._peek_word()
        at = min((at for sign in ":：" if (at := word.find(sign)) > 0), default=0)
        if not at or at + 1 >= len(word) or self._field is not None:
            return None
        name = _FIELDS.get(word[:at].casefold())
        if name in _DATE_FIELDS and parse_period(word[at + 1 :].rstrip("".join(_CLOSING))) is None:
            return None
        if name is not None:
            self._at += at + 1
        return name

    def _read_field(self, name: str, depth: int) -> Query | None:
        if name in _DATE_FIELDS:
            period = parse_period(self._read_text(depth, quotes=False))
            assert period is not None
            query: Query = Range(name, *period)
            self.required += [] if self._excluded else [query]
            return query
        self._field = name
        part = self._read_part(depth)
        self._field = None
        return Field(name, part) if part is not None else None

    def _closes(self, opening: int) -> bool:
        depth = 0
        for character in self._text[opening:]:
            depth += (character in _OPENING) - (character in _CLOSING)
            if depth == 0:
                return True
        return False

    def _read_quoted(self) -> str | None:
        closing = _QUOTES.get(self._text[self._at])
        if closing is None:
            return None
        for end in range(self._at + 1, len(self._text)):
            if self._text[end] in closing:
                quoted = self._text[self._at + 1 : end]
                self._at = end + 1
                return quoted
        return None

    def _read_text(self, depth: int, *, quotes: bool = True) -> str:
        """Read up to white space, `|`, a quote that closes, or the bracket that closes the group."""
        start = self._at
        open_brackets = 0
        while self._at < len(self._text):
            character = self._text[self._at]
            if character.isspace() or character in _ALTERNATIVE:
                break
            if quotes and self._at > start and character in _QUOTES and self._has_closing(self._at):
                break
            if character in _CLOSING:
                if depth and not open_brackets:
                    break
                open_brackets = max(0, open_brackets - 1)
            open_brackets += character in _OPENING
            self._at += 1
        return self._text[start : self._at]

    def _has_closing(self, at: int) -> bool:
        closing = _QUOTES[self._text[at]]
        return any(character in closing for character in self._text[at + 1 :])

    # --- what a part asks

    def _keep(self, text: str, *, exact: bool) -> Query | None:
        folded = fold(text).text
        if not folded:
            return None
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise QueryError(f"查询的词太多：最多 {MOST_PARTS} 个。请减少后再试。")
        words = () if exact else tuple(query_words(text))
        query: Query = Phrase(text) if exact else Term(text)
        if len(words) > 1:
            query = Or((And(tuple(Term(word) for word in words)), Phrase(text)))
        if not self._excluded:
            self._keep_evidence(text, folded, words, query)
        return query

    def _keep_evidence(self, text: str, folded: str, words: tuple[str, ...], query: Query) -> None:
        name = self._field
        if name in (None, "title", "body"):
            self.needles.append(Needle(folded, _worth_marking(words), name))
        if name is not None:
            self.required.append(Field(name, query))
        elif len(words) > 1:
            self.units += [Unit(word, Term(word)) for word in _worth_marking(words)]
        else:
            self.units.append(Unit(text, query))


def _worth_marking(words: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out single characters (的, 了, 和) beside longer words: they would be marked all over the text."""
    longer = tuple(word for word in words if len(word) > 1)
    return longer or words


def _any(parts: list[Query]) -> Query:
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _all(parts: list[Query]) -> Query | None:
    if not parts:
        return None
    if all(isinstance(part, Not) for part in parts):
        parts = [Everything(), *parts]
    return parts[0] if len(parts) == 1 else And(tuple(parts))
