"""The outline of a document: its headings, and who speaks from where on (会议指出, 王延飞强调)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from indexer import MEETING_SPEAKS, heading_of

if TYPE_CHECKING:
    from indexer import Document


# What stands between a verb of saying and what is said, and what ends its first words: 指出：“, 强调，, 传达了
_SAYS = re.compile(r"[了着过]?[\s，,：:]*(?P<opening>[“「『‘]*)")
_SIGNS = re.compile("[：:，,「“]")
_ENDS = re.compile("[。！？；!?;\n]")
_CLOSING = str.maketrans("", "", "”」』’")
_FIRST_WORDS = 14


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A line of the outline: the paragraph (from 0) where it begins, what it says, what it is, whether it is sure.

    Of what somebody says come the first `words`. Who is `quoted` said it elsewhere.
    """

    paragraph: int
    text: str
    kind: Literal["heading", "meeting", "speaker"]
    words: str = ""
    sure: bool = True
    quoted: bool = False


def make_outline(document: Document) -> list[OutlineEntry]:
    """Return the outline in the order of the text; what one speaker says in one paragraph is one entry."""
    paragraphs = document.body.split("\n")
    starts = list(accumulate((len(text) + 1 for text in paragraphs), initial=0))
    entries = [
        OutlineEntry(at, heading, "heading") for at, text in enumerate(paragraphs) if (heading := heading_of(text))
    ]
    verbs: dict[tuple[int, str], list[str]] = {}
    words: dict[tuple[int, str], str] = {}
    sure: set[tuple[int, str]] = set()
    quoted: set[tuple[int, str]] = set()
    for passage in document.speech:
        if passage.verb:
            place = bisect_right(starts, passage.start) - 1
            verbs.setdefault((place, passage.speaker), []).append(passage.verb)
            words.setdefault(
                (place, passage.speaker), _first_words(document.body[passage.start : passage.end], passage.verb)
            )
            sure |= {(place, passage.speaker)} if passage.sure else set()
            quoted |= {(place, passage.speaker)} if passage.quoted else set()
    for (place, speaker), said in verbs.items():
        kind: Literal["meeting", "speaker"] = "meeting" if speaker == MEETING_SPEAKS else "speaker"
        text, begins = speaker + "、".join(dict.fromkeys(said)), words[place, speaker]
        entries.append(OutlineEntry(place, text, kind, begins, (place, speaker) in sure, (place, speaker) in quoted))
    return sorted(entries, key=lambda entry: entry.paragraph)


def _first_words(passage: str, verb: str) -> str:
    """Return how what is said behind a verb begins, cut at its first full stop or after some characters."""
    at = passage.find(verb)
    signs = _SIGNS.search(passage) if at < 0 else None  # 說 is called 说
    said = passage[at + len(verb) if at >= 0 else signs.start() if signs else 0 :]
    match = _SAYS.match(said)
    assert match is not None  # it matches nothing, too
    begins = _ENDS.split(said[match.end() :], maxsplit=1)[0]
    begins = begins if len(begins) <= _FIRST_WORDS else f"{begins[:_FIRST_WORDS]}…"
    return begins.translate(_CLOSING) if match["opening"] else begins


def paragraphs_of(document: Document, speaker: str) -> set[int]:
    """Return the paragraphs (from 0) in which a speaker says something."""
    starts = list(accumulate((len(text) + 1 for text in document.body.split("\n")), initial=0))
    found: set[int] = set()
    for passage in document.speech:
        if passage.speaker == speaker:
            first, last = (bisect_right(starts, at) - 1 for at in (passage.start, max(passage.start, passage.end - 1)))
            found.update(range(first, last + 1))
    return found
