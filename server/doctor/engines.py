"""What the desk stands on: its record, with schema and clock, and its queue. Brings nothing to a newer schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from queueing.errors import QueueUnavailable, UnusableRedisUrl
from server.adapters import open_source, open_store, queue_clock
from server.clock import Clock
from server.doctor import machine
from server.doctor.findings import Finding, fail, ok, warn
from server.services.admin.desk_settings import DeskSettings
from server.services.audit.auditing import Auditing
from server.settings import PREFIX, Settings, SettingsError
from transcripts.copies import CopyError
from transcripts.errors import StoreError
from transcripts.port import Store

FUTURE = timedelta(minutes=2)
"""Of the record's newest sign of life: beyond that the clock was set back."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the record says that other looks need. secret: what the desk signs with, None where it cannot be known."""

    secret: str | None
    zones: frozenset[str]
    findings: list[Finding] = field(default_factory=list)


async def record(settings: Settings, clock: Clock) -> Known:
    """Takes over into `settings` what an admin has set in the record."""
    given = settings.secret.get_secret_value() if settings.secret else None
    known = Known(given, frozenset({settings.tz}))
    try:
        source = await open_source(settings, settings.data)
    except CopyError:
        said = "There is no record yet."
        return _with(
            known, warn("record", said, "Start the server once: it makes one, and tells how to make the first admin.")
        )
    except (SettingsError, StoreError) as exc:
        return _with(
            known, fail("record", str(exc), "Correct what the sentence names; without a record nothing works.")
        )
    try:
        before, theirs, after = clock.now(), await source.clock(), clock.now()
        if theirs is not None:
            known.findings.append(machine.clock_against("The record's clock", before + (after - before) / 2, theirs))
        shape = await source.shape()
    except (CopyError, StoreError) as exc:
        return _with(
            known, fail("record", str(exc), "Look at the disk, and restore the newest backup if it is damaged.")
        )
    finally:
        await source.aclose()
    if shape.found != shape.known:
        return _with(known, _migration(shape.found, shape.known))
    known.findings.append(ok("migrations", "The record has the schema of this version."))
    return await _read(settings, clock, known)


async def _read(settings: Settings, clock: Clock, known: Known) -> Known:
    try:
        store = await open_store(settings)
        try:
            await store.check()
            await DeskSettings(store, settings, Auditing(store, clock)).refresh()
            secret = known.secret or await store.value("secret")
            zones = known.zones | {department.tz for department in await store.departments()}
            found = [ok("record", "It takes writes."), *await _past(store, clock)]
        finally:
            await store.aclose()
    except (StoreError, SettingsError, OSError) as exc:
        remedy = "Look at the disk (room, permissions) or at the database; the server refuses what it cannot keep."
        return _with(known, fail("record", f"It takes no writes: {exc}.", remedy))
    return Known(secret, zones, [*known.findings, *found])


async def _past(store: Store, clock: Clock) -> list[Finding]:
    newest = max((proof.last_at for proof in await store.proofs()), default=None)
    if newest is not None and newest > clock.now() + FUTURE:
        said = f"A server was alive at {newest:%Y-%m-%d %H:%M} UTC, which is still to come here."
        return [fail("clock", said, f"The clock was set back or is wrong. {machine.TIME_REMEDY}")]
    return []


def _migration(found: str, known: str) -> Finding:
    if found.isdecimal() and int(found) > int(known):
        said = f"The record is of schema {found}, this version knows {known}."
        return fail("migrations", said, "Use the newer version that wrote it; there is no way back but a backup.")
    said = "The record has the schema of another version."
    return warn("migrations", said, "Make a backup first: the next start of this version's server brings it up.")


async def queue(settings: Settings, clock: Clock) -> list[Finding]:
    if settings.redis_url is None:
        return [ok("queue", "In the server's own process.")]
    try:
        before, theirs, after = clock.now(), await queue_clock(settings), clock.now()
    except (QueueUnavailable, UnusableRedisUrl, SettingsError) as exc:
        remedy = (
            f"Start Redis, and check {PREFIX}REDIS_URL: host, port, password, TLS. Until then chats start and wait."
        )
        return [fail("queue", f"Redis does not answer: {exc}.", remedy)]
    return [
        ok("queue", "Redis answers."),
        machine.clock_against("Redis' clock", before + (after - before) / 2, theirs),
    ]


def _with(known: Known, finding: Finding) -> Known:
    return Known(known.secret, known.zones, [*known.findings, finding])
