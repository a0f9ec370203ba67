from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.unit.transcripts.samples import (
    ASKED_AT,
    CHECKPOINT_AT,
    KINDS,
    LINK,
    PRAGUE,
    a_chat,
    a_ticket,
    mails_of,
    messages_of,
    rendered,
)
from transcripts.mails.mails import MAX_MESSAGES, MailError, Rendered, as_bytes
from transcripts.records import Author, Mail, Message, TicketMessage
from transcripts.wording import LOCALES, Wording

NEWS = {
    "en": "Next news by Sun 22 November, 10:00 CET.",
    "cs": "Další zpráva do ne 22. listopadu, 10:00 SEČ.",
    "sk": "Ďalšia správa do ne 22. novembra, 10:00 SEČ.",
    "pl": "Następna wiadomość do: niedz., 22 listopada, 10:00 CET.",
    "el": "Επόμενη ενημέρωση έως Κυρ 22 Νοεμβρίου, 10:00 CET.",
    "ru": "Следующее сообщение — до вс, 22 ноября, 10:00 UTC+1.",
}


def sample(kind: str, locale: str = "en") -> tuple[Mail, Rendered]:
    chat = a_chat(locale=locale)
    ticket, first = a_ticket(chat)
    mail = next(mail for mail in mails_of(chat, ticket, first) if mail.kind == kind)
    return mail, rendered(mail, chat, ticket, messages_of(chat))


def parsed(mail: Mail, content: Rendered) -> EmailMessage:
    message = message_from_bytes(as_bytes(content, mail), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("locale", LOCALES)
def test_the_first_mail_has_number_status_promise_link_and_conversation(locale: str) -> None:
    _, content = sample("ticket_created", locale)

    for part in (content.text, content.html):
        assert "10023" in part
        assert Wording(locale).status("open") in part
        assert LINK in part
        assert "Where is parcel CZ 4417 920?" in part
        assert "I am looking it up." in part
        assert "invoice.pdf (24" in part
        assert "14:02" in part
    assert NEWS[locale] in content.text
    assert Wording(locale).moment(ASKED_AT.replace(day=22, hour=9, minute=0), PRAGUE) in content.html


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", ["ticket_update", "ticket_reply"])
def test_a_later_mail_has_the_sentence_the_status_and_the_promise_but_no_conversation(kind: str, locale: str) -> None:
    _, content = sample(kind, locale)

    for part in (content.text, content.html):
        assert "We have asked the carrier." in part
        assert Wording(locale).status("in_progress") in part
        assert "I am looking it up." not in part
    assert NEWS[locale] in content.text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_transcript_has_the_conversation_and_no_ticket(locale: str) -> None:
    mail, content = sample("transcript", locale)

    assert "I am looking it up." in content.text
    assert "I am looking it up." in content.html
    assert "10023" not in content.text + content.html
    assert "In-Reply-To" not in parsed(mail, content)


def test_all_mails_of_a_ticket_thread_under_the_first_one() -> None:
    first, content = sample("ticket_created")
    opening = parsed(first, content)

    for kind in ("ticket_update", "ticket_reply", "ticket_solved", "ticket_missed", "ticket_escalated"):
        later = parsed(*sample(kind))
        assert later["In-Reply-To"] == later["References"] == opening["Message-ID"]
        assert later["Subject"] == opening["Subject"] == "[#10023] Where is parcel CZ 4417 920?"
    assert "References" not in opening


def test_only_an_answer_is_not_marked_as_written_by_a_machine() -> None:
    marks = {kind: parsed(*sample(kind))["Auto-Submitted"] for kind in KINDS}

    assert marks == {
        "ticket_created": "auto-generated",
        "ticket_update": "auto-generated",
        "ticket_reply": None,
        "ticket_solved": "auto-generated",
        "ticket_missed": "auto-generated",
        "ticket_escalated": "auto-generated",
        "transcript": "auto-generated",
        "nobody_online": "auto-generated",
        "nobody_online_over": "auto-generated",
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_managers_read_since_when_nobody_is_there_and_why(locale: str) -> None:
    mail, content = sample("nobody_online", locale)

    for part in (content.text, content.html):
        assert "Support" in part
        assert Wording(locale).moment(ASKED_AT, PRAGUE) in part
        assert "lunch" in part
        assert "2" in part
        assert "https://desk.example/manager" in part
    assert "Support" in content.subject
    assert "In-Reply-To" not in parsed(mail, content)


@pytest.mark.parametrize("locale", LOCALES)
def test_managers_read_how_long_nobody_was_there_who_came_and_what_it_cost(locale: str) -> None:
    words = Wording(locale)
    mail, content = sample("nobody_online_over", locale)

    for part in (content.text, content.html):
        assert words.length(240) in part
        assert "Jana Malá" in part
        assert words.gettext("Visitors who waited: %(waited)s, who left: %(left)s", waited=2, left=1) in part
    first = parsed(*sample("nobody_online", locale))
    assert parsed(mail, content)["In-Reply-To"] == first["Message-ID"]


def test_desk_that_closed_before_anybody_came_is_not_said_to_be_attended() -> None:
    mail, _ = sample("nobody_online_over")
    closed = replace(mail, context={**mail.context, "ended": "closed", "came": None})

    content = rendered(closed, a_chat(), None, [])

    assert content.subject == "The desk has closed, and nobody had come: Support"
    assert "There now" not in content.text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_ascii_on_the_wire_and_readable_behind_it(kind: str, locale: str) -> None:
    mail, content = sample(kind, locale)
    raw = as_bytes(content, mail)
    message = parsed(mail, content)

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == content.text
    assert html.get_content().replace("\r\n", "\n").strip() == content.html.strip()
    assert message["Subject"] == content.subject
    assert (message["From"], message["To"]) == ("Parcel Harbour <support@desk.example>", "petr@example.com")
    assert message["Content-Language"] == locale
    assert not message.defects


def test_every_attempt_has_the_same_message_id_and_date() -> None:
    mail, content = sample("ticket_created")
    again = replace(mail, attempts=7, error="later", due_at=mail.due_at + timedelta(hours=5))

    first, second = parsed(mail, content), parsed(again, content)

    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])
    assert first["Message-ID"] == mail.message_id


