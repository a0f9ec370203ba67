"""From a chat that is closed as unresolved to the mail in the customer's hands: record, outbox, SMTP, all real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from server.adapters import open_store
from server.settings import load_settings
from tests.harness.engines import Engines
from tests.harness.mailserver import SmtpSink
from tests.harness.outbox import send_due
from tests.integration.mail.smtp_servers import CrankyServer
from transcripts.envelopes import Envelope
from transcripts.mails.composer import Composer
from transcripts.mails.mails import DeskFacts
from transcripts.operations import Close, EventText, NewChat, NewMessage, NewNote
from transcripts.port import Store
from transcripts.promises import Change, changed
from transcripts.records import Author, Mail, Ticket
from transcripts.sending.outbox import Outbox
from transcripts.sending.smtp import SmtpTransport, server_of
from transcripts.tickets import Asked, from_chat
from transcripts.wording import event_sentence

NOW = datetime.now(UTC)
CHECKPOINT_AT = NOW + timedelta(hours=4)
PRAGUE = ZoneInfo("Europe/Prague")
JANA = Author("agent", "a1", "Jana Malá")
DESK = DeskFacts("Parcel Harbour", "https://desk.example", "support@desk.example", PRAGUE)


@dataclass(slots=True)
class Office:
    """A record, with an outbox over it."""

    store: Store

    def outbox(self, port: int) -> Outbox:
        composer = Composer(self.store, DESK, lambda mail: f"https://desk.example/t/{mail.id}")
        transport = SmtpTransport(server_of(f"smtp://127.0.0.1:{port}"))
        return Outbox(self.store, composer.compose, transport, spread=lambda: 0.0, now=lambda: datetime.now(UTC))

    async def close_as_unresolved(self, *, messages: int = 1) -> Ticket:
        """A Czech visitor asked, an agent answered and noted something; now it is a ticket."""
        new = NewChat("c1", "v1", "x", "f", "support", "Kde je zásilka?", NOW, "Petr", "petr@example.com", None, "cs")
        chat = (await self.store.start_chat(new)).chat
        for n in range(messages):
            await self.store.send_message(NewMessage("c1", f"m{n}", JANA, f"Odpověď {n}", NOW))
        await self.store.add_note(NewNote("c1", "n1", JANA, "Je to hrubián.", NOW))
        sentence = event_sentence("ticket", "cs", checkpoint_at=CHECKPOINT_AT, tz=PRAGUE)
        asked = Asked("chat", "petr@example.com", NOW, CHECKPOINT_AT)
        closed = await self.store.close_chat(
            Close(
                chat_id="c1",
                by="agent",
                resolution="unresolved",
                at=NOW,
                events=(EventText("closed", event_sentence("closed", "cs", by="agent", agent="Jana Malá")),),
                ticket_events=(EventText("ticket", sentence),),
                ticket=from_chat(chat, asked, Envelope("mail1", "desk.example")),
            )
        )
        assert closed.ticket is not None
        return closed.ticket

    async def only_mail(self) -> Mail:
        ((mail,), _) = await self.store.mails(None, None)
        return mail


@pytest.fixture
async def office(tmp_path: Path, engines: Engines) -> AsyncIterator[Office]:
    store = await open_store(load_settings(engines.environment(), data=tmp_path))
    yield Office(store)
    await store.aclose()


async def test_the_customer_gets_number_promise_link_and_conversation(office: Office, smtp_sink: SmtpSink) -> None:
    ticket = await office.close_as_unresolved()

    await send_due(office.outbox(smtp_sink.port))

    (received,) = smtp_sink.mails
    assert received.recipients == ("petr@example.com",)
    assert received.subject == f"[#{ticket.number}] Kde je zásilka?"
    for part in (received.text(), received.html()):
        for words in (f"Tiket {ticket.number}", "Odpověď 0", "https://desk.example/t/mail1", "ukončuje Jana Malá"):
            assert words in part
        assert f"Tiket {ticket.number}: pokračujeme e-mailem." in part
        assert "hrubián" not in part
    mail = await office.only_mail()
    assert (mail.state, mail.subject) == ("sent", received.subject)


async def test_a_conversation_of_several_pages_is_mailed_whole(office: Office, smtp_sink: SmtpSink) -> None:
    await office.close_as_unresolved(messages=250)

    await send_due(office.outbox(smtp_sink.port))

    text = smtp_sink.mails[0].text()
    assert "Kde je zásilka?" in text
    assert "Odpověď 249" in text


async def test_news_of_a_ticket_thread_under_its_first_mail(office: Office, smtp_sink: SmtpSink) -> None:
    ticket = await office.close_as_unresolved()
    await send_due(office.outbox(smtp_sink.port))
    kept = await office.store.ticket(ticket.number)
    assert kept is not None

    change = Change(status="in_progress", message="Ptáme se dopravce.", checkpoint_at=CHECKPOINT_AT)
    envelope = Envelope("mail2", "desk.example")
    changes = changed(kept, change, by=JANA, at=NOW, message_id="tm1", envelope=envelope)
    await office.store.change_ticket(ticket.number, changes, NOW)
    await send_due(office.outbox(smtp_sink.port))

    first, news = smtp_sink.mails
    assert news.message["In-Reply-To"] == first.message["Message-ID"]
    assert news.subject == first.subject
    assert "Ptáme se dopravce." in news.text()
    assert "Řeší se" in news.text()


async def test_a_mail_put_off_by_the_server_arrives_once(office: Office, smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse("451 4.3.0 later", "421 4.3.2 closing")
    await office.close_as_unresolved()
    outbox = office.outbox(smtp_sink.port)

    assert [await send_due(outbox) for _ in range(4)] == [1, 1, 1, 0]

    assert len(smtp_sink.mails) == 1
    mail = await office.only_mail()
    assert (mail.state, mail.attempts, mail.error) == ("sent", 3, None)


async def test_a_mail_whose_250_got_lost_comes_again_under_the_same_message_id(office: Office) -> None:
    await office.close_as_unresolved()
    async with CrankyServer("before the answer", reset=True).running() as server:
        outbox = office.outbox(server.port)
        await send_due(outbox)
        assert (await office.only_mail()).state == "due"
        server.cut = None
        await send_due(outbox)

    assert (await office.only_mail()).state == "sent"
    ids = [line for mail in server.seen for line in mail.split(b"\r\n") if line.startswith(b"Message-ID: ")]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_a_refused_mail_waits_visibly_for_try_again(office: Office, smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse("550 5.1.1 no such user")
    await office.close_as_unresolved()
    outbox = office.outbox(smtp_sink.port)
    await send_due(outbox)
    refused = await office.only_mail()
    assert (refused.state, refused.error) == ("failed", "The mail server answered 550 5.1.1 no such user")

    await office.store.retry_mail(refused.id, datetime.now(UTC))
    await send_due(outbox)

    assert (await office.only_mail()).state == "sent"
    assert len(smtp_sink.mails) == 1


async def test_the_running_loop_sends_what_a_closed_chat_queues(office: Office, smtp_sink: SmtpSink) -> None:
    outbox = office.outbox(smtp_sink.port)
    office.store.listen(outbox.hear)
    loop = asyncio.create_task(outbox.run())
    try:
        await office.close_as_unresolved()
        received = await smtp_sink.wait_for()
    finally:
        loop.cancel()
        with suppress(asyncio.CancelledError):
            await loop

    assert received.subject.startswith("[#10001]")


async def test_a_mail_about_a_ticket_that_is_gone_fails_with_its_reason(office: Office, smtp_sink: SmtpSink) -> None:
    await office.close_as_unresolved()
    await send_due(office.outbox(smtp_sink.port))
    mail = await office.only_mail()

    with pytest.raises(Exception, match="not in the record"):
        await Composer(office.store, DESK, lambda mail: None).compose(replace(mail, ticket_number="99999"))
