"""The title of an article: the line near its start for which most speaks, and the lines it was wrapped over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from indexer.parsing.layout.kinds import LineKind
from indexer.parsing.layout.labels import is_trap
from indexer.parsing.layout.lines import (
    is_button,
    is_edition,
    is_genre,
    is_heading,
    is_navigation,
    is_page_heading,
    is_tool,
)
from indexer.parsing.layout.speakers import read_speaker
from indexer.parsing.layout.title_lines import (
    ABOUT,
    OWN_LABEL,
    SHORT_TITLE,
    can_be_title,
    ends_with_body,
    has_title_over,
    is_broken_off,
    is_in_a_box,
    is_issued,
    is_letterhead,
    is_more_of_title,
    is_own_label,
    is_subtitle,
    letters_of,
    names_body,
    names_issue,
    overlap,
    runs_on,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.parsing.layout.lines import Line

_SENT_FROM = re.compile(r"\d{4}.{2,10}\d{1,2}:\d{2}\s*(?:发[表布]于)?\s*[\u4e00-\u9fff]{2,3}$")
_LEAST_SCORE = 1.0
_BULLETS = "•·◆■●▲★※"
_MOST_TITLE_LINES = 3
_HALF_A_TITLE = 0.33  # what the other lines of a title score at the least, of the best, unless the text speaks of them
_LEAST_OVERLAP = 0.1
_FEW = 3
_SECOND = re.compile(r"[（(]?(?:二|2)[）)]?\s*[、.．）)]")
_USUAL_LENGTH = range(8, 51)
_TITLE_KINDS = (LineKind.SHORT, LineKind.PROSE, LineKind.HEADING)


@dataclass(frozen=True, slots=True)
class Zone:
    """Where a title may stand: the lines from `top` to `last`, above the body that begins at `start`, near `headers`.

    `text` is the beginning of the body in simplified characters, `known` what the page says of itself in its markup.
    """

    lines: list[Line]
    kinds: list[LineKind]
    top: int
    last: int
    start: int
    headers: list[int]
    text: str
    known: list[str]


class _Evidence(NamedTuple):
    """What speaks for a line or against it: how much, the measure (0 to 1, or a number of lines), and why."""

    weight: float
    measure: Callable[[Zone, int], float]
    reason: str


def find_title(
    lines: list[Line], kinds: list[LineKind], *, top: int, start: int, text: str, hints: dict[str, tuple[str, str]]
) -> list[Line]:
    """Return the lines of the title, or none."""
    zone = _zone(lines, kinds, top=top, start=start, text=text, hints=hints)
    scores = _score_lines(zone)
    if not scores:
        return []
    best = max(scores, key=lambda index: (scores[index], -index))
    if scores[best] < _LEAST_SCORE:
        return []
    best = _below_day_of_paper(zone, scores, best=_in_full(zone, scores, best=best))
    return _without_slogans(zone, scores, best=best, found=_join_wrapped(zone, scores, best=best))


def _zone(
    lines: list[Line], kinds: list[LineKind], *, top: int, start: int, text: str, hints: dict[str, tuple[str, str]]
) -> Zone:
    known = [hints[name][0] for name in ("title", "heading", "page title") if name in hints]
    headers = [index for index in range(top, start) if kinds[index] is LineKind.HEADER and not is_trap(lines[index])]
    last = start
    while headers and last < len(lines) and last < start + _FEW and kinds[last] in (LineKind.SHORT, LineKind.HEADING):
        last += 1
    return Zone(lines, kinds, top, last, start, headers, text, known)


def _score_lines(zone: Zone) -> dict[int, float]:
    """Return how much speaks for each line that can be the title."""
    scores = {}
    for index in range(zone.top, zone.last):
        if zone.kinds[index] not in _TITLE_KINDS or not can_be_title(zone.lines[index], zone.lines):
            continue
        if is_own_label(zone.lines, zone.kinds, index=index) or _names_speaker(zone, index):
            continue
        if zone.headers or not is_broken_off(zone.lines, index):
            scores[index] = sum(weight * measure(zone, index) for weight, measure, _ in EVIDENCE)
    return scores


def _names_speaker(zone: Zone, index: int) -> bool:
    """Tell whether a line under another names who speaks, in their office: 县长　雷鸣."""
    speaker = read_speaker(zone.lines[index]) if index else None
    return speaker is not None and speaker.has_office


def _in_full(zone: Zone, scores: dict[int, float], *, best: int) -> int:
    """Return the line that calls in full what the one above it calls by its short name."""
    while best + 1 in scores and zone.lines[best].text in zone.lines[best + 1].text:
        best += 1
    return best


def _below_day_of_paper(zone: Zone, scores: dict[int, float], *, best: int) -> int:
    """Return the headline right under the day, as newspapers print it, where what tells more stands under that."""
    above = [header for header in zone.headers if header < best]
    if not above or any(index < above[-1] for index, own in scores.items() if own >= _LEAST_SCORE):
        return best
    return min(index for index in scores if above[-1] < index <= best)


def _without_slogans(zone: Zone, scores: dict[int, float], *, best: int, found: list[Line]) -> list[Line]:
    """Drop lines over the best one that hardly anything speaks for: a slogan of the site."""
    lines = zone.lines
    while found[0] is not lines[best] and not runs_on(found[0].text, found[1].text):
        index = lines.index(found[0])
        own = scores.get(index)
        is_strong = own is not None and own > scores[best] * _HALF_A_TITLE
        if is_strong or (own is not None and overlap(lines[index].plain, zone.text) > _LEAST_OVERLAP):
            break
        found = found[1:]
    return found


# --- what speaks for a line


def _share_in_body(zone: Zone, index: int) -> float:
    plain = zone.lines[index].plain
    # A line of the body that may be the headline must not speak for itself.
    return overlap(plain, zone.text.replace(plain, "", 1) if index >= zone.start else zone.text)


def _is_known(zone: Zone, index: int) -> float:
    letters = letters_of(zone.lines[index].plain) if zone.known else ""
    return float(bool(letters) and any(letters in letters_of(name) for name in zone.known))


def _stands_over_header(zone: Zone, index: int) -> float:
    below = next((header for header in zone.headers if header > index), None)
    return 0.0 if below is None else max(0.0, 1 - 0.32 * _gap(zone.lines, index, last=below))


def _stands_under_header(zone: Zone, index: int) -> float:
    if not zone.headers or zone.headers[-1] > index:
        return 0.0
    return max(0.0, 1 - 0.53 * _gap(zone.lines, zone.headers[-1], last=index))


def _lines_to_body(zone: Zone, index: int) -> float:
    return _gap(zone.lines, index, last=zone.start)


def _opens_text(zone: Zone, index: int) -> float:
    """Below nothing, or only what pages say over every article."""
    if zone.headers or index > _FEW:
        return 0.0
    return float(all(is_page_heading(line.plain) or is_edition(line.plain) for line in zone.lines[:index]))


def _opens_page(zone: Zone, index: int) -> float:
    return float(index == 0 and bool(zone.headers))


def _is_word_over_header(zone: Zone, index: int) -> float:
    return float(index == 0 and zone.headers[:1] == [1] and len(zone.lines[0].plain) <= _FEW)


def _names_kind(zone: Zone, index: int) -> float:
    """What kind of text it is, with nothing but what is of the page above."""
    above = (LineKind.FURNITURE, LineKind.HEADER)
    return float(
        is_genre(zone.lines[index].plain)
        and all(kind in above or names_body(zone.lines[at].text) for at, kind in enumerate(zone.kinds[:index]))
    )


def _stands_under_trail(zone: Zone, index: int) -> float:
    above = zone.lines[index - 1].plain if index else ""
    return float(bool(above) and (is_navigation(above) or is_page_heading(above)))


def _has_odd_length(zone: Zone, index: int) -> float:
    length = len(zone.lines[index].plain)
    return 0.0 if length in _USUAL_LENGTH else 1.0 if length > _FEW else 2.0


def _is_of_issued_document(zone: Zone, index: int) -> float:
    return float(is_issued(zone.lines[index].plain))


def _says_about(zone: Zone, index: int) -> float:
    line = zone.lines[index]
    return float(line.text.startswith(ABOUT) and is_issued(line.plain) and index < zone.start)


def _is_name_of_body(zone: Zone, index: int) -> float:
    plain = zone.lines[index].plain
    return float((ends_with_body(plain) and not is_issued(plain)) or is_letterhead(zone.lines, index))


def _is_name_of_issue(zone: Zone, index: int) -> float:
    return float(names_issue(zone.lines[index].plain))


def _is_in_body(zone: Zone, index: int) -> float:
    return float(index >= zone.start and bool(zone.headers))


def _stands_under_title(zone: Zone, index: int) -> float:
    return float(bool(zone.headers) and index > zone.headers[-1] and has_title_over(zone.lines, zone.headers[0]))


def _stands_over_name(zone: Zone, index: int) -> float:
    """As the titles of essays and speeches over their author."""
    return float(index + 1 < len(zone.lines) and index < zone.start and read_speaker(zone.lines[index + 1]) is not None)


def _is_heading_of_section(zone: Zone, index: int) -> float:
    """Behind a number; the first line alone may have one, where no second follows."""
    plain = zone.lines[index].plain
    if not is_heading(plain) or plain[0] in _BULLETS:
        return 0.0
    return float(index > 0 or any(_SECOND.match(line.plain) for line in zone.lines))


def _stands_alone(zone: Zone, index: int) -> float:
    return float(zone.lines[index].after_blank or index == 0)


def _is_said_again(zone: Zone, index: int) -> float:
    letters = letters_of(zone.lines[index].plain)
    if not letters:
        return 0.0
    may_say = (own.plain for own in zone.lines[: zone.start + 1] if all(map(own.plain.__contains__, letters)))
    return float(sum(letters in letters_of(plain) for plain in may_say) > 1)


EVIDENCE = (
    _Evidence(6.0, _share_in_body, "a title says what the text is about, in the same words"),
    _Evidence(4.0, _is_known, "the markup of the page calls it so"),
    _Evidence(2.5, _stands_over_header, "day and source stand right under most titles"),
    _Evidence(1.5, _stands_under_header, "newspapers print the headline under the day"),
    _Evidence(-0.15, _lines_to_body, "menus and slogans stand farther from the text"),
    _Evidence(2.0, _opens_text, "a text without a header begins with its title"),
    _Evidence(0.7, _opens_page, "pages with a header often begin with the site"),
    _Evidence(1.5, _is_word_over_header, "专访 is a title only where it stands alone over the labels"),
    _Evidence(4.0, _names_kind, "讣告, 感谢信 over a text are its whole title, of which it repeats no word"),
    _Evidence(1.0, _stands_under_trail, "under the way to an article stands its title"),
    _Evidence(-1.0, _has_odd_length, "names and menu entries are shorter, sentences longer"),
    _Evidence(1.0, _is_of_issued_document, "通知, 办法: the text of an order does not repeat its title"),
    _Evidence(2.0, _says_about, "关于…的通知 is hardly ever anything else"),
    _Evidence(-4.0, _is_name_of_body, "the name of a body alone tells who wrote, not what"),
    _Evidence(-2.5, _is_name_of_issue, "2017 年第 3 期 stands over every article of a journal"),
    _Evidence(-1.0, _is_in_body, "what weighed as text is rather a sentence"),
    _Evidence(-3.0, _stands_under_title, "a title stands over the header already"),
    _Evidence(-8.0, _is_heading_of_section, "一、 begins a part of the text"),
    _Evidence(1.5, _stands_over_name, "the author of an essay, the speaker of a speech stands under the title"),
    _Evidence(0.3, _stands_alone, "titles have room above them"),
    _Evidence(0.8, _is_said_again, "pages print titles twice: in the trail, over the text"),
)


def _gap(lines: list[Line], first: int, *, last: int) -> int:
    """Count the lines between two that are neither blank, nor tools, nor labels that only their site has."""
    between = (line.plain for line in lines[first + 1 : last])
    return sum(1 for text in between if not (is_tool(text) or is_button(text) or OWN_LABEL.fullmatch(text)))


# --- the lines that a title was wrapped over


def _join_wrapped(zone: Zone, scores: dict[int, float], *, best: int) -> list[Line]:
    """Return the best line with the lines around it that are the same title, wrapped."""
    first = best
    while best - first < _MOST_TITLE_LINES and first and _stands_over(zone, scores, index=first - 1):
        first -= 1
    title = zone.lines[first : best + 1]
    following = best + 1
    while following < zone.last and len(title) < _MOST_TITLE_LINES and _goes_on(zone, title, following=following):
        title.append(zone.lines[following])
        following += 1
    return title


def _goes_on(zone: Zone, title: list[Line], *, following: int) -> bool:
    """Tell whether a title goes on in a line below it."""
    line = zone.lines[following]
    return (
        zone.kinds[following] in (LineKind.SHORT, LineKind.HEADING)
        and (can_be_title(line, zone.lines) or is_subtitle(line.text) or runs_on(title[-1].text, line.text))
        and line.indented <= title[0].indented
        and not is_broken_off(zone.lines, following)
        and read_speaker(line) is None
        and not _is_account(zone, following)
        and is_more_of_title(title[-1].text, line, may_end=following < zone.start)
    )


def _is_account(zone: Zone, index: int) -> bool:
    """Tell whether a line stands over the day, the clock and the place that an account wrote from."""
    return index + 1 < len(zone.lines) and _SENT_FROM.search(zone.lines[index + 1].plain) is not None


def _stands_over(zone: Zone, scores: dict[int, float], *, index: int) -> bool:
    """Tell whether a line is the first half of the title below it, or the headline over a subtitle; not a menu entry."""
    line, below = zone.lines[index], zone.lines[index + 1]
    if zone.kinds[index] is not LineKind.SHORT or len(line.text) < SHORT_TITLE - 3 or is_in_a_box(line.text):
        return False
    if runs_on(line.text, below.text):
        return True
    if scores.get(index, 0.0) <= 0 or below.text in line.text or line.text in below.text or is_button(line.plain):
        return False
    in_menu = index > 1 and zone.kinds[index - 1] is zone.kinds[index - 2] is LineKind.SHORT
    return not in_menu and not ends_with_body(line.plain)
