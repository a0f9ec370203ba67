"""When the desk was covered: the record's presence and proofs of life, brought to the queue's ledger and back.

The ledger (queueing/coverage.py) does the arithmetic in milliseconds. Here are the words around it: which row says
what, when a server process is over, and who waited or left during a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from queueing import coverage as ledger
from queueing import presence
from server.clock import from_ms, to_ms
from server.reports.measures import Json
from server.reports.periods import Period, Span
from transcripts.records import Chat, PresenceRow, Proof

# Proofs come every 10 s: one that is older has no process behind it.
PROOF_VALID = timedelta(seconds=30)
STEPS_UP_TO = timedelta(days=31)
# So far back a gap that goes on at the beginning of the period is followed to its cause.
LOOK_BACK = timedelta(days=7)
CONNECTION_LOST = "connection lost"


def coverage(
    period: Period,
    rows: Iterable[PresenceRow],
    proofs: Sequence[Proof],
    opening: Mapping[str, Sequence[tuple[datetime, datetime]]],
    chats: Sequence[Chat],
    agent: Callable[[str | None], Json | None],
    now: datetime,
) -> Json:
    """opening: open times per department, from LOOK_BACK before the period on. chats: all that waited within it.

    agent: an id as `{id, name}`.
    """
    found = ledger.coverage(
        [_row(row) for row in sorted(rows, key=lambda row: row.written)],
        _proofs(proofs, now),
        {department: [_span(Span(*times)) for times in spans] for department, spans in opening.items()},
        [_span(bucket) for bucket in period.buckets],
        to_ms(now),
    )
    return {
        "total": found.total.in_seconds(),
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **cover.in_seconds()}
            for bucket, (_, cover) in zip(period.buckets, found.buckets, strict=True)
        ],
        "gaps": [_gap(gap, chats, agent) for gap in found.gaps],
        "steps": _steps(period, found.steps),
    }


def _steps(period: Period, steps: Iterable[tuple[int, int]]) -> list[Json] | None:
    """None for long periods: as many points as a screen could not show."""
    if period.to_at - period.from_at > STEPS_UP_TO:
        return None
    return [{"at": from_ms(at), "accepting": accepting} for at, accepting in steps]


def _gap(gap: ledger.Gap, chats: Sequence[Chat], agent: Callable[[str | None], Json | None]) -> Json:
    span = Span(from_ms(gap.from_ms), from_ms(gap.to_ms))
    waited = [chat for chat in chats if _waited_in(chat, span)]
    return {
        "from": span.from_at,
        "to": span.to_at,
        "duration_s": (gap.to_ms - gap.from_ms) / 1000,
        "cause": {"kind": gap.cause.kind, "agent": agent(gap.cause.agent), "reason": gap.cause.reason},
        "waiting": len(waited),
        "left": sum(1 for chat in waited if _left_in(chat, span)),
    }


def _waited_in(chat: Chat, span: Span) -> bool:
    until = chat.first_assigned_at or chat.closed_at
    return chat.created_at < span.to_at and (until is None or until > span.from_at)


def _left_in(chat: Chat, span: Span) -> bool:
    return chat.first_assigned_at is None and chat.closed_at is not None and chat.closed_at <= span.to_at


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


def _proofs(proofs: Sequence[Proof], now: datetime) -> list[presence.Proof]:
    """A record has one server: one that started later took it over from one that was killed a moment before."""
    newest = max((proof.started_at for proof in proofs), default=now)
    return [
        presence.Proof(
            proof.process_id,
            to_ms(proof.last_at),
            ended=proof.ended or proof.started_at < newest or proof.last_at < now - PROOF_VALID,
        )
        for proof in proofs
    ]


def _span(span: Span) -> ledger.Span:
    return ledger.Span(to_ms(span.from_at), to_ms(span.to_at))
