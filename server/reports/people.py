"""Per agent: how many chats, how soon they answered, how it ended. By name: figures of people are no ranking.

A chat counts for the agent who had it last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.reports.measures import Json, percentile, spread
from server.reports.satisfaction import csat
from server.reports.waits import exchanges
from transcripts.figures import Course, Rated
from transcripts.records import Rating


def people(courses: Sequence[Course], rated: Sequence[Rated], agent: Callable[[str | None], Json | None]) -> Json:
    """Of chats of the period; agent: an id as `{id, name}`."""
    held: dict[str, list[Course]] = {}
    for course in courses:
        if course.agent_id is not None:
            held.setdefault(course.agent_id, []).append(course)
    ratings: dict[str | None, list[Rating]] = {}
    for one in rated:
        ratings.setdefault(one.agent_id, []).append(one.rating)
    rows = [{"agent": agent(who), **_figures(theirs, ratings.get(who, []))} for who, theirs in held.items()]
    return {"agents": sorted(rows, key=lambda row: (row["agent"]["name"], row["agent"]["id"]))}


def _figures(courses: list[Course], ratings: list[Rating]) -> Json:
    solutions = [one.solved_s for one in courses if one.solved_s is not None]
    return {
        "n": len(courses),
        "first_reply": spread([one.replied_s for one in courses if one.replied_s is not None]),
        "exchanges": {"p50": percentile(exchanges(courses), 0.5)},
        "solution": {"p50_s": percentile(solutions, 0.5), "p90_s": percentile(solutions, 0.9)},
        "csat": csat(ratings),
        "rated_n": len(ratings),
    }
