"""How the outbox keeps its places busy: one slow mail server never stands in the way of the others."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

from transcripts.memory import MemoryStore
from transcripts.operations import NewMail
from transcripts.records import Mail
from transcripts.sending.outbox import BATCH, Letter, Outbox

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


class SlowWire:
    """Keeps mails to slow@ until `go_on`; counts how many it has at once."""

    def __init__(self, expected: int) -> None:
        self.go_on = asyncio.Event()
        self.others_sent = asyncio.Event()
        self.taken: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self._expected = expected

    async def send(self, envelope_from: str, to: str, raw: bytes) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await (self.go_on.wait() if to.startswith("slow") else asyncio.sleep(0))
            self.taken[to] += 1
        finally:
            self.at_once -= 1
        if self.taken["quick@example.com"] == self._expected:
            self.others_sent.set()


async def test_a_slow_mail_server_holds_up_its_own_mails_only() -> None:
    store, wire = MemoryStore(), SlowWire(expected=3 * BATCH)

    async def compose(mail: Mail) -> Letter:
        return Letter("support@desk.example", "subject", b"raw")

    outbox = Outbox(store, compose, wire, spread=lambda: 1.0, now=lambda: NOW)
    for n in range(3 * BATCH + BATCH - 1):
        to = "slow@example.com" if n < BATCH - 1 else "quick@example.com"
        await store.queue_mail(NewMail(f"m{n}", "transcript", to, "en", f"<{n}@desk.example>"), NOW)

    sending = asyncio.create_task(outbox.run())
    async with asyncio.timeout(5):
        await wire.others_sent.wait()
    while_slow = (wire.taken["slow@example.com"], wire.at_once)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending

    assert while_slow == (0, BATCH - 1)
    assert wire.most_at_once == BATCH
    assert wire.at_once == 0, "whoever ends the outbox ends its tries"
    states = Counter(mail.state for mail in (await store.mails(None, None))[0])
    assert states == {"sent": 3 * BATCH, "due": BATCH - 1}
