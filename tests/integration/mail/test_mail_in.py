"""From a customer's mail program to the ticket and back: a real desk, real SMTP, LMTP and IMAP."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.dovecot import Dovecot
from tests.harness.fixtures import ADA, MIA, NewDesk, People
from tests.harness.mailserver import SmtpSink
from tests.integration.mail.letters import (
    CUSTOMER,
    OURS,
    answer_to,
    bring,
    conversation,
    free_port,
    letter,
    mail_settings,
    new_ticket,
    settled,
    solve,
    ticket,
    tickets,
)
from tests.integration.mail.smtp_servers import make_certificate


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot()
    server.start()
    yield server
    server.kill()
    server.forget()


async def test_customers_answer_reopens_the_solved_ticket_and_strangers_change_nothing(
    new_desk: NewDesk, people: People, smtp_sink: SmtpSink
) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port, smtp_sink))
    agent, manager = await people.agent(desk, ADA), await people.agent(desk, MIA)
    number = (await new_ticket(agent))["number"]
    told = await smtp_sink.wait_for(lambda mail: mail.recipients == (CUSTOMER,))
    assert f"+t{number}." in str(told.message["Reply-To"])
    await solve(agent, number)

    stranger = answer_to(told, "Tell me everything", sender="mallory@evil.example")
    await bring(port, stranger, to=str(told.message["Reply-To"]).split("<")[1].rstrip(">"))
    (first,) = await settled(manager, 1)
    after_stranger = await ticket(agent, number)
    answer = answer_to(told, "Still nothing here")
    for _ in range(5):
        await bring(port, answer)
    mails = await settled(manager, 2)
    reopened = await ticket(agent, number)
    _, unknown, known = [m for m in await conversation(agent, number) if m["author"]["kind"] == "visitor"]

    assert (first["state"], first["reason"], first["ticket"]) == ("attached", "unverified", number)
    assert after_stranger["status"] == "solved"
    assert [mail["state"] for mail in mails] == ["attached", "attached"]
    assert (reopened["status"], reopened["reopened"]) == ("open", 1)
    assert reopened["checkpoint_at"] is not None
    assert (unknown["verified"], unknown["sender"]) == (None, "mallory@evil.example")
    assert (known["verified"], known["channel"], known["body"]) == ("address", "mail", "Still nothing here")
    assert "On Sunday Support wrote:" in known["quoted"]
    assert all("mallory@evil.example" not in mail.recipients for mail in smtp_sink.mails)


async def test_new_mail_is_acknowledged_and_forged_signs_lead_to_no_ticket_of_others(
    new_desk: NewDesk, people: People, smtp_sink: SmtpSink
) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port, smtp_sink))
    agent, manager = await people.agent(desk, ADA), await people.agent(desk, MIA)
    number = (await new_ticket(agent))["number"]

    forged = f"support+t{number}.aaaaaaaaaaaaaaaa@desk.example"
    raw = letter(
        "Give me their letters", sender="mallory@evil.example", to=forged, subject=f"Re: [#{number}] Lost parcel"
    )
    await bring(port, raw, sender="mallory@evil.example", to=forged)
    (mail,) = await settled(manager, 1)
    acknowledged = await smtp_sink.wait_for(lambda m: m.recipients == ("mallory@evil.example",))

    assert mail["state"] == "created"
    assert mail["ticket"] != number
    assert len(await conversation(agent, number)) == 1
    assert acknowledged.subject.startswith(f"[#{mail['ticket']}]")
    assert acknowledged.message["Auto-Submitted"] == "auto-generated"
    assert "Give me their letters" not in acknowledged.text()
    (made,) = [each for each in await tickets(agent) if each["number"] == mail["ticket"]]
    assert (made["channel"], made["requester"]["email"]) == ("mail", "mallory@evil.example")
    status, _ = await agent.request("GET", "/api/v1/inbound")
    assert status == 403
    status, raw_again = await manager.request("GET", f"/api/v1/inbound/{mail['id']}/raw")
    assert status == 200
    assert "Give me their letters" in raw_again


async def test_machines_mails_create_and_answer_nothing(new_desk: NewDesk, people: People, smtp_sink: SmtpSink) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port, smtp_sink))
    agent, manager = await people.agent(desk, ADA), await people.agent(desk, MIA)
    number = (await new_ticket(agent))["number"]
    told = await smtp_sink.wait_for(lambda mail: mail.recipients == (CUSTOMER,))
    bounce = letter(f"Action: failed\n\n{told.message['Message-ID']}", sender="MAILER-DAEMON@customer.example")

    # As a holiday's reply should be sent: with the null sender, which alone makes no bounce of it.
    await bring(port, answer_to(told, "I am away", Auto_Submitted="auto-replied (vacation)"), sender="<>")
    await bring(port, answer_to(told, "Bulk", Precedence="bulk"))
    await bring(port, letter("From ourselves", sender=OURS))
    await bring(port, bounce, sender="<>")
    await bring(port, letter("Round and round", X_Loop=OURS))
    mails = await settled(manager, 5)

    reasons = {mail["reason"] for mail in mails}
    assert {mail["state"] for mail in mails} == {"ignored"}
    assert reasons == {"auto_reply", "own_mail", "bounce", "loop"}
    assert [mail["reason"] for mail in mails].count("bounce") == 1
    assert all(mail["error"] for mail in mails)
    assert [each["number"] for each in await tickets(agent)] == [number]
    said = await conversation(agent, number)
    assert [message["internal"] for message in said] == [False, True]
    failed = (await manager.get("/api/v1/mails", state="failed"))["mails"]
    assert [mail["ticket"] for mail in failed] == [number]
    assert len(smtp_sink.mails) == 1

    wanted = next(mail for mail in mails if mail["subject"] and mail["reason"] == "auto_reply")
    status, _ = await manager.request("POST", f"/api/v1/inbound/{wanted['id']}/retry")
    again = await settled(manager, 5)
    assert status == 200
    assert next(mail for mail in again if mail["id"] == wanted["id"])["state"] == "attached"


@pytest.mark.slow
async def test_mailbox_is_read_once_whatever_happens_to_its_server(
    new_desk: NewDesk, people: People, smtp_sink: SmtpSink, dovecot: Dovecot
) -> None:
    settings = {**mail_settings(free_port(), smtp_sink), "SEMAFOR_IMAP_URL": dovecot.url, "SEMAFOR_IMAP_POLL_S": "0.2"}
    settings["SEMAFOR_INBOUND_MAX_BYTES"] = "65536"
    del settings["SEMAFOR_INBOUND_SMTP"]
    dovecot.put(letter("Read by somebody before there was a desk"), r"(\Seen)")
    dovecot.put(letter("Unseen"))
    desk = new_desk(settings=settings)
    agent, manager = await people.agent(desk, ADA), await people.agent(desk, MIA)
    (first,) = await settled(manager, 1)
    assert (first["state"], first["source"]) == ("created", "imap")

    told = await smtp_sink.wait_for(lambda mail: mail.recipients == (CUSTOMER,))
    await solve(agent, first["ticket"])
    answer = answer_to(told, "Not found after all")
    for _ in range(5):
        dovecot.put(answer, r"(\Seen)")  # somebody opened it before us
    await settled(manager, 2)
    assert (await ticket(agent, first["ticket"]))["status"] == "open"
    dovecot.put(letter("Large\n" * 20_000))
    (large, *_) = await settled(manager, 3)
    assert (large["state"], large["reason"], large["size_bytes"] > 65_536) == ("refused", "too_large", True)

    dovecot.kill()
    desk.kill()
    dovecot.start()
    dovecot.put(letter("Came while nobody was there"))
    dovecot.renumber()
    desk.start()
    manager = await people.agent(desk, MIA)
    mails = await settled(manager, 4)

    assert [mail["state"] for mail in mails] == ["created", "refused", "attached", "created"]
    assert dovecot.seen() == 9
    assert (await manager.get("/api/v1/inbound"))["sources"][0]["state"] == "working"


@pytest.mark.slow
async def test_lmtp_answers_for_each_recipient_and_smtp_refuses_what_is_not_ours(
    new_desk: NewDesk, people: People
) -> None:
    port = free_port()
    desk = new_desk(settings={**mail_settings(port), "SEMAFOR_INBOUND_SMTP": f"lmtp://127.0.0.1:{port}"})
    manager = await people.agent(desk, MIA)

    answers = await asyncio.to_thread(_by_lmtp, port, letter("By LMTP"), [OURS, "support+x@desk.example"])
    (mail,) = await settled(manager, 1)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await bring(port, letter("Relay"), to="somebody@elsewhere.example", lmtp=True)

    assert answers == [250, 250]
    assert mail["to"] == [OURS, "support+x@desk.example"]
    assert refused.value.recipients["somebody@elsewhere.example"][0] == 550


async def test_starttls_hides_the_mail_and_forgets_what_was_said_before_it(
    new_desk: NewDesk, people: People, tmp_path: Path
) -> None:
    port, certificate = free_port(), make_certificate(tmp_path)
    tls = {"CERT": str(certificate), "KEY": str(certificate.with_suffix(".key"))}
    settings = {f"SEMAFOR_INBOUND_TLS_{name}": path for name, path in tls.items()}
    desk = new_desk(settings={**mail_settings(port), **settings})
    manager = await people.agent(desk, MIA)

    await asyncio.to_thread(_by_starttls, port, certificate, letter("Under seal"))
    (mail,) = await settled(manager, 1)

    assert (mail["state"], mail["subject"], mail["raw"]) == ("created", "Where is my parcel?", True)


def _by_starttls(port: int, certificate: Path, raw: bytes) -> None:
    """A command that was smuggled in before the handshake is not carried out behind it (RFC 3207, 6)."""
    context = ssl.create_default_context(cafile=str(certificate))
    with smtplib.SMTP("localhost", port, timeout=60) as client:
        client.ehlo()
        client.send(b"STARTTLS\r\nMAIL FROM:<mallory@evil.example>\r\n")
        assert client.getreply()[0] == 220
        assert client.sock is not None
        client.sock = context.wrap_socket(client.sock, server_hostname="localhost")
        client.file = None
        assert client.docmd("NOOP")[0] in {250, 503}
        client.ehlo()
        assert "starttls" not in client.esmtp_features
        assert client.docmd("RCPT", f"TO:<{OURS}>")[0] == 503
        client.sendmail(CUSTOMER, OURS, raw)


def _by_lmtp(port: int, raw: bytes, recipients: list[str]) -> list[int]:
    """What is answered for each recipient; the standard library's own `sendmail` reads one answer only."""
    with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo_or_helo_if_needed()
        client.mail(CUSTOMER)
        for recipient in recipients:
            client.rcpt(recipient)
        first, _ = client.data(raw)
        return [first, *(client.getreply()[0] for _ in recipients[1:])]
