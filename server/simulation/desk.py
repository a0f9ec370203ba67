"""What is simulated: a desk's agents, hours and visitors, checked; and when it is open and who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queueing.hours import HoursError, OpeningHours, Slot, parse_hours

Interval = tuple[datetime, datetime]
DAY_MIN = 24 * 60
HOURS_A_DAY = 24
MAX_DAYS = 400
MAX_AGENTS = 500
MAX_CAPACITY = 50
MAX_CHATS = 5_000_000

# Relative arrivals per local hour of the day. Their mean does not matter.
PROFILES = {
    "flat": (1.0,) * HOURS_A_DAY,
    "office": (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 19, 15, 16, 18, 17, 14, 10, 7, 6, 5, 4, 3, 2),
    "evening": (3, 2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 9, 9, 10, 11, 13, 17, 20, 20, 16, 10, 5),
}
# Relative arrivals per weekday from Monday, with every profile but "flat".
WEEK = (1.2, 1.1, 1.05, 1.0, 0.95, 0.5, 0.4)


class DeskError(ValueError):
    """An option of the desk cannot be simulated. option: its name on the command line; the sentence says what can."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


@dataclass(frozen=True, slots=True)
class SimulatedDepartment:
    """share: its part of the arrivals, relative to the others. hours None: always open."""

    id: str
    share: float = 1.0
    hours: str | None = None


