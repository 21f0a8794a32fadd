"""Office files of all kinds become text, whatever their name says; hostile ones become a sentence, in little time."""

from __future__ import annotations

import gzip
import io
import random
import struct
import time
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from indexer import Settings
from indexer.doctor import examine
from indexer.errors import SettingsError, UnreadableFileError
from indexer.reading import ocr, read_text, use_recognition
from indexer.reading.formats import FORMATS
from indexer.settings import Configuration
from indexer.store.generations import open_index
from indexer.updating.pipeline import rebuild_index, update_index
from tests.conftest import Run, Write
from tests.indexer.test_formats import make_docx, make_pdf, zipped

DATA = Path(__file__).parent.parent / "data" / "office"
SENTENCE = "会议听取了工作汇报，审议了有关事项，部署了下一步任务。"
MINUTES = [
    "青石市珠算协会理事会会议纪要",
    "第三次会议",
    "文本框里的红头",
    "会议时间\t2019年11月5日\t会议地点\t老文化馆二楼",
    "参加人员\t苗春生 纪小棠",
    "备注\t\t记录\t庞一鸣",
    "会议同意本年度的收支报告，并请秘书处在月底以前送各分会。",
    "会议还讨论了下一年度的比赛办法，决定增设少年组。",
    "会议由苗春生主持，朱镕基题写的会名仍挂在门口。",
    "详见协会网站的通知，生僻字𠮷也要能查到。",
    "第一行",
    "换行以后",
    "脚注：苗春生为本会理事长。",
]
# The first sheet is called 报名, which the row over its table says.
BOOK = [
    "珠算比赛报名表",
    "姓名\t单位\t报名日期\t成绩",
    "纪小棠\t青石市第二小学\t2021-03-12\t98",
    "庞一鸣\t2021-03-15\t87.5",
    "奖品",
    "算盘\t12",
]
OFFICE = "http://schemas.openxmlformats.org"
P, A, R = (
    f"{OFFICE}/presentationml/2006/main",
    f"{OFFICE}/drawingml/2006/main",
    f"{OFFICE}/officeDocument/2006/relationships",
)
RELATIONS = f"{OFFICE}/package/2006/relationships"


def data_of(name: str) -> bytes:
    raw = (DATA / name).read_bytes()
    return gzip.decompress(raw) if name.endswith(".gz") else raw


def lines_of(name: str, data: bytes) -> list[str]:
    return [line.strip() for line in read_text(name, data).text.split("\n") if line.strip()]


