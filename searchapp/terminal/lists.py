"""A page of hits as text for people, and in the forms that other programs read."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from indexer import disarm, print_line, print_text, say
from searchapp.fields import TABLED
from searchapp.terminal.notes import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from searchapp.search.results import Best, Hit, ResultPage
    from searchapp.terminal.screen import Screen

# Words that pages say as well are Chinese here, and English by the catalogue of the site.
_INDENT = "   "
_BETWEEN = " · "
_COLUMNS = ("rank", "id", "title", *(own.name for own in TABLED), "score", "hit_count", "path")


def text_lines(page: ResultPage, offset: int, *, screen: Screen) -> Iterator[str]:
    """Yield the lines of a page for people."""
    for one in page.best:
        yield from _best_lines(one, screen=screen)
    any_of = any(one.note == "any" for one in page.understood)
    for group in page.groups:
        value = group.value or say("(not stated)")
        yield from screen.lay_out(say("== {value}: {count} documents", value=value, count=group.total), bold=True)
        yield ""
        yield from _hits_lines(group.hits, 0, any_of=any_of, screen=screen)
    yield from _hits_lines(page.hits, offset, any_of=any_of, screen=screen)
    yield from screen.lay_out(_say_total(page, offset, screen=screen))


def _say_total(page: ResultPage, offset: int, *, screen: Screen) -> str:
    total = say("1 hit") if page.total == 1 else say("{count} hits", count=page.total)
    if page.groups:
        total = say("{hits} in {count} groups", hits=total, count=page.cards)
    said = say("{hits}, {milliseconds} ms", hits=total, milliseconds=f"{page.took_ms:.0f}")
    after = offset + len(page.hits or page.groups)
    if screen.width is None or after >= page.cards:
        return said
    return say("{hits}; the next ones: --offset {after}", hits=said, after=after)


def _best_lines(one: Best, *, screen: Screen) -> Iterator[str]:
    """Yield what answers the query as a whole: by its number or title, or recommended by people."""
    own = one.document
    kind = say("推荐") if one.kind == "curated" else say("直达")
    yield from screen.lay_out(
        one.title or (own and own.title) or say("(no title)"), indent=f"{kind} ", hang=_INDENT, bold=True
    )
    about = [one.url] if own is None else [own.id, own.source, own.date, own.path]
    yield from screen.lay_out(_about(about), indent=_INDENT)
    if one.note:
        yield from screen.lay_out(one.note, indent=_INDENT)
    yield ""


def _about(facts: Iterable[str | None]) -> str:
    return _BETWEEN.join(fact for fact in facts if fact)


def _hits_lines(hits: list[Hit], offset: int, *, any_of: bool, screen: Screen) -> Iterator[str]:
    """Yield hits; of a list, any item of which was looked for, what each one holds, else what it lacks."""
    for rank, hit in enumerate(hits, start=offset + 1):
        document = hit.document
        title, marks = (document.title, hit.title_marks) if document.title else (say("(no title)"), [])
        yield from screen.lay_out(title, marks, indent=f"{rank}. ", hang=_INDENT, bold=True)
        places = say("1 place") if hit.hit_count == 1 else say("{count} places", count=hit.hit_count)
        before = f"{document.id}{_BETWEEN}"
        facts = _about((document.source, document.date, places if hit.hit_count else None, document.path))
        marks = [(len(before) + start, len(before) + end) for start, end in hit.value_marks.get("source", ())]
        yield from screen.lay_out(before + facts, marks, indent=_INDENT)
        for name, label, _ in hit.shown_values:
            if name != "source":
                value = hit.file_name if name == "file_name" else str(getattr(document, name))
                start = f"{_INDENT}{say(label)}{say(': ')}"
                yield from screen.lay_out(value, hit.value_marks[name], indent=start, hang=_INDENT)
        for says in _what_it_holds(hit, any_of=any_of):
            yield from screen.lay_out(says, indent=_INDENT)
        for snippet in hit.snippets:
            indent = f"{_INDENT}{say('引述：')}" if snippet.quoted else _INDENT
            yield from screen.lay_out(snippet.text, snippet.marks, indent=indent, hang=_INDENT)
        yield ""


def _what_it_holds(hit: Hit, *, any_of: bool) -> Iterator[str]:
    if hit.missing and any_of:
        yield say("含有：") + listed(match.text for match in hit.reasons.matches)
    elif hit.missing:
        yield say("缺少：") + listed(hit.missing)
    if hit.apart:
        yield say("分开出现：") + listed(hit.apart)


# --- for programs


def print_json(page: ResultPage, _offset: int) -> None:
    """Print a page as the API has it."""
    from searchapp.records import page_record

    record = page_record(page, lambda document: f"/documents/{document.id}")
    print_text(json.dumps(record, ensure_ascii=False, indent=2))


def print_jsonl(page: ResultPage, offset: int) -> None:
    """Print a line of JSON for each hit."""
    from searchapp.records import hit_record

    for group, _, hit in _ranked(page, offset):
        record = hit_record(hit, f"/documents/{hit.document.id}")
        print_line(json.dumps({"group": group, **record} if page.groups else record, ensure_ascii=False))


def print_csv(page: ResultPage, offset: int) -> None:
    """Print a table with a row for each hit."""
    from searchapp.records import write_csv

    rows: list[Sequence[object]] = [("group", *_COLUMNS) if page.groups else _COLUMNS]
    for group, rank, hit in _ranked(page, offset):
        document = hit.document
        facts = [getattr(document, own.name) or "" for own in TABLED]
        row = [rank, document.id, document.title or "", *facts, round(hit.score, 4), hit.hit_count, document.path]
        rows.append([group or "", *row] if page.groups else row)
    table = write_csv(rows).rstrip("\r\n")
    # Data, unless somebody looks at it: then click takes nothing out of it either.
    click.echo(disarm(table) if sys.stdout.isatty() else table, color=True)


def _ranked(page: ResultPage, offset: int) -> list[tuple[str | None, int, Hit]]:
    """Return every hit of a page with its rank and, where there are groups, the value of its own."""
    if page.groups:
        return [(group.value, rank, hit) for group in page.groups for rank, hit in enumerate(group.hits, start=1)]
    return [(None, rank, hit) for rank, hit in enumerate(page.hits, start=offset + 1)]


def print_names(names: Iterable[bytes], *, null: bool) -> None:
    """Print ids or names of files for other programs: each ended by NUL, or a line each."""
    stream = sys.stdout.buffer
    shown = sys.stdout.isatty()
    for name in names:
        if null:
            stream.write(name + b"\0")
        elif shown:
            print_line(name.decode("utf-8", "backslashreplace"))
        else:
            stream.write(name + b"\n")
    stream.flush()


FORMS = {"json": print_json, "jsonl": print_jsonl, "csv": print_csv}