@dataclass(frozen=True)
class SimulatedDesk:
    """Times in seconds. The defaults are the plain desk of queueing theory: M/M/n, with patience Erlang-A.

    agents: on duty at the same time, each with `capacity` slots; with `shifts` there are so many times as many people,
    who follow each other over the day. arrivals_per_hour: mean over the opening time. patience_s: mean time until a
    waiting visitor leaves, exponential; None: nobody does. handle_s: mean time of a chat that has its agent alone,
    gamma with the coefficient of variation `handle_cv` (1: exponential); each further chat of the agent makes all of
    theirs longer by the share `slowdown` of that. first_reply_s: mean time from the assignment to the agent's first
    message. away_share: of their duty that each agent is away. drops_per_day: connections lost per agent and day of
    duty. variety: 0: visitors and agents differ by chance only; above: topics are unequally hard, agents unequally
    quick (standard deviation of the logarithm of their pace), and a few chats have another priority than normal.
    close_at_end: whoever is still there at the end is sent home: served, or left if they still wait.
    """

    agents: int = 6
    capacity: int = 3
    arrivals_per_hour: float = 80.0
    patience_s: float | None = 120.0
    handle_s: float = 600.0
    handle_cv: float = 1.0
    slowdown: float = 0.0
    first_reply_s: float = 15.0
    away_share: float = 0.0
    drops_per_day: float = 0.0
    shifts: int = 1
    variety: float = 0.0
    days: float = 30.0
    day_profile: str = "flat"
    departments: tuple[SimulatedDepartment, ...] = (SimulatedDepartment("support"),)
    tz: str = "UTC"
    from_at: datetime = datetime(2026, 1, 5, tzinfo=UTC)
    target_s: float = 90.0
    agent_grace_s: float = 20.0
    close_at_end: bool = False

    def __post_init__(self) -> None:
        """Raises DeskError."""
        _within("--agents", self.agents, 1, MAX_AGENTS)
        _within("--capacity", self.capacity, 1, MAX_CAPACITY)
        _within("--arrivals-per-hour", self.arrivals_per_hour, 0.01, 100_000)
        if self.patience_s is not None:
            _within("--patience", self.patience_s, 1, 1_000_000)
        _within("--handle-time", self.handle_s, 1, 100_000)
        _within("--handle-spread", self.handle_cv, 0.05, 5)
        _within("--slowdown", self.slowdown, 0, 10)
        _within("--first-reply", self.first_reply_s, 0, 3600)
        _within("--away", self.away_share, 0, 0.9)
        _within("--drops-per-day", self.drops_per_day, 0, 1000)
        _within("--shifts", self.shifts, 1, 6)
        _within("--variety", self.variety, 0, 1)
        _within("--target", self.target_s, 1, 86_400)
        _within("--days", self.days, 0.01, MAX_DAYS)
        if self.arrivals_per_hour * HOURS_A_DAY * self.days > MAX_CHATS:
            raise DeskError("--days", f"These would be more than {MAX_CHATS:,} chats. Choose fewer days or arrivals.")
        try:
            _ = self.zone, self.opening, self.hour_weights
        except HoursError as exc:
            raise DeskError("--hours", str(exc)) from exc
        if not any(self.opening.values()):
            raise DeskError("--hours", "The desk is never open in these days.")

    @cached_property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
            raise DeskError("--tz", f"{self.tz} is no known time zone. Write it like Europe/Prague.") from exc

    @property
    def to_at(self) -> datetime:
        return self.from_at + timedelta(days=self.days)

    @cached_property
    def opening(self) -> dict[str, list[Interval]]:
        """When each department is open, within the simulated time."""
        return {
            department.id: OpeningHours(parse_hours(department.hours or ""), self.zone).intervals(
                self.from_at, self.to_at
            )
            for department in self.departments
        }

    @cached_property
    def hour_weights(self) -> tuple[float, ...]:
        """Relative arrivals per local hour of the day. Raises DeskError."""
        if self.day_profile in PROFILES:
            return PROFILES[self.day_profile]
        wanted = f"Use {', '.join(PROFILES)}, or 24 numbers with commas between them, for the hours from 0 to 23."
        try:
            weights = tuple(float(text) for text in self.day_profile.split(","))
        except ValueError as exc:
            raise DeskError("--day-profile", wanted) from exc
        if len(weights) != HOURS_A_DAY or not all(0 <= weight < 1e9 for weight in weights) or not any(weights):
            raise DeskError("--day-profile", wanted)
        return weights

    def weight(self, at: datetime) -> float:
        """Relative arrivals in the local hour of `at`."""
        local = at.astimezone(self.zone)
        return self.hour_weights[local.hour] * (1.0 if self.day_profile == "flat" else WEEK[local.weekday()])

    def departments_of(self, agent: int) -> tuple[str, ...]:
        """Two neighbouring ones each; all of them where there are more departments than agents at a time."""
        ids = tuple(department.id for department in self.departments)
        return (
            ids
            if len(ids) > self.agents
            else tuple(dict.fromkeys((ids[agent % len(ids)], ids[(agent + 1) % len(ids)])))
        )

    def duty(self, agent: int) -> list[Interval]:
        """When the agent is on duty: in their shift, while one of their departments is open."""
        part = agent // self.agents
        edges = [DAY_MIN * n // self.shifts for n in range(self.shifts + 1)]
        shift = tuple(Slot(day, edges[part], edges[part + 1]) for day in range(7))
        hours = OpeningHours(shift if self.shifts > 1 else (), self.zone)
        opening = _joined([times for name in self.departments_of(agent) for times in self.opening[name]])
        return [stretch for opens, closes in opening for stretch in hours.intervals(opens, closes)]


def chance(seed: int, of_what: str) -> Random:
    """A stream of its own for each kind of chance: one agent more leaves the visitors as they are."""
    return Random(f"{seed}/{of_what}")  # noqa: S311 - no secret rests on it


def _joined(times: list[Interval]) -> list[Interval]:
    """In order, none touching another."""
    found: list[Interval] = []
    for opens, closes in sorted(times):
        if found and opens <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], closes)
        else:
            found.append((opens, closes))
    return found


def _within(option: str, value: float, least: float, most: float) -> None:
    """Raises DeskError; also for what is no number."""
    if not least <= value <= most:
        raise DeskError(option, f"{value:,.12g} is out of range: from {least:g} to {most:,}.")
