"""Coverage by hour of the week, and by who carried it: the ledger's totals, told apart.

Both come from one sweep (queueing/carried.py), whatever the buckets of the report are: a year has 168 hours of the week
and as many rows as agents. They add up to the report's total, to the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from queueing.carried import Carriage, Cast, carried_of
from queueing.coverage import Span
from queueing.presence import Turn
from server.clock import from_ms, to_ms
from server.reports.coverage import spans_of
from server.reports.measures import Json
from server.reports.periods import Period


def carriage_of(
    period: Period,
    turns: Iterable[Turn],
    opening: Mapping[str, Sequence[tuple[datetime, datetime]]],
    now: datetime,
) -> Carriage:
    """Arguments as for server.reports.coverage.coverage_of."""
    whole = Span(to_ms(period.from_at), to_ms(period.to_at))
    return carried_of(turns, spans_of(opening), whole, to_ms(now))


def by_agent(found: Carriage, agent: Callable[[str | None], Json | None], only: str | None) -> list[Json]:
    """`{agent, accepting_s, single_s}` of who was there in opening time; only: of this agent alone."""
    return [
        {"agent": agent(agent_id), "accepting_s": one.there_ms / 1000, "single_s": one.alone_ms / 1000}
        for agent_id, one in sorted(found.by_agent.items())
        if only in (None, agent_id)
    ]


def by_weekday(period: Period, casts: Iterable[Cast]) -> list[Json]:
    """168 rows, Monday 0:00 first; an hour that clocks repeat counts twice, one that they skip not at all."""
    names = ("open_s", "covered_s", "single_s", "uncovered_s")
    cells = [dict.fromkeys(names, 0) for _ in range(7 * 24)]
    hour_ends_ms, cell = to_ms(period.from_at), cells[0]
    for from_ms_, to_ms_, there in casts:
        at_ms = from_ms_
        while at_ms < to_ms_:
            if hour_ends_ms <= at_ms:
                at = from_ms(at_ms)
                hour_ends_ms, local = to_ms(period.next_hour(at)), at.astimezone(period.zone)
                cell = cells[local.weekday() * 24 + local.hour]
            upto_ms = min(hour_ends_ms, to_ms_)
            length_ms, at_ms = upto_ms - at_ms, upto_ms
            cell["open_s"] += length_ms
            cell["covered_s" if there else "uncovered_s"] += length_ms
            if there == 1:
                cell["single_s"] += length_ms
    return [
        {"weekday": n // 24, "hour": n % 24, **{name: cell[name] / 1000 for name in names}}
        for n, cell in enumerate(cells)
    ]
