"""What stands in the file, and how it is read off the record: always in one order, so that files can be compared."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field

from server.config_file.privacy import PARTS, PrivacyEntry, kept
from server.fields import Body, Email, Id, Line, Moment, Request
from server.services.admin.desk_settings import Kept, key_of
from server.setting_groups import GROUPS, MailGroup, SitesGroup, WidgetGroup
from server.wire import moment
from transcripts.port import Store
from transcripts.records import Agent, Canned, Department, Role

VERSION = 1
Json = dict[str, Any]
OWN = ("service_target_s", "first_news_s", "escalate_after_s")


class DepartmentEntry(Request):
    """hours null: always open. What is null of the targets is the setting of the whole desk."""

    id: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(max_length=400)]
    hours: Annotated[str | None, Field(max_length=8_000)] = None
    tz: Annotated[str, Field(max_length=64)]
    holidays: list[Annotated[str, Field(max_length=1_000)]] = Field(default_factory=list)
    topics: list[Annotated[str, Field(max_length=400)]] = Field(default_factory=list)
    tiers: int = 3
    service_target_s: float | None = None
    first_news_s: float | None = None
    escalate_after_s: float | None = None
    closed: bool = False


class UserEntry(Request):
    """An account without its secrets: whoever is new sets a password by a mailed link, or is given one."""

    email: Email
    name: Annotated[str, Field(max_length=400)]
    role: Role
    departments: list[Id] = Field(default_factory=list)
    capacity: Annotated[int, Field(ge=0, le=50)] = 3
    tier: Annotated[int, Field(ge=1, le=3)] = 1
    weekly_report: bool = False
    ends_at: Moment | None = None
    may_search: bool = True
    may_export: bool = True
    disabled: bool = False


class CannedEntry(Request):
    """department null: for all."""

    shortcut: Annotated[str, Field(pattern=r"^[\w-]{1,40}$")]
    title: Line
    body: Body
    steps: Annotated[list[Body], Field(max_length=30)] = Field(default_factory=list)
    department: Id | None = None


class SettingsEntry(Request):
    widget: WidgetGroup | None = None
    sites: SitesGroup | None = None
    mail: MailGroup | None = None


class Contents(Request):
    """A part that is left out stays as it is. canned and each of settings and privacy are replaced as a whole."""

    semafor: Literal[1]
    departments: list[DepartmentEntry] | None = None
    users: list[UserEntry] | None = None
    canned: list[CannedEntry] | None = None
    settings: SettingsEntry | None = None
    privacy: PrivacyEntry | None = None


async def exported(store: Store) -> Json:
    """The whole file. Raises StoreUnavailable."""
    settings = {name: Kept.read(await store.value(key_of(name))).values for name in GROUPS}
    return {
        "semafor": VERSION,
        "departments": [department_entry(d) for d in sorted(await store.departments(), key=lambda d: d.id)],
        "users": [user_entry(agent) for agent in sorted(await store.agents(), key=lambda agent: agent.email)],
        "canned": [canned_entry(one) for one in sorted(await store.canned(), key=canned_order)],
        "settings": settings,
        "privacy": {name: await kept(store, name) for name in PARTS},
    }


def as_text(contents: Json) -> str:
    return json.dumps(contents, ensure_ascii=False, indent=2, sort_keys=False) + "\n"


def department_entry(department: Department) -> Json:
    return {
        "id": department.id,
        "name": department.name,
        "hours": department.hours,
        "tz": department.tz,
        "holidays": list(department.holidays),
        "topics": list(department.topics),
        "tiers": department.tiers,
        **{name: getattr(department, name) for name in OWN},
        "closed": department.closed_at is not None,
    }


def user_entry(agent: Agent) -> Json:
    return {
        "email": agent.email,
        "name": agent.name,
        "role": agent.role,
        "departments": list(agent.department_ids),
        "capacity": agent.capacity,
        "tier": agent.tier,
        "weekly_report": agent.weekly_report,
        "ends_at": moment(agent.ends_at),
        "may_search": agent.may_search,
        "may_export": agent.may_export,
        "disabled": agent.disabled_at is not None,
    }


def canned_entry(canned: Canned) -> Json:
    return {
        "shortcut": canned.shortcut,
        "title": canned.title,
        "body": canned.body,
        "steps": list(canned.steps),
        "department": canned.department_id,
    }


def canned_order(canned: Canned) -> tuple[str, str]:
    return canned.department_id or "", canned.shortcut
