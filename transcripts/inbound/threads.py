"""Which ticket a mail belongs to: by the signed tag in the address it was sent to, else by our Message-IDs in it.

Never by its subject, which anybody can write. The tag is `+t10023.SIGNATURE` behind our address's local part, lower
case because mail systems change it; who signs and checks it is the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from transcripts.inbound.headers import Fields, addresses, message_ids

LOCAL_CHARS: Final = 64  # RFC 5321, 4.5.3.1.1
REFERENCES: Final = 60
_RECIPIENTS: Final = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "resent-to",
)
_TAG: Final = re.compile(r"t(\d{1,18})\.([a-z2-7]{8,52})")


def tagged(from_address: str, tag: str) -> str | None:
    """Our address with a tag; None where it would be longer than an address may be."""
    local, _, domain = from_address.rpartition("@")
    whole = f"{local}+{tag}"
    return f"{whole}@{domain}" if len(whole) <= LOCAL_CHARS else None


def is_ours(address: str, from_address: str) -> bool:
    """Whether mail to `address` is for us: our own address, or it with a `+tag`."""
    local, _, domain = address.strip().lower().rpartition("@")
    own, _, own_domain = from_address.lower().rpartition("@")
    return domain == own_domain and (local == own or local.startswith(f"{own}+"))


def tags_of(recipients: Iterable[str], fields: Fields, from_address: str) -> list[tuple[str, str]]:
    """(number, signature) of every tag in an address of ours, those of the envelope first; not checked yet."""
    named = [each for name in _RECIPIENTS for value in fields.all(name)[:20] for each in addresses(value)]
    own = f"{from_address.lower().rpartition('@')[0]}+"
    found: list[tuple[str, str]] = []
    for address in (*recipients, *named):
        if not is_ours(address, from_address):
            continue
        tag = _TAG.fullmatch(address.strip().lower().rpartition("@")[0].removeprefix(own))
        if tag is not None and tag.groups() not in found:
            found.append((tag.group(1), tag.group(2)))
    return found[:10]


def references_of(fields: Fields) -> tuple[str, ...]:
    """The Message-IDs that the mail answers, the nearest first."""
    answered = [each for value in fields.all("in-reply-to")[:3] for each in message_ids(value)]
    before = [each for value in fields.all("references")[:3] for each in reversed(message_ids(value))]
    return tuple(dict.fromkeys([*answered, *before]))[:REFERENCES]


def own_id(fields: Fields) -> str | None:
    """The mail's own Message-ID: the first one, whole."""
    found = message_ids(fields.first("message-id") or "")
    return found[0] if found else None


def looped(fields: Fields) -> list[str]:
    """Whose programs had the mail in their hands before, as these say so that they know it again (X-Loop)."""
    return [each for value in fields.all("x-loop")[:20] for each in addresses(value)]


def ids_in_report(body: bytes, host: str) -> tuple[str, ...]:
    """Message-IDs of ours in what a bounce brings back, wherever in it."""
    ours = re.compile(rb"<(?:ticket|chat)\.[A-Za-z0-9_-]{8,64}@" + re.escape(host.encode()) + rb">")
    found = [
        match.group(0).decode("ascii", "replace") for match, _ in zip(ours.finditer(body), range(20), strict=False)
    ]
    return tuple(dict.fromkeys(found))
