"""Turns one simulated chat into what the record is asked to do about it, in the order of time.

The moments are the simulation's; words, ratings and tickets are made up here, the same for the same seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from server.clock import from_ms
from server.simulation import texts
from server.simulation.visitors import KINDS, Talk
from transcripts.records import Rating

SOLVED_AFTER = timedelta(hours=20)  # mean
FIRST_NEWS = timedelta(hours=4)
SPOKEN_EVERY_S = 75.0


@dataclass(frozen=True, slots=True)
class Person:
    """A visitor as the record knows them."""

    id: str
    name: str | None
    email: str | None
    locale: str


@dataclass(frozen=True, slots=True)
class Said:
    """by_agent False: the visitor's."""

    at: datetime
    by_agent: bool
    body: str


@dataclass(frozen=True, slots=True)
class Ending:
    """needs_ticket: unresolved, with a ticket that is solved at solved_at (None: not yet)."""

    at: datetime
    needs_ticket: bool
    solved_at: datetime | None
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Story:
    topic: texts.Topic
    question: str
    said: tuple[Said, ...]
    ending: Ending | None
    solution: str


def person(luck: Random, new_id: str) -> Person:
    """Most say who they are; all speak English, as the texts do."""
    first, last = luck.choice(texts.FIRST_NAMES), luck.choice(texts.LAST_NAMES)
    says_name, says_address = luck.random() < 0.8, luck.random() < 0.7
    address = f"{_plain(first)}.{_plain(last)}{luck.randint(1, 99)}@mail.example"
    return Person(new_id, f"{first} {last}" if says_name else None, address if says_address else None, "en")


def story(luck: Random, talk: Talk, who: Person, agent: str, skill: float, until: datetime) -> Story:
    """agent: name of who had it last, '' for nobody; skill: 0 for the mean agent. Nothing happens after `until`."""
    trade = texts.TRADES.get(talk.department, texts.TRADES["support"])
    topic = trade.topics[talk.kind]
    known = texts.facts(luck, agent.partition(" ")[0])
    question = known.say(luck.choice(topic.questions))
    ending = None if talk.closed_at_ms is None else _ending(luck, talk, who, skill, until)
    said = tuple(_conversation(luck, talk, topic, known, ending))
    return Story(topic, question, said, ending, luck.choice(texts.SOLVED))


def _conversation(
    luck: Random, talk: Talk, topic: texts.Topic, known: texts.Facts, ending: Ending | None
) -> Iterator[Said]:
    """The agent's first message is at the moment that the simulation has for it; what follows is in the last stay."""
    if talk.replied_at_ms is None:
        return
    yield Said(from_ms(talk.replied_at_ms), True, known.say(luck.choice(texts.GREETINGS)))
    if ending is None or (talk.has_left and talk.returned):
        return
    from_at_ms = max(talk.replied_at_ms, talk.served[-1][0])
    until_ms = talk.closed_at_ms or from_at_ms
    turns = min(max(round((until_ms - from_at_ms) / 1000 / SPOKEN_EVERY_S), 1), 6 + 2 * talk.kind)
    moments = sorted(luck.randint(from_at_ms, until_ms) for _ in range(turns))
    for n, at_ms in enumerate(moments):
        by_agent = n % 2 == 0
        if n == 0:
            body = luck.choice(topic.answers)
        elif by_agent and n >= turns - 2:
            body = luck.choice(texts.PASSED_ON if ending.needs_ticket else texts.GOODBYES)
        else:
            body = luck.choice(texts.AGENT_TURNS if by_agent else texts.VISITOR_TURNS)
        yield Said(from_ms(at_ms), by_agent, known.say(body))


def _ending(luck: Random, talk: Talk, who: Person, skill: float, until: datetime) -> Ending:
    at = from_ms(talk.closed_at_ms or talk.at_ms)
    hard = KINDS[talk.kind] - 1
    needs_ticket = (
        not talk.has_left and who.email is not None and luck.random() < 0.07 + 0.12 * max(hard, 0) - skill / 10
    )
    solved_at = at + SOLVED_AFTER * luck.expovariate(1)
    return Ending(
        at,
        needs_ticket,
        solved_at if needs_ticket and solved_at < until else None,
        _rating(luck, talk, hard, skill, at, until) if not talk.has_left and luck.random() < 0.35 else None,
    )


def _rating(luck: Random, talk: Talk, hard: float, skill: float, at: datetime, until: datetime) -> Rating:
    """Worse after a long wait, a lost connection and a hard question; better with a skilled agent.

    Of the effort 7 is very easy, as visitors are asked.
    """
    waited_s = (talk.queue_wait_ms or 0) / 1000
    mood = luck.gauss(4.9, 0.8) + 1.5 * skill - 0.35 * hard - min(waited_s / 120, 2) - 0.8 * len(talk.returned)
    score = min(max(round(mood), 1), 5)
    return Rating(
        score,
        min(max(round(luck.gauss(1.3 * mood - 0.3, 1)), 1), 7) if luck.random() < 0.6 else None,
        min(max(round(luck.gauss(2 * mood, 1.2)), 0), 10) if luck.random() < 0.5 else None,
        luck.choice(texts.PRAISE if score >= 4 else texts.BLAME),
        min(at + timedelta(seconds=luck.randint(10, 300)), until),
    )


def _plain(name: str) -> str:
    """As it stands in an address."""
    return name.lower().translate(str.maketrans("áčéěíňóřšťúůýž", "aceeinorstuuyz"))
