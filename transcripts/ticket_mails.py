"""What the mails about a ticket's life say besides status and promise: the solution, the promise that was missed.

Read from the values that were frozen when the mail was queued (promises.py). An empty part is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from transcripts.records import MailKind
from transcripts.wording import Wording

KINDS: Final[frozenset[MailKind]] = frozenset({"ticket_solved", "ticket_missed", "ticket_escalated"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the solution. is_free: in an agent's own words."""

    name: str
    said: str
    is_free: bool


def shown(context: Mapping[str, Any], words: Wording) -> dict[str, Any]:
    missed_at = context.get("missed_at")
    return {
        "solution": list(_parts(context, words)),
        "cause": context.get("cause"),
        "done": context.get("done"),
        "missed_at": datetime.fromisoformat(missed_at) if missed_at else None,
    }


def _parts(context: Mapping[str, Any], words: Wording) -> Iterator[Part]:
    for name, said in (
        (words.gettext("Cause"), context.get("cause")),
        (words.gettext("What we did"), context.get("done")),
    ):
        if said:
            yield Part(name, said, is_free=True)
    for name, is_so in (
        (words.gettext("Fully solved"), context.get("fully_solved")),
        (words.gettext("Can it happen again"), context.get("can_recur")),
    ):
        if is_so is not None:
            yield Part(name, words.gettext("Yes") if is_so else words.gettext("No"), is_free=False)
