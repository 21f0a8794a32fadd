"""What every view needs of its application: the index, the settings, and sentences in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flask import abort, current_app, g, request
from flask_babel import gettext

from indexer import Budget, DamagedStateError, OutOfTimeError, QueryError, RunLog, read_run_log, run_log_files
from searchapp.following import Followed
from searchapp.messages import N_
from searchapp.search.run import NoSuchPageError, read_query, search

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from indexer import MissLog, OpenIndex, Reader, Settings
    from searchapp.afterwards import Afterwards
    from searchapp.language.equals import Lexicon
    from searchapp.live import LiveIndex, View
    from searchapp.places import Turn
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import ResultPage
    from searchapp.usage import Entry, Usage
    from searchapp.visitors import Visitor

INDEX = "archive_index"
LEXICON = "archive_lexicon"
MISSES = "archive_misses"
SETTINGS = "archive_settings"
USAGE, REQUESTS, REQUEST_LOG = "archive_usage", "archive_requests", "archive_request_log"
AFTERWARDS = "archive_afterwards"
ARRIVAL, GUARD, ORIGINS = "archive_arrival", "archive_guard", "archive_origins"
# In the environment of a request: who asks, its turn among all of them, what it uses.
VISITOR, TURN, USE = "archive_search.visitor", "archive_search.turn", "archive_search.use"
_RUNS = "archive_runs"
ENTRY = "archive_search.entry"  # and what is noted of it
# The id of a request whose answer is kept for others (RFC 9562, 5.9); each of these gets its own in its place.
NO_ID = str(UUID(int=0))
_POLICY = dict.fromkeys(("style-src", "script-src", "img-src", "connect-src", "form-action"), "'self'") | {
    "default-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
MORE_TIME = 5  # an export may take so many times as long as a page; there is a place of its own for it
# Where errors are problem details.
FOR_PROGRAMS = ("/api/", "/oembed")
TOO_COSTLY = N_("这次检索太费时，没有做完。请缩短词句，或加上日期、来源再试。")
_FOR_ADMINISTRATORS = N_("这一页只给管理员看。")


def live_index() -> LiveIndex:
    """Return the index that this application serves."""
    return cast("LiveIndex", current_app.extensions[INDEX])


def make_policy(changes: Mapping[str, str] | None = None) -> str:
    """Return the Content-Security-Policy of an answer: what our pages need, changed directive by directive."""
    return "; ".join(f"{name} {value}" for name, value in {**_POLICY, **(changes or {})}.items())


def visitor() -> Visitor:
    """Return who asks."""
    return cast("Visitor", request.environ[VISITOR])


def view() -> View:
    """Return what this visitor sees of the index; the same one as long as the request lasts."""
    if "view" not in g:
        g.view = live_index().view(visitor().groups)
    return cast("View", g.view)


def open_index(*, times: float = 1) -> OpenIndex:
    """Return the index as this visitor sees it, with the budget of one request (so many `times` what a search has)."""
    seen = view()
    turn: Turn = request.environ[TURN]
    budget = Budget(settings().search_seconds * times, turn.is_abandoned, at_length=turn.become_long)
    return replace(seen.index, reader=seen.reader.within(budget))


def entry() -> Entry | None:
    """Return what is noted of this request; None where an answer is made that is kept for others."""
    return cast("Entry | None", request.environ.get(ENTRY))


def request_id() -> str:
    """Return the id of this request."""
    own = entry()
    return own.id if own else NO_ID


def answer_search(
    wanted: SearchRequest, *, reader: Reader | None = None, times: float = 1, **options: Any
) -> ResultPage:
    """Search what this visitor sees (through a `reader` that several searches share), and note what came of it.

    Raises:
        QueryError, OutOfTimeError, AbandonedError: as `search`.
    """
    page = search(reader or open_index(times=times).reader, wanted, lexicon=lexicon(), **options)
    complete = page.total if page.complete is None else page.complete
    note_search(page.total, is_hit=bool(complete or page.best), partial=page.partial)
    return page


def note_search(total: int | None, *, is_hit: bool, partial: bool = False) -> None:
    """Note how a search of this request was answered."""
    if (own := entry()) is not None:
        own.add_search(total, is_hit=is_hit, partial=partial)


def note_miss(wanted: SearchRequest) -> None:
    """Keep a query that finds nothing of what this visitor may read, unless the archive holds it for others.

    That is looked for once the answer is out: neither its words nor its time may tell of what others may read.
    """
    log, whole, query = misses(), live_index().view(), wanted.raw_query
    if view() is whole:
        log.note(query)
        return
    reader, known = whole.reader.within(Budget(settings().search_seconds)), lexicon()

    def look() -> None:
        try:
            read = read_query(reader, wanted.without_filters(), lexicon=known).query
            held = read is not None and reader.count([read])[0]
        except (QueryError, OutOfTimeError):  # it matches too much to be a miss
            return
        if not held:
            log.note(query)

    cast("Afterwards", current_app.extensions[AFTERWARDS]).do(look)


def forget_view() -> OpenIndex:
    """Return the index that this request has used, which may not be the open one any more, and use it no longer."""
    seen: View | None = g.pop("view", None)
    return seen.index if seen else live_index().get()


def require_administrator() -> None:
    """Refuse whoever may not see the pages of the administrator."""
    if not visitor().is_admin:
        abort(403, gettext(_FOR_ADMINISTRATORS))


def keep_nowhere() -> None:
    """Let nobody keep the answer to this request."""
    g.is_kept_nowhere = True


def lexicon() -> Lexicon:
    """Return the synonyms, periods and answers as their files say now."""
    return cast("Followed[Lexicon]", current_app.extensions[LEXICON]).get()


def lexicon_stamps() -> object:
    """Return what tells the files of synonyms, periods and answers from what they were."""
    followed = cast("Followed[Lexicon]", current_app.extensions[LEXICON])
    followed.get()
    return followed.stamps


def misses() -> MissLog:
    """Return the log of searches without hits."""
    return cast("MissLog", current_app.extensions[MISSES])


def usage() -> Usage:
    """Return who uses how much."""
    return cast("Usage", current_app.extensions[USAGE])


def runs() -> RunLog:
    """Return what the log of runs says, which is read again when it changes; nothing where it cannot be read."""
    own = settings().index
    known = current_app.extensions.get(_RUNS)
    if known is None:
        files = run_log_files(own)
        known = current_app.extensions[_RUNS] = Followed(files, read=lambda: _read_runs(own), what="log of runs")
    return cast("Followed[RunLog]", known).get()


def _read_runs(index: Path) -> RunLog:
    try:
        return read_run_log(index)
    except DamagedStateError:
        return RunLog()


def seconds_since(moment: str) -> float:
    """Return how long ago a moment (ISO) was."""
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds())


def settings() -> Settings:
    """Return the settings of this application."""
    return cast("Settings", current_app.extensions[SETTINGS])


def status_of(error: QueryError) -> HTTPStatus:
    """Return the status of an answer that an error is: there is no such page, or the request makes no sense."""
    return HTTPStatus.NOT_FOUND if isinstance(error, NoSuchPageError) else HTTPStatus.BAD_REQUEST


def translate_error(error: QueryError) -> str:
    """Return the sentence of an error in the reader's language."""
    values = {
        name: gettext(value) if isinstance(value, str) and value else value for name, value in error.values.items()
    }
    return str(gettext(error.sentence)).format(**values)
