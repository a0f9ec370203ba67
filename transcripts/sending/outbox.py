"""The loop that sends what the record's outbox holds: at least once, never silently not.

A mail is marked as sent only after the other side took it. A crash before that sends it again, under the same
Message-ID. Temporary failures come back with growing pauses; what fails for good stays visible, with its reason.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from transcripts.errors import StoreError, StoreUnavailable, TranscriptError
from transcripts.facts import Fact, MailQueued
from transcripts.port import OutboxStore
from transcripts.records import Mail
from transcripts.sending.transport import DeliveryError, PermanentFailure, TemporaryFailure, Transport

BATCH: Final = 8  # mails sent side by side: connections that a small mail server still takes from one client
SEND_TIMEOUT_S: Final = 120.0
LEASE_S: Final = 300.0  # longer than composing, sending and marking one batch, or two processes would send it
FIRST_PAUSE_S: Final = 30.0
MAX_PAUSE_S: Final = 3_600.0
GIVE_UP_AFTER: Final = timedelta(days=3)
IDLE_S: Final = 60.0  # looks at the record at least so often, should a wake-up get lost
FAULT_PAUSE_S: Final = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to go. kept: what the record keeps of it where `raw` has a secret; None: all of it."""

    envelope_from: str
    subject: str
    raw: bytes
    kept: bytes | None = None


class Outbox:
    """compose: a row's letter; raises TranscriptError where it cannot be written. spread: jitter, 1.0 is none."""

    def __init__(
        self,
        store: OutboxStore,
        compose: Callable[[Mail], Awaitable[Letter]],
        transport: Transport,
        *,
        spread: Callable[[], float],
        now: Callable[[], datetime],
        fault_pause_s: float = FAULT_PAUSE_S,
    ) -> None:
        self._store = store
        self._compose = compose
        self._transport = transport
        self._spread = spread
        self._now = now
        self._fault_pause_s = fault_pause_s
        self._wake = asyncio.Event()

    def hear(self, facts: Sequence[Fact]) -> None:
        """A listener for the store: a queued mail wakes the loop."""
        if any(isinstance(fact, MailQueued) for fact in facts):
            self._wake.set()

    async def run(self) -> None:
        """Send until cancelled. No mail, and no fault of the record, ends the loop."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    self._wake.clear()
                    under_way |= await self.start(BATCH - len(under_way))
                    await self._rest(under_way)
                except StoreError:
                    log.warning("the outbox cannot reach the record")
                    await asyncio.sleep(self._fault_pause_s)
                except Exception:
                    log.exception("the outbox stumbled")
                    await asyncio.sleep(self._fault_pause_s)
                under_way = {task for task in under_way if not _is_over(task)}
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def start(self, free: int = BATCH) -> set[asyncio.Task[None]]:
        """Lease mails that are due, at most `free`, and try each in a task: a slow server holds up its own mail only.

        Whoever calls awaits the tasks or cancels them. Raises StoreError; then no try has begun.
        """
        if free <= 0:
            return set()
        mails = await self._store.claim_due(self._now(), lease_s=LEASE_S, limit=free)
        return {asyncio.create_task(self._deliver(mail)) for mail in mails}

    async def _rest(self, under_way: set[asyncio.Task[None]]) -> None:
        """Until a place is free, a mail is queued or the next one is due."""
        if len(under_way) == BATCH:
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            return
        due = await self._store.next_due()
        pause_s = IDLE_S if due is None else min(IDLE_S, max(0.0, (due - self._now()).total_seconds()))
        woken = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait({woken, *under_way}, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()

    async def _deliver(self, mail: Mail) -> None:
        """One try and its mark. Where the mark cannot be written, the lease runs out and the mail goes once more."""
        try:
            try:
                letter = await self._write(mail)
                await self._send(mail, letter)
            except PermanentFailure as exc:
                await self._store.mark_failed(mail.id, str(exc), None)
            except TemporaryFailure as exc:
                await self._later(mail, str(exc))
            else:
                await self._store.mark_sent(mail.id, self._now(), letter.subject, letter.kept or letter.raw)
        except StoreError:
            log.warning("a mail's outcome is not recorded", extra={"mail_id": mail.id})

    async def _write(self, mail: Mail) -> Letter:
        try:
            return await self._compose(mail)
        except StoreUnavailable as exc:
            raise TemporaryFailure("The record could not be read.") from exc
        except TranscriptError as exc:
            raise PermanentFailure(str(exc)) from exc
        except Exception as exc:  # a template or a header at fault: this mail fails, the others go on
            log.exception("a mail cannot be written", extra={"mail_id": mail.id})
            raise PermanentFailure(f"The mail cannot be written ({type(exc).__name__}).") from exc

    async def _send(self, mail: Mail, letter: Letter) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._transport.send(letter.envelope_from, mail.to, letter.raw)
        except DeliveryError:
            raise
        except TimeoutError as exc:
            raise TemporaryFailure(f"No answer within {SEND_TIMEOUT_S:.0f} s.") from exc
        except Exception as exc:  # a fault of the adapter: visible on the mail, tried again
            log.exception("a mail cannot be sent", extra={"mail_id": mail.id})
            raise TemporaryFailure(f"The mail cannot be sent ({type(exc).__name__}).") from exc

    async def _later(self, mail: Mail, error: str) -> None:
        now = self._now()
        retry_at = now + timedelta(seconds=pause_s(mail.attempts) * self._spread())
        given_up = retry_at - mail.created_at > GIVE_UP_AFTER
        await self._store.mark_failed(mail.id, error, None if given_up else retry_at)


def _is_over(task: asyncio.Task[None]) -> bool:
    if task.done() and not task.cancelled() and task.exception() is not None:
        log.error("a try of a mail ended badly", exc_info=task.exception())
    return task.done()


def pause_s(attempts: int) -> float:
    """Seconds until the next try after so many: 30, 60, 120 ... at most an hour."""
    return min(MAX_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(max(0, attempts - 1), 20))
