"""Where no mail server is set, mails go into a maildir: visible to a person, never silently nowhere."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from pathlib import Path

from transcripts.sending.transport import TemporaryFailure


class MaildirTransport:
    """Delivers into `folder`, made at the first mail with its `tmp`, `new` and `cur`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, envelope_from: str, to: str, raw: bytes) -> None:
        """The mail is in `new`, whole and on disk, when this returns. Raises TemporaryFailure (a full disk)."""
        await self.deliver(envelope_from, to, raw)

    async def deliver(self, envelope_from: str, to: str, raw: bytes) -> str:
        """As `send`; where the mail is now."""
        try:
            await asyncio.to_thread(self._write, raw)
        except OSError as exc:
            raise TemporaryFailure(f"The maildir cannot be written: {exc.strerror}.") from exc
        return f"written into the maildir {self._folder}"

    def _write(self, raw: bytes) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{time.time_ns()}.{secrets.token_hex(8)}.semafor"
        written, delivered = self._folder / "tmp" / name, self._folder / "new" / name
        try:
            with written.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            written.rename(delivered)
        except OSError:
            written.unlink(missing_ok=True)
            raise
        _sync_folder(delivered.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, not only the file's content."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
