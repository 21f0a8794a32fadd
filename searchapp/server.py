"""Serving the site through a production WSGI server."""

from __future__ import annotations

import logging
import resource
import select
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore

from indexer import BY_THE_CLOCK, ArchiveError, find_reach, read_access, read_warnings
from searchapp import create_app
from searchapp.connections import Channel
from searchapp.listening import BACKLOG, listen
from searchapp.logs import configure_logs
from searchapp.metrics_port import serve_metrics
from searchapp.search.best import find_idle
from searchapp.systemd import notify
from searchapp.views import compile_templates
from searchapp.views.api import MOST_BATCH_BODY
from searchapp.views.context import INDEX, LEXICON, REQUEST_LOG
from searchapp.views.guard import count_threads
from searchapp.views.metrics import make_metrics_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer import OpenIndex, Reader, Settings
    from searchapp.following import Followed
    from searchapp.language.equals import Lexicon
    from searchapp.live import LiveIndex
    from searchapp.views.request_log import RequestLog


_log = logging.getLogger(__name__)

_MOST_HEADER = 96 << 10  # an address of LONGEST_ADDRESS Chinese characters, as nine bytes of escapes each, and the rest
_LEAST_CONNECTIONS, _MOST_CONNECTIONS = 100, 1000
_OTHER_FILES = 200  # index, logs, libraries
_SECONDS_IDLE = 30
_SECONDS_BETWEEN_LOOKS = 1.0  # at connections that have been idle for too long
# How long what has begun may take once the process is to end; deploy/ gives it 90 seconds (TimeoutStopSec).
_LEAST_PATIENCE, _MOST_PATIENCE = 10.0, 45.0
_SECONDS_BETWEEN_GOODBYES = 0.02
_SECONDS_FOR_THREADS = 1.0
# Seconds that a thread goes on while others wait for the interpreter. Beside four costly queries the slowest of the
# normal ones takes .41 s so, and .54 s at Python's .005.
_SWITCH = 0.0005


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until told to end, then answer what has begun; `announce` gets the address once it is listened on.

    A site without an index that it can read is served as well: it says so, and goes on to the first one that it can.

    Raises:
        SettingsError: the settings, or a file that they name, hold a mistake.
        PortInUseError: the port is taken, or the address is not ours.
    """
    configure_logs(settings)
    app = create_app(settings)
    listener = listen(settings.host, settings.port)
    metrics = serve_metrics(make_metrics_app(app), settings.metrics) if settings.metrics else None
    notify("READY=1", "STATUS=opening the index")  # who connects waits; opening a large index takes its time
    live: LiveIndex = app.extensions[INDEX]
    live.look()
    compile_templates(app)
    connections: dict[int, Any] = {}
    server: Any = waitress.create_server(
        app,
        map=connections,
        sockets=[listener.socket],
        backlog=BACKLOG,
        threads=count_threads(settings.threads),
        ident=None,
        server_name=settings.host,
        clear_untrusted_proxy_headers=False,  # whom to believe is decided in one place (views/arrival)
        max_request_body_size=MOST_BATCH_BODY + 1,  # what other addresses may carry, and who may: _Parser
        max_request_header_size=_MOST_HEADER,
        channel_request_lookahead=1,  # so that a client that leaves is noticed while its request waits
        connection_limit=_raise_connection_limit(),
        asyncore_use_poll=True,  # select() ends at descriptor 1,023
        channel_timeout=_SECONDS_IDLE,
        cleanup_interval=_SECONDS_IDLE // 4,
    )
    server.channel_class, server.is_ending = Channel, False
    log: RequestLog = app.extensions[REQUEST_LOG]
    sys.setswitchinterval(_SWITCH)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a task that waits for a thread is no news
    ending, ended = _Ending(server.pull_trigger), threading.Event()
    reporter = _Reporter(settings, app.extensions[LEXICON])
    threading.Thread(target=live.watch, args=(reporter, ended), daemon=True, name="watch").start()
    announce(listener.address)
    try:
        with log.writing_later():
            while not ending.is_told:
                wasyncore.loop(_SECONDS_BETWEEN_LOOKS, use_poll=True, map=connections, count=1)
            notify("STOPPING=1")
            ended.set()
            _answer_the_rest(server, connections, is_kept=listener.is_kept, seconds=_find_patience(settings))
    finally:
        server.task_dispatcher.shutdown(timeout=_SECONDS_FOR_THREADS)
        server.close()
        if metrics is not None:
            metrics.shutdown()
            metrics.server_close()


class _Ending:
    """Notes that somebody wants the process to end (SIGTERM, or SIGINT); whoever says so twice does not wait."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.is_told, self._wake = False, wake
        self._before = {number: signal.signal(number, self._note) for number in (signal.SIGTERM, signal.SIGINT)}

    def _note(self, _number: int, _frame: object) -> None:
        self.is_told = True
        for number, before in self._before.items():
            signal.signal(number, before)
        self._wake()


