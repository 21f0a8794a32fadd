"""The tables of both READMEs that follow from the code. `python -m tests.papers` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.extract import extract_python
from babel.messages.pofile import read_po

from indexer import Settings
from indexer.reading.formats import FORMATS
from searchapp import create_app
from searchapp.fields import FIELDS
from searchapp.views.arguments import ARGUMENTS

PROJECT = Path(__file__).parent.parent
README = PROJECT / "README.md"
CHINESE = PROJECT / "README.zh-CN.md"
ENGLISH = PROJECT / "searchapp/translations/en/LC_MESSAGES/messages.po"


def extract_chinese(stream: BinaryIO, *arguments: Any, **options: Any) -> Iterator[Any]:
    """Yield the texts of a module that the site translates, as Babel wants them: those that are Chinese.

    English ones of the terminal may name Chinese values; two words of English side by side tell them.
    """
    for found in extract_python(stream, *arguments, **options):
        if re.search(r"[\u3000-\u9fff\uff00-\uff60]", str(found[2])) and not re.search(
            "[a-z]{2} [a-z]{2}", str(found[2])
        ):
            yield found


def field_table() -> str:
    """Return what may stand before a colon in a query."""
    with ENGLISH.open("rb") as stream:
        catalog = read_po(stream)
    rows = ["| typed | asks |", "| --- | --- |"]
    for own in FIELDS:
        if own.typed:
            message = catalog.get(own.says)
            assert message is not None, own.name
            rows.append(f"| {' '.join(f'`{name}:`' for name in own.typed)} | {message.string} |")
    return "\n".join(rows)


def argument_table() -> str:
    """Return the arguments of addresses."""
    rows = (f"| `{name}` | {meaning} |" for name, meaning in ARGUMENTS.items())
    return "\n".join(["| argument | meaning |", "| --- | --- |", *rows])


def route_table() -> str:
    """Return every address with the first sentence of its view."""
    app = create_app(Settings(index=PROJECT / "none"))
    rows = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            path = re.sub(r"<(?:path:)?document_id>", "<id>", rule.rule)
            if "GET" not in (rule.methods or ()):
                path = f"POST {path}"
            rows.append(f"| `{path}` | {(app.view_functions[rule.endpoint].__doc__ or '').splitlines()[0]} |")
    return "\n".join(["| address | answer |", "| --- | --- |", *rows])


def format_table() -> str:
    """Return the endings of the files that are read, and what they are."""
    rows = (f"| {' '.join(f'`{ending}`' for ending in own.endings)} | {own.says} |" for own in FORMATS)
    return "\n".join(["| files | are |", "| --- | --- |", *rows])


TABLES = {"formats": format_table, "fields": field_table, "arguments": argument_table, "routes": route_table}


def fill(text: str) -> str:
    """Return README's text with every table as it has to be."""
    return _filled(text, lambda name, _: TABLES[name]())


def fill_chinese(text: str) -> str:
    """Return the Chinese README's text with the rows of every table as they have to be.

    What a row says there is written by hand: it is kept, and of a new row it is English until somebody translates it, which a test demands.
    """
    says = {f"| {' '.join(f'`{name}:`' for name in own.typed)} |": f" {own.says} |" for own in FIELDS if own.typed}

    def translate(name: str, table: str) -> str:
        known = says if name == "fields" else dict(map(_split_row, table.splitlines()))
        rows = [_split_row(row) for row in TABLES[name]().splitlines()[2:]]
        head = table.splitlines()[:2]
        return "\n".join([*head, *(first + known.get(first, says) for first, says in rows)])

    return _filled(text, translate)


def _split_row(row: str) -> tuple[str, str]:
    """Return a row's first cell, and the others."""
    first, _, rest = row.removeprefix("|").partition("|")
    return f"|{first}|", rest


def _filled(text: str, make: Callable[[str, str], str]) -> str:
    for name in TABLES:
        opening, closing = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        before, _, rest = text.partition(opening)
        table, _, after = rest.partition(closing)
        text = f"{before}{opening}{make(name, table)}{closing}{after}"
    return text


if __name__ == "__main__":
    for file, make in ((README, fill), (CHINESE, fill_chinese)):
        file.write_text(make(file.read_text(encoding="utf-8")), encoding="utf-8")
