"""Scripts and styles need no more than ES2020 and Chromium 86, which is what stands in intranets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT

STATIC = PROJECT / "searchapp" / "static"
# What is newer than that. A list for lines of ours, not a parser.
SCRIPT = {
    "logical assignment": r"\?\?=|\|\|=|&&=",
    "numeric separator": r"\b\d+_\d",
    "private name": r"(?:\.|^\s*(?:static\s+)?(?:async\s+)?)#[A-Za-z_]",
    "static block": r"\bstatic\s*\{",
    "class field": r"^  +(?:static\s+)?\w+\s*(?:=[^=>][^;]*)?;\s*$",  # looked for inside of classes only
    "newer method": r"\.(?:at|replaceAll|findLast|findLastIndex|toSorted|toReversed|toSpliced|with|hasOwn|groupBy|isWellFormed|showPopover|setHTML|getHTML|checkVisibility)\(",
    "newer function": r"\b(?:structuredClone|reportError|Promise\.(?:any|withResolvers|try)|crypto\.randomUUID|AbortSignal\.(?:any|timeout)|Object\.(?:hasOwn|groupBy)|Intl\.Segmenter|WeakRef|FinalizationRegistry|CSS\.highlights|URL\.canParse)\b",
    "regular expression with d or v": r"(?<=[^\s/])/[gimsuy]*[dv][a-z]*(?=[.,;)])",
    "module": r"^\s*(?:import|export)\b|\bimport\.meta\b",
}
STYLE = {
    "selector": r":(?:is|where|has)\(|:not\([^()]*,|:(?:focus-within-x|user-valid|user-invalid|modal|popover-open|state)\b",
    "property": r"(?:^|[;{\s])(?:inset(?:-block|-inline)?(?:-start|-end)?|aspect-ratio|translate|rotate|scale|text-wrap|field-sizing|interpolate-size)\s*:",
    "at-rule": r"@(?:layer|container|property|scope|starting-style)\b",
    "nesting": r"(?:^|[{};])\s*&",
    "function": r"\b(?:color-mix|oklch|oklab|lab|lch|light-dark|round|mod|sin|cos)\(",
    "unit": r"\d(?:[dsl]v[hwib]|cq[hwib]|lh|cap)\b",
    "value": r"overflow(?:-[xy])?\s*:\s*clip\b",
}
COMMENT = r"/\*.*?\*/|(?<![:\"'`\\])//[^\n]*"


def read(file: Path) -> str:
    """Return a file without its comments; their lines stay."""
    text = file.read_text(encoding="utf-8")
    pattern = COMMENT if file.suffix == ".js" else COMMENT.split("|", maxsplit=1)[0]
    return re.sub(pattern, lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)


def classes(script: str) -> str:
    """Return what stands at the first level inside of classes."""
    kept: list[str] = []
    for found in re.finditer(r"\bclass\s+(?:\w+\s*)?(?:extends\s+[\w.]+\s*)?\{", script):
        depth = 1
        for letter in script[found.end() :]:
            depth += (letter == "{") - (letter == "}")
            if depth == 0:
                break
            if depth == 1:
                kept.append(letter)
    return "".join(kept)


def newer_than_2020(text: str, kind: str) -> list[str]:
    """Return what a script or a style sheet needs that came later."""
    found = []
    for name, pattern in (SCRIPT if kind == ".js" else STYLE).items():
        where = classes(text) if name == "class field" else text
        found += [f"{name}: {match[0].strip()}" for match in re.finditer(pattern, where, re.MULTILINE)]
    if kind == ".js":  # style sheets that a script makes
        for sheet in re.findall(r"replaceSync\(`(.*?)`\)", text, re.DOTALL):
            found += newer_than_2020(sheet, ".css")
    return found


@pytest.mark.parametrize("name", sorted(file.name for file in STATIC.iterdir() if file.suffix in {".js", ".css"}))
def test_a_browser_of_2020_reads_it(name: str) -> None:
    assert newer_than_2020(read(STATIC / name), Path(name).suffix) == []


@pytest.mark.parametrize(
    "line",
    [
        "own ??= 1;",
        "own ||= 1;",
        "own &&= 1;",
        "const n = 1_000;",
        "list.at(-1);",
        "text.replaceAll('a', 'b');",
        "Object.hasOwn(own, 'x');",
        "structuredClone(own);",
        "list.findLast(test);",
        "crypto.randomUUID();",
        "this.#own = 1;",
        "class A {\n  #own = 1;\n}",
        "class A {\n  own = 1;\n}",
        "class A {\n  static own;\n}",
        "class A {\n  static { run(); }\n}",
        "/a/d.test(text)",
        "sheet.replaceSync(`a { inset: 0 }`);",
    ],
)
def test_newer_scripts_are_found(line: str) -> None:
    assert newer_than_2020(line, ".js") != []


@pytest.mark.parametrize(
    "line",
    [
        "a:is(.b) { }",
        "a:has(b) { }",
        "a:not(b, c) { }",
        "a { inset: 0 }",
        "a { aspect-ratio: 1 }",
        "a {\n  & b { }\n}",
        "a { height: 100dvh }",
        "@layer own { }",
        "a { color: color-mix(in srgb, red, blue) }",
    ],
)
def test_newer_styles_are_found(line: str) -> None:
    assert newer_than_2020(line, ".css") != []


def test_what_is_old_enough_passes() -> None:
    script = (
        "const a = b ?? c?.d; class A {\n  run() {\n    this.own = 1;\n  }\n}\nif (a || b && c) x = /d/.test(y) / 2;"
    )
    assert newer_than_2020(script, ".js") == []
    assert newer_than_2020("a:not(.b):focus-visible { clip-path: inset(50%); width: min(4em, 50vw) }", ".css") == []
