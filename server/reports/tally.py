"""Some chats, counted once, and then added up to days, hours of the day and the whole period.

A tally is what is kept of a day and its hours (services/report_days.py): everything that reports on waits are made of,
and nothing that depends on the clock.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from server.reports.hourly import Hourly, hourly
from server.reports.periods import Period, Span
from server.reports.runs import Runs, sorted_run
from transcripts.figures import Course
from transcripts.records import Resolution, State

EARLY_S = 5.0


class Tally(NamedTuple):
    """Runs are sorted. unanswered: when those asked who have no answer and are not over.

    left_s: after how long those ended whom no agent ever had; in_line: when those asked who still wait for their first
    agent.
    """

    n: int
    abandoned: int
    early: int
    waiting: int
    unanswered: tuple[datetime, ...]
    in_line: tuple[datetime, ...]
    waited_s: array[float]
    replied_s: array[float]
    solved_s: array[float]
    left_s: array[float]
    exchanges: array[float]


class Sum:
    """Several tallies as one."""

    def __init__(self, tallies: Sequence[Tally]) -> None:
        self._tallies = tallies
        self.n = sum(tally.n for tally in tallies)
        self.abandoned = sum(tally.abandoned for tally in tallies)
        self.early = sum(tally.early for tally in tallies)
        self.waiting = sum(tally.waiting for tally in tallies)

    def runs(self, name: str) -> Runs:
        """name: of a field of Tally that is a run."""
        return Runs(map(attrgetter(name), self._tallies))

    def overdue(self, since: datetime) -> int:
        """Of those without an answer, how many asked before `since`."""
        return sum(1 for tally in self._tallies for at in tally.unanswered if at < since)

    def in_line(self) -> list[datetime]:
        return [at for tally in self._tallies for at in tally.in_line]


def is_abandoned(state: State, resolution: Resolution | None, *, is_answered: bool) -> bool:
    return state == "closed" and not is_answered and resolution in {None, "abandoned"}


def exchanges(courses: Sequence[Course]) -> list[int]:
    """Turns of visitor and agent, of chats that are over and were answered."""
    return [one.exchanges for one in courses if one.replied_s is not None and one.state == "closed"]


def tally_day(period: Period, span: Span, courses: Sequence[Course]) -> Hourly[Tally]:
    """courses: of chats started in `span`, a local day, in the order of time."""
    return hourly(period, span, courses, tally_of)


def tally_of(courses: Sequence[Course]) -> Tally:
    unanswered = [one for one in courses if one.replied_s is None]
    abandoned = [one for one in unanswered if is_abandoned(one.state, one.resolution, is_answered=False)]
    unserved = [one for one in unanswered if one.waited_s is None]
    unserved += (one for one in courses if one.waited_s is None and one.replied_s is not None)
    return Tally(
        n=len(courses),
        abandoned=len(abandoned),
        early=sum(1 for one in abandoned if (one.closed_s or 0.0) <= EARLY_S),
        waiting=sum(1 for one in courses if one.state == "queued"),
        unanswered=tuple(one.at for one in unanswered if one.state != "closed"),
        in_line=tuple(one.at for one in unserved if one.closed_s is None),
        waited_s=sorted_run(one.waited_s for one in courses if one.waited_s is not None),
        replied_s=sorted_run(one.replied_s for one in courses if one.replied_s is not None),
        solved_s=sorted_run(one.solved_s for one in courses if one.solved_s is not None),
        left_s=sorted_run(max(0.0, one.closed_s) for one in unserved if one.closed_s is not None),
        exchanges=sorted_run(exchanges(courses)),
    )
