from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.unit.transcripts.samples import JANA, PRAGUE, a_chat, a_note, messages_of
from transcripts.conversation import layout
from transcripts.records import Author, Message
from transcripts.wording import Wording

WORDS = Wording("en")


def test_what_one_person_says_in_a_row_stands_under_one_name() -> None:
    (day,) = layout(messages_of(a_chat()), WORDS, PRAGUE)

    assert [(turn.kind, turn.name, len(turn.said)) for turn in day.turns] == [
        ("visitor", "Petr Novák", 1),
        ("event", "", 1),
        ("agent", "Jana Malá", 1),
        ("visitor", "Petr Novák", 2),
    ]


def test_two_agents_are_not_taken_for_one() -> None:
    marek = Author("agent", "a2", "Marek")
    said = [Message("c1", n, None, author, "text", "hello", a_note().at) for n, author in ((1, JANA), (2, marek))]

    (day,) = layout(said, WORDS, PRAGUE)

    assert [turn.name for turn in day.turns] == ["Jana Malá", "Marek"]


def test_a_day_ends_at_midnight_of_the_desks_zone() -> None:
    before = datetime(2026, 11, 21, 22, 59, tzinfo=UTC)
    said = [Message("c1", n, None, JANA, "text", "hello", before + timedelta(minutes=n)) for n in (0, 1)]

    assert [day.label for day in layout(said, WORDS, PRAGUE)] == [
        "Saturday, 21 November 2026",
        "Sunday, 22 November 2026",
    ]
    assert len(layout(said, WORDS, ZoneInfo("UTC"))) == 1


def test_each_note_stands_behind_the_message_it_belongs_to() -> None:
    notes = [replace(a_note("late"), note_seq=2, after_seq=9), replace(a_note("early"), note_seq=1, after_seq=1)]

    (day,) = layout(messages_of(a_chat()), WORDS, PRAGUE, notes=notes)

    assert [turn.kind for turn in day.turns] == ["visitor", "note", "event", "agent", "visitor", "note"]
    assert [turn.said[0].text for turn in day.turns if turn.kind == "note"] == ["early", "late"]


def test_who_gave_no_name_is_called_by_their_role() -> None:
    nameless = [replace(m, author=replace(m.author, name=None)) for m in messages_of(a_chat())]

    (day,) = layout(nameless, WORDS, PRAGUE)

    assert {turn.kind: turn.name for turn in day.turns} == {"visitor": "Visitor", "event": "", "agent": "A colleague"}
