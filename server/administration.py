"""What the command line does to a record: departments and accounts. A server that runs takes it over within seconds.

Works on the record alone, so it may run while a server does, and before the first one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from queueing.holidays import change_holidays
from queueing.hours import HoursError, parse_hours
from server.services.accounts import PASSWORD_MAX, hash_password
from transcripts.address import AddressError, mail_address
from transcripts.operations import AgentChanges
from transcripts.plain import one_line
from transcripts.port import AccountStore, Store
from transcripts.records import Agent, Department, Role

ID = re.compile(r"[a-z0-9-]{1,40}")
NAME_MAX = 80
TOPICS_MAX = 50
HOLIDAYS_MAX = 1_000
SETTING_UP = timedelta(days=1)
"""A desk that has been running for less is being set up: its departments count as having been there from the first."""


class UsageError(Exception):
    """An argument cannot be meant like this; the sentence says how to write it. option: the one it is about."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class OperationError(Exception):
    """The record does not allow it; the sentence says why."""


# ---- departments


async def add_department(
    store: Store,
    department_id: str,
    *,
    name: str | None,
    hours: str | None,
    tz: str,
    topics: Sequence[str],
    now: datetime,
    holidays: Sequence[str] = (),
) -> None:
    """A closed department of this id is opened again with these values. Raises UsageError, OperationError."""
    if not ID.fullmatch(department_id):
        raise UsageError("ID", "Use 1 to 40 of the characters a-z, 0-9 and -, for example: sales")
    new = Department(
        department_id,
        _name(name or department_id.replace("-", " ").capitalize()),
        _hours(hours),
        _zone(tz),
        _topics(topics),
    )
    known = await _department_or_none(store, department_id)
    if known is None:
        is_in_use = any(proof.started_at < now - SETTING_UP for proof in await store.proofs())
        absences = (f"../{_instant(now)}",) if is_in_use else ()
        await store.add_department(replace(new, holidays=_holidays((), holidays), absences=absences))
    elif known.closed_at is None:
        raise OperationError(f"There is a department {department_id} already. Change it with: department edit")
    else:
        absence = f"{_instant(known.closed_at)}/{_instant(now)}"
        kept = _holidays(known.holidays, holidays)  # what was a holiday while it was open still was one
        await store.change_department(replace(new, holidays=kept, absences=(*known.absences, absence)))


async def edit_department(
    store: AccountStore,
    department_id: str,
    *,
    name: str | None,
    hours: str | None,
    tz: str | None,
    topics: Sequence[str],
    holidays: Sequence[str] = (),
) -> None:
    """Only what is given is changed; hours "" makes it always open. Raises UsageError, OperationError.

    holidays: each says what holds on its date, the other dates stay (queueing/holidays.py).
    """
    department = await _open_department(store, department_id)
    await store.change_department(
        replace(
            department,
            name=department.name if name is None else _name(name),
            hours=department.hours if hours is None else _hours(hours),
            tz=department.tz if tz is None else _zone(tz),
            topics=_topics(topics) if topics else department.topics,
            holidays=_holidays(department.holidays, holidays) if holidays else department.holidays,
        )
    )


async def close_department(store: AccountStore, department_id: str, now: datetime) -> None:
    """It takes no more chats; what was said in it stays. Raises OperationError."""
    await store.change_department(replace(await _open_department(store, department_id), closed_at=now))


async def _open_department(store: AccountStore, department_id: str) -> Department:
    department = await _department_or_none(store, department_id)
    if department is None or department.closed_at is not None:
        known = ", ".join(sorted(d.id for d in await store.departments() if d.closed_at is None)) or "none yet"
        raise OperationError(f"There is no department {department_id}. Departments: {known}")
    return department


async def _department_or_none(store: AccountStore, department_id: str) -> Department | None:
    return next((d for d in await store.departments() if d.id == department_id), None)


# ---- accounts


