"""Mails about incidents and solved problems: whatever was typed, in every language, they say what they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.unit.transcripts.samples import DESK, JANA, a_chat, a_ticket
from tests.unit.transcripts.test_mails_hostile import ATTRIBUTES, HEADERS, HOSTILE, TAGS, Markup
from transcripts import problem_answers as answers
from transcripts.envelopes import Envelope
from transcripts.incidents import Incident, News, Subscriber, opening
from transcripts.mails.incident_mails import confirm_mail, news_mail
from transcripts.mails.mails import as_bytes, render
from transcripts.operations import NewMail
from transcripts.problems import Problem
from transcripts.records import Mail, Ticket
from transcripts.ticket_changes import mail_of
from transcripts.wording import LOCALES

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LINK = "https://desk.example/incidents/unsubscribe/x.y.z"
HOST = "desk.example"


def incident(text: str, **fields: object) -> Incident:
    made = Incident("i1", text, text, "incident", text, (), NOW, None, NOW, JANA)
    return replace(made, **fields)  # type: ignore[arg-type]


def mails_to_many(text: str, locale: str) -> list[tuple[NewMail, Ticket | None]]:
    reader = Subscriber("s1", "petr@example.com", locale, True, (), NOW)
    planned = incident(text, kind="planned", ends_at=NOW + timedelta(hours=2))
    over = News("i1", 2, "", NOW, JANA, over=True)
    chat = a_chat(name=text, question=text, locale=locale)
    ticket, _ = a_ticket(chat, subject=text)
    ticket = replace(ticket, requester_name=text)
    problem = Problem("p1", text, NOW, JANA, answer=f"Hello {{visitor.name}}, {text}", solved_by_name=text)
    (customer,) = answers.customers([ticket, replace(ticket, number="10024")], [])
    (visitor,) = answers.customers([], [replace(chat, visitor_email="petr@example.com")])
    return [
        (confirm_mail(Envelope("m1", HOST), "petr@example.com", locale, incident(text), NOW), None),
        (confirm_mail(Envelope("m2", HOST), "petr@example.com", locale, None, NOW), None),
        (news_mail(incident(text), opening(incident(text)), reader, HOST), None),
        (news_mail(planned, News("i1", 1, text, NOW, JANA), reader, HOST), None),
        (news_mail(planned, over, reader, HOST), None),
        (answers.mail(problem, customer, HOST), ticket),
        (answers.mail(problem, visitor, HOST), None),
    ]


def written(text: str, locale: str) -> list[tuple[Mail, EmailMessage]]:
    chat = a_chat(name=text, question=text, locale=locale)
    made = []
    for new, ticket in mails_to_many(text, locale):
        mail = mail_of(new, NOW)
        content = render(
            mail,
            ticket=ticket,
            chat=chat if mail.chat_id else None,
            messages=[],
            ticket_messages=[],
            desk=replace(DESK, name=text),
            link=LINK,
        )
        message = message_from_bytes(as_bytes(content, mail), policy=policy.default)
        assert isinstance(message, EmailMessage)
        made.append((mail, message))
    return made


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_was_typed_becomes_a_header_or_markup(text: str, locale: str) -> None:
    for mail, message in written(text, locale):
        assert set(message.keys()) <= HEADERS | {"List-Unsubscribe", "List-Unsubscribe-Post"}
        assert len(message.keys()) == len(set(message.keys()))
        assert len(message["Subject"].splitlines()) == 1
        assert message["To"] == "petr@example.com"
        assert message["Message-ID"] == mail.message_id
        html = message.get_body(("html",))
        assert html is not None
        markup = Markup(html.get_content())
        assert markup.tags <= TAGS
        assert markup.attributes <= ATTRIBUTES
        pages = {f"{DESK.public_url}/incidents/i1", f"{DESK.public_url}/incidents"}
        assert markup.links <= {LINK, *pages}


@pytest.mark.parametrize("locale", LOCALES)
def test_only_news_offers_to_end_the_mails(locale: str) -> None:
    offers = {mail.kind: str(message["List-Unsubscribe"]) for mail, message in written("Words", locale)}

    assert offers == {
        "incident_confirm": "None",
        "incident_update": f"<{LINK}>",
        "incident_over": f"<{LINK}>",
        "problem_solved": "None",
    }


def test_mails_about_one_incident_are_one_conversation_and_say_what_is_new() -> None:
    texts = {mail.id: (message["Subject"], message["In-Reply-To"]) for mail, message in written("Tracking", "en")}

    assert texts["incident-i1-0-s1"][0] == "Incident: Tracking"
    assert texts["incident-i1-1-s1"][0] == "News of the planned work: Tracking"
    assert texts["incident-i1-2-s1"][0] == "Planned work is over: Tracking"
    assert len({reply for name, (_, reply) in texts.items() if name.startswith("incident-")}) == 1
