"""The mail with the link by which a person gets, or erases, what is kept about them. The link is in no row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, Literal

from transcripts.envelopes import Envelope, iso
from transcripts.operations import NewMail
from transcripts.records import MailKind
from transcripts.wording import Wording

KIND: Final[MailKind] = "person_link"
LIFETIME: Final = timedelta(hours=24)
MASK: Final = "/privacy/•••"
"""What stands for the link wherever the mail is shown to others, and in the copy that the record keeps."""
Purpose = Literal["export", "erase"]


def person_mail(envelope: Envelope, to: str, locale: str, purpose: Purpose, at: datetime) -> NewMail:
    context = {"purpose": purpose, "expires_at": iso(at + LIFETIME)}
    message_id = f"<person.{envelope.mail_id}@{envelope.host}>"
    return NewMail(envelope.mail_id, KIND, to, locale, message_id, context=context)


def subject(context: Mapping[str, Any], words: Wording) -> str:
    if context["purpose"] == "erase":
        return words.gettext("Erase what we keep about you")
    return words.gettext("What we keep about you")


def shown(context: Mapping[str, Any], link: str | None, words: Wording, tz: tzinfo) -> dict[str, Any]:
    """link: None: for other eyes."""
    until = datetime.fromisoformat(context["expires_at"])
    return {"person_link": link, "mask": MASK, "clock": words.moment(until, tz)}
