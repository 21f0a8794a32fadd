"""The whole way from the text of a file to its documents."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from indexer.analysis.normalize import simplify
from indexer.document import MEETING_SPEAKS, VALUES, Document, Evidence, Person
from indexer.parsing.dates import find_dates
from indexer.parsing.layout.articles import Article, above_appendix, split_articles
from indexer.parsing.layout.copies import join_over_pages, without_second_copy
from indexer.parsing.layout.labels import has_publishing_label
from indexer.parsing.layout.lines import Line, is_prose, split_lines
from indexer.parsing.layout.numbers import match_number_line
from indexer.parsing.layout.paragraphs import Paragraphs, join_lines, keep_lines
from indexer.parsing.layout.roles import Layout, lay_out
from indexer.parsing.layout.speakers import find_under_title
from indexer.parsing.people.mentions import find_mentions
from indexer.parsing.people.names import may_be_name
from indexer.parsing.people.people import find_author_of_speech, find_people
from indexer.parsing.people.quoted import Setting
from indexer.parsing.people.speech import find_speech, whole_speech
from indexer.parsing.values.author import read_author, read_name_below
from indexer.parsing.values.cover import read_cover
from indexer.parsing.values.file_name import NAME_OF_FILE, FileName, read_file_name
from indexer.parsing.values.flags import find_cites, find_flags
from indexer.parsing.values.genre import GENRE_OF_SPEECHES, genre_of
from indexer.parsing.values.header import Header, read_after, read_beside, read_header
from indexer.parsing.values.issue import read_bulletin, read_issue, unread_of_head
from indexer.parsing.values.issuer import read_issuer
from indexer.parsing.values.meeting_date import read_meeting_date
from indexer.parsing.values.meetings import find_meeting
from indexer.parsing.values.number import normalize_number, read_number
from indexer.parsing.values.place import read_place
from indexer.parsing.values.signature import read_dateline, read_signature_date, read_signed
from indexer.parsing.values.spent import is_spent, is_taken
from indexer.parsing.values.spoken import is_given_at_meeting, read_day_of_speech
from indexer.parsing.values.title import cut_glued_title, read_title
from indexer.reading import format_of

if TYPE_CHECKING:
    from indexer.document import Part, Speech

Hints = dict[str, tuple[str, str]]

# - 时间：2024-06-16, **重要**
_MARKUP = re.compile(r"^#{1,6}\s+|\*\*|^[-*+]\s+(?=[\u4e00-\u9fff]{2,6}\s*[:：])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LOST = "\ufffd"
_LAST = 3
_LONGEST_FOOT = 12
_OPENING = 8
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read of an article: all that makes a document but for people, speech and meeting, which its body tells.

    `plain` is the body in simplified characters, one for one, so that places stay.
    """

    title: str | None
    header: Header
    paragraphs: Paragraphs
    plain: str
    lines: list[Line]
    subtitle: str | None = None
    is_spoken: bool = False
    flags: tuple[str, ...] = ()


def parse_text(
    text: str,
    path: str,
    *,
    doubtful: bool = False,
    flags: tuple[str, ...] = (),
    given: dict[str, str] | None = None,
    hints: Hints | None = None,
    first_line: int = 1,
    is_part: bool = False,
) -> list[Document]:
    """Turn the text of one file into its documents, in their order; a file without text has none.

    What is `given` (by a record that brings its own values) is trusted over what the text says; `hints` (what a page
    says of itself in its markup) only where the text says nothing.
    Its lines are counted from `first_line`. Every document gets the `flags` of its file. What neither says is read from
    the name of the file, where that holds one document, and the text is no part of it.
    """
    text, damaged = _mark_lost(text)
    lines = without_second_copy(join_over_pages(split_lines(text, first_line)))
    if format_of(path).name == "markdown":
        lines = [line for line in map(_without_markup, lines) if line.text]
    articles = split_articles(lines)
    name = read_file_name(path) if len(articles) == 1 and not is_part else None
    documents = _parse_articles(articles, lines, path=path, given=given or {}, hints=hints or {}, name=name)
    flags = (*flags, *(("encoding-doubtful",) if doubtful else ()), *damaged)
    return [replace(document, flags=(*document.flags, *flags)) for document in documents] if flags else documents


