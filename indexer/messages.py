"""What the terminal says, in Chinese where the locale is Chinese, and in English elsewhere.

Texts of programs are English in the code, those of the site Chinese. Logs, JSON and files keep what the code says: they
are for machines. A catalogue lies in a folder as gettext has it: LANGUAGE/LC_MESSAGES/DOMAIN.mo.
"""

from __future__ import annotations

import gettext
import os
import re
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]

DOMAIN = "terminal"
FOLDER = Path(__file__).parent / "translations"
# Of a template, beside its placeholders: one that says less fits what it does not mean.
_LEAST_LETTERS = 5
_PLACEHOLDER = re.compile(r"\{([a-z_]\w*)\}")
_NO_LOCALE = {"", "C", "POSIX"}
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_catalogues = [(DOMAIN, FOLDER)]


def N_(text: str) -> str:  # noqa: N802 - gettext's name for it
    """Mark a text that is translated where it is shown."""
    return text


def language() -> Language:
    """Return the language of the terminal, from the variables that POSIX and GNU gettext name for it."""
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if locale.partition(".")[0] in _NO_LOCALE:
        return "en"
    for wanted in (os.environ.get("LANGUAGE") or locale).split(":"):
        for own in _LANGUAGES:
            if re.split(r"[_.@-]", wanted.lower())[0] == own:
                return own
    return "en"


def use_catalogue(domain: str, folder: Path) -> None:
    """Look into one more folder of translations, too."""
    if (domain, folder) not in _catalogues:
        _catalogues.append((domain, folder))


def speak_for(domain: str = DOMAIN) -> None:
    """Let the library of the command line take its own words from our catalogue."""
    gettext.bindtextdomain(domain, str(FOLDER))
    gettext.textdomain(domain if language() == "zh" else "messages")


def say(text: str, **values: object) -> str:
    """Return a marked text in the language of the terminal; each {name} in it is one of the values.

    Values that are sentences are translated as `tell` does.
    """
    own = language()
    said = _translate(text, own)
    return said.format(**{name: _tell_value(value, own) for name, value in values.items()}) if values else said


def tell(sentence: str, into: Language | None = None) -> str:
    """Return a finished English sentence in the language of the terminal, or into another one, line by line.

    Reasons and notes come out of files, other processes and reports, where they are English: what they were made of is
    found among the texts that have a translation. One that has none stays as it is.
    """
    own = into or language()
    return "\n".join(_tell(line, own) for line in sentence.split("\n"))


def _tell(sentence: str, own: Language) -> str:
    known = read_texts(own)
    if sentence in known or not known:
        return known.get(sentence, sentence)
    for text, pieces in _templates(own):
        if all(piece in sentence for piece in pieces) and (match := _pattern(text).fullmatch(sentence)):
            values = {name: _tell_value(value, own) for name, value in match.groupdict().items()}
            return known[text].format(**values)
    return sentence


def _tell_value(value: object, own: Language) -> object:
    """Translate a value that is a sentence, or an error that says one; one word is rather a name."""
    value = str(value) if isinstance(value, Exception) else value
    return _tell(value, own) if type(value) is str and " " in value else value


def _translate(text: str, own: Language) -> str:
    return read_texts(own).get(text, text)


def read_texts(own: Language) -> dict[str, str]:
    """Return all translations into a language."""
    return _read_catalogues(own, tuple(_catalogues))


@cache
def _read_catalogues(own: Language, catalogues: tuple[tuple[str, Path], ...]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for domain, folder in catalogues:
        if file := gettext.find(domain, str(folder), languages=[own]):
            with Path(file).open("rb") as stream:
                # gettext has no public way to ask which texts there are.
                texts |= gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]  # noqa: SLF001
    return {text: said for text, said in texts.items() if isinstance(text, str) and text}


@cache
def _templates(own: Language) -> list[tuple[str, list[str]]]:
    """Return the texts with placeholders, each with what stands between these; what says most comes first."""
    split = [(text, re.split(r"\{[a-z_]\w*\}", text)) for text in read_texts(own) if _PLACEHOLDER.search(text)]
    told = [(text, pieces) for text, pieces in split if len(re.findall(r"\w", "".join(pieces))) >= _LEAST_LETTERS]
    return sorted(told, key=lambda pair: -sum(map(len, pair[1])))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Return what a text with its placeholders filled looks like; a placeholder that comes twice holds the same."""
    seen: set[str] = set()
    parts = []
    for piece in re.split(r"(\{[a-z_]\w*\})", text):
        name = piece[1:-1]
        is_name = _PLACEHOLDER.fullmatch(piece) is not None
        parts.append(re.escape(piece) if not is_name else f"(?P={name})" if name in seen else f"(?P<{name}>.+?)")
        seen |= {name} if is_name else set()
    return re.compile("".join(parts))
