"""How the services are wired to each other over the adapters that the settings name (adapters.py)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from aiohttp import web

from queueing.estimate import MarkovEstimator
from queueing.model import Leave
from server.adapters import transport_of
from server.clock import Clock
from server.desk import Desk
from server.governing import Governing, wire_governing
from server.ids import new_id
from server.limits import Limits, rates
from server.mail_in import wire_mail_in
from server.oidc.provider import Provider
from server.privacy import erasing_of
from server.routing import Routing, wire_routing
from server.services.accounts.accounts import Accounts
from server.services.accounts.own_account import OwnAccount
from server.services.accounts.resets import Resets
from server.services.accounts.second_factor import SecondFactor
from server.services.admin.api_tokens import ApiTokens
from server.services.admin.desk_settings import DeskSettings
from server.services.admin.widget_shown import WidgetShown
from server.services.audit.auditing import Auditing
from server.services.chats.agent_chats import AgentChats
from server.services.chats.endings import Endings
from server.services.chats.files import Files
from server.services.chats.lifecycle import Lifecycle
from server.services.chats.messages import Messages
from server.services.chats.visitor_chats import VisitorChats
from server.services.incidents.incident_board import IncidentBoard
from server.services.incidents.incidents import Incidents
from server.services.known.directory import Directory
from server.services.known.tiers import Tiers
from server.services.mail.mail_trial import MailTrial
from server.services.mail.mailroom import Mailroom
from server.services.people.people import People
from server.services.people.visitors import Visitors
from server.services.privacy.privacy import Privacy
from server.services.reports.reports import Reports
from server.services.reports.weekly import WeeklyReports
from server.services.routing.decisions import Decisions
from server.services.routing.escalation import Escalation
from server.services.telling.alarms import Alarms
from server.services.telling.boards import Boards
from server.services.telling.fanout import Fanout
from server.services.telling.live import Live
from server.services.telling.openness import Openness
from server.services.telling.ticket_news import TicketNews
from server.services.telling.watch import Watch
from server.services.tickets.new_tickets import NewTickets
from server.services.tickets.problems import Problems
from server.services.tickets.promise_keeper import PromiseKeeper
from server.services.tickets.tickets import Tickets
from server.services.waits.estimates import Estimates
from server.services.waits.line import Line
from server.services.waits.positions import Positions
from server.settings import Settings
from server.signing import Signer
from server.sockets.agent import AgentNamespace
from server.sockets.rooms import Rooms
from server.sockets.transport import Transport
from server.sockets.visitor import VisitorNamespace
from server.starting import Reach, at_once
from server.web.address import address_reader
from server.wire import Wire
from transcripts.port import Store


async def compose(settings: Settings, store: Store, public_url: str, reach: Reach = at_once) -> Desk:
    """Wire a desk over an open record; reach carries out what needs it. Raises what that does, StoreUnavailable too."""
    base = await _wire_base(settings, store, public_url, reach)
    settings, directory, clock, audit = base.settings, base.directory, base.clock, base.audit
    shown, talk, routing = _wire_shown(base), _wire_talk(base), base.routing
    people, roll_call = _wire_people(base, public_url), routing.roll_call
    privacy = await _wire_privacy(base, talk, reach)
    desk = Desk(
        settings=settings,
        process_id=base.process_id,
        store=store,
        clock=clock,
        signer=base.signer,
        directory=directory,
        wire=base.objects,
        limits=base.limits,
        address_of=base.address_of,
        rooms=base.rooms,
        routing=routing,
        openness=shown.openness,
        estimates=shown.estimates,
        positions=shown.positions,
        boards=shown.boards,
        alarms=shown.alarms,
        watch=shown.watch,
        lifecycle=talk.lifecycle,
        accounts=people.accounts,
        own_account=people.own_account,
        provider=people.provider,
        resets=people.resets,
        audit=audit,
        governing=people.governing,
        tickets=talk.tickets,
        new_tickets=talk.new_tickets,
        promise_keeper=PromiseKeeper(store, talk.tickets, roll_call, clock, settings, new_id),
        escalation=Escalation(store, directory, base.tiers, routing, clock, settings, new_id),
        visitor_chats=talk.visitor_chats,
        agent_chats=talk.agent_chats,
        messages=Messages(store, talk.files, clock),
        files=talk.files,
        visitors=Visitors(store, base.signer, clock, new_id),
        people=People(store, base.signer, clock, settings, new_id),
        decisions=Decisions(store, directory),
        live=Live(directory, shown.line, routing.open_chats, shown.openness, shown.boards, clock),
        mailroom=people.mailroom,
        desk_settings=base.desk_settings,
        api_tokens=ApiTokens(store, directory, base.limits, audit, clock),
        widget_shown=_wire_widget(base, talk, privacy),
        mail_trial=people.mail_trial,
        mail_in=wire_mail_in(store, talk.tickets, talk.files, directory, base.signer, roll_call, clock, settings),
        privacy=privacy,
        problems=Problems(store, roll_call, clock, settings),
        incidents=Incidents(store, shown.incidents, directory, roll_call, base.limits, clock, settings),
        incident_board=shown.incidents,
        reports=shown.reports,
        weekly=WeeklyReports(store, directory, shown.reports, clock, settings),
        transport=Transport(base.rooms, base.address_of),
    )
    return _connect(desk)


class _Base(NamedTuple):
    """What everything else stands on."""

    settings: Settings
    store: Store
    process_id: str
    clock: Clock
    audit: Auditing
    desk_settings: DeskSettings
    directory: Directory
    signer: Signer
    tiers: Tiers
    objects: Wire
    rooms: Rooms
    address_of: Callable[[web.Request], str]
    routing: Routing
    limits: Limits


async def _wire_base(settings: Settings, store: Store, public_url: str, reach: Reach) -> _Base:
    """Raises StoreUnavailable."""
    clock, process_id = Clock(), new_id()
    settings, audit = settings.model_copy(), Auditing(store, clock)  # what an admin changes is this desk's own
    desk_settings, directory = DeskSettings(store, settings, audit), Directory(store, clock.now)
    await reach("the desk's settings", desk_settings.refresh)
    await reach("departments and accounts", directory.refresh)
    secret = await reach("the secret", partial(_secret, settings, store))
    signer = Signer(secret, _identity_secret(settings))
    tiers, rooms = Tiers(directory, settings), Rooms()
    return _Base(
        settings,
        store,
        process_id,
        clock,
        audit,
        desk_settings,
        directory,
        signer,
        tiers,
        Wire(directory, signer, public_url, tiers, clock.now),
        rooms,
        address_reader(settings.trusted_proxies),
        await wire_routing(settings, store, directory, rooms, clock, process_id, reach),
        Limits(settings.limits == "on", rates(settings.rates)),
    )


class _People(NamedTuple):
    """Accounts and who governs them, and the mails that go to people."""

    accounts: Accounts
    own_account: OwnAccount
    provider: Provider | None
    resets: Resets
    governing: Governing
    mailroom: Mailroom
    mail_trial: MailTrial


def _wire_people(base: _Base, public_url: str) -> _People:
    settings, store, directory, clock, audit = base.settings, base.store, base.directory, base.clock, base.audit
    signer, transport = base.signer, transport_of(settings)
    factor = SecondFactor(store, signer, clock, settings, audit)
    accounts = Accounts(store, directory, clock, factor, audit)
    own_account = OwnAccount(store, directory, accounts, factor, audit, clock, settings, new_id)
    resets = Resets(store, directory, accounts, own_account, audit, signer, clock, settings, new_id)
    mailroom = Mailroom(
        store,
        base.objects,
        transport,
        clock,
        settings,
        signer.one_time_code,
        signer.reply_tag,
        lambda: base.desk_settings.mail,
    )
    return _People(
        accounts,
        own_account,
        _provider(settings, public_url),
        resets,
        wire_governing(store, directory, accounts, resets, audit, clock, settings),
        mailroom,
        MailTrial(transport, mailroom.facts, settings, audit, clock),
    )


def _connect(desk: Desk) -> Desk:
    """What changes is told to who listens; who listens comes by the two namespaces."""
    fanout = Fanout(desk.rooms, desk.wire, desk.boards, desk.positions)
    desk.routing.follow.listen(
        fanout.tell,
        TicketNews(desk.routing.bus, desk.wire).hear,
        desk.lifecycle.apply,
        desk.alarms.apply,
        desk.mailroom.hear,
        desk.privacy.hear,
    )
    for namespace in (AgentNamespace(desk), VisitorNamespace(desk)):
        namespace.require_rows()
        desk.transport.add(namespace)
    return desk


class _Shown(NamedTuple):
    """What is told to people without their asking."""

    line: Line
    openness: Openness
    estimates: Estimates
    positions: Positions
    boards: Boards
    watch: Watch
    alarms: Alarms
    incidents: IncidentBoard
    reports: Reports


def _wire_shown(base: _Base) -> _Shown:
    settings, store, directory, clock = base.settings, base.store, base.directory, base.clock
    rooms, objects, routing = base.rooms, base.objects, base.routing
    dispatch, open_chats = routing.dispatch, routing.open_chats
    line = Line(dispatch, open_chats)
    openness = Openness(directory, dispatch, routing.presence, open_chats, rooms, clock)
    estimates = Estimates(store, dispatch, open_chats, clock, partial(MarkovEstimator, settings.typical_chat_s))
    positions = Positions(dispatch, line, directory, estimates, open_chats, rooms, clock)
    boards = Boards(dispatch, line, directory, open_chats, rooms, objects, clock, settings)
    watch = Watch(store, directory, openness, routing.roll_call, routing.ledger, clock, settings)
    alarms = Alarms(
        store, dispatch, open_chats, directory, openness, watch.missing_since, rooms, objects, clock, settings
    )
    incidents = IncidentBoard(store, directory, rooms, objects.incidents, clock)
    reports = Reports(store, directory, clock, settings)
    return _Shown(line, openness, estimates, positions, boards, watch, alarms, incidents, reports)


class _Talk(NamedTuple):
    """What people do: chats from their beginning to their end, tickets, files."""

    tickets: Tickets
    new_tickets: NewTickets
    lifecycle: Lifecycle
    files: Files
    visitor_chats: VisitorChats
    agent_chats: AgentChats


def _wire_talk(base: _Base) -> _Talk:
    settings, store, directory, clock, routing = base.settings, base.store, base.directory, base.clock, base.routing
    dispatch, open_chats = routing.dispatch, routing.open_chats
    new_tickets = NewTickets(store, directory, clock, settings, new_id)
    endings = Endings(store, dispatch, new_tickets, directory, clock)
    lifecycle = Lifecycle(store, dispatch, endings, open_chats, routing.roll_call, routing.timers, clock, settings)
    files = Files(store, clock, settings)
    visitor_chats = VisitorChats(store, dispatch, open_chats, endings, new_tickets, directory, clock, new_id)
    agent_chats = AgentChats(store, dispatch, open_chats, endings, new_tickets, directory, clock, new_id)
    tickets = Tickets(store, directory, clock, settings, new_id)
    return _Talk(tickets, new_tickets, lifecycle, files, visitor_chats, agent_chats)


def _wire_widget(base: _Base, talk: _Talk, privacy: Privacy) -> WidgetShown:
    settings, rules, consent = base.settings, talk.files.rules, privacy.consent
    return WidgetShown(base.desk_settings, settings, base.directory, base.rooms, rules, consent)


async def _wire_privacy(base: _Base, talk: _Talk, reach: Reach) -> Privacy:
    """An open chat of who is erased ends like any other, so that the queue hears of it."""
    settings, store, directory, clock, routing = base.settings, base.store, base.directory, base.clock, base.routing
    endings = Endings(store, routing.dispatch, talk.new_tickets, directory, clock)
    end = partial(endings.end, by="system", resolution="abandoned")

    async def leave(chat_id: str) -> None:
        await routing.dispatch.post(Leave(chat_id))

    privacy = Privacy(
        store,
        await reach("the secret of erasures", partial(erasing_of, store, settings)),
        base.audit,
        base.signer,
        routing.roll_call,
        clock,
        settings,
        end,
        leave,
    )
    await reach("erasures that were cut short", privacy.begin_anew)
    await reach("the text that visitors agree to", privacy.consent.refresh)
    return privacy


def _provider(settings: Settings, public_url: str) -> Provider | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.oidc_client_secret is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value()
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, f"{public_url}/sign-in/provider/callback")


async def _secret(settings: Settings, store: Store) -> str:
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    return await store.set_value("secret", secrets.token_hex(32))


def _identity_secret(settings: Settings) -> str | None:
    return settings.identity_secret.get_secret_value() if settings.identity_secret else None
