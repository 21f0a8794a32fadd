"""Documents that the live generation holds of files that are as they were: a rebuild need not parse these again."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.reading import format_of
from indexer.store import generations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.document import Document
    from indexer.engine import Reader
    from indexer.store.generations import Generation
    from indexer.store.state import SeenFile

_PACKAGE = Path(__file__).parent.parent
# All of our code and data that decides what the bytes of a file become. What cuts and ranks texts is none of it.
_MAKERS = (
    "document.py",
    "overrides.py",
    "radicals.py",
    "names",
    "parsing",
    "reading",
    "analysis/normalize.py",
    "analysis/numerals.py",
    "analysis/words.py",
    "updating/extraction.py",
)


@dataclass(frozen=True, slots=True)
class Held:
    """What a generation, in a folder, holds of a file: the digest of what documents were made of; how many they are."""

    generation: Path
    digest: str
    documents: int


@cache
def describe_parsers(*, ocr: bool = False) -> str:
    """Name everything but a file that decides what becomes of it: our code, all libraries, Python; "" where unknown.

    With `ocr` the text on pictures is read.
    """
    digest = blake2b(f"{sys.version} {ocr}".encode(), digest_size=16)
    libraries = sorted(f"{library.name} {library.version}" for library in metadata.distributions())
    digest.update("\n".join(libraries).encode())
    for maker in _MAKERS:
        whole = _PACKAGE / maker
        files = sorted(path for path in whole.rglob("*") if path.suffix in {".py", ".txt"}) or [whole]
        for file in files:
            try:
                digest.update(f"\n{file.relative_to(_PACKAGE).as_posix()}\n".encode() + file.read_bytes())
            except OSError:  # our code is not in files
                return ""
    return digest.hexdigest()


def find_held(live: Generation | None, known: Mapping[str, SeenFile], *, ocr: bool) -> dict[str, Held]:
    """Return by path what can be taken from the live generation: nothing where others parsed it, or it is not whole.

    Files of which something could not be used are parsed again, so that it is told again; so are boxes of files.
    """
    _open.cache_clear()
    if live is None or not live.manifest.parsed_by or live.manifest.parsed_by != describe_parsers(ocr=ocr):
        return {}
    engine = generations.engine()
    if live.manifest.engine != engine.name or generations.find_damage(live, but_for=engine.checks):
        return {}
    return {
        path: Held(live.folder, seen.digest, seen.documents)
        for path, seen in known.items()
        if seen.outcome == "indexed" and not seen.error and not format_of(path).holds_files
    }


def take_documents(path: str, held: Held, *, orders: range | None) -> list[Document] | None:
    """Return the documents that a generation holds of a file (or those of some `orders` in it), in their order.

    None where it does not hold what it should, for whatever reason: the file itself is there to be parsed.
    """
    try:
        reader = _open(held.generation)
        keys = reader.find_file(path)
        if len(keys) != held.documents:
            return None
        if orders is not None:
            own = reader.keep(f"orders {path}", lambda: [found.order for found in _read(reader, keys, evidence=False)])
            keys = [key for key, order in zip(keys, own, strict=True) if order in orders]
        return sorted(_read(reader, keys), key=lambda document: document.order)
    except Exception:  # damage can show as anything, and none of it may end the run that mends it
        return None


@lru_cache(maxsize=1)
def _open(folder: Path) -> Reader:
    return generations.engine().open_reader(folder)


def _read(reader: Reader, keys: list[str], *, evidence: bool = True) -> list[Document]:
    documents = [document for document in reader.read(keys, evidence=evidence) if document is not None]
    if len(documents) != len(keys):
        raise LookupError
    return documents
