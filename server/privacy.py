"""Who is meant by a word of an admin, and the erasing of a record that no server holds."""

from __future__ import annotations

import secrets
from pathlib import Path

from server.adapters import MAILDIR
from server.clock import Clock
from server.errors import Refusal
from server.services.privacy.erasing import Erasing
from server.settings import Settings
from transcripts.address import AddressError, mail_address
from transcripts.contacts import folded
from transcripts.port import Store
from transcripts.privacy import Subject

HOW = "Say an e-mail address, contact:ID or visitor:ID."


async def subject_of(store: Store, text: str) -> Subject:
    """An address, `contact:ID`, `visitor:ID`, or a bare id of either. Raises Refusal invalid, field `person`."""
    said = text.strip()
    if "@" in said:
        try:
            return Subject("address", folded(mail_address(said)))
        except AddressError as exc:
            raise Refusal("invalid", str(exc), field="person") from exc
    kind, colon, value = said.partition(":")
    if colon and value:
        if kind == "contact":
            return Subject("contact", value)
        if kind == "visitor":
            return Subject("visitor", value)
        raise Refusal("invalid", HOW, field="person")
    if not said:
        raise Refusal("invalid", HOW, field="person")
    if await store.contact(said) is not None:
        return Subject("contact", said)
    return Subject("visitor", said)


async def erasing_of(store: Store, settings: Settings, place: Path | None = None) -> Erasing:
    """For a record that is opened without a server. place: where its maildir is. Raises StoreUnavailable."""
    secret = None if settings.secret is None else settings.secret.get_secret_value()
    if secret is None:
        secret = await store.set_value("secret", secrets.token_hex(32))
    return Erasing(store, secret.encode(), settings.data, (place or settings.data) / MAILDIR, Clock())


async def replay(store: Store, settings: Settings, place: Path | None = None) -> int:
    """After a restore: erase again whoever was erased since the backup was made; how many.

    Tombstones come from the record and from `erasures.jsonl` in the data folder.
    place: where the rest lies by now. Raises StoreUnavailable, OSError.
    """
    return await (await erasing_of(store, settings, place)).replay()
