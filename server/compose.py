"""The one place that knows which adapter stands behind which port, and how the services are wired to each other."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from queueing.estimate import MarkovEstimator
from queueing.local import LocalQueue
from queueing.model import AgentState
from server.clock import Clock
from server.limits import Limits
from server.services.accounts import Accounts
from server.services.alarms import Alarms
from server.services.boards import Boards
from server.services.chats import Chats
from server.services.decisions import Decisions
from server.services.directory import Directory
from server.services.dispatch import Dispatch
from server.services.endings import Endings
from server.services.estimates import Estimates
from server.services.fanout import Fanout
from server.services.lifecycle import Lifecycle
from server.services.live import Live
from server.services.mailroom import Mailroom
from server.services.open_chats import OpenChats
from server.services.openness import Openness
from server.services.positions import Positions
from server.services.presence import Presence
from server.services.reports import Reports
from server.services.tickets import Tickets
from server.services.timers import Timers
from server.services.visitors import Visitors
from server.settings import PREFIX, Settings, SettingsError
from server.signing import Signer
from server.sockets.agent import AgentNamespace
from server.sockets.rooms import Rooms
from server.sockets.transport import Transport
from server.sockets.visitor import VisitorNamespace
from server.wire import Wire
from transcripts.facts import Fact
from transcripts.maildir import MaildirTransport
from transcripts.port import Store
from transcripts.smtp import SmtpTransport, SmtpUrlError, server_of
from transcripts.sqlite.store import SqliteStore
from transcripts.transport import Transport as MailTransport

RECORD_FILE = "semafor.db"
MAILDIR = "mail"
SIGNED_OUT = "signed out"


def new_id() -> str:
    """An opaque id that cannot be guessed."""
    return secrets.token_hex(12)


async def open_store(settings: Settings) -> Store:
    """The record the settings name. Raises StoreUnavailable, OSError."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return await SqliteStore.open(settings.data / RECORD_FILE)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that runs. What HTTP handlers and loops reach for."""

    settings: Settings
    process_id: str
    store: Store
    clock: Clock
    signer: Signer
    directory: Directory
    wire: Wire
    limits: Limits
    rooms: Rooms
    timers: Timers
    open_chats: OpenChats
    dispatch: Dispatch
    presence: Presence
    openness: Openness
    estimates: Estimates
    positions: Positions
    boards: Boards
    alarms: Alarms
    lifecycle: Lifecycle
    accounts: Accounts
    tickets: Tickets
    chats: Chats
    visitors: Visitors
    decisions: Decisions
    live: Live
    mailroom: Mailroom
    reports: Reports
    transport: Transport
    agents: AgentNamespace

    async def start(self) -> None:
        """Take the record up: accounts, what is known of waits, open chats with every place kept."""
        await self.estimates.learn_from_record()
        accounts = self.directory.agents()
        await self.dispatch.rebuild(
            [AgentState(a.id, a.department_ids, a.tier, a.capacity, a.status, False, (), 0) for a in accounts]
        )
        self.lifecycle.start()
        holding = {chat.agent_id for chat in self.open_chats.all() if chat.agent_id is not None}
        self.presence.await_return(tuple(a.id for a in accounts if a.status != "offline" or a.id in holding))

    async def end_session(self, token: str) -> None:
        """Cut what is connected with this session; an agent who has nothing else open is offline at once."""
        of_session = [connection for connection in self.transport.connections() if connection.token == token]
        for connection in of_session:
            await self.transport.cut(connection.eio_sid)
        for agent_id in {connection.person_id for connection in of_session}:
            if all(other.person_id != agent_id for other in self.transport.connections()):
                await self.presence.set_status(agent_id, "offline", SIGNED_OUT, None)

    async def aclose(self) -> None:
        await self.transport.aclose()
        await self.timers.aclose()
        await self.dispatch.aclose()
        await self.store.aclose()


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
    dispatch = Dispatch(LocalQueue(), store, open_chats, directory, clock, new_id)
    presence = Presence(store, dispatch, directory, timers, clock, settings, process_id)
    openness = Openness(directory, dispatch, presence, open_chats, rooms, clock)
    estimates = Estimates(store, dispatch, open_chats, clock, MarkovEstimator)
    positions = Positions(dispatch, directory, estimates, open_chats, rooms, clock)
    boards = Boards(dispatch, directory, open_chats, rooms, objects, clock, settings)
    alarms = Alarms(store, open_chats, directory, openness, rooms, objects, clock, settings)
    accounts = Accounts(store, directory, clock)
    tickets = Tickets(store, directory, clock, settings, new_id)
    endings = Endings(store, dispatch, tickets, directory, clock, settings)
    lifecycle = Lifecycle(store, dispatch, endings, alarms, open_chats, timers, clock, settings)
    chats = Chats(store, dispatch, open_chats, endings, tickets, directory, clock, new_id)
    visitors = Visitors(store, signer, clock, new_id)
    mailroom = Mailroom(store, objects, transport_of(settings), clock, settings)
    fanout = Fanout(rooms, objects, boards, positions)
    transport = Transport(rooms)
    agents = AgentNamespace(
        store=store,
        accounts=accounts,
        chats=chats,
        tickets=tickets,
        presence=presence,
        dispatch=dispatch,
        directory=directory,
        open_chats=open_chats,
        boards=boards,
        positions=positions,
        alarms=alarms,
        rooms=rooms,
        objects=objects,
        limits=limits,
        clock=clock,
        settings=settings,
    )
    transport.add(agents)
    transport.add(
        VisitorNamespace(
            store=store,
            visitors=visitors,
            chats=chats,
            tickets=tickets,
            lifecycle=lifecycle,
            openness=openness,
            positions=positions,
            rooms=rooms,
            objects=objects,
            limits=limits,
            clock=clock,
            settings=settings,
        )
    )

    def hear(facts: Sequence[Fact]) -> None:
        open_chats.apply(facts)
        fanout.tell(facts)
        lifecycle.apply(facts)
        mailroom.hear(facts)

    store.listen(hear)
    return Desk(
        settings=settings,
        process_id=process_id,
        store=store,
        clock=clock,
        signer=signer,
        directory=directory,
        wire=objects,
        limits=limits,
        rooms=rooms,
        timers=timers,
        open_chats=open_chats,
        dispatch=dispatch,
        presence=presence,
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
        live=Live(directory, dispatch, open_chats, openness, boards, clock),
        mailroom=mailroom,
        reports=Reports(store, directory, clock, settings),
        transport=transport,
        agents=agents,
    )


def transport_of(settings: Settings) -> MailTransport:
    """How mail leaves the house: by SMTP, or into the maildir `mail` of the data folder. Raises SettingsError."""
    if settings.smtp_url is None:
        return MaildirTransport(settings.data / MAILDIR)
    try:
        return SmtpTransport(server_of(settings.smtp_url.get_secret_value()))
    except SmtpUrlError as exc:
        raise SettingsError(f"{PREFIX}SMTP_URL: {exc}") from exc


async def _secret(settings: Settings, store: Store) -> str:
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    return await store.set_value("secret", secrets.token_hex(32))


def _identity_secret(settings: Settings) -> str | None:
    return settings.identity_secret.get_secret_value() if settings.identity_secret else None
