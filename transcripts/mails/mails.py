"""What a mail says, and how it is written down: from a row of the outbox to the bytes that are sent.

`render` decides the words and both parts; `as_bytes` makes the message out of them. The caller (the server's
composer) brings what the record holds. Notes of the team are no argument here: they cannot leave by mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final

from transcripts.conversation import Day, file_words, layout
from transcripts.envelopes import thread_of
from transcripts.errors import TranscriptError
from transcripts.mails import account_mails, code_mail, incident_mails, person_mail, ticket_mails, watching, weekly
from transcripts.plain import lines, one_line
from transcripts.records import Chat, Mail, MailKind, Message, Ticket, TicketMessage
from transcripts.sending import headers
from transcripts.templating import fill, fill_mail, tidied
from transcripts.wording import DEFAULT_LOCALE, Wording

# A transcript inside a mail: what is older stands on the customer's page. Mail servers commonly stop at 10 MB.
MAX_MESSAGES: Final = 300
MAX_CONVERSATION_CHARS: Final = 200_000
_OF_TICKETS: Final[frozenset[MailKind]] = frozenset(
    {"ticket_created", "ticket_update", "ticket_reply", *ticket_mails.KINDS}
)
_NAME_CHARS: Final = 80
_SUBJECT_CHARS: Final = 150


class MailError(TranscriptError):
    """A mail cannot be written: what it speaks of is missing, or an address is none. The message says which."""


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """Who writes. name: of the desk, as customers know it. tz: the desk's zone, for all dates in mails.

    sender: the name in From, None for `name`. signatures: what stands at the end of every mail, by language.
    """

    name: str
    public_url: str
    from_address: str
    tz: tzinfo
    sender: str | None = None
    signatures: Mapping[str, str] = field(default_factory=dict)

    def signature(self, locale: str) -> str | None:
        """English where there is none in the language."""
        return self.signatures.get(locale) or self.signatures.get(DEFAULT_LOCALE)

    @property
    def from_name(self) -> str:
        return one_line(self.sender or self.name, _NAME_CHARS)


@dataclass(frozen=True, slots=True)
class Rendered:
    """subject: one line, as people read it. headers: From, To, References ... as they go over the wire."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


def render(
    mail: Mail,
    *,
    ticket: Ticket | None,
    chat: Chat | None,
    messages: Sequence[Message],
    ticket_messages: Sequence[TicketMessage],
    desk: DeskFacts,
    link: str | None,
    code: str | None = None,
    reply_to: str | None = None,
) -> Rendered:
    """Both parts of a mail in its language.

    messages: of the chat, ascending; those behind `mail.upto_seq` are left out. ticket_messages: internal ones are
    left out. link: to the customer's own page, None where there is none. code: the one-time code, or the link to set a
    password, which only its addressee may see; None masks it. reply_to: the address that leads an answer to the
    ticket. Raises MailError.
    """
    if mail.kind == "transcript" and chat is None:
        raise MailError("The mail's conversation is not in the record.")
    if mail.kind in _OF_TICKETS and ticket is None:
        raise MailError("The mail's ticket is not in the record.")
    words = Wording(mail.locale)
    told = [m for m in messages if mail.upto_seq is None or m.seq <= mail.upto_seq]
    shown = _newest(told)
    written = [m for m in ticket_messages if not m.internal and m.author.kind == "visitor"]
    values = {
        "desk": one_line(desk.name, _NAME_CHARS),
        "signature": desk.signature(words.locale),
        "public_url": desk.public_url,
        "tz": desk.tz,
        "link": link,
        "subject": _subject(mail, ticket, chat, desk, words),
        "number": ticket.number if ticket else None,
        "about": one_line(ticket.subject, _SUBJECT_CHARS) if ticket else None,
        "days": _days(mail, shown, words, desk.tz),
        "left_out": len(told) - len(shown),
        "files": [file_words(file["name"], file["size_bytes"], words) for file in mail.context.get("files") or ()],
        # Who wrote by mail has it, and a forged sender must not make us carry somebody's words to a stranger.
        "written": written[0].body if written and not shown and written[0].channel != "mail" else None,
        **_promise(mail.context),
        **ticket_mails.shown(mail.context, ticket, words, desk.tz),
        **_unattended(mail, words),
        "numbers": list(mail.context.get("numbers") or ()),
        **(incident_mails.shown(mail.context, mail.kind, words, desk.tz) if mail.kind in incident_mails.KINDS else {}),
        **(_secret(mail, code, words, desk.tz)),
        **(weekly.shown(mail.context, words, desk.tz) if mail.kind == weekly.KIND else {}),
    }
    return Rendered(
        subject=values["subject"],
        text=signed(fill(f"{mail.kind}.txt.j2", mail.locale, **values), desk.signature(words.locale)),
        html=fill_mail(f"{mail.kind}.html.j2", mail.locale, **values),
        headers={
            **_fields(mail, ticket, desk, words),
            **_reply_field(reply_to, desk),
            **incident_mails.fields(mail.kind, link),
        },
    )


def as_bytes(rendered: Rendered, mail: Mail) -> bytes:
    """The message as it goes over the wire: CRLF, ASCII only, text part first. The same row gives the same Message-ID.

    Raises ValueError where a value would end its header: nothing is sent then.
    """
    fields = {
        **rendered.headers,
        "Subject": headers.text(rendered.subject),
        "Date": format_datetime(mail.created_at),
        "Message-ID": mail.message_id,
    }
    body = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    body.set_content(rendered.text)
    body.add_alternative(rendered.html, subtype="html")
    return b"".join(headers.field(name, value) for name, value in fields.items()) + body.as_bytes()


