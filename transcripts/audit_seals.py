"""Addresses in the audit log: to be read until the person is erased, and part of the chain all the same.

An entry's hash is not made of an address but of its seal, a digest of the entry's own salt and the address. An erasure
puts the seals in the addresses' places and forgets the salt: the chain holds, and nobody can try addresses out on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

SALT = "salt"
"""The name under which `detail` carries the salt; only where there is an address in it."""


def salted(detail: Mapping[str, Any], salt: str) -> dict[str, Any]:
    """What is kept of a new entry's detail. salt: random, of this entry alone; "": none, it can never be sealed."""
    return {**detail, SALT: salt} if salt and any(map(_is_address, _texts(detail))) else dict(detail)


def sealed(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry's hash is made of, and what an erasure leaves of it."""
    salt = detail.get(SALT)
    if salt is None:
        return dict(detail)
    return {name: _seal(value, salt) for name, value in detail.items() if name != SALT}


def names_any(detail: Mapping[str, Any], addresses: Collection[str]) -> bool:
    """addresses: in lower case."""
    return any(text.lower() in addresses for text in _texts(detail))


def _seal(value: Any, salt: str) -> Any:
    if isinstance(value, str):
        return f"sealed:{hashlib.sha256((salt + value).encode()).hexdigest()}" if _is_address(value) else value
    if isinstance(value, Mapping):
        return {name: _seal(each, salt) for name, each in value.items()}
    return [_seal(each, salt) for each in value] if isinstance(value, list | tuple) else value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, list | tuple) else []


def _is_address(text: str) -> bool:
    return "@" in text
