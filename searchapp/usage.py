"""Who uses how much: searches and milliseconds of the processor, each user, key or address with a budget a minute.

The cost of a request is known after its answer, so it is charged then, and who has spent a budget waits for the next
minute. Counts are kept by `limits`, in this process; a storage that several share is another address (`STORAGE`).
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limits import RateLimitItem
    from limits.strategies import FixedWindowRateLimiter

STORAGE = "memory://"
_MOST_KNOWN = 1000  # of whom the latest use is shown


@dataclass(slots=True)
class Use:
    """What somebody has used so far, or what one request uses."""

    searches: int = 0
    milliseconds: int = 0
    refused: int = 0


class Usage:
    """Counts what visitors use; 0 searches or milliseconds a minute are any number."""

    def __init__(self, *, searches: int, milliseconds: int, storage: str = STORAGE) -> None:
        self._budgets: list[tuple[RateLimitItem, str]] = []
        if searches or milliseconds:
            self._limiter, self._budgets = _open_budgets(storage, searches=searches, milliseconds=milliseconds)
        self._known: OrderedDict[str, Use] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: str) -> int:
        """Return after how many seconds somebody may ask again; 0: now."""
        waits = [self._wait_for(item, who) for item, _ in self._budgets]
        if not any(waits):
            return 0
        self._note(who, Use(refused=1))
        return max(waits)

    @contextmanager
    def measure(self, who: str, *, searches: int = 1) -> Iterator[Use]:
        """Charge somebody with the time that the block takes, and with as many searches as it says in the end."""
        use, started = Use(searches), time.thread_time()
        try:
            yield use
        finally:
            use.milliseconds = round(1000 * (time.thread_time() - started))
            for item, counted in self._budgets:
                if cost := getattr(use, counted):
                    self._limiter.hit(item, who, cost=cost)
            self._note(who, use)

    def read(self) -> list[tuple[str, Use]]:
        """Return what each visitor has used since the start of the process, who used most time first."""
        with self._lock:
            return sorted(self._known.items(), key=lambda pair: -pair[1].milliseconds)

    def _wait_for(self, item: RateLimitItem, who: str) -> int:
        if self._limiter.test(item, who):
            return 0
        return max(1, math.ceil(self._limiter.get_window_stats(item, who).reset_time - time.time()))

    def _note(self, who: str, use: Use) -> None:
        with self._lock:
            known = self._known.pop(who, None) or Use()
            known.searches += use.searches
            known.milliseconds += use.milliseconds
            known.refused += use.refused
            self._known[who] = known
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)


def _open_budgets(
    storage: str, *, searches: int, milliseconds: int
) -> tuple[FixedWindowRateLimiter, list[tuple[RateLimitItem, str]]]:
    """Return what counts, and each budget with the part of a use that it is about.

    Of the strategies of `limits` only the fixed window charges a cost that passes what is left; the others forget it.
    """
    from limits import RateLimitItemPerMinute
    from limits.storage import storage_from_string
    from limits.strategies import FixedWindowRateLimiter

    most = {"searches": searches, "milliseconds": milliseconds}
    budgets = [(RateLimitItemPerMinute(amount, namespace=name), name) for name, amount in most.items() if amount]
    return FixedWindowRateLimiter(storage_from_string(storage)), list(budgets)
