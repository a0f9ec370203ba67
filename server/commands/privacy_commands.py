"""`semafor erase`, `export-person` and `retention`: what the admin's privacy page does, from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from server.administration import OperationError, UsageError
from server.clock import Clock
from server.commands.invocation import Data, change_record
from server.errors import Refusal
from server.privacy import erasing_of, subject_of
from server.services.privacy.person_export import PersonExport, text_of
from server.services.privacy.retaining import Retaining, Row
from server.settings import Settings
from transcripts.audit import COMMAND_LINE, AuditAction, NewAudit
from transcripts.persons import find_person
from transcripts.port import Store
from transcripts.privacy import Subject

PersonName = Annotated[str, typer.Argument(metavar="PERSON", help="An e-mail address, contact:ID or visitor:ID.")]
_NAMES = {
    "chats": "conversations",
    "file_bytes": "bytes of files",
    "pages": "pages of the trail",
    "inbound": "mails that came in",
    "maildir": "mails in the maildir",
}


def erase(
    person: Annotated[
        str | None, typer.Argument(metavar="[PERSON]", help="An address, contact:ID or visitor:ID.")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Erase again whom an older record has brought back.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    data: Data = None,
) -> None:
    """Take a person out of the record for good; numbers in reports stay. Safe beside a running server."""
    if (person is None) == (not replay):
        raise typer.BadParameter("Name a person, or say --replay.", param_hint="PERSON")
    if replay:
        n = change_record(data, _replay)
        typer.echo(f"Erased {n} again." if n else "Nobody who was erased is back.")
        return
    typer.echo(change_record(data, lambda store, settings: _erase(store, settings, person or "", dry_run=dry_run)))


def export_person(
    person: PersonName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="NAME.zip (all, with files), NAME.json or NAME.html.")],
    data: Data = None,
) -> None:
    """Write what is kept about a person into a file."""
    typer.echo(change_record(data, lambda store, settings: _export(store, settings, person, file)))


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    data: Data = None,
) -> None:
    """Take away what has been kept for longer than the rules say; a running server does it once a day."""
    typer.echo(change_record(data, lambda store, settings: _retain(store, settings, dry_run=dry_run)))


async def _replay(store: Store, settings: Settings) -> int:
    erased = await (await erasing_of(store, settings)).replay()
    await _note(store, "person.erased", "tombstones", {"replayed": erased})
    return erased


async def _erase(store: Store, settings: Settings, name: str, *, dry_run: bool) -> str:
    subject = await _subject(store, name)
    if dry_run:
        found = await find_person(store, subject)
        parts = {
            "conversations": found.chat_ids,
            "tickets": found.ticket_numbers,
            "visits": found.visitor_ids,
            "contacts": found.contact_ids,
            "addresses": found.addresses,
        }
        return "\n".join([f"{len(each)} {name}" for name, each in parts.items()] + ["Nothing was erased."])
    done = await (await erasing_of(store, settings)).erase(COMMAND_LINE, subject)
    if not done.is_purged:
        raise OperationError(
            "Erased, but somebody is reading the record: what was deleted may still be on the disk. Say it once more."
        )
    return f"Erased: {_told(done.counts)}."


async def _export(store: Store, settings: Settings, name: str, file: Path) -> str:
    subject = await _subject(store, name)
    if file.suffix not in (".zip", ".json", ".html"):
        raise UsageError("FILE", "Name a file that ends in .zip, .json or .html.")
    person = await find_person(store, subject)
    export = PersonExport(store, settings.site_name, settings.zone)
    gathered = await export.gather(person)
    if file.suffix == ".zip":
        with await export.archive(gathered, "en") as packed:
            content = packed.read()
    else:
        content = (text_of(gathered) if file.suffix == ".json" else export.page(gathered, "en")).encode()
    await asyncio.to_thread(_write, file, content)
    erasing = await erasing_of(store, settings)
    counts = {name: len(each) for name, each in gathered.data.items()}
    await _note(store, "person.exported", erasing.told_as(subject), counts)
    return f"Wrote {file}: {_told(counts)}."


async def _retain(store: Store, settings: Settings, *, dry_run: bool) -> str:
    retaining = Retaining(store, await erasing_of(store, settings), Clock())
    rows = await (retaining.look() if dry_run else retaining.run())
    if not dry_run:
        await _note(store, "retention.ran", "retention", {"rows": [report(row) for row in rows]})
    lines = [f"{row.department_id or '(no department)'}  {row.kind}  {_told(row.counts)}" for row in rows]
    return "\n".join([*lines, "Nothing was taken away." if dry_run or not rows else "Done."])


def report(row: Row) -> dict[str, Any]:
    return {
        "class": row.kind,
        "department": row.department_id or None,
        "before": row.before.isoformat(),
        "counts": dict(row.counts),
    }


async def _subject(store: Store, name: str) -> Subject:
    try:
        return await subject_of(store, name)
    except Refusal as exc:
        raise UsageError("PERSON", exc.message) from exc


async def _note(store: Store, action: AuditAction, subject: str, detail: Mapping[str, Any]) -> None:
    await store.add_audit(NewAudit(Clock().now(), COMMAND_LINE, action, subject, dict(detail)))


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {_NAMES.get(name, name)}" for name, n in counts.items() if n) or "nothing was there"


def _write(file: Path, content: bytes) -> None:
    """For its owner only: it is all there is about somebody."""
    file.touch(mode=0o600)
    file.write_bytes(content)
