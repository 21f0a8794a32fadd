"""What a search did beyond the letter, in the language of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer import N_, language, say
from searchapp.search.results import say_note, spell_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from searchapp.language.parsed import Understood
    from searchapp.search.results import ResultPage

_DAYS = (N_("{0} to {1}"), N_("since {0}"), N_("until {1}"))


def listed(texts: Iterable[str]) -> str:
    """Write texts as a list."""
    return ("、" if language() == "zh" else ", ").join(texts)


def how_it_was_meant(page: ResultPage) -> Iterator[str]:
    """Yield a sentence for each thing that was looked for, or not, otherwise than typed."""
    for one in page.understood:
        yield say_note(one, say) if one.note else _say_meaning(one)
    yield from what_is_counted(page)
    if page.tried:
        parts = listed(f"{own.text} {own.count}" for own in page.tried)
        yield say("documents that hold each part: {parts}", parts=parts)
    for wider in page.wider:
        asked = wider.query if wider.query != page.raw_query else f"--within {wider.within}"
        yield say("{label}: {count} ({asked})", label=say(wider.label), count=wider.count, asked=asked)
    for spelling in page.spellings:
        yield say("did you mean: {query}", query=spelling.query)


def what_is_counted(page: ResultPage) -> Iterator[str]:
    """Yield why a number is not that of what was typed: others come near, or another query was asked."""
    if page.complete:
        near = page.total - page.complete
        yield say("{complete} documents hold all words; {near} more come near", complete=page.complete, near=near)
    elif page.complete is not None:
        yield "".join(
            (
                say("no document holds all words; these only come near"),
                say("; all lack {words}", words=listed(page.given_up)) if page.given_up else "",
                say("; apart from each other: {words}", words=listed(page.apart)) if page.apart else "",
            )
        )
    if page.instead:
        own = page.instead
        yield say(
            "“{word}” stands nowhere; these are the hits of “{instead}” (--literal turns this off)",
            word=own.word, instead=own.instead,
        )  # fmt: skip


def _say_meaning(one: Understood) -> str:
    days = (say(_DAYS[0]), say(_DAYS[1]), say(_DAYS[2]))
    meaning = [spell_days(one.period, days) if one.period else say("also searched: {names}", names=_spell_names(one))]
    if one.days:
        meaning.append(say("documents of {days}", days=spell_days(one.days, days)))
    if one.spans:
        meaning.append(say("dates that span the day"))
    return say("{typed}: {meaning} (--literal turns this off)", typed=one.text, meaning=_joined(meaning))


def _spell_names(one: Understood) -> str:
    """Spell out what else was looked for: other names, those before and after a change, or other notations."""
    names = [listed(one.same_names)] if one.same_names else []
    for own, year in one.earlier_names:
        until = say("formerly {names} (until {year})", names=listed(own), year=year)
        names.append(until if year else say("formerly {names}", names=listed(own)))
    for own, year in one.later_names:
        since = say("later {names} (since {year})", names=listed(own), year=year)
        names.append(since if year else say("later {names}", names=listed(own)))
    return _joined(names) or say("other notations")


def _joined(parts: list[str]) -> str:
    return ("，" if language() == "zh" else "; ").join(parts)
