"""One invented conversation with its ticket and its mails, told by the tests of mails and exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from transcripts.envelopes import Envelope
from transcripts.mails.mails import DeskFacts, Rendered, render
from transcripts.mails.watching import Unattended, unattended_mail
from transcripts.records import SYSTEM, Author, Chat, File, Mail, Message, MessageKind, Note, Ticket, TicketMessage
from transcripts.ticket_changes import mail_of
from transcripts.tickets import Asked, from_chat
from transcripts.wording import event_sentence

ASKED_AT: Final = datetime(2026, 11, 21, 13, 2, tzinfo=UTC)
CHECKPOINT_AT: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PRAGUE: Final = ZoneInfo("Europe/Prague")
DESK: Final = DeskFacts("Parcel Harbour", "https://desk.example", "support@desk.example", PRAGUE)
LINK: Final = "https://desk.example/t/eyJ0IjoiMTAwMjMifQ.c2lnbmF0dXJl"
JANA: Final = Author("agent", "a1", "Jana Malá")
KINDS: Final = (
    "ticket_created",
    "ticket_update",
    "ticket_reply",
    "ticket_solved",
    "ticket_missed",
    "ticket_escalated",
    "transcript",
    "nobody_online",
    "nobody_online_over",
)


def a_chat(*, name: str = "Petr Novák", question: str = "Where is parcel CZ 4417 920?", locale: str = "en") -> Chat:
    return Chat(
        id="c1",
        state="active",
        department_id="support",
        tier=1,
        topic=None,
        priority="normal",
        visitor_id="v1",
        visitor_name=name,
        visitor_email="petr@example.com",
        visitor_verified=None,
        locale=locale,
        question=question,
        line=1,
        returned=False,
        route_version=2,
        agent_id="a1",
        created_at=ASKED_AT,
        queued_at=ASKED_AT,
        last_seq=5,
    )


def messages_of(chat: Chat, *, answer: str = "I am looking it up.", file: str = "invoice.pdf") -> list[Message]:
    visitor = Author("visitor", chat.visitor_id, chat.visitor_name)
    joined = event_sentence("assigned", chat.locale, agent=JANA.name)

    def message(
        seq: int, author: Author, kind: MessageKind, body: str, file: File | None = None, code: str | None = None
    ) -> Message:
        at = ASKED_AT + timedelta(minutes=seq - 1)
        return Message(chat.id, seq, f"m{seq}", author, kind, body, at, file, {"code": code} if code else None)

    return [
        message(1, visitor, "text", chat.question),
        message(2, SYSTEM, "event", joined, code="assigned"),
        message(3, JANA, "text", answer),
        message(4, visitor, "file", file, file=File("f1", file, "application/pdf", 24_310)),
        message(5, visitor, "text", "Thank you!"),
    ]


def a_note(body: str = "Carrier skipped the scan again.", *, after_seq: int = 3) -> Note:
    return Note("c1", 1, after_seq, "n1", JANA, body, ASKED_AT + timedelta(minutes=3))


def a_ticket(chat: Chat, *, subject: str | None = None) -> tuple[Ticket, Mail]:
    """The chat's ticket and its first mail, as the record would keep them."""
    asked = Asked("chat", "petr@example.com", ASKED_AT, CHECKPOINT_AT, subject=subject)
    new = from_chat(chat, asked, Envelope("m1", "desk.example"))
    ticket = Ticket(
        number="10023",
        status="open",
        priority=new.priority,
        department_id=new.department_id,
        tier=1,
        topic=None,
        subject=new.subject,
        channel=new.channel,
        requester_name=new.requester_name,
        requester_email=new.requester_email,
        requester_verified=None,
        locale=new.locale,
        assignee=None,
        checkpoint_at=new.checkpoint_at,
        created_at=new.at,
        updated_at=new.at,
        chat_id=chat.id,
    )
    (first,) = new.mails
    mail = Mail(
        id=first.id,
        kind=first.kind,
        to=first.to,
        locale=first.locale,
        message_id=first.message_id,
        created_at=ASKED_AT,
        due_at=ASKED_AT,
        ticket_number="10023",
        chat_id=first.chat_id,
        upto_seq=5,
        context=first.context,
    )
    return ticket, mail


def mails_of(
    chat: Chat, ticket: Ticket, first: Mail, *, sentence: str = "We have asked the carrier.", agent: str = "Jana Malá"
) -> Iterator[Mail]:
    """One mail of every kind, and a second update for the finished ticket."""
    promise = {"status": "in_progress", "checkpoint_at": CHECKPOINT_AT.isoformat()}
    later = replace(first, upto_seq=None)
    yield first
    yield replace(
        later,
        id="m2",
        kind="ticket_update",
        message_id="<ticket.m2@desk.example>",
        context={**promise, "sentence": sentence},
    )
    yield replace(
        later, id="m3", kind="ticket_update", message_id="<ticket.m3@desk.example>", context={"status": "solved"}
    )
    yield replace(
        later,
        id="m4",
        kind="ticket_reply",
        message_id="<ticket.m4@desk.example>",
        context={**promise, "body": sentence, "agent": agent},
    )
    yield replace(
        first, id="m5", kind="transcript", message_id="<chat.m5@desk.example>", ticket_number=None, context={}
    )
    yield from life_mails(later, sentence)
    yield from unattended_mails(first, agent)


def life_mails(later: Mail, words: str) -> Iterator[Mail]:
    """Solved with all four parts, a promise that was not kept, passed on to the next tier."""
    promise = {"status": "open", "checkpoint_at": CHECKPOINT_AT.isoformat()}
    parts = {"sentence": words, "cause": words, "done": words, "fully_solved": True, "can_recur": False}
    for kind, context in (
        ("ticket_solved", {"status": "solved", "checkpoint_at": None, **parts}),
        ("ticket_missed", {**promise, "missed_at": ASKED_AT.isoformat()}),
        ("ticket_escalated", {**promise, "tier": 2}),
    ):
        message_id = f"<ticket.{kind}@desk.example>"
        yield replace(later, id=kind, kind=kind, message_id=message_id, context=context)  # type: ignore[arg-type]


def unattended_mails(first: Mail, agent: str) -> Iterator[Mail]:
    """A gap of four minutes: when it is noticed, and when it is over."""
    begun = Unattended("Support", ASKED_AT, "away", agent, "lunch", waiting=2)
    over = replace(begun, until=ASKED_AT + timedelta(minutes=4), ended="back", came=agent, left=1)
    for what in (begun, over):
        new = unattended_mail(Envelope("m6", "desk.example"), first.to, first.locale, what)
        yield mail_of(new, ASKED_AT)


def rendered(
    mail: Mail,
    chat: Chat | None,
    ticket: Ticket | None,
    messages: list[Message],
    *,
    written: tuple[TicketMessage, ...] = (),
    desk: DeskFacts = DESK,
) -> Rendered:
    of_ticket = ticket if mail.kind.startswith("ticket_") else None
    return render(mail, ticket=of_ticket, chat=chat, messages=messages, ticket_messages=written, desk=desk, link=LINK)
