"""Mails: judged by Message-ID, from what a mail server took and what the desk says of each.

Nothing is lost, nothing is unseen, and twice comes only what SMTP cannot tell: a try that ended between the dot and the
answer, or one whose answer died with somebody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.faults.hostile_smtp import Taken

DYING_S = 5.0
"""An answer so shortly before a death may have died with it: on a busy machine the desk may not have read it yet."""
AT_ONCE = 8
"""Mails that a desk sends side by side: so many answers may die with one death."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail as the record has it at the end."""

    message_id: str
    to: str
    state: str
    error: str | None


def mail_complaints(mails: Iterable[Kept], taken: Sequence[Taken], deaths: Sequence[float]) -> list[str]:
    """What must not be, one line each; deaths: when the desk or the mail server was killed."""
    found: list[str] = []
    by_id: dict[str, list[Taken]] = {}
    for one in taken:
        by_id.setdefault(one.message_id, []).append(one)
    excused: Counter[float] = Counter()
    for mail in mails:
        times = by_id.pop(mail.message_id, [])
        if mail.state == "due":
            found.append(f"{mail.to}: still due")
        elif mail.state == "failed" and not mail.error:
            found.append(f"{mail.to}: failed without a reason")
        elif mail.state == "failed" and any(one.is_told for one in times):
            found.append(f"{mail.to}: taken, and told as failed")
        elif mail.state == "sent" and not times:
            found.append(f"{mail.to}: told as sent, and never taken")
        for one, again in pairwise(times):
            death = _death_after(one, deaths, again.at_s)
            if one.is_told and death is None:
                found.append(f"{mail.to}: taken once more, {again.at_s - one.at_s:.1f} s after its answer")
            elif one.is_told and death is not None:
                excused[death] += 1
    found += [f"{n} answers died with one death" for n in excused.values() if n > AT_ONCE]
    return found + [f"{message_id}: taken, and in no record" for message_id in by_id]


def _death_after(one: Taken, deaths: Sequence[float], until_s: float) -> float | None:
    """The death that the answer may not have survived; one that came before it, too: it was said to nobody."""
    return next((death for death in deaths if one.began_s <= death <= min(one.at_s + DYING_S, until_s)), None)
