"""Work that no answer waits for, and of which no answer's time tells: done a moment later, by one thread."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds, so that it is beside no answer that it belongs to
_MOST_WAITING = 1000  # what is more is left out


class Afterwards:
    """A queue of work, and the thread that does it; both end with the process."""

    def __init__(self) -> None:
        self._work: queue.Queue[Callable[[], None]] = queue.Queue(_MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Do something later."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="afterwards")
                self._thread.start()
        try:
            self._work.put_nowait(work)
        except queue.Full:
            _log.warning("More is to be done afterwards than can be; some of it is left out")

    def wait(self) -> None:
        """Wait until all of it is done."""
        self._work.join()

    def _run(self) -> None:
        while True:
            waiting = [self._work.get()]
            time.sleep(_PAUSE)
            while not self._work.empty():
                waiting.append(self._work.get())
            for work in waiting:
                try:
                    work()
                except Exception:
                    _log.exception("What was to be done afterwards failed")
                finally:
                    self._work.task_done()
