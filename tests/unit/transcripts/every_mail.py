"""One mail of every kind there is, in which everything that people type is what the test says.

A kind that is missing here fails `test_no_kind_of_mail_is_forgotten`: no template goes out that nobody has judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from tests.unit.transcripts.samples import (
    ASKED_AT,
    CHECKPOINT_AT,
    DESK,
    LINK,
    a_chat,
    a_ticket,
    messages_of,
    unattended_mails,
)
from tests.unit.transcripts.test_weekly import weekly
from transcripts.envelopes import Envelope
from transcripts.incidents import Incident, News, Subscriber
from transcripts.mails.account_mails import invitation_mail, reset_mail
from transcripts.mails.account_mails import news_mail as account_news
from transcripts.mails.code_mail import code_mail
from transcripts.mails.incident_mails import confirm_mail, news_mail
from transcripts.mails.mails import DeskFacts, Rendered, render
from transcripts.mails.person_mail import person_mail
from transcripts.operations import NewMail
from transcripts.records import Author, Chat, Mail, MailKind, Ticket
from transcripts.ticket_changes import mail_of

TO: Final = "petr@example.com"
CODE: Final = "123456"
ENVELOPE: Final = Envelope("m9", "desk.example")
PROMISE: Final = {"status": "in_progress", "checkpoint_at": CHECKPOINT_AT.isoformat()}


@dataclass(frozen=True, slots=True)
class Case:
    """What a mail is made from: a chat and its ticket, and what somebody typed everywhere."""

    text: str
    chat: Chat
    ticket: Ticket
    first: Mail

    def of_ticket(self, kind: MailKind, **context: Any) -> Mail:
        return replace(self.first, id="m2", kind=kind, upto_seq=None, message_id="<m2@desk.example>", context=context)

    def queued(self, new: NewMail) -> Mail:
        return mail_of(new, ASKED_AT)

    def unattended(self, n: int) -> Mail:
        return list(unattended_mails(self.first, self.text))[n]

    def incident(self, *, over: bool) -> Mail:
        by = Author("agent", "a1", self.text)
        until = ASKED_AT + timedelta(hours=2)
        what = Incident("i1", self.text, self.text, "planned", self.text, (), ASKED_AT, until, ASKED_AT, by)
        news = News("i1", 1, self.text, ASKED_AT, by, over=over)
        reader = Subscriber("s1", TO, self.chat.locale, True, (), ASKED_AT)
        return self.queued(news_mail(what, news, reader, "desk.example"))


MAKERS: Final[dict[MailKind, Callable[[Case], Mail]]] = {
    "ticket_created": lambda case: case.first,
    "ticket_update": lambda case: case.of_ticket("ticket_update", **PROMISE, sentence=case.text),
    "ticket_reply": lambda case: case.of_ticket("ticket_reply", **PROMISE, body=case.text, agent=case.text),
    "ticket_solved": lambda case: case.of_ticket(
        "ticket_solved",
        status="solved",
        sentence=case.text,
        cause=case.text,
        done=case.text,
        fully_solved=True,
        can_recur=False,
    ),
    "ticket_missed": lambda case: case.of_ticket("ticket_missed", **PROMISE, missed_at=ASKED_AT.isoformat()),
    "ticket_escalated": lambda case: case.of_ticket("ticket_escalated", **PROMISE, sentence=case.text),
    "transcript": lambda case: replace(
        case.first, id="m5", kind="transcript", message_id="<chat.m5@desk.example>", ticket_number=None, context={}
    ),
    "nobody_online": lambda case: case.unattended(0),
    "nobody_online_over": lambda case: case.unattended(1),
    "weekly_report": lambda case: replace(weekly(case.chat.locale), to=TO),
    "incident_confirm": lambda case: case.queued(
        confirm_mail(ENVELOPE, TO, case.chat.locale, None, ASKED_AT + timedelta(days=1))
    ),
    "incident_update": lambda case: case.incident(over=False),
    "incident_over": lambda case: case.incident(over=True),
    "problem_solved": lambda case: case.of_ticket(
        "problem_solved", body=case.text, agent=case.text, numbers=["10023", "10024"]
    ),
    "password_reset": lambda case: case.queued(
        reset_mail(ENVELOPE, TO, case.chat.locale, "a1", "r1", ASKED_AT + timedelta(hours=1))
    ),
    "invitation": lambda case: case.queued(
        invitation_mail(ENVELOPE, TO, case.chat.locale, "a1", "r1", ASKED_AT + timedelta(days=7), case.text)
    ),
    "account_news": lambda case: case.queued(account_news(ENVELOPE, TO, case.chat.locale, "password", ASKED_AT)),
    "person_link": lambda case: case.queued(person_mail(ENVELOPE, TO, case.chat.locale, "export", ASKED_AT)),
    "one_time_code": lambda case: case.queued(code_mail(case.chat, TO, "k1", ENVELOPE, ASKED_AT)),
}


def case_of(text: str, locale: str, *, question: str | None = None) -> Case:
    """question: what the chat began with, where it is another text."""
    chat = a_chat(name=text, question=question or text, locale=locale)
    ticket, first = a_ticket(chat, subject=text)
    return Case(text, chat, replace(ticket, requester_name=text, subject=text), first)


def written(case: Case, kind: MailKind, *, desk: DeskFacts = DESK) -> tuple[Mail, Rendered]:
    mail = MAKERS[kind](case)
    messages = [
        replace(message, author=replace(message.author, name=case.text))
        for message in messages_of(case.chat, answer=case.text, file=case.text)
    ]
    content = render(
        mail,
        ticket=case.ticket if mail.ticket_number else None,
        chat=case.chat if mail.chat_id else None,
        messages=messages if mail.chat_id else [],
        ticket_messages=(),
        desk=desk,
        link=LINK,
        code=LINK if kind in ("password_reset", "invitation", "person_link") else CODE,
    )
    return mail, content
