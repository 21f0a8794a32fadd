"""Values that a text says of itself, each in every notation, in one form, with its evidence."""

from __future__ import annotations

import pytest

from indexer.document import Document
from indexer.parsing import parse_text
from indexer.parsing.values.number import normalize_number

NOTICE = "关于做好2021年科普工作的通知\n{0}\n\n各市科协：\n根据有关规定（国发〔2020〕9号），现将有关事项通知如下。请认真执行。\n省科协\n2021年3月12日\n"


def parse_one(text: str) -> Document:
    (document,) = parse_text(text, "a.txt")
    return document


@pytest.mark.parametrize(
    "printed",
    [
        "科协发〔2021〕15号", "科协发[2021]15号", "科协发［２０２１］１５号", "科协发【2021】第15号", "科协发﹝2021﹞15号",
        "科 协 发（2021）015 号", "科协发（2021年）15号", "科协发〔二〇二一〕十五号", "科协发2021年第15号", "科协发2021-15号",
    ],
)  # fmt: skip
def test_a_number_has_one_form_whatever_its_brackets(printed: str) -> None:
    assert normalize_number(printed) == "科协发〔2021〕15号"
    document = parse_one(NOTICE.format(printed))
    assert (document.number, document.evidence["number"].line) == ("科协发〔2021〕15号", 2)


@pytest.mark.parametrize("typed", ["国务院令第752号", "15号", "", "科协发〔2021〕", "2021年3月12日"])
def test_what_is_no_number_of_that_kind_stays_as_it_is(typed: str) -> None:
    assert normalize_number(f" {typed} ") == typed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("首页 > 文件\n索引号：0149/2021-12　发文字号：科协发〔2021〕15号\n发文机关：省科协　成文日期：2021年03月12日\n关于科普的通知\n各市科协：\n现通知如下。", "科协发〔2021〕15号"),
        ("关于科普的通知（科协发[2021]15号）\n来源：省科协 2021-03-12\n各市科协：\n现将有关事项通知如下。", "科协发〔2021〕15号"),
        ("关于科普的通知\n科协发〔2021〕15号　签发人：王延飞\n各市科协：\n现将有关事项通知如下。", "科协发〔2021〕15号"),
        # What it names of others is not its own.
        ("关于科普的通知\n各市科协：\n根据国发〔2020〕9号文件，现通知如下。\n附件：\n国发〔2020〕9号\n", None),
        ("解读国发〔2020〕9号文件\n来源：省报 2021-03-12\n这份文件意义重大。大家要认真学习。", None),
        ("关于科普的通知\n各市科协：\n现将有关事项通知如下。", None),
    ],
)  # fmt: skip
def test_a_number_is_the_documents_own(text: str, number: str | None) -> None:
    assert parse_one(text).number == number
