"""What the mails about a ticket's life say besides status and promise: how we go on, the solution, a missed promise.

Read from the values that were frozen when the mail was queued (promises.py); where it came from, and the number and
time to call, a ticket keeps for good. An empty part is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from transcripts.plain import one_line
from transcripts.records import Channel, MailKind, Ticket
from transcripts.wording import Wording

KINDS: Final[frozenset[MailKind]] = frozenset({"ticket_solved", "ticket_missed", "ticket_escalated"})
_PHONE_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the solution. is_free: in an agent's own words."""

    name: str
    said: str
    is_free: bool


def shown(context: Mapping[str, Any], ticket: Ticket | None, words: Wording, tz: tzinfo) -> dict[str, Any]:
    """ticket: None for a mail that speaks of none."""
    missed_at = context.get("missed_at")
    return {
        "received": _received(ticket, words, tz) if ticket else None,
        "reopened": bool(context.get("reopened")),
        "solution": list(_parts(context, words)),
        "cause": context.get("cause"),
        "done": context.get("done"),
        "missed_at": datetime.fromisoformat(missed_at) if missed_at else None,
    }


def _received(ticket: Ticket, words: Wording, tz: tzinfo) -> str:
    """That it is with us, and how we go on, as fits the way it came; and which ticket it goes on with."""
    received = _arrived(ticket, words, tz)
    if ticket.previous is None:
        return received
    return f"{received} " + words.gettext("It goes on with your ticket %(number)s.", number=ticket.previous)


def promises_call(ticket: Ticket) -> bool:
    """Whether its customer asked to be called; elsewhere a number was only left."""
    by_phone = ticket.channel == "phone" and ticket.call_at is not None
    return ticket.phone is not None and (ticket.channel == "callback" or by_phone)


def _arrived(ticket: Ticket, words: Wording, tz: tzinfo) -> str:
    if ticket.phone and promises_call(ticket):
        return _call(ticket, ticket.phone, words, tz)
    question = words.gettext("Your question is with us and will not get lost. We go on by e-mail.")
    other: dict[Channel, str] = {
        "suggestion": words.gettext("Your suggestion is with us and will not get lost. We go on by e-mail."),
        "abandoned": words.gettext(
            "Our chat ended before we could help. Your question is with us; we go on by e-mail."
        ),
        "mail": words.gettext("Your mail is with us and will not get lost. We go on by e-mail."),
        "phone": words.gettext("Thank you for your call. What you told us is with us and will not get lost."),
        "api": words.gettext("Your request is with us and will not get lost."),
    }
    return other.get(ticket.channel, question)


def _call(ticket: Ticket, number: str, words: Wording, tz: tzinfo) -> str:
    """Who asked for a call is called, at the time they chose."""
    phone = one_line(number, _PHONE_CHARS)
    if ticket.call_at is None:
        call = words.gettext("We call you at %(phone)s.", phone=phone)
    else:
        when = words.moment(ticket.call_at, tz)
        call = words.gettext("We call you at %(phone)s: %(when)s.", phone=phone, when=when)
    return words.gettext("Your request is with us and will not get lost.") + " " + call


def _parts(context: Mapping[str, Any], words: Wording) -> Iterator[Part]:
    for name, said in (
        (words.gettext("Cause"), context.get("cause")),
        (words.gettext("What we did"), context.get("done")),
    ):
        if said:
            yield Part(name, said, is_free=True)
    for name, is_so in (
        (words.gettext("Fully solved"), context.get("fully_solved")),
        (words.gettext("Can it happen again"), context.get("can_recur")),
    ):
        if is_so is not None:
            yield Part(name, words.gettext("Yes") if is_so else words.gettext("No"), is_free=False)
