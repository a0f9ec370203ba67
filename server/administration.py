"""What the command line and admins do to accounts. A server that runs takes it over within seconds.

Works on the record alone, so it may run while a server does, and before the first one. department_rules.py is its other
half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from server.department_rules import HIGHEST_TIER, OperationError, UsageError, open_department, readable_name
from server.services.accounts import PASSWORD_MAX, hash_password
from transcripts.address import AddressError, mail_address
from transcripts.operations import AgentChanges
from transcripts.port import AccountStore, Store
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
) -> str:
    """The address as it is stored. Raises UsageError, OperationError."""
    address = _address(email)
    if role == "agent" and weekly_report:
        raise UsageError("--weekly-report", "The weekly report is for managers and admins.")
    if role == "agent" and not departments:
        raise UsageError("--department", "An agent needs at least one department.")
    for department_id in departments:
        await open_department(store, department_id)
    if await _user_or_none(store, address) is not None:
        raise OperationError(f"{address} has an account already.")
    await store.add_agent(
        new_account(
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
    )
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
