"""From a row of the outbox to a letter: reads what the mail speaks of, and has it rendered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from transcripts.mails.mails import DeskFacts, Rendered, as_bytes, render
from transcripts.questions import SyncPage
from transcripts.records import Mail, Message, Ticket, TicketMessage
from transcripts.sending.outbox import Letter


class Sources(Protocol):
    """What a mail speaks of; the record has it all."""

    async def sync(self, chat_id: str, after_seq: int, limit: int = 200) -> SyncPage: ...

    async def ticket(self, number: str) -> Ticket | None: ...

    async def ticket_messages(self, number: str) -> tuple[TicketMessage, ...]: ...


class Composer:
    """link: the customer's signed page of a mail's ticket or transcript, None where there is none.

    code: the one-time code of a mail that brings one, None for all others; raises MailError where it is of no use any
    more. The record keeps such a mail with the code masked. reply_to: by a ticket's number, the address that leads its
    customer's answers to it; None: mail does not come in here.
    """

    def __init__(
        self,
        sources: Sources,
        desk: DeskFacts,
        link: Callable[[Mail], str | None],
        code: Callable[[Mail], str | None] = lambda _: None,
        reply_to: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._sources = sources
        self._desk = desk
        self._link = link
        self._code = code
        self._reply_to = reply_to

    async def compose(self, mail: Mail) -> Letter:
        """Raises MailError, NotFound, StoreUnavailable."""
        number = mail.ticket_number
        ticket = None if number is None else await self._sources.ticket(number)
        written = () if number is None else await self._sources.ticket_messages(number)
        page = None if mail.chat_id is None else await self._sources.sync(mail.chat_id, 0)
        messages = [] if page is None else await self._all_messages(page)

        def rendered(code: str | None) -> Rendered:
            return render(
                mail,
                ticket=ticket,
                chat=None if page is None else page.chat,
                messages=messages,
                ticket_messages=written,
                desk=self._desk,
                link=self._link(mail),
                reply_to=self._reply_to(ticket.number) if ticket and mail.to == ticket.requester_email else None,
                code=code,
            )

        def letter() -> Letter:
            code = self._code(mail)
            whole = rendered(code)
            kept = None if code is None else as_bytes(rendered(None), mail)
            return Letter(self._desk.from_address, whole.subject, as_bytes(whole, mail), kept)

        # A long transcript takes tens of milliseconds, which nobody's chat should wait for.
        return await asyncio.to_thread(letter)

    async def _all_messages(self, page: SyncPage) -> list[Message]:
        messages = list(page.messages)
        while page.more and messages:
            page = await self._sources.sync(page.chat.id, messages[-1].seq)
            messages.extend(page.messages)
        return messages
