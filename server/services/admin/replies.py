"""Ready answers and scripts as admins change them, one at a time, each change written down.

A panel has them from its next connection on.
"""

from __future__ import annotations

import re
from typing import Any

from server.errors import Refusal, not_found
from server.services.admin.ruling import refusals
from server.services.audit.auditing import Auditing, changed
from server.services.known.directory import Directory
from transcripts.accounts import AccountStore
from transcripts.errors import Conflict, NotFound, VersionConflict
from transcripts.records import Agent, Canned, CannedKey

REPLIES_MAX = 1_000
FIELDS = ("shortcut", "title", "department_id", "body", "steps")
_UNTOLD = ("body", "steps")
"""What people write stays out of the audit log: only that it changed."""
_SHORTCUT = re.compile(r"[\w-]{1,40}")
EVERYWHERE = "*"
_APART = ":"
"""A shortcut has none, so what stands before it is the department."""


class Replies:
    def __init__(self, store: AccountStore, directory: Directory, audit: Auditing) -> None:
        self._store = store
        self._directory = directory
        self._audit = audit

    async def all(self) -> tuple[Canned, ...]:
        return await self._store.canned()

    async def one(self, reply_id: str) -> Canned:
        """Raises Refusal not_found."""
        key = key_of(reply_id)
        found = next((reply for reply in await self._store.canned() if reply.key == key), None)
        if found is None:
            raise not_found("reply")
        return found

    async def add(self, actor: Agent, reply: Canned) -> Canned:
        """Raises Refusal invalid, naming the field."""
        if len(await self._store.canned()) >= REPLIES_MAX:
            raise Refusal("invalid", f"A desk has at most {REPLIES_MAX:,} ready answers.", field="shortcut")
        return await self._put(actor, reply, None, None)

    async def change(self, actor: Agent, before: Canned, after: Canned, if_version: int | None) -> Canned:
        """Raises Refusal not_found, invalid, conflict."""
        return await self._put(actor, after, before, if_version or before.version)

    async def remove(self, actor: Agent, reply_id: str) -> None:
        """Raises Refusal not_found."""
        key = key_of(reply_id)
        try:
            await self._audit.along(
                actor,
                "canned.changed",
                f"canned:{reply_id}",
                lambda store: store.remove_canned(key),
                lambda removed: {"before": _told(removed)},
            )
        except NotFound as exc:
            raise not_found("reply") from exc

    async def _put(self, actor: Agent, reply: Canned, before: Canned | None, if_version: int | None) -> Canned:
        """before None: it is new."""
        if not _SHORTCUT.fullmatch(reply.shortcut):
            sentence = "Use 1 to 40 letters, digits, - or _, without spaces: agents type it after a slash."
            raise Refusal("invalid", sentence, field="shortcut")
        department = reply.department_id
        if department is not None and self._directory.department(department) is None:
            raise Refusal("invalid", "There is no such department. Choose one of the list.", field="department")
        replaces = None if before is None else before.key
        try:
            with refusals():
                return await self._audit.along(
                    actor,
                    "canned.changed",
                    _subject(before or reply),
                    lambda store: store.put_canned(reply, replaces=replaces, if_version=if_version),
                    lambda kept: {"after": _told(kept)} if before is None else _differing(before, kept),
                )
        except NotFound as exc:
            raise not_found("reply") from exc
        except VersionConflict:
            raise
        except Conflict as exc:
            sentence = f"There is a ready answer /{reply.shortcut} here already. Choose another shortcut."
            raise Refusal("invalid", sentence, field="shortcut") from exc


def id_of(reply: Canned) -> str:
    """What the API calls it: "*:hi", "sales:price"."""
    return f"{reply.department_id or EVERYWHERE}{_APART}{reply.shortcut}"


def key_of(reply_id: str) -> CannedKey:
    place, _, shortcut = reply_id.partition(_APART)
    return shortcut, None if place == EVERYWHERE else place


def _subject(reply: Canned) -> str:
    return f"canned:{id_of(reply)}"


def _differing(before: Canned, after: Canned) -> dict[str, Any] | None:
    differing = changed(before, after, *FIELDS)
    return {when: _without_texts(values) for when, values in differing.items()} or None


def _told(reply: Canned) -> dict[str, Any]:
    return {"shortcut": reply.shortcut, "title": reply.title, "department_id": reply.department_id}


def _without_texts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "changed" if name in _UNTOLD else value for name, value in values.items()}
