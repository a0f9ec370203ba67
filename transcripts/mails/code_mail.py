"""What the mail with a one-time code says. The code itself is in no row: it is made again when the mail goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from transcripts.codes import LIFETIME
from transcripts.envelopes import Envelope, iso, message_id
from transcripts.operations import NewMail
from transcripts.records import Chat, MailKind
from transcripts.wording import Wording

KIND: Final[MailKind] = "one_time_code"
MASK: Final = "••• •••"
"""What stands for the code wherever the mail is shown to others, and in the copy that the record keeps."""


def code_mail(chat: Chat, address: str, code_id: str, envelope: Envelope, at: datetime) -> NewMail:
    return NewMail(
        id=envelope.mail_id,
        kind=KIND,
        to=address,
        locale=chat.locale,
        message_id=message_id(envelope, "chat"),
        chat_id=chat.id,
        context={"code_id": code_id, "expires_at": iso(at + LIFETIME)},
    )


def subject(desk: str, words: Wording) -> str:
    """Without the code: subjects stand on locked screens."""
    return words.gettext("Your code for the conversation with %(desk)s", desk=desk)


def shown(context: Mapping[str, Any], code: str | None, words: Wording, tz: tzinfo) -> dict[str, Any]:
    """code: six digits; None: for other eyes than the addressee's."""
    expires_at = datetime.fromisoformat(context["expires_at"]) if context.get("expires_at") else None
    return {
        "code": MASK if code is None else f"{code[:3]} {code[3:]}",
        "good_until": f"{words.clock(expires_at, tz)} {words.zone(expires_at, tz)}" if expires_at else None,
        "minutes": int(LIFETIME.total_seconds() // 60),
    }