def relations(*targets: tuple[str, str]) -> bytes:
    rows = "".join(
        f'<Relationship Id="r{at}" Type="{R}/{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{RELATIONS}">{rows}</Relationships>'.encode()


def shape(*paragraphs: str, holder: str = "") -> str:
    held = f'<p:nvSpPr><p:nvPr><p:ph type="{holder}"/></p:nvPr></p:nvSpPr>' if holder else ""
    text = "".join(f"<a:p><a:r><a:t>{own}</a:t></a:r></a:p>" for own in paragraphs)
    return f"<p:sp>{held}<p:txBody>{text}</p:txBody></p:sp>"


def slide(*shapes: str, root: str = "sld") -> bytes:
    inner = "".join(shapes)
    return f'<p:{root} xmlns:p="{P}" xmlns:a="{A}"><p:cSld><p:spTree>{inner}</p:spTree></p:cSld></p:{root}>'.encode()


def make_pptx(*slides: bytes, notes: bytes = b"") -> bytes:
    """Write a presentation whose first slide is the file with the last name."""
    count = len(slides)
    listed = "".join(f'<p:sldId id="{300 + at}" r:id="r{at}"/>' for at in range(count))
    parts = {
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{R}"><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>'.encode(),
        "ppt/_rels/presentation.xml.rels": relations(*(("slide", f"slides/slide{count - at}.xml") for at in range(count))),
        "ppt/slides/_rels/slide1.xml.rels": relations(("notesSlide", "../notesSlides/n1.xml")),
        "ppt/notesSlides/n1.xml": notes or slide(root="notes"),
    }  # fmt: skip
    return zipped(parts | {f"ppt/slides/slide{count - at}.xml": own for at, own in enumerate(slides)})


def make_ofd(*pages: list[str], picture: bool = False) -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{at + 1}" BaseLoc="Pages/{at}.xml"/>' for at in range(len(pages)))
    parts = {
        "OFD.xml": f'<ofd:OFD {space} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for at, lines in enumerate(pages):
        objects = "".join(
            f'<ofd:TextObject ID="{at * 100 + row + 50}" Boundary="20 {20 + 10 * row} 170 6" Font="1" Size="5">'
            f'<ofd:TextCode X="0" Y="5" DeltaX="g {len(line) - 1} 5">{line}</ofd:TextCode></ofd:TextObject>'
            for row, line in reversed(list(enumerate(lines)))  # what is drawn first need not stand first
        )
        drawn = '<ofd:ImageObject ID="9" Boundary="0 0 210 297" ResourceID="8"/>' if picture else objects
        parts[f"Doc_0/Pages/{at}.xml"] = (
            f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="7">{drawn}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    return zipped({name: text.encode() for name, text in parts.items()})


def make_epub(*pages: str) -> bytes:
    items = "".join(f'<item id="i{at}" href="t%20{at}.xhtml"/>' for at in range(len(pages)))
    spine = "".join(f'<itemref idref="i{at}"/>' for at in reversed(range(len(pages))))
    parts = {
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/b.opf"/></rootfiles></container>',
        "OEBPS/b.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>珠算史话</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>',
    } | {f"OEBPS/t {at}.xhtml": f"<html><body><p>{page}</p></body></html>" for at, page in enumerate(pages)}
    return zipped({name: text.encode() for name, text in parts.items()})


@pytest.mark.parametrize(
    ("file", "name"),
    [("minutes.doc", "a.doc"), ("minutes.doc", "a.wps"), ("minutes.rtf", "a.rtf"), ("minutes.docx", "a.docx")],
)
def test_minutes_are_the_same_text_in_every_format(file: str, name: str) -> None:
    """Merged cells once, a cell with a text in paragraphs, text box and footnote; nothing deleted, hidden, on each page."""
    assert lines_of(name, data_of(file)) == MINUTES


def test_word_6_has_its_text_in_chinese_bytes() -> None:
    data = bytearray(data_of("minutes.doc"))
    text = "关于办学的报告\r姓名\x07单位\x07\x07纪小棠\x07二小\x07\x07会议由苗春生主持。\r".encode("gbk")
    at = data.index(b"\xec\xa5")
    data[at : at + 8] = struct.pack("<HHHH", 0xA5DC, 0x65, 0, 0x0804)
    data[at + 0x18 : at + 0x20] = struct.pack("<II", 0x400, 0x400 + len(text))
    data[at + 0x400 : at + 0x400 + len(text)] = text
    assert lines_of("a.doc", bytes(data)) == ["关于办学的报告", "姓名\t单位", "纪小棠\t二小", "会议由苗春生主持。"]


def test_the_numbers_that_word_puts_before_paragraphs_are_text() -> None:
    """Chinese headings are numbered so; with levels, lists that go on or begin anew, styles that number, and bullets."""
    level = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    levels = (
        level.format(0, "chineseCounting", "%1、")
        + level.format(1, "decimal", "（%2）")
        + level.format(2, "decimal", "%2.%3")
    )
    space = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main"'
    lists = (
        f'<w:numbering {space}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1">{level.format(0, "bullet", "·")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="11"/></w:lvlOverride></w:num></w:numbering>'
    )
    styles = f'<w:styles {space}><w:style w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:styleId="J"><w:basedOn w:val="H"/></w:style></w:styles>'
    rows = [
        ("1", 0, "甲"),
        ("1", 1, "乙"),
        ("1", 2, "丙"),
        ("1", 1, "丁"),
        ("2", 0, "戊"),
        ("0", 0, "己"),
        ("3", 0, "庚"),
        ("1", 1, "辛"),
    ]
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{held}"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for held, at, text in rows
    )
    body += '<w:p><w:pPr><w:pStyle w:val="J"/></w:pPr><w:r><w:t>壬</w:t></w:r></w:p>'
    parts = {
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>".encode(),
        "word/_rels/document.xml.rels": relations(("numbering", "numbering.xml"), ("styles", "styles.xml")),
        "word/numbering.xml": lists.encode(),
        "word/styles.xml": styles.encode(),
    }
    assert lines_of("a.docx", zipped(parts)) == [
        "一、甲", "（1）乙", "1.1 丙", "（2）丁", "戊", "己", "十一、庚", "（1）辛", "十二、壬",
    ]  # fmt: skip


@pytest.mark.parametrize(("file", "name"), [("book.xls", "a.xls"), ("book.xls", "a.et"), ("book.xlsx", "a.xlsx")])
def test_a_workbook_is_its_visible_sheets_and_rows(file: str, name: str) -> None:
    assert lines_of(name, data_of(file)) == BOOK


def test_old_slides_give_their_texts_in_order_and_then_their_notes() -> None:
    assert lines_of("a.dps", data_of("talk.ppt.gz")) == [
        "在理事会上的汇报", "珠算进校园", "各校进度", "学校", "班数", "第二小学", "六个班", "图示：一把十三档算盘", "备注：先放录像。",
    ]  # fmt: skip


def test_slides_are_read_in_their_order_with_titles_first_tables_and_notes() -> None:
    cells = "<a:tr><a:tc gridSpan='2'><a:txBody><a:p><a:r><a:t>各校</a:t></a:r></a:p></a:txBody></a:tc><a:tc hMerge='1'><a:txBody><a:p/></a:txBody></a:tc></a:tr>"
    cells += "<a:tr><a:tc><a:txBody><a:p><a:r><a:t>二小</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>六班</a:t></a:r></a:p></a:txBody></a:tc></a:tr>"
    table = (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{cells}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    first = slide(shape("正文在前", "第二段"), shape("7", holder="sldNum"), shape("汇报题目", holder="ctrTitle"))
    second = slide(f"<p:grpSp>{shape('组合里的字')}</p:grpSp>", table)
    notes = slide(shape("备注内容", holder="body"), shape("2", holder="sldNum"), root="notes")
    assert lines_of("a.pptx", make_pptx(first, second, notes=notes)) == [
        "汇报题目", "正文在前", "第二段", "组合里的字", "各校", "二小\t六班", "备注内容",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"\ansicpg936 \'d6\'ec\'e9F\'bb\'f9", "朱镕基"),  # half of a character is a letter
        (rb"\ansicpg936 \'95\\\'8b\{", "昞媨"),  # or a sign that is escaped itself
        ("\\ansicpg936 会议纪要".encode("gbk"), "会议纪要"),  # not escaped at all
        (rb"\ansicpg1252{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset134 SimSun;}}\f1 \'bb\'e1\f0  caf\'e9", "会 café"),
        (rb"\ansicpg950 \'b7\'7c\'c4\'b3", "會議"),
        (rb"\'bb\'e1\'d2\'e9", "会议"),  # nothing declared
        (rb"\uc2\u20250\'bb\'e1\u-28518\'d2\'e9", "会" + chr(0x10000 - 28518)),
        (rb"\uc1\u-10174?\u-8265?", "𠮷"),
        (rb"a{\pict\bin4 }}}}b}c", "ac"),  # bytes that look like the end
        (rb"a{\*\unknown b}{\info{\title c}}{\field{\*\fldinst HYPERLINK x}{\fldrslt d}}\v e\v0 f", "adf"),
        (rb"a\par\trowd\intbl b\par c\cell\cell d\cell\row\pard e{\footnote f}\par", "a\nb c\t\td\ne\nf"),
    ],
)
def test_rich_text_is_read_in_whatever_encodings_it_mixes(rtf: bytes, text: str) -> None:
    assert lines_of("a.rtf", rb"{\rtf1\ansi " + rtf + b"}") == text.split("\n")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_is_one_document_with_its_rows_as_lines(
    encoding: str, delimiter: str, write: Write, settings: Settings, searchapp: Run
) -> None:
    rows = [
        ["姓名", "单位", "说明"],
        ["纪小棠", "青石市，第二小学", '他说"好, 很好; 都行"'],
        ["庞一鸣", "", "两行\n说明"],
    ]
    quoted = ['"' + cell.replace('"', '""') + '"' if set(cell) & set(',;\n"') else cell for row in rows for cell in row]
    text = "\r\n".join(delimiter.join(quoted[at : at + 3]) for at in range(0, 9, 3))
    archive = write({"名册.csv": text.encode(encoding)})
    assert lines_of("a.csv", text.encode(encoding)) == [
        "姓名\t单位\t说明", '纪小棠\t青石市，第二小学\t他说"好, 很好; 都行"', "庞一鸣\t\t两行 说明",
    ]  # fmt: skip
    assert update_index(settings, [archive]).documents == 1
    assert searchapp("count", "“青石市，第二小学”").stdout == "1\n"


def test_pages_of_ofd_are_lines_in_the_order_in_which_they_stand() -> None:
    pages = [
        ["青石市珠算协会文件", f"第{sign}件事已经办妥。", f"— {at} —"] for at, sign in enumerate("甲乙丙丁", start=1)
    ]
    assert lines_of("a.ofd", make_ofd(*pages)) == [
        "青石市珠算协会文件", "第甲件事已经办妥。", "第乙件事已经办妥。", "第丙件事已经办妥。", "第丁件事已经办妥。",
    ]  # fmt: skip


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    read = read_text("a.epub", make_epub("第二章", "第一章"))
    assert (read.text.split("\n"), read.hints["page title"][0]) == (["第一章", "第二章"], "珠算史话")


WORD_2003 = f"""<?xml version="1.0"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p></w:body></w:wordDocument>"""
EXCEL_2003 = f"""<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="一"><Table><Row><Cell><Data ss:Type="String">{SENTENCE}</Data></Cell><Cell><Data ss:Type="Number">3</Data></Cell></Row></Table></Worksheet></Workbook>"""
PAGE = f"<html><head><meta charset='gb2312'></head><body><p>{SENTENCE}</p></body></html>"


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("a.doc", PAGE.encode("gb18030"), SENTENCE),
        ("a.wps", make_docx(SENTENCE), SENTENCE),
        ("a.doc", data_of("minutes.rtf"), MINUTES[0]),
        ("a.docx", data_of("minutes.doc"), MINUTES[0]),
        ("a.rtf", data_of("minutes.doc"), MINUTES[0]),
        ("a.pdf", data_of("minutes.docx"), MINUTES[0]),
        ("a.doc", make_pdf([SENTENCE]), SENTENCE),
        ("a.doc", SENTENCE.encode("gb18030"), SENTENCE),
        ("a.doc", WORD_2003.encode(), SENTENCE),
        ("a.xls", EXCEL_2003.encode(), f"{SENTENCE}\t3"),
        ("a.xls", f"<table><tr><td>{SENTENCE}</td><td>3</td></tr></table>".encode("gb18030"), f"{SENTENCE} 3"),
        ("a.xls", f"名称\t数\r\n{SENTENCE}\t3\r\n".encode("gb18030"), f"{SENTENCE}\t3"),
        ("a.xls", data_of("book.xlsx"), BOOK[2]),
        ("a.xlsx", data_of("book.xls"), BOOK[2]),
        ("a.html", data_of("minutes.doc"), MINUTES[0]),
    ],
)
def test_a_file_is_read_as_what_it_is_whatever_its_name_ends_with(name: str, data: bytes, line: str) -> None:
    assert line in lines_of(name, data)


