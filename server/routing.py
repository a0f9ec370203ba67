"""What keeps queue, record and connections in step, wired for one server alone or for several that are one desk."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from server.adapters import open_between
from server.clock import Clock
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.known.roll_call import RollCall
from server.services.known.timers import Timers
from server.services.presence.ledger import Ledger
from server.services.presence.presence import Presence
from server.services.routing.dispatch import Dispatch, Recovery
from server.services.routing.effects import PATIENCE_S, Effects
from server.services.routing.follow import Follow
from server.services.routing.journal import Journal
from server.services.routing.membership import Membership
from server.services.routing.rebuilding import Rebuilding
from server.services.routing.roster import Roster
from server.settings import Settings
from server.sockets.bus import Bus
from server.sockets.rooms import Rooms
from server.starting import Reach, at_once
from transcripts.port import Store


@dataclass(frozen=True, slots=True)
class Routing:
    bus: Bus
    timers: Timers
    open_chats: OpenChats
    follow: Follow
    roll_call: RollCall
    dispatch: Dispatch
    journal: Journal
    recovery: Recovery
    ledger: Ledger
    presence: Presence

    async def start(self, reach: Reach = at_once) -> None:
        """Open chats with every place kept, and who is where. Raises StoreUnavailable, and what `reach` raises."""
        await reach("what dead servers left", self.ledger.start)
        await self.bus.start()
        await self.roll_call.refresh()
        await reach("the line", self.recovery.start)
        await self.roll_call.refresh()  # now that the queue's agents are known: the absent get their grace

    async def aclose(self) -> None:
        await self.timers.aclose()
        await self.presence.aclose()
        await self.dispatch.aclose()
        await self.follow.aclose()
        await self.bus.aclose()
        await self.roll_call.aclose()
        await self.recovery.aclose()


async def wire_routing(
    settings: Settings,
    store: Store,
    directory: Directory,
    rooms: Rooms,
    clock: Clock,
    process_id: str,
    reach: Reach = at_once,
) -> Routing:
    """Raises StoreUnavailable, SettingsError, and what `reach` raises."""
    name = await reach("the desk's name", lambda: store.set_value("desk", secrets.token_hex(8)))
    between = open_between(settings, rooms, name)
    alone = between.shared is None
    timers, open_chats = Timers(), OpenChats()
    follow = Follow(store, open_chats, between.bus)
    roll_call = RollCall(between.homes, open_chats, clock, process_id, alone=alone)
    patience_s = 0.0 if alone else PATIENCE_S
    effects = Effects(
        store, open_chats, directory, clock, patience_s=patience_s, escalate_after_s=settings.escalate_after_s
    )
    journal = Journal(between.queue, store, clock, at_once=alone)
    dispatch = Dispatch(between.queue, store, effects, journal, clock, serial=alone)
    roster = Roster(directory, roll_call, between.queue)
    ledger = Ledger(store, directory, roll_call, clock)
    presence = Presence(store, dispatch, directory, roll_call, ledger, timers, clock, settings)
    recovery: Recovery
    if between.shared is None:
        recovery = Rebuilding(dispatch, roster, follow)
    else:
        recovery = Membership(between.shared, dispatch, effects, journal, roster, roll_call, store, open_chats, clock)
        recovery.on_join(presence.take_over_accounts)
    dispatch.recover_with(recovery)
    store.listen(follow.hear)
    return Routing(between.bus, timers, open_chats, follow, roll_call, dispatch, journal, recovery, ledger, presence)
