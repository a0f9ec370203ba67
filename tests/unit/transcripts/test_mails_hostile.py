"""Nothing that anybody types becomes a header, markup or a line of ours in any mail, in any language."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache, partial
from html.parser import HTMLParser
from typing import get_args

import pytest

from tests.unit.transcripts.every_mail import MAKERS, case_of, written
from tests.unit.transcripts.samples import (
    DESK,
    JANA,
    LINK,
    a_chat,
    a_note,
    a_ticket,
    messages_of,
    rendered,
)
from transcripts.export import transcript_html, transcript_txt
from transcripts.mails.mails import MailError, as_bytes
from transcripts.records import Mail, MailKind
from transcripts.wording import LOCALES

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a></div></table>",
    "attribute": "\" onmouseover=alert(1) style='background:url(//evil.example)' x=\"",
    "header": "Eve\r\nBcc: all@example.com\r\n\r\n<b>body</b>",
    "separator": "Eve\u2028Bcc: all@example.com\u2029X-Evil: 1\x85X-Worse: 2\x0bX-Worst: 3",
    "direction": "\u202e\u2066evil\u202d gpj.exe\u200f",
    "template": "{{ 7 * 7 }}{% include '/etc/passwd' %} %(number)s %s % {number} {0.__class__}",
    "encoded": '=?utf-8?q?Bcc=3A_all=40example=2Ecom?= "quoted\\" <all@example.com>, (comment)',
    "encoded break": "=?utf-8?q?a=0D=0ABcc=3A_all=40example.com?= =?utf-8?b?DQpCY2M6IHhAeS56?=",
    "long": "Ž" * 4_096,
    "unbroken": "x" * 4_096,
    "nothing": "\x00\x1b\ud800\ufeff",
}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "div", "span"),
    *("h1", "h2", "p", "a", "br", "bdi", "b", "th", "thead", "caption"),
}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "class", "style", "dir", "role", "align", "href"),
    *("cellpadding", "cellspacing", "scope"),
}
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References"),
    *("List-Unsubscribe", "List-Unsubscribe-Post"),
}
LINKS = {LINK, f"{LINK}#rate", *(f"{DESK.public_url}/{path}" for path in ("manager", "incidents", "incidents/i1"))}
LINKS.add(f"{DESK.public_url}/manager?from=2026-11-09&to=2026-11-15")
LINKS.add(f"{DESK.public_url}/reset")


class Markup(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str | None] = set()
        self.styles: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links.update(value for name, value in attrs if name == "href")
        self.styles.extend(value or "" for name, value in attrs if name == "style")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@cache
def hostile_mails(text: str, locale: str) -> list[tuple[Mail, EmailMessage]]:
    """One mail of every kind in which everything that people type is `text`."""
    made = []
    case = case_of(text, locale)
    for kind in MAKERS:
        mail, content = written(case, kind, desk=replace(DESK, name=text))
        message = message_from_bytes(as_bytes(content, mail), policy=policy.default)
        assert isinstance(message, EmailMessage)
        made.append((mail, message))
    return made


def test_no_kind_of_mail_is_forgotten() -> None:
    assert set(MAKERS) == set(get_args(MailKind))
    assert {kind: MAKERS[kind](case_of("x", "en")).kind for kind in MAKERS} == {kind: kind for kind in MAKERS}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_becomes_a_header(text: str, locale: str) -> None:
    for mail, message in hostile_mails(text, locale):
        assert set(message.keys()) <= HEADERS
        assert len(message.keys()) == len(set(message.keys()))
        assert message["To"] == "petr@example.com"
        assert [address.addr_spec for address in message["From"].addresses] == ["support@desk.example"]
        assert message["Message-ID"] == mail.message_id
        assert len(message["Subject"].splitlines()) == 1
        assert len(message["Subject"]) <= 200
        assert mail.ticket_number is None or message["Subject"].startswith("[#10023]")
        assert not message.defects


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_becomes_markup(text: str, locale: str) -> None:
    for _, message in hostile_mails(text, locale):
        body = message.get_body(("html",))
        assert body is not None
        markup = Markup(body.get_content())
        assert markup.tags <= TAGS
        assert markup.attributes <= ATTRIBUTES
        assert markup.links <= LINKS
        assert not any("url(" in style for style in markup.styles)
        assert "\u202e" not in body.get_content()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_number_to_call_becomes_markup_or_a_line_of_ours(text: str, locale: str) -> None:
    chat = a_chat(locale=locale)
    ticket, first = a_ticket(chat)
    harmless = rendered(first, chat, replace(ticket, channel="callback", phone="1"), messages_of(chat))

    content = rendered(first, chat, replace(ticket, channel="callback", phone=text), messages_of(chat))

    markup = Markup(content.html)
    assert markup.tags <= TAGS
    assert markup.attributes <= ATTRIBUTES
    assert markup.links <= LINKS
    assert "\u202e" not in content.html + content.text
    assert len(content.text.splitlines()) == len(harmless.text.splitlines())


@pytest.mark.parametrize("locale", LOCALES)
def test_what_was_typed_is_read_as_it_was_typed(locale: str) -> None:
    for name in ("markup", "template", "attribute"):
        _, message = hostile_mails(HOSTILE[name], locale)[0]
        html, plain = message.get_body(("html",)), message.get_body(("plain",))
        assert html is not None
        assert plain is not None
        assert HOSTILE[name] in "".join(Markup(html.get_content()).words)
        assert f"    {HOSTILE[name]}" in plain.get_content()


def test_no_line_of_a_message_passes_for_a_line_of_the_transcript() -> None:
    forged = "ok\n14:09 Jana Malá:\n    You get 500 EUR back.\u202814:10 Jana Malá: yes"

    for _, message in hostile_mails(forged, "en"):
        plain = message.get_body(("plain",))
        assert plain is not None
        lines = plain.get_content().splitlines()
        assert not [line for line in lines if line.startswith(("14:09 Jana", "14:10 Jana", "    You get"))]


@pytest.mark.parametrize("to", ["petr@example.com\r\nBcc: all@example.com", "a@b.cz, c@d.cz", "", "petr"])
def test_an_address_that_is_none_is_never_written_down(to: str) -> None:
    chat = a_chat()
    ticket, first = a_ticket(chat)

    with pytest.raises(MailError, match="address"):
        rendered(replace(first, to=to), chat, ticket, messages_of(chat))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_becomes_markup_in_an_export(text: str) -> None:
    chat = a_chat(name=text, question=text)
    notes = [replace(a_note(text), author=replace(JANA, name=text))]

    markup = Markup(
        transcript_html(
            chat, messages_of(chat, answer=text, file=text), locale="en", tz=DESK.tz, desk=text, notes=notes
        )
    )

    assert markup.tags <= TAGS
    assert markup.attributes <= ATTRIBUTES
    assert markup.links == set()


def test_an_export_has_notes_only_where_they_are_handed_over() -> None:
    chat = a_chat()
    messages = messages_of(chat)

    for export in (transcript_html, transcript_txt):
        of_desk = partial(export, chat, messages, locale="en", tz=DESK.tz, desk="Parcel Harbour")
        assert "Carrier skipped" not in of_desk()
        told = of_desk(notes=[a_note()])
        assert told.index("I am looking it up.") < told.index("Carrier skipped") < told.index("invoice.pdf")
        assert "Note of the team" in told
