"""What logs and counts add to a request, as processor time: `python -m benchmarks.watching INDEX`.

Within each request the time of what the layer stands before is taken off, so a search that takes longer than the last
one makes no difference; lines are written twenty at once, as half a second brings them if forty are asked a second.
"""

from __future__ import annotations

import logging
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.test import EnvironBuilder

from indexer import Settings
from searchapp import create_app
from searchapp.logs import configure_logs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

_ASKED = {"/healthz": ("", 3000), "/documents/x": ("", 600), "/search": (f"q={quote('科普')}", 200)}
_AT_ONCE = 20


def main() -> None:
    """Print a line for each address."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(["sh", "-c", "cat > /dev/null"], stdin=subprocess.PIPE, text=True) as reader,
    ):
        settings = Settings(index=Path(sys.argv[1]), access_log=Path(folder) / "access.log")
        logging.getLogger().handlers = [logging.StreamHandler(reader.stdin)]
        configure_logs(settings)
        app: Any = create_app(settings)
        for path, (query, times) in _ASKED.items():
            inside, writing = _measure(app.wsgi_app, path, query=query, times=times)
            print(f"{path:14}{inside:8.4f} ms in the request, {writing:.4f} ms for its lines")


def _measure(log: Any, path: str, *, query: str, times: int) -> tuple[float, float]:
    """Return how many milliseconds the layer takes in a request, and to write about it."""
    behind, spent, added = log._next, [0.0], []  # noqa: SLF001 - the layer is what is measured

    def timed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.thread_time()
        answer: Iterable[bytes] = behind(environ, start_response)
        spent[0] = time.thread_time() - started
        return answer

    log._next, log._is_later = timed, True  # noqa: SLF001
    for _ in range(times):
        environ = EnvironBuilder(path=path, query_string=query, base_url="http://localhost/").get_environ()
        started = time.thread_time()
        list(log(environ, lambda *_: None))
        added.append(time.thread_time() - started - spent[0])
    log._next, log._is_later = behind, False  # noqa: SLF001
    return 1000 * statistics.mean(added), 1000 * _write(log)


def _write(log: Any) -> float:
    """Return how many seconds it takes to count and write one of the requests that wait."""
    waiting = list(log._unwritten)  # noqa: SLF001
    taken = []
    for first in range(0, len(waiting), _AT_ONCE):
        some = waiting[first : first + _AT_ONCE]
        for queue in (log._uncounted, log._unwritten):  # noqa: SLF001
            queue.clear()
            queue.extend(some)
        started = time.thread_time()
        log._work_off()  # noqa: SLF001
        taken.append((time.thread_time() - started) / len(some))
    return statistics.mean(taken)


if __name__ == "__main__":
    main()