def test_every_line_of_every_format_is_found(write: Write, settings: Settings, searchapp: Run) -> None:
    files = {name: data for name, data in SOUND.items() if name != "a.csv"} | {
        "名册.csv": "甲,乙\n纪小棠,算盘\n".encode()
    }
    archive = write({name.replace("a.", f"{at}/件."): data for at, (name, data) in enumerate(files.items())})
    report = update_index(settings, [archive])
    assert (report.failed, report.documents) == ([], len(files))
    for line in MINUTES:
        assert searchapp("count", f"“{line}”").stdout == "3\n", line
    for line in BOOK:
        assert searchapp("count", f"“{line}”").stdout == "2\n", line


@pytest.mark.parametrize("name", ["book.xls", "名册.csv", "名册.xls"])
def test_rows_of_a_table_are_no_title_source_or_author(name: str, write: Write, settings: Settings) -> None:
    rows = "姓名,来源,发布日期\n纪小棠,青石市第二小学,2021-03-12\n"
    page = "<table><tr><td>纪小棠</td><td>青石市第二小学</td></tr><tr><td>2021-03-12</td><td>庞一鸣</td></tr></table>"
    files = {"book.xls": data_of("book.xls"), "名册.csv": rows.encode(), "名册.xls": page.encode()}
    update_index(settings, [write({name: files[name]})])
    (document,) = open_index(settings.index).reader.iter_documents()
    assert document.title == ("珠算比赛报名表" if name == "book.xls" else "名册")
    assert (document.source, document.author, document.date) == (None, None, None)
    assert "纪小棠" in document.body


