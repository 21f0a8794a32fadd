"""The search inside other pages: the frame, the component, what browsers and link previews ask for."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from indexer import ArchiveError, QueryError
from searchapp.fields import FILTERS
from searchapp.search.request import LIST
from searchapp.views.arguments import ARGUMENTS, clean, read_choice, read_count, read_request, write_arguments
from searchapp.views.colours import read_accent
from searchapp.views.context import (
    ORIGINS,
    answer_search,
    keep_nowhere,
    lexicon,
    live_index,
    make_policy,
    open_index,
    settings,
    status_of,
    translate_error,
    view,
)
from searchapp.views.documents import describe, document_url_with, find_document
from searchapp.views.guard import RETRIED
from searchapp.views.origins import COMPONENT
from searchapp.views.pages import address_of, look_for_miss
from searchapp.views.preferences import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from indexer import Document
    from searchapp.search.request import SearchRequest
    from searchapp.views.origins import Origins

embedding = Blueprint("embedding", __name__)

_SIZE = 5  # hits in a frame
_STATIC = Path(__file__).parents[1] / "static"
_SOURCES_SHOWN, _SOURCES_OFFERED = 20, 100
_SECONDS_KEPT = 300
_CHOICES = {
    "show": ("both", "box", "results"),
    "filters": ("none", "dates", "sources", "all"),
    "theme": ("auto", "light", "dark"),
    "target": ("_top", "_blank", "_self"),
    "home": ("1", "0"),
}
_WIDTH, _HEIGHT = 600, 480
_LARGEST = 10**6


# --- the frame


@dataclass(frozen=True, slots=True)
class Frame:
    """How a page wants its frame.

    Attributes:
        chosen: What is said beside the search, by the names of its arguments.
        accent: The colour of links on light and on dark paper, or None.
        locked: Names of arguments that are not offered to be changed.
    """

    chosen: Mapping[str, str]
    accent: tuple[str, str] | None
    locked: frozenset[str]

    def __getitem__(self, name: str) -> str:
        return self.chosen.get(name) or _CHOICES[name][0]

    @property
    def style(self) -> str:
        """The style sheet of its own; "" without one."""
        if self.accent is None:
            return ""
        light, dark = (f":root[data-theme]{{--accent:#{colour}}}" for colour in self.accent)
        theme = self["theme"]
        if theme == "auto":
            return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"
        return dark if theme == "dark" else light


def _read_frame(arguments: MultiDict[str, str]) -> Frame:
    """Read what is said beside the search.

    Raises:
        QueryError: something of it has no meaning.
    """
    choices = {**_CHOICES, "lang": ("", *LANGUAGES)}
    chosen = {name: read_choice(arguments, name, choices=known) for name, known in choices.items()}
    locked = frozenset(filter(None, (name.strip() for name in arguments.get("lock", "").split(","))))
    if unknown := sorted(locked - ARGUMENTS.keys()):
        raise QueryError("参数 lock 里的“{typed}”不是检索的参数。", typed=unknown[0][:40])
    accent = read_accent(arguments.get("accent", ""), theme=chosen["theme"])
    said = {name: value for name, value in chosen.items() if value != choices[name][0]}
    said |= {name: arguments[name] for name in ("accent", "lock") if arguments.get(name, "").strip()}
    return Frame(said, accent, locked)


@embedding.get("/embed")
def frame() -> Response:
    """Show the search as a small page for a frame of another one."""
    try:
        own = _read_frame(request.args)
        wanted = replace(read_request(request.args, _SIZE, calendar=lexicon().calendar), group=LIST)
        asks = own["show"] != "box" and bool(wanted.raw_query or wanted.has_filters)
        page = answer_search(wanted) if asks else None
    except QueryError as error:
        return show_in_frame(translate_error(error), status=status_of(error).value)
    if page is not None:
        look_for_miss(wanted, page)
        if page.partial:
            keep_nowhere()

    def link(page: int = 1, **changes: Any) -> str:
        arguments = write_arguments(wanted.change(**changes), page=page, default_size=_SIZE, **own.chosen)
        return f"{url_for('embedding.frame')}?{arguments}"

    state = write_arguments(replace(wanted, size=settings().page_size), default_size=settings().page_size)
    asked = page.as_asked(wanted) if page is not None else wanted
    marked = write_arguments(replace(asked, size=settings().page_size), default_size=settings().page_size)
    sources = page.facets["source"][:_SOURCES_SHOWN] if page is not None else []
    typed = _typed(own, {one.value or "" for one in sources})
    kept = [(name, value) for name, value in _pairs(wanted, own) if not ({name, (name, value)} & typed)]
    return _show_frame(
        own,
        page=page,
        request_=wanted,
        raw_query=wanted.raw_query,
        kept=kept,
        link=link,
        whole=f"{url_for('pages.results')}?{state}",
        address_of=lambda hit: address_of(hit, marked),
        address_of_document=lambda document: document_url_with(document.id, state),
        sources=sources,
        narrowing=FILTERS,
    )


def show_in_frame(sentence: str, *, status: int) -> Response:
    """Show a sentence in place of what a frame would hold, so that whoever looks at the page around it can read it."""
    try:
        own = _read_frame(request.args)
    except QueryError:
        own = Frame({}, None, frozenset())
    # All that its page said stays; only what somebody may have typed wrongly goes.
    dropped = {"q", "page", *({"from", "to"} - own.locked)}
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in dropped]
    typed, may_retry = request.args.get("q", ""), status in RETRIED
    response = _show_frame(own, page=None, sentence=sentence, raw_query=typed, kept=kept, may_retry=may_retry)
    response.status_code = status
    return response


def _show_frame(own: Frame, **values: Any) -> Response:
    script, style = _read_script(), own.style
    response = make_response(render_template("embed.html", frame=own, script=script, style=style, **values))
    origins: Origins = current_app.extensions[ORIGINS]
    response.headers["Content-Security-Policy"] = make_policy(
        {
            "style-src": f"'self' {_hash(style)}" if style else "'self'",
            "script-src": _hash(script),
            "connect-src": "'none'",
            "frame-ancestors": origins.ancestors,
        }
    )
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _pairs(wanted: SearchRequest, own: Frame) -> list[tuple[str, str]]:
    """Return the arguments of a frame, without the query, as its form has to keep them."""
    said = {} if own["show"] == "box" else own.chosen  # a box alone leads to the whole site
    changes: dict[str, object] = {"q": None, **said}
    written = write_arguments(wanted, default_size=_SIZE, **changes)  # type: ignore[arg-type]
    return parse_qsl(written, keep_blank_values=True)


def _typed(own: Frame, sources: set[str]) -> set[str | tuple[str, str]]:
    """Return what the form of a frame has fields for: arguments, or single values of one; the rest it keeps hidden."""
    days = {"from", "to"} if own["filters"] in ("dates", "all") else set()
    boxes = {("source", value) for value in sources} if own["filters"] in ("sources", "all") else set()
    return {*(days - own.locked), *(boxes if "source" not in own.locked else ())}


@cache
def _read_script() -> str:
    return (_STATIC / "frame.js").read_text(encoding="utf-8").strip()


@lru_cache(maxsize=256)
def _hash(text: str) -> str:
    """Return how a Content-Security-Policy allows one text inline (CSP 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# --- the component, and how to use both


@embedding.get(COMPONENT)
def component() -> Response:
    """Send the web component `<archive-search>`."""
    response = Response(_read_component(), mimetype="text/javascript")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.cache_control.public, response.cache_control.max_age = True, _SECONDS_KEPT
    response.set_etag(integrity()[7:39], weak=True)
    response.make_conditional(request)
    return response


@cache
def _read_component() -> bytes:
    return (_STATIC / "embed.js").read_bytes()


@cache
def integrity() -> str:
    """Return how a page can pin the component (Subresource Integrity)."""
    return f"sha384-{base64.b64encode(hashlib.sha384(_read_component()).digest()).decode()}"


_PREVIEWED = ("source", "from", "to", "size", "theme")


@embedding.get("/help/embed")
def explain() -> Response:
    """Explain how to embed the search, with lines to be copied that are filled in for this site."""
    chosen = {
        name: values for name in _PREVIEWED if (values := list(filter(None, map(clean, request.args.getlist(name)))))
    }
    try:
        _read_frame(request.args)
        read_request(request.args, _SIZE, calendar=lexicon().calendar)
        mistake = ""
    except QueryError as error:
        chosen, mistake = {}, translate_error(error)
    pairs = [(name, value) for name, values in chosen.items() for value in values]
    response = make_response(
        render_template(
            "embedding.html",
            raw_query="",
            mistake=mistake,
            picked=chosen,
            pairs=pairs,
            arguments=urlencode(pairs),
            sources=_list_sources(),
            origins=settings().embed_origins,
            anywhere=settings().embed_anywhere,
            integrity=integrity(),
        )
    )
    response.headers["Content-Security-Policy"] = make_policy({"frame-src": "'self'"})
    return response


def _list_sources() -> list[str]:
    """Return sources that a search could be narrowed to; none before there is an index."""
    if isinstance(live_index().look(), ArchiveError):
        return []
    return [value for value in view().overview.counts("source") if value][:_SOURCES_OFFERED]


# --- what browsers, wikis and crawlers ask for


@embedding.get("/opensearch.xml")
def opensearch() -> Response:
    """Describe the search to browsers (OpenSearch 1.1), so that it can be asked from their address bar."""
    return Response(render_template("opensearch.xml"), mimetype="application/opensearchdescription+xml")


@embedding.get("/suggest")
def suggest() -> Response:
    """Suggest queries in the form that browsers read (OpenSearch Suggestions 1.1)."""
    typed = clean(request.args.get("q", ""))
    texts = [one.text for one in view().suggester.find(typed)]
    body = json.dumps([typed, texts], ensure_ascii=False)
    return Response(body, mimetype="application/x-suggestions+json")


@embedding.get("/oembed")
def oembed() -> Response:
    """Answer with a card for a document or a frame for a search (oEmbed 1.0), for wikis and messengers."""
    if request.args.get("format", "json") != "json":
        abort(501, gettext("只有 JSON 格式：format=json。"))
    try:
        address = urlsplit(request.args.get("url", ""))
    except ValueError:  # [ without ]
        address = urlsplit("")
    is_ours = address.scheme in ("http", "https") and address.netloc == request.host
    endpoint, found = _match(unquote(address.path)) if is_ours else ("", {})
    width, height = (
        read_count(request.args, name, default=most, largest=_LARGEST)
        for name, most in (("maxwidth", _WIDTH), ("maxheight", _HEIGHT))
    )
    known: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "provider_name": settings().site_title,
        "provider_url": url_for("pages.home", _external=True),
        "width": min(width, _WIDTH),
        "height": min(height, _HEIGHT),
    }
    if endpoint == "documents.show":
        document = find_document(open_index(), found["document_id"])
        return jsonify(known | _card(document, url_for("documents.show", document_id=document.id, _external=True)))
    if endpoint == "pages.results":
        inside = f"{url_for('embedding.frame', _external=True)}?{address.query}"
        html = Markup('<iframe src="{}" width="{}" height="{}" title="{}"></iframe>').format(
            inside, known["width"], known["height"], settings().site_title
        )
        query = dict(parse_qsl(address.query)).get("q") or settings().site_title
        return jsonify(known | {"title": query, "html": html})
    return abort(404, gettext("参数 url 应是本站一份文件或一次检索的地址。"))


