"""Keys by which programs ask the site: each shown once, kept as a salted hash."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import secrets
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from indexer.disk import write_synced
from indexer.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Scope = Literal["read", "admin"]
API_KEYS_FILE = "keys.json"
_PREFIX = "as"
_ID_BYTES, _SECRET_BYTES, _SALT_BYTES = 4, 32, 16
_FORMAT = 1


class ApiKeyFileError(ArchiveError):
    """The file of keys cannot be read or written."""


class ApiKeyNameError(ArchiveError):
    """There is a key of that name already, or none."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret: whom it is for, the groups whose documents it reads, what it may do, its last day."""

    id: str
    name: str
    groups: tuple[str, ...]
    scope: Scope
    created: str
    expires: str | None
    salt: str
    digest: str

    def is_expired(self, today: date) -> bool:
        """Tell whether its last day has gone."""
        return self.expires is not None and today.isoformat() > self.expires

    def opens_for(self, secret: str) -> bool:
        """Tell whether a secret is its own."""
        return hmac.compare_digest(_hash(self.salt, secret), self.digest)


def _hash(salt: str, secret: str) -> str:
    # A secret has 256 random bits, so no slow hash is needed, as for what people think up (NIST SP 800-63B, 5.1.1.2).
    return hashlib.sha256(f"{salt}{secret}".encode()).hexdigest()


def find_api_key(keys: Iterable[ApiKey], token: str) -> ApiKey | None:
    """Return the key that a token belongs to, expired or not."""
    prefix, _, rest = token.partition("_")
    identity, _, secret = rest.partition("_")
    key = next((own for own in keys if own.id == identity), None)
    return key if key is not None and prefix == _PREFIX and key.opens_for(secret) else None


def read_api_keys(file: Path) -> tuple[ApiKey, ...]:
    """Read all keys; without a file there are none.

    Raises:
        ApiKeyFileError: it cannot be read, or is not what was written.
    """
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["format"] != _FORMAT:
            raise ApiKeyFileError(f"{file} was written by another version of this program")
        return tuple(_read_api_key(own) for own in record["keys"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ApiKeyFileError(f"the file of keys {file} cannot be read: {error}") from None


def _read_api_key(record: dict[str, Any]) -> ApiKey:
    key = ApiKey(**{**record, "groups": tuple(record["groups"])})
    if key.scope not in get_args(Scope):
        raise ValueError(f"{key.scope!r} is no scope")
    return key


def add_api_key(
    file: Path, name: str, *, groups: Iterable[str], scope: Scope = "read", expires: date | None = None
) -> str:
    """Add a key and return its token, which is kept nowhere.

    Raises:
        ApiKeyNameError: there is one of that name.
        ApiKeyFileError: the file cannot be read or written.
    """
    identity, secret, salt = (
        secrets.token_hex(_ID_BYTES),
        secrets.token_urlsafe(_SECRET_BYTES),
        secrets.token_hex(_SALT_BYTES),
    )
    today = date.today().isoformat()  # noqa: DTZ011 - the day of the house, as its people know it
    until = expires.isoformat() if expires else None
    key = ApiKey(
        identity, name, tuple(groups), scope, created=today, expires=until, salt=salt, digest=_hash(salt, secret)
    )
    with _changing(file) as keys:
        if any(own.name == name for own in keys):
            raise ApiKeyNameError(f"there is a key {name} already; revoke it first, or choose another name")
        keys.append(key)
    return f"{_PREFIX}_{identity}_{secret}"


def revoke_api_key(file: Path, name: str) -> ApiKey:
    """Take a key away, named by its name or id, and return it.

    Raises:
        ApiKeyNameError: there is none.
        ApiKeyFileError: the file cannot be read or written.
    """
    with _changing(file) as keys:
        key = next((own for own in keys if name in (own.name, own.id)), None)
        if key is None:
            raise ApiKeyNameError(f"there is no key {name}; `indexer key list` names them")
        keys.remove(key)
    return key


@contextmanager
def _changing(file: Path) -> Iterator[list[ApiKey]]:
    """Yield the keys to be changed; they replace the file whole, one change after the other."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.with_name(f"{file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            keys = list(read_api_keys(file))
            yield keys
            record = {"format": _FORMAT, "keys": [asdict(key) for key in keys]}
            write_synced(file, json.dumps(record, ensure_ascii=False, indent=1))
    except OSError as error:
        raise ApiKeyFileError(f"the file of keys {file} cannot be written: {error.strerror or error}") from None
