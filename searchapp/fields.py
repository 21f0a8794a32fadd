"""The fields of a search, each declared once: how it is typed, chosen, counted, called, shown and exported.

Arguments of addresses, options of the terminal, filters, chips, forms, the query language, help, JSON, spreadsheets and
the tables of README read these rows. CONTRIBUTING.md tells how to add one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from searchapp.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer import DateField, Kind

Shape = Literal["list", "tree", "years", "day", "flag"]


def _normalize_number(typed: str) -> str:
    from indexer import normalize_number  # its patterns take longer to make than most searches

    return normalize_number(typed)


def _normalize_complete(typed: str) -> str:
    from indexer import normalize_complete

    return normalize_complete(typed)


@dataclass(frozen=True, slots=True)
class SearchField:
    """What is known of documents under one name.

    Attributes:
        name: Of the field in the index, in facets and in JSON.
        label: How pages and spreadsheets call it.
        typed: What may stand before a colon to ask it: 来源:某报.
        whole: Whether what is asked for must stand in it as typed, not word by word.
        argument: By which addresses and the terminal choose its values; "" if they cannot.
        means: Completes “only documents …” in the help of the terminal.
        excludable: Whether values can be left out, by `not_argument`.
        counted: Whether it is a facet.
        dated: Whether its facet goes by the day of publication or of the meeting, as chosen.
        shape: How it is drawn: a list of values, a tree of issuers, every year of the archive, a day, or a choice of
            two, which is none where all hits are alike.
        shown: How many values are in sight at once.
        most: How many are listed at all; nobody looks through more.
        unstated: How it reads that a document has none.
        group: How it reads to group hits by it; "" if that makes no sense.
        says: What help tells of it, beside an example: with the text `example`, or a value of the archive.
        normal: Turns a value as typed into the one form that the index has.
        tabled: Whether a document has one value at most, which stands in tables of documents.
    """

    name: str
    label: str = ""
    typed: tuple[str, ...] = ()
    whole: bool = False
    argument: str = ""
    means: str = ""
    excludable: bool = False
    counted: bool = False
    dated: bool = False
    shape: Shape = "list"
    shown: int = 8
    most: int = 50
    unstated: str = ""
    group: str = ""
    says: str = ""
    example: str = ""
    normal: Callable[[str], str] = str.strip
    tabled: bool = False

    @property
    def not_argument(self) -> str:
        """The argument that leaves values out, where it is `excludable`."""
        return f"not_{self.argument}"

    def column(self, dated_by: DateField) -> str:
        """Return the column of the index that it counts: years and months are those of one of the two dates."""
        return f"meeting_{self.name}" if self.dated and dated_by == "meeting_date" else self.name


@dataclass(frozen=True, slots=True)
class SearchScope:
    """What has to hold words together.

    Attributes:
        kind: Of the places of a text; also how `within` calls it.
        label: How pages call it.
        typed: What may stand before a colon and what has to stand in one such place: 同段:(科普 智库).
        says: What help tells of it.
        means: The same for programs and the terminal.
        nowhere: What to say where no such place holds all.
        example: Words that stand so in most archives, for help.
        wider: How who finds nothing in narrower places is told that these hold all.
    """

    kind: Kind
    label: str
    typed: tuple[str, ...]
    says: str
    means: str
    nowhere: str
    wider: str
    example: str = "会议 工作"

    @property
    def note(self) -> Literal["no_paragraph", "no_sentence", "no_speech"]:
        """The note that says so."""
        return _NOTES[self.kind]


_NOTES: dict[Kind, Literal["no_paragraph", "no_sentence", "no_speech"]] = {
    "paragraph": "no_paragraph",
    "sentence": "no_sentence",
    "speech": "no_speech",
}
# From the narrowest.
SCOPES = (
    SearchScope(
        "speech", N_("同一人"), ("同一人", "speech"), N_("同一个人一次说到"), "what one person says in one go",
        N_("没有谁在一次讲话里都说到这些。"), N_("同一人都说到"),
    ),
    SearchScope(
        "sentence", N_("同句"), ("同句", "sentence"), N_("都在同一句里"), "one sentence",
        N_("没有一句话同时含有这些。"), N_("同一句里都有"),
    ),
    SearchScope(
        "paragraph", N_("同段"), ("同段", "para", "paragraph"), N_("都在同一段里"), "one paragraph",
        N_("没有一段同时含有这些。"), N_("同一段里都有"),
    ),
)  # fmt: skip
SCOPED = {name: scope for scope in SCOPES for name in scope.typed}
# How addresses and the terminal call the two days that a search may go by.
DATED_BY: dict[str, DateField] = {"date": "date", "meeting": "meeting_date"}

# In the order in which facets and filters are listed.
FIELDS = (
    SearchField("title", N_("标题"), ("标题", "title"), says=N_("只在标题里"), example="会议"),
    SearchField("body", N_("正文"), ("正文", "body"), says=N_("只在正文里"), example="会议"),
    SearchField(
        "source", N_("来源"), ("来源", "source"), argument="source", means="of this source", excludable=True,
        most=200, counted=True, unstated=N_("来源未标明"), group=N_("按来源"), says=N_("来源"), tabled=True,
    ),
    SearchField(
        "issuer", N_("单位"), ("单位", "issuer"), argument="issuer", means="of this issuer or one below it",
        counted=True, shape="tree", most=200, unstated=N_("单位未标明"), says=N_("发文或开会的单位"), tabled=True,
    ),
    SearchField("date", N_("发布日期"), ("日期", "发布", "date"), shape="day", says=N_("发布日期"), tabled=True),
    SearchField(
        "meeting_date", N_("会议日期"), ("会议日期", "meeting"), shape="day", says=N_("开会的日子"), tabled=True,
    ),
    SearchField("meeting_until", N_("会议结束"), shape="day", tabled=True),
    SearchField(
        "year", N_("年份"), argument="year", means="of this year", counted=True, dated=True, shape="years", shown=12,
        unstated=N_("日期未标明"), group=N_("按年"),
    ),
    SearchField("month", counted=True, dated=True),
    SearchField("author", N_("作者"), ("作者", "author"), says=N_("作者"), tabled=True),
    SearchField(
        "genre", N_("类型"), ("类型", "genre"), argument="genre", means="of this genre (通知, 讲话)", counted=True,
        unstated=N_("类型未标明"), says=N_("类型：通知、讲话、纪要等"), tabled=True,
    ),
    SearchField(
        "number", N_("发文字号"), ("文号", "发文字号", "number"), whole=True, argument="number",
        means="of this number (科协发〔2021〕15号)", counted=True, unstated=N_("没有发文字号"),
        says=N_("发文字号，括号怎么写都行"), normal=_normalize_number, tabled=True,
    ),
    SearchField(
        "people", N_("人物"), ("人", "人物", "person", "people"), whole=True, argument="person",
        means="that name this person", counted=True, unstated=N_("没有人名"), says=N_("谁参加或被提到"),
    ),
    SearchField(
        "speaker", N_("发言人"), ("发言人", "spoke"), whole=True, argument="speaker",
        means="in which this person speaks", counted=True, shown=6, most=12, unstated=N_("没有人发言"),
        says=N_("谁在会上发言，只被引述的不算"),
    ),
    SearchField(
        "place", N_("会议地点"), ("地点", "place"), argument="place", means="of a meeting held here",
        counted=True, unstated=N_("没有会议地点"), says=N_("开会的地点"), tabled=True,
    ),
    SearchField("said", N_("说话人"), ("说", "说话人", "said", "speaker"), says=N_("谁说了什么")),
    SearchField(
        "series", N_("会议系列"), ("会议", "系列", "series"), whole=True, argument="series",
        means="of this series of meetings", counted=True, shown=6, unstated=N_("没有会议届次"), group=N_("按会议"),
        says=N_("会议系列"),
    ),
    SearchField("cites", N_("引用的文件"), ("引用", "cites"), whole=True, says=N_("文中《》里的文件")),
    SearchField(
        "complete", N_("原文"), ("完整", "is"), whole=True, argument="complete",
        means="whose text is complete (1) or not (0)", counted=True, shape="flag", unstated=N_("原文不完整"),
        says=N_("原文是否完整：没有缺页、缺字、截断"), example="是", normal=_normalize_complete,
    ),
    SearchField("path", N_("文件"), ("文件", "path"), says=N_("文件名"), example="txt"),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
# What may stand before a colon in a query.
TYPED = {name: field for field in FIELDS for name in field.typed}
FACETS = tuple(field for field in FIELDS if field.counted)
# What an address, a form or the terminal can choose.
FILTERS = tuple(field for field in FIELDS if field.argument)
GROUPS = tuple(field for field in reversed(FIELDS) if field.group)
# What a table of documents has a column for.
TABLED = tuple(field for field in FIELDS if field.tabled)
