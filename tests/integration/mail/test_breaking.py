"""Mails made to break parsers: each ends in its state, none holds up another, and the work they make is bounded."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import tracemalloc

import pytest

from tests.harness.fixtures import MIA, NewDesk, People
from tests.integration.mail.breaking.mails import mails
from tests.integration.mail.letters import CUSTOMER, OURS, bring, free_port, letter, mail_settings, settled, until
from transcripts.inbound import letter as taking_apart
from transcripts.inbound.letter import read
from transcripts.inbound.outcome import words_of

LARGE = 26_000_000


def test_every_breaking_mail_is_read_within_its_bounds() -> None:
    assert len(list(mails())) >= 40
    for name, raw, _ in mails():
        taken = read(raw)
        words = words_of(taken)

        assert len(taken.files) <= taking_apart.MAX_FILES, name
        assert len(taken.text) <= taking_apart.TEXT_CHARS + 1_000, name
        assert len(words.body) <= 8_000, name
        assert not {"\x00", "\r"} & set(words.body + (words.quoted or "")), name
        words.body.encode()


def test_ten_thousand_parts_are_counted_and_two_hundred_read() -> None:
    raw = next(mail.raw for mail in mails() if mail.name == "10,000 parts")

    taken = read(raw)

    assert taken.text.count("Words") == taking_apart.MAX_PARTS - 1
    assert taken.left_out >= 10_000 - taking_apart.MAX_PARTS


def test_parts_within_parts_take_no_more_memory_than_a_few_times_the_mail() -> None:
    inner = b"Content-Type: text/plain\r\n\r\n" + b"x" * 2_000_000
    for level in range(14):
        name = b"D%d" % level
        inner = b'Content-Type: multipart/mixed; boundary="' + name + b'"\r\n\r\n--' + name + b"\r\n" + inner
    raw = b"From: a@b.example\r\n" + inner
    tracemalloc.start()

    taken = read(raw)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken.left_out >= 1
    assert peak < 10 * len(raw)


@pytest.mark.slow
async def test_each_breaking_mail_ends_in_its_state_and_the_one_behind_them_is_read(
    new_desk: NewDesk, people: People
) -> None:
    port = free_port()
    desk = new_desk(settings={**mail_settings(port), "SEMAFOR_LIMITS": "off"})
    manager = await people.agent(desk, MIA)
    wanted = {}

    for name, raw, ends in mails():
        await bring(port, raw)
        newest = (await manager.get("/api/v1/inbound"))["inbound"][0]
        wanted[newest["id"]] = (name, ends)
    await bring(port, letter("An ordinary mail"), sender="")
    await bring(port, letter("Another ordinary mail"))

    async def all_settled() -> bool:
        return not (await manager.get("/api/v1/inbound", state="received"))["inbound"]

    await until(all_settled, "every mail to have its end")
    assert len(wanted) == len(list(mails()))
    for inbound_id, (name, ends) in wanted.items():
        mail = (await manager.get(f"/api/v1/inbound/{inbound_id}"))["inbound"]
        assert mail["state"] in ends, f"{name}: {mail}"
    (last, null_sender, *_) = await settled(manager, 2)
    assert (last["state"], null_sender["state"], null_sender["reason"]) == ("created", "ignored", "auto_reply")


@pytest.mark.slow
async def test_fifty_megabytes_are_refused_with_a_fitting_code_and_twenty_five_are_stored(
    new_desk: NewDesk, people: People
) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port))
    manager = await people.agent(desk, MIA)
    large = letter("Large") + b"\r\n".join([b"x" * 76] * (LARGE // 78))

    with pytest.raises(smtplib.SMTPSenderRefused) as announced:
        await bring(port, large * 2)
    said = await asyncio.to_thread(_unannounced, port, large * 2)
    await bring(port, large)
    (kept,) = await settled(manager, 1)

    assert announced.value.smtp_code == 552
    assert said == 552
    assert (kept["state"], kept["size_bytes"]) == ("created", len(large) if large.endswith(b"\r\n") else len(large) + 2)


@pytest.mark.slow
async def test_clients_that_break_the_rules_of_smtp_get_nowhere(new_desk: NewDesk, people: People) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        imap = f"imap://u:p@127.0.0.1:{silent.getsockname()[1]}/INBOX"
        desk = new_desk(settings={**mail_settings(port), "SEMAFOR_IMAP_URL": imap})
        manager = await people.agent(desk, MIA)

        codes = await asyncio.to_thread(_rude, port)
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(f"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<{OURS}>\r\nDATA\r\nhalf a".encode())
            await bring(port, letter("Still there"))
            (only,) = await settled(manager, 1)
            await people.leave()
            await asyncio.to_thread(desk.stop)  # in time, although a client is in the middle and a mailbox says nothing

    assert codes.pop("broken off") == 501
    assert "stumbled" not in desk.stderr()
    assert codes == {"relay": 550, "vrfy": 252, "expn": 502, "data first": 503, "smuggled": 550, "long": 500}
    assert only["state"] == "created"


@pytest.mark.slow
async def test_mail_that_was_acknowledged_is_read_after_the_server_was_killed(
    new_desk: NewDesk, people: People
) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port))

    for n in range(5):
        await bring(port, letter(f"Mail {n}", Message_ID=f"<kill-{n}@customer.example>"))
    desk.kill()
    desk.start()
    manager = await people.agent(desk, MIA)
    mails_in = await settled(manager, 5)

    assert {mail["state"] for mail in mails_in} == {"created"}
    assert len({mail["ticket"] for mail in mails_in}) == 5


def _unannounced(port: int, raw: bytes) -> int:
    """Without SIZE at MAIL FROM; what is said after the data."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        client.mail(CUSTOMER)
        client.rcpt(OURS)
        return client.data(raw)[0]


def _rude(port: int) -> dict[str, int]:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        codes = {"vrfy": client.verify(OURS)[0], "expn": client.expn("all")[0], "data first": client.docmd("DATA")[0]}
        codes["broken off"] = client.docmd("MAIL FROM:<")[0]
        client.mail(CUSTOMER)
        codes["relay"] = client.rcpt("victim@elsewhere.example")[0]
        codes["long"] = client.docmd("RCPT TO:<" + "a" * 5_000 + "@desk.example>")[0]
        client.rcpt(OURS)
        client.docmd("DATA")
        client.send(letter("x").replace(b"\n", b"\r\n") + b"\n.\nMAIL FROM:<admin@desk.example>\r\n.\r\n")
        codes["smuggled"] = client.getreply()[0]
        return codes
