"""Mail that came in, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from transcripts.cursors import number_of
from transcripts.errors import NotFound
from transcripts.inbound.changes import outdated, retried, settled_as
from transcripts.inbound.record import InboundMail, InboundState, MailOfOurs, Settled
from transcripts.memory.base import MemoryBase


class MemoryInbound(MemoryBase):
    def __init__(self) -> None:
        super().__init__()
        self._inbound: dict[str, InboundMail] = {}
        self._inbound_raw: dict[str, bytes] = {}

    async def keep_inbound(self, mail: InboundMail, raw: bytes) -> InboundMail:
        for kept in self._inbound.values():
            if (kept.digest, kept.message_id) == (mail.digest, mail.message_id):
                return kept
        self._inbound[mail.id] = mail
        self._inbound_raw[mail.id] = raw
        return mail

    async def inbound(self, inbound_id: str) -> InboundMail | None:
        return self._inbound.get(inbound_id)

    async def inbound_raw(self, inbound_id: str) -> bytes | None:
        return self._inbound_raw.get(inbound_id)

    async def inbounds(
        self, state: InboundState | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[InboundMail, ...], str | None]:
        before = len(self._inbound) + 1 if cursor is None else number_of(cursor)
        numbered = [(n, mail) for n, mail in enumerate(self._inbound.values(), 1) if n < before]
        found = [(n, mail) for n, mail in reversed(numbered) if state is None or mail.state == state]
        page = found[:limit]
        following = str(page[-1][0]) if len(found) > limit and page else None
        return tuple(mail for _, mail in page), following

    async def due_inbound(self, now: datetime, limit: int) -> tuple[InboundMail, ...]:
        due = [mail for mail in self._inbound.values() if mail.state == "received" and mail.due_at <= now]
        return tuple(due[:limit])

    async def begin_inbound(self, inbound_id: str, tries: int) -> InboundMail | None:
        mail = self._inbound.get(inbound_id)
        if mail is None or mail.state != "received" or mail.tries != tries:
            return None
        return self._set(replace(mail, tries=tries + 1))

    async def settle_inbound(self, inbound_id: str, settled: Settled) -> InboundMail:
        return self._set(settled_as(self._find_inbound(inbound_id), settled))

    async def retry_inbound(self, inbound_id: str, at: datetime) -> InboundMail:
        return self._set(retried(self._find_inbound(inbound_id), at))

    async def forget_raw(self, at: datetime, before: datetime | None, keep_bytes: int | None, limit: int) -> int:
        kept = [mail for mail in self._inbound.values() if mail.raw_gone_at is None]
        settled = sorted((mail.settled_at, n, mail) for n, mail in enumerate(kept) if mail.settled_at is not None)
        found = ((mail.id, settled_at, mail.size_bytes) for settled_at, _, mail in settled[:limit])
        gone = tuple(outdated(found, sum(mail.size_bytes for mail in kept), before, keep_bytes))
        for inbound_id in gone:
            del self._inbound_raw[inbound_id]
            self._set(replace(self._inbound[inbound_id], raw_gone_at=at))
        return len(gone)

    async def count_inbound(self, sender: str, since: datetime, states: tuple[InboundState, ...]) -> int:
        return sum(
            mail.sender == sender and mail.state in states and mail.settled_at is not None and mail.settled_at >= since
            for mail in self._inbound.values()
        )

    async def mail_of_ours(self, message_ids: tuple[str, ...]) -> MailOfOurs | None:
        for mail in reversed(self._mails.values()):
            if mail.ticket_number is not None and mail.message_id in message_ids:
                return MailOfOurs(mail.id, mail.ticket_number, mail.to)
        return None

    def _find_inbound(self, inbound_id: str) -> InboundMail:
        if inbound_id not in self._inbound:
            raise NotFound(f"no inbound mail {inbound_id}")
        return self._inbound[inbound_id]

    def _set(self, mail: InboundMail) -> InboundMail:
        self._inbound[mail.id] = mail
        return mail
