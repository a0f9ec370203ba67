"""Plays a simulated desk: events in the order of virtual time, each an order to the engine and what follows from it.

`Engine` is the one behind the server's queue and `Estimates` the service that visitors are told by, both on a clock
that jumps from event to event. What the engine decides is written down as the server would keep it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import partial
from math import inf

from queueing.engine import Engine
from queueing.model import (
    AgentChanged,
    Assigned,
    Command,
    Connect,
    Disconnect,
    Event,
    Join,
    Leave,
    Queued,
    Removed,
    Requeued,
    SetAgent,
    SetStatus,
    Vanish,
)
from server.clock import to_ms
from server.simulation.agents import Agent, State, people
from server.simulation.attendance import Attendance
from server.simulation.desk import SimulatedDesk, chance
from server.simulation.played import Simulated
from server.simulation.telling import Silence, Telling
from server.simulation.virtual import VirtualClock
from server.simulation.visitors import NEVER_MS, Talk, visitors

PROGRESS_EVERY = 500


def simulate(
    desk: SimulatedDesk,
    seed: int = 1,
    on_progress: Callable[[float], None] | None = None,
    *,
    tells_waits: bool = True,
) -> Simulated:
    """Play the whole time of the desk. on_progress: told the share that is done, 0 to 1, now and then.

    tells_waits: False where nobody asks what visitors were told (`Talk.shown`, `Talk.offered_at_ms`): half the work,
    and the same courses.
    """
    return _Play(desk, seed, on_progress, tells_waits).run()


class _Play:
    def __init__(
        self, desk: SimulatedDesk, seed: int, on_progress: Callable[[float], None] | None, tells_waits: bool
    ) -> None:
        self._desk = desk
        self._on_progress = on_progress
        self._played = Simulated(desk, seed)
        self._from_ms, self._to_ms = to_ms(desk.from_at), to_ms(desk.to_at)
        self._clock = VirtualClock(self._from_ms)
        self._engine = Engine()
        self._visitors = visitors(desk, seed)
        self._patience = chance(seed, "patience of those who wait again")
        self._agents = {agent.id: agent for agent in people(desk, seed)}
        self._attendance = Attendance(self._played, self._clock, self._agents)
        self._staying: list[Agent] = []
        self._waiting: dict[str, Talk] = {}
        told = Telling if tells_waits else Silence
        self._telling = told(self._engine, self._clock, self._waiting, self._to_ms)
        self._planned: list[tuple[int, int, Callable[[], None]]] = []
        self._plans = 0

    def run(self) -> Simulated:
        self._plan_duties()
        self._plan_arrival()
        done = 0
        while self._planned and self._planned[0][0] < self._to_ms:
            self._clock.at_ms, _, happen = heapq.heappop(self._planned)
            happen()
            self._send_home_who_stayed()
            done += 1
            if self._on_progress is not None and done % PROGRESS_EVERY == 0:
                self._on_progress((self._clock.at_ms - self._from_ms) / (self._to_ms - self._from_ms))
        self._clock.at_ms = self._to_ms
        self._end()
        if self._on_progress is not None:
            self._on_progress(1.0)
        return self._played

    def _end(self) -> None:
        self._attendance.sum_up()
        if self._desk.close_at_end:
            self._close_all()
            return
        for agent in self._agents.values():
            for talk in agent.talks.values():
                self._note_reply(talk)

    def _close_all(self) -> None:
        """First who waits, so that nobody gets an agent for no time. Who has no answer yet has left without one."""
        for talk in tuple(self._waiting.values()):
            self._close(talk, has_left=True)
        for agent in self._agents.values():
            for talk in tuple(agent.talks.values()):
                self._note_reply(talk)
                self._close(talk, has_left=talk.replied_at_ms is None)
            self._turn(agent, "off")

    def _plan(self, at_ms: float, happen: Callable[[], None]) -> None:
        self._plans += 1  # of the same moment, what was planned first happens first
        if at_ms < NEVER_MS:
            heapq.heappush(self._planned, (max(round(at_ms), self._clock.at_ms), self._plans, happen))

    # ---- visitors -------------------------------------------------------------------------------------------------

    def _plan_arrival(self) -> None:
        talk = next(self._visitors, None)
        if talk is not None:
            self._plan(talk.at_ms, partial(self._arrive, talk))

    def _arrive(self, talk: Talk) -> None:
        self._plan_arrival()
        self._played.talks.append(talk)
        self._waiting[talk.id] = talk
        self._telling.arrives(talk)
        self._order(Join(talk.id, talk.department, 1, talk.priority, talk.number))
        if talk.id in self._waiting:
            self._telling.waits(talk)
            self._telling.tell()
            self._plan(self._clock.at_ms + talk.patience_ms, partial(self._give_up, talk, len(talk.returned)))

    def _give_up(self, talk: Talk, returns: int) -> None:
        """returns: how often they had lost an agent when they began to wait; each wait has a patience of its own."""
        if talk.id in self._waiting and len(talk.returned) == returns:
            self._close(talk, has_left=True)

    def _close(self, talk: Talk, *, has_left: bool) -> None:
        talk.closed_at_ms, talk.has_left = self._clock.at_ms, has_left
        if has_left:
            self._telling.leaves(talk)
        if self._waiting.pop(talk.id, None) is None:
            self._note_reply(talk)
        self._telling.waits_no_more(talk)
        self._order(Leave(talk.id))
        self._telling.is_over(talk)

    def _note_reply(self, talk: Talk) -> None:
        """The agent's first message, if they have had the chat for long enough to write it."""
        if talk.replied_at_ms is None and talk.served:
            replied_at_ms = talk.served[-1][0] + talk.reply_ms
            if replied_at_ms <= self._clock.at_ms:
                talk.replied_at_ms = replied_at_ms

    # ---- agents ---------------------------------------------------------------------------------------------------

    def _plan_duties(self) -> None:
        for n, agent in enumerate(self._agents.values()):
            self._order(SetAgent(agent.id, agent.departments, 1, self._desk.capacity, "offline"))
            for begins, ends in self._desk.duty(n):
                self._plan(to_ms(begins), partial(self._begin_duty, agent))
                self._plan(to_ms(ends), partial(self._end_duty, agent))

    def _begin_duty(self, agent: Agent) -> None:
        agent.on_duty = True
        self._turn(agent, "online")

    def _end_duty(self, agent: Agent) -> None:
        agent.on_duty = False
        self._staying.append(agent)

    def _send_home_who_stayed(self) -> None:
        """At closing time agents stay until nobody waits for them any more."""
        for agent in self._staying[:]:
            if agent.on_duty or not self._is_waited_for(agent):
                self._staying.remove(agent)
                if not agent.on_duty:
                    self._turn(agent, "off")

    def _is_waited_for(self, agent: Agent) -> bool:
        """In a department that is closed by now: where it goes on, the next shift is there."""
        at = self._clock.now()
        waited_for = {talk.department for talk in self._waiting.values()} if self._waiting else set()
        return any(
            not any(opens <= at < closes for opens, closes in self._desk.opening[name])
            for name in waited_for.intersection(agent.departments)
        )

    def _turn(self, agent: Agent, state: State) -> None:
        before = agent.state
        if before == state or (state == "online" and not agent.on_duty):
            return
        agent.work_until(self._clock.at_ms, self._desk.slowdown)
        if state == "lost":  # from now on they say nothing, and then their chats wait again
            for talk in agent.talks.values():
                self._note_reply(talk)
        agent.turns_to(state)
        for command in self._commands(agent, before):
            self._order(command)
        self._plan_work(agent)
        after_s, following = agent.next_turn(self._desk)
        if after_s < inf:
            self._plan(self._clock.at_ms + after_s * 1000, partial(self._turn_if, agent, agent.turn, following))
        if state == "lost":
            grace_over_ms = self._clock.at_ms + self._desk.agent_grace_s * 1000
            self._plan(grace_over_ms, partial(self._vanish, agent, agent.turn))

    def _turn_if(self, agent: Agent, turn: int, state: State) -> None:
        if agent.turn == turn:
            self._turn(agent, state)

    def _vanish(self, agent: Agent, turn: int) -> None:
        if agent.turn == turn:
            self._order(Vanish(agent.id))

    @staticmethod
    def _commands(agent: Agent, before: State) -> list[Command]:
        match agent.state:
            case "online":
                return [SetStatus(agent.id, "online"), Connect(agent.id)]
            case "away":
                return [SetStatus(agent.id, "away")]
            case "lost":
                return [Disconnect(agent.id)]
            case "off":
                return [Vanish(agent.id)] if before == "lost" else [SetStatus(agent.id, "offline")]

    def _plan_work(self, agent: Agent) -> None:
        agent.plan += 1
        following = agent.next_done(self._desk.slowdown)
        if following is not None:
            self._plan(following[0], partial(self._done, agent, agent.plan, following[1]))

    def _done(self, agent: Agent, plan: int, talk: Talk) -> None:
        if agent.plan == plan:
            self._close(talk, has_left=False)

    # ---- orders and what follows ------------------------------------------------------------------------------------

    def _order(self, command: Command) -> None:
        events = self._engine.apply(command, self._clock.at_ms).events
        for event in events:
            self._follow(event)
        self._telling.hears(command, events)

    def _follow(self, event: Event) -> None:
        match event:
            case Assigned():
                self._assigned(self._waiting.pop(event.chat), self._agents[event.agent])
            case Requeued():
                self._returned(event)
            case Removed(agent=str(agent_id)):
                agent = self._agents[agent_id]
                agent.work_until(self._clock.at_ms, self._desk.slowdown)
                del agent.talks[event.chat]
                self._plan_work(agent)
            case AgentChanged():
                self._attendance.note(event)
            case Queued() | _:
                pass

    def _assigned(self, talk: Talk, agent: Agent) -> None:
        self._telling.waits_no_more(talk)
        talk.served.append((self._clock.at_ms, agent.id))
        agent.work_until(self._clock.at_ms, self._desk.slowdown)
        agent.talks[talk.id] = talk
        self._plan_work(agent)

    def _returned(self, event: Requeued) -> None:
        agent = self._agents[event.agent]
        agent.work_until(self._clock.at_ms, self._desk.slowdown)
        talk = agent.talks.pop(event.chat)
        talk.returned.append(self._clock.at_ms)
        self._waiting[talk.id] = talk
        self._telling.returns(talk)
        if self._desk.patience_s is not None:
            stays_s = self._patience.expovariate(1 / self._desk.patience_s)
            self._plan(self._clock.at_ms + stays_s * 1000, partial(self._give_up, talk, len(talk.returned)))
