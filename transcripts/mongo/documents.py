"""Document <-> record: each record class is one collection whose documents have the names of its fields.

A moment is a whole number of microseconds (BSON's own dates stop at milliseconds), an Author, a File and a Rating are
documents, a tuple is an array. A mapping is JSON text: its keys are somebody's words, and not every word may be a key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from transcripts.mongo.client import Document
from transcripts.records import Author, File, Rating
from transcripts.solution import Solution

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _rating_out(rating: Rating) -> Document:
    return {**asdict(rating), "at": to_micros(rating.at)}


def _rating_in(values: Document) -> Rating:
    return Rating(**{**values, "at": from_micros(values["at"])})


_CONVERSIONS: tuple[tuple[type, Callable[[Any], object], Callable[[Any], object]], ...] = (
    (datetime, to_micros, from_micros),
    (Author, asdict, lambda values: Author(**values)),
    (Rating, _rating_out, _rating_in),
    (Solution, asdict, lambda values: Solution(**values)),
    (File, asdict, lambda values: File(**values)),
    (tuple, list, tuple),
    (Mapping, lambda value: json.dumps(dict(value), ensure_ascii=False, separators=(",", ":")), json.loads),
)
"""What a document cannot hold as it is: the type in a field's annotation, and both directions."""


class Documents(Generic[T]):
    """How records of one class are kept. key: the field that is the document's `_id`; None: the driver makes one.

    A document of before there was a field has that field's default.
    """

    def __init__(self, record: type[T], *, key: str | None = None) -> None:
        self._record = record
        self._fields = [
            _Field(item.name, "_id" if item.name == key else item.name, hint, item.default)
            for item, hint in _hinted(record)
        ]

    def of(self, document: Document) -> T:
        return self._record(*[field.of(document) for field in self._fields])

    def document(self, record: T, **extra: object) -> Document:
        """extra: what is kept beside the record's own fields."""
        return {**{field.stored: field.encoded(getattr(record, field.name)) for field in self._fields}, **extra}

    def changes(self, before: T, after: T) -> Document:
        """For `$set`: what differs; the key stays."""
        return {
            field.stored: field.encoded(getattr(after, field.name))
            for field in self._fields
            if getattr(before, field.name) != getattr(after, field.name)
        }


class _Field:
    def __init__(self, name: str, stored: str, hint: object, default: object) -> None:
        self.name = name
        self.stored = stored
        self._default = default
        types = {hint, get_origin(hint), *get_args(hint), *map(get_origin, get_args(hint))}
        wanted = [conversion for conversion in _CONVERSIONS if conversion[0] in types]
        self._encode, self._decode = wanted[0][1:] if wanted else (_same, _same)

    def encoded(self, value: Any) -> object:
        return None if value is None else self._encode(value)

    def of(self, document: Document) -> Any:
        if self.stored not in document and self._default is not MISSING:
            return self._default
        value = document[self.stored]
        return None if value is None else self._decode(value)


def _hinted(record: type[Any]) -> list[tuple[Any, object]]:
    hints = get_type_hints(record)
    return [(item, hints[item.name]) for item in fields(record)]


def _same(value: Any) -> object:
    return value
