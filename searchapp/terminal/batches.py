"""Many queries at once: a line for each, as they come."""

from __future__ import annotations

import gc
import io
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from indexer import QueryError, open_index, print_error, print_line, say, tell_error
from searchapp.search.run import search as run_search
from searchapp.terminal.asking import make_request, read_words
from searchapp.terminal.notes import what_is_counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from searchapp.search.results import ResultPage

_SHOWN = 40


def search_batch(file: Path, options: dict[str, Any]) -> None:
    """Print what each query finds as a line of JSON."""
    for query, page in _run(file, options):
        if isinstance(page, QueryError):
            print_line(json.dumps({"query": query, "total": 0, "hits": [], "error": str(page)}, ensure_ascii=False))
            continue
        hits = [
            {"id": hit.document.id, "score": round(hit.score, 6)}
            | ({"reprints": hit.reprint_ids} if options["fold"] else {})
            for hit in page.hits
        ]
        best = [one.document.id if one.document else one.url for one in page.best]
        line = {"query": query, "total": page.total, **({"best": best} if best else {}), "hits": hits}
        print_line(json.dumps(line | _say_relaxed(page), ensure_ascii=False))


def count_batch(file: Path, options: dict[str, Any], *, as_text: bool) -> Iterator[bool]:
    """Print how many documents each query finds, and yield whether it finds any."""
    for query, page in _run(file, {**options, "limit": 1}):
        count = 0 if isinstance(page, QueryError) else count_matching(page)
        if as_text:
            for sentence in [tell_error(page)] if isinstance(page, QueryError) else what_is_counted(page):
                print_error(f"{query[:_SHOWN]}: {sentence}")
            print_line(str(count))
        else:
            refused = {"query": query, "total": 0, "error": str(page)}
            line = refused if isinstance(page, QueryError) else count_record(page)
            print_line(json.dumps(line, ensure_ascii=False))
        yield count > 0


def count_matching(page: ResultPage) -> int:
    """Return how many documents match: those that hold all of a query, or any item of a list."""
    any_of = any(one.note == "any" for one in page.understood)
    return page.total if page.complete is None or any_of else page.complete


def count_record(page: ResultPage) -> dict[str, Any]:
    """Return how many documents a query finds, for a line of JSON."""
    return {"query": page.raw_query, "total": page.total} | _say_relaxed(page)


def _run(file: Path, options: dict[str, Any]) -> Iterator[tuple[str, ResultPage | QueryError]]:
    """Yield each query of a file with its page, or with what says why there is none."""
    gc.enable()  # there may be millions of queries
    settings, lexicon = read_words(many=True)
    wanted = make_request("", options, lexicon=lexicon)
    index = open_index(settings.index)
    for line in _read_queries(file):
        query = line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if not line.isprintable() and any("\udc80" <= own <= "\udcff" for own in line):
            yield query, QueryError("这一行不是 UTF-8 编码的文字")
            continue
        try:
            yield query, run_search(index.reader, replace(wanted, raw_query=query), lexicon=lexicon)
        except QueryError as error:
            yield query, error


def _read_queries(file: Path) -> Iterator[str]:
    """Yield the lines of a file that hold something, as they come; bytes that are not UTF-8 stay as lone surrogates."""
    try:
        stream = sys.stdin.buffer if str(file) == "-" else file.open("rb")
        with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape") as lines:
            for line in lines:
                if line.strip():
                    yield line.removesuffix("\n")
    except OSError as error:
        raise click.UsageError(say("the queries in {file} cannot be read: {error}", file=file, error=error)) from None


def _say_relaxed(page: ResultPage) -> dict[str, Any]:
    """Return how far a search was relaxed and what was not taken as it stands, for a line of a batch."""
    from searchapp.records import understood_record

    notes = [understood_record(one) for one in page.understood if one.note]
    instead = {"instead": page.instead.query} if page.instead else {}
    relaxed = (
        {} if page.complete is None else {"complete": page.complete, "given_up": page.given_up, "apart": page.apart}
    )
    return relaxed | instead | ({"understood": notes} if notes else {})
