"""The table of permissions: nothing is served without a row, and docs/roles.md is its text."""

from __future__ import annotations

import pytest

from server import permissions
from server.permissions.text import text
from server.sockets.agent import AgentNamespace
from server.sockets.base import BaseNamespace
from tests.architecture.tree import ROOT


def test_roles_are_documented_as_they_are() -> None:
    assert (ROOT / "docs" / "roles.md").read_text("utf-8") == text(permissions.TABLE.values()), (
        "write it anew: python -m server.permissions > docs/roles.md"
    )


def test_what_nobody_decided_about_is_not_served() -> None:
    with pytest.raises(permissions.NoPermissionRowError, match="GET /api/v1/everything"):
        permissions.register(["GET /api/v1/everything", "GET /api/v1/me"])
    with pytest.raises(permissions.NoPermissionRowError, match="the table admin"):
        permissions.require_same("GET /api/v1/audit", "agent")


def test_an_event_without_a_row_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    namespace = BaseNamespace.__new__(AgentNamespace)
    namespace.events = {"chat:delete": (None, None)}  # type: ignore[dict-item]

    with pytest.raises(permissions.NoPermissionRowError, match="/agent chat:delete"):
        namespace.require_rows()
