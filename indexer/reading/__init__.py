"""A folder -> files -> text: walking, digests and encodings. Nothing here knows what the text means."""

from indexer.reading.decode import DecodedText, decode
from indexer.reading.files import FoundFile, Root, WalkNotes, read_file, walk

__all__ = ["DecodedText", "FoundFile", "Root", "WalkNotes", "decode", "read_file", "walk"]
