"""What of a document can be quoted: the sentences of some of its paragraphs, and which of them are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from searchapp.document.anchors import name_paragraphs
from searchapp.document.citations import join_quoted
from searchapp.search.snippets import split_sentences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from indexer import Document
    from searchapp.search.results import Marks

MOST_QUOTED = 20  # paragraphs at once
Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class QuotedSentence:
    """A sentence: its name in addresses, its place among those that are shown, its text, and whether it is quoted."""

    name: str
    place: int
    text: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class QuotedParagraph:
    """A paragraph by its number from 1, its anchor and its sentences."""

    number: int
    anchor: str
    sentences: list[QuotedSentence]


def find_paragraphs(document: Document, anchors: Iterable[str], *, add: Side | None = None) -> list[int] | None:
    """Return the numbers of paragraphs, and of the next that says something before or after; None if one is unknown."""
    known = {anchor: number for number, anchor in enumerate(name_paragraphs(document.body), start=1)}
    wanted = set(anchors)
    if not wanted <= known.keys():
        return None
    numbers = sorted(known[anchor] for anchor in wanted)
    numbers += _find_next(document, numbers, add=add) if add else []
    return sorted(numbers)[:MOST_QUOTED]


def can_add(document: Document, numbers: list[int]) -> list[Side]:
    """Return on which sides of some paragraphs there is another to quote as well."""
    if len(numbers) >= MOST_QUOTED:
        return []
    sides: tuple[Side, ...] = ("before", "after")
    return [side for side in sides if _find_next(document, numbers, add=side)]


def _find_next(document: Document, numbers: list[int], *, add: Side) -> list[int]:
    texts = document.body.split("\n")
    if not numbers:
        return []
    nearby = range(numbers[0] - 1, 0, -1) if add == "before" else range(numbers[-1] + 1, len(texts) + 1)
    return next(([number] for number in nearby if texts[number - 1].strip()), [])


def show_sentences(
    document: Document, numbers: list[int], *, ticks: Collection[str], marks: Mapping[int, Marks], hit: int | None
) -> list[QuotedParagraph]:
    """Return paragraphs with their sentences.

    Where none is ticked, it is in each the one with the mark that somebody went to (`hit`, from 0), else with most of
    what is marked, else the first.
    """
    texts, anchors = document.body.split("\n"), name_paragraphs(document.body)
    shown: list[QuotedParagraph] = []
    place = before = 0
    for number in numbers:
        place += number != before + 1  # something is left out between the two
        own = _find_spans(texts[number - 1])
        best = None if ticks else _find_best(texts[number - 1], own, marks=marks.get(number, []), hit=hit)
        names = [f"{anchors[number - 1]}.{at}" for at in range(len(own))]
        sentences = [
            QuotedSentence(name, place + at, texts[number - 1][start:end], name in ticks or at == best)
            for at, (name, (start, end)) in enumerate(zip(names, own, strict=True))
        ]
        shown.append(QuotedParagraph(number, anchors[number - 1], sentences))
        place, before = place + len(own), number
    return shown


def read_quoted(shown: list[QuotedParagraph]) -> tuple[str, str, str]:
    """Return the ticked sentences as one text, the numbers of their paragraphs, and the anchor of the first."""
    ticked = [
        (own.place, paragraph.number, own.text) for paragraph in shown for own in paragraph.sentences if own.ticked
    ]
    anchors = [own.anchor for own in shown if any(one.ticked for one in own.sentences)]
    return *join_quoted(ticked), anchors[0] if anchors else ""


def _find_spans(paragraph: str) -> Marks:
    spans: Marks = []
    for text in split_sentences(paragraph):
        start = paragraph.index(text, spans[-1][1] if spans else 0)
        spans.append((start, start + len(text)))
    return spans


def _find_best(paragraph: str, spans: Marks, *, marks: Marks, hit: int | None) -> int | None:
    wanted = [marks[hit]] if hit is not None and 0 <= hit < len(marks) else marks
    held = [{paragraph[s:e] for s, e in wanted if start <= s < end} for start, end in spans]
    weights = [sum(map(len, own)) for own in held]
    return max(range(len(spans)), key=lambda at: (weights[at], -at), default=None)
