"""Who comes: moments of arrival over the opening time, and what each visitor brings along.

A fixed number of draws for each, in the order of arrival: the same seed gives the same visitors whoever serves them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import TypeVar

from queueing.estimate import Wait
from queueing.model import Priority
from server.clock import to_ms
from server.simulation.desk import SimulatedDesk, chance

# How much of the mean a chat of each kind takes, and how many there are: their mean is 1.
KINDS = (0.6, 0.9, 1.3, 2.3)
KIND_SHARES = (0.4, 0.3, 0.2, 0.1)
PRIORITY_SHARES: tuple[tuple[Priority, float], ...] = (("normal", 0.9), ("high", 0.05), ("urgent", 0.01), ("low", 0.04))
LATEST_REPLY_S = 50.0  # before the server gives the chat to somebody else
NEVER_MS = 2**62
Item = TypeVar("Item")


@dataclass(slots=True)
class Talk:
    """One visitor's chat. Times are milliseconds: `_at_ms` since the epoch.

    kind: index of KINDS. patience_ms: how long they stay in line; work_ms: what an agent alone would take, and what of
    it is left; reply_ms: from the assignment to the agent's first message. served: (moment, agent) of each assignment;
    returned: the moments at which they lost their agent. shown: the first range they were told. offered_at_ms: when
    they would have had an agent, where they left and that is known.
    """

    number: int
    id: str
    department: str
    at_ms: int
    kind: int
    priority: Priority
    patience_ms: int
    work_ms: float
    reply_ms: int
    served: list[tuple[int, str]] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    replied_at_ms: int | None = None
    closed_at_ms: int | None = None
    has_left: bool = False
    shown: Shown | None = None
    offered_at_ms: int | None = None

    @property
    def queue_wait_ms(self) -> int | None:
        """Until an agent had it first."""
        return self.served[0][0] - self.at_ms if self.served else None

    @property
    def agent(self) -> str | None:
        """Who had it last."""
        return self.served[-1][1] if self.served else None


@dataclass(frozen=True, slots=True)
class Shown:
    """The first range a waiting visitor was told."""

    at_ms: int
    position: int
    wait: Wait


def visitors(desk: SimulatedDesk, seed: int) -> Iterator[Talk]:
    """In the order of arrival."""
    being = chance(seed, "visitors")
    for number, (at_ms, shares) in enumerate(_arrivals(desk, chance(seed, "arrivals")), 1):
        department = _pick(being.random(), shares)
        kind = _pick(being.random(), tuple(enumerate(KIND_SHARES)))
        priority = _pick(being.random(), PRIORITY_SHARES)
        patience, reply = being.expovariate(1), being.expovariate(1)
        work_ms = being.gammavariate(desk.handle_cv**-2, desk.handle_cv**2) * desk.handle_s * 1000
        if desk.variety:
            work_ms *= KINDS[kind]
        yield Talk(
            number,
            f"c{number}",
            department,
            at_ms,
            kind,
            priority if desk.variety else "normal",
            NEVER_MS if desk.patience_s is None else round(patience * desk.patience_s * 1000),
            max(work_ms, 1.0),
            round(min(reply * desk.first_reply_s, LATEST_REPLY_S, work_ms / 2000) * 1000),
        )


def _pick(at: float, shares: Sequence[tuple[Item, float]]) -> Item:
    """at: 0 to 1."""
    left = at * sum(share for _, share in shares)
    for item, share in shares:
        left -= share
        if left < 0:
            return item
    return shares[-1][0]


# ---- when ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Time in which arrivals come at one rate. shares: of the departments that are open."""

    from_ms: int
    to_ms: int
    weight: float
    shares: tuple[tuple[str, float], ...]

    @property
    def amount(self) -> float:
        return (self.to_ms - self.from_ms) * self.weight


def _arrivals(desk: SimulatedDesk, coming: Random) -> Iterator[tuple[int, tuple[tuple[str, float], ...]]]:
    """(moment, shares of the departments that are open then): a Poisson process with the rate of its hour."""
    stretches = list(_stretches(desk))
    open_ms = sum(stretch.to_ms - stretch.from_ms for stretch in stretches)
    amount = sum(stretch.amount for stretch in stretches)
    if not amount:
        return
    per_amount = desk.arrivals_per_hour / 3_600_000 * open_ms / amount
    due = coming.expovariate(1)
    for stretch in stretches:
        rate = per_amount * stretch.weight
        at_ms = float(stretch.from_ms)
        while rate and at_ms + due / rate < stretch.to_ms:
            at_ms += due / rate
            due = coming.expovariate(1)
            yield int(at_ms), stretch.shares
        due -= rate * (stretch.to_ms - at_ms)


def _stretches(desk: SimulatedDesk) -> Iterator[_Stretch]:
    """Opening time in pieces of at most a local hour, in which the same departments are open."""
    share_of = {department.id: department.share for department in desk.departments}
    edges = {edge for times in desk.opening.values() for interval in times for edge in interval}
    moments = sorted(edges | set(_local_hours(desk)))
    for from_at, to_at in pairwise(moments):
        shares = tuple(
            (name, share_of[name])
            for name, times in desk.opening.items()
            if any(opens <= from_at < closes for opens, closes in times)
        )
        if shares:
            weight = desk.weight(from_at) * sum(share for _, share in shares)
            yield _Stretch(to_ms(from_at), to_ms(to_at), weight, shares)


def _local_hours(desk: SimulatedDesk) -> Iterator[datetime]:
    at = desk.from_at
    while at < desk.to_at:
        yield at
        local = at.astimezone(desk.zone)
        at += timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    yield desk.to_at
