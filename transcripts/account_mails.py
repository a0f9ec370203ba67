"""Mails to the people of the desk about their own account: a link to set a new password, and what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final, Literal

from transcripts.envelopes import Envelope, iso
from transcripts.operations import NewMail
from transcripts.records import MailKind
from transcripts.wording import Wording

RESET: Final[MailKind] = "password_reset"
NEWS: Final[MailKind] = "account_news"
KINDS: Final[frozenset[MailKind]] = frozenset({RESET, NEWS})
MASK: Final = "/reset/•••"
"""What stands for the link wherever the mail is shown to others, and in the copy that the record keeps."""
News = Literal["password", "factor_on", "factor_off"]


def _mail(envelope: Envelope, kind: MailKind, to: str, locale: str, context: Mapping[str, Any]) -> NewMail:
    message_id = f"<account.{envelope.mail_id}@{envelope.host}>"
    return NewMail(envelope.mail_id, kind, to, locale, message_id, context=context)


def reset_mail(envelope: Envelope, to: str, locale: str, agent_id: str, reset_id: str, expires_at: datetime) -> NewMail:
    """The link itself is in no row: it is signed when the mail goes out."""
    context = {"agent_id": agent_id, "reset_id": reset_id, "expires_at": iso(expires_at)}
    return _mail(envelope, RESET, to, locale, context)


def news_mail(envelope: Envelope, to: str, locale: str, news: News, at: datetime) -> NewMail:
    return _mail(envelope, NEWS, to, locale, {"news": news, "at": iso(at)})


def subject(context: Mapping[str, Any], kind: MailKind, words: Wording) -> str:
    return words.gettext("Set a new password") if kind == RESET else _heading(context["news"], words)


def shown(context: Mapping[str, Any], kind: MailKind, link: str | None, words: Wording, tz: tzinfo) -> dict[str, Any]:
    """What the templates of these kinds fill in. link: to set a new password; None: for other eyes."""
    if kind == RESET:
        until = datetime.fromisoformat(context["expires_at"])
        return {"reset_link": link, "mask": MASK, "clock": f"{words.clock(until, tz)} {words.zone(until, tz)}"}
    if kind == NEWS:
        when = words.moment(datetime.fromisoformat(context["at"]), tz)
        return {"heading": _heading(context["news"], words), "ended": context["news"] == "password", "when": when}
    return {}


def _heading(news: News, words: Wording) -> str:
    if news == "password":
        return words.gettext("Your password was changed")
    if news == "factor_on":
        return words.gettext("Your account has a second factor now")
    return words.gettext("Your account has no second factor any more")
