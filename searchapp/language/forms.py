"""Dates, ordinals and numbers in a folded text -> the other ways in which they are written.

Folded text has plain digits, and SEPARATOR for every hyphen, dot or slash; so 2021-3-12 and ２０２１．３．１２ are
one already, and what is left is 2021年3月12日, 2021-03-12, 20210312 and 二〇二一年三月十二日. What is read may show the
signs that were typed in the place of separators, since 1.2亿 is a number, 1-2亿 none, and 2/3 a fraction.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from indexer import (
    NUMERALS,
    SEPARATOR,
    ZEROS,
    is_known_word,
    parse_numeral,
    spell_digits,
    spell_number,
)
from searchapp.language.amounts import AMOUNT, POINT, find_notations, read_amount, spell_figures, write_figures
from searchapp.language.cutting import Equals, is_asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DIGITS = "一二三四五六七八九"
_HAN = "[一二两三四五六七八九十百千零〇]"
_NUMERAL = re.compile(rf"\d+|{_HAN}+")
_NUMBER = rf"(?:\d{{1,4}}|{_HAN}{{1,6}})"
_MOST_NUMBER = 9999
# A number does not begin inside another one, nor behind a point or dash (祖-10, 1.5).
_BEGINS = rf"(?<![\d{NUMERALS.replace('两', '')}])(?<!\d[{SEPARATOR}.,:/·~—–-])"

# --- signs of dates
_SIGN = f"[{SEPARATOR}./·—–-]"
_JOINS = rf"(?:[{SEPARATOR}~—–-]|[至到])"
_CIRCLES = ZEROS.replace("零", "") + "零"
_YEAR = rf"(?<!\d)(?P<year>(?:19|20)\d\d|[一二][九{_CIRCLES}][{_DIGITS}{_CIRCLES}]{{2}})"
_MONTH = "(?P<month>0?[1-9]|1[0-2]|十[一二]?|[一二三四五六七八九])"
_DAY = "(?P<day>0?[1-9]|[12]\\d|3[01]|[二三]?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|[一二三四五六七八九])"
_LAST_DAY = _DAY.replace("<day>", "<last>")
_LAST_MONTH = _MONTH.replace("<month>", "<last_month>")
# Spans that are looked for, by the days before and after one: 56 look-ups, some 6 ms in 37,000 documents.
_BEFORE = ((1, 0), (2, 0), (3, 0))
_AROUND = ((1, 1), (1, 2), (2, 1), (2, 2))
_LEAP_YEAR = 2024

# What is counted in the names of meetings, plans and periods, where a numeral of one character is a number, too.
_COUNTED = "届次个项条章节名位人年月日号批万亿元"
_IN_A_ROW = _COUNTED.rstrip("万亿元")  # 五届五次, not 1亿2000万
_MORE_COUNTED = (
    "件家种场道支亩户岁册期台辆架艘幅张份篇本部封座栋间所块根只匹株棵颗粒枚副组队层级吨斤米天周轮倍套类箱瓶袋盒"
)
_COUNTED_BY_PAIRS = "个项条次届名位人年元" + _MORE_COUNTED  # 两个, but 二月
_LONG_UNITS = ("个百分点", "平方公里", "平方米", "立方米", "公里", "公斤", "公顷", "厘米", "毫米", "小时", "分钟")
_ABOUT = "余多来几"
# What follows a five-year plan; 14.5 beside anything else is a number.
_PLANNED = ("规划", "时期", "期间", "发展", "开局", "收官", "末", "以来", "建设", "目标", "工作", "重点")
_CONGRESSES = ("代表大会", "会员代表大会", "全国代表大会", "全省代表大会", "全市代表大会", "全国会员代表大会")
_NO_GENERATION = "".join(f"(?<!{word})" for word in ("祖孙", "爷孙", "老少", "第"))
_DOCUMENT = rf"(?P<serial>0{{0,3}}[1-9]\d{{0,3}}|{_HAN}{{1,4}})号"


def find_forms(folded: str, shown: str | None = None, *, thorough: bool = False) -> list[Equals]:
    """Return where dates and numbers stand in a folded text, the longest that begins first, and their other forms.

    `shown` is the same text with the signs that were typed in the place of separators. A `thorough` search also gets
    the spans of days that hold a day.
    """
    text = folded if shown is None else shown
    found: list[Equals] = []
    at = 0
    while at < len(text):
        one = next(_read_at(folded, at, text=text, thorough=thorough), None)
        if one is not None:
            found.append(one)
        at = one.end if one is not None else at + 1
    return found


@cache
def _read_patterns() -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]]]:
    """Return what is looked for; most queries have no sign that any of it begins with, and do not wait for it."""
    return [(re.compile(pattern), make) for pattern, make in _PATTERNS]


def _read_at(folded: str, at: int, *, text: str, thorough: bool) -> Iterator[Equals]:
    if not _STARTS.match(text, at):
        return
    for pattern, make in _read_patterns():
        match = pattern.match(text, at)
        if match is None:
            continue
        typed = folded[match.start() : match.end()]
        texts = tuple(form for form in dict.fromkeys(make(match)) if form != typed)
        if not texts:
            continue
        days = _DAYS[make](match) if make in _DAYS else None
        found = Equals(match.start(), match.end(), texts, together=make is not _years_forms, days=days)
        if make in (_day_forms, _month_day_forms):
            ends, around = (tuple(_write_spans(match, days)) if thorough else () for days in (_BEFORE, _AROUND))
            found = replace(found, spans=(ends, around), is_day=True)
        yield replace(found, loose=True) if make is _count_forms and match["unit"] not in _COUNTED else found


# --- dates


def _read_parts(match: re.Match[str], *names: str) -> list[int]:
    return [parse_numeral(match[name]) for name in names]


def _day_forms(match: re.Match[str]) -> list[str]:
    year, month, day = _read_parts(match, "year", "month", "day")
    try:
        date(year, month, day)
    except ValueError:
        return []
    # Without 日 it is also the first day of a span: 2021年3月12－14日.
    numbers = [f"{year}年{month}月{day}日", f"{year}年{month}月{day}", f"{year}年{month:02}月{day:02}日"]
    numbers += [SEPARATOR.join((str(year), f"{month:02}", f"{day:02}")), f"{year}{month:02}{day:02}"]
    numbers.append(SEPARATOR.join(map(str, (year, month, day))))
    return [*numbers, *(f"{spelled}年{spell_number(month)}月{spell_number(day)}日" for spelled in _spell_year(year))]


def _month_forms(match: re.Match[str]) -> list[str]:
    year, month = _read_parts(match, "year", "month")
    numbers = [f"{year}年{month}月", f"{year}年{month:02}月"]
    numbers += [f"{year}{SEPARATOR}{month:02}", f"{year}{SEPARATOR}{month}"]
    return [*numbers, *(f"{spelled}年{spell_number(month)}月" for spelled in _spell_year(year))]


def _year_forms(match: re.Match[str]) -> list[str]:
    year = parse_numeral(match["year"])
    return [f"{year}年", *(f"{spelled}年" for spelled in _spell_year(year))]


def _years_forms(match: re.Match[str]) -> list[str]:
    first, last = _read_parts(match, "year", "until")
    joined = [f"{first}{SEPARATOR}{last}", f"{first}年{SEPARATOR}{last}年"]
    return [*joined, *(f"{first}{year}{join}{last}年" for year in ("", "年") for join in "至到")]


def _month_day_forms(match: re.Match[str]) -> list[str]:
    month, day = _read_parts(match, "month", "day")
    if not _is_day(month, day):
        return []
    numbers = [f"{month}月{day}日", f"{month}月{day}", f"{month:02}月{day:02}日"]
    return [*numbers, f"{spell_number(month)}月{spell_number(day)}日"]


def _is_day(month: int, day: int) -> bool:
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True


def _span_forms(match: re.Match[str]) -> list[str]:
    """Spans of days in all notations: 3月12日至14日, 3月12－14日, 6月30日至7月2日."""
    month, day, last = _read_parts(match, "month", "day", "last")
    last_month = parse_numeral(match["last_month"]) if match["last_month"] else month
    if not (_is_day(month, day) and _is_day(last_month, last)):
        return []
    year = parse_numeral(match["year"] or "")
    forms = _write_span((month, day), (last_month, last), year=year)
    if month == last_month:
        begin = (f"{year}年" if year else "") + f"{month}月{day}日"
        forms += [f"{begin}{join}{month}月{last}日" for join in (SEPARATOR, "至")]
    return forms


def _write_span(first: tuple[int, int], last: tuple[int, int], *, year: int) -> list[str]:
    """Write a span of days, each a month and a day, in a year or (0) in any."""
    (month, day), (last_month, last_day) = first, last
    again, units = ("", ("", "日")) if month == last_month else (f"{last_month}月", ("日",))
    begin = (f"{year}年" if year else "") + f"{month}月{day}"
    forms = [f"{begin}{unit}{join}{again}{last_day}日" for unit in units for join in (SEPARATOR, "至", "到")]
    again = "" if month == last_month else f"{spell_number(last_month)}月"
    begin = (f"{_spell_year(year)[0]}年" if year else "") + f"{spell_number(month)}月{spell_number(day)}日"
    return [*forms, *(f"{begin}{join}{again}{spell_number(last_day)}日" for join in (SEPARATOR, "至"))]


def _write_spans(match: re.Match[str], around: tuple[tuple[int, int], ...]) -> list[str]:
    """Write the spans that begin and end so many days before and after a day."""
    month, day = _read_parts(match, "month", "day")
    year = parse_numeral(match["year"]) if "year" in match.re.groupindex else 0
    middle = date(year or _LEAP_YEAR, month, day)
    forms = []
    for before, after in around:
        first, last = middle - timedelta(days=before), middle + timedelta(days=after)
        # The last day of a span over the turn of a month is written in full.
        if first.year == last.year and (after or first.month == last.month):
            forms += _write_span((first.month, first.day), (last.month, last.day), year=year)
    return forms


def _spell_year(year: int) -> list[str]:
    """Return a year in Chinese digits, with each of the ways to write a zero."""
    spelled = spell_digits(str(year))
    return [spelled.replace("零", zero) for zero in ("〇", "零", SEPARATOR, "0")] if "零" in spelled else [spelled]


def _days_of_day(match: re.Match[str]) -> tuple[int, int]:
    year, month, day = _read_parts(match, "year", "month", "day")
    return (year * 10000 + month * 100 + day,) * 2


def _days_of_year(match: re.Match[str]) -> tuple[int, int]:
    year = parse_numeral(match["year"])
    return year * 10_000 + 101, year * 10_000 + 1231


def _days_of_month(match: re.Match[str]) -> tuple[int, int]:
    year, month = _read_parts(match, "year", "month")
    return year * 10000 + month * 100 + 1, year * 10000 + month * 100 + 31


# --- numbers of meetings, plans and documents


def _plan_forms(match: re.Match[str]) -> list[str]:
    """Five-year plans: 十四五, 14·5规划."""
    number = parse_numeral(match["plan"])
    dotted = f"{number}{SEPARATOR}5"
    return [f"{spell_number(number)}五", *(dotted + following for following in _PLANNED)]


def _congress_forms(match: re.Match[str]) -> list[str]:
    """The names of congresses: 七代会 is 第七次代表大会."""
    number = parse_numeral(match["number"])
    text, at = match.string, match.end()
    if not 0 < number < 100 or (at < len(text) and text[at] != "议" and is_known_word(f"会{text[at]}")):  # 三代会餐
        return []
    spelled = spell_number(number)
    forms = [f"{spelled}代会", f"{number}代会", *(f"第{spelled}次{congress}" for congress in _CONGRESSES)]
    return [*forms, *(f"第{number}次{congress}" for congress in _CONGRESSES[:3])]


def _plenum_forms(match: re.Match[str]) -> list[str]:
    """Plenary sessions: 十九届六中全会 is 第十九届中央委员会第六次全体会议."""
    committee, session = _read_parts(match, "committee", "session")
    if not committee or not session:
        return []
    spelled, figures = (spell_number(committee), spell_number(session)), (str(committee), str(session))
    forms = [f"{one}届{two}中全会" for one, two in (spelled, figures)]
    forms += [f"{one}届中央委员会第{two}次全体会议" for one, two in (spelled, figures)]
    return forms


def _document_forms(match: re.Match[str]) -> list[str]:
    """Numbers of documents, whatever stands between year and number: 〔2021〕15号, 2021年第15号, 202115号."""
    year, serial = _read_parts(match, "year", "serial")
    if not serial:
        return []
    between = (SEPARATOR, f"{SEPARATOR}第", "年", "年第", "", f"年{SEPARATOR}")
    return [
        *(f"{year}{join}{serial}号" for join in between),
        *(f"{year}{SEPARATOR}{serial:0{width}}号" for width in (2, 3) if serial < 10 ** (width - 1)),
    ]


def _number_forms(match: re.Match[str]) -> list[str]:
    """Numbers with what they count, several in a row: 第七次, 五届五次, 二十大."""
    text = match[0]
    if not all(_is_number(numeral) for numeral in _NUMERAL.findall(text)):
        return []
    spelled = _NUMERAL.sub(lambda found: spell_number(parse_numeral(found[0])), text)
    forms = [_NUMERAL.sub(lambda found: str(parse_numeral(found[0])), text), spelled]
    if len(_NUMERAL.findall(text)) > 1:  # 五届五次 and 第五届第五次
        forms += [form.replace("第", "") for form in forms]
        forms += [re.sub(rf"(?<!第)({_NUMERAL.pattern})", r"第\1", form) for form in forms]
    return forms


def _is_number(numeral: str) -> bool:
    """Tell whether it is a number: 五一 is a holiday, not 51, and 百 in 百度 no number at all."""
    if not numeral.isdecimal() and len(numeral) > 1 and not any(unit in numeral for unit in "十百千"):
        return False
    return numeral not in ("百", "千") and 0 < parse_numeral(numeral) <= _MOST_NUMBER


# --- amounts


def _count_forms(match: re.Match[str]) -> list[str]:
    """Amounts with what they count: 26件, 200余名, 1.2亿元, 两千七百户."""
    typed, about, unit = match["amount"], match["about"] or "", match["unit"] or ""
    value = read_amount(typed) if _counts(typed, about + unit, following=match.string[match.end() :][:1]) else None
    if value is None:
        return []
    pairs = value != 2 or unit in _COUNTED_BY_PAIRS or unit not in _COUNTED
    return [notation + about + unit for notation in find_notations(value, money=unit == "元", pairs=pairs)]


def _counts(typed: str, unit: str, *, following: str) -> bool:
    """Tell whether a numeral counts what stands behind it: not in 一个, 两江, 三轮车, 十三陵, 2021国, 5和6."""
    is_counted = unit[-1:] in _COUNTED + _MORE_COUNTED or unit.endswith(_LONG_UNITS)
    has_figures = typed[0].isdecimal()
    if not unit:
        return has_figures and typed[-1] in "万亿"
    if not is_counted and is_asking(unit):
        return False
    if has_figures:
        return is_counted or not (re.search(POINT, typed) or len(typed) > 4 or re.fullmatch(r"(?:19|20)\d\d", typed))
    if len(typed) > 1:
        return is_counted or len(unit) > 1 or not is_known_word(typed + unit)
    if typed == "一" and unit != "月":  # an article more than a number
        return False
    return unit in _COUNTED or (is_counted and not (following and is_known_word(typed + unit + following)))


def _percent_forms(match: re.Match[str]) -> list[str]:
    return [_figures(match["figures"]) + "%", *(f"百分之{number}" for number in _both_ways(match["figures"]))]


def _percent_figures(match: re.Match[str]) -> list[str]:
    figures = _read_figures(match["number"])
    return [figures + "%", f"百分之{figures}", f"百分之{spell_figures(figures)}"] if figures else []


def _both_ways(figures: str) -> list[str]:
    return [_figures(figures), spell_figures(_figures(figures))]


def _figures(typed: str) -> str:
    return re.sub(POINT, SEPARATOR, typed)


def _read_figures(typed: str) -> str:
    """Return a number in figures, with a separator for the point; nothing for what is none."""
    value = read_amount(typed)
    return "" if value is None else write_figures(value)


def _fraction_forms(match: re.Match[str]) -> list[str]:
    whole, part = _read_parts(match, "whole", "part")
    if not 0 < part < whole:
        return []
    return [f"{spell_number(whole)}分之{spell_number(part)}", f"{whole}分之{part}", f"{part}{SEPARATOR}{whole}"]


def _time_forms(match: re.Match[str]) -> list[str]:
    """Times of the day: 12:00, 12点, 十二时, 下午3:30."""
    hour, part = parse_numeral(match["hour"]), match["part"] or ""
    minute = 30 if match[0].endswith("半") else parse_numeral(match["minute"] or "0")
    if hour > 24 or minute > 59 or not (match["hour"].strip("零〇") and (hour or match["hour"].isdecimal())):
        return []
    forms = _write_time(hour, minute)
    if part in ("下午", "晚上", "晚") and hour < 12:
        forms = [*_write_time(hour + 12, minute), *(part + form for form in forms)]
    elif hour > 12:
        forms += [f"下午{form}" for form in _write_time(hour - 12, minute) if not form.startswith("0")]
    elif part:
        forms += [part + form for form in forms]
    return forms


def _write_time(hour: int, minute: int) -> list[str]:
    spelled = "两" if hour == 2 else spell_number(hour) or "零"
    forms = [f"{hour}{SEPARATOR}{minute:02}"] + ([f"{hour:02}{SEPARATOR}{minute:02}"] if hour < 10 else [])
    if not minute:
        return forms + [f"{number}{unit}" for number in (str(hour), spelled) for unit in "点时"]
    forms += [f"{hour}{unit}{minute}分" for unit in "点时"] + [f"{spelled}点{spell_number(minute)}分"]
    return forms + ([f"{hour}点半", f"{spelled}点半"] if minute == 30 else [])


def _telephone_forms(match: re.Match[str]) -> list[str]:
    """Telephone numbers, whatever stands between their pieces: 0531-8606 1234, (0531)86061234."""
    area, number = match["area"] or "", re.sub(r"\D", "", match["number"])
    area = area if area.startswith("0") or not area else f"0{area}"
    groups = [number] + ([number[:-4] + SEPARATOR + number[-4:]] if len(number) in (7, 8) else [])
    if not area and len(number) == 11:
        groups.append(SEPARATOR.join((number[:3], number[3:7], number[7:])))
        return [*groups, f"86{number}", f"86{SEPARATOR}{number}"]
    if not area:
        return groups
    abroad = area.lstrip("0")
    forms = [area + SEPARATOR + group for group in groups] + [area + number]
    return [*forms, f"86{SEPARATOR}{abroad}{SEPARATOR}{number}", f"86{SEPARATOR}{area}{SEPARATOR}{number}"]


_STARTS = re.compile(rf"[\d{NUMERALS}第上下晚中凌+]")
_GAP = f"[{SEPARATOR} -]?"
_PART = "(?P<part>上午|下午|晚上|中午|凌晨|晚)?"
_DAYS: dict[Callable[[re.Match[str]], list[str]], Callable[[re.Match[str]], tuple[int, int]]] = {
    _day_forms: _days_of_day,
    _month_forms: _days_of_month,
    _year_forms: _days_of_year,
}
_PATTERNS: list[tuple[str, Callable[[re.Match[str]], list[str]]]] = [
    (
        (rf"(?:{_YEAR}年|(?<!\d)(?P<none>)){_MONTH}月{_DAY}[日号]?{_JOINS}(?:{_LAST_MONTH}月)?{_LAST_DAY}[日号]"),
        _span_forms,
    ),
    ((rf"{_YEAR}年?[^\w]?第?{_DOCUMENT}"), _document_forms),
    ((rf"{_YEAR}年{_MONTH}月{_DAY}[日号]"), _day_forms),
    ((rf"{_YEAR}{_SIGN}{_MONTH}{_SIGN}{_DAY}(?!\d)"), _day_forms),
    ((r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?!\d)"), _day_forms),
    ((rf"{_YEAR}年{_MONTH}月"), _month_forms),
    ((rf"(?<!\d)(?P<year>(?:19|20)\d\d){_SIGN}(?P<month>0[1-9]|1[0-2])(?!\d)"), _month_forms),
    ((rf"{_YEAR}年?{_JOINS}(?P<until>(?:19|20)\d\d)(?!\d)年?"), _years_forms),
    ((rf"{_YEAR}年"), _year_forms),
    ((rf"(?<!\d){_MONTH}月{_DAY}[日号]"), _month_day_forms),
    ((rf"(?<!{_HAN})(?P<plan>十[一二三四五六七八九])五(?!{_HAN}|[岁个名人年元天])"), _plan_forms),
    ((rf"(?<![\d{SEPARATOR}.])(?P<plan>1[1-9]){_SIGN}5(?={'|'.join(_PLANNED)})"), _plan_forms),
    ((rf"\A(?P<plan>1[1-9]){_SIGN}5\Z"), _plan_forms),
    (
        (
            rf"(?<!\d)(?:\+?86[{SEPARATOR} -]?)?(?P<area>0\d{{2,3}})[{SEPARATOR}) -]{{0,2}}"
            rf"(?P<number>\d{{3,4}}[{SEPARATOR} -]?\d{{4}})(?!\d)"
        ),
        _telephone_forms,
    ),
    (
        (rf"(?<!\d)(?:\+?86{_GAP})?(?P<area>)(?P<number>1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}})(?!\d)"),
        _telephone_forms,
    ),
    (
        (rf"(?<!\d)\+86{_GAP}(?P<area>[1-9]\d{{1,2}}){_GAP}(?P<number>[2-8]\d{{2,3}}{_GAP}\d{{4}})(?!\d)"),
        _telephone_forms,
    ),
    (
        (rf"\A(?!(?:19|20)\d\d)(?P<area>)(?P<number>[2-8]\d{{2,3}}{_GAP}(?!(?:19|20)\d\d)\d{{4}})\Z"),
        _telephone_forms,
    ),
    ((rf"{_BEGINS}(?P<figures>\d+(?:{POINT}\d+)?)%"), _percent_forms),
    ((rf"百分之(?P<number>{AMOUNT})"), _percent_figures),
    ((r"(?<![\d/.])(?P<part>\d{1,2})/(?P<whole>\d{1,3})(?![\d/年月.])"), _fraction_forms),
    ((rf"{_BEGINS}(?P<whole>\d{{1,3}}|{_HAN}{{1,4}})分之(?P<part>\d{{1,2}}|{_HAN}{{1,3}})"), _fraction_forms),
    ((rf"{_PART}(?<!\d)(?<!\d:)(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![\d:])"), _time_forms),
    (
        (
            rf"(?P<part>上午|下午|晚上|中午|凌晨|晚)(?P<hour>\d{{1,2}}|[{_DIGITS}十两]{{1,3}})[点时](?:(?P<minute>\d{{1,2}}|[{_DIGITS}十]{{1,3}}|半)分?)?"
        ),
        _time_forms,
    ),
    (
        (
            rf"{_BEGINS}(?P<part>)(?P<hour>1?\d|2[0-4]|[二]?十[{_DIGITS}]?|[六七八九])[点时](?:(?P<minute>\d{{1,2}}|[{_DIGITS}十]{{2,3}})分|半|(?![{_DIGITS}\d半]))"
        ),
        _time_forms,
    ),
    (
        (rf"{_BEGINS}{_NO_GENERATION}(?P<number>\d{{1,2}}|{_HAN}{{1,3}})代会"),
        _congress_forms,
    ),
    (
        (
            rf"{_BEGINS}第?(?P<committee>\d{{1,2}}|{_HAN}{{1,3}})届(?P<central>中央委员会第)?(?P<session>\d{{1,2}}|{_HAN}{{1,2}})(?(central)次全体会议|中全会)"
        ),
        _plenum_forms,
    ),
    (
        (rf"(?<![\d{_DIGITS}十百千{SEPARATOR}.])(?:1\d|2\d|[一二]?十[一二三四五六七八九]?|二十)大(?!{_HAN})"),
        _number_forms,
    ),
    (
        (
            rf"{_BEGINS}(?:第{_NUMBER}[{_COUNTED}]|{_NUMBER}[{_IN_A_ROW}](?=第?{_NUMBER}[{_IN_A_ROW}]))"
            rf"(?:第?{_NUMBER}[{_IN_A_ROW}])*(?:{_NUMBER}中全会)?"
        ),
        _number_forms,
    ),
    ((rf"第{_NUMBER}(?!\d|{_HAN})"), _number_forms),
    (
        (rf"{_BEGINS}(?P<amount>{AMOUNT})(?P<about>[{_ABOUT}])?(?P<unit>{'|'.join(_LONG_UNITS)}|[一-鿿])"),
        _count_forms,
    ),
    ((rf"{_BEGINS}(?P<amount>{AMOUNT})(?P<about>)(?P<unit>)"), _count_forms),
]
