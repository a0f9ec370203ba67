"""What a ticket owes its customer: at a change of status, with an answer, when they write themselves.

A promise is kept by construction: nothing is mailed about an unfinished ticket without the time of the next news.
Pure, like tickets.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from transcripts.envelopes import Envelope, iso, ticket_mail
from transcripts.operations import NewMail, NewTicketMessage, TicketChanges
from transcripts.records import FINAL_STATUSES, SYSTEM, Author, File, MailKind, Priority, Rating, Ticket, TicketStatus
from transcripts.solution import Solution
from transcripts.tickets import TicketRuleError, in_future

MAX_BODY_CHARS = 8_000
RATING_EDITABLE: Final = timedelta(hours=24)
REOPENS_WITHIN: Final = timedelta(days=14)


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
    solution: Solution | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What a change owes the customer. mail: they are told at all."""

    mail: bool
    sentence: bool
    checkpoint: bool
    clears_checkpoint: bool


def owed(ticket: Ticket, change: Change) -> Owed:
    """A new status that is not final owes a sentence and the next checkpoint; a final one ends the promise.

    A sentence, a solution, a moved checkpoint and the step to a higher tier are mailed too, and after any mail about
    an unfinished ticket the promise must lie ahead. Priority, department, assignee, tags, topic and the way back to a
    lower tier are the team's own business.
    """
    status = change.status or ticket.status
    new_status = status != ticket.status
    final = status in FINAL_STATUSES
    moved = change.checkpoint_at is not None and change.checkpoint_at != ticket.checkpoint_at and not final
    return Owed(
        mail=new_status or moved or change.message is not None or raises(ticket, change) or _solves(ticket, change),
        sentence=new_status and not final,
        checkpoint=new_status and not final,
        clears_checkpoint=final and ticket.checkpoint_at is not None,
    )


def raises(ticket: Ticket, change: Change) -> bool:
    """Whether it passes an unfinished ticket to a higher tier, which its customer is told."""
    is_final = (change.status or ticket.status) in FINAL_STATUSES
    return change.tier is not None and change.tier > ticket.tier and not is_final


def changed(
    ticket: Ticket, change: Change, *, by: Author, at: datetime, message_id: str, envelope: Envelope
) -> TicketChanges:
    """The record's change with the customer's mail. message_id: of the ticket's message that holds the sentence.

    Raises TicketRuleError: field "message" or "checkpoint_at" where the customer would be left without either,
    "solution" where nothing is solved.
    """
    _check_solution(ticket, change)
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
    context: dict[str, Any] = {
        "status": change.status or ticket.status,
        "checkpoint_at": iso(checkpoint_at),
        "sentence": sentence,
    }
    tells_end = final and (change.status not in {None, ticket.status} or _solves(ticket, change))
    kind: MailKind = "ticket_solved" if tells_end else "ticket_update"
    if tells_end:
        context |= _solved_parts(change.solution)
    elif raises(ticket, change):
        kind = "ticket_escalated"
        context["tier"] = change.tier
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
        solution=None if change.solution is None or change.solution.is_empty else change.solution,
        news=debt.mail,
        message=NewTicketMessage(id=message_id, author=by, body=sentence, channel="panel") if sentence else None,
        mails=(ticket_mail(kind, ticket, envelope, context),) if debt.mail else (),
    )


def _check_solution(ticket: Ticket, change: Change) -> None:
    """Raises TicketRuleError."""
    if change.solution is None or change.solution.is_empty:
        return
    status = change.status or ticket.status
    if status not in FINAL_STATUSES or "solved" not in {status, ticket.status}:
        raise TicketRuleError("solution", "A solution belongs to a solved ticket. Set the status to solved with it.")
    for part, text in (("cause", change.solution.cause), ("done", change.solution.done)):
        if text is not None:
            _body(f"solution.{part}", text)


def _solves(ticket: Ticket, change: Change) -> bool:
    """Another solution than the one that the customer was told."""
    return change.solution is not None and not change.solution.is_empty and change.solution != ticket.solution


def _solved_parts(solution: Solution | None) -> dict[str, str | bool | None]:
    told = solution or Solution()
    return {
        "cause": told.cause,
        "done": told.done,
        "fully_solved": told.fully_solved,
        "can_recur": told.can_recur,
    }


def answered(
    ticket: Ticket,
    message: NewTicketMessage,
    envelope: Envelope,
    checkpoint_at: datetime | None = None,
    files: Sequence[File] = (),
) -> tuple[NewMail, ...]:
    """The mail that carries an agent's answer; none for a note of the team. Raises TicketRuleError, field "body".

    checkpoint_at: the next promise, where the standing one has passed; None: it stands. files: those that came with
    the answer; the mail names them, they stand on the customer's page.
    """
    body = _body("body", message.body)
    if message.internal:
        return ()
    context: dict[str, Any] = {
        "status": ticket.status,
        "checkpoint_at": iso(checkpoint_at or ticket.checkpoint_at),
        "body": body,
        "agent": message.author.name,
    }
    if files:
        context["files"] = [{"name": file.name, "size_bytes": file.size_bytes} for file in files]
    return (ticket_mail("ticket_reply", ticket, envelope, context),)


