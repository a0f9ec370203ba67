"""Accounts as admins change them: by the rules of administration.py, one at a time, each change written down.

Somebody who must not be signed in any more is cut by the next refresh (server/refreshing.py), here at once and on the
other servers within seconds.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict

from server import administration
from server.clock import Clock
from server.department_rules import readable_name
from server.errors import Refusal, not_found
from server.services.accounts.accounts import Accounts
from server.services.accounts.passwords import require_good
from server.services.accounts.resets import Resets
from server.services.admin.ruling import refusals
from server.services.audit.auditing import Auditing, changed
from server.services.audit.written_down import AGENT_FIELDS, unusual
from server.services.known.directory import Directory
from server.settings import Settings
from transcripts.accounts import AccountStore, change_agent
from transcripts.errors import Conflict
from transcripts.operations import AgentChanges
from transcripts.records import Agent, Role


class Facts(TypedDict):
    email: str
    name: str
    role: Role
    departments: Sequence[str]
    capacity: int
    tier: int


@dataclass(frozen=True, slots=True)
class NewUser:
    """password None: a link to set one is mailed."""

    email: str
    name: str
    role: Role
    department_ids: Sequence[str]
    capacity: int
    tier: int
    password: str | None
    changes: AgentChanges = field(default_factory=AgentChanges)

    @property
    def facts(self) -> Facts:
        return {
            "email": self.email,
            "name": self.name,
            "role": self.role,
            "departments": self.department_ids,
            "capacity": self.capacity,
            "tier": self.tier,
        }

    def in_departments(self, *department_ids: str) -> NewUser:
        return replace(self, department_ids=department_ids)


class Users:
    def __init__(
        self,
        store: AccountStore,
        directory: Directory,
        accounts: Accounts,
        resets: Resets,
        audit: Auditing,
        clock: Clock,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._directory = directory
        self._accounts = accounts
        self._resets = resets
        self._audit = audit
        self._clock = clock
        self._settings = settings
        self._new_id = new_id

    async def all(self) -> tuple[Agent, ...]:
        """By name; those who can sign in first."""
        return tuple(
            sorted(
                await self._store.agents(), key=lambda one: (one.disabled_at is not None, one.name.casefold(), one.id)
            )
        )

    async def one(self, user_id: str) -> Agent:
        """Raises Refusal not_found."""
        found = next((agent for agent in await self._store.agents() if agent.id == user_id), None)
        if found is None:
            raise not_found("user")
        return found

    def check(self, new: NewUser) -> None:
        """What can be said without the record. Raises Refusal invalid, naming the field."""
        with refusals():
            administration.new_account("", **new.facts, password_hash="")
        if new.password is not None:
            require_good(new.password, new.email, self._settings.password_min_chars, "password")

    async def require_free(self, email: str, but: str | None = None) -> None:
        """Raises Refusal invalid where the address has an account, other than that of id `but`."""
        if any(agent.email.casefold() == email.casefold() and agent.id != but for agent in await self._store.agents()):
            raise taken()

    async def add(self, actor: Agent | str, new: NewUser) -> Agent:
        """Raises Refusal invalid, naming the field."""
        self.check(new)
        await self._require_departments(new.role, new.department_ids, ())
        _require_report(new.role, bool(new.changes.weekly_report))
        password = new.password if new.password is not None else secrets.token_urlsafe(32)
        agent = await self._make(actor, new, await self._accounts.passwords.hash(password))
        if new.password is None:
            await self._resets.invite(agent, actor=actor)
        return agent

    async def change(self, actor: Agent, user_id: str, changes: AgentChanges, if_version: int | None) -> Agent:
        """A new address ends the links that were mailed to the old one; who is signed in stays so.

        Raises Refusal not_found, invalid, conflict (also for the last admin).
        """
        before = await self.one(user_id)
        if changes.name is not None:
            with refusals():
                changes = replace(changes, name=readable_name(changes.name))
        role = changes.role or before.role
        wanted = before.department_ids if changes.department_ids is None else changes.department_ids
        await self._require_departments(role, wanted, before.department_ids)
        if role == "agent" and before.weekly_report and changes.weekly_report is None:
            changes = replace(changes, weekly_report=False)
        _require_report(role, bool(changes.weekly_report))
        if changes.email is not None and changes.email != before.email:
            await self.require_free(changes.email, before.id)
            await self._resets.end_link(before)
        return await self._change(actor, before, changes, before.version if if_version is None else if_version)

    async def disable(self, actor: Agent, user_id: str) -> Agent:
        """Nobody signs in with it any more; the name stays on what was said. Raises Refusal not_found, conflict."""
        before = await self.one(user_id)
        if before.disabled_at is not None:
            return before
        after = await self._change(actor, before, AgentChanges(disabled_at=self._clock.now()), None)
        await self._accounts.end_sessions(actor, after)
        return after

    async def enable(self, actor: Agent, user_id: str) -> Agent:
        """Raises Refusal not_found."""
        return await self._change(actor, await self.one(user_id), AgentChanges(enabled=True), None)

    async def set_password(self, actor: Agent, user_id: str, password: str) -> Agent:
        """All their sessions end. Raises Refusal not_found, invalid."""
        agent = await self.one(user_id)
        require_good(password, agent.email, self._settings.password_min_chars, "password")
        return await self._accounts.set_password(agent, password, actor=actor, by="admin")

    async def invite(self, actor: Agent, user_id: str) -> None:
        """Mail them a link to set a password. Raises Refusal not_found, conflict where nobody may sign in with it."""
        agent = await self.one(user_id)
        if agent.disabled_at is not None:
            raise Refusal("conflict", "This account is disabled. Enable it first.")
        await self._resets.invite(agent, actor=actor)

    # ---- inside

    async def _make(self, actor: Agent | str, new: NewUser, password_hash: str) -> Agent:
        with refusals():
            plain = administration.new_account(self._new_id(), **new.facts, password_hash=password_hash)
        agent = replace(change_agent(plain, new.changes), version=1)
        told = unusual(agent, AGENT_FIELDS)
        try:
            await self._audit.along(
                actor,
                "agent.added",
                f"agent:{agent.id}",
                lambda store: store.add_agent(agent),
                lambda _: {"after": told},
            )
        except Conflict as exc:
            raise taken() from exc
        return agent

    async def _change(self, actor: Agent, before: Agent, changes: AgentChanges, if_version: int | None) -> Agent:
        try:
            with refusals():
                after = await self._audit.along(
                    actor,
                    "agent.changed",
                    f"agent:{before.id}",
                    lambda store: store.change_agent(before.id, changes, if_version=if_version, keep_admin=True),
                    lambda after: changed(before, after, *AGENT_FIELDS) or None,
                )
        except Conflict as exc:
            raise taken() from exc
        self._directory.put_agent(after)
        return after

    async def _require_departments(self, role: Role, wanted: Sequence[str], before: Sequence[str]) -> None:
        """Open ones, and those that they are in already."""
        if role == "agent" and not wanted:
            raise Refusal("invalid", "An agent needs at least one department.", field="departments")
        there = {department.id for department in await self._store.departments() if department.closed_at is None}
        if not {*wanted} <= there | {*before}:
            raise Refusal("invalid", "There is no such department. Choose from the list.", field="departments")


def taken() -> Refusal:
    return Refusal("invalid", "There is an account with this address already.", field="email")


def _require_report(role: Role, is_wanted: bool) -> None:
    if role == "agent" and is_wanted:
        raise Refusal("invalid", "The weekly report is for managers and admins.", field="weekly_report")
