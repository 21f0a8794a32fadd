"""Amounts as people write them (6,200, 1.2亿, 1亿2000万, 两千七百, 三点五, 壹佰贰拾万) -> a value, other notations."""

from __future__ import annotations

import re
from decimal import Decimal

from indexer import NUMERALS, SEPARATOR, parse_numeral, spell_digits, spell_formal, spell_number

POINT = f"[{SEPARATOR}.·]"
_FIGURES = rf"\d{{1,3}}(?:,\d{{3}})+(?:{POINT}\d+)?|\d+(?:{POINT}\d+)?"
_DECIMALS = "点[零〇一二三四五六七八九]+"
AMOUNT = rf"(?:(?:{_FIGURES})[十百千万亿]{{0,2}}(?:\d+[百千万]{{1,2}})*|[{NUMERALS}]+(?:{_DECIMALS}[万亿]?)?)"
_PIECE = re.compile(r"(\d+(?:\.\d+)?)([十百千万亿]*)")
_SPELLED = re.compile(rf"([{NUMERALS}]+){_DECIMALS.replace('点[', '点([').replace(']+', ']+)')}([万亿]?)")
_SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_MOST = 10**12
_LEAST_GROUPED = 1000


def read_amount(typed: str) -> Decimal | None:
    """Return the value that is written; None where it is none (五一, 二三十, 百)."""
    if any(character.isdecimal() for character in typed):
        return _read_figures(re.sub(POINT, ".", typed.replace(",", "")))
    if (spelled := _SPELLED.fullmatch(typed)) is not None:
        whole = parse_numeral(spelled[1])
        if not whole and spelled[1] not in "零〇":
            return None
        decimals = "".join(str(parse_numeral(digit)) for digit in spelled[2])
        return Decimal(f"{whole}.{decimals}") * _SIZES.get(spelled[3], 1)
    if typed in "百千佰仟万亿" or (len(typed) > 1 and not re.search("[十百千万亿廿卅卌拾佰仟]", typed)):
        return None
    value = parse_numeral(typed)
    return Decimal(value) if 0 < value < _MOST else None


def _read_figures(typed: str) -> Decimal | None:
    total, least = Decimal(0), Decimal(_MOST)
    for figures, units in _PIECE.findall(typed):
        size = Decimal(1)
        for unit in units:
            size *= _SIZES[unit]
        if size >= least:
            return None
        total, least = total + Decimal(figures) * size, size
    return total if 0 < total < _MOST else None


def find_notations(value: Decimal, *, money: bool, pairs: bool) -> list[str]:
    """Return the ways in which an amount is written, folded; `pairs` are counted with 两, `money` is formal, too."""
    if value != value.to_integral_value():
        figures = write_figures(value)
        return [figures, spell_figures(figures)]
    number = int(value)
    spelled = spell_number(number)
    found = [str(number), spelled, *_write_myriads(value)]
    if number >= _LEAST_GROUPED:
        found.append(f"{number:,}".replace(",", SEPARATOR))
    if pairs:
        found.append(spell_with_pairs(spelled))
    if 20 <= number < 40:
        found.append(spelled.replace("二十", "廿").replace("三十", "卅"))
    if money:
        found.append(spell_formal(number))
    return found


def _write_myriads(value: Decimal) -> list[str]:
    """Write an amount by 万 and 亿: 12000万, 1.2亿, 1亿2000万, 一点二亿."""
    found = []
    for unit in "万亿":
        part = value / _SIZES[unit]
        if part < 1 or part != round(part, 4):
            continue
        figures = write_figures(part)
        found.append(figures + unit)
        if SEPARATOR in figures:
            found.append(spell_figures(figures) + unit)
        elif part >= _LEAST_GROUPED:
            found.append(f"{int(part):,}".replace(",", SEPARATOR) + unit)
    hundreds, rest = divmod(int(value), 10**8)
    if hundreds and rest and rest % 10**4 == 0:
        found.append(f"{hundreds}亿{rest // 10**4}万")
    return found


def write_figures(value: Decimal) -> str:
    """Write a value in figures, folded."""
    return f"{value.normalize():f}".replace(".", SEPARATOR)


def spell_figures(figures: str) -> str:
    """Spell folded figures: 三点五."""
    whole, point, decimals = figures.partition(SEPARATOR)
    return (spell_number(int(whole)) or "零") + ("点" + spell_digits(decimals) if point else "")


def spell_with_pairs(spelled: str) -> str:
    """Write 两 where it may stand for 二: 两个, 两千七百, 一万两千; not in 二十, 十二万."""
    return "两" if spelled == "二" else re.sub("(?<!十)二(?=[百千万亿])", "两", spelled)
