"""Writes a simulated month into a demo desk's record, through its port and with the words of story.py.

Every moment is the simulation's, so the reports over the record say what figures.py says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from queueing.presence import PresenceRow as TurnOfPresence
from server.administration import OperationError
from server.clock import from_ms
from server.commands import demo
from server.services.accounts.passwords import hash_password
from server.services.reports.report_chats import ReportChats
from server.simulation import texts
from server.simulation.chat_writer import ChatWriter
from server.simulation.desk import SimulatedDesk, chance
from server.simulation.played import Simulated
from server.simulation.story import Person, Story, person, story
from server.simulation.visitors import Talk
from transcripts.offered import Offered
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.questions import ChatQuery
from transcripts.records import (
    Agent,
    Department,
    EstimateShown,
    PresenceRow,
    Proof,
)

AT_ONCE = 400
ROWS_AT_ONCE = 5_000
COMES_AGAIN = 0.25


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
    await ReportChats(store).keep(played.desk.to_at)


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
        self._chats = ChatWriter(store, agents, new_id, played.desk.to_at)
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
        offered = [
            Offered(chat_id, from_ms(talk.offered_at_ms))
            for chat_id, talk in zip(ids, talks, strict=True)
            if talk.offered_at_ms is not None
        ]
        await self._store.record_offered(offered)
        self._seen = [*self._seen, *coming][-10 * AT_ONCE :]

    def _who_comes_again(self, at_most: int) -> list[int]:
        """Each at most once among those who come together: nobody has two chats at a time."""
        known = {who.id: index for index, who in enumerate(self._seen[:-AT_ONCE] if self._seen else [])}
        return self._luck.sample(sorted(known.values()), min(at_most, len(known)))

    def _plot(self, talk: Talk, who: Person) -> Story:
        agent = self._agents[talk.agent].name if talk.agent else ""
        skill = self._skills[talk.agent] if talk.agent else 0.0
        return story(self._luck, talk, who, agent, skill, self._played.desk.to_at)

    async def _write(self, chat_id: str, talk: Talk, who: Person, plot: Story) -> None:
        async with self._side_by_side:
            await self._chats.write(chat_id, talk, who, plot)
