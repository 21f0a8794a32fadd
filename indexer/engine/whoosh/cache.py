"""What was read of an index and may be asked for again soon: turning a page, choosing a filter, a word of the house."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from indexer.engine.postings import Counts


class PostingCache:
    """Keeps postings, those last asked for, up to a number of bytes. Many threads may use it."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Counts] = OrderedDict()

    def get(self, key: Hashable, read: Callable[[], Counts]) -> Counts:
        """Return the postings of a key; read them where they are not known."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
                return found
        found = read()
        with self._lock:
            if key not in self._known:
                self._known[key] = found
                self._held += _size(found)
            while self._held > self._most and self._known:
                _, dropped = self._known.popitem(last=False)
                self._held -= _size(dropped)
        return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()
            self._held = 0


def _size(postings: Counts) -> int:
    return postings.documents.nbytes + postings.counts.nbytes + 500
