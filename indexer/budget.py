"""What a search may cost, looked at between its steps: nobody's question keeps all others waiting."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from indexer.errors import AbandonedError, OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Callable

# Hardly a search takes so many seconds; what does is a long one.
_LONG = 0.15
# By the clock a search may take so many times as long as on the processor: others search, disks are slow.
BY_THE_CLOCK = 5


class Budget:
    """So many seconds of the processor for the thread that makes it; nothing once `is_abandoned` says nobody waits.

    A search that turns out to be a long one calls `at_length`, once; there it may wait, or find that it is out of time.
    """

    def __init__(
        self,
        seconds: float = math.inf,
        is_abandoned: Callable[[], bool] | None = None,
        *,
        at_length: Callable[[], None] | None = None,
    ) -> None:
        begun = time.thread_time()
        self._last_second, self._long_from = begun + seconds, begun + _LONG
        self._last_moment = time.monotonic() + seconds * BY_THE_CLOCK
        self._is_abandoned = is_abandoned or (lambda: False)
        self._at_length = at_length

    @property
    def is_spent(self) -> bool:
        """Whether there is nothing left."""
        return time.thread_time() > self._last_second or time.monotonic() > self._last_moment

    def check(self) -> None:
        """Go on, if there is something left.

        Raises:
            OutOfTimeError: there is not.
            AbandonedError: nobody waits for the answer.
        """
        if self._is_abandoned():
            raise AbandonedError
        if self._at_length is not None and time.thread_time() > self._long_from:
            at_length, self._at_length = self._at_length, None
            at_length()
        if self.is_spent:
            raise OutOfTimeError


UNLIMITED = Budget()
