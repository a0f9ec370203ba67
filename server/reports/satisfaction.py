"""What visitors said at the end of a chat. A rating belongs to the bucket in which its chat was started.

csat: share of 4 and 5 of 5. nps: share of 9 and 10 less share of 0 to 6, from -100 to 100. Both None under n = 5.
negative: ratings of 1 and 2, newest first, the ones to learn from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.reports.measures import ENOUGH, Json, by_bucket, mean, share
from server.reports.periods import Period
from transcripts.figures import Rated
from transcripts.records import Rating

GOOD_SCORE = 4
BAD_SCORE = 2
PROMOTER, DETRACTOR = 9, 6
NEGATIVE_MAX = 200


def satisfaction(period: Period, rated: Sequence[Rated], agent: Callable[[str | None], Json | None]) -> Json:
    """rated: chats of the period; agent: an id as `{id, name}`."""
    bad = sorted((one for one in rated if one.rating.score <= BAD_SCORE), key=lambda one: one.rating.at, reverse=True)
    return {
        "total": figures([one.rating for one in rated]),
        "buckets": by_bucket(period, [(one.at, one.rating) for one in rated], figures),
        "negative": [
            {
                "chat_id": one.chat_id,
                "score": one.rating.score,
                "comment": one.rating.comment,
                "at": one.rating.at,
                "agent": agent(one.agent_id),
            }
            for one in bad[:NEGATIVE_MAX]
        ],
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


def _nps(recommends: Sequence[int]) -> float | None:
    balance = sum(1 for r in recommends if r >= PROMOTER) - sum(1 for r in recommends if r <= DETRACTOR)
    return round(100 * balance / len(recommends), 1) if len(recommends) >= ENOUGH else None
