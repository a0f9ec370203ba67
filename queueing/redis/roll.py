"""Homes as they travel: who is in one is its body, known by a revision that is the body's own digest.

So a body is sent only when it has changed and returned only to those who lack it, and no restart, of Redis or of a
home, can make an old body pass for a new one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queueing.homes import HOME_FORGOTTEN_S, HOME_LIVES_S, Home, Roll


@dataclass(frozen=True, slots=True)
class Body:
    revision: str
    agents: frozenset[str]
    visitors: frozenset[str]


Bodies = Mapping[str, Body]
"""By process."""


def body_text(agents: Collection[str], visitors: Collection[str]) -> str:
    """The same text for the same people, in whatever order they are given."""
    return json.dumps([sorted(set(agents)), sorted(set(visitors))], separators=(",", ":"))


def body_of(text: str | bytes) -> Body:
    agents, visitors = json.loads(text)
    digest = hashlib.sha1(text.encode() if isinstance(text, str) else text, usedforsecurity=False).hexdigest()
    return Body(digest, frozenset(agents), frozenset(visitors))


def arguments_of(process: str, body: Body, text: str, known: Bodies) -> dict[str, str]:
    """Of the script `beat`. text: '' for a body that Redis has."""
    revisions = {name: of.revision for name, of in known.items()} | {process: body.revision}
    return {
        "process": process,
        "revision": body.revision,
        "body": text,
        "known": json.dumps(revisions),
        "lives_ms": _ms(HOME_LIVES_S),
        "forgotten_ms": _ms(HOME_FORGOTTEN_S),
    }


def bodies_of(reply: Sequence[Any], known: Bodies) -> dict[str, Body]:
    """Of the homes in the reply. known: as they were told to the script, the caller's own among them."""
    return {process.decode(): body_of(text) if text else known[process.decode()] for process, _, _, text in reply[1]}


def roll_of(reply: Sequence[Any], bodies: Bodies) -> Roll:
    leader, entries, begins = reply
    homes = []
    for name, age_ms, _, _ in entries:
        process = name.decode()
        homes.append(Home(process, age_ms / 1000, bodies[process].agents, bodies[process].visitors))
    return Roll(tuple(sorted(homes, key=lambda home: home.process)), leader.decode(), bool(begins))


def _ms(seconds: float) -> str:
    return str(round(seconds * 1000))
