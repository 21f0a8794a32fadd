"""Citations of documents as a Word file (.docx, ECMA-376): built from text alone, so that it needs no library."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    Pieces = Sequence[tuple[str, bool]]  # of a text, and whether each is marked

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What XML 1.0 has no way to write, lone surrogates included.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NAMES = f'xmlns:w="{_MAIN}" xmlns:r="{_OFFICE}"'


@dataclass(frozen=True, slots=True)
class Passage:
    """What a hit says, in pieces that are marked or not, and the paragraph (from 1) that it stands in."""

    pieces: Pieces
    paragraph: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the list: its title in pieces, the address of its page, facts, passages, and how it is cited."""

    title: Pieces
    address: str
    facts: str
    passages: list[Passage] = field(default_factory=list)
    citations: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CitationList:
    """Documents that were found or chosen: what the list is called, what is told of it as a whole, its entries."""

    title: str
    told: list[str]
    entries: list[Entry]


def write_docx(listed: CitationList, *, creator: str, made: datetime) -> bytes:
    """Return a list as the bytes of a Word file, whose pages are numbered below."""
    writer = _Writer()
    body = [
        writer.paragraph("Title", writer.run(listed.title)),
        *(writer.paragraph("Told", writer.run(sentence)) for sentence in listed.told),
    ]
    for number, entry in enumerate(listed.entries, start=1):
        body += writer.entry(number, entry)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONSHIPS,
        "docProps/core.xml": _core(listed.title, creator=creator, made=made),
        "word/document.xml": f"<w:document {_NAMES}><w:body>{''.join(body)}{_SECTION}</w:body></w:document>",
        "word/_rels/document.xml.rels": writer.relationships(),
        "word/styles.xml": _STYLES,
        "word/settings.xml": _SETTINGS,
        "word/footer1.xml": _footer(f"{creator}　{made:%Y-%m-%d}"),
    }
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, _HEAD + text)
    return data.getvalue()


def _text(text: str) -> str:
    return escape(_UNWRITABLE.sub("", " ".join(text.splitlines())))


