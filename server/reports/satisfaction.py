"""What visitors said at the end of a chat. A rating belongs to the bucket in which its chat was started.

csat: share of 4 and 5 of 5. nps: share of 9 and 10 less share of 0 to 6, from -100 to 100. Both None under n = 5.
negative: ratings of 1 and 2, newest first, the ones to learn from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from server.reports.chats import BAD_SCORE, NONE, Bad, Chats, Codes
from server.reports.measures import ENOUGH, Json, share
from server.reports.parts import Parts, from_micros
from server.reports.periods import Period

GOOD_SCORE = 4
PROMOTER, DETRACTOR = 9, 6
NEGATIVE_MAX = 200
BY = ("topic", "department", "channel", "agent")


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
    """Ratings, counted."""

    n: int = 0
    good: int = 0
    score: int = 0
    effort_n: int = 0
    effort: int = 0
    recommend_n: int = 0
    promoters: int = 0
    detractors: int = 0


def satisfaction(period: Period, chats: Chats, names: Names) -> Json:
    """chats: started in the period, rated or not."""
    rated = chats.pick(chats.score != NONE)
    told = satisfaction_alone(period, rated)
    for name in BY:
        told[f"by_{name}"] = _by(name, rated, names)
    told["negative"] = _negative(rated, names)
    return told


def satisfaction_alone(period: Period, chats: Chats) -> Json:
    """Only `total` and `buckets`."""
    rated = chats.pick(chats.score != NONE)
    return {
        "total": figures(scores(rated, Parts.whole(len(rated)))[0]),
        "buckets": [
            {"from": bucket.from_at, "to": bucket.to_at, **figures(some)}
            for bucket, some in zip(period.buckets, scores(rated, Parts.by_bucket(period, rated.asked)), strict=True)
        ],
    }


def scores(chats: Chats, parts: Parts) -> list[Scores]:
    """Of the rated ones of each part."""
    is_rated, has_effort, has_recommend = (one != NONE for one in (chats.score, chats.effort, chats.recommend))
    columns = (
        parts.count(is_rated),
        parts.count(chats.score >= GOOD_SCORE),
        parts.sum(chats.score * is_rated),
        parts.count(has_effort),
        parts.sum(chats.effort * has_effort),
        parts.count(has_recommend),
        parts.count(chats.recommend >= PROMOTER),
        parts.count(has_recommend & (chats.recommend <= DETRACTOR)),
    )
    return [Scores(*one) for one in zip(*columns, strict=True)]


def figures(scores: Scores) -> Json:
    balance = scores.promoters - scores.detractors
    return {
        "n": scores.n,
        "csat": csat(scores),
        "mean": _mean(scores.score, scores.n),
        "effort_n": scores.effort_n,
        "effort_mean": _mean(scores.effort, scores.effort_n),
        "recommend_n": scores.recommend_n,
        "nps": round(100 * balance / scores.recommend_n, 1) if scores.recommend_n >= ENOUGH else None,
    }


def csat(scores: Scores) -> float | None:
    return share(scores.good, scores.n, at_least=ENOUGH)


def _mean(total: int, n: int) -> float | None:
    return round(total / n, 3) if n else None


def _by(name: str, rated: Chats, names: Names) -> list[Json]:
    """One object per value that was rated, the most rated first. None: without a topic, or never with an agent."""
    codes: Codes = getattr(rated, name)
    values, places = np.unique(codes, return_inverse=True)
    parts = Parts.by_code(places.astype(np.int32), len(values))
    sums = list(zip(map(rated.words.text, values.tolist()), scores(rated, parts), strict=True))
    sums.sort(key=lambda one: (-one[1].n, one[0] or ""))
    return [{"key": value, name: names.shown(name, value), **figures(some)} for value, some in sums]


def _negative(rated: Chats, names: Names) -> list[Json]:
    """The newest."""
    chats = rated.pick(rated.score <= BAD_SCORE)
    bad: list[Bad] = chats.bad.tolist()
    newest = sorted(range(len(bad)), key=lambda n: -bad[n].at)[:NEGATIVE_MAX]
    text = rated.words.text
    return [
        _told(bad[n], names, *(text(int(code)) for code in (chats.agent[n], chats.department[n], chats.topic[n])))
        for n in newest
    ]


def _told(bad: Bad, names: Names, agent_id: str | None, department_id: str | None, topic: str | None) -> Json:
    return {
        "chat_id": bad.chat_id,
        "score": bad.score,
        "comment": bad.comment,
        "at": from_micros(bad.at),
        "agent": names.agent(agent_id),
        "department": names.department(department_id or ""),
        "topic": topic,
    }
