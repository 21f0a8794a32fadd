"""A field of the table works wherever fields are read: address, terminal, query, facet, page, spreadsheet, JSON."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from indexer import Settings
from indexer.updating.pipeline import update_index
from searchapp.fields import BY_NAME, FIELDS, FILTERS, GROUPS
from tests.conftest import Run, Write, browse

NUMBERED = {
    "a.txt": "关于科普的通知\n科协发〔2021〕15号\n\n各市科协：\n现将科普工作有关事项通知如下。请认真执行。",
    "b.txt": "关于竞赛的通知\n科协发〔2021〕16号\n\n各市科协：\n现将竞赛工作有关事项通知如下。请认真执行。",
    "c.txt": "关于参观的通知\n\n各市科协：\n现将参观工作有关事项通知如下。请认真执行。",
}


@pytest.fixture
def numbered(write: Write, settings: Settings) -> FlaskClient:
    update_index(settings, [write(NUMBERED)])
    return browse(settings)


def titles(client: FlaskClient, arguments: str) -> list[str]:
    return sorted(hit["title"] for hit in json.loads(client.get(f"/api/v1/search?{arguments}").text)["hits"])


@pytest.mark.parametrize(
    "arguments",
    [
        "number=科协发〔2021〕15号", "number=科协发[2021]第15号", "number=科协发（２０２１）１５号",
        "q=文号:科协发【2021】15号", "q=发文字号:科协发2021年第15号", "q=number:15号", "q=“科协发[2021]15号”",
    ],
)  # fmt: skip
def test_a_number_is_found_in_any_notation(numbered: FlaskClient, arguments: str) -> None:
    assert titles(numbered, arguments) == ["关于科普的通知"]


def test_a_number_is_a_facet_a_filter_and_a_column(numbered: FlaskClient, settings: Settings, searchapp: Run) -> None:
    answer = json.loads(numbered.get("/api/v1/search?q=通知").text)
    counts = {value["value"]: value["count"] for value in answer["facets"]["number"]}
    assert counts == {"科协发〔2021〕15号": 1, "科协发〔2021〕16号": 1, None: 1}
    assert titles(numbered, "number=&q=通知") == ["关于参观的通知"]
    page = numbered.get("/search?q=通知&number=科协发[2021]15号").text
    assert re.search('class="chip"[^\n]*科协发〔2021〕15号', page), "a chip takes it off again"
    assert 'value="科协发〔2021〕15号" checked' in page
    address = next(hit["url"] for hit in answer["hits"] if hit["number"])
    assert "发文字号" in numbered.get(address).text
    header, *rows = numbered.get("/export.csv?q=通知").text.splitlines()
    assert "发文字号" in header
    assert any("科协发〔2021〕16号" in row for row in rows)
    terminal = searchapp("search", "通知", "--number", "科协发[2021]15号", "--format", "json")
    assert [hit["title"] for hit in json.loads(terminal.output)["hits"]] == ["关于科普的通知"]


def test_every_field_that_can_be_chosen_can_be_taken_back_and_grouped(
    client: FlaskClient, corpus_settings: Settings
) -> None:
    """What a row declares is on the page: one that nobody draws would be chosen for good."""
    answer = json.loads(client.get("/api/v1/search?q=科协&size=100").text)
    for own in FILTERS:
        value = next(value["value"] for value in answer["facets"][own.name] if value["value"])
        page = client.get(f"/search?q=科协&{own.argument}={value}").text
        assert f'name="{own.argument}" value="{value}" checked' in page, own.name
        assert 'class="chip"' in page, own.name
    for own in GROUPS:
        grouped = json.loads(client.get(f"/api/v1/search?q=科协&group={own.name}").text)
        assert grouped["groups"], own.name


def test_names_of_fields_are_each_somebodys() -> None:
    typed = [name for own in FIELDS for name in own.typed]
    arguments = [argument for own in FILTERS for argument in (own.argument, own.not_argument)]
    assert len(set(typed)) == len(typed)
    assert len(set(arguments)) == len(arguments)
    assert len(BY_NAME) == len(FIELDS)
