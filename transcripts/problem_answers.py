"""What solving a problem owes whom: one text with variables, and per customer one mail, whatever is linked of theirs.

Pure, and the same whenever it is worked out again: a server that was killed in between leaves the rest to the next,
which makes the same messages under the same ids.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from transcripts.envelopes import Envelope, message_id
from transcripts.errors import TranscriptError
from transcripts.operations import NewMail, NewTicketMessage, TicketChanges
from transcripts.plain import one_line
from transcripts.problems import Problem
from transcripts.records import FINAL_STATUSES, Author, Chat, Ticket
from transcripts.solution import Solution

VARIABLES: Final = ("visitor.name", "ticket.number")
_VARIABLE: Final = re.compile(r"(?P<blank>[ \t]?)\{(?P<name>[a-z]+\.[a-z_]+)\}")
_NAME_CHARS: Final = 80
MAX_ANSWER_CHARS: Final = 8_000


class UnknownVariableError(TranscriptError):
    """The text names a variable that there is not; the message says which."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One person: whoever has the address, without regard to case. email None: nobody knows theirs (one chat)."""

    email: str | None
    name: str | None
    locale: str
    tickets: tuple[Ticket, ...]
    chats: tuple[Chat, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Of the tickets, else of those that the chats led to."""
        led_to = dict.fromkeys(chat.ticket_number for chat in self.chats if chat.ticket_number)
        return tuple(ticket.number for ticket in self.tickets) or tuple(led_to)


def customers(tickets: Sequence[Ticket], chats: Sequence[Chat]) -> tuple[Customer, ...]:
    """In the order in which they were linked, tickets first."""
    people: dict[str, tuple[list[Ticket], list[Chat]]] = {}
    for ticket in tickets:
        people.setdefault(ticket.requester_email.casefold(), ([], []))[0].append(ticket)
    for chat in chats:
        key = f"chat {chat.id}" if chat.visitor_email is None else chat.visitor_email.casefold()
        people.setdefault(key, ([], []))[1].append(chat)
    return tuple(_customer(tuple(theirs), tuple(said)) for theirs, said in people.values())


def check(text: str) -> None:
    """Raises UnknownVariableError."""
    for found in _VARIABLE.finditer(text):
        if found["name"] not in VARIABLES:
            known = " and ".join(f"{{{name}}}" for name in VARIABLES)
            raise UnknownVariableError(f"There is no variable {{{found['name']}}}. Use {known}.")


def filled(text: str, name: str | None, numbers: Sequence[str]) -> str:
    """The text for one customer; what is unknown is left out with the blank before it: "Hello," to who has no name."""
    values = {"visitor.name": one_line(name or "", _NAME_CHARS), "ticket.number": ", ".join(numbers)}

    def value(found: re.Match[str]) -> str:
        filling = values.get(found["name"])
        if filling is None:
            return found[0]
        return found["blank"] + filling if filling else ""

    # Names are as long as people make them: what a message may not hold is cut, not refused for everybody else.
    return _VARIABLE.sub(value, text).strip()[:MAX_ANSWER_CHARS]


def drafted(problem: Problem) -> str:
    """A text to start from."""
    told = [f"the problem “{problem.title}” is solved."]
    told += [part for part in (problem.cause, problem.solution) if part]
    return "\n\n".join(["Hello {visitor.name},", *told, "If it is not solved for you, just answer."])


def mark(problem: Problem) -> str:
    """The client_id of everything that solving the problem says: said once, whoever says it how often."""
    return f"problem:{problem.id}"


def author(problem: Problem) -> Author:
    return Author("agent", problem.solved_by_id, problem.solved_by_name)


def mail(problem: Problem, customer: Customer, host: str) -> NewMail:
    """The one mail of a customer with an address; its id is made of the problem and the address."""
    assert customer.email is not None
    digest = hashlib.sha256(customer.email.casefold().encode()).hexdigest()[:24]
    envelope = Envelope(f"problem-{problem.id}-{digest}", host)
    first = customer.tickets[0] if customer.tickets else None
    return NewMail(
        id=envelope.mail_id,
        kind="problem_solved",
        to=customer.email,
        locale=customer.locale,
        message_id=message_id(envelope, "ticket" if first else "chat"),
        ticket_number=first.number if first else None,
        chat_id=None if first else customer.chats[0].id,
        # The link leads to the conversation; the mail itself holds the answer only.
        upto_seq=0,
        context={
            "body": filled(problem.answer or "", customer.name, customer.numbers),
            "agent": problem.solved_by_name,
            "numbers": list(customer.numbers),
        },
    )


def ticket_changes(problem: Problem, customer: Customer, ticket: Ticket, mails: tuple[NewMail, ...]) -> TicketChanges:
    """Solved with the sentence; a ticket that is finished stays as it is, and gets the sentence too."""
    is_final = ticket.status in FINAL_STATUSES
    form = Solution(problem.cause, problem.solution) if problem.cause or problem.solution else None
    return TicketChanges(
        status=None if is_final else "solved",
        clear_checkpoint=not is_final,
        solution=None if is_final else form,
        news=True,
        message=NewTicketMessage(
            id=f"problem-{problem.id}-{ticket.number}",
            author=author(problem),
            body=filled(problem.answer or "", ticket.requester_name or customer.name, (ticket.number,)),
            channel="panel",
            client_id=mark(problem),
        ),
        mails=mails,
    )


def _customer(tickets: tuple[Ticket, ...], chats: tuple[Chat, ...]) -> Customer:
    if tickets:
        names = [ticket.requester_name for ticket in tickets] + [chat.visitor_name for chat in chats]
        first = tickets[0]
        return Customer(first.requester_email, next(filter(None, names), None), first.locale, tickets, chats)
    name = next((chat.visitor_name for chat in chats if chat.visitor_name), None)
    return Customer(chats[0].visitor_email, name, chats[0].locale, tickets, chats)
