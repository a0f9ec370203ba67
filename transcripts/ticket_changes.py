"""What an operation makes of a ticket and of the mails that go with it: pure transitions, the same for every adapter.

Which change a customer's reply or a closed chat asks for, and what it owes the customer, is decided in tickets.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from transcripts.facts import Fact, MailQueued, TicketChanged, TicketMessageAdded
from transcripts.operations import NewMail, NewTicket, NewTicketMessage, TicketChanges
from transcripts.records import FINAL_STATUSES, Mail, Ticket, TicketMessage

FIRST_NUMBER = 10001


@dataclass(frozen=True, slots=True)
class TicketChange:
    """The ticket as it is afterwards, and what was added. before: None for a new ticket."""

    before: Ticket | None
    ticket: Ticket
    message: TicketMessage | None
    mails: tuple[Mail, ...]

    def facts(self) -> Iterator[Fact]:
        yield TicketChanged(self.ticket, self.before)
        if self.message is not None:
            yield TicketMessageAdded(self.ticket, self.message)
        for mail in self.mails:
            yield MailQueued(mail.id)


def open_ticket(new: NewTicket, number: str, upto_seq: int | None) -> TicketChange:
    """upto_seq: the last seq of the ticket's chat, for the transcript in its mails."""
    ticket = Ticket(
        number=number,
        status="open",
        priority=new.priority,
        department_id=new.department_id,
        tier=new.tier,
        topic=new.topic,
        subject=new.subject,
        channel=new.channel,
        requester_name=new.requester_name,
        requester_email=new.requester_email,
        requester_verified=new.requester_verified,
        locale=new.locale,
        assignee=new.assignee,
        checkpoint_at=new.checkpoint_at,
        created_at=new.at,
        updated_at=new.at,
        chat_id=new.chat_id,
        visitor_id=new.visitor_id,
        tags=new.tags,
        phone=new.phone,
        call_at=new.call_at,
    )
    first = None if new.first_message is None else _message(number, new.first_message, new.at, None)
    mails = tuple(mail_of(mail, new.at, number, upto_seq) for mail in new.mails)
    return TicketChange(None, ticket, first, mails)


def change_ticket(ticket: Ticket, changes: TicketChanges, at: datetime) -> TicketChange | None:
    """None where nothing would be different."""
    changed = _changed(ticket, changes, at)
    if changed == ticket and changes.message is None and not changes.mails:
        return None
    return _with_message(ticket, changed, changes.message, changes.mails, at)


def add_message(
    ticket: Ticket, new: NewTicketMessage, at: datetime, mails: Sequence[NewMail]
) -> tuple[TicketChange, TicketMessage]:
    change = _with_message(ticket, ticket, new, mails, at)
    assert change.message is not None
    return change, change.message


def is_same_message(message: TicketMessage, new: NewTicketMessage) -> bool:
    """Whether `new`, under the client_id of `message`, is that message once more."""
    was = (message.body, message.channel, message.internal, message.file_ids)
    return was == (new.body, new.channel, new.internal, new.file_ids)


def mail_of(new: NewMail, at: datetime, number: str | None = None, upto_seq: int | None = None) -> Mail:
    """number, upto_seq: for what the intent leaves to its operation."""
    return Mail(
        id=new.id,
        kind=new.kind,
        to=new.to,
        locale=new.locale,
        message_id=new.message_id,
        created_at=at,
        due_at=at,
        ticket_number=new.ticket_number or number,
        chat_id=new.chat_id,
        upto_seq=upto_seq if new.upto_seq is None else new.upto_seq,
        context=dict(new.context),
    )


def _changed(ticket: Ticket, changes: TicketChanges, at: datetime) -> Ticket:
    status = changes.status or ticket.status
    is_final = status in FINAL_STATUSES
    checkpoint_at = ticket.checkpoint_at if changes.checkpoint_at is None else changes.checkpoint_at
    assignee = ticket.assignee if changes.assignee is None else changes.assignee
    return replace(
        ticket,
        status=status,
        priority=changes.priority or ticket.priority,
        department_id=changes.department_id or ticket.department_id,
        tier=changes.tier or ticket.tier,
        assignee=None if changes.unassign else assignee,
        tags=ticket.tags if changes.tags is None else changes.tags,
        topic=ticket.topic if changes.topic is None else changes.topic,
        checkpoint_at=None if changes.clear_checkpoint else checkpoint_at,
        solved_at=(ticket.solved_at or at) if is_final else None,
    )


def _with_message(
    before: Ticket, changed: Ticket, new: NewTicketMessage | None, mails: Sequence[NewMail], at: datetime
) -> TicketChange:
    queued = tuple(mail_of(mail, at, before.number) for mail in mails)
    message = None if new is None else _message(before.number, new, at, queued[0].id if queued else None)
    ticket = replace(changed, version=before.version + 1, updated_at=at)
    return TicketChange(before, ticket, message, queued)


def _message(number: str, new: NewTicketMessage, at: datetime, mail_id: str | None) -> TicketMessage:
    return TicketMessage(
        id=new.id,
        ticket_number=number,
        author=new.author,
        verified=new.verified,
        channel=new.channel,
        body=new.body,
        at=at,
        client_id=new.client_id,
        internal=new.internal,
        mail_id=mail_id,
        file_ids=new.file_ids,
    )