def test_what_is_only_pictures_is_found_by_its_name_and_listed(
    write: Write, settings: Settings, searchapp: Run
) -> None:
    archive = write(
        {
            "2019/2019年3月4日关于举办珠算比赛的通知.pdf": make_pdf([], []),
            "2019/扫描20190304.pdf": make_pdf([]),
            "2020/理事名单.ofd": make_ofd([], picture=True),
            "a.txt": SENTENCE,
        }
    )
    report = update_index(settings, [archive])
    assert (report.documents, report.failed) == (4, [])
    assert searchapp("count", "珠算比赛").stdout == "1\n"
    assert "2019-03-04" in searchapp("search", "珠算比赛").stdout
    assert searchapp("count", "日期:2019").stdout == "1\n"  # the day of a scan says nothing of the text
    (found,) = [
        own for own in examine(Configuration(settings=settings, origins={}))["findings"] if own["name"] == "no text"
    ]
    assert found["count"] == 3
    page = searchapp("search", "理事名单")
    assert (page.exit_code, "理事名单" in page.stdout) == (0, True)


def test_the_mark_of_a_scanning_program_is_no_text() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data_of("scan.pdf"))))
    stamp = PdfReader(io.BytesIO(make_pdf(["由某扫描软件创建"]))).pages[0]
    writer.pages[0].merge_page(stamp)
    stream = io.BytesIO()
    writer.write(stream)
    read = read_text("a.pdf", stream.getvalue())
    assert (read.text, read.flags) == ("由某扫描软件创建", ("no-text",))
    assert read_text("a.pdf", make_pdf(["由某扫描软件创建"])).flags == ()


