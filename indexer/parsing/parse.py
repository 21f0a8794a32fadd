"""The whole way from the text of a file to its documents."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.document import MEETING_SPEAKS, VALUES, Document, Evidence, Person
from indexer.parsing.dates import find_dates
from indexer.parsing.layout.articles import Article, split_articles
from indexer.parsing.layout.lines import Line, is_salutation, split_lines
from indexer.parsing.layout.paragraphs import Paragraphs, join_lines, keep_lines
from indexer.parsing.layout.roles import Layout, lay_out, trail_end
from indexer.parsing.layout.titles import join_title
from indexer.parsing.people.mentions import find_mentions
from indexer.parsing.people.names import may_be_name
from indexer.parsing.people.people import find_author_of_speech, find_people
from indexer.parsing.people.quoted import Setting
from indexer.parsing.people.speech import find_speech, whole_speech
from indexer.parsing.values.author import read_author, read_name_below
from indexer.parsing.values.flags import find_cites, find_flags
from indexer.parsing.values.genre import GENRE_OF_SPEECHES, genre_of
from indexer.parsing.values.header import Header, read_after, read_header, read_issue, read_publisher
from indexer.parsing.values.issuer import read_issuer
from indexer.parsing.values.meeting_date import read_meeting_date
from indexer.parsing.values.meetings import find_meeting
from indexer.parsing.values.number import read_number
from indexer.parsing.values.place import read_place
from indexer.parsing.values.signature import read_dateline, read_signature_date, read_signed
from indexer.parsing.values.spent import is_spent
from indexer.reading import format_of

if TYPE_CHECKING:
    from indexer.document import Part, Speech

Hints = dict[str, tuple[str, str]]

_TRAILING_SITE = re.compile(r"\s*(?:[-_|｜–—]+\s*[^-_|｜–—]{2,16}(?:网|新闻|频道|在线|客户端|协会|学会|门户)|[|｜])$")
_ENACTED = re.compile(r"《(?P<title>[^》]{4,60})》[^。]{0,40}(?:已经|经|现)[^。]{0,80}(?:通过|印发|公布|发布)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LOST = "\ufffd"
_LAST = 3
_OPENING = 8
_LONGEST_TITLE = 300


def parse_text(
    text: str,
    path: str,
    *,
    doubtful: bool = False,
    flags: tuple[str, ...] = (),
    given: dict[str, str] | None = None,
    hints: Hints | None = None,
    first_line: int = 1,
) -> list[Document]:
    """Turn the text of one file into its documents, in their order; a file without text has none.

    What is `given` (by a record that brings its own values) is trusted over what the text says; `hints` (what a page
    says of itself in its markup) only where the text says nothing.
    Its lines are counted from `first_line`. Every document gets the `flags` of its file.
    """
    text, damaged = _mark_lost(text)
    lines = split_lines(text, first_line)
    if format_of(path).name == "markdown":
        lines = [line for line in map(_without_markup, lines) if line.text]
    articles = split_articles(lines)
    documents = [
        _parse_article(
            article,
            path,
            order=order,
            whole=lines if len(articles) == 1 else article.lines,
            given=given or {},
            hints=hints or {},
        )
        for order, article in enumerate(articles)
    ]
    documents = [document for document in documents if document.body or document.title]
    if len(documents) > 1:
        documents = [replace(document, parent=path) for document in documents]
    flags = (*flags, *(("encoding-doubtful",) if doubtful else ()), *damaged)
    return [replace(document, flags=(*document.flags, *flags)) for document in documents] if flags else documents


def parse_body(text: str, path: str, *, given: dict[str, str]) -> Document:
    """Turn a text into a document whose title is given, if it has one: all of it is body, nothing is a header."""
    text, damaged = _mark_lost(text)
    header = Header(dict(given))
    lines = split_lines(text)
    paragraphs = keep_lines(lines)
    title = given.get("title")
    _read_inside(lines, lines, paragraphs=paragraphs, title=title, header=header)
    document = _make_document(path, 0, title=title, header=header, paragraphs=paragraphs, lines=lines)
    return replace(document, flags=(*document.flags, *damaged))


def _mark_lost(text: str) -> tuple[str, tuple[str, ...]]:
    """Put □, as Chinese print does, for each character that was lost (U+FFFD), which nobody could search; and the flag for it."""
    return (text.replace(_LOST, "□"), ("damaged-characters",)) if _LOST in text else (text, ())


def _without_markup(line: Line) -> Line:
    """Take the marks of Markdown headings and bold type off a line."""
    text, plain = (re.sub(r"^#{1,6}\s+|\*\*", "", form) for form in (line.text, line.plain))
    return replace(line, text=text, plain=plain)


def make_id(path: str, order: int) -> str:
    """Make the id of a document that brings none: it stays the same as long as its file keeps its name."""
    return blake2b(f"{path}#{order}".encode(), digest_size=8).hexdigest()


def _parse_article(
    article: Article, path: str, *, order: int, whole: list[Line], given: dict[str, str], hints: Hints
) -> Document:
    layout = lay_out(article.lines, hints)
    header = Header(dict(given))
    read_signed(article, header)
    read_header(layout.header, header)
    title = given.get("title") or _read_title(layout, whole, header=header)
    read_after([*(line for line in layout.body[-_LAST:] if line.text[0] in "[【（("), *layout.after], header)
    read_publisher(whole[:3], header)
    read_issue(whole, header)
    if "author" not in header.values:
        read_name_below(layout.lines, [*layout.title, *layout.subtitle], header=header)
    body, glued = _cut_glued_title(_with_unread(layout, title, header=header), title)
    if glued and title:
        header.evidence["title"] = Evidence(body[0].number, "title glued to the body", title)
    paragraphs = join_lines(body)
    read_signature_date(body, header)
    read_dateline(paragraphs.texts, body, header=header)
    _read_inside([*layout.header, *body, *layout.after], body, paragraphs=paragraphs, title=title, header=header)
    read_issuer(article, title, body=body, header=header, page=whole)
    _read_hints(hints, header)
    document = _make_document(path, order, title=title, header=header, paragraphs=paragraphs, lines=article.lines)
    flags = (*document.flags, "text-left-out") if layout.left_out else document.flags
    return replace(document, subtitle=" ".join(line.text for line in layout.subtitle) or None, flags=flags)


def _with_unread(layout: Layout, title: str | None, *, header: Header) -> list[Line]:
    """Return the body with the lines of header and foot that no value was read from; all lines where nothing is left."""
    body = layout.body_with([line for line in layout.spare if not is_spent(line, header)])
    return body if body or title else layout.lines


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


def _read_inside(
    lines: list[Line], body: list[Line], *, paragraphs: Paragraphs, title: str | None, header: Header
) -> None:
    """Read what stands in the text itself rather than in its header."""
    read_author(lines, paragraphs.texts, header=header)
    read_number(lines, title, header=header)
    first = next((at for at, text in enumerate(paragraphs.texts[:_OPENING]) if _HAN.search(text)), 0)
    title, *opening = simplify("\n".join([title or "", *paragraphs.texts[first : first + _OPENING]])).split("\n")
    genre, rule = genre_of(title, opening, is_news=bool(header.values.keys() & {"date", "source", "author"}))
    if genre and body:
        header.set("genre", genre, body[0], rule)
    if header.values.get("genre") != "通知":
        read_meeting_date(lines, opening, title=title, body=body, header=header)
    read_place(lines, opening, title=title, header=header)


def _make_document(
    path: str, order: int, *, title: str | None, header: Header, paragraphs: Paragraphs, lines: list[Line]
) -> Document:
    body = paragraphs.body
    plain = simplify(body)  # one for one, so places stay
    people, speech = _read_people(title, body, plain=plain, header=header)
    values = {name: value for name, value in header.values.items() if name in VALUES}
    return Document(
        id=make_id(path, order),
        path=path,
        order=order,
        title=title,
        **values,
        flags=find_flags(body, lines),
        body=body,
        meeting=find_meeting(simplify(title or "")[:_LONGEST_TITLE], plain, issuer=header.values.get("issuer")),
        people=_with_speakers(people, speech),
        speech=speech,
        cites=find_cites(title, body),
        lines=tuple(paragraphs.lines),
        evidence=header.evidence,
    )


def _read_people(
    title: str | None, body: str, *, plain: str, header: Header
) -> tuple[tuple[Person, ...], tuple[Speech, ...]]:
    """Return whom a text names and who said what; a text that is a speech is its speaker's from beginning to end."""
    mentions = find_mentions(plain)
    is_speech = header.values.get("genre") == GENRE_OF_SPEECHES
    setting = Setting(simplify(title or ""), header.values.get("source", ""), is_speech)
    people, quoted = find_people(plain, mentions, setting=setting)
    if is_speech:
        author = header.values.get("author", "")
        speaker = find_author_of_speech(title) or (author if may_be_name(author) else None)
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


