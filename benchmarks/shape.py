"""The shape of a source tree: how long files and functions are, how branched, how many arguments go by their place.

    python -m benchmarks.shape FOLDER        a folder that holds indexer/ and searchapp/

Complexity is McCabe's (1976): decisions plus one; a comprehension counts as a loop, `and` and `or` by their operands.
"""

from __future__ import annotations

import ast
import statistics
import sys
from pathlib import Path

_DECISIONS = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.IfExp, ast.Assert, ast.comprehension, ast.match_case)


def complexity(function: ast.AST) -> int:
    """Return McCabe's complexity of a function, those inside it not counted."""
    found, stack = 1, list(ast.iter_child_nodes(function))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        found += isinstance(node, _DECISIONS) + (len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0)
        stack += ast.iter_child_nodes(node)
    return found


def describe(folder: Path) -> str:
    """Return the figures of a tree as a line."""
    files = [*folder.glob("indexer/**/*.py"), *folder.glob("searchapp/**/*.py")]
    lengths, sizes, branches, wide = [], [], [], 0
    for file in files:
        text = file.read_text(encoding="utf-8")
        sizes.append(text.count("\n"))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths.append((node.end_lineno or node.lineno) - node.lineno + 1)
                branches.append(complexity(node))
                named = [own.arg for own in (*node.args.posonlyargs, *node.args.args)]
                wide += len(named) - (named[:1] in (["self"], ["cls"])) > 2
    rooms = {file.parent for file in files}
    return "; ".join(
        (
            f"{len(files)} files in {len(rooms)} folders, lines: {_spread(sizes)}",
            f"{len(lengths)} functions, lines: {_spread(lengths)}",
            f"complexity: {_spread(branches)}, above 10: {sum(own > 10 for own in branches)}",
            f"more than two positional arguments: {wide}",
        )
    )


def _spread(numbers: list[int]) -> str:
    ninth = sorted(numbers)[int(0.9 * len(numbers))]
    return f"median {statistics.median(numbers):.0f}, p90 {ninth}, most {max(numbers)}"


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(f"{path}: {describe(Path(path))}")
