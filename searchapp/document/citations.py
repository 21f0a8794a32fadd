"""A document, or a sentence of it, as one quotes it: plainly, and by GB/T 7714-2015."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchapp.language.dates import spell_date

if TYPE_CHECKING:
    from datetime import date

    from indexer import Document

# Source types of GB/T 7714-2015, appendix B: newspapers, reports, standards and rules, else what is published online.
_NEWSPAPER = re.compile(r"报(?:社)?$")
_ONLINE, _IN_NEWSPAPER = "EB/OL", "N"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a text is from, in both styles."""

    plain: str
    standard: str

    def quote(self, sentence: str, paragraph: int | str) -> str:
        """Return a sentence with where it stands (paragraphs from 1, or what will be filled in)."""
        return f"“{sentence}”（{self.plain}，第 {paragraph} 段）"

    def quote_standard(self, sentence: str, paragraph: int | str) -> str:
        """Return a sentence with its reference by GB/T 7714; the paragraph stands before it, as a note."""
        return f"“{sentence}”（第 {paragraph} 段）{self.standard}"


def cite(document: Document, address: str, *, today: date) -> Citation:
    """Return how to cite a document that stands at an address and was looked at today."""
    title = document.title or f"{document.body[:20]}…"
    held = f"{spell_date(document.meeting_date)}会议" if document.meeting_date else None
    published = f"{spell_date(document.date)}发布" if document.date else None
    bodies = dict.fromkeys(filter(None, (document.issuer, document.source)))
    plain = "，".join(filter(None, (f"《{title}》", document.author, *bodies, held, published)))
    return Citation(plain, _cite_by_standard(document, title, address=document.url or address, today=today))


def _cite_by_standard(document: Document, title: str, *, address: str, today: date) -> str:
    """Write 责任者. 题名[文献类型标识]. 出处, 出版日期[引用日期]. 获取和访问路径 (GB/T 7714-2015, 8.8)."""
    responsible = re.sub(r"[\s、，,]+", ", ", (document.author or document.issuer or document.source or "").strip())
    parts = [f"{responsible}. "] if responsible else []
    if document.source and document.date and _NEWSPAPER.search(document.source):
        parts.append(f"{title}[{_IN_NEWSPAPER}]. {document.source}, {document.date}.")
        return "".join(parts)
    parts.append(f"{title}[{_ONLINE}]. ")
    if document.source and document.source != responsible:
        parts.append(f"{document.source}, ")
    parts.append(f"({document.date})" if document.date else "")
    parts.append(f"[{today.isoformat()}]. {address}.")
    return "".join(parts)
