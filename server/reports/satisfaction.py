"""What visitors said at the end of a chat. A rating belongs to the bucket in which its chat was started.

csat: share of 4 and 5 of 5. nps: share of 9 and 10 less share of 0 to 6, from -100 to 100. Both None under n = 5.
negative: ratings of 1 and 2, newest first, the ones to learn from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.reports.measures import ENOUGH, Json, by_bucket, mean, share
from server.reports.periods import Period
from transcripts.figures import Rated
from transcripts.records import Rating

GOOD_SCORE = 4
BAD_SCORE = 2
PROMOTER, DETRACTOR = 9, 6
NEGATIVE_MAX = 200


@dataclass(frozen=True, slots=True)
class Names:
    """Ids as `{id, name}`."""

    agent: Callable[[str | None], Json | None]
    department: Callable[[str], Json]


def satisfaction(period: Period, rated: Sequence[Rated], names: Names) -> Json:
    """rated: chats of the period."""
    bad = sorted((one for one in rated if one.rating.score <= BAD_SCORE), key=lambda one: one.rating.at, reverse=True)
    return {
        "total": figures([one.rating for one in rated]),
        "buckets": by_bucket(period, [(one.at, one.rating) for one in rated], figures),
        "by_topic": _by("topic", rated, lambda one: one.topic, lambda topic: topic),
        "by_department": _by("department", rated, lambda one: one.department_id, names.department),
        "by_channel": _by("channel", rated, lambda one: one.channel, lambda channel: channel),
        "by_agent": _by("agent", rated, lambda one: one.agent_id, names.agent),
        "negative": [_negative(one, names) for one in bad[:NEGATIVE_MAX]],
    }


def csat(ratings: Sequence[Rating]) -> float | None:
    return share(sum(1 for r in ratings if r.score >= GOOD_SCORE), len(ratings), at_least=ENOUGH)


def figures(ratings: list[Rating]) -> Json:
    efforts = [r.effort for r in ratings if r.effort is not None]
    recommends = [r.recommend for r in ratings if r.recommend is not None]
    return {
        "n": len(ratings),
        "csat": csat(ratings),
        "mean": mean([r.score for r in ratings]),
        "effort_n": len(efforts),
        "effort_mean": mean(efforts),
        "recommend_n": len(recommends),
        "nps": _nps(recommends),
    }


def _by(
    name: str, rated: Sequence[Rated], key: Callable[[Rated], str | None], shown: Callable[..., object]
) -> list[Json]:
    """One object per value that was rated, the most rated first. key None: without a topic, or never with an agent."""
    groups: dict[str | None, list[Rating]] = {}
    for one in rated:
        groups.setdefault(key(one), []).append(one.rating)
    in_order = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0] or ""))
    return [{"key": value, name: shown(value), **figures(ratings)} for value, ratings in in_order]


def _negative(one: Rated, names: Names) -> Json:
    return {
        "chat_id": one.chat_id,
        "score": one.rating.score,
        "comment": one.rating.comment,
        "at": one.rating.at,
        "agent": names.agent(one.agent_id),
        "department": names.department(one.department_id),
        "topic": one.topic,
    }


def _nps(recommends: Sequence[int]) -> float | None:
    balance = sum(1 for r in recommends if r >= PROMOTER) - sum(1 for r in recommends if r <= DETRACTOR)
    return round(100 * balance / len(recommends), 1) if len(recommends) >= ENOUGH else None
