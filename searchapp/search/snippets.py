"""Marks of a text -> excerpts: whole sentences, those that say most."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from searchapp.search.results import Marks, Snippet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


MOST_SNIPPETS = 3
LONGEST_SNIPPET = 160
# What two lines of a card hold, in characters, and the one line below a title in a list; less than this says nothing.
TWO_LINES, ONE_LINE = 96, 44
_LEAST_SHOWN = 20

_SENTENCE = re.compile(r"[^。！？!?；;…]*[。！？!?；;…]*[”’」』）)》]*")
_CLAUSE_END = re.compile(r"[，,、：:；;]")


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    paragraph: int


def make_snippets(body: str, marks: Marks, *, varied: bool = False) -> list[Snippet]:
    """Choose the sentences with most marked characters, at most three, in the order of the text.

    Of a place that holds several texts together `varied` sentences show as many of these as they can.
    A body without marks (the title matched, or a filter) gives its opening.
    """
    if not marks:
        opening = [sentence for sentence, _ in _share_sentences(body, [(0, 1)])]
        return [_cut(body, opening[0], marks=[])] if opening else []
    chosen = _share_sentences(body, marks)
    best = sorted(chosen, key=lambda pair: -_weight(body, pair[1]))
    best = (_vary(body, best) if varied else best)[:MOST_SNIPPETS]
    return [_cut(body, sentence, marks=inside) for sentence, inside in sorted(best, key=lambda pair: pair[0].start)]


def _vary(body: str, sentences: list[tuple[_Sentence, Marks]]) -> list[tuple[_Sentence, Marks]]:
    """Put those sentences first that show what the ones before them do not."""
    left, chosen, seen = list(sentences), list[tuple[_Sentence, Marks]](), set[str]()
    while left and len(chosen) < MOST_SNIPPETS:
        texts = [{body[start:end] for start, end in marks} - seen for _, marks in left]
        at = max(range(len(left)), key=lambda number: len(texts[number]))
        seen |= texts[at]
        chosen.append(left.pop(at))
    return chosen


def _share_sentences(body: str, marks: Marks) -> list[tuple[_Sentence, Marks]]:
    """Return the sentences that marks reach into, each with its marks."""
    shared: list[tuple[_Sentence, Marks]] = []
    for first, last, number, own in _group_by_paragraph(body, marks):
        sentences = (match.span() for match in _SENTENCE.finditer(body, first, last))
        for (start, end), inside in share_marks(sentences, own):
            if inside and not body[start:end].isspace():
                shared.append((_Sentence(start, end, number), inside))
            if end >= own[-1][1]:
                break
    return shared


def split_sentences(body: str) -> list[str]:
    """Return the sentences of a text; a paragraph's end ends a sentence."""
    return [
        text for paragraph in body.split("\n") for match in _SENTENCE.finditer(paragraph) if (text := match[0].strip())
    ]


def _group_by_paragraph(body: str, marks: Marks) -> list[tuple[int, int, int, Marks]]:
    """Return the paragraphs with marks: start, end, number (from 1), and its marks, none of which passes its end."""
    groups: list[tuple[int, int, int, Marks]] = []
    number, counted, end = 1, 0, -1
    for mark in marks:
        if mark[0] < end:
            groups[-1][3].append(mark)
            continue
        start = body.rfind("\n", 0, mark[0]) + 1
        end = body.find("\n", mark[0])
        end = len(body) if end < 0 else end
        number += body.count("\n", counted, start)
        counted = start
        groups.append((start, end, number, [mark]))
    return groups


def share_marks(spans: Iterable[tuple[int, int]], marks: Marks) -> Iterator[tuple[tuple[int, int], Marks]]:
    """Yield each of the spans (in order, apart) with the marks that reach into it; both are walked once."""
    at = 0
    for start, end in spans:
        while at < len(marks) and marks[at][1] <= start:
            at += 1
        inside = at
        while inside < len(marks) and marks[inside][0] < end:
            inside += 1
        yield (start, end), marks[at:inside]
        at = max(at, inside - 1)


def _weight(body: str, marks: Marks) -> float:
    """Weigh a sentence by the different texts marked in it, longer ones more; repetitions add little."""
    different = {body[start:end] for start, end in marks}
    return sum(len(text) for text in different) + 0.1 * len(marks)


