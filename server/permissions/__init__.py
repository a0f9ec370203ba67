"""What each role may do: one table, which every route and every event is registered against.

The server does not start with a route or an event that has no row. docs/roles.md is this table as text
(`python -m server.permissions`); tests/integration/http/test_every_permission.py walks it with every kind of person.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.permissions.desk import DESK
from server.permissions.events import EVENTS
from server.permissions.governing import GOVERNING
from server.permissions.routes import ROUTES
from server.permissions.rows import Right, Row, Thing, Who, require_right

TABLE: dict[str, Row] = {row.what: row for row in (*ROUTES, *GOVERNING, *DESK, *EVENTS)}


class NoPermissionRowError(Exception):
    """A route or an event that nobody has decided about."""

    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__(f"who may do this? Add a row to server/permissions for: {', '.join(sorted(missing))}")


def row_of(what: str) -> Row:
    """Raises NoPermissionRowError."""
    row = TABLE.get(what)
    if row is None:
        raise NoPermissionRowError([what])
    return row


def register(whats: Iterable[str]) -> None:
    """Raises NoPermissionRowError."""
    missing = {what for what in whats if what not in TABLE}
    if missing:
        raise NoPermissionRowError(missing)


def require_same(what: str, role: str | None) -> None:
    """A route says the role that its row says. Raises NoPermissionRowError."""
    row = row_of(what)
    if role != (None if row.is_open or row.by_link else row.who):
        raise NoPermissionRowError([f"{what} (the route says {role}, the table {row.who})"])


__all__ = [
    "TABLE",
    "NoPermissionRowError",
    "Right",
    "Row",
    "Thing",
    "Who",
    "register",
    "require_right",
    "require_same",
    "row_of",
]
