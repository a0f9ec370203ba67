"""Invented desks with agents of known skill, who get very unequal mixes of topics and hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log
from random import Random
from typing import NamedTuple

from server.reports.chats import Chats
from tests.unit.server.made import rows_of

MONDAY_S = 1_767_571_200.0  # 2026-01-05T00:00:00Z
TOPICS = {"Password": 120.0, "Delivery": 300.0, "Invoice": 600.0, "Migration": 1800.0}
NIGHT = {hour: 1.6 if hour < 8 else 1.25 if hour >= 18 else 1.0 for hour in range(24)}


class Served(NamedTuple):
    """Times in seconds: asked_s since the Unix epoch, given_s and closed_s from then."""

    asked_s: float
    topic: str | None
    agent_id: str | None
    given_s: float | None
    closed_s: float | None


def served_chats(served: Iterable[Served]) -> Chats:
    """As a report is given them."""
    rows = sorted(served, key=lambda one: one.asked_s)

    def micros(seconds: float | None) -> int | None:
        return None if seconds is None else round(seconds * 1e6)

    return rows_of(
        asked=[micros(one.asked_s) for one in rows],
        topic=[one.topic for one in rows],
        agent_id=[one.agent_id for one in rows],
        waited=[1_000_000] * len(rows),
        given=[micros(one.given_s) for one in rows],
        closed=[micros(one.closed_s) for one in rows],
    )


@dataclass(frozen=True, slots=True)
class InventedPeople:
    """skills: agent -> what their chats take, relative to anybody's."""

    skills: dict[str, float]
    served: list[Served]

    @property
    def chats(self) -> Chats:
        return served_chats(self.served)


def invented_people(
    seed: int, *, agents: int = 20, chats: int = 8000, skill_sd: float = 0.25, noise_sd: float = 0.8, few: int = 0
) -> InventedPeople:
    """few: so many of the agents have a dozen chats only. The quick ones get the hard topics and the nights."""
    chance = Random(seed)
    names = [f"a{n:02}" for n in range(agents)]
    skills = {name: exp(chance.gauss(0, skill_sd)) for name in names}
    topics = list(TOPICS)
    mixes, shifts = {}, {}
    for name in names:
        hard = -1.2 * log(skills[name]) / skill_sd
        mixes[name] = [exp(hard * (n - 1.5) + chance.gauss(0, 0.7)) for n in range(len(topics))]
        shifts[name] = chance.choices((0, 8, 16), [exp(hard), 1.5, 1.0])[0]
    volumes = [0.02 if n < few else chance.uniform(0.5, 1.5) for n in range(agents)]
    served = []
    for n, name in enumerate(names):
        for _ in range(max(12, round(chats * volumes[n] / sum(volumes)))):
            topic = chance.choices(topics, mixes[name])[0]
            hour = shifts[name] + chance.randrange(9)
            asked_s = MONDAY_S + 86_400 * chance.randrange(28) + 3600 * (hour % 24) + chance.uniform(0, 3600)
            handle_s = TOPICS[topic] * NIGHT[hour % 24] * skills[name] * exp(chance.gauss(0, noise_sd))
            served.append(Served(asked_s, topic, name, 10.0, 10.0 + handle_s))
    served.sort()
    return InventedPeople(skills, served)