def _cut(body: str, sentence: _Sentence, *, marks: Marks) -> Snippet:
    """Return a sentence whole, or the clauses around its first mark where it is very long."""
    start, end = sentence.start, sentence.end
    if end - start > LONGEST_SNIPPET:
        start, end = _clauses_around(body, sentence, mark=marks[0] if marks else (start, start))
    head = "…" if start > sentence.start else ""
    tail = "…" if end < sentence.end else ""
    raw = body[start:end]
    text = raw.strip()
    shift = start + len(raw) - len(raw.lstrip()) - len(head)
    inside = [
        (max(s - shift, len(head)), min(e - shift, len(head) + len(text))) for s, e in marks if s < end and e > start
    ]
    return Snippet(head + text + tail, inside, sentence.paragraph)


def _clauses_around(body: str, sentence: _Sentence, *, mark: tuple[int, int]) -> tuple[int, int]:
    ends = [sentence.start + match.end() for match in _CLAUSE_END.finditer(body[sentence.start : sentence.end])]
    bounds = [sentence.start, *ends, sentence.end]
    room = max(0, LONGEST_SNIPPET - (mark[1] - mark[0]))
    before = max(mark[0] - room // 3, sentence.start)
    start = min((bound for bound in bounds if before <= bound <= mark[0]), default=before)
    limit = min(start + LONGEST_SNIPPET, sentence.end)
    end = max((bound for bound in bounds if mark[1] <= bound <= limit), default=limit)
    return start, end


def fit(snippets: list[Snippet], room: int) -> list[Snippet]:
    """Return what of some passages fits into a line of so many characters: all that differs in their marks is in sight.

    Passages that are cut keep their first marks; each that is left out marks nothing that the others do not.
    """
    best = sorted(snippets, key=lambda own: -_weight(own.text, own.marks))
    telling: list[Snippet] = []
    seen: set[str] = set()
    for own in best:
        texts = {own.text[start:end] for start, end in own.marks}
        if not telling or texts - seen:
            telling.append(own)
            seen |= texts
    others = [own for own in best if own not in telling]
    pieces: list[tuple[Snippet, Snippet]] = []
    for at, own in enumerate((*telling, *others)):
        share = room // max(1, len(telling) - at)
        if pieces and share < _LEAST_SHOWN:
            break
        pieces.append((own, _shorten(own, share)))
        room -= len(pieces[-1][1].text)
    shown = [own for _, own in sorted(pieces, key=lambda pair: snippets.index(pair[0]))]
    return [_trim(own, head=own is not shown[0], tail=own is not shown[-1]) for own in shown]


def _trim(snippet: Snippet, *, head: bool, tail: bool) -> Snippet:
    """Return a passage without the dots that stand between it and others."""
    first = int(head and snippet.text.startswith("…"))
    text = snippet.text[first:].removesuffix("…") if tail else snippet.text[first:]
    if len(text) == len(snippet.text):
        return snippet
    return replace(snippet, text=text, marks=[(max(0, s - first), min(e - first, len(text))) for s, e in snippet.marks])


def _shorten(snippet: Snippet, room: int) -> Snippet:
    """Return the part of a passage that holds most of its marks, of so many characters and the dots around it."""
    text, marks = snippet.text, snippet.marks
    if len(text) <= room:
        return snippet
    start, end = _choose_window(text, marks, room=room)
    head = "…" if start and text[start] != "…" else ""
    tail = "…" if end < len(text) and text[end - 1] != "…" else ""
    shift = start - len(head)
    inside = [(max(s, start) - shift, min(e, end) - shift) for s, e in marks if s < end and e > start]
    return replace(snippet, text=head + text[start:end] + tail, marks=inside)


def _choose_window(text: str, marks: Marks, *, room: int) -> tuple[int, int]:
    """Return where to cut a text: before the mark around which most stands, where a clause begins if one is near."""
    lead = room // 4

    def held(start: int) -> float:
        return _weight(text, [(s, e) for s, e in marks if start <= s and e <= start + room])

    first = max(marks, key=lambda mark: held(max(0, mark[0] - lead)), default=(0, 0))[0]
    start = max(0, min(first - lead, len(text) - room))
    bounds = [0, *(match.end() for match in _CLAUSE_END.finditer(text))]
    start = min((bound for bound in bounds if start <= bound <= first), default=start)
    limit = start + room
    last = max((end for _, end in marks if end <= limit), default=start)
    least = max(last, limit - lead)
    return start, max((bound for bound in bounds if least <= bound <= limit), default=limit)
