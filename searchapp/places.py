"""Places for requests that work the processor: so many at a time, a short queue, and nobody waits for long.

A burst waits its turn. Once somebody had to be turned away it is overload: then newcomers wait for a moment only, so
that those who are let in are served quickly, until nobody has been turned away for a while. (After the adaptive queue
of Maurer 2015, "Fail at scale", which tells the two by whether the queue has been empty; short waits empty it, though.)
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from indexer import AbandonedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# In a burst, and under overload; a refusal must come within a second.
_LONGEST_WAIT, _SHORTEST_WAIT = 0.7, 0.02
_QUIET = 1.0  # seconds without a refusal, after which overload has ended
_LOOK = 0.05  # seconds between looks whether who waits is still there


class FullError(Exception):
    """There is no place now, and none is in sight."""


class Places:
    """So many places, and a queue of so many that wait for one, first come first served."""

    def __init__(self, most: int, waiting: int) -> None:
        self._most = self._free = most
        self._most_waiting = waiting
        self._queue: deque[object] = deque()
        self._changed = threading.Condition()
        self._refused_last = float("-inf")

    def take(self, is_abandoned: Callable[[], bool]) -> None:
        """Take a place, after waiting for it a while.

        Raises:
            FullError: there is none.
            AbandonedError: who asked has gone meanwhile.
        """
        with self._changed:
            now = time.monotonic()
            if self._free and not self._queue:
                self._free -= 1
                return
            if len(self._queue) >= self._most_waiting:
                self._refused_last = now
                raise FullError
            patience = _LONGEST_WAIT if now - self._refused_last > _QUIET else _SHORTEST_WAIT
            me = object()
            self._queue.append(me)
            try:
                self._wait_for_turn(me, now + patience, is_abandoned=is_abandoned)
            finally:
                self._queue.remove(me)
                self._changed.notify_all()

    def give_back(self) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    def count(self) -> tuple[int, int]:
        """Return how many places are taken, and how many requests wait for one."""
        with self._changed:
            return self._most - self._free, len(self._queue)

    def _wait_for_turn(self, me: object, until: float, *, is_abandoned: Callable[[], bool]) -> None:
        while not (self._free and self._queue[0] is me):
            left = until - time.monotonic()
            if left <= 0:
                self._refused_last = time.monotonic()
                raise FullError
            self._changed.wait(min(left, _LOOK))
            if is_abandoned():
                raise AbandonedError
        self._free -= 1


class Turn:
    """The turn of a request: it holds a place, and changes it for one of the long ones when it turns out to be long."""

    def __init__(self, places: Places, long: Places, *, is_abandoned: Callable[[], bool]) -> None:
        self._long, self.is_abandoned = long, is_abandoned
        self._held: Places | None = places

    @classmethod
    @contextmanager
    def take(cls, places: Places, long: Places, *, is_abandoned: Callable[[], bool]) -> Iterator[Turn]:
        """Hold a place.

        Raises:
            FullError, AbandonedError: as `Places.take`.
        """
        places.take(is_abandoned)
        turn = cls(places, long, is_abandoned=is_abandoned)
        try:
            yield turn
        finally:
            turn._give_back()

    def become_long(self) -> None:
        """Let go of the place, for those who need it shortly, and go on when there is one for what takes long.

        Raises:
            FullError: there is none.
            AbandonedError: who asked has gone meanwhile.
        """
        if self._held in (None, self._long):
            return
        self._give_back()
        self._long.take(self.is_abandoned)
        self._held = self._long

    def _give_back(self) -> None:
        if self._held is not None:
            self._held.give_back()
            self._held = None
