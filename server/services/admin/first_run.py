"""Who is the first admin of an empty record: whoever opens the address that the server writes into its log.

The token is kept in the record, so it is the same after a restart and on every server of a desk, until it is used. Once
there is an admin, enabled or not, nothing here does anything any more, whatever token somebody has.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from server.department_rules import DepartmentChanges
from server.errors import Refusal, not_found
from server.log import logger
from server.services.admin.departments import Departments
from server.services.admin.users import NewUser, Users
from transcripts.accounts import AccountStore
from transcripts.records import Agent

TOKEN = "setup:token"  # noqa: S105 - the name of the value, not the value
ACTOR = "system"
"""Of what the first run does: nobody is signed in yet."""


class FirstRun:
    def __init__(self, store: AccountStore, users: Users, departments: Departments) -> None:
        self._store = store
        self._users = users
        self._departments = departments

    async def announce(self, public_url: str) -> None:
        """Write the address into the log where nobody governs the desk yet. Raises StoreUnavailable."""
        if await self._has_admin():
            await self._forget()
            return
        token = await self._store.set_value(TOKEN, secrets.token_urlsafe(24))
        logger.warning("desk_without_admin", open_this_to_set_it_up=f"{public_url}/setup?token={token}")

    async def is_open(self, token: str) -> bool:
        """Whether this token makes the first admin. Raises StoreUnavailable."""
        kept = await self._store.value(TOKEN)
        return kept is not None and _is_same(token, kept) and not await self._has_admin()

    async def finish(
        self, token: str, admin: NewUser, department: tuple[str | None, DepartmentChanges] | None
    ) -> Agent:
        """Make the department, if one is wanted, and the admin, in it; the token counts no more.

        Raises Refusal not_found (token), invalid naming the field; then nothing is made and the token still counts.
        """
        if not await self.is_open(token) or not await self._store.swap_value(TOKEN, token, None):
            raise not_found("page")
        try:
            return await self._make(admin, department)
        except BaseException:
            await self._store.set_value(TOKEN, token)
            raise

    async def _make(self, admin: NewUser, department: tuple[str | None, DepartmentChanges] | None) -> Agent:
        with about("admin"):
            self._users.check(admin)
            await self._users.require_free(admin.email)
        if department is not None:
            with about("department"):
                made = await self._departments.add(ACTOR, *department)
            admin = admin.in_departments(made.id)
        with about("admin"):
            agent = await self._users.add(ACTOR, admin)
        logger.info("first_admin_made", agent=agent.id)
        return agent

    async def _has_admin(self) -> bool:
        return any(agent.role == "admin" for agent in await self._store.agents())

    async def _forget(self) -> None:
        """Made by the command line meanwhile: the token must not count again when the last admin is gone."""
        kept = await self._store.value(TOKEN)
        if kept is not None:
            await self._store.swap_value(TOKEN, kept, None)


@contextmanager
def about(part: str) -> Iterator[None]:
    """Fields are named as the request has them: "admin.email"."""
    try:
        yield
    except Refusal as refusal:
        if refusal.field is None:
            raise
        raise Refusal(refusal.code, refusal.message, field=f"{part}.{refusal.field}") from refusal


def _is_same(given: str, kept: str) -> bool:
    """In the same time whatever it is."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), kept.encode())