def signed(text: str, signature: str | None) -> str:
    """A plain text part, tidied, with the signature behind the line that mail readers know ("-- ", RFC 3676)."""
    end = "" if signature is None else "-- \n" + "\n".join(lines(signature)) + "\n"
    return tidied(text) + ("\n" + end if end else "")


def _subject(mail: Mail, ticket: Ticket | None, chat: Chat | None, desk: DeskFacts, words: Wording) -> str:
    """One subject for all mails of a ticket: readers thread by it too."""
    if mail.kind in watching.KINDS:
        what = watching.told(mail.context)
        return one_line(f"{watching.heading(what, words)}: {what.department}", _SUBJECT_CHARS)
    own = _own_subject(mail, desk, words)
    if own is not None:
        return one_line(own, _SUBJECT_CHARS)
    if mail.kind != "transcript" and ticket is not None:
        return one_line(f"[#{ticket.number}] {ticket.subject}", _SUBJECT_CHARS)
    at = chat.created_at if chat else mail.created_at
    day = words.day(at, desk.tz)
    return words.gettext("Your conversation with %(desk)s, %(day)s", desk=one_line(desk.name, _NAME_CHARS), day=day)


def _own_subject(mail: Mail, desk: DeskFacts, words: Wording) -> str | None:
    """Of kinds that belong to no ticket and no conversation; None for the others."""
    if mail.kind in incident_mails.KINDS:
        return incident_mails.subject(mail.context, mail.kind, words)
    if mail.kind == code_mail.KIND:
        return code_mail.subject(one_line(desk.name, _NAME_CHARS), words)
    if mail.kind in account_mails.KINDS:
        return account_mails.subject(mail.context, mail.kind, words)
    if mail.kind == person_mail.KIND:
        return person_mail.subject(mail.context, words)
    return weekly.subject(mail.context, words, desk.tz) if mail.kind == weekly.KIND else None


def _fields(mail: Mail, ticket: Ticket | None, desk: DeskFacts, words: Wording) -> dict[str, str]:
    try:
        sender = headers.mailbox(desk.from_name, desk.from_address)
        recipient = headers.addr_spec(mail.to)
    except ValueError as exc:
        raise MailError("The sender's or the recipient's address is none that mail can use.") from exc
    fields = {"From": sender, "To": recipient, "Content-Language": words.locale}
    if mail.kind != "ticket_reply":  # an answer is a person's; the others a machine wrote (RFC 3834)
        fields["Auto-Submitted"] = "auto-generated"
        fields["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    first = mail.context.get("thread") if ticket is None else thread_of(ticket, host_of(mail))
    if first is not None and first != mail.message_id:
        fields["In-Reply-To"] = fields["References"] = first
    return fields


def _reply_field(reply_to: str | None, desk: DeskFacts) -> dict[str, str]:
    try:
        return {} if reply_to is None else {"Reply-To": headers.mailbox(desk.from_name, reply_to)}
    except ValueError as exc:
        raise MailError("The sender's address is none that mail can use.") from exc


def host_of(mail: Mail) -> str:
    """The right side of the mail's Message-ID."""
    return mail.message_id.rpartition("@")[2].rstrip(">")


def _promise(context: Mapping[str, Any]) -> dict[str, Any]:
    """The values frozen when the mail was queued; what was not frozen is None."""
    checkpoint = context.get("checkpoint_at")
    return {
        "status": context.get("status"),
        "checkpoint_at": datetime.fromisoformat(checkpoint) if checkpoint else None,
        "sentence": context.get("sentence"),
        "body": context.get("body"),
        "agent": one_line(context.get("agent") or "", _NAME_CHARS) or None,
    }


def _unattended(mail: Mail, words: Wording) -> dict[str, Any]:
    """What a mail about an unattended desk says, sentences ready; nothing for the other kinds."""
    if mail.kind not in watching.KINDS:
        return {}
    what = watching.told(mail.context)
    return {
        "heading": watching.heading(what, words),
        "department": one_line(what.department, _NAME_CHARS),
        "since": what.since,
        "until": what.until,
        "length": words.length((what.until - what.since).total_seconds()) if what.until else None,
        "cause": one_line(watching.cause_sentence(what, words), _SUBJECT_CHARS),
        "came": one_line(what.came or "", _NAME_CHARS) or None,
        "cost": watching.cost_sentence(what, words),
    }


def _secret(mail: Mail, code: str | None, words: Wording, tz: tzinfo) -> dict[str, Any]:
    """What only the addressee may see: a one-time code, or the link that sets a password; masked where it is None."""
    if mail.kind == person_mail.KIND:
        return person_mail.shown(mail.context, code, words, tz)
    if mail.kind in account_mails.KINDS:
        return account_mails.shown(mail.context, mail.kind, code, words, tz)
    return code_mail.shown(mail.context, code, words, tz)


def _days(mail: Mail, shown: Sequence[Message], words: Wording, tz: tzinfo) -> list[Day]:
    """The conversation belongs into the first mail and into a transcript; a later mail would only repeat it."""
    return layout(shown, words, tz) if mail.kind in {"ticket_created", "transcript"} else []


def _newest(messages: Sequence[Message]) -> list[Message]:
    """The newest messages that fit into a mail, in their order."""
    kept: list[Message] = []
    chars = 0
    for message in reversed(messages):
        chars += len(message.body)
        if len(kept) == MAX_MESSAGES or chars > MAX_CONVERSATION_CHARS:
            break
        kept.append(message)
    return kept[::-1]
