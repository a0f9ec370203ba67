"""Reads a file wholly before anything is changed: every fault with its place, and what the file would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from server.administration import new_account
from server.config_file import privacy
from server.config_file.contents import OWN, Contents, DepartmentEntry, UserEntry
from server.config_file.positions import Located, UnreadableError
from server.department_rules import ID, DepartmentChanges, Own, UsageError, changed_department
from server.sentences import sentence
from server.services.admin.ruling import FIELD_OF
from transcripts.records import Agent, Department

FAULTS_SHOWN = 50
Path = tuple[str | int, ...]
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    column: int
    message: str


class FaultyFileError(Exception):
    """faults: in the order of the file, never none."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].message)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Known:
    """What the record has: departments by id, accounts by address in small letters."""

    departments: Mapping[str, Department]
    users: Mapping[str, Agent]


def read(text: str, known: Known) -> Contents:
    """Raises FaultyFileError."""
    try:
        located = Located(text)
    except UnreadableError as exc:
        raise FaultyFileError([Fault(exc.line, exc.column, str(exc))]) from exc
    try:
        contents = Contents.model_validate(located.value, extra="forbid")
    except ValidationError as exc:
        found = [(tuple(error["loc"]), sentence(error)) for error in exc.errors(include_url=False)]
        raise FaultyFileError(_placed(located, found)) from exc
    faults = [*_of_departments(contents), *_of_users(contents, known), *_of_canned(contents, known)]
    faults += privacy.faults(contents.privacy, _departments(contents, known))
    if faults:
        raise FaultyFileError(_placed(located, faults))
    return contents


def changes_of(entry: DepartmentEntry) -> DepartmentChanges:
    """All fields of a department."""
    own: dict[str, Own] = {name: _own(getattr(entry, name)) for name in OWN}
    return DepartmentChanges(
        entry.name,
        entry.hours or "",
        entry.tz,
        entry.topics,
        all_holidays=entry.holidays,
        tiers=entry.tiers,
        **own,  # type: ignore[arg-type]
    )


def _own(seconds: float | None) -> Own:
    return "setting" if seconds is None else seconds


def account_of(entry: UserEntry, agent_id: str) -> Agent:
    """Nobody can sign in with it before a password is set. Raises UsageError."""
    return new_account(
        agent_id,
        email=entry.email,
        name=entry.name,
        role=entry.role,
        departments=entry.departments,
        capacity=entry.capacity,
        tier=entry.tier,
        password_hash="",
        weekly_report=entry.weekly_report,
    )


# ---- inside

_Found = Iterator[tuple[Path, str]]


def _of_departments(contents: Contents) -> _Found:
    entries = contents.departments or []
    yield from _twice(entries, "departments", "id", lambda entry: entry.id)
    for index, entry in enumerate(entries):
        path: Path = ("departments", index)
        if not ID.fullmatch(entry.id):
            yield (*path, "id"), "Use 1 to 40 of the characters a-z, 0-9 and -, for example: sales"
        plain = Department(entry.id, entry.id, None, "UTC")
        yield from _judged(path, lambda plain=plain, entry=entry: changed_department(plain, changes_of(entry)))  # type: ignore[misc]


def _of_users(contents: Contents, known: Known) -> _Found:
    entries = contents.users or []
    yield from _twice(entries, "users", "email", lambda entry: entry.email.casefold())
    departments = _departments(contents, known)
    for index, entry in enumerate(entries):
        path: Path = ("users", index)
        yield from _judged(path, lambda entry=entry: account_of(entry, ""))  # type: ignore[misc]
        for number, department in enumerate(entry.departments):
            if department not in departments:
                yield (*path, "departments", number), f"There is no department {department}."
        if entry.role == "agent" and not entry.departments:
            yield (*path, "departments"), "An agent needs at least one department."
        if entry.role == "agent" and entry.weekly_report:
            yield (*path, "weekly_report"), "The weekly report is for managers and admins."
    if entries and not _has_admin(entries, known):
        yield ("users",), "This would leave nobody who can change the settings: keep one admin enabled, without an end."


def _of_canned(contents: Contents, known: Known) -> _Found:
    entries = contents.canned or []
    yield from _twice(entries, "canned", "shortcut", lambda entry: (entry.department, entry.shortcut))
    departments = _departments(contents, known)
    for index, entry in enumerate(entries):
        if entry.department is not None and entry.department not in departments:
            yield ("canned", index, "department"), f"There is no department {entry.department}."


def _departments(contents: Contents, known: Known) -> set[str]:
    return {*known.departments, *(entry.id for entry in contents.departments or [])}


def _has_admin(entries: Iterable[UserEntry], known: Known) -> bool:
    """Of a desk that has none there is nothing to keep."""
    named = {entry.email.casefold(): entry for entry in entries}
    before = {email: _lasts(agent.role, agent.disabled_at, agent.ends_at) for email, agent in known.users.items()}
    after = {email: _lasts(e.role, e.disabled or None, e.ends_at) for email, e in named.items()}
    return not any(before.values()) or any({**before, **after}.values())


def _lasts(role: str, disabled: object, ends_at: object) -> bool:
    return role == "admin" and disabled is None and ends_at is None


def _judged(path: Path, rule: Callable[[], object]) -> _Found:
    try:
        rule()
    except UsageError as exc:
        field = FIELD_OF.get(exc.option) or exc.option.removeprefix("--").replace("-", "_")
        yield (*path, field), str(exc)


def _twice(entries: Sequence[Entry], part: str, field: str, key: Callable[[Entry], object]) -> _Found:
    seen: set[object] = set()
    for index, entry in enumerate(entries):
        if key(entry) in seen:
            yield (part, index, field), "This stands in the file twice."
        seen.add(key(entry))


def _placed(located: Located, found: Iterable[tuple[Path, str]]) -> list[Fault]:
    faults = []
    for path, message in found:
        line, column = located.position(path)
        where = ".".join(map(str, path))
        faults.append(Fault(line, column, f"{where}: {message}" if where else message))
    return sorted(faults, key=lambda fault: (fault.line, fault.column))[:FAULTS_SHOWN]
