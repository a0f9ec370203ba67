"""How long what is kept, by department and class; pure rules.

conversations: closed chats and finished tickets lose their words (as an erased person's do). files: are gone, their
messages go on naming them. pages: the trail of pages that visitors read. addresses: names, e-mail addresses and phone
numbers in closed chats and finished tickets, their mails and what came in; words stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

RetentionClass = Literal["conversations", "files", "pages", "addresses"]
CLASSES: tuple[RetentionClass, ...] = get_args(RetentionClass)
_ORDER: tuple[RetentionClass, ...] = ("files", "pages", "addresses", "conversations")
"""Conversations last: what is in them goes with them, and the others would find less than was announced."""
DAYS_MAX = 36_500


@dataclass(frozen=True, slots=True)
class Retention:
    """Days per class; a class that is not named is kept for ever. departments: their own days, which win.

    In a department's own, None is "for ever", whatever the desk says.
    """

    desk: Mapping[RetentionClass, int | None] = field(default_factory=dict)
    departments: Mapping[str, Mapping[RetentionClass, int | None]] = field(default_factory=dict)
    version: int = 0

    def days(self, kind: RetentionClass, department_id: str) -> int | None:
        own = self.departments.get(department_id, {})
        return own[kind] if kind in own else self.desk.get(kind)


@dataclass(frozen=True, slots=True)
class Outdated:
    """What was over before that moment, of one class, in one department. limit: of each kind of row."""

    kind: RetentionClass
    department_id: str
    before: datetime
    limit: int


@dataclass(frozen=True, slots=True)
class Aged:
    """page_visitors: whose pages of before that moment go; page_views: how many."""

    chat_ids: tuple[str, ...] = ()
    ticket_numbers: tuple[str, ...] = ()
    file_ids: tuple[str, ...] = ()
    file_bytes: int = 0
    page_visitors: tuple[str, ...] = ()
    page_views: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return {
            "chats": len(self.chat_ids),
            "tickets": len(self.ticket_numbers),
            "files": len(self.file_ids),
            "file_bytes": self.file_bytes,
            "pages": self.page_views,
        }

    @property
    def is_nothing(self) -> bool:
        return self == Aged()


def due(retention: Retention, department_ids: Iterable[str], now: datetime, limit: int) -> list[Outdated]:
    """What is to be looked for now, class by class, in the order in which each finds all that a dry run told of it."""
    return [
        Outdated(kind, department_id, now - timedelta(days=days), limit)
        for kind in _ORDER
        for department_id in department_ids
        if (days := retention.days(kind, department_id)) is not None
    ]
