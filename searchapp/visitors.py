"""Who asks: a user whom a trusted proxy names, a program with a key, or an address; and what they may read."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from indexer import API_KEYS_FILE, Access, find_api_key, read_access, read_api_keys
from searchapp.following import Followed
from searchapp.messages import N_

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Network, IPv6Network

    from indexer import ApiKey, Group, Settings

UNKNOWN_KEY = N_("密钥不对，或已经撤销。请向管理员要一把新的。")
_EXPIRED_KEY = N_("密钥已经过期。请向管理员要一把新的。")
_BEARER = "bearer "


class RefusedKeyError(Exception):
    """A key that opens nothing; its text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who asks.

    Attributes:
        who: How their use is counted: `user …`, `key …` or `address …`.
        groups: Those they belong to, which say what they may read; None where everybody reads everything.
        is_admin: Whether they may see the pages of the administrator.
    """

    who: str
    groups: frozenset[Group] | None
    is_admin: bool


def is_within(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Tell whether an address is of one of some networks; ::ffff:192.0.2.1 is 192.0.2.1."""
    try:
        own = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any((getattr(own, "ipv4_mapped", None) or own) in network for network in networks)


class Reception:
    """Tells who asks, by the settings, the groups and the keys as their files say now."""

    def __init__(self, settings: Settings) -> None:
        access, keys = settings.access, settings.keys or settings.index / API_KEYS_FILE
        self._access: Followed[Access | None] = Followed(
            [access], read=lambda: read_access(access) if access else None, what="groups"
        )
        self._keys: Followed[tuple[ApiKey, ...]] = Followed([keys], read=lambda: read_api_keys(keys), what="keys")
        self._admin_networks = settings.admin_networks

    def receive(self, address: str, *, user: str | None, groups: tuple[str, ...], authorization: str | None) -> Visitor:
        """Return who asks from an address; `user` and `groups` are what a trusted proxy says.

        Raises:
            RefusedKeyError: there is a key, and it is none of ours, or not any more.
        """
        access, key = self._access.get(), self._read_key(authorization)
        if key is not None:
            who, names, user = f"key {key.name}", key.groups, None
        else:
            who, names = (f"user {user}" if user else f"address {address}"), groups
        own = None if access is None else access.find_groups(names, user=user)
        is_admin = (key is not None and key.scope == "admin") or is_within(address, self._admin_networks)
        if not self._admin_networks and access is None:
            is_admin = True  # nothing is said about who may see what
        return Visitor(who, own, is_admin or any(group.admin for group in own or ()))

    def _read_key(self, authorization: str | None) -> ApiKey | None:
        if authorization is None or authorization[: len(_BEARER)].lower() != _BEARER:
            return None  # what a proxy asks people for is none of ours
        key = find_api_key(self._keys.get(), authorization[len(_BEARER) :].strip())
        if key is None:
            raise RefusedKeyError(UNKNOWN_KEY)
        if key.is_expired(date.today()):  # noqa: DTZ011 - the day of the house, as its people know it
            raise RefusedKeyError(_EXPIRED_KEY)
        return key
