"""How the services are wired to each other over the adapters that the settings name (adapters.py)."""

from __future__ import annotations

import secrets

from queueing.estimate import MarkovEstimator
from queueing.port import SharedQueuePort
from server.adapters import open_between, transport_of
from server.clock import Clock
from server.desk import Desk
from server.ids import new_id
from server.limits import Limits
from server.services.accounts import Accounts
from server.services.alarms import Alarms
from server.services.boards import Boards
from server.services.chats import Chats
from server.services.decisions import Decisions
from server.services.directory import Directory
from server.services.dispatch import Dispatch
from server.services.effects import PATIENCE_S, Effects
from server.services.endings import Endings
from server.services.estimates import Estimates
from server.services.fanout import Fanout
from server.services.follow import Follow
from server.services.ledger import Ledger
from server.services.lifecycle import Lifecycle
from server.services.line import Line
from server.services.live import Live
from server.services.mailroom import Mailroom
from server.services.membership import Membership
from server.services.open_chats import OpenChats
from server.services.openness import Openness
from server.services.positions import Positions
from server.services.presence import Presence
from server.services.rebuilding import Rebuilding
from server.services.reports import Reports
from server.services.roll_call import RollCall
from server.services.roster import Roster
from server.services.tickets import Tickets
from server.services.timers import Timers
from server.services.visitors import Visitors
from server.settings import Settings
from server.signing import Signer
from server.sockets.agent import AgentNamespace
from server.sockets.rooms import Rooms
from server.sockets.transport import Transport
from server.sockets.visitor import VisitorNamespace
from server.wire import Wire
from transcripts.port import Store


async def compose(settings: Settings, store: Store, public_url: str) -> Desk:
    """Wire a desk over an open record. Raises StoreUnavailable."""
    clock = Clock()
    process_id = new_id()
    directory = Directory(store)
    await directory.refresh()
    signer = Signer(await _secret(settings, store), _identity_secret(settings))
    objects = Wire(directory, signer, public_url)
    limits = Limits(settings.limits == "on")
    rooms, timers, open_chats = Rooms(), Timers(), OpenChats()
    between = open_between(settings, rooms, await store.set_value("desk", secrets.token_hex(8)))
    alone = between.shared is None
    follow = Follow(store, open_chats, between.bus)
    roll_call = RollCall(between.homes, open_chats, clock, process_id, alone=alone)
    effects = Effects(store, open_chats, directory, clock, patience_s=0.0 if alone else PATIENCE_S)
    dispatch = Dispatch(between.queue, store, effects, clock, serial=alone)
    roster = Roster(directory, roll_call, between.queue)
    ledger = Ledger(store, directory, roll_call, clock)
    presence = Presence(store, dispatch, directory, roll_call, ledger, timers, clock, settings)
    recovery = (
        Rebuilding(dispatch, roster, follow)
        if between.shared is None
        else _membership(between.shared, dispatch, effects, roster, roll_call, presence, store, clock)
    )
    dispatch.recover_with(recovery)
    line = Line(dispatch, open_chats)
    openness = Openness(directory, dispatch, presence, open_chats, rooms, clock)
    estimates = Estimates(store, dispatch, open_chats, clock, MarkovEstimator)
    positions = Positions(dispatch, line, directory, estimates, open_chats, rooms, clock)
    boards = Boards(dispatch, line, directory, open_chats, rooms, objects, clock, settings)
    alarms = Alarms(store, dispatch, open_chats, directory, openness, rooms, objects, clock, settings)
    accounts = Accounts(store, directory, clock)
    tickets = Tickets(store, directory, clock, settings, new_id)
    endings = Endings(store, dispatch, tickets, directory, clock)
    lifecycle = Lifecycle(store, dispatch, endings, open_chats, roll_call, timers, clock, settings)
    chats = Chats(store, dispatch, open_chats, endings, tickets, directory, clock, new_id)
    visitors = Visitors(store, signer, clock, new_id)
    mailroom = Mailroom(store, objects, transport_of(settings), clock, settings)

    desk = Desk(
        settings=settings,
        process_id=process_id,
        store=store,
        clock=clock,
        signer=signer,
        directory=directory,
        wire=objects,
        limits=limits,
        rooms=rooms,
        bus=between.bus,
        timers=timers,
        open_chats=open_chats,
        follow=follow,
        roll_call=roll_call,
        dispatch=dispatch,
        recovery=recovery,
        presence=presence,
        ledger=ledger,
        openness=openness,
        estimates=estimates,
        positions=positions,
        boards=boards,
        alarms=alarms,
        lifecycle=lifecycle,
        accounts=accounts,
        tickets=tickets,
        chats=chats,
        visitors=visitors,
        decisions=Decisions(store, directory),
        live=Live(directory, line, open_chats, openness, boards, clock),
        mailroom=mailroom,
        reports=Reports(store, directory, clock, settings),
        transport=Transport(rooms),
    )
    for listener in (Fanout(rooms, objects, boards, positions).tell, lifecycle.apply, alarms.apply, mailroom.hear):
        follow.listen(listener)  # first who is told, then what is due
    store.listen(follow.hear)
    desk.transport.add(AgentNamespace(desk))
    desk.transport.add(VisitorNamespace(desk))
    return desk


def _membership(
    queue: SharedQueuePort,
    dispatch: Dispatch,
    effects: Effects,
    roster: Roster,
    roll_call: RollCall,
    presence: Presence,
    store: Store,
    clock: Clock,
) -> Membership:
    membership = Membership(queue, dispatch, effects, roster, roll_call, store, clock)
    membership.on_join(presence.take_over_accounts)
    return membership


async def _secret(settings: Settings, store: Store) -> str:
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    return await store.set_value("secret", secrets.token_hex(32))


def _identity_secret(settings: Settings) -> str | None:
    return settings.identity_secret.get_secret_value() if settings.identity_secret else None
