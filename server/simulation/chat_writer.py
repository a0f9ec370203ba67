"""Writes one simulated chat into a record, through its port: its course, its ending, its ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from random import Random

from server.clock import from_ms
from server.simulation.story import FIRST_NEWS, Person, Said, Story
from server.simulation.visitors import Talk
from transcripts import wording
from transcripts.operations import (
    Assign,
    Close,
    EventText,
    NewChat,
    NewMessage,
    NewTicket,
    NewTicketMessage,
    Requeue,
    TicketChanges,
)
from transcripts.port import Store
from transcripts.records import Agent, Author, Chat, PageView, Ticket, Visitor

PAGES = (
    ("/", "Acme Parcel"),
    ("/prices", "Prices"),
    ("/help/forwarding", "How forwarding works"),
    ("/account", "Account"),
)


class ChatWriter:
    def __init__(self, store: Store, agents: Mapping[str, Agent], new_id: Callable[[], str], ends_at: datetime) -> None:
        """agents: the accounts, by the simulation's ids. ends_at: when the simulated time is over."""
        self._store = store
        self._agents = agents
        self._new_id = new_id
        self._ends_at = ends_at
        self._met: set[str] = set()

    async def write(self, chat_id: str, talk: Talk, who: Person, plot: Story) -> None:
        at = from_ms(talk.at_ms)
        if who.id not in self._met:
            self._met.add(who.id)
            await self._store.save_visitor(Visitor(who.id, at, who.name, who.email, locale=who.locale))
        url, title = PAGES[talk.number % len(PAGES)]
        await self._store.add_page(PageView(who.id, f"https://www.acme-parcel.example{url}", title, at))
        started = await self._store.start_chat(
            NewChat(
                chat_id, who.id, self._new_id(), chat_id, talk.department, plot.question, at, who.name, who.email, None,
                who.locale, topic=plot.topic.name, priority=talk.priority,
            )
        )  # fmt: skip
        chat = await self._serve(started.chat, talk, plot, who)
        if plot.ending is not None:
            await self._end(chat, talk, who, plot)

    async def _serve(self, chat: Chat, talk: Talk, plot: Story, who: Person) -> Chat:
        """Assignments, returns and messages in the order of time."""
        said = list(plot.said)
        moves = sorted([(at_ms, 1, agent) for at_ms, agent in talk.served] + [(at, 0, "") for at in talk.returned])
        holder = ""
        for at_ms, is_assigned, agent in moves:
            at = from_ms(at_ms)
            while said and said[0].at < at:
                await self._say(chat, said.pop(0), who, holder)
            if is_assigned:
                holder, text = agent, self._event("assigned", chat, agent)
                now = partial(from_ms, at_ms)
                chat = await self._store.assign(
                    Assign(chat.id, self._agents[agent].id, chat.route_version, None, now, (text,))
                )
            else:
                text = self._event("returned", chat, holder)
                chat = await self._store.requeue(Requeue(chat.id, chat.route_version, at, (text,)))
        for one in said:
            await self._say(chat, one, who, holder)
        return chat

    async def _say(self, chat: Chat, said: Said, who: Person, holder: str) -> None:
        agent = self._agents[holder]
        author = Author("agent", agent.id, agent.name) if said.by_agent else Author("visitor", who.id, who.name)
        await self._store.send_message(NewMessage(chat.id, self._new_id(), author, said.body, said.at))

    async def _end(self, chat: Chat, talk: Talk, who: Person, plot: Story) -> None:
        ending = plot.ending
        assert ending is not None
        by, resolution = ("visitor", "abandoned") if talk.has_left else ("agent", "resolved")
        ticket = self._ticket(chat, talk, who, plot) if ending.needs_ticket else None
        if ticket is not None:
            resolution = "unresolved"
        agent = self._agents[talk.agent].name if talk.agent else None
        body = wording.event_sentence(
            "closed", chat.locale, by=by, agent=agent, resolution=resolution, queued=chat.state == "queued"
        )
        events = (EventText("closed", body, {"by": by, "resolution": resolution}),)
        closed = await self._store.close_chat(
            Close(chat.id, by, resolution, ending.at, events, ticket=ticket)  # type: ignore[arg-type]
        )
        if closed.ticket is not None and ending.solved_at is not None:
            await self._solve(closed.ticket, talk, plot)
        if ending.rating is not None:
            await self._store.rate_chat(chat.id, ending.rating)

    def _ticket(self, chat: Chat, talk: Talk, who: Person, plot: Story) -> NewTicket:
        assert plot.ending is not None
        assert who.email is not None
        at, luck = plot.ending.at, Random(talk.number)  # noqa: S311 - no secret rests on it
        return NewTicket(
            plot.question[:110], "chat", chat.department_id, who.email, who.name, None, who.locale,
            # Who still waits for news was promised them for the hours to come.
            at + FIRST_NEWS if plot.ending.solved_at else self._ends_at + FIRST_NEWS * luck.uniform(0.5, 6),
            at, priority=chat.priority, topic=plot.topic.name, chat_id=chat.id, visitor_id=who.id,
            assignee=self._agents[talk.agent].id if talk.agent else None,
        )  # fmt: skip

    async def _solve(self, ticket: Ticket, talk: Talk, plot: Story) -> None:
        assert plot.ending is not None
        assert plot.ending.solved_at is not None
        agent = self._agents[talk.agent or "a1"]
        message = NewTicketMessage(self._new_id(), Author("agent", agent.id, agent.name), plot.solution, "panel")
        changes = TicketChanges(status="solved", clear_checkpoint=True, news=True, message=message)
        await self._store.change_ticket(ticket.number, changes, plot.ending.solved_at)

    def _event(self, code: str, chat: Chat, agent: str) -> EventText:
        who = self._agents[agent]
        data: dict[str, object] = {"agent": {"id": who.id, "name": who.name}}
        says: dict[str, object] = {"agent": who.name}
        if code == "assigned":
            data["rule"] = "routed"
        else:
            data["cause"] = says["cause"] = "connection_lost"
        return EventText(code, wording.event_sentence(code, chat.locale, **says), data)  # type: ignore[arg-type]