def test_without_its_engine_the_setting_ocr_is_a_mistake(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.reading.confined.is_installed", lambda: False)
    with pytest.raises(SettingsError, match="install the extra `ocr`"):
        update_index(settings.model_copy(update={"ocr": True}), [write({"a.txt": SENTENCE})])


@pytest.mark.skipif(not ocr.is_installed(), reason="the extra `ocr` is not installed")
def test_pictures_of_pages_are_read_where_that_is_wanted_and_their_text_says_so(
    write: Write, settings: Settings, searchapp: Run
) -> None:
    archive = write({"纪要.pdf": data_of("scan.pdf")})
    assert update_index(settings, [archive]).documents == 1
    assert searchapp("count", "“决定增设少年组”").stdout == "0\n"
    try:
        rebuild_index(settings.model_copy(update={"ocr": True}), [archive])
    finally:
        use_recognition(wanted=False)
    assert searchapp("count", "“决定增设少年组”").stdout == "1\n"
    (document,) = open_index(settings.index).reader.iter_documents()
    assert "recognized-text" in document.flags


def with_flag(data: bytes) -> bytes:
    """Mark every entry of a package as locked."""
    changed = bytearray(data)
    at = -1
    while (at := changed.find(b"PK\x01\x02", at + 1)) >= 0:
        changed[at + 8] |= 1
    return bytes(changed)


def with_bytes(data: bytes, mark: bytes, shift: int, *, put: bytes) -> bytes:
    at = data.index(mark) + shift
    return data[:at] + put + data[at + len(put) :]


def renamed_stream(data: bytes, old: str, new: str) -> bytes:
    """Give a stream of a storage another name."""
    entry = new.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(new) + 2)
    return with_bytes(data, old.encode("utf-16-le") + b"\0\0", 0, put=entry)


