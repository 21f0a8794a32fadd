"""What is counted: searches and milliseconds of the processor of each visitor, and all requests, for monitoring.

Each user, key or address may have a budget a minute. The cost of a request is known after its answer, so it is charged
then, and who has spent a budget waits for the next minute. These counts are kept by `limits`, in this process; a
storage that several share is another address (`STORAGE`). Those of all requests are kept by `prometheus_client`, which
several processes share where PROMETHEUS_MULTIPROC_DIR names a folder.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from limits import RateLimitItem
    from limits.strategies import FixedWindowRateLimiter
    from prometheus_client import Counter, Histogram, Metric

STORAGE = "memory://"
_MOST_KNOWN = 1000  # of whom the latest use is shown
# Seconds of a request: pages from what is kept take a millisecond, the longest search takes five seconds by the clock.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_SHARED = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(slots=True)
class Use:
    """What somebody has used so far, or what one request uses."""

    searches: int = 0
    milliseconds: int = 0
    refused: int = 0


@dataclass(slots=True)
class Entry:
    """What is noted of one request: for the log, and to be counted.

    Attributes:
        route: The rule that its address follows, /documents/<id>; None where it follows none.
        searches: How many searches it asked for, of which `without_hits` found nothing and `partial` were not finished.
        total: How many documents its one search found.
        refused: One word for why it was refused.
    """

    id: str
    method: str
    route: str | None = None
    searches: int = 0
    without_hits: int = 0
    partial: int = 0
    total: int | None = None
    refused: str | None = None

    def add_search(self, total: int | None, *, is_hit: bool, partial: bool = False) -> None:
        """Note that a search was answered, and how."""
        self.searches += 1
        self.total = total if self.searches == 1 else None
        self.partial += partial
        self.without_hits += not (is_hit or partial)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure as it is now, under its name in /metrics and with what it means; it may have one label."""

    name: str
    means: str
    value: float
    label: tuple[str, str] | None = None


class Requests:
    """Counts all requests, as /metrics shows them."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics

        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry, self._process = CollectorRegistry(), CollectorRegistry()
        ProcessCollector(registry=self._process)
        self._answered = Counter(
            "archive_search_requests", "Requests.", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "archive_search_request_duration_seconds", "Seconds until a request was answered.", ["route"],
            registry=self._registry, buckets=_BUCKETS,
        )  # fmt: skip
        self._refused = Counter(
            "archive_search_refusals", "Requests that were refused, by reason.", ["reason"], registry=self._registry
        )
        self._searches, self._without_hits, self._partial = (
            Counter(f"archive_search_{name}", means, registry=self._registry)
            for name, means in (
                ("searches", "Searches that were answered."),
                ("searches_without_hits", "Searches of which nothing was found."),
                ("partial_answers", "Searches that were answered in part, because they took too long."),
            )
        )
        # Looking a child up by its labels costs more than counting.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, entry: Entry, *, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        route = entry.route or "other"
        key = route, entry.method, status
        if (known := self._known.get(key)) is None:
            known = self._answered.labels(route, entry.method, str(status)), self._seconds.labels(route)
            self._known[key] = known
        answered, duration = known
        answered.inc()
        duration.observe(seconds)
        if entry.refused:
            self._refused.labels(entry.refused).inc()
        if entry.searches:
            self._searches.inc(entry.searches)
            self._without_hits.inc(entry.without_hits)
            self._partial.inc(entry.partial)

    def write(self, gauges: Iterable[Gauge]) -> tuple[bytes, str]:
        """Return all counts and some gauges in the text format of Prometheus, and its media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        counted = self._registry
        if _SHARED in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        everything = _Several(chain(counted.collect(), self._process.collect(), _collect(gauges)))
        return generate_latest(everything), CONTENT_TYPE_LATEST


class _Several:
    """What several registries hold, as if it were one."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """Return it."""
        return self._metrics


def _collect(gauges: Iterable[Gauge]) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    families: dict[str, GaugeMetricFamily] = {}
    for own in gauges:
        names = [own.label[0]] if own.label else []
        family = families.setdefault(own.name, GaugeMetricFamily(own.name, own.means, labels=names))
        family.add_metric([own.label[1]] if own.label else [], own.value)
    yield from families.values()


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
