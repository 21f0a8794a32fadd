"""What a monitor asks every few seconds: counts of requests, and how the index and the process are now."""

from __future__ import annotations

import logging
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, request
from flask_babel import gettext

from indexer import ArchiveError, read_writing
from searchapp.messages import N_
from searchapp.usage import Gauge
from searchapp.views.context import GUARD, REQUEST_LOG, REQUESTS, live_index, runs, seconds_since, settings
from searchapp.visitors import is_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from searchapp.usage import Requests
    from searchapp.views.guard import Guard
    from searchapp.views.request_log import RequestLog

_log = logging.getLogger(__name__)

metrics = Blueprint("metrics", __name__)

_PATH = "/metrics"
_NOT_HERE = N_("这里没有监控数据：请管理员设置 metrics（另一个端口）或 admin_networks（哪些地址可以看）。")
_ELSEWHERE = N_("监控数据在另一个端口上，见设置 metrics。")
_FOR_NETWORKS = N_("监控数据只给 admin_networks 里的地址看。")


@metrics.get(_PATH)
def show() -> Response:
    """Answer a monitor (Prometheus): requests, latencies, searches without hits, age of the index, failures, memory."""
    own = settings()
    if own.metrics is not None or not own.admin_networks:
        abort(404, gettext(_ELSEWHERE if own.metrics else _NOT_HERE))
    if not is_within(request.remote_addr or "", own.admin_networks):
        abort(403, gettext(_FOR_NETWORKS))
    body, media_type = write_metrics()
    return Response(body, content_type=media_type)


def make_metrics_app(app: Flask) -> WSGIApplication:
    """Return what answers at the port of its own; it knows the names of the site, and no other address."""
    guard: Guard = app.extensions[GUARD]

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, body, media_type = HTTPStatus.OK, b"", "text/plain; charset=utf-8"
        if not guard.is_ours(environ.get("HTTP_HOST", "")):
            status = HTTPStatus.BAD_REQUEST
        elif environ.get("PATH_INFO") != _PATH:
            status = HTTPStatus.NOT_FOUND
        elif environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            status = HTTPStatus.METHOD_NOT_ALLOWED
        else:
            try:
                with app.app_context():
                    body, media_type = write_metrics()
            except Exception:  # the server beneath would print what it says, which the log does not
                _log.exception("A monitor was not answered")
                status = HTTPStatus.INTERNAL_SERVER_ERROR
        body = body or f"{status.phrase}\n".encode()
        headers = [("Content-Type", media_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return answer


def write_metrics() -> tuple[bytes, str]:
    """Return everything in the text format of Prometheus, and its media type."""
    requests: Requests = current_app.extensions[REQUESTS]
    log: RequestLog = current_app.extensions[REQUEST_LOG]
    log.count()
    return requests.write([*_describe_index(), *_describe_runs(), *_describe_process()])


def _describe_index() -> Iterator[Gauge]:
    usable = "Whether there is an index that answers."
    try:
        index = live_index().get()
    except ArchiveError:
        yield Gauge("archive_search_index_usable", usable, 0)
        return
    age, number = seconds_since(index.generation.manifest.created), index.generation.number
    yield Gauge("archive_search_index_usable", usable, 1)
    yield Gauge("archive_search_index_degraded", "Whether it is not the newest one.", bool(index.degraded))
    yield Gauge("archive_search_generation", "Number of the generation that is served.", number)
    yield Gauge("archive_search_generation_age_seconds", "Seconds since it was built.", age)
    yield Gauge("archive_search_documents", "Documents that are served.", index.reader.document_count)
    failed = runs().failed_files.get(number, 0)
    yield Gauge("archive_search_failed_files", "Files of the archive that could not be read.", failed)


def _describe_runs() -> Iterator[Gauge]:
    last_good, writing = runs().last_good, read_writing(settings().index)
    if last_good is not None:
        age = seconds_since(last_good)
        yield Gauge("archive_search_last_good_run_age_seconds", "Seconds since a run of the indexer ended well.", age)
    failed = bool(writing.failure)
    yield Gauge("archive_search_last_run_failed", "Whether the last run of the indexer did not end well.", failed)
    yield Gauge("archive_search_index_writing", "Whether an indexer writes now.", bool(writing.holder))


def _describe_process() -> Iterator[Gauge]:
    guard: Guard = current_app.extensions[GUARD]
    for kind, running, waiting in guard.count_places():
        yield Gauge("archive_search_requests_running", "Requests that have a place.", running, ("kind", kind))
        yield Gauge("archive_search_requests_waiting", "Requests that wait for one.", waiting, ("kind", kind))
    about = ("version", version("archive-search"))
    yield Gauge("archive_search_build_info", "The version that runs.", 1, about)
