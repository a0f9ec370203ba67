"""A conversation as a document of its own: HTML to keep or print, and plain text. JSON is the server's, as on the wire.

Notes stand in it only where the caller hands them over: to the team, never through a customer's link.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from transcripts.conversation import layout
from transcripts.plain import one_line
from transcripts.records import Chat, Message, Note
from transcripts.templating import fill, tidied
from transcripts.wording import Wording


def transcript_html(
    chat: Chat, messages: Sequence[Message], *, locale: str, tz: tzinfo, desk: str, notes: Sequence[Note] = ()
) -> str:
    """A whole page with its styles inside: no script, nothing to load. desk: the desk's name."""
    return fill("export.html.j2", locale, **_values(chat, messages, locale, tz, desk, notes))


def transcript_txt(
    chat: Chat, messages: Sequence[Message], *, locale: str, tz: tzinfo, desk: str, notes: Sequence[Note] = ()
) -> str:
    """Plain text; everybody's words are indented, so that none can pass for a line of the record."""
    return tidied(fill("export.txt.j2", locale, **_values(chat, messages, locale, tz, desk, notes)))


def _values(
    chat: Chat, messages: Sequence[Message], locale: str, tz: tzinfo, desk: str, notes: Sequence[Note]
) -> dict[str, Any]:
    words = Wording(locale)
    at = chat.created_at
    visitor = one_line(chat.visitor_name or "", 80) or words.gettext("Visitor")
    return {
        "subject": words.gettext("Conversation with %(name)s", name=visitor),
        "desk": one_line(desk, 80),
        "chat_id": chat.id,
        "ticket_number": chat.ticket_number,
        "started": f"{words.day(at, tz)}, {words.clock(at, tz)} {words.zone(at, tz)}",
        "days": layout(messages, words, tz, notes=notes),
    }