def _parse_articles(
    articles: list[Article], lines: list[Line], *, path: str, given: dict[str, str], hints: Hints, name: FileName | None
) -> list[Document]:
    """Turn each article of a file into a document; several have the file as their parent."""
    documents = []
    for order, article in enumerate(articles):
        whole = lines if len(articles) == 1 else article.lines
        read = _read_article(article, whole, given=given, hints=hints, name=name)
        documents.append(_make_document(path, order, read=read))
    documents = [document for document in documents if document.body or document.title]
    return [replace(document, parent=path) for document in documents] if len(documents) > 1 else documents


def parse_record(text: str, path: str, *, given: dict[str, str], order: int = 0) -> Document:
    """Turn the text of a record into its one document; what is `given` is trusted over what the text says.

    A record with a title has its header in its fields: its text is the body, whole. What else it lacks is read from the
    text as from a file's; without a title all of it is, unless the text holds several articles.
    """
    text, damaged = _mark_lost(text)
    lines = join_over_pages(split_lines(text))
    beside: Header | None = None
    if not given.keys() >= {"title", "source", "date"}:
        articles = [article for article in split_articles(lines) if article.lines]
        for article in articles[:1]:
            whole = lines if len(articles) == 1 else article.lines
            read = _read_article(article, whole, given=given, hints={})
            if "title" not in given and len(articles) == 1:
                return _make_document(path, order, read=read, flags=damaged)
            beside = read.header
    document = _make_document(path, order, read=_read_body(lines, given), flags=damaged)
    return _filled_up(document, beside) if beside else document


def parse_body(text: str, path: str, *, given: dict[str, str]) -> Document:
    """Turn a text all of which is body (a table) into its document; what is `given` has no other source."""
    text, damaged = _mark_lost(text)
    lines = split_lines(text)
    if lines and lines[0].text == given.get("title"):  # the row over all columns
        lines = lines[1:] or lines
    return _make_document(path, 0, read=_read_body(lines, given), flags=damaged)


def _read_body(lines: list[Line], given: dict[str, str]) -> _Read:
    """Read lines all of which are body: none is a header."""
    header = Header(dict(given))
    paragraphs = keep_lines(lines)
    title = given.get("title")
    read_number(lines, title, header=header)
    plain = _read_inside(lines, lines, paragraphs=paragraphs, title=title, header=header)
    return _Read(title=title, header=header, paragraphs=paragraphs, plain=plain, lines=lines)


def _filled_up(document: Document, beside: Header) -> Document:
    """Return a document with the values that it lacks and a header has."""
    missing: dict[str, Any] = {name: beside.values.get(name) for name in VALUES if getattr(document, name) is None}
    return replace(document, **missing, evidence=beside.evidence | document.evidence)


def _mark_lost(text: str) -> tuple[str, tuple[str, ...]]:
    """Put □, as Chinese print does, for each character that was lost (U+FFFD), which nobody could search; and the flag for it."""
    return (text.replace(_LOST, "□"), ("damaged-characters",)) if _LOST in text else (text, ())


def _without_markup(line: Line) -> Line:
    """Take the marks of Markdown headings, bold type and rows of labels off a line."""
    text, plain = (_MARKUP.sub("", form) for form in (line.text, line.plain))
    return replace(line, text=text, plain=plain)


def make_id(path: str, order: int) -> str:
    """Make the id of a document that brings none: it stays the same as long as its file keeps its name."""
    return blake2b(f"{path}#{order}".encode(), digest_size=8).hexdigest()


