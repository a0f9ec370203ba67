"""What happens again and again while the desk runs: each loop has a name, a period and an owner, outlives errors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from queueing.errors import QueueUnavailable
from server.desk import Desk
from server.errors import Refusal
from server.log import logger
from server.sockets.transport import SWEEP_EVERY_S
from transcripts.records import Proof

SECOND_S = 1.0
REFRESH_S = 2.0
PROOF_S = 10.0
SESSIONS_USED_S = 20.0
PRUNE_S = 3600.0
WEEKLY_S = 30.0
PRIVACY_S = 60.0
JOURNAL_KEPT = timedelta(days=30)

Work = Callable[[], Awaitable[object]]


class Loops:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: list[asyncio.Task[None]] = []
        now = desk.clock.now()
        self._proof = Proof(desk.process_id, now, now, shared=not desk.routing.roll_call.alone)

    async def start(self) -> None:
        """Raises StoreUnavailable where the first proof of life cannot be kept."""
        await self.prove_life()
        desk = self._desk
        beats: tuple[Work, ...] = (
            desk.routing.roll_call.call,
            desk.routing.follow.tick,
            desk.openness.tick,
            desk.positions.tick,
            desk.boards.tick,
            desk.alarms.tick,
            desk.watch.tick,
            desk.incident_board.tick,
            desk.incidents.tick,
            desk.problems.tick,
            desk.promise_keeper.tick,
            desk.escalation.tick,
            desk.routing.ledger.write,
            desk.routing.ledger.bury,
            desk.estimates.write,
            desk.desk_settings.refresh,
            desk.api_tokens.refresh,
            desk.privacy.release,
        )
        for beat in beats:
            self._own(f"{type(beat.__self__).__name__}.{beat.__name__}", SECOND_S, beat)  # type: ignore[attr-defined]
        for period_s, duty in desk.routing.recovery.duties():
            self._own(duty.__name__, period_s, duty)
        self._own("sweep", SWEEP_EVERY_S, desk.transport.sweep)
        self._own("refresh", REFRESH_S, self.refresh)
        self._own("sessions_used", SESSIONS_USED_S, desk.accounts.tick)
        self._own("resets", SECOND_S, desk.resets.tick)
        self._own("proof_of_life", PROOF_S, self.prove_life)
        self._own("prune", PRUNE_S, self._prune)
        self._own("sweep_files", PRUNE_S, desk.files.sweep)
        self._own("inbound", SECOND_S, desk.mail_in.inbound.tick)
        self._own("inbound_keeping", PRUNE_S, desk.mail_in.keeping.tick)
        self._own("mailbox", SECOND_S, desk.mail_in.mailbox.tick)
        self._own("mailroom", SECOND_S, desk.mailroom.run)
        self._own("weekly", WEEKLY_S, desk.weekly.tick)
        self._own("privacy", PRIVACY_S, desk.privacy.tick)
        self._own("erasures", PRIVACY_S, desk.privacy.clean_up)
        self._own("consent", REFRESH_S, desk.privacy.consent.refresh)
        self._own("reports", PRUNE_S, desk.reports.keep)

    async def stop(self) -> None:
        """End every loop, then keep what they had not written yet and the orderly end; nothing where none began."""
        if not self._tasks:
            return
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._desk.routing.ledger.write()
        await self._desk.routing.journal.write()
        await self._desk.estimates.write()
        self._proof = replace(self._proof, last_at=self._desk.clock.now(), ended=True)
        await self._desk.store.prove_life(self._proof)

    async def prove_life(self) -> None:
        self._proof = replace(self._proof, last_at=self._desk.clock.now())
        await self._desk.store.prove_life(self._proof)

    async def refresh(self) -> None:
        """Take over what the command line and other servers changed, and cut who may not be signed in any more."""
        await self._desk.governing.refreshing.refresh(self._desk)

    async def _prune(self) -> None:
        await self._desk.store.prune_journal(self._before(JOURNAL_KEPT))

    def _before(self, kept: timedelta) -> datetime:
        return self._desk.clock.now() - kept

    def _own(self, name: str, period_s: float, work: Work) -> None:
        self._tasks.append(asyncio.ensure_future(self._forever(name, period_s, work)))

    @staticmethod
    async def _forever(name: str, period_s: float, work: Work) -> None:
        failing = False
        while True:
            try:
                await work()
                failing = False
            except QueueUnavailable:
                logger.debug("loop_waits", loop=name)  # that the queue is away is told once, by whoever joins it again
            except Refusal as exc:
                logger.warning("loop_refused", loop=name, code=exc.code)
            except Exception as exc:  # noqa: BLE001 - a loop outlives what went wrong in one round
                if not failing:  # once per failure, not once a second
                    logger.error("loop_failed", loop=name, error=type(exc).__name__)
                failing = True
            await asyncio.sleep(period_s)
