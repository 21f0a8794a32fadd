"""What people mean by their words, and answers to their queries: what we ship, and the files that a house edits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from searchapp.following import Followed
from searchapp.language.answers import Answers
from searchapp.language.dotted import DottedNames
from searchapp.language.forms import find_forms
from searchapp.language.periods import Calendar, read_calendar
from searchapp.language.synonyms import Synonyms, read_synonyms

if TYPE_CHECKING:
    from pathlib import Path

    from indexer import SearchSettings, Settings
    from searchapp.language.cutting import Equals


@cache
def _built_in() -> Calendar:
    return read_calendar()


@dataclass(frozen=True)
class Lexicon:
    """Synonyms, periods and answers, as they are known at one moment, and the names that an archive dots."""

    synonyms: Synonyms = field(default_factory=read_synonyms)
    calendar: Calendar = field(default_factory=_built_in)
    answers: Answers = field(default_factory=Answers)
    dotted: DottedNames = field(default_factory=DottedNames)

    def find_equals(self, folded: str, shown: str | None = None, *, thorough: bool = False) -> list[Equals]:
        """Return what has other names or other forms in a folded text, in order and apart from each other.

        `shown` is the same text with the signs that were typed; a `thorough` search gets spans of days as well.
        """
        found: list[Equals] = []
        both = [
            *self.synonyms.find(folded),
            *find_forms(folded, shown, thorough=thorough),
            *self.dotted.find(folded),
        ]
        for one in sorted(both, key=lambda one: (one.start, -one.end)):
            if not found or one.start >= found[-1].end:
                found.append(one)
            elif (one.start, one.end) == (found[-1].start, found[-1].end):  # 十四五 has other names, and is 14·5
                found[-1] = replace(found[-1], texts=tuple(dict.fromkeys((*found[-1].texts, *one.texts))))
        return found


def read_lexicon(settings: Settings | SearchSettings) -> Lexicon:
    """Read the files of synonyms, periods and answers that the settings name.

    Raises:
        SettingsError: a file cannot be read, or holds a mistake.
    """
    return Lexicon(read_synonyms(settings.synonyms), read_calendar(settings.calendar), _read_answers(settings.best))


def _read_answers(file: Path | None) -> Answers:
    if file is None:
        return Answers()
    from searchapp.language.best_file import read_answers  # whoever has none need not wait for what checks them

    return read_answers(file)


def follow_lexicon(settings: Settings) -> Followed[Lexicon]:
    """Return the lexicon of a running site.

    Raises:
        SettingsError: a file cannot be read, or holds a mistake.
    """
    files = (settings.synonyms, settings.calendar, settings.best)
    return Followed(files, read=lambda: read_lexicon(settings), what="synonyms, periods and answers")
