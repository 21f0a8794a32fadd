"""How often a page asks the engine: each part of a query once, whatever is made of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from indexer import OpenIndex, Reader
from searchapp.search.names import read_names
from searchapp.search.request import SearchRequest
from searchapp.search.run import search

MOST_CALLS = 12
MOST_CALLS_OTHERWISE = 20  # where no document answers a field and it is read as text, or few name a day


class Counted:
    """A reader that counts what is asked of it."""

    def __init__(self, reader: Reader, calls: list[str] | None = None) -> None:
        self._reader = reader
        self.calls: list[str] = [] if calls is None else calls

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._reader, name)
        if not callable(found) or name == "keep":  # what was kept is asked for no more
            return found

        def call(*arguments: Any, **options: Any) -> Any:
            if name == "within":  # the same reader, for one page
                return Counted(found(*arguments, **options), self.calls)
            self.calls.append(name)
            return found(*arguments, **options)

        return call


@pytest.mark.parametrize(
    ("typed", "most", "near"),
    [
        ("科普", 3, False),
        ("", 2, False),
        ("哪次会议提出过科普大篷车进百村 量子纠缠", MOST_CALLS, True),
        ("量子纠缠 科普大篷车 银龄 智库 党史学习", MOST_CALLS, True),
        ("“科普大篷车走进百个乡村量子纠缠”", MOST_CALLS, False),
        ("科斜 大会", MOST_CALLS, True),
        ("囧囧囧 龘龘龘", MOST_CALLS, False),
        ("囧囧、龘龘、科普", MOST_CALLS, True),
        ("-科普 -的", MOST_CALLS, False),
        ("来源：囧囧 作者：龘龘 科普", MOST_CALLS_OTHERWISE, True),
        ("来源:囧囧 作者:龘龘 科普", MOST_CALLS_OTHERWISE, False),
        ("说：囧囧 科普", MOST_CALLS_OTHERWISE, True),
        ("2021年3月13日 囧囧囧 科普", MOST_CALLS_OTHERWISE, True),
        ("表彰大会 说话人：龘龘 会议：囧囧大会", MOST_CALLS_OTHERWISE, True),
    ],
)
def test_a_page_asks_the_engine_at_most_so_often(corpus_index: OpenIndex, typed: str, most: int, near: bool) -> None:
    read_names(corpus_index.reader)
    reader = Counted(corpus_index.reader)
    page = search(reader, SearchRequest(typed, fold=True))
    assert 1 < len(reader.calls) <= most, reader.calls
    assert (page.complete is not None and page.total > page.complete) == near


def test_filters_and_groups_cost_a_few_calls_however_many_there_are(corpus_index: OpenIndex) -> None:
    for request in (
        SearchRequest("量子纠缠 科普大篷车").change(source=("没有的报", "也没有的报"), people=("没有的人",)),
        SearchRequest("科普", group="source"),
        SearchRequest("科普", group="series"),
    ):
        reader = Counted(corpus_index.reader)
        search(reader, request)
        assert len(reader.calls) <= MOST_CALLS + 1, reader.calls