def _read_article(
    article: Article, whole: list[Line], *, given: dict[str, str], hints: Hints, name: FileName | None = None
) -> _Read:
    head = article.head
    layout = lay_out(article.lines, hints, is_newspaper=head is not None and not head.is_bulletin)
    header = Header(dict(given))
    title, foot = _read_around(article, layout, whole=whole, header=header)
    read_number([*layout.header, *layout.body, *layout.after], title, header=header)
    body, glued = cut_glued_title(_with_unread(layout, title, foot=foot, header=header), title)
    if glued and title:
        header.evidence["title"] = Evidence(body[0].number, "title glued to the body", title)
    if name is not None and name.is_better_than(title):
        title = name.title
        header.evidence["title"] = Evidence(0, NAME_OF_FILE, name.stem)
    if "cover" in hints:
        read_cover(layout, int(hints["cover"][0]), header=header)
        body = [line for line in body if not is_taken(line, header)] or body
    paragraphs = join_lines(body)
    read_signature_date(above_appendix(body), header)
    read_signature_date([*layout.subtitle, *body], header)
    read_day_of_speech(title, layout.subtitle, header=header)
    read_dateline(paragraphs.texts, body, header=header)
    told = [*layout.header, *body, *layout.after]
    plain = _read_inside(told, body, paragraphs=paragraphs, title=title, header=header)
    read_issuer(article, title, body=body, header=header, page=whole)
    _read_hints(hints, header)
    if name is not None:
        _read_name(name, header)
    if over := unread_of_head(article.head, article.over, header=header):
        paragraphs = paragraphs.under(keep_lines(over))
        plain = simplify(paragraphs.body)
    return _Read(
        title=title,
        subtitle=" ".join(line.text for line in layout.subtitle) or None,
        is_spoken=layout.speaker is not None and is_given_at_meeting(layout.subtitle),
        header=header,
        paragraphs=paragraphs,
        plain=plain,
        lines=article.lines,
        flags=("text-left-out",) if layout.left_out else (),
    )


def _read_around(
    article: Article, layout: Layout, *, whole: list[Line], header: Header
) -> tuple[str | None, list[Line]]:
    """Read title and values from the lines over and under a text; return the title, and the foot that was read."""
    read_bulletin(article.head, header)
    read_signed(article, header)
    read_header(layout.header, header)
    title = header.values.get("title") or read_title(layout, whole, header=header)
    read_beside(layout.lines, layout.title, dated=layout.header, header=header)
    foot = _foot_of(layout)
    read_after(foot, header, is_text=True)
    read_after(layout.after, header)
    speaker = layout.speaker or find_under_title(layout.subtitle, 0).speaker
    if speaker is not None:
        header.offer("author", speaker.name, speaker.line, "name under the title", "speaker")
    read_issue(article.head, layout, page=whole, header=header)
    read_name_below(layout.lines, layout.title, subtitle=layout.subtitle, header=header)
    header.settle()
    return title, foot


def _foot_of(layout: Layout) -> list[Line]:
    """Return the lines below the last sentence of a text, which may say whose it is."""
    body = layout.body
    last = next((at for at in range(len(body) - 1, -1, -1) if is_prose(body[at].plain)), len(body))
    below = max(last + 1, len(body) - _LONGEST_FOOT)
    return [
        line for at, line in enumerate(body) if at >= below or (at >= len(body) - _LAST and line.text[0] in "[【（(")
    ]


def _with_unread(layout: Layout, title: str | None, *, foot: list[Line], header: Header) -> list[Line]:
    """Return the body with the lines of header and foot that no value was read from; all lines where nothing is left."""
    body = layout.body_with([line for line in layout.spare if not is_spent(line, header)])
    below = {id(line) for line in foot if line.text[0] not in "[【（(" and has_publishing_label(line)}
    body = [line for line in body if not is_taken(line, header) and not (id(line) in below and is_spent(line, header))]
    body = _without_number(body, header)
    return body if body or title else layout.lines


def _without_number(body: list[Line], header: Header) -> list[Line]:
    """Return a body without the lines over its first sentence that are its own number."""
    number = header.values.get("number")
    first = next((at for at, line in enumerate(body) if "。" in line.text), len(body)) if number else 0
    own = [
        at
        for at in range(min(first, _OPENING))
        if (found := match_number_line(body[at].plain)) and normalize_number(found["number"]) == number
    ]
    return [line for at, line in enumerate(body) if at not in own] if own else body


def _read_hints(hints: Hints, header: Header) -> None:
    """Take what a page says of itself in its markup, where its text says nothing."""
    for name in ("date", "source", "column", "url"):
        if name not in hints or name in header.values:
            continue
        value, rule = hints[name]
        dates = find_dates(value)
        if name == "date":
            value = dates[0].iso if dates else ""
        if value:
            header.values[name] = value
            header.evidence[name] = Evidence(0, rule, value[:200])