PASSWORD = "needs a password; save it without one"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.doc", with_bytes(data_of("minutes.doc"), b"\xec\xa5", 0x0B, put=b"\x13")),
        ("a.docx", renamed_stream(data_of("minutes.doc"), "WordDocument", "EncryptedPackage")),
        ("a.xlsx", renamed_stream(data_of("book.xls"), "Workbook", "EncryptedPackage")),
        ("a.xls", with_bytes(data_of("book.xls"), b"\x09\x08\x10\x00", 20, put=b"\x2f\x00")),
        ("a.ppt", with_bytes(data_of("talk.ppt.gz"), b"\x5f\xc0\x91\xe3", 0, put=b"\xdf\xc4\xd1\xf3")),
        ("a.docx", with_flag(data_of("minutes.docx"))),
        ("a.xlsx", with_flag(data_of("book.xlsx"))),
        ("a.pptx", with_flag(make_pptx(slide(shape("字"))))),
        ("a.ofd", with_flag(make_ofd(["字"]))),
        ("a.epub", with_flag(make_epub("字"))),
    ],
)  # fmt: skip
def test_what_is_locked_says_so(name: str, data: bytes) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        read_text(name, data)
    assert str(raised.value) == PASSWORD


SOUND = {
    "a.doc": data_of("minutes.doc"),
    "a.docx": data_of("minutes.docx"),
    "a.rtf": data_of("minutes.rtf"),
    "a.xls": data_of("book.xls"),
    "a.xlsx": data_of("book.xlsx"),
    "a.ppt": data_of("talk.ppt.gz"),
    "a.pptx": make_pptx(slide(shape(SENTENCE)), slide(shape(SENTENCE))),
    "a.ofd": make_ofd([SENTENCE], [SENTENCE]),
    "a.epub": make_epub(SENTENCE, SENTENCE),
    "a.csv": f"甲,乙\n{SENTENCE},1\n".encode("gb18030"),
    "a.pdf": make_pdf([SENTENCE]),
}


def text_or_sentence(name: str, data: bytes) -> str:
    try:
        return read_text(name, data).text
    except UnreadableFileError as error:
        sentence = str(error)
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    return ""


