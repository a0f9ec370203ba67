"""Departments as admins change them: by the rules of department_rules.py, one at a time, each change written down."""

from __future__ import annotations

import re
import unicodedata

from server import department_rules as rules
from server.clock import Clock
from server.department_rules import ID, DepartmentChanges
from server.errors import Refusal, not_found
from server.services.admin.ruling import refusals
from server.services.audit.auditing import Auditing
from server.services.audit.written_down import written_down
from server.settings import Settings
from transcripts.port import Store
from transcripts.records import Agent, Department

DEPARTMENTS_MAX = 200


class Departments:
    def __init__(self, store: Store, audit: Auditing, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._settings = settings

    async def add(self, actor: Agent | str, department_id: str | None, changes: DepartmentChanges) -> Department:
        """department_id None: made from the name. Raises Refusal invalid, naming the field."""
        known = {department.id for department in await self._store.departments()}
        if len(known) >= DEPARTMENTS_MAX:
            raise Refusal("invalid", f"A desk has at most {DEPARTMENTS_MAX} departments.", field="name")
        if department_id is not None and department_id in known:
            raise Refusal("invalid", "There is a department with this id already, or was one.", field="id")
        chosen = department_id or _free_id(changes.name or "", known)
        with refusals():
            return await rules.add_department(
                self._told(actor), chosen, changes, tz=self._settings.tz, now=self._clock.now()
            )

    async def change(
        self, actor: Agent, department_id: str, changes: DepartmentChanges, if_version: int | None
    ) -> Department:
        """Raises Refusal not_found (closed ones too), invalid, conflict."""
        if (await self._known(department_id)).closed_at is not None:
            raise Refusal("conflict", "This department is closed. Open it again before you change it.")
        with refusals():
            _, after = await rules.edit_department(self._told(actor), department_id, changes, if_version=if_version)
        return after

    async def close(self, actor: Agent, department_id: str) -> Department:
        """Who is in a chat there goes on. A closed one stays as it is. Raises Refusal not_found."""
        department = await self._known(department_id)
        if department.closed_at is not None:
            return department
        with refusals():
            _, after = await rules.close_department(self._told(actor), department_id, self._clock.now())
        return after

    async def reopen(self, actor: Agent, department_id: str) -> Department:
        """An open one stays as it is. Raises Refusal not_found."""
        department = await self._known(department_id)
        if department.closed_at is None:
            return department
        with refusals():
            _, after = await rules.reopen_department(self._told(actor), department_id, self._clock.now())
        return after

    async def _known(self, department_id: str) -> Department:
        department = await rules.department_or_none(self._store, department_id)
        if department is None:
            raise not_found("department")
        return department

    def _told(self, actor: Agent | str) -> Store:
        return written_down(self._store, self._audit, actor)


def _free_id(name: str, known: set[str]) -> str:
    """ "Účtárna a daně" is "uctarna-a-dane"; where that is taken, with a number behind it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36].strip("-") or "department"
    assert ID.fullmatch(base)
    return next(one for n in range(1, len(known) + 2) if (one := base if n == 1 else f"{base}-{n}") not in known)
