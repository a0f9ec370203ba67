"""What can be said of a department, and what is done to one: for the command line and for admins alike.

Works on the record alone, so it may run while a server does, and before the first one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queueing.holidays import change_holidays
from queueing.hours import DAYS, HoursError, find_overlap, parse_hours
from transcripts.accounts import AccountStore
from transcripts.plain import one_line
from transcripts.port import Store
from transcripts.records import Department

ID = re.compile(r"[a-z0-9-]{1,40}")
NAME_MAX = 80
TOPICS_MAX = 50
HOLIDAYS_MAX = 1_000
HIGHEST_TIER = 3
TARGET_MAX_S = 30 * 86_400.0
SETTING_UP = timedelta(days=1)
"""A desk that has been running for less is being set up: its departments count as having been there from the first."""

Own = float | Literal["setting"]
"""A department's own target in seconds, or the desk's setting again."""


class UsageError(Exception):
    """An argument cannot be meant like this; the sentence says how to write it. option: the one it is about."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class OperationError(Exception):
    """The record does not allow it; the sentence says why."""


@dataclass(frozen=True, slots=True)
class DepartmentChanges:
    """None: leave as it is. hours "": always open. holidays: each says what holds on its date, the others stay.

    all_holidays: in the place of those there were.
    """

    name: str | None = None
    hours: str | None = None
    tz: str | None = None
    topics: Sequence[str] | None = None
    holidays: Sequence[str] | None = None
    all_holidays: Sequence[str] | None = None
    tiers: int | None = None
    service_target_s: Own | None = None
    first_news_s: Own | None = None
    escalate_after_s: Own | None = None


def changed_department(before: Department, changes: DepartmentChanges) -> Department:
    """What becomes of it. Raises UsageError."""
    holidays = before.holidays if changes.holidays is None else _holidays(before.holidays, changes.holidays)
    return replace(
        before,
        name=before.name if changes.name is None else readable_name(changes.name),
        hours=before.hours if changes.hours is None else _hours(changes.hours),
        tz=before.tz if changes.tz is None else known_zone(changes.tz),
        topics=before.topics if changes.topics is None else _topics(changes.topics),
        holidays=holidays if changes.all_holidays is None else _holidays((), changes.all_holidays),
        tiers=before.tiers if changes.tiers is None else _tiers(changes.tiers),
        service_target_s=_own("--service-target", before.service_target_s, changes.service_target_s, least_s=1),
        first_news_s=_own("--first-news", before.first_news_s, changes.first_news_s, least_s=60),
        escalate_after_s=_own("--escalate-after", before.escalate_after_s, changes.escalate_after_s, least_s=0),
    )


async def add_department(
    store: Store, department_id: str, changes: DepartmentChanges, *, tz: str, now: datetime
) -> Department:
    """A closed department of this id is opened again with these values. tz: where the changes name none.

    Raises UsageError, OperationError.
    """
    if not ID.fullmatch(department_id):
        raise UsageError("ID", "Use 1 to 40 of the characters a-z, 0-9 and -, for example: sales")
    plain = Department(department_id, department_id.replace("-", " ").capitalize(), None, known_zone(changes.tz or tz))
    known = await department_or_none(store, department_id)
    if known is None:
        is_in_use = any(proof.started_at < now - SETTING_UP for proof in await store.proofs())
        absences = (f"../{_instant(now)}",) if is_in_use else ()
        new = replace(changed_department(plain, changes), absences=absences)
        await store.add_department(new)
        return new
    if known.closed_at is None:
        raise OperationError(f"There is a department {department_id} already. Change it with: department edit")
    # What was a holiday while it was open still was one.
    new = changed_department(replace(plain, holidays=known.holidays), changes)
    return await store.change_department(_opened_again(replace(new, absences=known.absences), known.closed_at, now))


async def edit_department(
    store: AccountStore, department_id: str, changes: DepartmentChanges, *, if_version: int | None = None
) -> tuple[Department, Department]:
    """Only what is given is changed; before and after. Raises UsageError, OperationError, VersionConflict."""
    before = await open_department(store, department_id)
    after = changed_department(before, changes)
    return before, await store.change_department(after, if_version=if_version or before.version)


async def close_department(store: AccountStore, department_id: str, now: datetime) -> tuple[Department, Department]:
    """It takes no more chats; what was said in it stays. Before and after. Raises OperationError."""
    before = await open_department(store, department_id)
    return before, await store.change_department(replace(before, closed_at=now))


async def reopen_department(store: AccountStore, department_id: str, now: datetime) -> tuple[Department, Department]:
    """A closed one as it was; before and after. Raises OperationError."""
    before = await department_or_none(store, department_id)
    if before is None or before.closed_at is None:
        raise OperationError(f"There is no closed department {department_id}.")
    return before, await store.change_department(_opened_again(before, before.closed_at, now))


async def open_department(store: AccountStore, department_id: str) -> Department:
    """Raises OperationError."""
    department = await department_or_none(store, department_id)
    if department is None or department.closed_at is not None:
        known = ", ".join(sorted(d.id for d in await store.departments() if d.closed_at is None)) or "none yet"
        raise OperationError(f"There is no department {department_id}. Departments: {known}")
    return department


async def department_or_none(store: AccountStore, department_id: str) -> Department | None:
    return next((d for d in await store.departments() if d.id == department_id), None)


# ---- values


def readable_name(text: str) -> str:
    """Raises UsageError."""
    name = one_line(text, NAME_MAX)
    if not name:
        raise UsageError("--name", "Give a name that can be read.")
    return name


def known_zone(text: str) -> str:
    """Raises UsageError."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise UsageError("--tz", f"{text} is no known time zone. Write it like Europe/Prague.") from exc
    return text


def _opened_again(department: Department, closed_at: datetime, now: datetime) -> Department:
    absence = f"{_instant(closed_at)}/{_instant(now)}"
    return replace(department, closed_at=None, absences=(*department.absences, absence))


def _hours(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        overlap = find_overlap(parse_hours(text))
    except HoursError as exc:
        raise UsageError("--hours", str(exc)) from exc
    if overlap is not None:
        first, second = (DAYS[slot.day] for slot in overlap)
        raise UsageError("--hours", f"Two times overlap, on {first} and {second}: write them as one.")
    return text.strip()


def _holidays(before: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    try:
        holidays = change_holidays(before, wanted)
    except HoursError as exc:
        raise UsageError("--holiday", str(exc)) from exc
    if len(holidays) > HOLIDAYS_MAX:
        raise UsageError("--holiday", f"At most {HOLIDAYS_MAX:,} dates.")
    return holidays


def _instant(at: datetime) -> str:
    """As it stands in an absence: ISO 8601, UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _topics(texts: Sequence[str]) -> tuple[str, ...]:
    topics = tuple(dict.fromkeys(topic for text in texts if (topic := one_line(text, NAME_MAX))))
    if len(topics) > TOPICS_MAX:
        raise UsageError("--topic", f"At most {TOPICS_MAX} topics.")
    return topics


def _tiers(number: int) -> int:
    if not 1 <= number <= HIGHEST_TIER:
        raise UsageError("--tiers", f"A department has 1 to {HIGHEST_TIER} tiers.")
    return number


def _own(option: str, before: float | None, wanted: Own | None, *, least_s: float) -> float | None:
    if wanted is None:
        return before
    if wanted == "setting":
        return None
    if not least_s <= wanted <= TARGET_MAX_S:  # also refuses what is no number at all
        raise UsageError(option, f"Use {least_s:g} to {TARGET_MAX_S:,.0f} seconds (30 days).")
    return float(wanted)
