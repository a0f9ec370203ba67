"""Mails to those who manage a department: nobody is at the desk in opening hours, and again when that is over.

Pure: what happened is an argument. Who is written to, and when, is the server's (services/telling/watch.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from transcripts.envelopes import Envelope, iso
from transcripts.operations import NewMail
from transcripts.records import MailKind
from transcripts.wording import Wording

KINDS: Final[frozenset[MailKind]] = frozenset({"nobody_online", "nobody_online_over"})


@dataclass(frozen=True, slots=True)
class Unattended:
    """A stretch of opening time in which nobody was there. cause, ended: as in the coverage report's gaps.

    agent: the name of who left last, None where that is nobody. until None: it goes on, and `waiting` wait now; else
    `waiting` waited in it, `left` of them gave up, and `came` is the name of who came.
    """

    department: str
    since: datetime
    cause: str
    agent: str | None = None
    reason: str | None = None
    waiting: int = 0
    until: datetime | None = None
    ended: str | None = None
    came: str | None = None
    left: int = 0


def unattended_mail(envelope: Envelope, to: str, locale: str, what: Unattended) -> NewMail:
    """One of the two mails about `what`. The same envelope id, for the second with `-over`, makes them one thread."""
    is_over = what.until is not None
    mail_id = f"{envelope.mail_id}-over" if is_over else envelope.mail_id
    return NewMail(
        id=mail_id,
        kind="nobody_online_over" if is_over else "nobody_online",
        to=to,
        locale=locale,
        message_id=f"<desk.{mail_id}@{envelope.host}>",
        context={
            "department": what.department,
            "since": iso(what.since),
            "cause": what.cause,
            "agent": what.agent,
            "reason": what.reason,
            "waiting": what.waiting,
            "until": iso(what.until),
            "ended": what.ended,
            "came": what.came,
            "left": what.left,
            "thread": f"<desk.{envelope.mail_id}@{envelope.host}>",
        },
    )


def told(context: Mapping[str, Any]) -> Unattended:
    """What the mail is about, as it was when it was queued."""
    until = context["until"]
    return Unattended(
        department=context["department"],
        since=datetime.fromisoformat(context["since"]),
        cause=context["cause"],
        agent=context["agent"],
        reason=context["reason"],
        waiting=context["waiting"],
        until=None if until is None else datetime.fromisoformat(until),
        ended=context["ended"],
        came=context["came"],
        left=context["left"],
    )


def heading(what: Unattended, words: Wording) -> str:
    if what.until is None:
        return words.gettext("Nobody is at the desk")
    if what.ended == "closed":
        return words.gettext("The desk has closed, and nobody had come")
    return words.gettext("Somebody is at the desk again")


def cause_sentence(what: Unattended, words: Wording) -> str:
    agent = what.agent or words.gettext("A colleague")
    sentences = {
        "connection_lost": words.gettext("%(agent)s: the connection was lost.", agent=agent),
        "away": words.gettext("%(agent)s: away.", agent=agent),
        "signed_out": words.gettext("%(agent)s: signed out.", agent=agent),
        "moved": words.gettext("%(agent)s: in other departments now.", agent=agent),
        "server_down": words.gettext("The server was down."),
    }
    sentence = sentences.get(what.cause, words.gettext("Nobody was there when it opened."))
    if what.cause == "away" and what.reason:
        return words.gettext("%(agent)s: away (%(reason)s).", agent=agent, reason=what.reason)
    return sentence


def cost_sentence(what: Unattended, words: Wording) -> str:
    """Who waits, or who waited and how many of them left."""
    if what.until is None:
        return words.gettext("Visitors waiting: %(waiting)s", waiting=what.waiting)
    return words.gettext("Visitors who waited: %(waited)s, who left: %(left)s", waited=what.waiting, left=what.left)