class _Reporter:
    """Reports what is served, or why nothing is; of the first index also what does not fit to it."""

    def __init__(self, settings: Settings, lexicon: Followed[Lexicon]) -> None:
        self._settings, self._lexicon, self._is_first = settings, lexicon, True

    def __call__(self, outcome: OpenIndex | ArchiveError) -> None:
        """Report to the service manager and the log."""
        if isinstance(outcome, ArchiveError):
            notify(f"STATUS=no index yet: {outcome}")
            return
        number, count = outcome.generation.number, outcome.reader.document_count
        degraded = f", degraded: {outcome.degraded}" if outcome.degraded else ""
        notify(f"STATUS=serving generation {number}, {count} documents{degraded}")
        if self._is_first:
            self._is_first = False
            for sentence in self._find_mistakes(outcome.reader):
                _log.warning("%s", sentence)

    def _find_mistakes(self, reader: Reader) -> Iterator[str]:
        yield from read_warnings(self._settings.index)
        try:
            if self._settings.access is not None:
                for reach in find_reach(reader, read_access(self._settings.access)):
                    yield from reach.idle
            yield from find_idle(reader, self._lexicon.get().answers)
        except ArchiveError as error:  # a file that was changed since the start; who follows it says so, too
            yield str(error)


def _find_patience(settings: Settings) -> float:
    """Return how long what has begun may take: a search by the clock, within what a service manager waits."""
    return min(max(_LEAST_PATIENCE, BY_THE_CLOCK * settings.search_seconds), _MOST_PATIENCE)


def _answer_the_rest(server: Any, connections: dict[int, Any], *, is_kept: bool, seconds: float) -> None:
    """Answer what has come, and close each connection once it has nothing more to say.

    Who connects from now on waits for the next process, where the service manager keeps the socket; else the socket is
    closed at once, so that a proxy can ask another site.
    """
    _accept_waiting(server)
    server.accepting, server.is_ending = False, True
    if not is_kept:
        server.del_channel()
        server.socket.close()
    began, ends = time.time(), time.monotonic() + seconds  # Waitress notes by the clock when something came
    while server.active_channels and time.monotonic() < ends:
        for channel in list(server.active_channels.values()):
            channel.end(began, now=time.time())
        wasyncore.loop(_SECONDS_BETWEEN_GOODBYES, use_poll=True, map=connections, count=1)
    if server.active_channels:
        _log.warning("%d connections were cut off after %.0f seconds", len(server.active_channels), seconds)
    for channel in list(server.active_channels.values()):
        channel.handle_close()


def _accept_waiting(server: Any) -> None:
    """Accept the connections that wait already."""
    waiting = select.poll()
    waiting.register(server.socket, select.POLLIN)
    for _ in range(BACKLOG):
        if not waiting.poll(0):
            break
        server.handle_accept()


def _raise_connection_limit() -> int:
    """Allow as many open connections as the system does, within reason; return how many there may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(_LEAST_CONNECTIONS, min(_MOST_CONNECTIONS, soft - _OTHER_FILES))
