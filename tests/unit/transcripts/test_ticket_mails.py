"""How the first mail of a ticket says that we go on: by mail, or by the call that was asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from html import unescape

import pytest

from tests.unit.transcripts.samples import CHECKPOINT_AT, PRAGUE, a_chat, a_ticket, messages_of, rendered
from transcripts.records import Channel
from transcripts.wording import LOCALES, Wording

PHONE = "+420 777 123 456"
CALLS = {
    "en": f"We call you at {PHONE}",
    "cs": f"Zavoláme vám na číslo {PHONE}",
    "sk": f"Zavoláme vám na číslo {PHONE}",
    "pl": f"Zadzwonimy pod numer {PHONE}",
    "el": f"Θα σας καλέσουμε στο {PHONE}",
    "ru": f"Мы позвоним вам по номеру {PHONE}",
}
SUGGESTIONS = {
    "en": "Your suggestion is with us",
    "cs": "Váš návrh máme u sebe",
    "sk": "Váš návrh máme u seba",
    "pl": "Twoja propozycja jest u nas",
    "el": "Η πρότασή σας έφτασε σε εμάς",
    "ru": "Ваше предложение у нас",
}
QUESTION = "Your question is with us and will not get lost. We go on by e-mail."
OWN_WORDS: dict[Channel, str] = {
    "widget": QUESTION,
    "abandoned": "Our chat ended before we could help. Your question is with us; we go on by e-mail.",
    "mail": "Your mail is with us and will not get lost. We go on by e-mail.",
    "phone": "Thank you for your call. What you told us is with us and will not get lost.",
    "api": "Your request is with us and will not get lost.",
    "suggestion": "Your suggestion is with us and will not get lost. We go on by e-mail.",
}


def parts(
    locale: str,
    channel: Channel,
    *,
    phone: str | None = None,
    call_at: datetime | None = None,
    previous: str | None = None,
) -> tuple[str, str]:
    """The first mail of a ticket from `channel`, as text and as HTML."""
    chat = a_chat(locale=locale)
    ticket, first = a_ticket(chat)
    asked = replace(ticket, channel=channel, phone=phone, call_at=call_at, previous=previous)
    content = rendered(first, chat, asked, messages_of(chat))
    return content.text, unescape(content.html)


@pytest.mark.parametrize("locale", LOCALES)
def test_who_asked_for_a_call_reads_which_number_and_nothing_of_a_question_by_mail(locale: str) -> None:
    for part in parts(locale, "callback", phone=PHONE):
        assert f"{CALLS[locale]}." in part
        assert Wording(locale).gettext(QUESTION) not in part


@pytest.mark.parametrize("locale", LOCALES)
def test_who_asked_for_a_call_at_a_time_reads_that_time(locale: str) -> None:
    for part in parts(locale, "callback", phone=PHONE, call_at=CHECKPOINT_AT):
        assert f"{CALLS[locale]}: {Wording(locale).moment(CHECKPOINT_AT, PRAGUE)}." in part


@pytest.mark.parametrize("locale", LOCALES)
def test_a_suggestion_is_not_called_a_question_and_promises_no_call(locale: str) -> None:
    for part in parts(locale, "suggestion", phone=PHONE, call_at=CHECKPOINT_AT):
        assert SUGGESTIONS[locale] in part
        assert PHONE not in part
        assert Wording(locale).gettext(QUESTION) not in part


@pytest.mark.parametrize("locale", LOCALES)
def test_each_source_is_acknowledged_in_its_own_words(locale: str) -> None:
    words = Wording(locale)
    own = {channel: words.gettext(msgid) for channel, msgid in OWN_WORDS.items()}

    for channel, sentence in own.items():
        for part in parts(locale, channel):
            assert [said for said in own.values() if said in part] == [sentence]
    assert len(set(own.values())) == len(own)
    assert PHONE in parts(locale, "phone", phone=PHONE, call_at=CHECKPOINT_AT)[0]


def test_a_ticket_that_goes_on_with_another_says_which() -> None:
    for part in parts("en", "mail", previous="10007"):
        assert f"{OWN_WORDS['mail']} It goes on with your ticket 10007." in part


def test_a_number_that_was_only_left_promises_no_call() -> None:
    for part in parts("en", "widget", phone=PHONE):
        assert QUESTION in part
        assert PHONE not in part
