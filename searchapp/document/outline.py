"""The outline of a document: its headings, and who speaks from where on (会议指出, 王延飞强调)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from indexer import MEETING_SPEAKS, heading_of

if TYPE_CHECKING:
    from indexer import Document


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A line of the outline: the paragraph (from 0) where it begins, what it says, what it is, whether it is sure.

    Who is `quoted` said it elsewhere.
    """

    paragraph: int
    text: str
    kind: Literal["heading", "meeting", "speaker"]
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
    sure: set[tuple[int, str]] = set()
    quoted: set[tuple[int, str]] = set()
    for passage in document.speech:
        if passage.verb:
            place = bisect_right(starts, passage.start) - 1
            verbs.setdefault((place, passage.speaker), []).append(passage.verb)
            sure |= {(place, passage.speaker)} if passage.sure else set()
            quoted |= {(place, passage.speaker)} if passage.quoted else set()
    for (place, speaker), said in verbs.items():
        kind: Literal["meeting", "speaker"] = "meeting" if speaker == MEETING_SPEAKS else "speaker"
        text = speaker + "、".join(dict.fromkeys(said))
        entries.append(OutlineEntry(place, text, kind, (place, speaker) in sure, (place, speaker) in quoted))
    return sorted(entries, key=lambda entry: entry.paragraph)


def paragraphs_of(document: Document, speaker: str) -> set[int]:
    """Return the paragraphs (from 0) in which a speaker says something."""
    starts = list(accumulate((len(text) + 1 for text in document.body.split("\n")), initial=0))
    found: set[int] = set()
    for passage in document.speech:
        if passage.speaker == speaker:
            first, last = (bisect_right(starts, at) - 1 for at in (passage.start, max(passage.start, passage.end - 1)))
            found.update(range(first, last + 1))
    return found
