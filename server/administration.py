"""What the command line and admins do to accounts. A server that runs takes it over within seconds.

Works on the record alone, so it may run while a server does, and before the first one. department_rules.py is its other
half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.clock import Clock
from server.department_rules import HIGHEST_TIER, OperationError, UsageError, open_department, readable_name
from server.services.accounts.passwords import PASSWORD_MAX, hash_password
from server.services.accounts.resets import end_link
from transcripts.accounts import AccountStore, change_agent
from transcripts.address import AddressError, mail_address
from transcripts.errors import Conflict, LastAdmin
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.records import Agent, Role

CAPACITY_MAX = 50
__all__ = ["OperationError", "UsageError"]


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
    terms: AgentChanges | None = None,
) -> str:
    """The address as it is stored. terms: ends_at, may_search, may_export. Raises UsageError, OperationError."""
    address = _address(email)
    if role == "agent" and weekly_report:
        raise UsageError("--weekly-report", "The weekly report is for managers and admins.")
    if role == "agent" and not departments:
        raise UsageError("--department", "An agent needs at least one department.")
    for department_id in departments:
        await open_department(store, department_id)
    if await _user_or_none(store, address) is not None:
        raise OperationError(f"{address} has an account already.")
    account = new_account(
        new_id(),
        email=address,
        name=name,
        role=role,
        departments=departments,
        capacity=capacity,
        tier=tier,
        password_hash=hash_password(_password(password)),
        weekly_report=weekly_report,
    )
    await store.add_agent(account if terms is None else replace(change_agent(account, terms), version=account.version))
    return address


def new_account(
    agent_id: str,
    *,
    email: str,
    name: str,
    role: Role,
    departments: Sequence[str],
    capacity: int,
    tier: int,
    password_hash: str,
    weekly_report: bool = False,
) -> Agent:
    """Whether there are such departments is the caller's to know. Raises UsageError."""
    if not 0 <= capacity <= CAPACITY_MAX:
        raise UsageError("--capacity", f"Use 0 to {CAPACITY_MAX} chats at once.")
    if not 1 <= tier <= HIGHEST_TIER:
        raise UsageError("--tier", f"Tiers are 1 to {HIGHEST_TIER}.")
    return Agent(
        id=agent_id,
        email=_address(email),
        name=readable_name(name),
        role=role,
        department_ids=tuple(dict.fromkeys(departments)),
        tier=tier,
        capacity=capacity,
        password_hash=password_hash,
        weekly_report=weekly_report,
    )


async def set_password(store: Store, email: str, password: str) -> None:
    """Whoever is signed in with the old one is signed out. Raises UsageError, OperationError."""
    agent = await _user(store, email)
    await store.set_password(agent.id, hash_password(_password(password)))


async def set_weekly_report(store: AccountStore, email: str, *, is_wanted: bool) -> None:
    """Last week's figures by mail on Mondays, or no longer. Raises UsageError, OperationError."""
    agent = await _user(store, email)
    if is_wanted and agent.role == "agent":
        raise OperationError("The weekly report is for managers and admins.")
    await store.change_agent(agent.id, AgentChanges(weekly_report=is_wanted))


async def set_user(store: Store, email: str, changes: AgentChanges) -> str:
    """The address as it is stored. Holds on servers that run within seconds. Raises UsageError, OperationError.

    With a new address the link that was mailed to the old one ends, and sessions stay.
    """
    agent = await _user(store, email)
    if changes.name is not None:
        changes = replace(changes, name=readable_name(changes.name))
    if changes.email is not None:
        changes = replace(changes, email=_address(changes.email))
        if (await _user_or_none(store, changes.email or "") or agent).id != agent.id:
            raise OperationError(f"{changes.email} has an account already.")
        await end_link(store, agent.id)
    for department_id in changes.department_ids or ():
        if department_id not in agent.department_ids:
            await open_department(store, department_id)
    wanted = agent.department_ids if changes.department_ids is None else changes.department_ids
    if (changes.role or agent.role) == "agent" and not wanted:
        raise UsageError("--department", "An agent needs at least one department.")
    if changes.role == "agent" and agent.weekly_report:
        changes = replace(changes, weekly_report=False)
    try:
        return (await store.change_agent(agent.id, changes, keep_admin=True)).email
    except LastAdmin as exc:
        raise OperationError(f"{agent.email} is the last admin. Make somebody else admin first.") from exc
    except Conflict as exc:
        raise OperationError(f"{changes.email} has an account already.") from exc


def ends_at(text: str, zone: ZoneInfo) -> datetime:
    """From a day, whose end it is in the zone, or an instant with its offset. Raises UsageError."""
    try:
        if len(text) == len("2026-12-31"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone).astimezone(UTC)
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise UsageError("--ends", "Write the last day (2026-12-31), an instant (2026-12-31T17:00:00Z), or never.")


async def disable_user(store: AccountStore, email: str, now: datetime) -> None:
    """Nobody signs in with it any more; the name stays on what was said. Raises UsageError, OperationError."""
    agent = await _user(store, email)
    await store.change_agent(agent.id, AgentChanges(disabled_at=now))
    await store.end_sessions_of(agent.id)


async def list_users(store: AccountStore, now: datetime | None = None) -> str:
    """A table in plain text, by address."""
    rows = [("EMAIL", "NAME", "ROLE", "DEPARTMENTS", "CAPACITY", "TIER", "STATE")]
    for agent in sorted(await store.agents(), key=lambda agent: agent.email):
        state = _state(agent, now or Clock().now())
        departments = ",".join(agent.department_ids) or "-"
        rows.append((agent.email, agent.name, agent.role, departments, str(agent.capacity), str(agent.tier), state))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _state(agent: Agent, now: datetime) -> str:
    if agent.disabled_at is not None:
        return "disabled"
    until = "" if agent.ends_at is None else f" until {agent.ends_at.isoformat(timespec='seconds')}"
    if agent.ends_at is not None and agent.ends_at <= now:
        return f"ended{until.replace(' until', '')}"
    without = [name for name, may in (("search", agent.may_search), ("export", agent.may_export)) if not may]
    return f"active{until}" + (f", no {' and no '.join(without)}" if without else "")


async def _user(store: AccountStore, email: str) -> Agent:
    agent = await _user_or_none(store, _address(email))
    if agent is None:
        raise OperationError(f"{email} has no account. See: user list")
    return agent


async def _user_or_none(store: AccountStore, address: str) -> Agent | None:
    return next((agent for agent in await store.agents() if agent.email.casefold() == address.casefold()), None)


# ---- values


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
