"""Privacy in the file: what visitors are asked to agree to, and for how many days what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from server.errors import changed_meanwhile
from server.fields import Id, Request, text
from server.services.audit.auditing import COMMAND_LINE, Auditing
from server.services.privacy import consent, retaining
from transcripts.port import Store
from transcripts.retention import CLASSES, DAYS_MAX, RetentionClass
from transcripts.wording import LOCALES

Json = dict[str, Any]
PartName = Literal["consent", "retention"]
DaysByClass = dict[RetentionClass, Annotated[int, Field(strict=True, ge=1, le=DAYS_MAX)] | None]
_VALUES: Mapping[PartName, str] = {"consent": consent.VALUE, "retention": retaining.VALUE}
PARTS = tuple(_VALUES)


class AgreedText(Request):
    version: Annotated[str, text(60)]
    text: Annotated[dict[str, Annotated[str, text(2_000)]], Field(min_length=1, max_length=len(LOCALES))]
    required: bool = True


class ConsentEntry(Request):
    """desk null: nothing is asked. departments: those that ask something else, null: nothing."""

    desk: AgreedText | None = None
    departments: dict[Id, AgreedText | None] = Field(default_factory=dict)


class RetentionEntry(Request):
    """Days by class, null: for ever. departments: their own, which win."""

    desk: DaysByClass = Field(default_factory=dict)
    departments: dict[Id, DaysByClass] = Field(default_factory=dict)


class PrivacyEntry(Request):
    """A part that is left out stays as it is."""

    consent: ConsentEntry | None = None
    retention: RetentionEntry | None = None


async def kept(store: Store, name: PartName) -> Json:
    """As the file has it. Raises StoreUnavailable."""
    found = _plain(name, await store.value(_VALUES[name]))
    return {"desk": found["desk"], "departments": found["departments"]}


def wanted(name: PartName, entry: ConsentEntry | RetentionEntry) -> Json:
    """The same shape, of what the file says."""
    said = entry.model_dump()
    if name == "retention":
        return {**said, "desk": {kind: said["desk"].get(kind) for kind in CLASSES}}
    return said


def faults(entry: PrivacyEntry | None, departments: set[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """departments: those that will be there."""
    for name in PARTS:
        part = None if entry is None else getattr(entry, name)
        for department in {} if part is None else part.departments:
            if department not in departments:
                yield ("privacy", name, "departments", department), f"There is no department {department}."
    if entry is not None and entry.consent is not None:
        asked = {("desk",): entry.consent.desk}
        asked |= {("departments", key): said for key, said in entry.consent.departments.items()}  # type: ignore[misc]
        for path, said in asked.items():
            for language in sorted(set(said.text) - set(LOCALES) if said is not None else ()):
                told = f"There is no language {language[:20]}; use {', '.join(LOCALES)}."
                yield ("privacy", "consent", *path, "text", language), told


async def put(store: Store, audit: Auditing, name: PartName, after: Json) -> None:
    """Raises Refusal conflict, StoreUnavailable."""
    text_before = await store.value(_VALUES[name])
    before = _plain(name, text_before)
    new = {**after, "version": before["version"] + 1}
    is_swapped = await audit.along(
        COMMAND_LINE,
        "settings.changed",
        f"settings:{name}",
        lambda store: store.swap_value(_VALUES[name], text_before, json.dumps(new)),
        lambda is_swapped: {"before": before, "after": new} if is_swapped else None,
    )
    if not is_swapped:
        raise changed_meanwhile()


def _plain(name: PartName, raw: str | None) -> Json:
    return consent.plain(consent.rules_of(raw)) if name == "consent" else retaining.plain(retaining.retention_of(raw))
