"""Everything that runs, in one place: what HTTP handlers, sockets and loops reach for. Wired by compose.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from server.clock import Clock
from server.governing import Governing
from server.limits import Limits
from server.mail_in import MailIn
from server.oidc.provider import Provider
from server.routing import Routing
from server.services.accounts.accounts import Accounts
from server.services.accounts.own_account import OwnAccount
from server.services.accounts.resets import Resets
from server.services.admin.api_tokens import ApiTokens
from server.services.admin.desk_settings import DeskSettings
from server.services.admin.widget_shown import WidgetShown
from server.services.audit.auditing import Auditing
from server.services.chats.agent_chats import AgentChats
from server.services.chats.files import Files
from server.services.chats.lifecycle import Lifecycle
from server.services.chats.messages import Messages
from server.services.chats.visitor_chats import VisitorChats
from server.services.incidents.incident_board import IncidentBoard
from server.services.incidents.incidents import Incidents
from server.services.known.directory import Directory
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
from server.services.telling.live import Live
from server.services.telling.openness import Openness
from server.services.telling.watch import Watch
from server.services.tickets.new_tickets import NewTickets
from server.services.tickets.problems import Problems
from server.services.tickets.promise_keeper import PromiseKeeper
from server.services.tickets.tickets import Tickets
from server.services.waits.estimates import Estimates
from server.services.waits.positions import Positions
from server.settings import Settings
from server.signing import Signer
from server.sockets.rooms import Connection, Rooms
from server.sockets.transport import Transport
from server.starting import Reach, at_once
from server.wire import Wire
from transcripts.port import Store
from transcripts.records import Agent

SIGNED_OUT = "signed out"


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
    address_of: Callable[[web.Request], str]
    rooms: Rooms
    routing: Routing
    openness: Openness
    estimates: Estimates
    positions: Positions
    boards: Boards
    alarms: Alarms
    watch: Watch
    lifecycle: Lifecycle
    accounts: Accounts
    own_account: OwnAccount
    provider: Provider | None
    resets: Resets
    audit: Auditing
    governing: Governing
    tickets: Tickets
    new_tickets: NewTickets
    promise_keeper: PromiseKeeper
    escalation: Escalation
    visitor_chats: VisitorChats
    agent_chats: AgentChats
    messages: Messages
    files: Files
    visitors: Visitors
    people: People
    decisions: Decisions
    live: Live
    mailroom: Mailroom
    desk_settings: DeskSettings
    api_tokens: ApiTokens
    widget_shown: WidgetShown
    mail_trial: MailTrial
    mail_in: MailIn
    privacy: Privacy
    problems: Problems
    incidents: Incidents
    incident_board: IncidentBoard
    reports: Reports
    weekly: WeeklyReports
    transport: Transport

    async def start(self, reach: Reach = at_once) -> None:
        """Take the record up: what is known of waits, open chats with every place kept, who is where.

        Raises StoreUnavailable, and what `reach` raises.
        """
        await reach("open chats", self.routing.follow.start)
        await reach("incidents", self.incident_board.refresh)
        departments = [department.id for department in self.directory.departments()]
        await reach("earlier waits", partial(self.estimates.learn_from_record, departments))
        await self.routing.start(reach)
        self.lifecycle.start()

    async def end_session(self, token: str) -> None:
        """Cut what is connected with this session; an agent who has nothing else open is offline at once."""
        await self._cut([held for held in self.transport.connections() if held.token == token])

    async def cut_ended(self, agent_id: str) -> None:
        """The same of every session of the account that the record does not have any more."""
        theirs = [held for held in self.transport.connections() if held.person_id == agent_id]
        tokens = {held.token for held in theirs if held.token is not None}
        ended = {token for token in tokens if await self.accounts.agent_of(token) is None}
        await self._cut([held for held in theirs if held.token in ended])

    async def sign_out_everywhere(self, actor: Agent | str, agent: Agent) -> int:
        """End all sessions of an account, and cut their sockets; how many there were. actor: who wants it, for the
        audit log. Sockets at other servers are cut within 5 s.
        """
        ended = await self.accounts.end_sessions(actor, agent)
        await self.cut_ended(agent.id)
        return ended

    async def cut_visitors(self, visitor_ids: frozenset[str]) -> None:
        """End their connections here; they come back as whoever the record knows them as."""
        for held in self.transport.connections():
            if held.token is None and held.person_id in visitor_ids:
                await self.transport.cut(held.eio_sid)

    async def _cut(self, connections: Sequence[Connection]) -> None:
        for connection in connections:
            await self.transport.cut(connection.eio_sid)
        for agent_id in {connection.person_id for connection in connections}:
            is_here = any(other.person_id == agent_id for other in self.transport.connections())
            if not is_here and not self.routing.roll_call.has_agent_elsewhere(agent_id):
                await self.routing.presence.set_status(agent_id, "offline", SIGNED_OUT, None)

    async def aclose(self) -> None:
        await self.transport.aclose()
        await self.routing.aclose()
        self.accounts.close()
        if self.provider is not None:
            await self.provider.aclose()
        await self.store.aclose()
