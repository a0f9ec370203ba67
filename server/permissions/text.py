"""The table of permissions as docs/roles.md."""

from __future__ import annotations

from collections.abc import Iterable

from server.permissions.rows import Row

_HEAD = """# Who may do what

This is the table in `server/permissions/`, which every route and every event is registered against: one that is not
in it does not start. Written by `python -m server.permissions`; tests hold it against the code and walk all of it
with every kind of person.

- **anyone**: without a session. **visitor**: by the widget's token; agents as well. **agent**, **manager**,
  **admin**: an account of at least this role, signed in; or an API token of that role, where `people only` does
  not stand. A token that may only read is refused everything but GET.
- An agent and a manager see the chats, tickets, mails and people of their departments, and the chats they hold;
  a manager without departments and an admin see all. What is not in sight is answered exactly like what does not
  exist: `not_found`.
- `of chat`, `of ticket` ...: what the request names must be in sight. `holder`: only who holds the chat
  (`forbidden` for colleagues); `holder or manager`. `by link`: anyone with the customer's signed link, too.
- `search`, `export`: not for an account without that right (`semafor user set EMAIL --no-search --no-export`):
  `forbidden`. `search with q`: only where the query has it.
- An account that is disabled, or past its end date, is answered `unauthorized`, and its sockets are cut within 5 s.
"""


def text(rows: Iterable[Row]) -> str:
    listed = list(rows)
    routes = [row for row in listed if not row.what.startswith("/")]
    agents = [row for row in listed if row.what.startswith("/agent ")]
    visitors = [row for row in listed if row.what.startswith("/visitor ")]
    parts = (("Routes", routes), ("Events of `/agent`", agents), ("Events of `/visitor`", visitors))
    return "\n".join([_HEAD, *("\n".join(_part(title, part)) for title, part in parts)])


def _part(title: str, rows: Iterable[Row]) -> list[str]:
    lines = [f"## {title}", "", "| what | least role | and | |", "| --- | --- | --- | --- |"]
    return [*lines, *(f"| `{row.what}` | {row.who} | {', '.join(_conditions(row))} | {row.note} |" for row in rows), ""]


def _conditions(row: Row) -> list[str]:
    found: list[str] = []
    if row.of is not None:
        found.append(f"of {row.of}")
    if row.right is not None:
        found.append(row.right if row.right_if is None else f"{row.right} with {row.right_if}")
    if row.holder is not None:
        found.append("holder" if row.holder == "alone" else "holder or manager")
    if row.personal:
        found.append("people only")
    if row.by_link:
        found.append("by link")
    return found
