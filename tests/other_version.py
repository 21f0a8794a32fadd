"""Runs one of our programs as if it were the version that built some generation, and could read that kind only.

python -m tests.other_version GENERATION/manifest.json searchapp serve
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from indexer.analysis.words import describe_dictionary
from indexer.engine.whoosh import WhooshEngine
from indexer.store import generations


def be_version_of(manifest: Path) -> None:
    """Take this process to be of the version that wrote a manifest."""
    built = json.loads(manifest.read_text(encoding="utf-8"))

    def name_builder() -> dict[str, str]:
        return {**built["fingerprint"], generations.DICTIONARY: describe_dictionary()}

    generations.builder_fingerprint = name_builder
    WhooshEngine.name = property(lambda _: built["engine"])  # type: ignore[method-assign, assignment]


def main() -> None:
    """Run the program that the arguments name."""
    manifest, program, *arguments = sys.argv[1:]
    be_version_of(Path(manifest))
    if program == "searchapp":
        from searchapp.cli import main as searchapp

        searchapp(arguments)
    else:
        from indexer.cli import main as indexer

        indexer(arguments)


if __name__ == "__main__":
    main()
