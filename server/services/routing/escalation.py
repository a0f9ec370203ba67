"""What a tier has not solved in its time passes to the next, and the customer is told.

Tickets: by mail, in opening hours (tiers.py). Chats: by the event `escalated`, after the same time by the clock,
because somebody sits there and waits; they keep their old place in the line, and go only while somebody who serves the
next tier accepts. A chat that such an agent has already is where it should be.

Found by looking at the record, and done by the leader: a ticket on the version it was found in, a chat by an order to
the queue, which does nothing where it stands there already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from queueing.model import Refused, TransferToDepartment
from server.clock import Clock
from server.log import logger
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.known.roll_call import RollCall
from server.services.known.tiers import HIGHEST, Tiers, chat_since
from server.services.routing.dispatch import Dispatch
from server.settings import Settings
from transcripts import promises
from transcripts.envelopes import Envelope
from transcripts.errors import VersionConflict
from transcripts.port import Store
from transcripts.records import Chat, Ticket

AT_ONCE = 100


class Routed(Protocol):
    """Where chats are, and who leads."""

    @property
    def dispatch(self) -> Dispatch: ...

    @property
    def open_chats(self) -> OpenChats: ...

    @property
    def roll_call(self) -> RollCall: ...


class Escalation:
    def __init__(
        self,
        store: Store,
        directory: Directory,
        tiers: Tiers,
        desk: Routed,
        clock: Clock,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._directory = directory
        self._tiers = tiers
        self._dispatch = desk.dispatch
        self._open_chats = desk.open_chats
        self._roll_call = desk.roll_call
        self._clock = clock
        self._settings = settings
        self._new_id = new_id

    async def tick(self) -> None:
        """Raises StoreUnavailable, Refusal unavailable; the next tick goes on."""
        if not self._roll_call.is_leader():
            return
        for chat in self._open_chats.all():
            if not self._dispatch.is_away and self._is_overdue(chat):
                await self._move(chat)
        for department in self._directory.every_department():
            await self._tickets_of(department.id)

    # ---- chats ------------------------------------------------------------------------------------------------------

    async def _move(self, chat: Chat) -> None:
        """Unless somebody has just moved it: what other servers do is known here a moment later."""
        truth = await self._store.chat(chat.id)
        if truth is None or truth.route_version != chat.route_version or truth.state == "closed":
            return
        applied = await self._dispatch.order(TransferToDepartment(chat.id, chat.department_id, chat.tier + 1))
        if not any(isinstance(event, Refused) for event in applied.events):
            logger.info("chat_escalated", chat=chat.id, tier=chat.tier + 1)

    def _is_overdue(self, chat: Chat) -> bool:
        time_s = (self._clock.now() - chat_since(chat)).total_seconds()
        if chat.state == "closed" or time_s < self._tiers.after_s(chat.department_id):
            return False
        if self._tiers.next_of(chat.department_id, chat.tier) is None:
            return False
        if chat.agent_id is not None and self._tiers.serves(chat.agent_id, chat.department_id, chat.tier + 1):
            return False
        accepting = (state.agent for state in self._dispatch.agents(chat.department_id) if state.accepting)
        return self._tiers.is_accepting(chat.department_id, chat.tier, accepting)

    # ---- tickets ----------------------------------------------------------------------------------------------------

    async def _tickets_of(self, department_id: str) -> None:
        for tier in range(HIGHEST - 1, 0, -1):  # from above, so that no ticket takes two steps at once
            following = self._tiers.next_of(department_id, tier)
            over_since = None if following is None else self._tiers.over_since(department_id, self._clock.now())
            if following is None or over_since is None:
                continue
            for ticket in await self._store.overdue_at_tier(department_id, tier, over_since, AT_ONCE):
                await self._pass_on(ticket, following)

    async def _pass_on(self, ticket: Ticket, tier: int) -> None:
        now = self._clock.now()
        if ticket.checkpoint_at is not None and ticket.checkpoint_at <= now:
            return  # the mail would promise the past: the promise keeper comes first, and then the next tick
        keeps = ticket.assignee is not None and self._tiers.serves(ticket.assignee, ticket.department_id, tier)
        changes = promises.escalated(
            ticket,
            tier,
            keeps_assignee=keeps,
            message_id=self._new_id(),
            envelope=Envelope(self._new_id(), self._settings.mail_host),
        )
        try:
            await self._store.change_ticket(ticket.number, changes, now)
        except VersionConflict:
            return  # somebody was faster
        logger.info("ticket_escalated", ticket=ticket.number, tier=tier)
