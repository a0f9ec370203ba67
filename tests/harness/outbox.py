"""One turn of the outbox's loop, for tests that want to look between two."""

from __future__ import annotations

import asyncio

from transcripts.sending.outbox import Outbox


async def send_due(outbox: Outbox) -> int:
    """Try one batch of due mails, side by side. Returns how many were tried."""
    tries = await outbox.start()
    await asyncio.gather(*tries)
    return len(tries)
