"""What an admin has set at the desk: kept in the record, in effect at once here and within seconds on other servers.

Each group is one value of the record with its version, so two admins never overwrite each other unseen. What the
environment has set wins and cannot be changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson
from pydantic import ValidationError

from server.errors import Refusal, changed_meanwhile
from server.log import logger
from server.services.audit.auditing import Auditing
from server.setting_groups import GROUPS, SETTING_OF, Group, GroupName, MailGroup, SitesGroup, WidgetGroup, merged
from server.settings import PREFIX, Settings
from transcripts.accounts import AccountStore
from transcripts.records import Agent

TRIES = 5
"""Of a change that finds another one made meanwhile."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A group as the record has it. raw: the very text, None where nothing was ever set. version: 0 then."""

    raw: str | None
    version: int
    values: Json

    @classmethod
    def read(cls, raw: str | None) -> Kept:
        if raw is None:
            return cls(None, 0, {})
        found = orjson.loads(raw)
        return cls(raw, found["version"], found["values"])


class DeskSettings:
    def __init__(self, store: AccountStore, settings: Settings, audit: Auditing) -> None:
        """settings: its fields of SETTING_OF follow the record, where the environment has not set them."""
        self._store = store
        self._settings = settings
        self._audit = audit
        self._unset = {name: getattr(settings, name) for name in SETTING_OF.values()}
        self._kept: dict[GroupName, Kept] = {name: Kept.read(None) for name in GROUPS}
        self._groups: dict[GroupName, Group] = {name: model() for name, model in GROUPS.items()}
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        """It is called after anything has changed, whoever changed it."""
        self._listeners.append(listener)

    @property
    def widget(self) -> WidgetGroup:
        return cast("WidgetGroup", self._groups["widget"])

    @property
    def sites(self) -> SitesGroup:
        return cast("SitesGroup", self._groups["sites"])

    @property
    def mail(self) -> MailGroup:
        return cast("MailGroup", self._groups["mail"])

    def version(self, name: GroupName) -> int:
        """0 where nothing was ever set, and one more with every change."""
        return self._kept[name].version

    def set_by(self, name: GroupName) -> dict[str, str]:
        """The group's fields that the environment has set, with the name of the variable."""
        return {
            field: PREFIX + setting.upper()
            for (group, field), setting in SETTING_OF.items()
            if group == name and setting in self._settings.fixed
        }

    def in_effect(self, name: GroupName) -> Json:
        """All fields of the group as they are in effect, whoever has set them."""
        values = self._groups[name].model_dump(exclude_none=False)
        for (group, field), setting in SETTING_OF.items():
            if group == name:
                current = getattr(self._settings, setting)
                values[field] = list(current) if isinstance(current, tuple) else current
        return values

    def kept(self, name: GroupName) -> Json:
        """Only what was set, for a file that sets the same elsewhere."""
        return self._kept[name].values

    async def refresh(self) -> bool:
        """Take over what was changed elsewhere. True where anything differed. Raises StoreUnavailable."""
        differed = False
        for name in GROUPS:
            kept = Kept.read(await self._store.value(key_of(name)))
            # What was read while somebody changed it here is older than what is known.
            if kept.version > self._kept[name].version:
                self._take(name, kept)
                differed = True
        if differed:
            self._tell()
        return differed

    async def change(
        self, actor: Agent | str, name: GroupName, change: Mapping[str, Any], if_version: int | None
    ) -> None:
        """Set the fields that `change` names, as the group's model has checked them; null takes one back.

        Raises Refusal invalid (together with what is set already), conflict (if_version, or set by the environment).
        """
        self._refuse_fixed(name, change)
        await self._swap(actor, name, lambda before: merged(before, dict(change)), if_version)

    async def replace(self, actor: Agent | str, name: GroupName, values: Json) -> None:
        """Make `values` all that is set in the group. Raises Refusal invalid."""
        await self._swap(actor, name, lambda _: values, None)

    async def _swap(
        self, actor: Agent | str, name: GroupName, change: Callable[[Json], Json], if_version: int | None
    ) -> None:
        for _ in range(TRIES):
            before = Kept.read(await self._store.value(key_of(name)))
            if if_version is not None and if_version != before.version:
                raise changed_meanwhile()
            values = change(before.values)
            checked(name, values)
            if values == before.values:
                self._keep(name, before)
                return
            raw = orjson.dumps({"version": before.version + 1, "values": values}, option=orjson.OPT_SORT_KEYS).decode()
            if await self._put(actor, name, before, values, raw):
                self._keep(name, Kept.read(raw))
                return
        raise Refusal("conflict", "Somebody else is changing this just now. Reload and try again.")

    async def _put(self, actor: Agent | str, name: GroupName, before: Kept, values: Json, raw: str) -> bool:
        """False: somebody was faster."""
        return await self._audit.along(
            actor,
            "settings.changed",
            f"settings:{name}",
            lambda store: store.swap_value(key_of(name), before.raw, raw),
            lambda is_swapped: _differing(before.values, values) if is_swapped else None,
        )

    def _refuse_fixed(self, name: GroupName, change: Mapping[str, Any]) -> None:
        current = self.in_effect(name)
        for field, variable in self.set_by(name).items():
            if field in change and change[field] != current[field]:
                raise Refusal("conflict", f"This is set by {variable}. Change it there, or unset it.", field=field)

    def _keep(self, name: GroupName, kept: Kept) -> None:
        if kept.raw != self._kept[name].raw:
            self._take(name, kept)
            self._tell()

    def _take(self, name: GroupName, kept: Kept) -> None:
        self._kept[name] = kept
        try:
            self._groups[name] = checked(name, kept.values)
        except Refusal as exc:  # of another version of Semafor, or written by hand: what held goes on holding
            logger.error("settings_unreadable", group=name, field=exc.field)
            return
        for (group, field), setting in SETTING_OF.items():
            if group == name and setting not in self._settings.fixed:
                value = getattr(self._groups[name], field)
                in_effect = tuple(value) if isinstance(value, list) else value
                self._settings.take_over(**{setting: in_effect or self._unset[setting]})

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def checked(name: GroupName, values: Mapping[str, Any]) -> Group:
    """The group of what was set. Raises Refusal invalid, with the field."""
    try:
        return GROUPS[name].model_validate(dict(values))
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Refusal("invalid", f"{field}: {first['msg']}", field=field) from None


def key_of(name: GroupName) -> str:
    return f"desk:{name}"


def _differing(before: Json, after: Json) -> Json:
    names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    return {
        "before": {name: before.get(name) for name in names},
        "after": {name: after.get(name) for name in names},
    }