@pytest.mark.parametrize("name", SOUND)
def test_damaged_files_give_what_is_left_or_a_sentence(name: str) -> None:
    """Cut off at many places, with bytes changed, of the right ending and nothing else: never a traceback, or long."""
    data, chance = SOUND[name], random.Random(5)
    began = time.monotonic()
    for part in range(1, 16):
        text_or_sentence(name, data[: len(data) * part // 16])
    for _ in range(60):
        changed = bytearray(data)
        for _ in range(chance.randrange(1, 30)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        text_or_sentence(name, bytes(changed))
    for size in (0, 1, 7, 600, 70_000):
        assert text_or_sentence(name, b"\0" + chance.randbytes(size)) == ""
    assert time.monotonic() - began < 60
    assert text_or_sentence(name, data)  # the reader goes on


def lying(data: bytes, name: str, *, size: int) -> bytes:
    """Let an entry of a package say that it unpacks to another size."""
    changed = bytearray(data)
    for mark, shift, length in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = changed.find(mark)
        while at >= 0 and changed[at + length : at + length + len(name)] != name.encode():
            at = changed.find(mark, at + 1)
        changed[at + shift : at + shift + 4] = size.to_bytes(4, "little")
    return bytes(changed)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return zipped({own: package.read(own) for own in package.namelist()} | {name: content})


MAIN = {
    "a.docx": "word/document.xml",
    "a.xlsx": "xl/worksheets/sheet1.xml",
    "a.pptx": "ppt/slides/slide1.xml",
    "a.ofd": "Doc_0/Pages/0.xml",
    "a.epub": "OEBPS/t 0.xhtml",
}


@pytest.mark.parametrize("name", MAIN)
def test_packages_that_are_bombs_are_refused_by_what_they_unpack_to(name: str) -> None:
    bomb = with_part(SOUND[name], MAIN[name], b" " * (60 << 20))
    for data, sentence in (
        (bomb, "packed more than 200 to 1"),
        (lying(bomb, MAIN[name], size=4000), "cannot be unpacked"),
        (lying(SOUND[name], MAIN[name], size=(100 << 20) + 1), "holds a part of 100 MB, more than 100"),
        (zipped({f"{MAIN[name]}{at}": b"" for at in range(100_000)}), "holds 100000 entries, more than 10000"),
    ):
        began = time.monotonic()
        with pytest.raises(UnreadableFileError, match=sentence):
            read_text(name, data)
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx", "a.ofd"])
def test_entities_are_never_resolved_and_depth_is_bounded(name: str) -> None:
    part = MAIN[name]
    with zipfile.ZipFile(io.BytesIO(SOUND[name])) as package:
        content = package.read(part)
    head, _, rest = content.rpartition(b"?>")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "哈哈哈哈"><!ENTITY f SYSTEM "file:///etc/hostname">{bomb}]>'.encode()
    for inserted in (b"&e11;", b"&f;", b"<q>" * 100_000):
        changed = head + (b"?>" if head else b"") + doctype + rest.replace("会".encode(), inserted, 1)
        text = text_or_sentence(name, with_part(SOUND[name], part, changed))
        assert "哈哈" not in text
        assert Path("/etc/hostname").read_text().strip() not in text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.rtf", b"{\\rtf1" + b"{" * 1_000_000),
        ("a.rtf", b"{\\rtf1" + b"{\\footnote a}" * 200_000),
        ("a.rtf", b"{\\rtf1\\bin99999999999 a}"),
        ("a.csv", b'"' * 4_000_000),
        ("a.csv", b'a,"' + b"b\n" * 2_000_000),
        ("a.doc", data_of("minutes.doc")[:512] * 4000),
        ("a.xlsx", with_part(SOUND["a.xlsx"], "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{OFFICE}/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'.encode())),
        ("a.docx", with_part(SOUND["a.docx"], "../../../tmp/escaped", b"x")),
        ("a.docx", with_part(SOUND["a.docx"], "word/_rels/document.xml.rels", relations(("footnotes", "../../../../etc/passwd"), ("footnotes", "document.xml")))),
    ],
)  # fmt: skip
def test_hostile_files_cost_little_time(name: str, data: bytes) -> None:
    began = time.monotonic()
    text_or_sentence(name, data)
    assert time.monotonic() - began < 30
    assert not Path("/tmp/escaped").exists()


def test_every_format_has_endings_of_its_own() -> None:
    endings = [ending for own in FORMATS for ending in own.endings]
    assert len(endings) == len(set(endings))