def is_long_over(ticket: Ticket, now: datetime) -> bool:
    """Whether what its customer writes now becomes a new ticket, linked to this one, instead of opening it again."""
    over_at = ticket.solved_at or ticket.updated_at
    return ticket.status in FINAL_STATUSES and now - over_at > REOPENS_WITHIN


def heard(ticket: Ticket, message: NewTicketMessage, checkpoint_at: datetime, envelope: Envelope) -> TicketChanges:
    """The customer wrote: a finished or waiting ticket is open again, with `checkpoint_at` where it had no promise.

    That new promise is mailed; a waiting ticket's stands, and is not. Two machines cannot answer each other by it: the
    next mail finds the ticket open, and nothing answers that. Raises TicketRuleError, "body".
    """
    _body("body", message.body)
    if ticket.status in FINAL_STATUSES:
        context = {"status": "open", "checkpoint_at": iso(checkpoint_at), "reopened": True}
        mail = ticket_mail("ticket_update", ticket, envelope, context)
        return TicketChanges(status="open", checkpoint_at=checkpoint_at, message=message, mails=(mail,))
    return TicketChanges(status="open" if ticket.status == "waiting" else None, message=message)


def missed(ticket: Ticket, checkpoint_at: datetime, envelope: Envelope) -> TicketChanges:
    """The promise's time has passed without news: the customer is told so, with the next one, and the team reads it.

    checkpoint_at: the next promise. Only of this very version of the ticket, so that it is told once.
    """
    context = {
        "status": ticket.status,
        "checkpoint_at": iso(checkpoint_at),
        "missed_at": iso(ticket.checkpoint_at),
    }
    return TicketChanges(
        checkpoint_at=checkpoint_at,
        missed=True,
        if_version=ticket.version,
        mails=(ticket_mail("ticket_missed", ticket, envelope, context),),
    )


def escalated(ticket: Ticket, tier: int, *, keeps_assignee: bool, message_id: str, envelope: Envelope) -> TicketChanges:
    """The time of the ticket's tier is over: it is the next one's, the customer hears so, and a note tells the team.

    Only of this very version of the ticket. The standing promise stands.
    """
    note = f"Tier {ticket.tier} has not solved it in its time: passed on to tier {tier}."
    context = {"status": ticket.status, "checkpoint_at": iso(ticket.checkpoint_at), "tier": tier}
    return TicketChanges(
        tier=tier,
        unassign=not keeps_assignee,
        if_version=ticket.version,
        message=NewTicketMessage(id=message_id, author=SYSTEM, body=note, channel="panel", internal=True),
        mails=(ticket_mail("ticket_escalated", ticket, envelope, context),),
    )


def returned(ticket: Ticket, note: str | None, *, by: Author, message_id: str) -> TicketChanges:
    """The way back to tier 1, with note and solution for those who will meet it again. Nobody is mailed.

    Where it is already nothing changes, unless there is a note. Raises TicketRuleError, field "note".
    """
    parts = [_body("note", note)] if note is not None else []
    if ticket.tier > 1 and ticket.solution is not None:
        parts.append(_told(ticket.solution))
    if ticket.tier > 1 and not parts:
        parts.append(f"Tier {ticket.tier} gives it back to tier 1.")
    body = "\n\n".join(parts)[:MAX_BODY_CHARS]
    return TicketChanges(
        tier=1,
        unassign=ticket.tier > 1,
        if_version=ticket.version,
        message=NewTicketMessage(id=message_id, author=by, body=body, channel="panel", internal=True) if body else None,
    )


def rated(ticket: Ticket, score: int, comment: str | None, at: datetime) -> TicketChanges:
    """The customer's rating of a finished ticket: changeable for a day, and anew when it is finished again.

    Raises TicketRuleError, field "score".
    """
    if ticket.status not in FINAL_STATUSES or ticket.solved_at is None:
        raise TicketRuleError("score", "Rate it when it is solved.")
    first = ticket.rating.at if ticket.rating and ticket.rating.at >= ticket.solved_at else at
    if at - first > RATING_EDITABLE:
        raise TicketRuleError("score", "A rating can be changed for 24 hours.")
    return TicketChanges(rating=Rating(score, None, None, comment, first), if_version=ticket.version)


def can_rate(ticket: Ticket, at: datetime) -> bool:
    try:
        rated(ticket, 1, None, at)
    except TicketRuleError:
        return False
    return True


def _told(solution: Solution) -> str:
    """For the team, whose panel is in English."""
    parts = (
        ("Cause", solution.cause),
        ("What was done", solution.done),
        ("Fully solved", None if solution.fully_solved is None else "yes" if solution.fully_solved else "no"),
        ("Can happen again", None if solution.can_recur is None else "yes" if solution.can_recur else "no"),
    )
    return "\n".join(f"{name}: {said}" for name, said in parts if said is not None)


def _body(field: str, text: str) -> str:
    body = text.strip()
    if not body:
        raise TicketRuleError(field, "Write something: an empty message says nothing.")
    if len(body) > MAX_BODY_CHARS:
        raise TicketRuleError(field, f"At most {MAX_BODY_CHARS:,} characters.")
    return body
