"""A document, or sentences of it, as one quotes it: plainly, by GB/T 7714-2015, as RIS and as BibTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from searchapp.language.dates import spell_date

if TYPE_CHECKING:
    from datetime import date

    from indexer import Document

Style = Literal["plain", "standard", "ris", "bibtex"]
Kind = Literal["newspaper", "official", "report", "online"]

_NEWSPAPER = re.compile(r"报(?:社)?$")
# Source types of GB/T 7714-2015, appendix B: newspapers, else what is published online; of RIS; of BibTeX.
_TYPES: dict[Kind, tuple[str, str, str]] = {
    "newspaper": ("N", "NEWS", "article"),
    "official": ("EB/OL", "GOVDOC", "misc"),
    "report": ("EB/OL", "RPRT", "techreport"),
    "online": ("EB/OL", "ELEC", "misc"),
}
_REPORT = "报告"  # a genre of documents
_BETWEEN_AUTHORS = re.compile(r"\s*[、，,;；]\s*|(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])")
# 王延飞, 阿不都·热合曼, John: what else stands as an author (新华社评论员, 省科协办公室) is one name as a whole.
_PERSON = re.compile(
    r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]+(?:[·•][\u3400-\u9fff]+)+|[^\W\d\u3400-\u9fff][^\d\u3400-\u9fff]*"
)
_BODY = re.compile("(?:局|部|委|厅|院|会|社|办|处|室|组|协|府|校|网|报|台|中心|公司|本报|记者|编辑|评论员)$")
_ESCAPED = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",  # BibTeX counts braces even behind a backslash
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}
_ESCAPING = str.maketrans(_ESCAPED)
_NESTING = str.maketrans("“”‘’", "‘’“”")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


def _nest(text: str) -> str:
    """Return a text as it stands between quotation marks: its own are single ones (GB/T 15834)."""
    return text.translate(_NESTING) if "“" in text or "”" in text else text


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a text is from, in all styles; `address` is that of its page here, `where` is without it."""

    where: str
    address: str
    standard: str
    ris: str
    bibtex: str
    key: str

    @property
    def plain(self) -> str:
        """Where a text is from, and the address of its page."""
        return f"{self.where}，{self.address}"

    def quote(self, text: str, paragraphs: str, *, anchor: str = "") -> str:
        """Return what is quoted with where it stands: numbers of paragraphs from 1, and the anchor of the first."""
        # The address ends the text, so that programs which make links of addresses take nothing else into them.
        return f"“{_nest(text)}”（{self.where}，第 {paragraphs} 段） {self.address}{'#' if anchor else ''}{anchor}"

    def quote_standard(self, text: str, paragraphs: str) -> str:
        """Return what is quoted with its reference by GB/T 7714; the paragraphs stand before it, as a note."""
        return f"“{_nest(text)}”（第 {paragraphs} 段）{self.standard}"


def cite(document: Document, address: str, *, today: date) -> Citation:
    """Return how to cite a document that stands at an address and was looked at today."""
    title = document.title or f"{document.body[:20]}…"
    kind = _kind_of(document)
    return Citation(
        _tell_where(document, title),
        address,
        _cite_by_standard(document, title, address=document.url or address, today=today),
        _write_ris(document, _one_line(title), kind=kind, address=address, today=today),
        _write_bibtex(document, _one_line(title), kind=kind, address=address, today=today),
        key_of(document.id),
    )


def join_quoted(sentences: list[tuple[int, int, str]]) -> tuple[str, str]:
    """Return sentences as one text, and the numbers of their paragraphs.

    Each comes with its place among all sentences and the number of its paragraph; what is left out between two is ……
    """
    text = ""
    for at, (place, number, sentence) in enumerate(sentences):
        if at:
            before, paragraph, _ = sentences[at - 1]
            text += ("" if place == before + 1 else "……") + ("" if number == paragraph else "\n")
        text += sentence
    return text, "、".join(map(str, dict.fromkeys(number for _, number, _ in sentences)))


