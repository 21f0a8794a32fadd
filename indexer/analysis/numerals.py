"""Numbers in figures and in Chinese numerals: read and written, for texts and for queries."""

from __future__ import annotations

from indexer.analysis import SEPARATOR

DIGITS = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
# 二○二一 folds to a separator in the place of the circle.
ZEROS = f"〇○零0{SEPARATOR}"
_VALUES = {
    **{digit: value for digits in (DIGITS, _FORMAL, "0123456789") for value, digit in enumerate(digits)},
    **dict.fromkeys(ZEROS, 0),
    "两": 2,
}
_TENS = {"廿": 20, "卅": 30, "卌": 40}
_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_PLACES = ("", "十", "百", "千")
# What a numeral may consist of, for patterns.
NUMERALS = "一二两三四五六七八九十百千万亿零〇○廿卅卌壹贰叁肆伍陆柒捌玖拾佰仟"
_TO_FORMAL = str.maketrans(DIGITS + "十百千", _FORMAL + "拾佰仟")


def parse_numeral(text: str) -> int:
    """Read a number in figures, Chinese digits (二〇二一) or numerals (一百零五, 廿五, 12万); 0 where it is none."""
    if text.isdecimal():
        return int(text)
    if all(character in _VALUES for character in text):
        return int("".join(str(_VALUES[character]) for character in text) or "0")
    total, rest = 0, text
    for name in ("亿", "万"):
        before, found, after = rest.rpartition(name)
        if found:
            counted = parse_numeral(before)
            if not counted:
                return 0
            rest, total = after, total + counted * _MYRIADS[name]
            if len(rest) == 1 and _VALUES.get(rest, 0):  # 一万二 is 12,000
                return total + _VALUES[rest] * _MYRIADS[name] // 10
    below = _parse_below_myriad(rest) if rest else 0
    return total + below if below is not None else 0


def _parse_below_myriad(text: str) -> int | None:
    """Return the number that units up to 千 write; None where it is none (十四五, 百千)."""
    if text.strip(ZEROS).isdecimal():
        return int(text.strip(ZEROS[:3] + SEPARATOR))
    total, digits, last, spoken = 0, "", 10_000, True
    for character in text:
        unit = _UNITS.get(character) or _TENS.get(character)
        if unit is None:
            if character not in _VALUES or (digits and not character.isdecimal()):
                return None
            if _VALUES[character] or digits:
                digits += str(_VALUES[character])
            else:
                spoken = False  # 一百零五 is no 一百五
            continue
        step = unit if character in _UNITS else 10
        if step >= last or (digits and character in _TENS):
            return None
        total += unit if character in _TENS else int(digits or "1") * unit
        digits, last, spoken = "", step, True
    if digits and last >= 100 and last < 10_000 and spoken and len(digits) == 1:  # 三百五 is 350
        return total + int(digits) * last // 10
    return total + int(digits or "0")


def spell_number(number: int) -> str:
    """Write a number below 10^12 in Chinese numerals."""
    spelled = ""
    for name, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        section, number = divmod(number, size)
        if not section:
            continue
        if spelled and section < 1000:
            spelled += "零"
        spelled += _spell_section(section) + name
    return spelled[1:] if spelled.startswith("一十") else spelled


def spell_formal(number: int) -> str:
    """Write a number as cheques do: 壹佰贰拾万."""
    spelled = spell_number(number)
    return ("一" + spelled if spelled.startswith("十") else spelled).translate(_TO_FORMAL)


def spell_digits(digits: str) -> str:
    """Write figures one by one: 2021 is 二零二一."""
    return "".join(DIGITS[int(digit)] for digit in digits)


def _spell_section(number: int) -> str:
    digits = [int(digit) for digit in str(number)]
    spelled = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit:
            spelled += DIGITS[digit] + _PLACES[place]
        elif spelled and not spelled.endswith("零"):
            spelled += "零"
    return spelled.rstrip("零")
