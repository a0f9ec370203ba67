"""The SMTP transport against servers on loopback, well-behaved and not."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from tests.harness.mailserver import SmtpSink
from tests.integration.mail.smtp_servers import CrankyServer, Fault, make_certificate, secured
from transcripts.sending.smtp import SmtpTransport, server_of
from transcripts.sending.transport import DeliveryError, PermanentFailure, TemporaryFailure

RAW = b"From: support@desk.example\r\nTo: petr@example.com\r\nSubject: Hello\r\n\r\n.leading dot\r\n.\r\nend\r\n"


async def send(port: int, raw: bytes = RAW) -> None:
    await SmtpTransport(server_of(f"smtp://127.0.0.1:{port}")).send("support@desk.example", "petr@example.com", raw)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


async def test_a_mail_arrives_as_it_was_written(smtp_sink: SmtpSink) -> None:
    await send(smtp_sink.port)

    (mail,) = smtp_sink.mails
    assert (mail.sender, mail.recipients) == ("support@desk.example", ("petr@example.com",))
    assert mail.message.get_payload() == ".leading dot\r\n.\r\nend\r\n"


@pytest.mark.parametrize("answer", ["451 4.3.0 later", "421 4.3.2 closing", "450 4.2.0 greylisted"])
async def test_a_4xx_after_the_mail_is_temporary(smtp_sink: SmtpSink, answer: str) -> None:
    smtp_sink.refuse(answer)

    with pytest.raises(TemporaryFailure, match=answer[:3]):
        await send(smtp_sink.port)


async def test_a_5xx_after_the_mail_is_permanent_and_says_why(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse("554 5.7.1 looks like spam")

    with pytest.raises(PermanentFailure, match=r"554 5\.7\.1 looks like spam"):
        await send(smtp_sink.port)


@pytest.mark.parametrize(
    ("verb", "answer", "failure"),
    [
        ("MAIL", "550 not you", PermanentFailure),
        ("MAIL", "451 not now", TemporaryFailure),
        ("RCPT", "550 no such user", PermanentFailure),
        ("RCPT", "450 mailbox busy", TemporaryFailure),
        ("DATA", "554 no", PermanentFailure),
        ("DATA", "452 disk full", TemporaryFailure),
        ("DATA", "999 what", TemporaryFailure),
        ("GREETING", "554 go away", TemporaryFailure),
        ("GREETING", "421 too many", TemporaryFailure),
    ],
)
async def test_only_a_5xx_about_the_mail_itself_is_permanent(
    verb: str, answer: str, failure: type[DeliveryError]
) -> None:
    async with CrankyServer(answers={verb: answer}).running() as server:
        with pytest.raises(failure, match=answer[:3]):
            await send(server.port)

    assert server.kept == []


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("cut", ["at the greeting", "after MAIL", "in the middle of DATA", "before the answer"])
async def test_a_connection_lost_before_the_answer_is_temporary(cut: Fault, reset: bool) -> None:
    raw = RAW + b"a line of a long mail\r\n" * 50_000
    async with CrankyServer(cut, reset=reset).running() as server:
        with pytest.raises(TemporaryFailure):
            await send(server.port, raw)


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
async def test_a_connection_lost_after_the_answer_does_no_harm(reset: bool) -> None:
    async with CrankyServer("after the answer", reset=reset).running() as server:
        await send(server.port)

    assert len(server.kept) == 1


async def test_a_server_that_is_not_there_is_temporary() -> None:
    async with CrankyServer().running() as server:
        pass

    with pytest.raises(TemporaryFailure, match="cannot be reached"):
        await send(server.port)


async def test_a_hostile_answer_becomes_one_line() -> None:
    async with CrankyServer(answers={".": "550-a\r\n550-b\x1b[31m\r\n550 " + "c" * 400}).running() as server:
        with pytest.raises(PermanentFailure) as refused:
            await send(server.port)

    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("to", ["petr@example.com>\r\nRCPT TO:<all@example.com", "петр@example.com"])
async def test_an_address_that_cannot_be_said_in_smtp_never_reaches_the_wire(to: str) -> None:
    async with CrankyServer().running() as server:
        with pytest.raises(PermanentFailure):
            await SmtpTransport(server_of(f"smtp://127.0.0.1:{server.port}")).send("a@b.cz", to, RAW)

    assert server.seen == []


# aiosmtpd does not see that the TLS around it makes signing in safe.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_signed_in_mail_goes_encrypted(certificate: Path, scheme: str) -> None:
    tls = ssl.create_default_context(cafile=str(certificate))
    async with secured(certificate, starttls=scheme != "smtps", password="p/a:s é") as (keeper, port):
        server = server_of(f"{scheme}://petr:p%2Fa%3As%20%C3%A9@localhost:{port}")
        await SmtpTransport(server, tls=tls).send("support@desk.example", "petr@example.com", RAW)

    ((to, _, encrypted),) = keeper.mails
    assert (to, encrypted) == ("petr@example.com", True)


async def test_a_refused_sign_in_is_a_setting_to_mend_not_the_mails_fault(certificate: Path) -> None:
    tls = ssl.create_default_context(cafile=str(certificate))
    async with secured(certificate, starttls=True, password="right") as (keeper, port):
        server = server_of(f"smtp+starttls://petr:hunter2@localhost:{port}")
        with pytest.raises(TemporaryFailure, match="535") as failed:
            await SmtpTransport(server, tls=tls).send("support@desk.example", "petr@example.com", RAW)

    assert "hunter2" not in str(failed.value)
    assert keeper.mails == []


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate: Path, scheme: str) -> None:
    async with secured(certificate, starttls=scheme != "smtps") as (keeper, port):
        with pytest.raises(TemporaryFailure):
            await SmtpTransport(server_of(f"{scheme}://localhost:{port}")).send("a@b.cz", "c@d.cz", RAW)

    assert keeper.mails == []


async def test_starttls_never_falls_back_to_an_open_line() -> None:
    async with CrankyServer().running() as server:
        with pytest.raises(TemporaryFailure):
            await SmtpTransport(server_of(f"smtp+starttls://127.0.0.1:{server.port}")).send("a@b.cz", "c@d.cz", RAW)

    assert server.seen == []


async def test_many_mails_go_side_by_side(smtp_sink: SmtpSink) -> None:
    await asyncio.gather(*(send(smtp_sink.port) for _ in range(8)))

    assert len(smtp_sink.mails) == 8