def _read_name(name: FileName, header: Header) -> None:
    """Take what the name of the file says, where nothing else does."""
    for field, value in (("date", name.date), ("number", name.number)):
        if value is not None and field not in header.values:
            header.values[field] = value
            header.evidence[field] = Evidence(0, NAME_OF_FILE, name.stem)


def _read_inside(
    lines: list[Line], body: list[Line], *, paragraphs: Paragraphs, title: str | None, header: Header
) -> str:
    """Read what stands in the text itself rather than in its header; return its body in simplified characters."""
    read_author(lines, paragraphs.texts, header=header)
    header.settle()
    first = next((at for at, text in enumerate(paragraphs.texts[:_OPENING]) if _HAN.search(text)), 0)
    plain = simplify(paragraphs.body)
    title, *opening = simplify(title or "").split("\n")
    opening += plain.split("\n", first + _OPENING)[first : first + _OPENING] if plain else []
    genre, rule = genre_of(title, opening, is_news=bool(header.values.keys() & {"date", "source", "author"}))
    if genre and body:
        header.set("genre", genre, body[0], rule)
    if header.values.get("genre") != "通知":
        read_meeting_date(lines, opening, title=title, body=body, header=header)
    read_place(lines, opening, title=title, header=header)
    return plain


def _make_document(path: str, order: int, *, read: _Read, flags: tuple[str, ...] = ()) -> Document:
    body = read.paragraphs.body
    people, speech = _read_people(read, body, plain=read.plain)
    values = {name: value for name, value in read.header.values.items() if name in VALUES}
    return Document(
        id=make_id(path, order),
        path=path,
        order=order,
        title=read.title,
        subtitle=read.subtitle,
        **values,
        flags=(*find_flags(body, read.lines), *read.flags, *flags),
        body=body,
        meeting=find_meeting(
            simplify(read.title or "")[:_LONGEST_TITLE], read.plain, issuer=read.header.values.get("issuer")
        ),
        people=_with_speakers(people, speech),
        speech=speech,
        cites=find_cites(read.title, body),
        lines=tuple(read.paragraphs.lines),
        evidence=read.header.evidence,
    )


def _read_people(read: _Read, body: str, *, plain: str) -> tuple[tuple[Person, ...], tuple[Speech, ...]]:
    """Return whom a text names and who said what; a text that is a speech is its speaker's from beginning to end."""
    mentions = find_mentions(plain)
    title, header = read.title, read.header
    is_speech = header.values.get("genre") == GENRE_OF_SPEECHES or read.is_spoken
    setting = Setting(simplify(title or ""), header.values.get("source", ""), is_speech)
    people, quoted = find_people(plain, mentions, setting=setting)
    if is_speech:
        author = header.values.get("author", "")
        speaker = find_author_of_speech(title) or (author if author and may_be_name(author) else None)
        if speaker is not None:
            return people, whole_speech(body, speaker)
    speech = find_speech(plain, mentions, quoted=quoted, title=setting.title)
    if plain != body:
        printed = {
            own.name: body[own.at : own.at + len(own.name)] for own in people if plain.startswith(own.name, own.at)
        }
        people = tuple(replace(own, name=printed.get(own.name, own.name)) for own in people)
        speech = tuple(replace(own, speaker=printed.get(own.speaker, own.speaker)) for own in speech)
    return people, speech


def _with_speakers(people: tuple[Person, ...], speech: tuple[Speech, ...]) -> tuple[Person, ...]:
    """Add to people that they spoke or are quoted, and those whom only their speech names."""
    first = {own.speaker: own for own in reversed(speech) if own.speaker != MEETING_SPEAKS}
    known = {person.name: person for person in people}
    for name, passage in first.items():
        person = known.get(name) or Person(name, None, (), passage.start)
        part: Part = "quoted" if passage.quoted else "spoke"
        parts = tuple(own for own in person.parts if own != "mentioned")
        known[name] = replace(person, parts=parts if part in parts else (*parts, part))
    return tuple(sorted(known.values(), key=lambda person: person.at))
