"""What an examination says: one finding per thing that was looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """name: of what was looked at, one word. said: what was found. remedy: what to do; "" where all is well."""

    name: str
    state: State
    said: str
    remedy: str = ""


Look = Callable[[], Awaitable[Sequence[Finding]]]


def ok(name: str, said: str) -> Finding:
    return Finding(name, "ok", said)


def warn(name: str, said: str, remedy: str) -> Finding:
    return Finding(name, "warn", said, remedy)


def fail(name: str, said: str, remedy: str) -> Finding:
    return Finding(name, "fail", said, remedy)
