"""Finding a text in one document: as it was typed, and in the other notations of its dates and numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer import fold
from searchapp.language.forms import find_forms
from searchapp.language.parsed import Needle
from searchapp.search.marks import Marked, find_marks
from searchapp.search.results import Match, Reasons

if TYPE_CHECKING:
    from indexer import Document
    from searchapp.search.results import Marks

LONGEST_FOUND = 200
_MOST_FORMS = 30


def find_text(document: Document, typed: str) -> Marked:
    """Return where a document holds a text, whatever its width, case and script; signs alone are found as they are."""
    folded = fold(typed[:LONGEST_FOUND]).text
    if not folded:
        title, body = (_find_signs(text, typed.strip()) for text in (document.title or "", document.body))
        return Marked(title, body, Reasons([Match(typed, len(title), len(body))]), [0] * len(body))
    forms = [
        f"{folded[: equal.start]}{text}{folded[equal.end :]}" for equal in find_forms(folded) for text in equal.texts
    ]
    return find_marks(document, [Needle(folded, (), forms=tuple(dict.fromkeys(forms))[:_MOST_FORMS])])


def _find_signs(text: str, signs: str) -> Marks:
    return [match.span() for match in re.finditer(re.escape(signs), text)] if signs else []