class _Writer:
    """Writes paragraphs, and knows the addresses that they link to."""

    def __init__(self) -> None:
        self._links: dict[str, str] = {}

    def entry(self, number: int, entry: Entry) -> Iterable[str]:
        """Yield the paragraphs of a document."""
        title = self.link(entry.address, *(self.run(text, "Marked" if marked else "") for text, marked in entry.title))
        yield self.paragraph("Heading1", self.run(f"{number}．"), title)
        if entry.facts:
            yield self.paragraph("Facts", self.run(entry.facts))
        for passage in entry.passages:
            runs = [self.run(text, "Marked" if marked else "") for text, marked in passage.pieces]
            yield self.paragraph("Quote", *runs, self.run(passage.paragraph, "Place"))
        for label, text in entry.citations:
            yield self.paragraph("Citation", self.run(label, "Place"), *self._linked(text, entry.address))

    def run(self, text: str, style: str = "") -> str:
        """Return a piece of text; its quotation marks are Chinese ones."""
        own = f'<w:rStyle w:val="{style}"/>' if style else ""
        properties = f'<w:rPr>{own}<w:rFonts w:hint="eastAsia"/></w:rPr>'
        return f'<w:r>{properties}<w:t xml:space="preserve">{_text(text)}</w:t></w:r>'

    def paragraph(self, style: str, *runs: str) -> str:
        """Return a paragraph."""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'

    def link(self, address: str, *runs: str) -> str:
        """Return pieces of text that lead to an address."""
        number = self._links.setdefault(address, f"link{len(self._links) + 1}")
        return f'<w:hyperlink r:id="{number}" w:history="1">{"".join(runs)}</w:hyperlink>'

    def _linked(self, text: str, address: str) -> Iterable[str]:
        """Yield a text in pieces, of which the address is a link."""
        for at, piece in enumerate(text.split(address)):
            if at:
                yield self.link(address, self.run(address, "Hyperlink"))
            if piece:
                yield self.run(piece)

    def relationships(self) -> str:
        """Return what the text leads to: its styles, settings, footer, and addresses elsewhere."""
        rows = [
            f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{part}"/>'
            for kind, part in (("styles", "styles.xml"), ("settings", "settings.xml"), ("footer", "footer1.xml"))
        ]
        rows += [
            f'<Relationship Id="{number}" Type="{_OFFICE}/hyperlink" Target={quoteattr(_UNWRITABLE.sub("", address))}'
            ' TargetMode="External"/>'
            for address, number in self._links.items()
        ]
        return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(rows)}</Relationships>'


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_WORD}.settings+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_WORD}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_RELATIONSHIPS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="document" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="core" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
# A4, with the margins that Word gives a new Chinese document.
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800" w:header="851" w:footer="992" w:gutter="0"/>'
    "</w:sectPr>"
)
_SETTINGS = (
    f'<w:settings {_NAMES}><w:characterSpacingControl w:val="compressPunctuation"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
    ' w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)


_WORDS_OWN = ("Normal", "Title", "Heading1", "Quote", "Hyperlink", "Footer")  # styles that every Word knows


def _style(name: str, kind: str, *, called: str = "", paragraph: str = "", run: str = "") -> str:
    based = "" if name == "Normal" or kind == "character" else '<w:basedOn w:val="Normal"/>'
    first = ' w:default="1"' if name == "Normal" else "" if name in _WORDS_OWN else ' w:customStyle="1"'
    own = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    own += f"<w:rPr>{run}</w:rPr>" if run else ""
    named = f'<w:name w:val="{called or name}"/>{based}<w:qFormat/>'
    return f'<w:style w:type="{kind}" w:styleId="{name}"{first}>{named}{own}</w:style>'


_SONG = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/>'
_HEI = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体" w:cs="Arial"/>'
_STYLES = (
    f"<w:styles {_NAMES}><w:docDefaults><w:rPrDefault><w:rPr>{_SONG}"
    '<w:kern w:val="2"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
    '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line="312" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
    + _style("Normal", "paragraph")
    + _style(
        "Title", "paragraph", paragraph='<w:spacing w:after="160"/>', run=f'{_HEI}<w:b/><w:sz w:val="36"/>'
    )
    + _style("Told", "paragraph", run='<w:color w:val="595959"/>')
    + _style(
        "Heading1", "paragraph", called="heading 1",
        paragraph='<w:keepNext/><w:spacing w:before="320" w:after="40"/><w:outlineLvl w:val="0"/>',
        run=f'{_HEI}<w:b/><w:sz w:val="26"/>',
    )
    + _style("Facts", "paragraph", paragraph="<w:keepNext/>", run='<w:color w:val="595959"/><w:sz w:val="19"/>')
    + _style(
        "Quote", "paragraph",
        paragraph='<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="B7CBD3"/></w:pBdr>'
        '<w:spacing w:before="80" w:after="80"/><w:ind w:left="420"/>',
    )
    + _style("Citation", "paragraph", run='<w:sz w:val="19"/>')
    + _style("Marked", "character", run='<w:b/><w:shd w:val="clear" w:color="auto" w:fill="FFE8A3"/>')
    + _style("Place", "character", run='<w:color w:val="595959"/><w:sz w:val="19"/>')
    + _style("Hyperlink", "character", run='<w:color w:val="1F5A73"/><w:u w:val="single"/>')
    + _style(
        "Footer", "paragraph", called="footer",
        paragraph='<w:tabs><w:tab w:val="right" w:pos="8306"/></w:tabs>',
        run='<w:color w:val="595959"/><w:sz w:val="18"/>',
    )
    + "</w:styles>"
)  # fmt: skip


def _footer(text: str) -> str:
    page, pages = (
        f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>' for name in ("PAGE", "NUMPAGES")
    )
    return (
        f'<w:ftr {_NAMES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{_text(text)}</w:t></w:r>'
        f"<w:r><w:tab/></w:r>{page}<w:r><w:t> / </w:t></w:r>{pages}</w:p></w:ftr>"
    )


def _core(title: str, *, creator: str, made: datetime) -> str:
    moment = f'<dcterms:created xsi:type="dcterms:W3CDTF">{made.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</dcterms:created>'
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_text(title)}</dc:title><dc:creator>{_text(creator)}</dc:creator>{moment}</cp:coreProperties>"
    )
