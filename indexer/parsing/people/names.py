"""What reads as the name of a person: a surname and one or two characters more, or parts joined by a dot.

No dictionary of names: a name that nobody has met before must be recognised, by its surname (`surnames.txt`) and by what
stands around.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from indexer.analysis import words


def _read_surnames() -> dict[str, list[str]]:
    """Return the sections of the list of surnames."""
    sections: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("surnames.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            section += line.split()
    return sections


_SECTIONS = _read_surnames()
_PLAIN, _WORDS = frozenset("".join(_SECTIONS["plain"])), frozenset("".join(_SECTIONS["words"]))
COMPOUND = frozenset(_SECTIONS["compound"])
# Short words that begin like a name but never are one where names stand.
_NEVER = frozenset(_SECTIONS["never"])
# Names of two syllables, of which two make one without a surname.
PAIRS = frozenset(_SECTIONS["pairs"])
_HAN = "\u4e00-\u9fff"
SURNAMES = _PLAIN | _WORDS  # of one letter
BEGINS_NAME = SURNAMES | {own[0] for own in COMPOUND | PAIRS}
SURNAME = f"(?:{'|'.join(sorted(COMPOUND))}|[{''.join(sorted(SURNAMES))}])"
# Parts joined by a dot: 尔肯江·吐拉洪.
DOTTED = f"[{_HAN}]{{1,8}}(?:[·•．][{_HAN}]{{1,8}}){{1,3}}"
NAME = f"(?:{DOTTED}|{SURNAME}[{_HAN}]{{1,2}})"
_IS_DOTTED = re.compile(DOTTED)
_PLACES = frozenset("省市县区镇乡局部委办处院校所厂路街")
_NEVER_SECOND = frozenset("委组部厅局协会")
# They join what stands beside them; as surnames they are so rare that only the dictionary tells.
_JOINS = frozenset("和与及同从由为对在将等并或以月日时后")
# Those of them that stand between an office and its sentence: 负责人向两国总理
_VERBS = frozenset("向于才全通来随有种念经")
# With whom somebody does something: 会长和大家交流
_CROWDS = frozenset(
    [
        "大家",
        "同志",
        "代表",
        "群众",
        "职工",
        "专家",
        "学者",
        "村民",
        "居民",
        "委员",
        "成员",
        "师生",
        "学生",
        "老师",
        "家长",
        "记者",
        "干部",
        "员工",
        "企业",
        "部门",
        "单位",
        "嘉宾",
        "观众",
        "会员",
    ]
)
_THREE = 3
_NEVER_IN = re.compile("[们的他她我你它仍很更]|年[的度]|.地$")
_NEVER_LAST = frozenset("等的了在及将还已被把向并其这那作做对就率是即曾")


@lru_cache(maxsize=1 << 16)
def is_name(text: str) -> bool:
    """Tell whether a text can be the whole name of a person."""
    if not _has_shape(text):
        return False
    if len(text) == _THREE and (text[1] in _NEVER_SECOND or (text[0] in _WORDS and text[:2] in _NEVER)):
        return False
    if text[0] in _JOINS:
        return words.is_name_in_dictionary(text)
    return text[0] not in _WORDS or not words.is_common_word(text if len(text) == 2 else text[1:])


@lru_cache(maxsize=1 << 16)
def may_be_name(text: str) -> bool:
    """Tell whether a text is a name where an office stands before it and the sentence breaks behind it.

    There a surname may as well be a word, and what follows it one too: 会长任东山，秘书长李会明。
    """
    if text[:1] == "和" and len(text) == _THREE:  # 副主席和平安主持
        return _has_shape(text) and text[1:] not in _CROWDS and not words.is_common_word(text)
    if not _has_shape(text) or text[0] in _JOINS or text[0] in _VERBS:
        return is_name(text)
    return not words.is_common_word(text) and text[:2] not in _NEVER


def _has_shape(text: str) -> bool:
    """Tell whether a text is built as a name is, of a surname and what may follow one."""
    if _IS_DOTTED.fullmatch(text):
        return text not in _NEVER and text[-1] not in _NEVER_LAST
    if text[:2] in PAIRS and text[2:] in PAIRS:
        return True
    if text[:1] not in BEGINS_NAME or text in _NEVER or text[-1] in _NEVER_LAST or _NEVER_IN.search(text):
        return False
    if not all("\u4e00" <= letter <= "\u9fff" for letter in text):
        return False
    rest = len(text) - (2 if text[:2] in COMPOUND and len(text) > 2 else 1)
    if not 1 <= rest <= 2 or not (text[0] in _PLAIN or text[0] in _WORDS or rest < len(text) - 1):
        return False
    return not (text[-1] in _PLACES if len(text) == _THREE else text[-1] in _NEVER_SECOND)


def is_no_name(text: str) -> bool:
    """Tell whether a text begins with what never is a name where names stand (单位, 委员)."""
    return text in _NEVER or text[:2] in _NEVER


def may_be_a_word(text: str) -> bool:
    """Tell whether a name begins with a surname that is far oftener something else (向, 和, 年)."""
    return text[0] in _WORDS


def is_surely_name(text: str) -> bool:
    """Tell whether a text reads as a name even where nothing around says so: it is no common word."""
    return is_name(text) and not words.is_common_word(text)


def needs_no_context(text: str) -> bool:
    """Tell whether a name needs nothing around it: no part of it is a common word either (海上双, 高潜力)."""
    return is_surely_name(text) and (
        len(text) != _THREE or not (words.is_common_word(text[1:]) or words.is_common_word(text[:2]))
    )
