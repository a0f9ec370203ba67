"""Who may call which route of departments, accounts and ready answers on /admin, and of the first run."""

from __future__ import annotations

from server.permissions.rows import Row

_ADMIN = "/api/v1/admin"
_TOKEN = "Only with the token of the server's log, and only until there is an admin."  # noqa: S105 - a sentence

DESK: tuple[Row, ...] = (
    Row("GET /setup", "anyone", note=_TOKEN),
    Row("POST /api/v1/setup", "anyone", note=_TOKEN),
    Row(f"GET {_ADMIN}/departments", "admin"),
    Row(f"POST {_ADMIN}/departments", "admin"),
    Row(f"GET {_ADMIN}/departments/{{id}}", "admin"),
    Row(f"PATCH {_ADMIN}/departments/{{id}}", "admin"),
    Row(f"POST {_ADMIN}/departments/{{id}}/close", "admin"),
    Row(f"POST {_ADMIN}/departments/{{id}}/reopen", "admin"),
    Row(f"GET {_ADMIN}/users", "admin"),
    Row(f"POST {_ADMIN}/users", "admin", personal=True),
    Row(f"GET {_ADMIN}/users/{{id}}", "admin"),
    Row(f"PATCH {_ADMIN}/users/{{id}}", "admin", personal=True),
    Row(f"POST {_ADMIN}/users/{{id}}/disable", "admin", personal=True),
    Row(f"POST {_ADMIN}/users/{{id}}/enable", "admin", personal=True),
    Row(f"POST {_ADMIN}/users/{{id}}/password", "admin", personal=True),
    Row(f"POST {_ADMIN}/users/{{id}}/invite", "admin", personal=True),
    Row(f"GET {_ADMIN}/replies", "admin"),
    Row(f"POST {_ADMIN}/replies", "admin"),
    Row(f"GET {_ADMIN}/replies/{{id}}", "admin"),
    Row(f"PATCH {_ADMIN}/replies/{{id}}", "admin"),
    Row(f"DELETE {_ADMIN}/replies/{{id}}", "admin"),
)
