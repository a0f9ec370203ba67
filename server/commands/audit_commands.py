"""`semafor audit`: who did what, and whether the log of it is whole."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server import log
from server.backups.progress import Progress
from server.commands.invocation import Data, told, with_store
from server.department_rules import UsageError
from server.errors import Refusal
from server.reports.periods import moment_of
from server.settings import load_settings
from transcripts.audit import AuditEntry, AuditHead, AuditQuery
from transcripts.audit_chain import Broken, Proved, prove
from transcripts.audit_seals import SALT
from transcripts.port import Store

commands = typer.Typer(help="Who did what.", no_args_is_help=True, rich_markup_mode=None)

_PAGE = 200
_WHEN = "a date (2026-11-22) or an instant (2026-11-22T08:00:00Z)"


@commands.command("list")
def audit_list(
    actor: Annotated[
        str | None,
        typer.Option("--actor", help="agent:ID or a mail address; or agent, visitor, token, command, system."),
    ] = None,
    action: Annotated[str | None, typer.Option("--action", help="session.failed; or session: all of them.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="chat:ID; or chat: all of them.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help=f"Not earlier than {_WHEN}.")] = None,
    to: Annotated[str | None, typer.Option("--to", help=f"Earlier than {_WHEN}.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many; 0: all.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = None,
) -> None:
    """Show entries, the newest first."""
    log.configure(logging.WARNING)
    with told():
        settings = load_settings(None, data=data)
        query = AuditQuery(
            actor, action, subject, _moment("--from", from_, settings.zone), _moment("--to", to, settings.zone)
        )
        asyncio.run(with_store(settings, lambda store: _list(store, query, limit, as_json=as_json)))


@commands.command("verify")
def audit_verify(
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="N:HASH", help="What an earlier verify said: entry N must still be that one."),
    ] = None,
    data: Data = None,
) -> None:
    """Prove that the log is whole; else exit 1, with the number of the first broken entry on standard output."""
    log.configure(logging.WARNING)
    progress = Progress(counted=lambda n: f"{n:,} entries")
    with told():
        settings = load_settings(None, data=data)
        noted = None if expect is None else _head(expect)
        found = asyncio.run(with_store(settings, lambda store: prove(store, noted, progress.part_of("Proved"))))
    progress.end()
    match found:
        case Proved(n, last):
            typer.echo(f"The audit log is whole: {n} entries. Note it elsewhere, for --expect: {n}:{last}")
        case Broken(n, why):
            typer.echo(n)
            typer.echo(f"The audit log is broken at entry {n}. {why}", err=True)
            raise typer.Exit(1)


# ---- inside


async def _list(store: Store, query: AuditQuery, limit: int, *, as_json: bool) -> None:
    if query.actor is not None and "@" in query.actor:
        known = [agent.id for agent in await store.agents() if agent.email.casefold() == query.actor.casefold()]
        query = replace(query, actor=f"agent:{known[0] if known else '?'}")
    names = {f"agent:{agent.id}": agent.name for agent in await store.agents()}
    cursor, left = None, limit
    while True:
        page, cursor = await store.audit(cursor, min(left, _PAGE) if limit else _PAGE, query)
        for entry in page:
            typer.echo(_as_json(entry) if as_json else _line(entry, names))
        left -= len(page)
        if cursor is None or (limit and left <= 0):
            return


def _line(entry: AuditEntry, names: dict[str, str]) -> str:
    who = _named(entry.actor, names)
    said = {name: value for name, value in entry.detail.items() if name != SALT}
    detail = f"  {json.dumps(said, ensure_ascii=False)}" if said else ""
    at = entry.at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return _readable(f"{entry.n}  {at}  {who}  {entry.action}  {_named(entry.subject, names)}{detail}")


def _named(what: str, names: dict[str, str]) -> str:
    return f"{what} ({names[what]})" if what in names else what


def _readable(text: str) -> str:
    """What could move the cursor of a terminal, or turn the line around, is written as what it is."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _as_json(entry: AuditEntry) -> str:
    return json.dumps(
        {
            "n": entry.n,
            "at": entry.at.isoformat().replace("+00:00", "Z"),
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "detail": dict(entry.detail),
            "previous": entry.previous,
            "hash": entry.hash,
        }
    )


def _moment(option: str, text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        return moment_of(text, zone, option)
    except Refusal as exc:
        raise UsageError(option, exc.message) from exc


def _head(text: str) -> AuditHead:
    number, _, last = text.strip().partition(":")
    if not number.isascii() or not number.isdecimal() or len(last) != 64:
        raise UsageError("--expect", "Give it as verify has said it: N:HASH.")
    return AuditHead(int(number), last.lower())
