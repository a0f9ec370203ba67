"""The presence ledger: from when to when each agent accepted chats. Coverage is computed from it, to the second.

Of several servers that have an agent one writes about them (`RollCall.spokesman_of`); when it dies another of them goes
on from the dead one's last beat, so that a lost server is no gap while the agent is there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from queueing.model import AgentChanged
from server.clock import Clock
from server.log import logger
from server.services.known.directory import Directory
from server.services.known.roll_call import RollCall
from transcripts.errors import StoreError
from transcripts.port import Store
from transcripts.records import PresenceRow


class Ledger:
    def __init__(self, store: Store, directory: Directory, roll_call: RollCall, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._roll_call = roll_call
        self._clock = clock
        self._written: dict[str, PresenceRow] = {}
        self._unwritten: list[PresenceRow] = []
        self._buried: set[str] = set()

    def note(self, state: AgentChanged, at: datetime, reason: str | None) -> None:
        """From `at` on the agent is as `state` says; nothing where the ledger says so already."""
        row = PresenceRow(
            state.agent,
            at,
            state.departments,
            state.status,
            state.accepting,
            state.accepting and state.load < state.capacity,
            reason,
            self._roll_call.process_id,
        )
        before = self._written.get(state.agent)
        if before is None or replace(before, at=at, reason=reason) != row:
            self._written[state.agent] = row
            self._unwritten.append(row)

    def is_written_here(self, agent_id: str) -> bool:
        return agent_id in self._written

    def leave_to_others(self, agent_id: str) -> None:
        """Another server writes about this agent now; if it is this one's turn again, it begins anew."""
        self._written.pop(agent_id, None)

    async def write(self) -> None:
        """Keep what was noted. Raises StoreUnavailable; the rows are then kept for the next time."""
        rows, self._unwritten = self._unwritten, []
        if not rows:
            return
        try:
            await self._store.record_presence(rows)
        except StoreError:
            self._unwritten = rows + self._unwritten
            logger.error("ledger_not_written", rows=len(rows))
            raise

    async def start(self) -> None:
        """A server that is alone comes after all that have not said goodbye. Raises StoreUnavailable."""
        if self._roll_call.alone:
            for proof in await self._store.proofs():
                if not proof.ended:
                    await self._store.release(proof.process_id)

    async def bury(self) -> None:
        """End what servers that died had begun in the record, and write down until when they lived.

        To the second, not to their last proof in the record. Raises StoreUnavailable; then they are buried later.
        """
        gone = {home.process: home for home in self._roll_call.gone() if not home.is_alive}
        self._buried &= gone.keys()  # who was silent for a while, and is back, may die again
        dead = {process: home for process, home in gone.items() if process not in self._buried}
        if not dead or not self._roll_call.is_leader():
            return
        for process_id in dead:
            await self._store.release(process_id)
        now = self._clock.now()
        for proof in await self._store.proofs():
            home = dead.get(proof.process_id)
            if home is not None and not proof.ended:
                last_at = max(proof.last_at, now - timedelta(seconds=home.age_s))
                await self._store.prove_life(replace(proof, last_at=last_at, ended=True))
        self._buried |= dead.keys()
