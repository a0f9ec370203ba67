"""A conversation laid out for reading: days, and within a day what one person said without a break.

Mails and exports render the same layout. Notes of the team are in it only where the caller hands them over, and the
mails never do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Final, Literal

from transcripts.plain import one_line
from transcripts.records import Message, Note
from transcripts.wording import Wording

TurnKind = Literal["visitor", "agent", "event", "note"]
_NAME_CHARS: Final = 80


@dataclass(frozen=True, slots=True)
class Said:
    """One message or note. file: `text` names a file instead of being somebody's words."""

    clock: str
    text: str
    file: bool = False


@dataclass(slots=True)
class Turn:
    """What one person said in a row, or one event. name: "" for an event."""

    kind: TurnKind
    name: str
    said: list[Said] = field(default_factory=list)


@dataclass(slots=True)
class Day:
    label: str
    turns: list[Turn] = field(default_factory=list)


def layout(messages: Sequence[Message], words: Wording, tz: tzinfo, *, notes: Sequence[Note] = ()) -> list[Day]:
    """Messages in their order, each note behind the message it belongs to; days are those of `tz`."""
    days: list[Day] = []
    last: tuple[date, TurnKind, str | None] | None = None
    for entry in _woven(messages, notes):
        day, kind = entry.at.astimezone(tz).date(), _kind(entry)
        if last is None or last[0] != day:
            days.append(Day(words.day(entry.at, tz)))
        speaker = (day, kind, entry.author.id or entry.author.name)
        if speaker != last or kind == "event":
            days[-1].turns.append(Turn(kind, _name(entry, kind, words)))
        days[-1].turns[-1].said.append(_said(entry, words, entry.at, tz))
        last = speaker
    return days


def _woven(messages: Sequence[Message], notes: Sequence[Note]) -> Iterable[Message | Note]:
    waiting = sorted(notes, key=lambda note: (note.after_seq, note.note_seq))
    for message in messages:
        while waiting and waiting[0].after_seq < message.seq:
            yield waiting.pop(0)
        yield message
    yield from waiting


def _kind(entry: Message | Note) -> TurnKind:
    if isinstance(entry, Note):
        return "note"
    if entry.kind == "event" or entry.author.kind == "system":
        return "event"
    return "visitor" if entry.author.kind == "visitor" else "agent"


def _name(entry: Message | Note, kind: TurnKind, words: Wording) -> str:
    if kind == "event":
        return ""
    fallback = words.gettext("Visitor") if kind == "visitor" else words.gettext("A colleague")
    return one_line(entry.author.name or "", _NAME_CHARS) or fallback


def _said(entry: Message | Note, words: Wording, at: datetime, tz: tzinfo) -> Said:
    clock = words.clock(at, tz)
    if isinstance(entry, Message) and entry.file is not None:
        return Said(clock, file_words(entry.file.name, entry.file.size_bytes, words), file=True)
    return Said(clock, entry.body)


def file_words(name: str, size_bytes: int, words: Wording) -> str:
    """A file is named, never attached: it waits on the customer's page."""
    return words.gettext("File: %(name)s (%(size)s)", name=one_line(name, _NAME_CHARS), size=words.size(size_bytes))
