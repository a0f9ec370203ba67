"""Writes a simulated month into a demo desk's record, through its port and with the words of story.py.

Every moment is the simulation's, so the reports over the record say what figures.py says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import Random

from queueing.presence import PresenceRow as TurnOfPresence
from server import demo
from server.administration import OperationError
from server.clock import from_ms
from server.services.accounts import hash_password
from server.simulation import texts
from server.simulation.desk import SimulatedDesk, chance
from server.simulation.played import Simulated
from server.simulation.story import FIRST_NEWS, Person, Said, Story, person, story
from server.simulation.visitors import Talk
from transcripts import wording
from transcripts.operations import (
    AgentChanges,
    Assign,
    ChatQuery,
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
from transcripts.records import (
    Agent,
    Author,
    Chat,
    Department,
    EstimateShown,
    PageView,
    PresenceRow,
    Proof,
    Ticket,
    Visitor,
)

AT_ONCE = 400
ROWS_AT_ONCE = 5_000
COMES_AGAIN = 0.25
PAGES = (
    ("/", "Acme Parcel"),
    ("/prices", "Prices"),
    ("/help/forwarding", "How forwarding works"),
    ("/account", "Account"),
)


async def check(store: Store) -> None:
    """Raises OperationError where a simulated month must not be written."""
    departments, agents = await store.departments(), await store.agents()
    if await store.value(demo.MARK) is None and (departments or agents):
        raise OperationError(
            "This is not a demo desk: it has departments or accounts of its own. Choose an empty folder."
        )
    found, _ = await store.search_chats(ChatQuery(limit=1))
    if found:
        raise OperationError("There are conversations in this desk already. Choose an empty folder, or a fresh demo's.")


async def fill(
    store: Store,
    played: Simulated,
    new_id: Callable[[], str],
    on_progress: Callable[[float], None] | None = None,
    *,
    side_by_side: int = AT_ONCE,
) -> None:
    """played: of a desk that is closed at the end. side_by_side: chats written at a time.

    Raises OperationError (see `check`), StoreUnavailable.
    """
    await check(store)
    await demo.fill(store, new_id)
    await _save_departments(store, played.desk)
    await _widen_scopes(store, played.desk)
    writing = _Writing(store, played, new_id, await _hire(store, played.desk, new_id), asyncio.Semaphore(side_by_side))
    await writing.write_presence()
    for begin in range(0, len(played.talks), AT_ONCE):
        await writing.write_chats(played.talks[begin : begin + AT_ONCE])
        if on_progress is not None:
            on_progress(min((begin + AT_ONCE) / len(played.talks), 1.0))


async def _save_departments(store: Store, desk: SimulatedDesk) -> None:
    known = {department.id: department for department in await store.departments()}
    for wanted in desk.departments:
        trade = texts.TRADES[wanted.id]
        topics = tuple(sorted(topic.name for topic in trade.topics))
        before = known.get(wanted.id)
        if before is None:
            await store.add_department(Department(wanted.id, trade.name, wanted.hours, desk.tz, topics))
        else:
            merged = tuple(dict.fromkeys((*before.topics, *topics)))
            await store.change_department(replace(before, hours=wanted.hours, tz=desk.tz, topics=merged))


async def _widen_scopes(store: Store, desk: SimulatedDesk) -> None:
    """The demo's manager and admin see every department that is simulated."""
    simulated = tuple(department.id for department in desk.departments)
    for agent in await store.agents():
        if agent.role != "agent":
            scope = tuple(dict.fromkeys((*agent.department_ids, *simulated)))
            await store.change_agent(agent.id, AgentChanges(department_ids=scope))


async def _hire(store: Store, desk: SimulatedDesk, new_id: Callable[[], str]) -> dict[str, Agent]:
    """An account for each simulated agent, by the simulation's id; they all have the demo's password."""
    password_hash = await asyncio.to_thread(hash_password, demo.PASSWORD)
    known = {agent.email for agent in await store.agents()}
    hired: dict[str, Agent] = {}
    for n in range(desk.agents * desk.shifts):
        lap, index = divmod(n, len(texts.AGENTS))
        name = texts.AGENTS[index] + (f" {lap + 1}" if lap else "")
        agent = Agent(
            new_id(),
            f"agent{n + 1}@demo.example",
            name,
            "agent",
            desk.departments_of(n),
            1,
            desk.capacity,
            password_hash,
        )
        if agent.email in known:
            raise OperationError("A simulated month was begun in this desk already. Choose an empty folder.")
        await store.add_agent(agent)
        hired[f"a{n + 1}"] = agent
    return hired


