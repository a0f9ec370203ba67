"""Per agent: how many chats, how soon they answered, how it ended, and how long chats take with them were all given the
same (skills.py). By name: figures of people are no ranking, and a rank is told only where no interval overlaps.

A chat counts for the agent who had it last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields

from server.reports.measures import Json, percentile, spread
from server.reports.satisfaction import csat
from server.reports.skills import Adjusted, ranks
from server.reports.tally import exchanges
from transcripts.figures import Course, Rated
from transcripts.records import Rating

METHOD = {
    "text": "Logarithm of the handle time, with topic (or department), hour of the day and chats at the same time as "
    "effects beside the agent; each agent is shrunk towards the mean by what is known of them. Intervals: 95 %. "
    "ratio 1.2: 20 % longer than the mean agent. No rank where intervals overlap.",
    "source": "Equations: Henderson, Biometrics 31 (1975), 423-447. Shrinkage: Morris, JASA 78 (1983), 47-55.",
}


def people(
    courses: Sequence[Course],
    rated: Sequence[Rated],
    agent: Callable[[str | None], Json | None],
    adjusted: Mapping[str, Adjusted],
) -> Json:
    """Of chats of the period; agent: an id as `{id, name}`. adjusted: of all agents, also where one is asked about."""
    held: dict[str, list[Course]] = {}
    for course in courses:
        if course.agent_id is not None:
            held.setdefault(course.agent_id, []).append(course)
    ratings: dict[str | None, list[Rating]] = {}
    for one in rated:
        ratings.setdefault(one.agent_id, []).append(one.rating)
    places = ranks(adjusted)
    rows = [
        {
            "agent": agent(who),
            **_figures(theirs, ratings.get(who, [])),
            "adjusted": _rounded(adjusted[who]) if who in adjusted else None,
            "rank": places.get(who),
        }
        for who, theirs in held.items()
    ]
    return {"agents": sorted(rows, key=lambda row: (row["agent"]["name"], row["agent"]["id"])), "method": METHOD}


def rows(data: Json) -> list[Json]:
    """Of the file: the same columns whether or not somebody's figures are known."""
    unknown = dict.fromkeys(field.name for field in fields(Adjusted))
    return [{**row, "adjusted": row["adjusted"] or unknown} for row in data["agents"]]


def _rounded(adjusted: Adjusted) -> Json:
    return {name: round(value, 4 if name.startswith("ratio") else 1) for name, value in asdict(adjusted).items()}


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
