"""Mail: whether the servers answer, with TLS and sign-in. Nothing is sent, nothing is read."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from server.adapters import greet_mail_server, mailbox_of
from server.doctor.findings import Finding, fail, ok, warn
from server.settings import PREFIX, Settings, SettingsError
from transcripts.inbound.delivery import ReadError
from transcripts.inbound.places import PlaceError, listen_at
from transcripts.sending.transport import DeliveryError

WITHIN_S = 15.0
_GREETING_BYTES = 512
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NOBODY = "support@localhost"
"""The sender where nobody has set one."""


async def outgoing(settings: Settings) -> list[Finding]:
    if settings.smtp_url is None:
        said = "No mail leaves this machine: it is put into the folder mail/ of the data folder."
        return [warn("mail", said, f"Set {PREFIX}SMTP_URL to your mail server.")]
    try:
        async with asyncio.timeout(WITHIN_S):
            await greet_mail_server(settings)
    except (DeliveryError, SettingsError) as exc:
        remedy = (
            f"Check {PREFIX}SMTP_URL: host, port, smtps:// or smtp+starttls://, user and password (percent-encoded)."
        )
        return [fail("mail", str(exc), remedy)]
    except TimeoutError:
        return [fail("mail", f"The mail server does not answer within {WITHIN_S:.0f} s.", _NETWORK)]
    found = [ok("mail", "The mail server answers and takes our sign-in.")]
    parts = urlsplit(settings.smtp_url.get_secret_value())
    if parts.scheme == "smtp" and parts.hostname not in _LOOPBACK:
        found.append(
            warn("mail", "Mails travel unencrypted to the mail server.", "Write smtp+starttls:// or smtps://.")
        )
    if settings.mail_from == _NOBODY:
        found.append(warn("mail", f"The sender is {_NOBODY}.", f"Set {PREFIX}MAIL_FROM to an address of yours."))
    return found


async def incoming(settings: Settings) -> list[Finding]:
    found = []
    if settings.imap_url is not None:
        found.append(await _mailbox(settings))
    if settings.inbound_smtp is not None:
        found.append(await _listener(settings.inbound_smtp))
    return found or [ok("inbound", "No mail is taken in: answers by mail go where the sender's address leads.")]


_NETWORK = "Check the host and the port, and the firewall between."


async def _mailbox(settings: Settings) -> Finding:
    remedy = (
        f"Check {PREFIX}IMAP_URL: host, port, imaps:// or imap+starttls://, user and password, and the mailbox' name."
    )
    try:
        reader = mailbox_of(settings)
        assert reader is not None
        async with asyncio.timeout(WITHIN_S):
            await reader.greet()
    except (ReadError, SettingsError) as exc:
        return fail("inbound", str(exc), remedy)
    except TimeoutError:
        return fail("inbound", f"The mailbox' server does not answer within {WITHIN_S:.0f} s.", _NETWORK)
    return ok("inbound", "The mailbox opens.")


async def _listener(text: str) -> Finding:
    try:
        at = listen_at(text)
    except PlaceError as exc:
        return fail("inbound", f"{PREFIX}INBOUND_SMTP {exc}.", "Write it like that.")
    remedy = "Start the server; if it runs, look for another program on this port."
    try:
        async with asyncio.timeout(WITHIN_S):
            reader, writer = await asyncio.open_connection(at.host, at.port)
            greeting = await reader.read(_GREETING_BYTES)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
    except (OSError, TimeoutError) as exc:
        return fail("inbound", f"Nobody listens for mail on {at.host}:{at.port} ({type(exc).__name__}).", remedy)
    if not greeting.startswith(b"220"):
        return fail("inbound", f"What listens on {at.host}:{at.port} is no mail server.", remedy)
    return ok("inbound", f"Mail is taken on {at.host}:{at.port}.")
