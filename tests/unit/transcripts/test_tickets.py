from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.transcripts.samples import ASKED_AT, CHECKPOINT_AT, a_chat
from transcripts.envelopes import Envelope
from transcripts.operations import NewTicketMessage
from transcripts.records import Author
from transcripts.tickets import (
    MAX_SUBJECT_CHARS,
    Asked,
    Requester,
    TicketRuleError,
    becomes_ticket,
    from_chat,
    subject_of,
    transcript_mail,
    without_chat,
)

ENVELOPE = Envelope("m1", "desk.example")
ASKED = Asked("chat", "petr@example.com", ASKED_AT, CHECKPOINT_AT)
REQUESTER = Requester("support", "Petr", None, "cs", visitor_id="v1")


def written(body: str) -> NewTicketMessage:
    return NewTicketMessage("tm1", Author("visitor", "v1", "Petr"), body, "widget")


def test_unresolved_becomes_a_ticket_and_abandoned_only_with_an_address() -> None:
    assert becomes_ticket("unresolved", None)
    assert becomes_ticket("abandoned", "petr@example.com")
    assert not becomes_ticket("abandoned", None)
    assert not becomes_ticket("resolved", "petr@example.com")


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Where is it?\nPlease answer.", "Where is it?"),
        ("\n  \u2028\n Hello\tthere \n", "Hello there"),
        ("a\r\nBcc: all@example.com", "a"),
        ("", "—"),
        ("\u202e\u202e", "—"),
    ],
)
def test_the_subject_is_the_first_line_that_says_something(question: str, subject: str) -> None:
    assert subject_of(question) == subject


def test_a_long_question_gives_a_short_subject() -> None:
    assert len(subject_of("why " * 2_000)) <= MAX_SUBJECT_CHARS


def test_a_chats_ticket_keeps_what_the_chat_knew() -> None:
    chat = replace(a_chat(locale="cs"), priority="urgent", tier=2, topic="Delivery", tags=("vip",))

    ticket = from_chat(chat, ASKED, ENVELOPE)

    assert (ticket.priority, ticket.tier, ticket.topic, ticket.tags) == ("urgent", 2, "Delivery", ("vip",))
    assert (ticket.chat_id, ticket.visitor_id, ticket.locale) == ("c1", "v1", "cs")
    assert ticket.subject == "Where is parcel CZ 4417 920?"


def test_the_first_mail_goes_with_the_ticket_and_freezes_the_promise() -> None:
    (mail,) = from_chat(a_chat(), ASKED, ENVELOPE).mails

    assert (mail.kind, mail.to, mail.chat_id, mail.ticket_number) == ("ticket_created", "petr@example.com", "c1", None)
    assert mail.context == {"status": "open", "checkpoint_at": "2026-11-22T09:00:00+00:00"}


def test_what_the_agent_says_wins_over_what_the_chat_knew() -> None:
    ticket = from_chat(a_chat(), replace(ASKED, subject="Lost\r\nparcel", priority="high", tags=("lost",)), ENVELOPE)

    assert (ticket.subject, ticket.priority, ticket.tags) == ("Lost parcel", "high", ("lost",))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (replace(ASKED, email="petr@"), "email"),
        (replace(ASKED, email="petr@example.com\nBcc: a@b.cz"), "email"),
        (replace(ASKED, checkpoint_at=ASKED_AT), "checkpoint_at"),
        (replace(ASKED, checkpoint_at=ASKED_AT - timedelta(seconds=1)), "checkpoint_at"),
        (replace(ASKED, channel="callback"), "phone"),
        (replace(ASKED, channel="callback", phone="+420 1", call_at=ASKED_AT), "call_at"),
    ],
)
def test_a_ticket_that_could_not_be_kept_is_refused_with_its_field(asked: Asked, field: str) -> None:
    with pytest.raises(TicketRuleError, match=r"\.$") as refused:
        from_chat(a_chat(), asked, ENVELOPE)

    assert refused.value.field == field


def test_a_message_outside_the_hours_is_a_ticket_without_a_chat() -> None:
    asked = replace(ASKED, channel="offline", first_message=written("My invoice\nis wrong."), creator="visitor:v1")

    ticket = without_chat(REQUESTER, asked, ENVELOPE)

    assert (ticket.subject, ticket.chat_id, ticket.channel, ticket.creator) == (
        "My invoice",
        None,
        "offline",
        "visitor:v1",
    )
    assert ticket.mails[0].chat_id is None


def test_a_transcript_goes_to_the_chats_address_up_to_its_last_message() -> None:
    mail = transcript_mail(a_chat(), None, ENVELOPE)

    assert (mail.to, mail.upto_seq, mail.message_id) == ("petr@example.com", 5, "<chat.m1@desk.example>")


def test_a_transcript_without_any_address_is_refused() -> None:
    with pytest.raises(TicketRuleError) as refused:
        transcript_mail(replace(a_chat(), visitor_email=None), None, ENVELOPE)

    assert refused.value.field == "email"
