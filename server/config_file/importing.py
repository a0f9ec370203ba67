"""Makes the record what a file says, and tells each change; the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import orjson

from server import department_rules as rules
from server.config_file import privacy
from server.config_file.contents import (
    CannedEntry,
    Contents,
    DepartmentEntry,
    UserEntry,
    canned_entry,
    canned_order,
    department_entry,
    user_entry,
)
from server.config_file.reading import Known, account_of, changes_of, read
from server.services.admin.desk_settings import DeskSettings, Kept, key_of
from server.services.audit.auditing import COMMAND_LINE, Auditing
from server.setting_groups import GroupName, merged
from transcripts.accounts import change_agent
from transcripts.audit import NewAudit
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.records import Agent, Canned, Department

Json = dict[str, Any]
_LONG = 60
_UNTOLD = frozenset({"body", "steps"})
"""What people write is in no audit log: only that it changed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """kind: department, user, canned, settings or privacy. before None: new; after None: it goes."""

    kind: str
    name: str
    before: Json | None
    after: Json | None

    def lines(self) -> list[str]:
        """As people read it: `+ department sales`, `~ user ada@...: capacity: 3 -> 5`, `- canned hi`."""
        if self.before is None or self.after is None:
            return [f"{'+' if self.before is None else '-'} {self.kind} {self.name}"]
        names = [name for name in {**self.before, **self.after} if self.before.get(name) != self.after.get(name)]
        return [
            f"~ {self.kind} {self.name}: {name}: {_short(self.before.get(name))} -> {_short(self.after.get(name))}"
            for name in names
        ]

    def told(self) -> Json:
        """For the audit log: what differs, before and after."""
        before, after = self.before or {}, self.after or {}
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return {
            "before": {name: _loggable(name, before) for name in names if name in before},
            "after": {name: _loggable(name, after) for name in names if name in after},
        }


