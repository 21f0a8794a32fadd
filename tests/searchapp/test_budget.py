"""Searches cost no more than they may, and say so; nobody is kept waiting by others."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from indexer import AbandonedError, Budget, OpenIndex, Or, OutOfTimeError, Run, Settings, Term
from searchapp.places import FullError, Places, Turn
from searchapp.search.ranking import SCORING
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from tests.conftest import browse

QUERIES = ["科普", "科普 会议", "哪次会议提出过科普工作", "“党史学习教育”", "gen*", "没有的词龘靐", ""]


class Steps(Budget):
    """A budget of so many looks at it, so that a test stops a search at any of its steps."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._left = steps

    @property
    def is_spent(self) -> bool:
        self._left -= 1
        return self._left < 0


@pytest.fixture(scope="module")
def hasty(corpus_settings: Settings) -> FlaskClient:
    """Return a client of a site on which no search may cost anything."""
    return browse(corpus_settings.model_copy(update={"search_seconds": 1e-9}))


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_stopped_at_any_step_tells_nothing_that_is_false(corpus_index: OpenIndex, query: str) -> None:
    request = SearchRequest(query).change(source=("澜江日报",) if query == "科普" else ())
    whole = search(corpus_index.reader, request)
    documents = {hit.document.id for hit in search(corpus_index.reader, SearchRequest(query, size=1000)).hits}
    partial = 0
    for steps in range(200):
        page = search(corpus_index.reader.within(Steps(steps)), request)
        if not page.partial:
            break
        partial += 1
        assert page.total <= whole.total
        assert {hit.document.id for hit in page.hits} <= documents
        assert not any(page.facets.values())
        assert page.coverage is None
    assert partial > 2
    assert (page.total, page.facets, [hit.document.id for hit in page.hits]) == (
        whole.total,
        whole.facets,
        [hit.document.id for hit in whole.hits],
    )


def test_a_run_that_is_not_partial_is_whole(corpus_index: OpenIndex) -> None:
    run = Run(Or((Term("科普"), Term("会议"), Term("学习"))), scoring=SCORING, facets=("source", "year"), limit=20)
    whole = corpus_index.reader.run(run)
    for steps in range(40):
        found = corpus_index.reader.within(Steps(steps)).run(run)
        assert found == (replace(found, partial=True, facets={}) if found.partial else whole)
    assert not found.partial


def test_a_match_is_whole_or_refused(corpus_index: OpenIndex) -> None:
    with pytest.raises(OutOfTimeError):
        corpus_index.reader.within(Steps(0)).find_keys(Term("科普"))
    with pytest.raises(AbandonedError):
        corpus_index.reader.within(Budget(60, lambda: True)).find_keys(Term("科普"))
    assert len(corpus_index.reader.find_keys(Term("科普")))


def test_a_partial_answer_says_so_and_nobody_keeps_it(hasty: FlaskClient, client: FlaskClient) -> None:
    answer = hasty.get("/api/v1/search?q=科普&source=澜江日报")
    record = json.loads(answer.text)
    assert (answer.status_code, record["partial"], answer.headers["Cache-Control"]) == (200, True, "no-store")
    assert record["total"] <= json.loads(client.get("/api/v1/search?q=科普").text)["total"]
    assert not any(record["facets"].values())
    page = hasty.get("/search?q=科普&source=澜江日报")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "没有做完" in page.text
    assert "没有文件包含这些文字" not in page.text
    assert 'type="hidden" name="source" value="澜江日报"' in page.text
    assert "Not finished" in hasty.get("/search?q=科普", headers={"Accept-Language": "en"}).text
    whole = client.get("/api/v1/search?q=科普")
    assert (json.loads(whole.text)["partial"], whole.headers["Cache-Control"]) == (False, "private, max-age=0")


@pytest.mark.parametrize(
    "path",
    [
        "/export.csv?q=科普",
        "/export.docx?q=科普",
        "/list?q=科普",
        "/feed.atom?q=科普",
        "/term?q=科普",
        "/sources?q=科普",
        "/search?q=科普&group=year",
    ],
)
def test_what_must_be_whole_is_refused_instead(hasty: FlaskClient, client: FlaskClient, path: str) -> None:
    refused = hasty.get(path)
    assert refused.status_code == 503
    assert "太费时" in refused.text
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get(path).status_code == 200


def test_a_partial_answer_is_no_search_without_hits(corpus_settings: Settings, hasty: FlaskClient) -> None:
    hasty.get("/search?q=" + quote("没有做完的检索龘"))
    assert "没有做完的检索龘" not in browse(corpus_settings).get("/status").text


def test_a_group_that_is_cut_short_is_refused(corpus_index: OpenIndex) -> None:
    request = SearchRequest("会议", group="source")
    whole = search(corpus_index.reader, request)
    for steps in range(500):
        try:
            page = search(corpus_index.reader.within(Steps(steps)), request)
        except OutOfTimeError:
            continue
        assert [(group.value, len(group.hits)) for group in page.groups] == [
            (group.value, len(group.hits)) for group in whole.groups
        ]
        break
    assert steps > 10


# --- places


