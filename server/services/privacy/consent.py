"""The text that a visitor agrees to before they write: its version is stored with the chat or the ticket.

Kept in the record as one value for the desk and its departments; every server takes it over with the directory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.errors import Refusal, changed_meanwhile
from server.services.audit.auditing import Auditing
from transcripts.port import Store
from transcripts.records import Agent

VALUE = "desk:consent"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """text: by language; English, else any, where there is none in the visitor's. required: no chat without."""

    version: str
    text: Mapping[str, str]
    required: bool

    def shown(self, locale: str) -> Json:
        text = self.text.get(locale) or self.text.get("en") or next(iter(self.text.values()), "")
        return {"version": self.version, "text": text, "required": self.required}


@dataclass(frozen=True, slots=True)
class ConsentRules:
    """desk: of all departments that have none of their own; a department's None is "none here"."""

    desk: ConsentText | None = None
    departments: Mapping[str, ConsentText | None] = field(default_factory=dict)
    version: int = 0

    def of(self, department_id: str | None) -> ConsentText | None:
        if department_id is not None and department_id in self.departments:
            return self.departments[department_id]
        return self.desk


class Consent:
    def __init__(self, store: Store, audit: Auditing) -> None:
        self._store = store
        self._audit = audit
        self._kept: str | None = None
        self._listeners: list[Callable[[], None]] = []
        self.rules = ConsentRules()

    def on_change(self, listener: Callable[[], None]) -> None:
        """It is called after another text holds, whoever has changed it."""
        self._listeners.append(listener)

    async def refresh(self) -> None:
        """Take over what was changed, here or elsewhere. Raises StoreUnavailable."""
        kept = await self._store.value(VALUE)
        if kept == self._kept:
            return
        self._kept, self.rules = kept, rules_of(kept)
        for listener in self._listeners:
            listener()

    def shown(self, department_id: str | None, locale: str) -> Json | None:
        text = self.rules.of(department_id)
        return None if text is None else text.shown(locale)

    @property
    def differs(self) -> bool:
        """Whether it is not the same in all departments."""
        return bool(self.rules.departments)

    def accepted(self, department_id: str, version: str | None, before: str | None = None) -> str | None:
        """What is stored with the chat, or the ticket. Raises Refusal invalid, field `consent`.

        before: what was agreed to in the chat that the ticket comes of; it goes on under what it began with.
        """
        text = self.rules.of(department_id)
        if text is None or version == text.version:
            return before if text is None else version
        if text.required and before is None:
            raise Refusal("invalid", "Agree to the text first: it is needed for a conversation.", field="consent")
        return before

    async def change(
        self,
        actor: Agent | str,
        desk: ConsentText | None,
        departments: Mapping[str, ConsentText | None],
        if_version: int | None,
    ) -> ConsentRules:
        """What holds from now on. Raises Refusal conflict."""
        await self.refresh()
        before = self.rules
        if if_version is not None and if_version != before.version:
            raise changed_meanwhile("if_version")
        after = ConsentRules(desk, dict(departments), before.version + 1)
        kept, new = self._kept, json.dumps(plain(after))
        told = {"before": plain(before), "after": plain(after)}
        is_swapped = await self._audit.along(
            actor,
            "settings.changed",
            "settings:consent",
            lambda store: store.swap_value(VALUE, kept, new),
            lambda is_swapped: told if is_swapped else None,
        )
        if not is_swapped:
            raise changed_meanwhile()
        await self.refresh()
        return after


def plain(rules: ConsentRules) -> Json:
    return {
        "desk": _plain(rules.desk),
        "departments": {key: _plain(text) for key, text in rules.departments.items()},
        "version": rules.version,
    }


def rules_of(kept: str | None) -> ConsentRules:
    if kept is None:
        return ConsentRules()
    said = json.loads(kept)
    departments = {key: _text(text) for key, text in said["departments"].items()}
    return ConsentRules(_text(said["desk"]), departments, said["version"])


def _plain(text: ConsentText | None) -> Json | None:
    return None if text is None else {"version": text.version, "text": dict(text.text), "required": text.required}


def _text(said: Json | None) -> ConsentText | None:
    return None if said is None else ConsentText(said["version"], said["text"], said["required"])
