"""The kinds of reports: each reads what it needs from the record and leaves the arithmetic to server/reports.

A new kind is one function and one line in RECIPES; its paths, its file and the OpenAPI document follow from that.
The arithmetic runs in a thread, because a busy month takes longer than a conversation can stand still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from queueing.carried import Carriage
from queueing.coverage import Coverage
from queueing.presence import Turn
from server.clock import from_ms
from server.reports.carriage import by_agent, by_weekday, carriage_of
from server.reports.coverage import LOOK_BACK, as_report, coverage_of, turns
from server.reports.foresight import LOOK_BACK as RIVALS_LOOK_BACK
from server.reports.foresight import foresight
from server.reports.overview import Parts, overview
from server.reports.overview import rows as overview_rows
from server.reports.people import like as people_like
from server.reports.people import people
from server.reports.people import rows as people_rows
from server.reports.periods import Period
from server.reports.satisfaction import Names, satisfaction, satisfaction_alone
from server.reports.skills import adjusted
from server.reports.staffing import Desk, staffing
from server.reports.staffing import like as staffing_like
from server.reports.staffing import rows as staffing_rows
from server.reports.staying import staying
from server.reports.tickets import tickets
from server.reports.volume import volume
from server.reports.waits import waits, waits_alone
from server.services.reports.report_frame import Frame
from server.services.reports.report_sources import Json, Recipe, Sources
from transcripts.figures import LONGEST_STAY, LONGEST_WAIT
from transcripts.records import PresenceRow, Proof

Made = TypeVar("Made")
Opening = Mapping[str, Sequence[tuple[datetime, datetime]]]


async def _overview(sources: Sources, frame: Frame) -> Json:
    """Both periods, one after the other: the second must not double what a thread holds."""
    parts = await _parts(sources, frame)
    earlier = frame.before() if frame.compares else None
    before = None if earlier is None else (earlier.period, await _parts(sources, earlier))
    return await asyncio.to_thread(overview, frame.period, parts, before)


async def _parts(sources: Sources, frame: Frame) -> Parts:
    async def ledger() -> Coverage:
        return await _ledger(sources, frame, await _kept(sources, frame), frame.agent_id)

    found, chats = await asyncio.gather(ledger(), sources.chats.of(frame))
    now = sources.clock.now()
    waited = await asyncio.to_thread(waits_alone, frame.period, chats, target_s=sources.target_s(frame), now=now)
    return Parts(found, waited, await asyncio.to_thread(satisfaction_alone, frame.period, chats))


async def _coverage(sources: Sources, frame: Frame) -> Json:
    """Kept as a whole until presence, opening times or a chat that could have waited in a gap change."""
    kept = await _kept(sources, frame)
    given = (kept.stamp(frame.period.to_at), sources.names())
    return await sources.wholes.of(
        frame, "coverage", lambda: _coverage_anew(sources, frame, kept), looks_back=LONGEST_STAY, given=given
    )


async def _coverage_anew(sources: Sources, frame: Frame, kept: Kept) -> Json:
    found, opening = await _ledger(sources, frame, kept, frame.agent_id), kept.opening
    gaps = [(from_ms(gap.from_ms), from_ms(gap.to_ms)) for gap in found.gaps]
    stays = await sources.store.stays(gaps, frame.departments)
    # Whether somebody was alone is asked of everybody's rows.
    everybody, asked = await _carried(sources, frame, kept, None), await _carried(sources, frame, kept, frame.agent_id)

    def told() -> Json:
        return {
            **as_report(frame.period, found, opening, stays, sources.person),
            "by_weekday": by_weekday(frame.period, asked.casts),
            "carried": by_agent(everybody, sources.person, frame.agent_id),
        }

    return await asyncio.to_thread(told)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the record keeps of presence, from before the period on, and when each department was open."""

    rows: tuple[PresenceRow, ...]
    proofs: tuple[Proof, ...]
    opening: Opening

    def rows_of(self, agent_id: str | None) -> tuple[PresenceRow, ...]:
        """None: of everybody."""
        return self.rows if agent_id is None else tuple(row for row in self.rows if row.agent_id == agent_id)

    def stamp(self, to_at: datetime) -> Hashable:
        """The same while nothing of it changes that concerns the time before `to_at`. A row never changes."""
        rows = tuple([row.written for row in self.rows])
        alive = tuple((one.process_id, one.ended, min(one.last_at, to_at)) for one in self.proofs)
        return rows, alive, tuple((name, tuple(times)) for name, times in self.opening.items())


async def _kept(sources: Sources, frame: Frame) -> Kept:
    period = frame.period
    earliest = period.from_at - LOOK_BACK
    rows = await sources.store.presence(earliest, period.to_at)
    departments = sources.departments(frame)

    def opening() -> Opening:
        return {one.id: sources.opening(one, earliest, period.to_at) for one in departments}

    return Kept(tuple(rows), tuple(await sources.store.proofs()), await asyncio.to_thread(opening))


async def _ledger(sources: Sources, frame: Frame, kept: Kept, agent_id: str | None) -> Coverage:
    """What the ledger says of the period. agent_id None: with everybody's rows."""
    return await _swept(sources, frame, kept, agent_id, "ledger", coverage_of)


async def _carried(sources: Sources, frame: Frame, kept: Kept, agent_id: str | None) -> Carriage:
    return await _swept(sources, frame, kept, agent_id, "carried", carriage_of)


