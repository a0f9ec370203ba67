"""The mails about incidents: asking for a confirmation, each piece of news, and that it is over.

A mail's id is made of the incident, the piece of news and the reader, so that the outbox takes each of them once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from transcripts.envelopes import Envelope, iso
from transcripts.incidents import Incident, News, Subscriber
from transcripts.operations import NewMail
from transcripts.plain import one_line
from transcripts.records import MailKind
from transcripts.wording import Wording

KINDS: Final[frozenset[MailKind]] = frozenset({"incident_confirm", "incident_update", "incident_over"})
_LINE_CHARS: Final = 150
_TIMES: Final = ("starts_at", "ends_at")


def confirm_mail(envelope: Envelope, to: str, locale: str, incident: Incident | None, until: datetime) -> NewMail:
    """Asks whether it is its owner's wish. incident None: all that is to come. until: the link's last moment."""
    return NewMail(
        id=envelope.mail_id,
        kind="incident_confirm",
        to=to,
        locale=locale,
        message_id=f"<incident.{envelope.mail_id}@{envelope.host}>",
        context={
            "incident_id": incident.id if incident else None,
            "title": incident.title if incident else None,
            "until": iso(until),
        },
    )


def news_mail(incident: Incident, news: News, reader: Subscriber, host: str) -> NewMail:
    """One piece of news for one reader; all mails about an incident are one conversation."""
    mail_id = f"incident-{incident.id}-{news.number}-{reader.id}"
    return NewMail(
        id=mail_id,
        kind="incident_over" if news.over else "incident_update",
        to=reader.email,
        locale=reader.locale,
        message_id=f"<{mail_id}@{host}>",
        context={
            "incident_id": incident.id,
            "title": incident.title,
            "service": incident.service,
            "planned": incident.kind == "planned",
            "first": news.number == 0,
            "body": news.body,
            "starts_at": iso(incident.starts_at),
            "ends_at": iso(incident.ends_at),
            "at": iso(news.at),
            "thread": f"<incident.{incident.id}.{reader.id}@{host}>",
        },
    )


def subject(context: Mapping[str, Any], kind: MailKind, words: Wording) -> str:
    title = context["title"]
    if kind == "incident_confirm":
        return one_line(words.gettext("Please confirm: news about incidents"), _LINE_CHARS)
    return one_line(f"{heading(context, kind, words)}: {title}", _LINE_CHARS)


def heading(context: Mapping[str, Any], kind: MailKind, words: Wording) -> str:
    if kind == "incident_over":
        return words.gettext("Planned work is over") if context["planned"] else words.gettext("It works again")
    if context["planned"]:
        return words.gettext("Planned work") if context["first"] else words.gettext("News of the planned work")
    return words.gettext("Incident") if context["first"] else words.gettext("News of the incident")


def shown(context: Mapping[str, Any], kind: MailKind, words: Wording, tz: tzinfo) -> dict[str, Any]:
    """What the templates of these kinds fill in."""
    title = context.get("title")
    values: dict[str, Any] = {
        "title": one_line(title, _LINE_CHARS) if title else None,
        "path": f"/incidents/{context['incident_id']}" if context.get("incident_id") else "/incidents",
    }
    if kind == "incident_confirm":
        return values
    times = {name: datetime.fromisoformat(context[name]) if context.get(name) else None for name in _TIMES}
    return {
        **values,
        "heading": heading(context, kind, words),
        "service": one_line(context["service"] or "", _LINE_CHARS) or None,
        "planned": context["planned"],
        "over": kind == "incident_over",
        "news": context["body"] or None,
        "starts_text": words.moment(times["starts_at"], tz) if times["starts_at"] else None,
        "ends_text": words.moment(times["ends_at"], tz) if times["ends_at"] else None,
    }


def fields(kind: MailKind, link: str | None) -> dict[str, str]:
    """Headers by which a mail program offers its reader to end the mails with one click (RFC 2369, RFC 8058)."""
    if link is None or kind not in KINDS or kind == "incident_confirm":
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
