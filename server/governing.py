"""What admins change at the desk, wired: departments, accounts, ready answers, the first run, taking it over."""

from __future__ import annotations

from dataclasses import dataclass

from server.clock import Clock
from server.ids import new_id
from server.refreshing import Refreshing
from server.services.accounts.accounts import Accounts
from server.services.accounts.resets import Resets
from server.services.admin.departments import Departments
from server.services.admin.first_run import FirstRun
from server.services.admin.replies import Replies
from server.services.admin.users import Users
from server.services.audit.auditing import Auditing
from server.services.known.directory import Directory
from server.settings import Settings
from transcripts.port import Store


@dataclass(frozen=True, slots=True)
class Governing:
    departments: Departments
    users: Users
    replies: Replies
    first_run: FirstRun
    refreshing: Refreshing


def wire_governing(
    store: Store,
    directory: Directory,
    accounts: Accounts,
    resets: Resets,
    audit: Auditing,
    clock: Clock,
    settings: Settings,
) -> Governing:
    departments = Departments(store, audit, clock, settings)
    users = Users(store, directory, accounts, resets, audit, clock, settings, new_id)
    return Governing(
        departments=departments,
        users=users,
        replies=Replies(store, directory, audit),
        first_run=FirstRun(store, users, departments),
        refreshing=Refreshing(),
    )
