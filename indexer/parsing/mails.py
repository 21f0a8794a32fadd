"""The text of a mail -> its document: what its headers say is trusted, and all of the text is body, quotations too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.document import Document, Evidence
from indexer.parsing.parse import parse_body
from indexer.parsing.people.names import is_surely_name
from indexer.parsing.values.issuers import is_issuer

if TYPE_CHECKING:
    from indexer.parsing.parse import Hints


def parse_mail(text: str, path: str, *, hints: Hints, doubtful: bool = False) -> list[Document]:
    """Return the document of a mail; none where it has neither text nor subject.

    Its title is its subject, its day the one on which it was sent; who sent it wrote it, or is its source where the name
    is that of a body. Nothing is read from a header in the text: that is of the mail which it answers.
    """
    found: Hints = {name: hints[name] for name in ("title", "date") if name in hints}
    sender, rule = hints.get("sender", ("", ""))
    if is_surely_name(sender) or is_issuer(sender):
        found["author" if is_surely_name(sender) else "source"] = (sender, rule)
    document = parse_body(text, path, given={name: value for name, (value, _) in found.items()})
    if not (document.body or document.title):
        return []
    evidence = {name: Evidence(0, rule, value) for name, (value, rule) in found.items()}
    flags = (*document.flags, "encoding-doubtful") if doubtful else document.flags
    return [replace(document, flags=flags, evidence=document.evidence | evidence)]
