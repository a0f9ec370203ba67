"""How the waits that were told came true.

Judged is the first range each chat was shown, so that one long wait with a hundred updates counts once, and only
where an agent took the chat afterwards: who left tells nothing about the wait they were spared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.reports.measures import ENOUGH, Json, by_bucket, percentile, share
from server.reports.periods import Period
from transcripts.records import Chat, EstimateShown


@dataclass(frozen=True, slots=True)
class Judged:
    """What was told at a moment, and how many seconds it then took."""

    at: datetime
    likely_s: float
    upto_s: float
    took_s: float


def foresight(period: Period, shown: Sequence[EstimateShown], chats: Sequence[Chat]) -> Json:
    judged = [(one.at, one) for one in _first_of_each(shown, {chat.id: chat for chat in chats})]
    within = [one for at, one in judged if period.span.holds(at)]
    return {"total": _figures(within), "buckets": by_bucket(period, judged, _figures)}


def _first_of_each(shown: Sequence[EstimateShown], chats: dict[str, Chat]) -> list[Judged]:
    seen: set[str] = set()
    out = []
    for one in sorted(shown, key=lambda one: one.at):
        chat = chats.get(one.chat_id)
        if one.likely_s is None or one.upto_s is None or one.chat_id in seen or chat is None:
            continue
        seen.add(one.chat_id)
        if chat.first_assigned_at is not None and chat.first_assigned_at >= one.at:
            out.append(Judged(one.at, one.likely_s, one.upto_s, (chat.first_assigned_at - one.at).total_seconds()))
    return out


def _figures(judged: list[Judged]) -> Json:
    return {
        "n": len(judged),
        "within_upto": share(sum(1 for one in judged if one.took_s <= one.upto_s), len(judged), at_least=ENOUGH),
        "median_error_s": percentile([abs(one.took_s - one.likely_s) for one in judged], 0.5),
    }