class Importing:
    def __init__(self, store: Store, audit: Auditing, settings: DeskSettings, new_id: Callable[[], str]) -> None:
        """store: writes down by itself what is changed of departments and accounts (written_down.py)."""
        self._store = store
        self._audit = audit
        self._settings = settings
        self._new_id = new_id

    async def plan(self, text: str) -> tuple[Contents, list[Difference]]:
        """What the file says, and what that would change. Raises FaultyFileError; nothing is changed."""
        departments = {d.id: d for d in await self._store.departments()}
        users = {agent.email.casefold(): agent for agent in await self._store.agents()}
        contents = read(text, Known(departments, users))
        found = [
            *(_of_department(departments.get(entry.id), entry) for entry in contents.departments or []),
            *(_of_user(users.get(entry.email.casefold()), entry) for entry in contents.users or []),
            *(_of_canned(await self._store.canned(), contents.canned) if contents.canned is not None else []),
            *(await self._of_settings(contents)),
            *(await self._of_privacy(contents)),
        ]
        return contents, [difference for difference in found if difference.before != difference.after]

    async def carry_out(self, contents: Contents, differences: list[Difference], now: datetime) -> None:
        """Only what differs is touched. A half that was carried out is no obstacle to doing it again."""
        differing = {(difference.kind, difference.name) for difference in differences}
        for department in contents.departments or []:
            if ("department", department.id) in differing:
                await self._put_department(department, now)
        for user in contents.users or []:
            if ("user", user.email.casefold()) in differing:
                await self._put_user(user, now)
        if contents.canned is not None and any(kind == "canned" for kind, _ in differing):
            await self._put_canned(contents.canned, [one for one in differences if one.kind == "canned"], now)
        for difference in differences:
            if difference.kind == "settings":  # which writes itself down
                await self._settings.replace(COMMAND_LINE, cast("GroupName", difference.name), difference.after or {})
            if difference.kind == "privacy":
                name = cast("privacy.PartName", difference.name)
                await privacy.put(self._store, self._audit, name, difference.after or {})
        if differences:
            await self._audit.note(COMMAND_LINE, "config.imported", "desk", changes=len(differences))

    async def _put_canned(self, entries: list[CannedEntry], differences: list[Difference], now: datetime) -> None:
        told = [
            NewAudit(now, COMMAND_LINE, "canned.changed", f"canned:{difference.name}", difference.told())
            for difference in differences
        ]
        canned = [_canned(entry) for entry in entries]
        await self._audit.with_entries(lambda store: store.save_canned(canned), lambda _: told)

    async def _put_department(self, entry: DepartmentEntry, now: datetime) -> None:
        before = await rules.department_or_none(self._store, entry.id)
        if before is None:
            await rules.add_department(self._store, entry.id, changes_of(entry), tz=entry.tz, now=now)
        elif before.closed_at is not None and not entry.closed:
            await rules.reopen_department(self._store, entry.id, now)
        before = await rules.department_or_none(self._store, entry.id)
        assert before is not None
        after = rules.changed_department(before, changes_of(entry))
        if entry.closed and before.closed_at is None:
            after = replace(after, closed_at=now)
        if after != before:
            await self._store.change_department(after)

    async def _put_user(self, entry: UserEntry, now: datetime) -> None:
        agents = {agent.email.casefold(): agent for agent in await self._store.agents()}
        before = agents.get(entry.email.casefold())
        wanted = account_of(entry, self._new_id() if before is None else before.id)
        changes = AgentChanges(
            name=wanted.name,
            role=wanted.role,
            department_ids=wanted.department_ids,
            tier=wanted.tier,
            capacity=wanted.capacity,
            weekly_report=entry.weekly_report,
            ends_at=entry.ends_at,
            never_ends=entry.ends_at is None,
            may_search=entry.may_search,
            may_export=entry.may_export,
            disabled_at=now if entry.disabled and (before is None or before.disabled_at is None) else None,
            enabled=not entry.disabled,
        )
        if before is None:
            await self._store.add_agent(replace(change_agent(wanted, changes), version=1))
            return
        await self._store.change_agent(before.id, changes)
        if entry.disabled:
            await self._store.end_sessions_of(before.id)

    async def _of_settings(self, contents: Contents) -> list[Difference]:
        said = contents.settings
        if said is None:
            return []
        found = []
        for name, group in (("widget", said.widget), ("sites", said.sites), ("mail", said.mail)):
            if group is not None:
                before = Kept.read(await self._store.value(key_of(cast("GroupName", name)))).values
                dumped = merged({}, group.model_dump(exclude_unset=True))
                # As the record keeps it, so that the same again is the same.
                after = orjson.loads(orjson.dumps(dumped, option=orjson.OPT_SORT_KEYS))
                found.append(Difference("settings", name, before, after))
        return found

    async def _of_privacy(self, contents: Contents) -> list[Difference]:
        found = []
        for name in privacy.PARTS:
            entry = None if contents.privacy is None else getattr(contents.privacy, name)
            if entry is not None:
                before, after = await privacy.kept(self._store, name), privacy.wanted(name, entry)
                found.append(Difference("privacy", name, before, after))
        return found


def _of_department(before: Department | None, entry: DepartmentEntry) -> Difference:
    plain = before or Department(entry.id, entry.id, None, "UTC")
    after = department_entry(rules.changed_department(plain, changes_of(entry)))
    shown = None if before is None else department_entry(before)
    return Difference("department", entry.id, shown, {**after, "closed": entry.closed})


def _of_user(before: Agent | None, entry: UserEntry) -> Difference:
    wanted = account_of(entry, "")
    after = {
        **user_entry(wanted),
        "ends_at": None if entry.ends_at is None else user_entry(replace(wanted, ends_at=entry.ends_at))["ends_at"],
        "may_search": entry.may_search,
        "may_export": entry.may_export,
        "disabled": entry.disabled,
    }
    if before is None:
        return Difference("user", entry.email.casefold(), None, after)
    return Difference("user", entry.email.casefold(), user_entry(before), {**after, "email": before.email})


def _of_canned(before: tuple[Canned, ...], entries: list[CannedEntry]) -> list[Difference]:
    old = {_canned_name(one): canned_entry(one) for one in sorted(before, key=canned_order)}
    new = {_canned_name(one): canned_entry(one) for one in map(_canned, entries)}
    return [Difference("canned", name, old.get(name), new.get(name)) for name in {**old, **new}]


def _canned(entry: CannedEntry) -> Canned:
    return Canned(entry.shortcut, entry.title, entry.body, entry.department, tuple(entry.steps))


def _canned_name(canned: Canned) -> str:
    return f"{canned.department_id or '*'}:{canned.shortcut}"


def _short(value: object) -> str:
    said = orjson.dumps(value).decode()
    return said if len(said) <= _LONG else said[: _LONG - 1] + "…"


def _loggable(name: str, values: Json) -> object:
    return "changed" if name in _UNTOLD else values[name]