def _match(path: str) -> tuple[str, dict[str, Any]]:
    """Return what an address of this site shows."""
    root = request.script_root
    if root and not path.startswith(f"{root}/"):
        return "", {}
    try:
        endpoint, values = current_app.url_map.bind("").match(path[len(root) :], method="GET")
    except HTTPException:
        return "", {}
    return endpoint, dict(values)


def _card(document: Document, address: str) -> dict[str, Any]:
    title = document.title or document.body[:30]
    facts = " ".join(filter(None, (document.source or document.issuer, document.date)))
    html = Markup('<blockquote><p>{}</p><footer>{} <cite><a href="{}">{}</a></cite></footer></blockquote>').format(
        describe(document), facts, address, title
    )
    return {"title": title, "author_name": document.author or document.source or document.issuer, "html": html}


@embedding.get("/favicon.ico")
def favicon() -> Response:
    """Send the icon to browsers that look for it here, as they do beside what is no page."""
    return current_app.send_static_file("favicon.ico")


_ROBOTS = """User-agent: *
Disallow: {0}/search
Disallow: {0}/filters
Disallow: {0}/term
Disallow: {0}/sources
Disallow: {0}/compare
Disallow: {0}/export.
Disallow: {0}/list
Disallow: {0}/feed.atom
Disallow: {0}/embed
Disallow: {0}/api/
Disallow: {0}/preferences
"""


@embedding.get("/robots.txt")
def robots() -> Response:
    """Ask crawlers to read documents, not every search that a page links."""
    return Response(_ROBOTS.format(request.script_root), mimetype="text/plain")
