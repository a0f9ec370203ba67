"""Privacy for admins: who is kept, erasing and exporting a person, days of retention, and the text of the consent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from server.config_file.privacy import AgreedText
from server.errors import Refusal
from server.fields import Id, Request, text
from server.privacy import subject_of
from server.services.privacy.consent import ConsentText
from server.services.privacy.consent import plain as consent_json
from server.services.privacy.person_export import text_of
from server.services.privacy.retaining import Row, plain
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.packed import packed
from server.wire import moment
from transcripts.wording import LOCALES


class Named(Request):
    person: Annotated[str, text(400), Field(description="An address, contact:ID, visitor:ID or one of these ids.")]


class Exported(Named):
    format: Literal["zip", "json", "html"] = "zip"


class Days(Request):
    """desk: days by class, null for ever. departments: the same by id; null: as the desk."""

    desk: dict[str, Any] | None = None
    departments: dict[str, Any] | None = None
    if_version: int | None = None


class Run(Request):
    dry_run: bool = True


class Consent(Request):
    """What is left out stays; null: nothing is asked there. as_desk: departments that ask what the desk asks again."""

    desk: AgreedText | None = None
    departments: dict[str, AgreedText | None] | None = None
    as_desk: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list)
    if_version: int | None = None


async def look(call: Call, given: Named) -> Json:
    subject = await subject_of(call.desk.store, given.person)
    found = await call.desk.privacy.look(subject)
    return {
        "person": {"kind": subject.kind, "id": subject.value},
        "found": {
            "chats": len(found.chat_ids),
            "tickets": len(found.ticket_numbers),
            "visits": len(found.visitor_ids),
            "contacts": len(found.contact_ids),
            "addresses": list(found.addresses),
        },
    }


async def erase(call: Call, given: Named) -> Json:
    subject = await subject_of(call.desk.store, given.person)
    done = await call.desk.privacy.erase(call.agent, subject, call.desk.cut_visitors)
    return {"erased": done.counts, "purged": done.is_purged}


async def export(call: Call, given: Exported) -> web.StreamResponse:
    subject = await subject_of(call.desk.store, given.person)
    privacy = call.desk.privacy
    gathered = await privacy.gather(call.agent, subject)
    if given.format == "zip":
        with await privacy.archive(gathered, call.agent.locale) as content:
            return await packed(call.request, content, "person.zip")
    is_json = given.format == "json"
    body = text_of(gathered) if is_json else privacy.export.page(gathered, call.agent.locale)
    kind = "application/json" if is_json else "text/html"
    headers = {"Content-Disposition": f'attachment; filename="person.{given.format}"'}
    return web.Response(text=body, content_type=kind, headers=headers)


async def retention(call: Call, _: Nothing) -> Json:
    return {"retention": plain(await call.desk.privacy.retaining.rules())}


async def set_retention(call: Call, given: Days) -> Json:
    wanted = {"desk": given.desk, "departments": given.departments}
    return {"retention": plain(await call.desk.privacy.set_retention(call.agent, wanted, given.if_version))}


async def run_retention(call: Call, given: Run) -> Json:
    retaining = call.desk.privacy.retaining
    rows = [_row(row) for row in await (retaining.look() if given.dry_run else retaining.run())]
    if not given.dry_run:
        await call.desk.audit.note(call.agent, "retention.ran", "retention", went=rows)
    return {"dry_run": given.dry_run, "report": rows}


async def consent(call: Call, _: Nothing) -> Json:
    await call.desk.privacy.consent.refresh()
    return {"consent": consent_json(call.desk.privacy.consent.rules)}


async def set_consent(call: Call, given: Consent) -> Json:
    kept = call.desk.privacy.consent
    await kept.refresh()
    known = {department.id for department in await call.desk.store.departments()}
    departments = dict(kept.rules.departments)
    for department_id, wanted in (given.departments or {}).items():
        if department_id not in known:
            raise Refusal("invalid", "There is no such department.", field="departments")
        departments[department_id] = _text(wanted, f"departments.{department_id}.text")
    for department_id in given.as_desk:
        departments.pop(department_id, None)
    is_said = "desk" in given.model_fields_set
    desk = _text(given.desk, "desk.text") if is_said else kept.rules.desk
    return {"consent": consent_json(await kept.change(call.agent, desk, departments, given.if_version))}


def _text(given: AgreedText | None, field: str) -> ConsentText | None:
    """Raises Refusal invalid: a language that nobody speaks here."""
    if given is None:
        return None
    if unknown := set(given.text) - set(LOCALES):
        raise Refusal("invalid", f"There is no language {min(unknown)[:20]}; use {', '.join(LOCALES)}.", field=field)
    return ConsentText(given.version, given.text, given.required)


def _row(row: Row) -> Json:
    return {
        "class": row.kind,
        "department": row.department_id or None,
        "before": moment(row.before),
        "counts": dict(row.counts),
    }


_AT = "/admin/privacy"
ENDPOINTS = (
    Endpoint("POST", f"{_AT}/look", "What is kept of a person.", Named, look, ("person", "found"), role="admin"),
    Endpoint("POST", f"{_AT}/erase", "Erase a person.", Named, erase, ("erased", "purged"), role="admin"),
    Endpoint(
        "POST", f"{_AT}/export", "A person, as a file.", Exported, export, role="admin", media_type="application/zip"
    ),
    Endpoint("GET", "/admin/retention", "Days kept, by class.", Nothing, retention, ("retention",), role="admin"),
    Endpoint("PATCH", "/admin/retention", "Change them.", Days, set_retention, ("retention",), role="admin"),
    Endpoint(
        "POST",
        "/admin/retention/run",
        "What goes.",
        Run,
        run_retention,
        ("dry_run", "report"),
        role="admin",
    ),
    Endpoint("GET", "/admin/consent", "The text to agree to.", Nothing, consent, ("consent",), role="admin"),
    Endpoint("PATCH", "/admin/consent", "Change it.", Consent, set_consent, ("consent",), role="admin"),
)
