"""What is shipped beside our own code is known: every part with its version, hashes and licence, which may be passed on."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import metadata
from typing import Any

import pytest

from tests.conftest import PROJECT
from tests.supply import BILL, LICENCES, PERMISSIVE, ROOT, read_part, read_pins, read_table, render_licences

AGAIN = "run: make sbom"


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(BILL.read_text(encoding="utf-8"))
    return record


def licence_of(component: dict[str, Any]) -> str:
    (own,) = component["licenses"]
    return str(own["expression"] if "expression" in own else own["license"]["id"])


def test_the_bill_holds_what_is_pinned_with_its_hashes(bill: dict[str, Any]) -> None:
    pins = read_pins()
    assert len(pins) == len(
        re.findall(r"^\S.*==", (PROJECT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    listed = {
        (own["name"], own["version"]): {hashed["content"] for hashed in own["externalReferences"][0]["hashes"]}
        for own in bill["components"]
    }
    assert listed == {(pin.name, pin.version): {*pin.hashes} for pin in pins}, AGAIN


def test_the_bill_is_of_this_version_and_changes_only_with_what_it_lists(bill: dict[str, Any]) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    root = bill["metadata"]["component"]
    assert (bill["bomFormat"], bill["specVersion"], root["name"]) == ("CycloneDX", "1.6", ROOT)
    assert root["version"] == project["version"], AGAIN
    assert not {"serialNumber"} & bill.keys()
    assert "timestamp" not in bill["metadata"]


def test_what_needs_what_is_complete(bill: dict[str, Any]) -> None:
    needs = {own["ref"]: own.get("dependsOn", []) for own in bill["dependencies"]}
    assert needs.keys() == {ROOT, *(own["purl"] for own in bill["components"])}
    reached, ahead = {ROOT}, [ROOT]
    while ahead:
        new = {*needs[ahead.pop()]} - reached
        reached |= new
        ahead += new
    assert reached == needs.keys()  # nothing is shipped that nothing needs


def test_every_part_has_a_licence_that_lets_it_be_passed_on_and_both_lists_agree(bill: dict[str, Any]) -> None:
    licences = {(own["name"], own["version"]): licence_of(own) for own in bill["components"]}
    assert {(row[0], row[1]): row[2] for row in read_table()} == licences, AGAIN
    for part, licence in licences.items():
        assert {*re.split(r" AND | OR ", licence)} <= PERMISSIVE, part
    assert all(row[3] and re.fullmatch(r"20\d\d-\d\d-\d\d", row[4]) for row in read_table()), AGAIN


def test_the_licences_are_those_that_the_installed_packages_declare() -> None:
    here = {own.name.lower().replace("_", "-"): own.version for own in metadata.distributions()}
    rows = {(row[0], row[1]): row for row in read_table()}
    parts = [read_part(pin) for pin in read_pins() if here.get(pin.name) == pin.version]
    assert len(parts) > 30
    for part in parts:
        assert rows[part.pin.name, part.pin.version][2:4] == [part.licence, part.text], AGAIN
    assert LICENCES.read_text(encoding="utf-8") == render_licences(read_table()), AGAIN
