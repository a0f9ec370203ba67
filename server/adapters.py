"""Which adapter stands behind which port: chosen by the settings, here and nowhere else.

The drivers of the scaled desk are an extra (`semafor[scale]`) and are imported only where a setting asks for them.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from queueing.errors import UnusableRedisUrl
from queueing.local import LocalHomes, LocalQueue
from queueing.port import Homes, QueuePort, SharedQueuePort
from server.settings import PREFIX, Settings, SettingsError
from transcripts.copies import Source, Target
from transcripts.errors import StoreUnavailable
from transcripts.inbound.delivery import Delivery, Keep, Listener
from transcripts.inbound.imap import ImapReader
from transcripts.inbound.listener import SmtpListener
from transcripts.inbound.places import PlaceError, listen_at, mailbox_at
from transcripts.port import Store
from transcripts.sending.maildir import MaildirTransport
from transcripts.sending.smtp import SmtpTransport, SmtpUrlError, server_of
from transcripts.sqlite.copying import SqliteSource, SqliteTarget
from transcripts.sqlite.store import FILES_FOLDER, SqliteStore

if TYPE_CHECKING:
    # The commands that start no server need no sockets, and begin sooner without.
    from server.sockets.bus import Bus
    from server.sockets.rooms import Rooms

RECORD_FILE = "semafor.db"
MAILDIR = "mail"
FOLDERS = (FILES_FOLDER, MAILDIR)
"""Of the data folder, beside the record."""
RESTORING = ".restoring"
"""In the data folder while a backup is restored into it."""


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between the servers of a desk. shared: the queue, where there may be other servers than this one."""

    queue: QueuePort
    homes: Homes
    bus: Bus
    shared: SharedQueuePort | None = None


async def open_store(settings: Settings) -> Store:
    """The record. Raises StoreUnavailable, OSError for the one in the data folder; SettingsError for MongoDB."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.mongo_url is None:
        record = settings.data / RECORD_FILE
        if (settings.data / RESTORING).exists() and not record.exists():
            raise StoreUnavailable("a restore into this folder runs, or was not finished: restore again, or empty it")
        return await SqliteStore.open(record)
    with _mongo_faults():
        from transcripts.mongo.store import MongoStore  # noqa: PLC0415 - an extra

        return await MongoStore.open(settings.mongo_url.get_secret_value())


async def open_source(settings: Settings, scratch: Path) -> Source:
    """What a backup is made from. scratch: a folder with room for the record.

    Raises CopyError where there is no record, SettingsError for MongoDB.
    """
    if settings.mongo_url is None:
        return SqliteSource(settings.data / RECORD_FILE, scratch)
    with _mongo_faults():
        from transcripts.mongo.copying import MongoSource  # noqa: PLC0415 - an extra

        return await MongoSource.connect(settings.mongo_url.get_secret_value())


async def open_target(settings: Settings, place: Path) -> Target:
    """Where a backup is restored. place: a folder that becomes the data folder's. Raises SettingsError for MongoDB."""
    if settings.mongo_url is None:
        return SqliteTarget(place / RECORD_FILE)
    with _mongo_faults():
        from transcripts.mongo.copying import MongoTarget  # noqa: PLC0415 - an extra

        return await MongoTarget.connect(settings.mongo_url.get_secret_value())


def open_between(settings: Settings, rooms: Rooms, desk: str) -> Between:
    """desk: the name of the record, so that several desks can use one Redis. Raises SettingsError."""
    if settings.redis_url is None:
        from server.sockets.bus import LocalBus  # noqa: PLC0415 - see above

        return Between(LocalQueue(), LocalHomes(), LocalBus(rooms))
    try:
        from queueing.redis.client import RedisClient  # noqa: PLC0415 - an extra
        from queueing.redis_adapter import RedisHomes, RedisQueue  # noqa: PLC0415
        from server.sockets.redis_bus import RedisBus  # noqa: PLC0415
    except ImportError as exc:
        raise _extra_missing("REDIS_URL") from exc
    url = settings.redis_url.get_secret_value()
    try:
        client = RedisClient(url)
        queue = RedisQueue(client, desk)
        return Between(queue, RedisHomes(client, desk), RedisBus(rooms, url, desk), queue)
    except (UnusableRedisUrl, ValueError) as exc:
        raise SettingsError(f"{PREFIX}REDIS_URL: {exc}") from exc


