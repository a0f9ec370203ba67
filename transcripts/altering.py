"""A record with some fields changed: dataclasses.replace in a sixth of its time, for records with many fields.

A message's way through the record makes a chat of fifty fields; replace() names each of them, and a frozen class sets
each with a call. Here a draft is filled, which has the same slots and is not frozen, and then becomes the record.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


def altered(record: T, **changes: object) -> T:
    """record: of a frozen dataclass with slots and without a __post_init__. Raises KeyError for no field of it."""
    kind = type(record)
    made = _copier(cast("Hashable", kind))(record)
    for name, value in changes.items():
        try:
            setattr(made, name, value)
        except AttributeError:
            raise KeyError(name) from None
    made.__class__ = kind
    return cast("T", made)


@cache
def _copier(kind: Hashable) -> Callable[[object], Any]:
    """A function whose text is one assignment per field, as dataclasses writes its own."""
    names = [item.name for item in fields(cast("type[Any]", kind))]
    lines = ("def copy(record):", "made = Draft()", *(f"made.{name} = record.{name}" for name in names), "return made")
    scope: dict[str, Any] = {"Draft": type("Draft", (), {"__slots__": names})}
    exec("\n ".join(lines), scope)  # noqa: S102 - of names that are in our own source
    copy: Callable[[object], Any] = scope["copy"]
    return copy
