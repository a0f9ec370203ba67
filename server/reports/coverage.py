"""When the desk was covered: the record's presence and proofs of life, brought to the queue's ledger and back.

The ledger (queueing/coverage.py) does the arithmetic in milliseconds. Here are the words around it: which row says
what, when a server process is over, and who waited or left during a gap.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from queueing import coverage as ledger
from queueing import presence
from server.clock import from_ms, to_ms
from server.reports.measures import Json
from server.reports.periods import Period, Span
from transcripts.figures import Stay
from transcripts.records import PresenceRow, Proof

# Proofs come every 10 s: two may be missing while the record is slow. One that is older has no process behind it.
PROOF_VALID = timedelta(seconds=30)
# 31 local days: an October is an hour longer where clocks are put back.
STEPS_UP_TO = timedelta(days=31, hours=1)
# So far back a gap that goes on at the beginning of the period is followed to its cause.
LOOK_BACK = timedelta(days=7)
CONNECTION_LOST = "connection lost"


def coverage(
    period: Period,
    rows: Iterable[PresenceRow],
    proofs: Sequence[Proof],
    opening: Mapping[str, Sequence[tuple[datetime, datetime]]],
    now: datetime,
) -> ledger.Coverage:
    """opening: open times per department, from LOOK_BACK before the period on."""
    return coverage_of(period, turns(rows, proofs, now), opening, now)


def turns(rows: Iterable[PresenceRow], proofs: Sequence[Proof], now: datetime) -> list[presence.Turn]:
    """Who turned to what when, up to now: what every sweep of the ledger begins with."""
    return presence.turns_of(ledger_rows(rows), ledger_proofs(proofs, now), to_ms(now))


def coverage_of(
    period: Period,
    turns: Iterable[presence.Turn],
    opening: Mapping[str, Sequence[tuple[datetime, datetime]]],
    now: datetime,
) -> ledger.Coverage:
    """As `coverage`, of turns that are known."""
    return ledger.coverage_of(turns, spans_of(opening), [_span(bucket) for bucket in period.buckets], to_ms(now))


def spans_of(opening: Mapping[str, Sequence[tuple[datetime, datetime]]]) -> dict[str, list[ledger.Span]]:
    """Open times in the ledger's words."""
    return {department: [_span(Span(*times)) for times in spans] for department, spans in opening.items()}


def as_report(
    period: Period,
    found: ledger.Coverage,
    opening: Mapping[str, Sequence[tuple[datetime, datetime]]],
    stays: Iterable[Stay],
    agent: Callable[[str | None], Json | None],
) -> Json:
    """stays: in line, those that last in a gap. agent: an id as `{id, name}`."""
    costs, known_from = _costs(found.gaps, stays), period.from_at - LOOK_BACK
    return {
        "total": found.total.in_seconds(),
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **cover.in_seconds()}
            for bucket, (_, cover) in zip(period.buckets, found.buckets, strict=True)
        ],
        "gaps": [_gap(gap, cost, known_from, agent) for gap, cost in zip(found.gaps, costs, strict=True)],
        "open": _open(period, opening),
        "steps": _steps(period, found.steps),
    }


def _open(period: Period, opening: Mapping[str, Sequence[tuple[datetime, datetime]]]) -> list[Json] | None:
    """When any of the departments was open, within the period; None for long periods, as for the steps."""
    if period.to_at - period.from_at > STEPS_UP_TO:
        return None
    found: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(times for spans in opening.values() for times in spans):
        from_at, to_at = max(opens, period.from_at), min(closes, period.to_at)
        if from_at >= to_at:
            continue
        if found and from_at <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], to_at)
        else:
            found.append((from_at, to_at))
    return [{"from": from_at, "to": to_at} for from_at, to_at in found]


def _steps(period: Period, steps: Iterable[tuple[int, int]]) -> list[Json] | None:
    """None for long periods: as many points as a screen could not show."""
    if period.to_at - period.from_at > STEPS_UP_TO:
        return None
    return [{"at": from_ms(at), "accepting": accepting} for at, accepting in steps]


@dataclass(frozen=True, slots=True)
class _Cost:
    """Ids of the chats that were in line during the gap, and of those that ended in it without an agent."""

    waiting: set[str]
    left: set[str]


def _costs(gaps: Sequence[ledger.Gap], stays: Iterable[Stay]) -> list[_Cost]:
    """One per gap. A stay that ended when the gap began did not wait in it: an agent was there to the last."""
    costs = [_Cost(set(), set()) for _ in gaps]
    spans = [Span(from_ms(gap.from_ms), from_ms(gap.to_ms)) for gap in gaps]
    ends = [span.to_at for span in spans]
    for stay in stays:
        # From the first gap that ends after the stay began, up to the one that the stay ended in.
        for n in range(bisect_right(ends, stay.from_at), len(spans)):
            if stay.to_at is not None and stay.to_at <= spans[n].from_at:
                break
            costs[n].waiting.add(stay.chat_id)
            if stay.left and stay.to_at is not None and stay.to_at <= ends[n]:
                costs[n].left.add(stay.chat_id)
    return costs


def _gap(gap: ledger.Gap, cost: _Cost, known_from: datetime, agent: Callable[[str | None], Json | None]) -> Json:
    """known_from: what was before that nobody looked at; a gap that began so early began at an unknown moment."""
    began_at, cause = from_ms(gap.began_ms), gap.cause
    end = None if gap.end is None else {"kind": gap.end.kind, "agent": agent(gap.end.agent), "at": from_ms(gap.to_ms)}
    return {
        "from": from_ms(gap.from_ms),
        "to": from_ms(gap.to_ms),
        "duration_s": (gap.to_ms - gap.from_ms) / 1000,
        "cause": {"kind": cause.kind, "agent": agent(cause.agent), "reason": cause.reason},
        "began_at": began_at if began_at > known_from else None,
        "ended_by": end,
        "waiting": len(cost.waiting),
        "left": len(cost.left),
    }


def ledger_rows(rows: Iterable[PresenceRow]) -> list[presence.PresenceRow]:
    """The record's rows in the ledger's words, in the order of writing."""
    return [_row(row) for row in sorted(rows, key=lambda row: row.written)]


def _row(row: PresenceRow) -> presence.PresenceRow:
    return presence.PresenceRow(
        agent=row.agent_id,
        at_ms=to_ms(row.at),
        departments=row.department_ids,
        accepting=row.accepting,
        free=row.free,
        process=row.process_id,
        kind=_kind(row),
        reason=row.reason,
    )


def _kind(row: PresenceRow) -> presence.CauseKind:
    """Somebody online who does not accept has no connection."""
    if row.reason == CONNECTION_LOST or row.status == "online":
        return "connection_lost"
    return "away" if row.status == "away" else "signed_out"


def ledger_proofs(proofs: Sequence[Proof], now: datetime) -> list[presence.Proof]:
    """The record's proofs of life in the ledger's words: which process is over is told here."""
    newest = max((proof.started_at for proof in proofs), default=now)
    return [
        presence.Proof(proof.process_id, to_ms(proof.last_at), ended=_is_over(proof, newest, now)) for proof in proofs
    ]


def _is_over(proof: Proof, newest: datetime, now: datetime) -> bool:
    """newest: when the last process started. One that does not share its record was killed before that."""
    was_replaced = not proof.shared and proof.started_at < newest
    return proof.ended or was_replaced or proof.last_at < now - PROOF_VALID


def _span(span: Span) -> ledger.Span:
    return ledger.Span(to_ms(span.from_at), to_ms(span.to_at))
