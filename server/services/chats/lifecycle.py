"""What time does to an open chat: a visitor who vanished, an agent who does not answer, a visitor who fell silent.

Every deadline follows from the chat as the record has it; it is set anew whenever the chat changes, and after a
restart. What fires checks the record itself, so a late firing changes nothing. Every server of a desk knows all
deadlines and the leader acts on them, so they outlive any one of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

from queueing.homes import HOME_LIVES_S
from queueing.model import Reassign, Refused
from server.clock import Clock
from server.errors import Refusal
from server.services.chats.endings import Endings
from server.services.known.open_chats import OpenChats
from server.services.known.roll_call import RollCall
from server.services.known.timers import Timers
from server.services.routing.dispatch import Dispatch
from server.settings import Settings
from transcripts import wording
from transcripts.errors import ChatClosed, Conflict, NotFound, StoreUnavailable
from transcripts.facts import ChatChanged, Fact, MessageAdded
from transcripts.operations import EventText
from transcripts.port import Store
from transcripts.records import Chat

LEFT_NOTICE_S = 60.0
RETRY_S = 5.0
FOLLOW_UP_S = 1.0
"""How often a server that does not lead looks whether it leads by now."""
COMMITTED_WITHIN_S = 10.0
"""So old at most is what a commit of any server has just told."""
KINDS = ("visitor_grace", "visitor_left", "first_reply", "idle_warning", "idle_close")

Action = Callable[[Chat], Awaitable[None]]


class Lifecycle:
    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        endings: Endings,
        open_chats: OpenChats,
        roll_call: RollCall,
        timers: Timers,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._endings = endings
        self._open_chats = open_chats
        self._roll_call = roll_call
        self._timers = timers
        self._clock = clock
        self._settings = settings
        self._gone_since: dict[str, datetime] = {}
        self._elsewhere: frozenset[str] = frozenset()
        self._due: dict[tuple[str, str], datetime] = {}
        roll_call.listen(self._look)

    # ---- visitors come and go ---------------------------------------------------------------------------------------

    async def visitor_connected(self, visitor_id: str) -> None:
        self._gone_since.pop(visitor_id, None)
        chat = self._open_chats.of_visitor(visitor_id)
        if self._roll_call.visitor_came(visitor_id) and chat is not None:
            self._roll_call.soon()
        if chat is None:
            return
        self.rearm(chat)
        if chat.visitor_left_at is not None:
            await self._event(chat, "visitor_back")

    def visitor_disconnected(self, visitor_id: str) -> None:
        if self._roll_call.visitor_left(visitor_id) and not self._roll_call.has_visitor(visitor_id):
            self._lose(visitor_id)

    def _lose(self, visitor_id: str) -> None:
        chat = self._open_chats.of_visitor(visitor_id)
        if chat is not None:
            self._gone_since[visitor_id] = self._clock.now()
            self.rearm(chat)

    def _look(self) -> None:
        """After every roll: visitors who came to another server, or are on no other any more."""
        before, self._elsewhere = self._elsewhere, self._roll_call.visitors_elsewhere()
        for visitor_id in before - self._elsewhere:
            if not self._roll_call.has_visitor(visitor_id):
                self._lose(visitor_id)
        for visitor_id in self._elsewhere - before:
            self._gone_since.pop(visitor_id, None)
            chat = self._open_chats.of_visitor(visitor_id)
            if chat is not None:
                self.rearm(chat)

    def start(self) -> None:
        """After a restart: every visitor's grace is counted anew."""
        now = self._clock.now()
        for chat in self._open_chats.all():
            self._gone_since[chat.visitor_id] = now
            self.rearm(chat)

    # ---- deadlines --------------------------------------------------------------------------------------------------

    def apply(self, facts: Sequence[Fact]) -> None:
        """Set the deadlines of the chats that changed."""
        changed: dict[str, Chat] = {}
        fresh: set[datetime] = set()
        for fact in facts:
            if isinstance(fact, MessageAdded):
                changed[fact.chat.id] = fact.chat
                fresh.add(fact.message.at)
            elif isinstance(fact, ChatChanged):
                changed[fact.chat.id] = fact.chat
                if fact.chat.state == "queued" and fact.chat.visitor_id in self._gone_since:
                    self._gone_since[fact.chat.visitor_id] = self._clock.now()  # the grace is for the time in line
        for chat in changed.values():
            self.rearm(chat, fresh)

    def rearm(self, chat: Chat, fresh: Collection[datetime] = ()) -> None:
        """fresh: moments that have just come, whatever the wall clock says now."""
        due = self._deadlines(chat) if chat.state != "closed" else {}
        if chat.state == "closed":
            self._gone_since.pop(chat.visitor_id, None)
        for kind in KINDS:
            self._set(kind, chat.id, due.get(kind), fresh)

    def _deadlines(self, chat: Chat) -> dict[str, tuple[datetime, float, Action]]:
        """kind -> (counted from, seconds, what then)."""
        s = self._settings
        due: dict[str, tuple[datetime, float, Action]] = {}
        gone_since = self._gone(chat)
        if chat.state == "queued":
            if gone_since is not None:
                due["visitor_grace"] = (gone_since, s.visitor_grace_s, self._abandon)
            return due
        if gone_since is not None and chat.visitor_left_at is None:
            due["visitor_left"] = (gone_since, LEFT_NOTICE_S, self._note_left)
        if chat.first_reply_at is None and chat.assigned_at is not None:
            due["first_reply"] = (chat.assigned_at, s.first_reply_s, self._reassign)
        if chat.idle_warned_at is not None:
            due["idle_close"] = (chat.idle_warned_at, s.idle_close_s, self._close_idle)
        elif chat.last_agent_at is not None and (
            chat.last_visitor_at is None or chat.last_visitor_at <= chat.last_agent_at
        ):
            due["idle_warning"] = (chat.last_agent_at, s.idle_warn_s, self._warn_idle)
        return due

    def _gone(self, chat: Chat) -> datetime | None:
        if self._roll_call.has_visitor(chat.visitor_id):
            return None
        # Who has just begun a chat at another server is not on its list yet.
        listed_within = timedelta(seconds=0 if self._roll_call.alone else HOME_LIVES_S)
        return self._gone_since.setdefault(chat.visitor_id, self._clock.now() + listed_within)

    def _set(
        self, kind: str, chat_id: str, due: tuple[datetime, float, Action] | None, fresh: Collection[datetime]
    ) -> None:
        """Only a deadline that changed is set anew: a running one keeps its time when the wall clock jumps.

        Where it jumps between a message and this, an hour would seem to have passed since somebody spoke.
        """
        key = (kind, chat_id)
        if due is None:
            if self._due.pop(key, None) is not None:
                self._timers.cancel(key)
            return
        since, after_s, action = due
        if self._due.get(key) != since:
            self._due[key] = since
            passed_s = (self._clock.now() - since).total_seconds()
            if since in fresh:
                passed_s = min(max(0.0, passed_s), COMMITTED_WITHIN_S)
            self._arm(key, after_s - passed_s, action)

    def _arm(self, key: tuple[str, str], delay_s: float, action: Action) -> None:
        self._timers.set(key, delay_s, lambda: self._fire(key, action))

    async def _fire(self, key: tuple[str, str], action: Action) -> None:
        chat = self._open_chats.get(key[1])
        if chat is None or key not in self._due:
            return
        if not self._roll_call.is_leader():
            self._arm(key, FOLLOW_UP_S, action)
            return
        try:
            await action(chat)
        except (StoreUnavailable, Refusal):
            self._arm(key, RETRY_S, action)
        except (ChatClosed, Conflict, NotFound):
            return  # The chat moved on meanwhile, and its deadlines with it.

    # ---- what then --------------------------------------------------------------------------------------------------

    async def _abandon(self, chat: Chat) -> None:
        await self._roll_call.refresh()
        if not self._roll_call.has_visitor(chat.visitor_id):
            await self._endings.abandon(chat, by="system", only_in_state_seen=True)

    async def _note_left(self, chat: Chat) -> None:
        await self._roll_call.refresh()
        if not self._roll_call.has_visitor(chat.visitor_id):
            await self._event(chat, "visitor_left")

    async def _reassign(self, chat: Chat) -> None:
        applied = await self._dispatch.order(Reassign(chat.id))
        if any(isinstance(event, Refused) for event in applied.events):
            self._arm(("first_reply", chat.id), RETRY_S, self._reassign)

    async def _warn_idle(self, chat: Chat) -> None:
        await self._event(chat, "idle_warning", closes_in_s=self._settings.idle_close_s)

    async def _close_idle(self, chat: Chat) -> None:
        await self._endings.abandon(chat, by="system", if_idle_since=chat.idle_warned_at, only_in_state_seen=True)

    async def _event(self, chat: Chat, code: str, **says: float) -> None:
        text = EventText(code, wording.event_sentence(code, chat.locale, **says))  # type: ignore[arg-type]
        await self._store.add_event(chat.id, text, self._clock.now(), if_route_version=chat.route_version)