async def add_user(
    store: AccountStore,
    new_id: Callable[[], str],
    *,
    email: str,
    name: str,
    role: Role,
    departments: Sequence[str],
    capacity: int,
    tier: int,
    password: str,
    weekly_report: bool = False,
) -> str:
    """The address as it is stored. Raises UsageError, OperationError."""
    address = _address(email)
    if role == "agent" and weekly_report:
        raise UsageError("--weekly-report", "The weekly report is for managers and admins.")
    if role == "agent" and not departments:
        raise UsageError("--department", "An agent needs at least one department.")
    for department_id in departments:
        await _open_department(store, department_id)
    if await _user_or_none(store, address) is not None:
        raise OperationError(f"{address} has an account already.")
    await store.add_agent(
        Agent(
            id=new_id(),
            email=address,
            name=_name(name),
            role=role,
            department_ids=tuple(dict.fromkeys(departments)),
            tier=tier,
            capacity=capacity,
            password_hash=hash_password(_password(password)),
            weekly_report=weekly_report,
        )
    )
    return address


async def set_password(store: AccountStore, email: str, password: str) -> None:
    """Whoever is signed in with the old one is signed out. Raises UsageError, OperationError."""
    agent = await _user(store, email)
    await store.change_agent(agent.id, AgentChanges(password_hash=hash_password(_password(password))))
    await store.end_sessions_of(agent.id)


async def set_weekly_report(store: AccountStore, email: str, *, is_wanted: bool) -> None:
    """Last week's figures by mail on Mondays, or no longer. Raises UsageError, OperationError."""
    agent = await _user(store, email)
    if is_wanted and agent.role == "agent":
        raise OperationError("The weekly report is for managers and admins.")
    await store.change_agent(agent.id, AgentChanges(weekly_report=is_wanted))


async def disable_user(store: AccountStore, email: str, now: datetime) -> None:
    """Nobody signs in with it any more; the name stays on what was said. Raises UsageError, OperationError."""
    agent = await _user(store, email)
    await store.change_agent(agent.id, AgentChanges(disabled_at=now))
    await store.end_sessions_of(agent.id)


async def list_users(store: AccountStore) -> str:
    """A table in plain text, by address."""
    rows = [("EMAIL", "NAME", "ROLE", "DEPARTMENTS", "CAPACITY", "TIER", "STATE")]
    for agent in sorted(await store.agents(), key=lambda agent: agent.email):
        state = "disabled" if agent.disabled_at else "active"
        departments = ",".join(agent.department_ids) or "-"
        rows.append((agent.email, agent.name, agent.role, departments, str(agent.capacity), str(agent.tier), state))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


async def _user(store: AccountStore, email: str) -> Agent:
    agent = await _user_or_none(store, _address(email))
    if agent is None:
        raise OperationError(f"{email} has no account. See: user list")
    return agent


async def _user_or_none(store: AccountStore, address: str) -> Agent | None:
    return next((agent for agent in await store.agents() if agent.email.casefold() == address.casefold()), None)


# ---- values


def _name(text: str) -> str:
    name = one_line(text, NAME_MAX)
    if not name:
        raise UsageError("--name", "Give a name that can be read.")
    return name


def _hours(text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    try:
        parse_hours(text)
    except HoursError as exc:
        raise UsageError("--hours", str(exc)) from exc
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


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise UsageError("--tz", f"{text} is no known time zone. Write it like Europe/Prague.") from exc
    return text


def _topics(texts: Sequence[str]) -> tuple[str, ...]:
    topics = tuple(dict.fromkeys(topic for text in texts if (topic := one_line(text, NAME_MAX))))
    if len(topics) > TOPICS_MAX:
        raise UsageError("--topic", f"At most {TOPICS_MAX} topics.")
    return topics


def _address(text: str) -> str:
    try:
        return mail_address(text)
    except AddressError as exc:
        raise UsageError("EMAIL", str(exc)) from exc


def _password(text: str) -> str:
    if not text:
        raise UsageError("--password-stdin", "No password came on standard input. For example: printf %s 'PASSWORD' |")
    if len(text) > PASSWORD_MAX:
        raise UsageError("--password-stdin", f"At most {PASSWORD_MAX:,} characters.")
    return text
