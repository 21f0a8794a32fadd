"""The same search in the terminal, and the site."""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from indexer import (
    N_,
    TEXT,
    ArchiveGroup,
    Option,
    common_options,
    load_settings,
    print_error,
    print_line,
    say,
    tell_error,
    use_catalogue,
    version_option,
)
from searchapp.terminal.options import (
    COMMON,
    complete_field,
    is_narrowed,
    listing_options,
    option,
    searching_options,
    showing_options,
)

if TYPE_CHECKING:
    from indexer import OpenIndex
    from searchapp.language.equals import Lexicon
    from searchapp.search.results import ResultPage
    from searchapp.terminal.screen import Screen

EXIT_NO_HITS = 1
# What `--format` takes for one hit a line: all hits, unless there is a limit.
_NAMES = ("ids", "files")


# -通知 is a part of the query, not a mistyped option.
_TYPED = {"ignore_unknown_options": True}
_FOUND = (("0", N_("hits")), ("1", N_("no hits")), ("2", N_("wrong use or error")))
_DONE = (("0", N_("done")), ("2", N_("wrong use or error")))


class SearchProgram(ArchiveGroup):
    """The program: it speaks the site's sentences as well, and does little that only pays in a long process."""

    def __call__(self, *arguments: Any, **options: Any) -> NoReturn:
        """Run as a process of its own, for which little is done that only pays in a long one."""
        # Threads for multiplying matrices, which nothing here does, cost more than a search. Before numpy is loaded.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        gc.disable()  # what a search leaves behind is gone with the process; `serve` enables it again
        try:
            self.main(*arguments, **options)
        finally:
            gc.freeze()  # nor is it looked through at the end

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant; text in its place is rather a query."""
        if arguments and not arguments[0].isascii():
            typed = arguments[0]
            raise click.UsageError(
                say("{typed} is no command; to search for it: searchapp search {typed}", typed=typed)
            )
        return super().resolve_command(context, arguments)

    def main(self, *arguments: Any, **options: Any) -> NoReturn:
        """Run, also within another program."""
        use_catalogue("messages", Path(__file__).parent / "translations")
        super().main(*arguments, **options)


def _read_versions() -> dict[str, str]:
    from indexer import read_versions

    return read_versions()


@click.group(
    cls=SearchProgram,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=(
        ("searchapp search '科普 -通知' --year 2021", N_("search")),
        ("searchapp show 31535ee9 --query 科普", N_("read a hit")),
        ("searchapp help query", N_("what may be typed")),
    ),
)
@version_option(_read_versions)
@common_options
def main() -> None:
    """Search an archive of Chinese texts in the terminal, or serve its site."""


@main.command(
    context_settings=_TYPED,
    examples=(
        ("searchapp search '科普 -通知' --year 2021", N_("without notices")),
        ("searchapp search '说:会议' --from 近三年 --sort newest", N_("what meetings said")),
        ("searchapp search 会议 --format files --null | xargs -0 ls -l", N_("the files")),
    ),
    exit_codes=_FOUND,
)
@click.argument("query", nargs=-1, type=TEXT, metavar="[QUERY]...", shell_complete=complete_field)
@searching_options
@listing_options
@showing_options
@common_options
def search(query: tuple[str, ...], *, form: str, **options: Any) -> None:
    """Search, best hits first. What may be typed: searchapp help query."""
    _refuse_combinations(form, options)
    typed = _read_query(query, options)
    if options["batch"] is not None:
        from searchapp.terminal.batches import search_batch

        search_batch(options["batch"], options)
        return
    from searchapp.search.run import NoSuchPageError

    try:
        page, names = _find(typed, options, form=form)
    except NoSuchPageError as error:
        print_error(tell_error(error))
        sys.exit(EXIT_NO_HITS)
    _print_page(page, names, form=form, options=options)
    _exit(page.total)


@main.command(
    context_settings=_TYPED,
    examples=(
        ("searchapp count '科普 -通知' --year 2021", N_("how many there are")),
        ("searchapp count --source 省科技馆", N_("all of a source")),
    ),
    exit_codes=_FOUND,
)
@click.argument("query", nargs=-1, type=TEXT, metavar="[QUERY]...", shell_complete=complete_field)
@searching_options
@option(
    "--format",
    "form",
    section=COMMON,
    type=click.Choice(["text", "jsonl"]),
    metavar="text|jsonl",
    help=N_("Numbers alone or lines of JSON (text; with --batch jsonl)."),
)
@common_options
def count(query: tuple[str, ...], *, form: str | None, **options: Any) -> None:
    """Print the number of matching documents."""
    typed = _read_query(query, options)
    if options["batch"] is not None:
        from searchapp.terminal.batches import count_batch

        _exit(any(list(count_batch(options["batch"], options, as_text=form == "text"))))
    from searchapp.terminal.batches import count_matching, count_record
    from searchapp.terminal.notes import how_it_was_meant

    page, _ = _find(typed, {**options, "limit": 1})
    for sentence in how_it_was_meant(page):
        print_error(sentence)
    print_line(json.dumps(count_record(page), ensure_ascii=False) if form == "jsonl" else str(count_matching(page)))
    _exit(count_matching(page))


@main.command(
    examples=(
        ("searchapp show 31535ee9 --query 科普", N_("with the matches marked")),
        ("searchapp search 会议 --format ids | xargs searchapp show", N_("all hits")),
    ),
    exit_codes=_DONE,
)
@click.argument("ids", nargs=-1, required=True, type=TEXT, metavar="ID...")
@option("--query", section=COMMON, metavar="TEXT", default="", help=N_("Mark what a search for this text finds."))
@option("--literal", section=COMMON, is_flag=True, help=N_("No synonyms, no other forms of dates and numbers."))
@option(
    "--format",
    "form",
    section=COMMON,
    type=click.Choice(["text", "json"]),
    metavar="text|json",
    default="text",
    help=N_("text, or a line of JSON for each document."),
)
@showing_options
@common_options
def show(ids: tuple[str, ...], *, query: str, literal: bool, form: str, **options: Any) -> None:
    """Print documents by their ids, the beginnings of ids, or their paths."""
    from searchapp.terminal import documents
    from searchapp.terminal.asking import on_whole_index

    shown = on_whole_index(
        lambda index, lexicon: documents.show(index, ids, query=query, literal=literal, lexicon=lexicon)
    )
    if form == "json":
        documents.print_records(shown)
        return
    screen = _find_screen(options)
    lines: list[str] = []
    for document, marked in shown:
        lines += ["", *documents.text_lines(document, marked, screen=screen)]
    screen.show(lines[1:])


@main.command(
    "open",
    examples=(
        ("searchapp open 31535ee9", N_("with the program of the desktop")),
        ('less "$(searchapp open 31535ee9 --print)"', N_("with another one")),
    ),
    exit_codes=_DONE,
)
@click.argument("typed", type=TEXT, metavar="ID")
@option("--site", section=COMMON, is_flag=True, help=N_("Its page on the site of these settings, not its file."))
@option("--query", section=COMMON, metavar="TEXT", default="", help=N_("With --site: mark what this text finds."))
@option("--print", "only_print", section=COMMON, is_flag=True, help=N_("Print the path or address, open nothing."))
@common_options
def open_(typed: str, *, site: bool, query: str, only_print: bool) -> None:
    """Open the original file of a document, or print its path where there is no desktop."""
    from searchapp.terminal import documents
    from searchapp.terminal.asking import on_whole_index

    if query and not site:
        raise click.UsageError(say("--query goes with --site only: programs that open files mark nothing"))
    if site:
        found = on_whole_index(lambda index, _: documents.find_document(index.reader, typed))
        documents.open_page(load_settings().settings, found, query=query, only_print=only_print)
        return
    on_whole_index(
        lambda index, _: documents.open_original(
            index, documents.find_document(index.reader, typed), only_print=only_print
        )
    )


@main.command("help", exit_codes=_DONE)
@click.argument("topic", required=False, metavar="[COMMAND|query]")
@click.pass_context
def explain(context: click.Context, topic: str | None) -> None:
    """Explain a command, or what may be typed: searchapp help query."""
    from searchapp.terminal.helping import syntax_lines

    above = context.parent
    assert above is not None
    if topic is None:
        click.echo(above.get_help())
    elif topic == "query":
        for line in syntax_lines():
            print_line(line)
    elif (command := main.commands.get(topic)) is not None:
        click.echo(command.get_help(command.context_class(command, info_name=topic, parent=above)))
    else:
        names = ", ".join([*main.commands, "query"])
        raise click.UsageError(say("there is no help on {topic}, but on: {names}", topic=topic, names=names))


@main.command(examples=(("searchapp serve --port 8080", N_("on another port")),), exit_codes=_DONE)
@click.option("--host", cls=Option, metavar="ADDRESS", show_default="127.0.0.1", help=N_("Address to listen on."))
@click.option(
    "--port",
    cls=Option,
    type=click.IntRange(0, 65535),
    metavar="PORT",
    show_default="8000",
    help=N_("Port to listen on; 0 takes a free one."),
)
@click.option(
    "--threads",
    cls=Option,
    type=click.IntRange(1, 64),
    metavar="N",
    show_default="4",
    help=N_("Searches that run at the same time."),
)
@common_options
def serve(*, host: str | None, port: int | None, threads: int | None) -> None:
    """Serve the site until told to end.

    It may begin before there is an index. What has begun is answered first; a second signal ends at once.
    """
    from contextlib import suppress

    gc.enable()
    with suppress(KeyboardInterrupt):  # before it served anything, or twice
        from searchapp.server import serve as run_server

        settings = load_settings(host=host, port=port, threads=threads).settings
        run_server(settings, lambda address: print_line(_say_where(settings.index, address)))


def _refuse_combinations(form: str, options: dict[str, Any]) -> None:
    """Refuse what has no meaning together, so that nothing is left out silently."""
    batch, group = options["batch"] is not None, options["group"] != "none"
    is_given = click.get_current_context().get_parameter_source("form") is not click.core.ParameterSource.DEFAULT
    counted = options["limit"] or options["offset"]
    refused = {
        N_("--recent changes the order by relevance only, so --sort cannot go with it"): options["recent"]
        and options["sort"] != "relevance",
        N_("--batch lists hits, so --group cannot go with it"): batch and group,
        N_("--batch prints lines of JSON, so only --format jsonl can go with it"): batch
        and is_given
        and form != "jsonl",
        N_("--group cannot go with --format ids, files or count"): group and form in (*_NAMES, "count"),
        N_("--null goes with --format ids or files only"): options["null"] and form not in _NAMES,
        N_("--format count counts all hits, so --limit and --offset cannot go with it"): form == "count" and counted,
    }
    for sentence, is_refused in refused.items():
        if is_refused:
            raise click.UsageError(say(sentence))


def _read_query(query: tuple[str, ...], options: dict[str, Any]) -> str:
    """Return what was typed; it may be missing where something else says what to look for, but not be empty.

    A variable that a script did not fill would list the whole archive.
    """
    typed = " ".join(query)
    if query and not typed.strip():
        raise click.UsageError(say("the QUERY is empty; leave it out to list what --year or another filter leaves"))
    if options["batch"] is not None and query:
        raise click.UsageError(say("give either a QUERY or --batch, not both"))
    if options["batch"] is None and not query and not is_narrowed(options):
        raise click.UsageError(say("a QUERY is missing"))
    return typed


def _find(typed: str, options: dict[str, Any], *, form: str = "text") -> tuple[ResultPage, list[bytes]]:
    """Return the page that was asked for; for `ids` and `files` what to print of it, or of all hits without a limit."""
    from searchapp.search.run import list_keys
    from searchapp.search.run import search as run_search
    from searchapp.terminal.asking import make_request, on_whole_index

    def work(index: OpenIndex, lexicon: Lexicon) -> tuple[ResultPage, list[bytes]]:
        request = make_request(typed, options, lexicon=lexicon)
        page = run_search(index.reader, request, lexicon=lexicon)
        if form not in _NAMES:
            return page, []
        from searchapp.terminal.documents import name_documents

        keys = [hit.document.id for hit in page.hits]
        if not options["limit"] and page.cards > options["offset"] + len(keys):
            keys = list_keys(index.reader, request, lexicon=lexicon)[options["offset"] :]
        return page, list(name_documents(index, keys, as_files=form == "files"))

    return on_whole_index(work)


def _print_page(page: ResultPage, names: list[bytes], *, form: str, options: dict[str, Any]) -> None:
    from searchapp.terminal.notes import how_it_was_meant

    screen = _find_screen(options) if form == "text" else None
    paged = screen is not None and screen.paged
    notes = list(how_it_was_meant(page))
    for sentence in () if paged else notes:  # on standard error, so that results can be piped
        print_error(sentence)
    if screen is not None:
        from searchapp.terminal.lists import text_lines

        said = [line for sentence in notes if paged for line in screen.lay_out(sentence)]
        screen.show([*said, *([""] if said else []), *text_lines(page, options["offset"], screen=screen)])
    elif form in _NAMES:
        from searchapp.terminal.lists import print_names

        print_names(names, null=options["null"])
    elif form == "count":
        print_line(str(page.total))
    else:
        from searchapp.terminal.lists import FORMS

        FORMS[form](page, options["offset"])


def _find_screen(options: dict[str, Any]) -> Screen:
    from searchapp.terminal.screen import find_screen

    return find_screen(coloured=bool(click.get_current_context().color), pager=options["pager"])


def _exit(found: int) -> NoReturn:
    sys.exit(0 if found else EXIT_NO_HITS)


def _say_where(index: Path, address: str) -> str:
    return say("Serving {index} at {address} (stop with Ctrl-C)", index=index, address=address)