class _Writing:
    def __init__(
        self,
        store: Store,
        played: Simulated,
        new_id: Callable[[], str],
        agents: dict[str, Agent],
        side_by_side: asyncio.Semaphore,
    ) -> None:
        self._store = store
        self._side_by_side = side_by_side
        self._played = played
        self._new_id = new_id
        self._agents = agents
        self._luck = chance(played.seed, "stories")
        self._process_id = new_id()
        skills = chance(played.seed, "skills")
        self._skills = {name: max(min(skills.gauss(0, 0.35), 1), -1) for name in agents}
        self._met: set[str] = set()
        self._seen: list[Person] = []

    async def write_presence(self) -> None:
        desk = self._played.desk
        await self._store.prove_life(Proof(self._process_id, desk.from_at, desk.to_at, ended=True))
        rows = [self._row(turn) for turn in self._played.presence]
        for begin in range(0, len(rows), ROWS_AT_ONCE):
            await self._store.record_presence(rows[begin : begin + ROWS_AT_ONCE])

    def _row(self, turn: TurnOfPresence) -> PresenceRow:
        return PresenceRow(
            self._agents[turn.agent].id,
            from_ms(turn.at_ms),
            turn.departments,
            "online" if turn.accepting else "away" if turn.kind == "away" else "offline",
            turn.accepting,
            turn.free,
            turn.reason,
            self._process_id,
        )

    async def write_chats(self, talks: list[Talk]) -> None:
        """Side by side, so that many share a commit; who came before may come again."""
        coming: list[Person] = []
        back = {index: self._seen[index] for index in self._who_comes_again(len(talks))}
        again = iter(back.values())
        for _ in talks:
            known = next(again, None) if self._luck.random() < COMES_AGAIN else None
            coming.append(known or person(self._luck, self._new_id()))
        ids = [self._new_id() for _ in talks]
        plots = [self._plot(talk, who) for talk, who in zip(talks, coming, strict=True)]
        await asyncio.gather(
            *(
                self._write(chat_id, talk, who, plot)
                for chat_id, talk, who, plot in zip(ids, talks, coming, plots, strict=True)
            )
        )
        shown = [
            EstimateShown(chat_id, from_ms(one.at_ms), one.position, one.wait.likely_s, one.wait.upto_s)
            for chat_id, talk in zip(ids, talks, strict=True)
            if (one := talk.shown) is not None
        ]
        await self._store.record_estimates(shown)
        self._seen = [*self._seen, *coming][-10 * AT_ONCE :]

    def _who_comes_again(self, at_most: int) -> list[int]:
        """Each at most once among those who come together: nobody has two chats at a time."""
        known = {who.id: index for index, who in enumerate(self._seen[:-AT_ONCE] if self._seen else [])}
        return self._luck.sample(sorted(known.values()), min(at_most, len(known)))

    def _plot(self, talk: Talk, who: Person) -> Story:
        agent = self._agents[talk.agent].name if talk.agent else ""
        skill = self._skills[talk.agent] if talk.agent else 0.0
        return story(self._luck, talk, who, agent, skill, self._played.desk.to_at)

    # ---- one chat ---------------------------------------------------------------------------------------------------

    async def _write(self, chat_id: str, talk: Talk, who: Person, plot: Story) -> None:
        async with self._side_by_side:
            await self._write_one(chat_id, talk, who, plot)

    async def _write_one(self, chat_id: str, talk: Talk, who: Person, plot: Story) -> None:
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
                chat = await self._store.assign(
                    Assign(chat.id, self._agents[agent].id, chat.route_version, None, at, (text,))
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
            at + FIRST_NEWS if plot.ending.solved_at else self._played.desk.to_at + FIRST_NEWS * luck.uniform(0.5, 6),
            at, priority=chat.priority, topic=plot.topic.name, chat_id=chat.id, visitor_id=who.id,
            assignee=self._agents[talk.agent].id if talk.agent else None,
        )  # fmt: skip

    async def _solve(self, ticket: Ticket, talk: Talk, plot: Story) -> None:
        assert plot.ending is not None
        assert plot.ending.solved_at is not None
        agent = self._agents[talk.agent or "a1"]
        message = NewTicketMessage(self._new_id(), Author("agent", agent.id, agent.name), plot.solution, "panel")
        changes = TicketChanges(status="solved", clear_checkpoint=True, message=message)
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