def transport_of(settings: Settings) -> MaildirTransport | SmtpTransport:
    """How mail leaves the house: by SMTP, or into the maildir `mail` of the data folder. Raises SettingsError."""
    if settings.smtp_url is None:
        return MaildirTransport(settings.data / MAILDIR)
    try:
        return SmtpTransport(server_of(settings.smtp_url.get_secret_value()))
    except SmtpUrlError as exc:
        raise SettingsError(f"{PREFIX}SMTP_URL: {exc}") from exc


def listener_of(settings: Settings, keep: Keep, is_ours: Callable[[str], bool]) -> Listener | None:
    """What receives mail; None where nothing should. Raises SettingsError."""
    if settings.inbound_smtp is None:
        return None
    try:
        at = listen_at(settings.inbound_smtp)
    except PlaceError as exc:
        raise SettingsError(f"{PREFIX}INBOUND_SMTP: {exc}") from exc
    return SmtpListener(
        at,
        keep,
        is_ours,
        max_bytes=settings.inbound_max_bytes,
        hostname=settings.mail_host,
        shared=settings.redis_url is not None,
        tls=_inbound_tls(settings),
    )


def _inbound_tls(settings: Settings) -> ssl.SSLContext | None:
    """Raises SettingsError where certificate and key cannot be used."""
    certificate, key = settings.inbound_tls_cert, settings.inbound_tls_key
    if certificate is None and key is None:
        return None
    if certificate is None:
        raise SettingsError(f"{PREFIX}INBOUND_TLS_KEY needs {PREFIX}INBOUND_TLS_CERT, the certificate it belongs to.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as exc:
        raise SettingsError(
            f"{PREFIX}INBOUND_TLS_CERT and {PREFIX}INBOUND_TLS_KEY: cannot be used ({type(exc).__name__})."
            " Name two PEM files that belong together, the key without a password, that this user may read."
        ) from exc
    return context


async def greet_mail_server(settings: Settings) -> None:
    """Connect and sign in as for a mail, and send none. Raises DeliveryError, SettingsError."""
    transport = transport_of(settings)
    if isinstance(transport, SmtpTransport):
        await transport.greet(settings.mail_from)


async def queue_clock(settings: Settings) -> datetime:
    """What time it is in Redis. Raises QueueUnavailable, UnusableRedisUrl, SettingsError."""
    assert settings.redis_url is not None
    try:
        from queueing.redis.client import RedisClient  # noqa: PLC0415 - an extra
    except ImportError as exc:
        raise _extra_missing("REDIS_URL") from exc
    client = RedisClient(settings.redis_url.get_secret_value())
    try:
        return datetime.fromtimestamp(await client.seconds(), UTC)
    finally:
        await client.aclose()


def mailbox_of(settings: Settings) -> ImapReader | None:
    """The mailbox to read; None where there is none. Raises SettingsError."""
    if settings.imap_url is None:
        return None
    try:
        return ImapReader(mailbox_at(settings.imap_url.get_secret_value()), settings.inbound_max_bytes)
    except PlaceError as exc:
        raise SettingsError(f"{PREFIX}IMAP_URL: {exc}") from exc


def check_addresses(settings: Settings) -> None:
    """What can be said of the settings' addresses without asking anybody there. Raises SettingsError."""
    transport_of(settings)
    listener_of(settings, _nobody, lambda _: False)
    mailbox_of(settings)
    from server.sockets.rooms import Rooms  # noqa: PLC0415 - see above

    open_between(settings, Rooms(), "check")


async def _nobody(_: Delivery) -> None:
    """Takes no mail: nothing is received while settings are checked."""


@contextmanager
def _mongo_faults() -> Iterator[None]:
    """Raises SettingsError where the extra is not installed or the database cannot be used."""
    try:
        yield
    except ImportError as exc:
        raise _extra_missing("MONGO_URL") from exc
    except StoreUnavailable as exc:
        raise SettingsError(f"{PREFIX}MONGO_URL: {exc}") from exc


def _extra_missing(setting: str) -> SettingsError:
    return SettingsError(f"{PREFIX}{setting} needs what is not installed: pip install 'semafor[scale]'")
