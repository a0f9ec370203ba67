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


def parts(
    locale: str, channel: Channel, *, phone: str | None = None, call_at: datetime | None = None
) -> tuple[str, str]:
    """The first mail of a ticket from `channel`, as text and as HTML."""
    chat = a_chat(locale=locale)
    ticket, first = a_ticket(chat)
    asked = replace(ticket, channel=channel, phone=phone, call_at=call_at)
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


def test_a_number_that_was_only_left_promises_no_call() -> None:
    for part in parts("en", "widget", phone=PHONE):
        assert QUESTION in part
        assert PHONE not in part