# --- values


def _read_title(layout: Layout, lines: list[Line], *, header: Header) -> str | None:
    if layout.title:
        text = join_title([line.text for line in layout.title])
        header.evidence["title"] = Evidence(layout.title[0].number, "line above the body", text)
        return _TRAILING_SITE.sub("", text).lstrip("•·◆■●▲★※ ")
    for line in lines:
        match = re.match(r"(?:本文标题|原标题)\s*[:：]\s*(?P<title>\S.*)", line.text)
        if match:
            header.evidence["title"] = Evidence(line.number, "label 本文标题", line.text)
            return match["title"]
    crumb = trail_end(lines)
    if crumb and any(first.text.startswith(crumb) for first in layout.body[:1]):
        header.evidence["title"] = Evidence(lines[0].number, "last breadcrumb", crumb)
        return crumb
    for line in layout.body[:3]:
        match = _ENACTED.search(line.text)
        if match and is_salutation(layout.body[0].text):
            header.evidence["title"] = Evidence(line.number, "document that the notice enacts", line.text[:200])
            return match["title"]
    return None


def _cut_glued_title(body: list[Line], title: str | None) -> tuple[list[Line], bool]:
    """Take a title off the front of the line that runs on into the body without a break."""
    if title and body and body[0].text.startswith(title) and len(body[0].text) > len(title):
        return [replace(body[0], text=body[0].text[len(title) :].lstrip()), *body[1:]], True
    return body, False
