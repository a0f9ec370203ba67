"""Per agent: how many chats, how soon they answered, how it ended, and how long chats take with them were all given the
same (skills.py). By name: figures of people are no ranking, and a rank is told only where no interval overlaps.

A chat counts for the agent who had it last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields

import numpy as np

from server.reports.chats import NONE, Chats
from server.reports.measures import Json
from server.reports.parts import Parts, only
from server.reports.satisfaction import csat, scores
from server.reports.skills import Adjusted, ranks
from transcripts.columns import columns_of

METHOD = {
    "text": "Logarithm of the handle time, with topic (or department), hour of the day and chats at the same time as "
    "effects beside the agent; each agent is shrunk towards the mean by what is known of them. Intervals: 95 %. "
    "ratio 1.2: 20 % longer than the mean agent. No rank where intervals overlap.",
    "source": "Equations: Henderson, Biometrics 31 (1975), 423-447. Agents and their mix of chats: Mundlak, "
    "Econometrica 46 (1978), 69-85.",
}


def people(chats: Chats, agent: Callable[[str | None], Json | None], adjusted: Mapping[str, Adjusted]) -> Json:
    """chats: of the period; agent: an id as `{id, name}`. adjusted: of all agents, also where one is asked about."""
    held = chats.pick(chats.agent != NONE)
    numbers, places = np.unique(held.agent, return_inverse=True)
    parts = Parts.by_code(places.astype(np.int32), len(numbers))
    standing = ranks(adjusted)
    rows = [
        {
            "agent": agent(who),
            **figures,
            "adjusted": _rounded(adjusted[who]) if who in adjusted else None,
            "rank": standing.get(who),
        }
        for who, figures in zip(map(held.words.text, numbers.tolist()), _figures(held, parts), strict=True)
        if who is not None
    ]
    return {"agents": sorted(rows, key=lambda row: (row["agent"]["name"], row["agent"]["id"])), "method": METHOD}


def rows(data: Json) -> list[Json]:
    """Of the file: the same columns whether or not somebody's figures are known."""
    return [{**row, "adjusted": row["adjusted"] or _unknown()} for row in data["agents"]]


def like(_data: Json) -> Json:
    """A row of the file."""
    (nobodys,) = _figures(Chats.of(columns_of(())), Parts.whole(0))
    return {"agent": {"id": None, "name": None}, **nobodys, "adjusted": _unknown(), "rank": None}


def _unknown() -> Json:
    return dict.fromkeys(field.name for field in fields(Adjusted))


def _rounded(adjusted: Adjusted) -> Json:
    return {name: round(value, 4 if name.startswith("ratio") else 1) for name, value in asdict(adjusted).items()}


def _figures(chats: Chats, parts: Parts) -> list[Json]:
    """Of each part."""
    is_answered = ~np.isnan(chats.replied_s)
    turns = parts.runs(only(chats.exchanges, is_answered & chats.is_closed))
    columns = zip(
        parts.sizes(),
        parts.runs(chats.replied_s),
        turns,
        parts.runs(chats.solved_s),
        scores(chats, parts),
        strict=True,
    )
    return [
        {
            "n": n,
            "first_reply": replied.spread(),
            "exchanges": {"p50": None if (half := exchanges.percentile(0.5)) is None else int(half)},
            "solution": {"p50_s": solved.percentile(0.5), "p90_s": solved.percentile(0.9)},
            "csat": csat(rated),
            "rated_n": rated.n,
        }
        for n, replied, exchanges, solved, rated in columns
    ]
