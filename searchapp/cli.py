"""The same search in the terminal, and the site."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from indexer import ArchiveGroup, common_options, disarm, load_settings, print_error, print_line, print_text
from searchapp.fields import DATED_BY, FILTERS, GROUPS, TABLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indexer import OpenIndex, Settings
    from searchapp.fields import SearchField
    from searchapp.language.equals import Lexicon
    from searchapp.language.parsed import Understood
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import Best, Hit, Marks, ResultPage

Result = TypeVar("Result")

EXIT_NO_HITS = 1
_MOST_HITS = 1000
_TYPED = {"ignore_unknown_options": True}  # -通知 is a part of the query, not a mistyped option
_COLUMNS = ("rank", "id", "title", *(own.name for own in TABLED), "score", "hit_count", "path")
_NARROWING = (*(own.name for own in FILTERS), *(f"not_{own.name}" for own in FILTERS if own.excludable))


@click.group(cls=ArchiveGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="archive-search", message="%(version)s")
@common_options
def main() -> None:
    """Search an archive of Chinese texts in the terminal, or serve its site.

    Exit codes: 0 hits or done, 1 no hits, 2 wrong use or error.
    """


def _choose(own: SearchField, *, without: bool = False) -> Callable[..., Any]:
    """Return the option that chooses values of a field, or leaves them out."""
    argument, name = (own.not_argument, f"not_{own.name}") if without else (own.argument, own.name)
    says = f"{'No' if without else 'Only'} documents {own.means} (repeatable)."
    return click.option(f"--{argument.replace('_', '-')}", name, multiple=True, metavar="VALUE", help=says)


def _search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            click.option(
                "--batch",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="FILE",
                help="Read a query a line from FILE (- for standard input), print a line of JSON for each.",
            ),
            click.option(
                "--from", "date_from", metavar="DATE", help="Earliest date: 2021, 2021-03, 2021-03-12 or 近三年."
            ),
            click.option("--to", "date_to", metavar="DATE", help="Latest date, the day itself included."),
            click.option(
                "--by",
                type=click.Choice(list(DATED_BY)),
                default="date",
                show_default=True,
                help="Whether days are those of publication or of the meeting.",
            ),
            *map(_choose, FILTERS),
            *(_choose(own, without=True) for own in FILTERS if own.excludable),
            click.option(
                "--match",
                type=click.Choice(["auto", "all", "any"]),
                default="auto",
                show_default=True,
                help="Whether all parts of the query must match; auto lists what comes near where few hold all.",
            ),
            click.option("--fold", is_flag=True, help="List near-identical documents (reprints) once."),
            click.option("--literal", is_flag=True, help="No synonyms, other forms of dates and numbers, or periods."),
        )
    ):
        command = option(command)
    return command


@main.command(context_settings=_TYPED)
@click.argument("query", nargs=-1)
@common_options
@_search_options
@click.option("--limit", type=click.IntRange(1, _MOST_HITS), default=10, show_default=True, help="Hits to show.")
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True, help="Hits to skip.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="Order of the hits; documents without a date come last.",
)
@click.option("--recent", is_flag=True, help="In the order by relevance, evidence counts by age: what is recent first.")
@click.option(
    "--group",
    type=click.Choice(["none", *(own.name for own in GROUPS)]),
    default="none",
    show_default=True,
    help="List the hits by what they have in common; --limit and --offset count groups.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    show_default=True,
    help="How to print the hits.",
)
def search(query: tuple[str, ...], *, batch: Path | None, form: str, **options: Any) -> None:
    """Search, best hits first."""
    from searchapp.search.run import NoSuchPageError
    from searchapp.search.run import search as run_search

    if options["recent"] and options["sort"] != "relevance":
        raise click.UsageError("--recent changes the order by relevance only, so --sort cannot go with it")
    _refuse_both(query, batch)
    if batch is not None:
        if options["group"] != "none":
            raise click.UsageError("--batch lists hits, so --group cannot go with it")
        _search_batch(batch, options)
        return
    try:
        page = _on_whole_index(
            lambda index, lexicon: run_search(
                index.reader, _make_request(" ".join(query), options, lexicon=lexicon), lexicon=lexicon
            )
        )
    except NoSuchPageError as error:
        print_error(str(error))
        sys.exit(EXIT_NO_HITS)
    _say_how_it_was_meant(page)
    {"text": _print_text, "json": _print_json, "jsonl": _print_jsonl, "csv": _print_csv}[form](page, options["offset"])
    if not page.total:
        sys.exit(EXIT_NO_HITS)


@main.command(context_settings=_TYPED)
@click.argument("query", nargs=-1)
@common_options
@_search_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    help="Whether to print numbers alone or lines of JSON.  [default: text; with --batch jsonl]",
)
def count(query: tuple[str, ...], *, batch: Path | None, form: str | None, **options: Any) -> None:
    """Print the number of matching documents."""
    from searchapp.search.run import search as run_search

    _refuse_both(query, batch)
    if batch is not None:
        _count_batch(batch, options, form=form)
        return
    page = _on_whole_index(
        lambda index, lexicon: run_search(
            index.reader, _make_request(" ".join(query), {**options, "limit": 1}, lexicon=lexicon), lexicon=lexicon
        )
    )
    _say_how_it_was_meant(page)
    print_line(str(_count_matching(page)) if form != "jsonl" else json.dumps(_count_record(page), ensure_ascii=False))
    if not _count_matching(page):
        sys.exit(EXIT_NO_HITS)


@main.command()
@common_options
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [default: 127.0.0.1]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Port to listen on; 0 takes a free one.  [default: 8000]",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Searches that run at the same time.  [default: 4]",
)
def serve(*, host: str | None, port: int | None, threads: int | None) -> None:
    """Serve the site through a production WSGI server, also before there is an index, until told to end.

    What has begun is answered first; a second signal ends at once.
    """
    from contextlib import suppress

    with suppress(KeyboardInterrupt):  # before it served anything, or twice
        from searchapp.server import serve as run_server

        settings = load_settings(host=host, port=port, threads=threads).settings
        run_server(settings, lambda address: print_line(f"Serving {settings.index} at {address} (stop with Ctrl-C)"))


def _on_whole_index(work: Callable[[OpenIndex, Lexicon], Result]) -> Result:
    """Do something with the index; again with the last good generation, where the live one turns out to be damaged."""
    from indexer import DamagedIndexError, open_index

    settings, lexicon = _read_settings()
    try:
        return work(open_index(settings.index, thorough=False), lexicon)
    except DamagedIndexError:
        return work(open_index(settings.index), lexicon)


def _read_settings() -> tuple[Settings, Lexicon]:
    from indexer import use_dictionary
    from searchapp.language.equals import read_lexicon

    settings = load_settings().settings
    use_dictionary(settings.dictionary)
    return settings, read_lexicon(settings)


def _make_request(query: str, options: dict[str, Any], *, lexicon: Lexicon) -> SearchRequest:
    from searchapp.search.request import LIST, SearchRequest, read_days

    ends = (options.get("date_from"), options.get("date_to"))
    date_from, date_to = read_days(*ends, calendar=lexicon.calendar, names=("--from ", "--to "))
    return SearchRequest(
        raw_query=query.encode("utf-8", "ignore").decode(),
        date_from=date_from,
        date_to=date_to,
        dated_by=DATED_BY[options["by"]],
        group=options.get("group", LIST),
        fold=bool(options.get("fold", False)),
        recent=options.get("recent", False),
        sort=options.get("sort", "relevance"),
        match=options.get("match", "auto"),
        literal=options.get("literal", False),
        offset=options.get("offset", 0),
        size=options["limit"],
    ).change(**{name: options[name] for name in _NARROWING if options.get(name)})


# --- many queries


def _refuse_both(query: tuple[str, ...], batch: Path | None) -> None:
    if batch is None and not query:
        raise click.UsageError("a QUERY is missing")
    if batch is not None and query:
        raise click.UsageError("give either a QUERY or --batch, not both")


def _read_queries(file: Path) -> Iterator[str]:
    """Yield the lines of a file that hold something, as they come; bytes that are not UTF-8 stay as lone surrogates."""
    try:
        stream = sys.stdin.buffer if str(file) == "-" else file.open("rb")
        with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape") as lines:
            for line in lines:
                if line.strip():
                    yield line.removesuffix("\n")
    except OSError as error:
        raise click.UsageError(f"the queries in {file} cannot be read: {error}") from None


def _run_batch(file: Path, options: dict[str, Any]) -> Iterator[tuple[str, ResultPage | str]]:
    """Yield each query of a file with its page, or with a sentence that says why there is none."""
    from indexer import QueryError, open_index
    from searchapp.search.run import search as run_search

    settings, lexicon = _read_settings()
    wanted = _make_request("", options, lexicon=lexicon)
    index = open_index(settings.index)
    for line in _read_queries(file):
        query = line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        if not line.isprintable() and any("\udc80" <= own <= "\udcff" for own in line):
            yield query, "这一行不是 UTF-8 编码的文字"
            continue
        try:
            yield query, run_search(index.reader, replace(wanted, raw_query=query), lexicon=lexicon)
        except QueryError as error:
            yield query, str(error)


def _search_batch(file: Path, options: dict[str, Any]) -> None:
    for query, page in _run_batch(file, options):
        if isinstance(page, str):
            print_line(json.dumps({"query": query, "total": 0, "hits": [], "error": page}, ensure_ascii=False))
            continue
        hits = [
            {"id": hit.document.id, "score": round(hit.score, 6)}
            | ({"reprints": hit.reprint_ids} if options["fold"] else {})
            for hit in page.hits
        ]
        best = [one.document.id if one.document else one.url for one in page.best]
        line = {"query": query, "total": page.total, **({"best": best} if best else {}), "hits": hits}
        print_line(json.dumps(line | _say_relaxed(page), ensure_ascii=False))


def _count_batch(file: Path, options: dict[str, Any], *, form: str | None) -> None:
    found = False
    for query, page in _run_batch(file, {**options, "limit": 1}):
        if isinstance(page, str):
            line: dict[str, Any] = {"query": query, "total": 0, "error": page}
        else:
            line = _count_record(page)
            found = found or _count_matching(page) > 0
        if form != "text":
            print_line(json.dumps(line, ensure_ascii=False))
            continue
        for sentence in [page] if isinstance(page, str) else _say_what_is_counted(page):
            print_error(f"{query[:40]}：{sentence}")
        print_line("0" if isinstance(page, str) else str(_count_matching(page)))
    if not found:
        sys.exit(EXIT_NO_HITS)


def _count_matching(page: ResultPage) -> int:
    """Return how many documents match: those that hold all of a query, or any item of a list."""
    any_of = any(one.note == "any" for one in page.understood)
    return page.total if page.complete is None or any_of else page.complete


def _count_record(page: ResultPage) -> dict[str, Any]:
    return {"query": page.raw_query, "total": page.total} | _say_relaxed(page)


def _say_relaxed(page: ResultPage) -> dict[str, Any]:
    """Return how far a search was relaxed and what was not taken as it stands, for a line of a batch."""
    from searchapp.records import understood_record

    notes = [understood_record(one) for one in page.understood if one.note]
    instead = {"instead": page.instead.query} if page.instead else {}
    relaxed = (
        {} if page.complete is None else {"complete": page.complete, "given_up": page.given_up, "apart": page.apart}
    )
    return relaxed | instead | ({"understood": notes} if notes else {})


# --- forms of output


def _say_how_it_was_meant(page: ResultPage) -> None:
    """Say what the search did beyond the letter: on standard error, so that results can be piped."""
    from searchapp.search.results import say_note, spell_days

    for one in page.understood:
        if one.note:
            print_error(say_note(one))
            continue
        meaning = spell_days(one.period) if one.period else f"也搜了 {_spell_names(one)}"
        meaning += f"，也列出 {spell_days(one.days)} 发布或开会的文件" if one.days else ""
        meaning += "，也搜了跨过这一天的日期" if one.spans else ""
        print_error(f"{one.text}：{meaning}（--literal 关闭）")
    for sentence in _say_what_is_counted(page):
        print_error(sentence)
    for spelling in page.spellings:
        print_error(f"您是不是要找：{spelling.query}")


def _say_what_is_counted(page: ResultPage) -> Iterator[str]:
    """Yield why a number is not that of what was typed: others come near, or another query was asked."""
    if page.complete:
        yield f"{page.complete} 份包含全部词；另列相近的 {page.total - page.complete} 份"
    elif page.complete is not None:
        lacking = f"，都缺少：{'、'.join(page.given_up)}" if page.given_up else ""
        apart = f"，分开出现：{'、'.join(page.apart)}" if page.apart else ""
        yield f"没有同时包含全部词的文件；以下只是相近{lacking}{apart}"
    if page.instead:
        yield f"没有找到“{page.instead.word}”，以下是“{page.instead.instead}”的结果（--literal 关闭）"


def _spell_names(one: Understood) -> str:
    """Spell out what else was looked for: other names, those before and after a change, or other notations."""
    names = ["、".join(one.same_names)] if one.same_names else []
    for own, year in one.earlier_names:
        names.append(f"前身 {'、'.join(own)}" + (f"（至{year}年）" if year else ""))
    for own, year in one.later_names:
        names.append(f"后称 {'、'.join(own)}" + (f"（{year}年起）" if year else ""))
    return "，".join(names) or "其他写法"


def _print_text(page: ResultPage, offset: int) -> None:
    _print_best(page.best)
    any_of = any(one.note == "any" for one in page.understood)
    for group in page.groups:
        print_line(f"== {group.value or '（未标明）'}：{group.total} 份")
        print_line()
        _print_hits(group.hits, 0, any_of=any_of)
    _print_hits(page.hits, offset, any_of=any_of)
    groups = f" in {page.cards} group{'s' * (page.cards != 1)}" if page.groups else ""
    print_line(f"{page.total} hit{'s' * (page.total != 1)}{groups}, {page.took_ms:.0f} ms")


def _print_best(best: list[Best]) -> None:
    """Print what answers the query as a whole: 直达 by its number or title, 推荐 by people."""
    for one in best:
        own = one.document
        print_line(f"{'推荐' if one.kind == 'curated' else '直达'} {one.title or (own and own.title) or '（无标题）'}")
        about = [one.url] if own is None else [own.source, own.date, own.path]
        print_line("   " + " · ".join(part for part in about if part))
        if one.note:
            print_line(f"   {one.note}")
        print_line()


def _print_hits(hits: list[Hit], offset: int, *, any_of: bool) -> None:
    """Print hits; of a list, any item of which was looked for, what each one holds, else what it lacks."""
    for rank, hit in enumerate(hits, start=offset + 1):
        click.echo(f"{rank}. {_title(hit)}")
        document = hit.document
        about = [document.source, document.date, f"{hit.hit_count} 处" if hit.hit_count else None, document.path]
        print_line("   " + " · ".join(part for part in about if part))
        if hit.missing and any_of:
            print_line(f"   含有：{'、'.join(match.text for match in hit.reasons.matches)}")
        elif hit.missing:
            print_line(f"   缺少：{'、'.join(hit.missing)}")
        if hit.apart:
            print_line(f"   分开出现：{'、'.join(hit.apart)}")
        for snippet in hit.snippets:
            click.echo(("   引述：" if snippet.quoted else "   ") + _highlight(snippet.text, snippet.marks))
        print_line()


def _listed(page: ResultPage, offset: int) -> list[tuple[str | None, int, Hit]]:
    """Return every hit of a page with its rank and, where there are groups, the value of its own."""
    if page.groups:
        return [(group.value, rank, hit) for group in page.groups for rank, hit in enumerate(group.hits, start=1)]
    return [(None, rank, hit) for rank, hit in enumerate(page.hits, start=offset + 1)]


def _title(hit: Hit) -> str:
    if hit.document.title is None:
        return "（无标题）"
    return _highlight(hit.document.title, hit.title_marks)


def _highlight(text: str, marks: Marks) -> str:
    """Mark for a terminal, and disarm the rest; click takes the colours off again where output is no terminal."""
    pieces, at = [], 0
    for start, end in marks:
        pieces += [disarm(text[at:start]), click.style(disarm(text[start:end]), bold=True, fg="yellow")]
        at = end
    return "".join([*pieces, disarm(text[at:])])


def _print_json(page: ResultPage, _offset: int) -> None:
    from searchapp.records import page_record

    record = page_record(page, lambda document: f"/documents/{document.id}")
    print_text(json.dumps(record, ensure_ascii=False, indent=2))


def _print_jsonl(page: ResultPage, offset: int) -> None:
    from searchapp.records import hit_record

    for group, _, hit in _listed(page, offset):
        record = hit_record(hit, f"/documents/{hit.document.id}")
        print_line(json.dumps({"group": group, **record} if page.groups else record, ensure_ascii=False))


def _print_csv(page: ResultPage, offset: int) -> None:
    from searchapp.records import write_csv

    rows: list[Sequence[object]] = [("group", *_COLUMNS) if page.groups else _COLUMNS]
    for group, rank, hit in _listed(page, offset):
        document = hit.document
        facts = [getattr(document, own.name) or "" for own in TABLED]
        row = [rank, document.id, document.title or "", *facts, round(hit.score, 4), hit.hit_count, document.path]
        rows.append([group or "", *row] if page.groups else row)
    table = write_csv(rows).rstrip("\r\n")
    # Data, unless somebody looks at it: then click takes nothing out of it either.
    click.echo(disarm(table) if sys.stdout.isatty() else table, color=True)
