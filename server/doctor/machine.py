"""The machine: the data folder, room on its disk, the clock, the zones, and secrets that somebody chose."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr

from server.doctor.findings import Finding, fail, ok, warn
from server.settings import PREFIX, Settings

PROBE_BYTES = 64 * 1024
SHORT_OF_ROOM_BYTES = 1_000_000_000
NO_ROOM_BYTES = 100_000_000
SHORT_OF_NODES = 10_000
SECRET_CHARACTERS = 32
"""256 bits in hex are 64; a signature is no stronger than what it is made with."""
_DIFFERENT_CHARACTERS = 8
_OLDEST = datetime(2026, 1, 1, tzinfo=UTC)
"""This version is younger than that."""
_TIMEX_BYTES = 512
"""More than the kernel's struct timex on any machine; all zero, it changes nothing."""
_TIME_ERROR = 5
_NEWEST = _OLDEST + timedelta(days=50 * 365)


def data_folder(settings: Settings) -> list[Finding]:
    folder = settings.data.absolute()
    remedy = f"Give the user of the server the folder {folder} (owner, mode 0700), or name another in {PREFIX}DATA."
    if not folder.is_dir():
        return [fail("data", f"There is no folder {folder}.", remedy)]
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as exc:
        return [
            fail("data", f"{folder} cannot be written: {exc.strerror}.", f"{remedy} Make room if the disk is full.")
        ]
    found = [_disk(folder)]
    if folder.stat().st_mode & 0o077:
        found.append(warn("data", f"Others on this machine may look into {folder}.", f"Say: chmod 0700 {folder}"))
    else:
        found.append(ok("data", f"{folder} can be written, by nobody else."))
    return found


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    nodes = os.statvfs(folder)
    said = f"{free / 1e9:.1f} GB free for {folder}."
    if free < NO_ROOM_BYTES:
        return fail("disk", said, "Make room now: without it nothing that is said is kept, and the server refuses it.")
    if free < SHORT_OF_ROOM_BYTES:
        return warn("disk", said, "Make room: a backup needs as much as the record and the files have.")
    if nodes.f_files and nodes.f_favail < SHORT_OF_NODES:
        return warn(
            "disk", f"Only {nodes.f_favail} more files fit on the disk.", "Remove what has very many small files."
        )
    return ok("disk", said)


def own_clock(now: datetime) -> list[Finding]:
    if not _OLDEST < now < _NEWEST:
        return [fail("clock", f"This machine believes that it is {now:%Y-%m-%d %H:%M} UTC.", TIME_REMEDY)]
    if _is_left_alone():
        return [warn("clock", "Nothing keeps this machine's clock right, says its kernel.", TIME_REMEDY)]
    return [ok("clock", f"It is {now:%Y-%m-%d %H:%M:%S} UTC.")]


def _is_left_alone() -> bool:
    """What adjtimex(2) tells who only asks; False where there is no such call."""
    asked = ctypes.create_string_buffer(_TIMEX_BYTES)
    try:
        return bool(ctypes.CDLL(None).adjtimex(asked) == _TIME_ERROR)
    except (OSError, AttributeError):
        return False


TIME_REMEDY = (
    "Let the machine take its time from the network (systemd-timesyncd or chrony), then start the server again."
)
SKEW_WARN = timedelta(seconds=2)
SKEW_FAIL = timedelta(seconds=30)


def clock_against(whose: str, ours: datetime, theirs: datetime) -> Finding:
    """whose: as in "the record's clock"."""
    skew = theirs - ours
    said = f"{whose} differs by {abs(skew).total_seconds():.1f} s from this machine's."
    if abs(skew) > SKEW_FAIL:
        return fail("clock", said, TIME_REMEDY)
    if abs(skew) > SKEW_WARN:
        return warn("clock", said, TIME_REMEDY)
    return ok("clock", said)


def zones(names: set[str]) -> list[Finding]:
    """names: of the site and of the departments."""
    unknown = sorted(name for name in names if not _is_known(name))
    if unknown:
        return [
            fail(
                "zones",
                f"The time zone {unknown[0]} is unknown here.",
                "Say: pip install --upgrade tzdata, or correct it.",
            )
        ]
    return [ok("zones", f"Known: {', '.join(sorted(names))}.")]


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def secrets_chosen(settings: Settings) -> list[Finding]:
    """None is shown, and not how long it is."""
    found = []
    chosen: list[tuple[str, SecretStr | None]] = [
        ("SECRET", settings.secret),
        ("IDENTITY_SECRET", settings.identity_secret),
    ]
    for name, secret in chosen:
        if secret is None:
            continue
        text = secret.get_secret_value()
        if len(text) < SECRET_CHARACTERS or len(set(text)) < _DIFFERENT_CHARACTERS:
            found.append(
                fail(
                    "secret",
                    f"{PREFIX}{name} can be guessed.",
                    "Choose another: openssl rand -hex 32. Links that were mailed, and visitors, then begin anew.",
                )
            )
        else:
            found.append(ok("secret", f"{PREFIX}{name} is long enough."))
    if settings.secret is None:
        found.append(ok("secret", "The record keeps a secret of its own: protect the record and its backups."))
    return found
