"""Writing so that a power cut cannot take it back."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import stat
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEW = ".new"  # ends the name of what is written before it takes the place of a file
_FICLONE = 0x40049409  # ioctl_ficlone(2)


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_synced(file: Path, text: str) -> None:
    """Replace a file by a text, whole or not at all."""
    with file.with_name(f"{file.name}{NEW}").open("w", encoding="utf-8") as stream, taking_place_of(file, stream):
        stream.write(text)


@contextmanager
def taking_place_of(file: Path, stream: IO[Any]) -> Iterator[None]:
    """Let what the block writes to the open file of its name and NEW take the place of a file, whole or not at all."""
    temporary = file.with_name(f"{file.name}{NEW}")
    try:
        yield
        stream.flush()
        os.fsync(stream.fileno())
        temporary.replace(file)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync(file.parent)


def is_exposed(path: Path) -> bool:
    """Tell whether others than its owner may write a file or folder."""
    status = path.stat()
    try:
        own_group = pwd.getpwuid(status.st_uid).pw_gid
    except KeyError:
        own_group = -1
    for_group = status.st_mode & stat.S_IWGRP and status.st_gid != own_group
    return bool(status.st_mode & stat.S_IWOTH or for_group)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file; where the file system can, both share their blocks until one of them is changed."""
    with source.open("rb") as old, target.open("xb") as new:
        try:
            fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
        except OSError:
            shutil.copyfileobj(old, new, 1 << 20)
