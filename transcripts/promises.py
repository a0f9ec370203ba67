"""What a ticket owes its customer: at a change of status, with an answer, when they write themselves.

A promise is kept by construction: nothing is mailed about an unfinished ticket without the time of the next news.
Pure, like tickets.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from transcripts.envelopes import Envelope, iso, ticket_mail
from transcripts.operations import NewMail, NewTicketMessage, TicketChanges
from transcripts.records import FINAL_STATUSES, Author, Priority, Ticket, TicketStatus
from transcripts.tickets import TicketRuleError, in_future

MAX_BODY_CHARS = 8_000


@dataclass(frozen=True, slots=True)
class Change:
    """What an agent asks of a ticket (PATCH); None: leave as it is. message: the sentence for the customer."""

    status: TicketStatus | None = None
    priority: Priority | None = None
    department_id: str | None = None
    tier: int | None = None
    assignee: str | None = None
    unassign: bool = False
    tags: tuple[str, ...] | None = None
    topic: str | None = None
    checkpoint_at: datetime | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What a change owes the customer. mail: they are told at all."""

    mail: bool
    sentence: bool
    checkpoint: bool
    clears_checkpoint: bool


def owed(ticket: Ticket, change: Change) -> Owed:
    """A new status that is not final owes a sentence and the next checkpoint; a final one ends the promise.

    A sentence or a moved checkpoint is mailed too, and after any mail about an unfinished ticket the promise must lie
    ahead. Priority, department, assignee, tags and topic are the team's own business.
    """
    status = change.status or ticket.status
    new_status = status != ticket.status
    final = status in FINAL_STATUSES
    moved = change.checkpoint_at is not None and change.checkpoint_at != ticket.checkpoint_at and not final
    return Owed(
        mail=new_status or moved or change.message is not None,
        sentence=new_status and not final,
        checkpoint=new_status and not final,
        clears_checkpoint=final and ticket.checkpoint_at is not None,
    )


def changed(
    ticket: Ticket, change: Change, *, by: Author, at: datetime, message_id: str, envelope: Envelope
) -> TicketChanges:
    """The record's change with the customer's mail. message_id: of the ticket's message that holds the sentence.

    Raises TicketRuleError: field "message" or "checkpoint_at" where the customer would be left without either.
    """
    debt = owed(ticket, change)
    sentence = None if change.message is None else _body("message", change.message)
    if debt.sentence and sentence is None:
        raise TicketRuleError("message", "Tell the customer in a sentence what happens now.")
    final = (change.status or ticket.status) in FINAL_STATUSES
    checkpoint_at = None if final else change.checkpoint_at or (None if debt.checkpoint else ticket.checkpoint_at)
    if debt.mail and not final:
        if checkpoint_at is None:
            raise TicketRuleError("checkpoint_at", "Say when the customer hears from us next.")
        in_future("checkpoint_at", checkpoint_at, at)
    if final and change.status is None and change.checkpoint_at is not None:
        raise TicketRuleError("checkpoint_at", "This ticket is finished. Reopen it to promise further news.")
    context = {
        "status": change.status or ticket.status,
        "checkpoint_at": iso(checkpoint_at),
        "sentence": sentence,
    }
    return TicketChanges(
        status=change.status,
        priority=change.priority,
        department_id=change.department_id,
        tier=change.tier,
        assignee=change.assignee,
        unassign=change.unassign,
        tags=change.tags,
        topic=change.topic,
        checkpoint_at=None if final else change.checkpoint_at,
        clear_checkpoint=debt.clears_checkpoint,
        message=NewTicketMessage(id=message_id, author=by, body=sentence, channel="panel") if sentence else None,
        mails=(ticket_mail("ticket_update", ticket, envelope, context),) if debt.mail else (),
    )


def answered(ticket: Ticket, message: NewTicketMessage, envelope: Envelope) -> tuple[NewMail, ...]:
    """The mail that carries an agent's answer; none for a note of the team. Raises TicketRuleError, field "body"."""
    body = _body("body", message.body)
    if message.internal:
        return ()
    context = {
        "status": ticket.status,
        "checkpoint_at": iso(ticket.checkpoint_at),
        "body": body,
        "agent": message.author.name,
    }
    return (ticket_mail("ticket_reply", ticket, envelope, context),)


def heard(ticket: Ticket, message: NewTicketMessage, checkpoint_at: datetime) -> TicketChanges:
    """The customer wrote: a finished or waiting ticket is open again, with `checkpoint_at` where it had no promise.

    No mail: they see it on their page, and two machines must not answer each other. Raises TicketRuleError, "body".
    """
    _body("body", message.body)
    if ticket.status in FINAL_STATUSES:
        return TicketChanges(status="open", checkpoint_at=checkpoint_at, message=message)
    return TicketChanges(status="open" if ticket.status == "waiting" else None, message=message)


def _body(field: str, text: str) -> str:
    body = text.strip()
    if not body:
        raise TicketRuleError(field, "Write something: an empty message says nothing.")
    if len(body) > MAX_BODY_CHARS:
        raise TicketRuleError(field, f"At most {MAX_BODY_CHARS:,} characters.")
    return body