def key_of(document_id: str) -> str:
    """Return the key of a document in files of references: its id, or a hash of one that is no key."""
    if _KEY.fullmatch(document_id):
        return document_id
    return blake2b(document_id.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _kind_of(document: Document) -> Kind:
    if document.source and document.date and _NEWSPAPER.search(document.source):
        return "newspaper"
    if document.number and document.issuer:
        return "official"
    return "report" if document.genre == _REPORT and document.issuer else "online"


def _tell_where(document: Document, title: str) -> str:
    held = f"{spell_date(document.meeting_date)}会议" if document.meeting_date else None
    published = f"{spell_date(document.date)}发布" if document.date else None
    bodies = dict.fromkeys(filter(None, (document.issuer, document.source)))
    return "，".join(filter(None, (f"《{title}》", document.author, *bodies, held, published)))


def _cite_by_standard(document: Document, title: str, *, address: str, today: date) -> str:
    """Write 责任者. 题名[文献类型标识]. 出处, 出版日期[引用日期]. 获取和访问路径 (GB/T 7714-2015, 8.8)."""
    code = _TYPES[_kind_of(document)][0]
    responsible = re.sub(r"[\s、，,]+", ", ", (document.author or document.issuer or document.source or "").strip())
    parts = [f"{responsible}. "] if responsible else []
    if code == "N":
        parts.append(f"{title}[{code}]. {document.source}, {document.date}.")
        return "".join(parts)
    parts.append(f"{title}[{code}]. ")
    if document.source and document.source != responsible:
        parts.append(f"{document.source}, ")
    parts.append(f"({document.date})" if document.date else "")
    parts.append(f"[{today.isoformat()}]. {address}.")
    return "".join(parts)


def _authors_of(document: Document) -> list[tuple[str, bool]]:
    """Return who answers for a document, and whether each is a person; a body is one name, whatever its signs."""
    author = _one_line(document.author or "")
    names = [name for name in _BETWEEN_AUTHORS.split(author) if name]
    if names and all(_PERSON.fullmatch(name) and not _BODY.search(name) for name in names):
        return [(name, True) for name in names]
    body = author or _one_line(document.issuer or document.source or "")
    return [(body, False)] if body else []


def _write_ris(document: Document, title: str, *, kind: Kind, address: str, today: date) -> str:
    """Write an entry of RIS: a tag, two spaces, a dash and a value on each line, which ends with CR and LF."""
    # A comma parts surname and first name, so none may stand in the name of a body.
    authors = [
        ", ".join(reversed(name.rsplit(" ", 1))) if person else re.sub(r",\s*", "，", name)
        for name, person in _authors_of(document)
    ]
    year, month, day = [*(document.date or "").split("-"), "", ""][:3]
    lines: list[tuple[str, str | None]] = [
        ("TY", _TYPES[kind][1]),
        *(("AU", name) for name in authors),
        ("TI", title),
        ("T2", document.source),
        ("PY", year),
        ("DA", f"{year}/{month}/{day}" if year else ""),
        ("PB", document.issuer),
        ("CY", document.place),
        ("M1", document.number),
        ("LA", "zh-CN"),
        ("UR", _address_of(document, address)),
        ("AV", address if document.url else ""),
        ("ID", key_of(document.id)),
        ("Y2", today.strftime("%Y/%m/%d")),
    ]
    written = [f"{tag}  - {_one_line(value)}\r\n" for tag, value in lines if value]
    return "".join((*written, "ER  - \r\n"))


def _write_bibtex(document: Document, title: str, *, kind: Kind, address: str, today: date) -> str:
    """Write an entry of BibTeX; bodies stand in braces of their own, so that they are no first and last names."""
    authors = [_escape(name) if person else f"{{{_escape(name)}}}" for name, person in _authors_of(document)]
    year, month, _ = [*(document.date or "").split("-"), "", ""][:3]
    publisher = {"newspaper": "journal", "report": "institution"}.get(kind, "publisher")
    holder = document.source if kind == "newspaper" else document.issuer or document.source
    fields: list[tuple[str, str]] = [
        ("author", " and ".join(authors)),
        ("title", _escape(title)),
        (publisher, _escape(_one_line(holder or ""))),
        ("howpublished", _escape(_one_line(document.source or "")) if document.source != holder else ""),
        ("entrysubtype", "newspaper" if kind == "newspaper" else ""),
        ("type", _escape(document.genre or "") if kind in {"official", "report"} else ""),
        ("number", _escape(_one_line(document.number or "")) if kind != "newspaper" else ""),
        ("address", _escape(_one_line(document.place or ""))),
        ("date", document.date or ""),
        ("year", year),
        ("month", str(int(month)) if month else ""),
        ("url", _address_of(document, address)),
        ("urldate", today.isoformat()),
        ("note", f"\\url{{{_in_braces(address)}}}" if document.url else ""),
        ("language", "chinese"),
    ]
    written = [f"  {name} = {{{value}}},\n" for name, value in fields if value]
    return "".join((f"@{_TYPES[kind][2]}{{{key_of(document.id)},\n", *written, "}\n"))


def _escape(text: str) -> str:
    return text.translate(_ESCAPING)


def _address_of(document: Document, address: str) -> str:
    return _in_braces(_one_line(document.url or address))


def _in_braces(address: str) -> str:
    """Return an address in which nothing means something to BibTeX, which takes it as it stands."""
    return re.sub(r"[{}\\\s]", lambda sign: quote(sign[0]), address)


def _one_line(text: str) -> str:
    """Return a text without line ends and control characters, which would end a value."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+", " ", text).split())
