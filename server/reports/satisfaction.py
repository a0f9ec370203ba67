"""What visitors said at the end of a chat. A rating belongs to the bucket in which its chat was started.

csat: share of 4 and 5 of 5. nps: share of 9 and 10 less share of 0 to 6, from -100 to 100. Both None under n = 5.
negative: ratings of 1 and 2, newest first, the ones to learn from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.reports.measures import ENOUGH, Json, by_bucket, mean, share
from server.reports.periods import Period
from transcripts.records import Chat, Rating

GOOD_SCORE = 4
BAD_SCORE = 2
PROMOTER, DETRACTOR = 9, 6
NEGATIVE_MAX = 200


def satisfaction(period: Period, chats: Sequence[Chat], agent: Callable[[str | None], Json | None]) -> Json:
    """agent: an id as `{id, name}`."""
    rated = [(chat, chat.rating) for chat in chats if chat.rating is not None and period.span.holds(chat.created_at)]
    bad = sorted((pair for pair in rated if pair[1].score <= BAD_SCORE), key=lambda pair: pair[1].at, reverse=True)
    return {
        "total": figures([rating for _, rating in rated]),
        "buckets": by_bucket(period, [(chat.created_at, rating) for chat, rating in rated], figures),
        "negative": [
            {
                "chat_id": chat.id,
                "score": rating.score,
                "comment": rating.comment,
                "at": rating.at,
                "agent": agent(chat.agent_id),
            }
            for chat, rating in bad[:NEGATIVE_MAX]
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