async def _swept(
    sources: Sources,
    frame: Frame,
    kept: Kept,
    agent_id: str | None,
    name: str,
    sweep: Callable[[Period, Sequence[Turn], Opening, datetime], Made],
) -> Made:
    """Kept, because three reports go by it."""

    async def turns_anew() -> list[Turn]:
        return await asyncio.to_thread(turns, kept.rows_of(agent_id), kept.proofs, sources.clock.now())

    async def anew() -> Made:
        found = await sources.wholes.by_given(frame, "turns", turns_anew, kept.stamp(frame.period.to_at), agent_id)
        return await asyncio.to_thread(sweep, frame.period, found, kept.opening, sources.clock.now())

    return await sources.wholes.by_given(frame, name, anew, kept.stamp(frame.period.to_at), agent_id)


async def _waits(sources: Sources, frame: Frame) -> Json:
    chats, now = await sources.chats.of(frame), sources.clock.now()

    def reckon() -> Json:
        told = waits(frame.period, chats, target_s=sources.target_s(frame), now=now)
        return {**told, "staying": staying(chats, now)}

    return await asyncio.to_thread(reckon)


async def _volume(sources: Sources, frame: Frame) -> Json:
    chats, tickets = await asyncio.gather(sources.chats.of(frame), sources.store.count_tickets(*frame.asked))
    return await asyncio.to_thread(volume, frame.period, chats, tickets)


async def _tickets(sources: Sources, frame: Frame) -> Json:
    courses = await sources.store.ticket_courses(*frame.asked)
    return await asyncio.to_thread(tickets, frame.period, courses, sources.clock.now())


async def _satisfaction(sources: Sources, frame: Frame) -> Json:
    chats = await sources.chats.of(frame)
    return await asyncio.to_thread(satisfaction, frame.period, chats, Names(sources.person, sources.place))


async def _agents(sources: Sources, frame: Frame) -> Json:
    """Kept as a whole until a chat of the period changes: what is usual is not a sum of days."""
    return await sources.wholes.of(
        frame, "agents", lambda: _agents_anew(sources, frame), given=sources.names(), by_chats_alone=True
    )


async def _agents_anew(sources: Sources, frame: Frame) -> Json:
    # Everybody's: what is usual for a topic and an hour is not known from one agent.
    everybodys, chats = await sources.chats.of(frame, everybodys=True), await sources.chats.of(frame)

    def reckon() -> Json:
        return people(chats, sources.person, adjusted(everybodys, frame.period.zone))

    return await asyncio.to_thread(reckon)


async def _estimates(sources: Sources, frame: Frame) -> Json:
    """Kept as a whole: a rival goes by chats of four weeks before."""
    kept = await sources.wholes.of(
        frame,
        "estimates",
        lambda: _estimates_anew(sources, frame),
        looks_back=RIVALS_LOOK_BACK + LONGEST_WAIT,
        given=sources.names(),
        by_chats_alone=True,
    )
    *before, last = kept["buckets"] or [{}]
    return {**kept, "buckets": [*before, {**last, "to": frame.period.to_at}] if last else []}


async def _estimates_anew(sources: Sources, frame: Frame) -> Json:
    # Rivals go by everybody's chats, whoever is asked about.
    chats = await sources.chats.of(frame, looks_back=RIVALS_LOOK_BACK, everybodys=True)
    return await asyncio.to_thread(foresight, frame.period, chats, sources.place, agent_id=frame.agent_id)


async def _staffing(sources: Sources, frame: Frame) -> Json:
    """Of everybody who serves the departments, whoever is asked about."""
    period, kept = frame.period, await _kept(sources, frame)
    capacity = _capacity(sources, frame)
    given = (kept.stamp(period.to_at), capacity, sources.target_s(frame))
    return await sources.wholes.of(
        frame, "staffing", lambda: _staffing_anew(sources, frame, kept, capacity), given=given
    )


def _capacity(sources: Sources, frame: Frame) -> float:
    """Mean of those who serve the departments."""
    served = {department.id for department in sources.departments(frame)}
    capacities = [one.capacity for one in sources.directory.agents() if served.intersection(one.department_ids)]
    return sum(capacities) / len(capacities) if any(capacities) else 1.0


async def _staffing_anew(sources: Sources, frame: Frame, kept: Kept, capacity: float) -> Json:
    # One after the other: sweeping keeps the interpreter from whoever reads, and both together take longer than alone.
    chats = await sources.chats.of(frame, everybodys=True)
    casts = (await _carried(sources, frame, kept, None)).casts
    steps = (await _ledger(sources, frame, kept, None)).steps
    desk = Desk(chats, casts, steps, capacity, sources.target_s(frame))
    return await asyncio.to_thread(staffing, frame.period, desk)


RECIPES: dict[str, Recipe] = {
    "coverage": Recipe(_coverage, ("total", "buckets", "gaps", "open", "steps", "by_weekday", "carried")),
    "waits": Recipe(_waits, ("total", "buckets", "by_hour", "distribution", "staying")),
    "volume": Recipe(_volume, ("total", "buckets", "by_hour")),
    "satisfaction": Recipe(
        _satisfaction, ("total", "buckets", "by_topic", "by_department", "by_channel", "by_agent", "negative")
    ),
    "agents": Recipe(_agents, ("agents", "method"), rows=people_rows, like=people_like, is_personal=True),
    "estimates": Recipe(_estimates, ("total", "buckets", "by_hour", "by_department")),
    "staffing": Recipe(
        _staffing, ("target", "halves", "by_weekday", "model", "what_if"), rows=staffing_rows, like=staffing_like
    ),
    "tickets": Recipe(_tickets, ("total", "buckets")),
    "overview": Recipe(_overview, ("previous", "figures"), rows=overview_rows),
}
