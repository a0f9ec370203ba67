"""Coverage by hour of the week, and by who carried it: the ledger's totals, told apart.

Both come from one sweep (queueing/carried.py), whatever the buckets of the report are: a year has 168 hours of the week
and as many rows as agents. They add up to the report's total, to the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from queueing.carried import Carriage, Cast, carried
from queueing.coverage import Span
from server.clock import from_ms, to_ms
from server.reports.coverage import ledger_proofs, ledger_rows
from server.reports.measures import Json
from server.reports.periods import Period
from transcripts.records import PresenceRow, Proof


def carriage(
    period: Period,
    rows: Iterable[PresenceRow],
    proofs: Sequence[Proof],
    opening: Mapping[str, Sequence[tuple[datetime, datetime]]],
    now: datetime,
) -> Carriage:
    """Arguments as for server.reports.coverage.coverage."""
    spans = {name: [Span(to_ms(begin), to_ms(end)) for begin, end in times] for name, times in opening.items()}
    whole = Span(to_ms(period.from_at), to_ms(period.to_at))
    return carried(ledger_rows(rows), ledger_proofs(proofs, now), spans, whole, to_ms(now))


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
    for hour in _hours(period, casts):
        length_ms = hour.to_ms - hour.from_ms
        local = from_ms(hour.from_ms).astimezone(period.zone)
        cell = cells[local.weekday() * 24 + local.hour]
        cell["open_s"] += length_ms
        cell["covered_s" if hour.there else "uncovered_s"] += length_ms
        if hour.there == 1:
            cell["single_s"] += length_ms
    return [
        {"weekday": n // 24, "hour": n % 24, **{name: cell[name] / 1000 for name in names}}
        for n, cell in enumerate(cells)
    ]


def _hours(period: Period, casts: Iterable[Cast]) -> Iterator[Cast]:
    """The casts, cut where a local hour ends."""
    end_ms = to_ms(period.from_at)
    for cast in casts:
        at_ms = cast.from_ms
        while at_ms < cast.to_ms:
            if end_ms <= at_ms:
                end_ms = to_ms(period.next_hour(from_ms(at_ms)))
            upto_ms = min(end_ms, cast.to_ms)
            yield Cast(at_ms, upto_ms, cast.there)
            at_ms = upto_ms