@pytest.fixture
def held() -> Iterator[tuple[Places, threading.Event]]:
    """Return places of which the only one is taken until the event is set."""
    places, release, taken = Places(1, 2), threading.Event(), threading.Event()

    def hold() -> None:
        places.take(lambda: False)
        taken.set()
        release.wait(20)
        places.give_back()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait(20)
    yield places, release
    release.set()
    thread.join()


def take(places: Places, outcomes: list[str], name: str = "in", *, gone: bool = False) -> None:
    try:
        places.take(lambda: gone)
        outcomes.append(name)
        places.give_back()
    except (FullError, AbandonedError) as error:
        outcomes.append(type(error).__name__)


def waiting(places: Places, many: int) -> None:
    until = time.monotonic() + 20
    while len(places._queue) != many and time.monotonic() < until:
        time.sleep(0.001)


def test_who_waits_gets_the_place_in_order_and_the_rest_is_refused_at_once(
    held: tuple[Places, threading.Event],
) -> None:
    places, release = held
    outcomes: list[str] = []
    threads = [threading.Thread(target=take, args=(places, outcomes, name)) for name in ("first", "second")]
    for number, thread in enumerate(threads):
        thread.start()
        waiting(places, number + 1)
    take(places, outcomes, "third")
    assert outcomes == ["FullError"]
    release.set()
    for thread in threads:
        thread.join()
    assert outcomes == ["FullError", "first", "second"]
    take(places, outcomes, "later")
    assert outcomes[-1] == "later"


def test_who_waits_in_vain_is_refused_and_who_has_gone_is_dropped(held: tuple[Places, threading.Event]) -> None:
    places, _ = held
    outcomes: list[str] = []
    take(places, outcomes, gone=True)
    take(places, outcomes)
    assert outcomes == ["AbandonedError", "FullError"]
    assert not places._queue


def test_a_place_comes_back_after_an_error() -> None:
    places, outcomes = Places(1, 1), list[str]()
    with pytest.raises(ZeroDivisionError), Turn.take(places, places, is_abandoned=lambda: False):
        _ = 1 / 0
    take(places, outcomes)
    assert outcomes == ["in"]


def test_what_turns_out_to_be_long_leaves_its_place_to_others() -> None:
    places, long, outcomes = Places(1, 1), Places(1, 0), list[str]()
    with Turn.take(places, long, is_abandoned=lambda: False) as turn:
        turn.become_long()
        turn.become_long()
        take(places, outcomes)
        with Turn.take(places, long, is_abandoned=lambda: False) as other, pytest.raises(FullError):
            other.become_long()
        take(places, outcomes)
    take(long, outcomes)
    assert outcomes == ["in", "in", "in"]


def test_a_long_search_says_so_once(corpus_index: OpenIndex) -> None:
    calls: list[int] = []
    budget = Budget(60, at_length=lambda: calls.append(1))
    budget._long_from = 0.0
    reader = corpus_index.reader.within(budget)
    for _ in range(2):
        reader.find_keys(Term("科普"))
    assert calls == [1]


@pytest.mark.parametrize(
    "address", ["/help", "/search?q=会议&issuer=中国科协", "/search?q=会议&from=1990&source=白渚日报"]
)
def test_a_page_that_runs_out_of_time_is_no_error_of_ours(
    corpus_settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    client = browse(corpus_settings)
    client.get("/search?q=会议")
    for steps in range(25):
        monkeypatch.setattr("searchapp.views.context.Budget", lambda *_, steps=steps, **__: Steps(steps))
        assert client.get(address).status_code in {200, 503}, steps


# --- what a page says of it


ASKED = {"q": "科普 “<会议>”", "source": ["泓口发布", '"><b>'], "from": "2019", "sort": "newest", "page": "3", "x": "1"}


def test_who_is_refused_may_ask_the_same_once_more(corpus_settings: Settings, tmp_path: Path) -> None:
    """By a link to the very address, and in the form: where there is no index, and from a page that is kept for all."""
    without = browse(Settings(index=tmp_path / "none")).get("/search", query_string=ASKED)
    spent = browse(corpus_settings.model_copy(update={"searches_per_minute": 1}))
    assert [spent.get("/search?q=会议").status_code for _ in range(2)] == [200, 429]
    refused = spent.get("/search", query_string=ASKED)
    assert (without.status_code, refused.status_code) == (503, 429)
    for answer in (without, refused):
        page = LexborHTMLParser(answer.text)
        assert [own.text() for own in page.css('main a[href=""]')] == ["再试一次"]
        fields = [(own.attributes["name"], own.attributes["value"]) for own in page.css("#search input")]
        assert fields == [
            ("q", ASKED["q"]),
            ("source", "泓口发布"),
            ("source", '"><b>'),
            ("from", "2019"),
            ("sort", "newest"),
        ]
        assert int(answer.headers["Retry-After"]) > 0
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert "archive-search-asked" not in answer.text
    assert [own.text() for own in LexborHTMLParser(spent.get("/embed?q=会议").text).css('a[href=""]')] == ["再试一次"]
    assert spent.get("/search?q=会议").text.count("<b>") == 0
    assert 'href=""' not in browse(corpus_settings).get("/nothing").text
