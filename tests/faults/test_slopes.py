"""How the time of the parser grows with adversarial lines (T24 in part): no shape may cost the square of its length."""

from __future__ import annotations

import math
import random
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from indexer.parsing import parse_text
from tests.faults.conftest import Count, Tallying

_PIECES = [*"会1a \u3000：。，、（）《》“”-—./年月日第次届王([<|>\t□･", "省科协", "来源：", "作者：", "记者 ", "责任编辑", "2021-03-12 ",
           "2021年3月12日", "王延飞指出，", "党组书记王延飞", "王某、", "http://a.", "第一次", "主持", "出席会议的有", "一、", "（一）",
           "A B ", "省科协 ", "各市、县", "各位领导、", "原标题", "点击数", "字体", "分享到"]  # fmt: skip
_HEADS = ("", "关于会议的通知\n来源：某某日报 2021-03-12\n\n")
_SIZE = 4000
_LIMIT = 2.0  # seconds of the processor for a text
_STEEP, _NOTABLE = 1.5, 0.2

Shape = Callable[[int], str]


class _EnoughError(Exception):
    """A text took too long."""


def _stop(*_: object) -> None:
    raise _EnoughError


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    """Let the clock of the processor stop what takes too long."""
    before = signal.signal(signal.SIGPROF, _stop)
    yield
    signal.signal(signal.SIGPROF, before)


def shapes(rnd: random.Random, more: int) -> dict[str, Shape]:
    """Return ways to make a text of so many characters."""
    found: dict[str, Shape] = {f"{piece!r} repeated": _repeat(piece) for piece in _PIECES}
    for _ in range(more):
        first, second, third = (rnd.choice(_PIECES) for _ in range(3))
        found[f"{first + second + third!r} repeated"] = _repeat(first + second + third)
        found[f"{first!r} then {second!r}"] = _halves(first, second)
        found[f"lines of {first + second!r}"] = _repeat(first + second * 5 + "\n")
    return found


def _repeat(piece: str) -> Shape:
    return lambda size: piece * max(1, size // len(piece))


def _halves(first: str, second: str) -> Shape:
    return lambda size: _repeat(first)(size // 2) + _repeat(second)(size // 2)


def seconds(text: str) -> float:
    """Return the seconds of the processor that a text takes, at four times the limit at the latest."""
    begun = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, 4 * _LIMIT)
    try:
        parse_text(text, "a.txt")
    except _EnoughError:
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - begun


def test_no_shape_of_text_costs_its_square(count: Count, rnd: random.Random, tallying: Tallying) -> None:
    tally = tallying("T24 slopes of the parser")
    parse_text("会议通知\n来源：某某日报 2021-03-12\n\n会议召开。\n", "warm.txt")
    steepest = 0.0
    for name, make in shapes(rnd, count(40)).items():
        for head in _HEADS:
            size, took = _SIZE, 0.0
            while size < 16 * _SIZE and took < _LIMIT:
                size *= 2
                took = seconds(head + make(size))
            tally.count("shapes")
            if took > _NOTABLE:  # then it is measured twice, for others use the machine as well
                took, half = (min(seconds(head + make(own)) for _ in range(2)) for own in (size, size // 2))
                slope = math.log2(took / half)
                steepest = max(steepest, slope)
                tally.expect(
                    slope < _STEEP,
                    "steep",
                    name,
                    "behind a header" if head else "alone",
                    round(slope, 2),
                    f"{took:.2f} s",
                )
    tally.notes["steepest slope"] = f"{steepest:.2f}"
