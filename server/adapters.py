"""Which adapter stands behind which port: chosen by the settings, here and nowhere else."""

from __future__ import annotations

from queueing.local import LocalQueue
from queueing.port import QueuePort
from server.settings import PREFIX, Settings, SettingsError
from transcripts.maildir import MaildirTransport
from transcripts.port import Store
from transcripts.smtp import SmtpTransport, SmtpUrlError, server_of
from transcripts.sqlite.store import SqliteStore
from transcripts.transport import Transport

RECORD_FILE = "semafor.db"
MAILDIR = "mail"


async def open_store(settings: Settings) -> Store:
    """The record. Raises StoreUnavailable, OSError."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return await SqliteStore.open(settings.data / RECORD_FILE)


def open_queue(_: Settings) -> QueuePort:
    return LocalQueue()


def transport_of(settings: Settings) -> Transport:
    """How mail leaves the house: by SMTP, or into the maildir `mail` of the data folder. Raises SettingsError."""
    if settings.smtp_url is None:
        return MaildirTransport(settings.data / MAILDIR)
    try:
        return SmtpTransport(server_of(settings.smtp_url.get_secret_value()))
    except SmtpUrlError as exc:
        raise SettingsError(f"{PREFIX}SMTP_URL: {exc}") from exc