def test_a_message_id_that_would_end_its_header_is_refused() -> None:
    mail, content = sample("ticket_created")

    with pytest.raises(ValueError, match="header"):
        as_bytes(content, replace(mail, message_id="<a@b>\r\nBcc: all@example.com"))


def test_a_very_long_host_does_not_break_the_message_ids() -> None:
    mail, content = sample("ticket_update")
    long = f"<ticket.{'m' * 64}@{'sub.' * 40}example.com>"
    headers = {**content.headers, "References": long, "In-Reply-To": long}

    message = parsed(replace(mail, message_id=long), replace(content, headers=headers))

    assert message["Message-ID"] == message["References"] == message["In-Reply-To"] == long


def test_only_what_was_said_up_to_the_end_is_in_the_transcript() -> None:
    chat = a_chat()
    ticket, first = a_ticket(chat)

    content = rendered(replace(first, upto_seq=3), chat, ticket, messages_of(chat))

    assert "I am looking it up." in content.text
    assert "invoice.pdf" not in content.text + content.html


def test_a_ticket_without_a_chat_shows_what_was_written_and_no_note_of_the_team() -> None:
    ticket, first = a_ticket(a_chat())
    petr = Author("visitor", "v1", "Petr")

    def message(number: int, body: str, *, internal: bool = False) -> TicketMessage:
        return TicketMessage(f"tm{number}", "10023", petr, None, "widget", body, ASKED_AT, internal=internal)

    written = (message(1, "He is rude.", internal=True), message(2, "My invoice is wrong."))
    content = rendered(replace(first, chat_id=None), None, ticket, [], written=written)

    assert "    My invoice is wrong." in content.text
    assert "My invoice is wrong." in content.html
    assert "rude" not in content.text + content.html


def test_a_very_long_conversation_is_cut_and_says_how_much_is_elsewhere() -> None:
    chat = a_chat(locale="cs")
    ticket, first = a_ticket(chat)
    visitor = Author("visitor", "v1", "Petr")
    many = [Message("c1", n, f"m{n}", visitor, "text", f"({n})", ASKED_AT) for n in range(1, MAX_MESSAGES + 23)]

    content = rendered(replace(first, upto_seq=None), chat, ticket, many)

    assert "22 starších zpráv je na stránce tiketu." in content.text
    assert "(22)" not in content.text
    assert "(23)" in content.text
    assert f"({MAX_MESSAGES + 22})" in content.text


def test_messages_at_the_limit_of_their_length_still_fit_a_mail() -> None:
    chat = a_chat()
    ticket, first = a_ticket(chat)
    visitor = Author("visitor", "v1", "Petr")
    long = [Message("c1", n, f"m{n}", visitor, "text", "ж" * 8_000, ASKED_AT) for n in range(1, 301)]

    mail = replace(first, upto_seq=None)

    assert len(as_bytes(rendered(mail, chat, ticket, long), mail)) < 5_000_000


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("nobody")])
def test_a_mail_whose_subject_matter_is_gone_cannot_be_written(kind: str) -> None:
    mail, _ = sample(kind)

    with pytest.raises(MailError, match="not in the record"):
        rendered(mail, None, None, [])


@pytest.mark.parametrize("locale", LOCALES)
def test_the_solving_mail_shows_the_parts_that_are_there_and_the_way_to_rate(locale: str) -> None:
    words = Wording(locale)
    mail, content = sample("ticket_solved", locale)
    few = replace(mail, context={"status": "solved", "cause": None, "done": "Plugged it in.", "fully_solved": False})

    bare = rendered(few, None, a_ticket(a_chat(locale=locale))[0], [])

    for name in ("Cause", "What we did", "Fully solved", "Can it happen again"):
        assert words.gettext(name) in content.text
        assert words.gettext(name) in content.html
        assert (words.gettext(name) in bare.text) == (name in {"What we did", "Fully solved"})
    assert f"{LINK}#rate" in content.text
    assert f'href="{LINK}#rate"' in content.html
    assert f"    {words.gettext('No')}" in bare.text
    assert words.gettext("Your question is dealt with.") not in bare.text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_missed_promise_is_named_with_its_time_beside_the_next(locale: str) -> None:
    words = Wording(locale)
    _, content = sample("ticket_missed", locale)

    for part in (content.text, content.html):
        assert words.moment(ASKED_AT, PRAGUE) in part
        assert words.moment(CHECKPOINT_AT, PRAGUE) in part


def test_the_finished_ticket_promises_nothing() -> None:
    chat = a_chat()
    ticket, first = a_ticket(chat)
    solved = next(mail for mail in mails_of(chat, ticket, first) if mail.id == "m3")

    content = rendered(solved, chat, ticket, [])

    assert "Your question is dealt with." in content.text
    assert "Next news" not in content.text + content.html
