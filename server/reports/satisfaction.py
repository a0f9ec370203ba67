"""What visitors said at the end of a chat. A rating belongs to the bucket in which its chat was started.

csat: share of 4 and 5 of 5. nps: share of 9 and 10 less share of 0 to 6, from -100 to 100. Both None under n = 5.
negative: ratings of 1 and 2, newest first, the ones to learn from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from server.reports.hourly import Hourly, hourly
from server.reports.measures import ENOUGH, Json, share
from server.reports.periods import Period, Span
from transcripts.figures import Rated
from transcripts.records import Rating

GOOD_SCORE = 4
BAD_SCORE = 2
PROMOTER, DETRACTOR = 9, 6
NEGATIVE_MAX = 200
_BY: tuple[tuple[str, Callable[[Rated], str | None]], ...] = (
    ("topic", lambda one: one.topic),
    ("department", lambda one: one.department_id),
    ("channel", lambda one: one.channel),
    ("agent", lambda one: one.agent_id),
)


@dataclass(frozen=True, slots=True)
class Names:
    """Ids as `{id, name}`."""

    agent: Callable[[str | None], Json | None]
    department: Callable[[str], Json]

    def shown(self, by: str, key: str | None) -> object:
        """What is told of the value that ratings are grouped by."""
        if by == "agent":
            return self.agent(key)
        return self.department(key) if by == "department" and key is not None else key


class Scores(NamedTuple):
    """Ratings, counted; sums of them are sums field by field."""

    n: int = 0
    good: int = 0
    score: int = 0
    effort_n: int = 0
    effort: int = 0
    recommend_n: int = 0
    promoters: int = 0
    detractors: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """What is kept of one local day's ratings. by: per grouping and value. bad: newest first, as many as are told."""

    hours: Hourly[Scores]
    by: Mapping[str, Mapping[str | None, Scores]]
    bad: tuple[Rated, ...]


def satisfaction_day(period: Period, span: Span, rated: Sequence[Rated]) -> Day:
    """rated: of chats started in `span`, in the order of time."""
    return Day(
        hourly(period, span, rated, lambda some: _scores(one.rating for one in some)),
        {name: _grouped(rated, key) for name, key in _BY},
        tuple(_newest(one for one in rated if one.rating.score <= BAD_SCORE)),
    )


def satisfaction(period: Period, days: Sequence[Day], names: Names) -> Json:
    """days: of the period."""
    told: Json = {
        "total": figures(_sum(day.hours.whole for day in days)),
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **figures(_sum(some))}
            for bucket, some in zip(period.buckets, Hourly.by_bucket(period, [day.hours for day in days]), strict=True)
        ],
    }
    for name, _ in _BY:
        told[f"by_{name}"] = _by(name, [day.by[name] for day in days], names)
    told["negative"] = [_negative(one, names) for one in _newest(one for day in days for one in day.bad)]
    return told


def csat(ratings: Sequence[Rating]) -> float | None:
    scores = _scores(ratings)
    return share(scores.good, scores.n, at_least=ENOUGH)


def figures(scores: Scores) -> Json:
    balance = scores.promoters - scores.detractors
    return {
        "n": scores.n,
        "csat": share(scores.good, scores.n, at_least=ENOUGH),
        "mean": _mean(scores.score, scores.n),
        "effort_n": scores.effort_n,
        "effort_mean": _mean(scores.effort, scores.effort_n),
        "recommend_n": scores.recommend_n,
        "nps": round(100 * balance / scores.recommend_n, 1) if scores.recommend_n >= ENOUGH else None,
    }


def _mean(total: int, n: int) -> float | None:
    return round(total / n, 3) if n else None


def _scores(ratings: Iterable[Rating]) -> Scores:
    ratings = list(ratings)
    efforts = [r.effort for r in ratings if r.effort is not None]
    recommends = [r.recommend for r in ratings if r.recommend is not None]
    return Scores(
        len(ratings),
        sum(1 for r in ratings if r.score >= GOOD_SCORE),
        sum(r.score for r in ratings),
        len(efforts),
        sum(efforts),
        len(recommends),
        sum(1 for r in recommends if r >= PROMOTER),
        sum(1 for r in recommends if r <= DETRACTOR),
    )


def _sum(parts: Iterable[Scores]) -> Scores:
    return Scores(*map(sum, zip(Scores(), *parts, strict=True)))


def _grouped(rated: Sequence[Rated], key: Callable[[Rated], str | None]) -> dict[str | None, Scores]:
    groups: dict[str | None, list[Rating]] = {}
    for one in rated:
        groups.setdefault(key(one), []).append(one.rating)
    return {value: _scores(ratings) for value, ratings in groups.items()}


def _by(name: str, days: Sequence[Mapping[str | None, Scores]], names: Names) -> list[Json]:
    """One object per value that was rated, the most rated first. None: without a topic, or never with an agent."""
    values = {value for day in days for value in day}
    sums = [(value, _sum(day[value] for day in days if value in day)) for value in values]
    sums.sort(key=lambda one: (-one[1].n, one[0] or ""))
    return [{"key": value, name: names.shown(name, value), **figures(scores)} for value, scores in sums]


def _newest(bad: Iterable[Rated]) -> list[Rated]:
    return sorted(bad, key=lambda one: one.rating.at, reverse=True)[:NEGATIVE_MAX]


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
