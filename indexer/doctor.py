"""What is missing or odd in an archive, with counts and files: advice for whoever keeps it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from indexer.document import LIKELY_YEARS
from indexer.errors import DamagedStateError
from indexer.inventory import find_trouble
from indexer.parsing.values.issuers import normalize_issuer
from indexer.status import group_left_out, read_unused
from indexer.store import generations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.document import Document
    from indexer.settings import Configuration, Settings

_EARLIEST_YEAR = str(LIKELY_YEARS[0])
_SHORT_BODY = 60
_LONG_TITLE = 80
_FURNITURE = re.compile(
    r"版权所有|ICP备|上一篇|下一篇|责任编辑[:：]|浏览次数|点击数|阅读全文|分享到|相关新闻", re.MULTILINE
)


@dataclass
class Finding:
    """One kind of oddity: what it means, and the documents that show it, or the files."""

    name: str
    sentence: str
    places: list[str] = field(default_factory=list)
    of_files: bool = False


_CHECKS: dict[str, tuple[str, Callable[[Document], bool]]] = {
    "no title": ("have no title", lambda d: d.title is None),
    "no source": ("have no source", lambda d: d.source is None),
    "no date": ("have no date of publication", lambda d: d.date is None),
    "rough date": ("have a date without a day", lambda d: d.date is not None and d.date_precision != "day"),
    "no issuer": ("have no issuer", lambda d: d.issuer is None),
    "no genre": ("are of no known genre", lambda d: d.genre is None),
    "odd year": (
        f"have a date before {_EARLIEST_YEAR} or in the future",
        lambda d: d.date is not None and not _EARLIEST_YEAR <= d.date <= date.today().isoformat(),  # noqa: DTZ011
    ),
    "meeting after": (
        "report a meeting that is later than their publication",
        lambda d: bool(d.date and d.meeting_date and d.meeting_date[: len(d.date)] > d.date),
    ),
    "truncated": ("are cut off by their site", lambda d: "truncated" in d.flags),
    "anonymised": ("have names crossed out", lambda d: "anonymised" in d.flags),
    "doubtful encoding": ("were read in a guessed encoding", lambda d: "encoding-doubtful" in d.flags),
    "damaged characters": ("hold characters that were lost (U+FFFD)", lambda d: "damaged-characters" in d.flags),
    "pages without text": ("have pages that are only pictures", lambda d: "pages-without-text" in d.flags),
    "no text": ("are only pictures of text, found by their names alone", lambda d: "no-text" in d.flags),
    "recognized text": ("hold text that was read from pictures, with mistakes", lambda d: "recognized-text" in d.flags),
    "text left out": ("may have lost text that was taken for page furniture", lambda d: "text-left-out" in d.flags),
    "short body": (f"have a body of fewer than {_SHORT_BODY} characters", lambda d: len(d.body) < _SHORT_BODY),
    "long title": (f"have a title of more than {_LONG_TITLE} characters", lambda d: len(d.title or "") > _LONG_TITLE),
    "furniture": ("hold lines that look like page furniture", lambda d: _FURNITURE.search(d.body[-400:]) is not None),
    "overridden": (
        "have values from overrides.toml",
        lambda d: any(found.rule == "overrides.toml" for found in d.evidence.values()),
    ),
}


def examine(configuration: Configuration) -> dict[str, Any]:
    """Return what is missing or odd over the whole archive.

    Raises:
        NoIndexError: there is no index.
    """
    settings = configuration.settings
    live = generations.open_index(settings.index)
    reader = live.reader
    findings = {name: Finding(name, sentence) for name, (sentence, _) in _CHECKS.items()}
    titles: dict[str, list[str]] = defaultdict(list)
    places: dict[str, str] = {}
    sources: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for document in reader.iter_documents():
        place = places[document.id] = _place_of(document)
        for name, (_, holds) in _CHECKS.items():
            if holds(document):
                findings[name].places.append(place)
        if document.title:
            titles[document.title].append(place)
        if document.source:
            sources[normalize_issuer(document.source, "")][document.source].append(place)
    alike: dict[str, list[str]] = defaultdict(list)
    for family, place in zip(reader.families_of(list(places)), places.values(), strict=True):
        alike[family].append(place)
    files = list(_files(settings, live.generation.number))
    trouble = [f"{path} {reason}" for path, reason in find_trouble(configuration)]
    if trouble:
        files = [*files, Finding("settings", "are not as the settings need them", trouble, of_files=True)]
    extra = [*_same_titles(titles), *_source_spellings(sources), *_reprints(alike), *files]
    shown = [*(finding for finding in findings.values() if finding.places), *extra]
    return {
        "documents": reader.document_count,
        "findings": [
            {
                "name": own.name,
                "sentence": own.sentence,
                "count": len(own.places),
                "places": own.places,
                "of_files": own.of_files,
            }
            for own in shown
        ],
    }


def _place_of(document: Document) -> str:
    is_one_of_several = document.order or document.parent == document.path
    return f"{document.path}#{document.order + 1}" if is_one_of_several else document.path


def _same_titles(titles: dict[str, list[str]]) -> Iterator[Finding]:
    places = [place for same in titles.values() if len(same) > 1 for place in same]
    if places:
        yield Finding("same title", "share their title with another one", sorted(places))


def _source_spellings(sources: dict[str, dict[str, list[str]]]) -> Iterator[Finding]:
    """Report publishers that are spelt in several ways, with all spellings but the commonest."""
    for spellings in sources.values():
        if len(spellings) < 2:
            continue
        commonest, *others = sorted(spellings, key=lambda name: (-len(spellings[name]), name))
        places = [place for name in others for place in spellings[name]]
        yield Finding("source spelling", f"call “{commonest}” also {'、'.join(f'“{name}”' for name in others)}", places)


def _reprints(alike: dict[str, list[str]]) -> Iterator[Finding]:
    families = [places for places in alike.values() if len(places) > 1]
    if families:
        places = [place for family in families for place in family]
        yield Finding("reprints", f"are near-identical to others, {len(families)} families in all", places)


def _files(settings: Settings, generation: int) -> Iterator[Finding]:
    try:
        unused = read_unused(settings.index, generation)
    except DamagedStateError as error:
        yield Finding("state", "are unknown", [str(error)], of_files=True)
        return
    failed = [f"{own.path} ({own.reason})" for own in unused if own.failed]
    if failed:
        yield Finding("failed files", "could not be used, whole or in part", failed, of_files=True)
    for group in group_left_out(unused):
        if group.kind == "empty":
            yield Finding("empty files", "hold no document", group.paths, of_files=True)
        else:
            ending = f" ({group.ending})" if group.ending else ""
            yield Finding("left out", f"are left out; each {group.reason}{ending}", group.paths, of_files=True)
