"""Mails to the people of the desk about their own account: a link to set a password, and what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any, Final, Literal

from transcripts.envelopes import Envelope, iso
from transcripts.operations import NewMail
from transcripts.plain import one_line
from transcripts.records import MailKind
from transcripts.wording import Wording

RESET: Final[MailKind] = "password_reset"
INVITATION: Final[MailKind] = "invitation"
NEWS: Final[MailKind] = "account_news"
WITH_LINK: Final[frozenset[MailKind]] = frozenset({RESET, INVITATION})
KINDS: Final = WITH_LINK | {NEWS}
MASK: Final = "/reset/•••"
"""What stands for the link wherever the mail is shown to others, and in the copy that the record keeps."""
NAME_MAX: Final = 120
News = Literal["password", "factor_on", "factor_off"]


def _mail(envelope: Envelope, kind: MailKind, to: str, locale: str, context: Mapping[str, Any]) -> NewMail:
    message_id = f"<account.{envelope.mail_id}@{envelope.host}>"
    return NewMail(envelope.mail_id, kind, to, locale, message_id, context=context)


def reset_mail(envelope: Envelope, to: str, locale: str, agent_id: str, reset_id: str, expires_at: datetime) -> NewMail:
    """The link itself is in no row: it is signed when the mail goes out."""
    context = {"agent_id": agent_id, "reset_id": reset_id, "expires_at": iso(expires_at)}
    return _mail(envelope, RESET, to, locale, context)


def invitation_mail(
    envelope: Envelope, to: str, locale: str, agent_id: str, reset_id: str, expires_at: datetime, invited_by: str | None
) -> NewMail:
    """To somebody whose account an admin has made. invited_by: the admin's name, None: nobody's in particular."""
    reset = reset_mail(envelope, to, locale, agent_id, reset_id, expires_at)
    return replace(reset, kind=INVITATION, context={**reset.context, "invited_by": invited_by})


def news_mail(envelope: Envelope, to: str, locale: str, news: News, at: datetime) -> NewMail:
    return _mail(envelope, NEWS, to, locale, {"news": news, "at": iso(at)})


def subject(context: Mapping[str, Any], kind: MailKind, words: Wording) -> str:
    if kind == INVITATION:
        return words.gettext("Choose a password for your account")
    return words.gettext("Set a new password") if kind == RESET else _heading(context["news"], words)


def shown(context: Mapping[str, Any], kind: MailKind, link: str | None, words: Wording, tz: tzinfo) -> dict[str, Any]:
    """What the templates of these kinds fill in. link: to set a new password; None: for other eyes."""
    if kind in WITH_LINK:
        until = words.moment(datetime.fromisoformat(context["expires_at"]), tz)
        return {
            "reset_link": link,
            "mask": MASK,
            "until": until,
            "invited_by": one_line(context.get("invited_by") or "", NAME_MAX),
        }
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
