"""The audit log: written by what it tells of, in the same transaction, or by itself.

Its counter is the head: the number and the hash of the last entry. Two servers that add at once collide there, and
one of them tries again, so the chain has no fork.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Self, TypeVar

from bson.codec_options import CodecOptions

from transcripts.audit import EVERYTHING, AuditEntry, AuditHead, AuditQuery, NewAudit, Noting, chained, follows
from transcripts.cursors import number_of
from transcripts.mongo.base import Part
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Overtaken, Transaction, View

AUDIT = Documents(AuditEntry, key="n")
COUNTER = "counter:audit"
T = TypeVar("T")
_HEAD = "audit"
_DAMAGED: CodecOptions[Document] = CodecOptions(unicode_decode_error_handler="replace")
"""A text that is none any more is another text, and found by its hash."""


class Audit(Part):
    told_by: Noting | None = None
    """Of a record that is bound to one change."""

    def noting(self, noting: Noting) -> Self:
        bound = copy.copy(self)
        bound.told_by = noting
        return bound

    async def _write(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        *keys: str,
        atomic: bool = True,
        patience_s: float | None = None,
    ) -> T:
        """Of all parts of the record."""
        noting = self.told_by
        if noting is None:
            return await super()._write(work, *keys, atomic=atomic, patience_s=patience_s)
        assert atomic, "what is done in steps has no transaction to be written down in"

        async def both(tx: Transaction) -> T:
            answer = await work(tx)
            written = [await append(tx, new) for new in noting.made(answer)]
            noting.entries = tuple(entry for entry in written if entry)
            return answer

        return await super()._write(both, *keys, COUNTER, patience_s=patience_s)

    async def audit(
        self, cursor: str | None, limit: int = 50, query: AuditQuery = EVERYTHING
    ) -> tuple[tuple[AuditEntry, ...], str | None]:
        before = 2**62 if cursor is None else number_of(cursor)

        async def question(view: View) -> tuple[tuple[AuditEntry, ...], str | None]:
            asked = view.db["audit"].find({"_id": {"$lt": before}, **_condition(query)})
            found = await asked.sort("_id", -1).limit(limit + 1).to_list(limit + 1)
            page = tuple(map(AUDIT.of, found[:limit]))
            return page, str(page[-1].n) if len(found) > len(page) and page else None

        return await self._read(question)

    async def add_audit(self, new: NewAudit, *, once_in: timedelta | None = None) -> AuditEntry | None:
        async def work(tx: Transaction) -> AuditEntry | None:
            if once_in is not None and await _is_told(tx, new, once_in):
                return None
            return await append(tx, new)

        return await self._write(work, COUNTER)

    async def audit_from(self, after: int | None, limit: int = 500) -> tuple[AuditEntry | None, ...]:
        async def question(view: View) -> tuple[AuditEntry | None, ...]:
            entries = view.db["audit"].with_options(codec_options=_DAMAGED)
            asked = {} if after is None else {"_id": {"$gt": after}}
            return tuple(map(_entry, await entries.find(asked).sort("_id", 1).limit(limit).to_list(limit)))

        return await self._read(question)

    async def audit_head(self) -> AuditHead:
        async def question(view: View) -> AuditHead:
            return _head(await view.db["counters"].find_one({"_id": _HEAD})) or AuditHead(0, None)

        return await self._read(question)


async def append(tx: Transaction, new: NewAudit | None) -> AuditEntry | None:
    """Raises Overtaken."""
    if new is None:
        return None
    counter = await tx.db["counters"].find_one({"_id": _HEAD}, session=tx.session)
    last = await tx.db["audit"].find_one({}, sort=[("_id", -1)], session=tx.session)
    n, previous = follows(_head(counter), None if last is None else (last["_id"], last["hash"]))
    entry = chained(new, n, previous, secrets.token_hex(16))
    seen = {"_id": _HEAD} if counter is None else {"_id": _HEAD, "value": counter["value"]}
    head = {"$set": {"value": entry.n, "hash": entry.hash}}
    written = await tx.db["counters"].update_one(seen, head, upsert=counter is None, session=tx.session)
    if counter is not None and not written.matched_count:
        raise Overtaken
    await tx.db["audit"].insert_one(AUDIT.document(entry), session=tx.session)
    return entry


def _head(counter: Document | None) -> AuditHead | None:
    return None if counter is None else AuditHead(int(counter["value"]), counter.get("hash"))


async def _is_told(tx: Transaction, new: NewAudit, within: timedelta) -> bool:
    lately = {"$gt": to_micros(new.at - within), "$lte": to_micros(new.at)}
    asked = {"subject": new.subject, "actor": new.actor, "action": new.action, "at": lately}
    return await tx.db["audit"].find_one(asked, {"_id": 1}, session=tx.session) is not None


def _condition(query: AuditQuery) -> Document:
    """What goes with the numbers. A kind is looked for along them: most pages are full soon."""
    asked: Document = {}
    for field, wanted, sign, behind in (
        ("actor", query.actor, ":", ";"),
        ("action", query.action, ".", "/"),
        ("subject", query.subject, ":", ";"),
    ):
        if wanted is not None and sign in wanted:
            asked[field] = wanted
        elif wanted is not None:
            whole = {field: wanted}
            asked.setdefault("$and", []).append(
                {"$or": [whole, {field: {"$gte": wanted + sign, "$lt": wanted + behind}}]}
            )
    if query.from_at is not None or query.to_at is not None:
        since = {} if query.from_at is None else {"$gte": to_micros(query.from_at)}
        until = {} if query.to_at is None else {"$lt": to_micros(query.to_at)}
        asked["at"] = {**since, **until}
    return asked


def _entry(document: Document) -> AuditEntry | None:
    """None: not in the form in which it is written; a whole number that became a fraction is another form, too."""
    try:
        entry = AUDIT.of(document)
        is_as_written = AUDIT.document(entry) == document and all(map(_is_plain, document.values()))
    except (TypeError, ValueError, OverflowError, KeyError, AttributeError):
        return None
    return entry if is_as_written else None


def _is_plain(value: object) -> bool:
    """Text or a whole number: an entry has nothing else."""
    return isinstance(value, str | int) and not isinstance(value, bool)
