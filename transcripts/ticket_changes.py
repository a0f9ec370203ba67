"""What an operation makes of a ticket and of the mails that go with it: pure transitions, the same for every adapter.

Which change a customer's reply or a closed chat asks for, and what it owes the customer, is decided in tickets.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from transcripts.errors import VersionConflict
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
        called_before=new.called_before,
        promised_at=new.at,
        tier_since=new.at,
        previous=new.previous,
        consent=new.consent,
    )
    first = None if new.first_message is None else _message(number, new.first_message, new.at, None)
    mails = tuple(mail_of(mail, new.at, number, upto_seq) for mail in new.mails)
    return TicketChange(None, ticket, first, mails)


def change_ticket(ticket: Ticket, changes: TicketChanges, at: datetime) -> TicketChange | None:
    """None where nothing would be different. Raises VersionConflict."""
    if changes.if_version is not None and changes.if_version != ticket.version:
        raise VersionConflict(f"ticket {ticket.number} is version {ticket.version}")
    changed = _changed(ticket, changes, at)
    if changed == ticket and changes.message is None and not changes.mails:
        return None
    return _with_message(ticket, changed, changes.message, changes.mails, at)


def add_message(
    ticket: Ticket,
    new: NewTicketMessage,
    at: datetime,
    mails: Sequence[NewMail],
    checkpoint_at: datetime | None = None,
) -> tuple[TicketChange, TicketMessage]:
    """checkpoint_at: the next promise, where the answer comes after the standing one."""
    answered = ticket
    if new.author.kind == "agent" and not new.internal:
        is_late = ticket.checkpoint_at is not None and ticket.checkpoint_at < at
        answered = _changed(
            ticket, TicketChanges(news=True, message=new, checkpoint_at=checkpoint_at if is_late else None), at
        )
    change = _with_message(ticket, answered, new, mails, at)
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
    is_final, was_final = status in FINAL_STATUSES, ticket.status in FINAL_STATUSES
    assignee = ticket.assignee if changes.assignee is None else changes.assignee
    answers = changes.news and (changes.message is not None or is_final)
    changed = replace(
        ticket,
        status=status,
        priority=changes.priority or ticket.priority,
        department_id=changes.department_id or ticket.department_id,
        tier=changes.tier or ticket.tier,
        assignee=None if changes.unassign else assignee,
        tags=ticket.tags if changes.tags is None else changes.tags,
        topic=ticket.topic if changes.topic is None else changes.topic,
        solved_at=(ticket.solved_at or at) if is_final else None,
        # A ticket that is finished anew is so with what is said now, not with what was believed before.
        solution=changes.solution or (ticket.solution if was_final or not is_final else None),
        rating=changes.rating or ticket.rating,
        reopened=ticket.reopened + (was_final and not is_final),
        first_answer_at=ticket.first_answer_at or (at if answers else None),
    )
    starts_anew = (changed.tier, changed.department_id) != (ticket.tier, ticket.department_id)
    starts_anew = starts_anew or (not is_final and status != "waiting" and (was_final or ticket.status == "waiting"))
    return _promised(ticket, replace(changed, tier_since=at if starts_anew else ticket.tier_since), changes, at)


def _promised(before: Ticket, changed: Ticket, changes: TicketChanges, at: datetime) -> Ticket:
    """The next promise, and the judgement on the standing one where it is followed by another or by none."""
    is_final = changed.status in FINAL_STATUSES
    standing = before.checkpoint_at
    following = None if is_final or changes.clear_checkpoint else changes.checkpoint_at or standing
    missed_at = None if is_final or changes.news else before.missed_at
    if changes.missed:
        missed_at = before.missed_at or standing
    if following == standing:
        return replace(changed, missed_at=missed_at)
    is_missed = standing is not None and (changes.missed or (changes.news and standing < at))
    is_kept = standing is not None and changes.news and not is_missed
    return replace(
        changed,
        checkpoint_at=following,
        promised_at=None if following is None else at,
        missed_at=missed_at,
        promises_kept=before.promises_kept + is_kept,
        promises_missed=before.promises_missed + is_missed,
    )


def _with_message(
    before: Ticket, changed: Ticket, new: NewTicketMessage | None, mails: Sequence[NewMail], at: datetime
) -> TicketChange:
    queued = tuple(mail_of(mail, at, before.number) for mail in mails)
    carried = new is not None and new.author.kind == "agent" and not new.internal
    message = None if new is None else _message(before.number, new, at, queued[0].id if queued and carried else None)
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
        quoted=new.quoted,
        sender=new.sender,
    )
