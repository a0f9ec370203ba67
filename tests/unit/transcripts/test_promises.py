from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from tests.unit.transcripts.samples import ASKED_AT, CHECKPOINT_AT, JANA, a_chat, a_ticket
from transcripts.envelopes import Envelope, thread_of
from transcripts.operations import NewTicketMessage, TicketChanges
from transcripts.promises import Change, answered, changed, heard, owed
from transcripts.records import Author, Ticket, TicketStatus
from transcripts.tickets import TicketRuleError

NOW: Final = ASKED_AT + timedelta(hours=1)
ENVELOPE: Final = Envelope("m2", "desk.example")
OPEN: Final = a_ticket(a_chat())[0]
SOLVED: Final = replace(OPEN, status="solved", checkpoint_at=None)
SENTENCE: Final = "We have asked the carrier."
LATER: Final = CHECKPOINT_AT + timedelta(days=1)


def change_of(ticket: Ticket, change: Change) -> TicketChanges:
    return changed(ticket, change, by=JANA, at=NOW, message_id="tm1", envelope=ENVELOPE)


def refusal_of(ticket: Ticket, change: Change) -> str:
    with pytest.raises(TicketRuleError, match=r"\.$") as refused:
        change_of(ticket, change)
    return refused.value.field


@pytest.mark.parametrize("status", ["in_progress", "waiting"])
def test_a_new_unfinished_status_needs_a_sentence_and_the_next_checkpoint(status: TicketStatus) -> None:
    assert refusal_of(OPEN, Change(status=status, checkpoint_at=CHECKPOINT_AT)) == "message"
    assert refusal_of(OPEN, Change(status=status, message=SENTENCE)) == "checkpoint_at"
    assert refusal_of(OPEN, Change(status=status, message=" \n", checkpoint_at=CHECKPOINT_AT)) == "message"
    assert refusal_of(OPEN, Change(status=status, message=SENTENCE, checkpoint_at=NOW)) == "checkpoint_at"


def test_the_customer_is_mailed_sentence_status_and_checkpoint() -> None:
    changes = change_of(OPEN, Change(status="waiting", message=f" {SENTENCE} ", checkpoint_at=CHECKPOINT_AT))

    (mail,) = changes.mails
    assert (mail.kind, mail.to, mail.ticket_number) == ("ticket_update", "petr@example.com", "10023")
    assert mail.context == {"status": "waiting", "checkpoint_at": CHECKPOINT_AT.isoformat(), "sentence": SENTENCE}
    assert changes.message is not None
    assert (changes.message.body, changes.message.author, changes.message.internal) == (SENTENCE, JANA, False)
    assert (changes.status, changes.checkpoint_at) == ("waiting", CHECKPOINT_AT)


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_a_final_status_ends_the_promise_and_is_mailed(status: TicketStatus) -> None:
    changes = change_of(OPEN, Change(status=status, checkpoint_at=CHECKPOINT_AT))

    assert changes.clear_checkpoint
    assert changes.checkpoint_at is None
    assert changes.mails[0].context["checkpoint_at"] is None


def test_reopening_a_finished_ticket_needs_a_new_promise() -> None:
    assert refusal_of(SOLVED, Change(status="open", message=SENTENCE)) == "checkpoint_at"
    assert change_of(SOLVED, Change(status="open", message=SENTENCE, checkpoint_at=CHECKPOINT_AT)).mails


def test_a_finished_ticket_takes_no_checkpoint() -> None:
    assert refusal_of(SOLVED, Change(checkpoint_at=CHECKPOINT_AT)) == "checkpoint_at"


def test_what_only_concerns_the_team_is_not_mailed() -> None:
    change = Change(status="open", priority="urgent", department_id="sales", tier=1, assignee="a2", tags=("x",))

    changes = change_of(OPEN, change)

    assert changes.mails == ()
    assert changes.message is None
    assert (changes.priority, changes.department_id, changes.tier, changes.assignee) == ("urgent", "sales", 1, "a2")


def test_a_moved_checkpoint_is_told_even_without_a_sentence() -> None:
    later = CHECKPOINT_AT + timedelta(days=1)

    (mail,) = change_of(OPEN, Change(checkpoint_at=later)).mails

    assert mail.context == {"status": "open", "checkpoint_at": later.isoformat(), "sentence": None}
    assert change_of(OPEN, Change(checkpoint_at=CHECKPOINT_AT)).mails == ()


def test_a_sentence_after_a_missed_checkpoint_needs_a_new_one() -> None:
    missed = replace(OPEN, checkpoint_at=NOW - timedelta(minutes=1))

    assert refusal_of(missed, Change(message=SENTENCE)) == "checkpoint_at"
    assert change_of(OPEN, Change(message=SENTENCE)).mails[0].context["checkpoint_at"] == CHECKPOINT_AT.isoformat()


def test_no_change_leaves_an_unfinished_ticket_without_a_promise() -> None:
    statuses: list[TicketStatus | None] = [None, "open", "in_progress", "waiting", "solved", "closed"]
    moments: list[datetime | None] = [None, NOW - timedelta(hours=1), CHECKPOINT_AT]
    for ticket in (OPEN, SOLVED):
        for status in statuses:
            for at in moments:
                change = Change(status=status, checkpoint_at=at, message=SENTENCE)
                try:
                    changes = change_of(ticket, change)
                except TicketRuleError:
                    continue
                final = (status or ticket.status) in {"solved", "closed"}
                promise = None if changes.clear_checkpoint else changes.checkpoint_at or ticket.checkpoint_at
                assert (promise is None) is final
                assert owed(ticket, change).mail is bool(changes.mails)


def test_an_answer_is_mailed_and_a_note_is_not() -> None:
    answer = NewTicketMessage("tm1", JANA, "Your parcel arrived.", "panel")

    (mail,) = answered(OPEN, answer, ENVELOPE)

    assert mail.kind == "ticket_reply"
    assert mail.context["body"] == "Your parcel arrived."
    assert mail.context["agent"] == "Jana Malá"
    assert answered(OPEN, replace(answer, internal=True), ENVELOPE) == ()


@pytest.mark.parametrize("body", ["", " \n ", "x" * 8_001])
def test_an_answer_that_says_nothing_or_too_much_is_refused(body: str) -> None:
    with pytest.raises(TicketRuleError) as refused:
        answered(OPEN, NewTicketMessage("tm1", JANA, body, "panel"), ENVELOPE)

    assert refused.value.field == "body"


def test_a_customers_reply_reopens_a_finished_ticket_with_a_promise() -> None:
    reply = NewTicketMessage("tm2", Author("visitor", "v1", "Petr"), "It broke again.", "mail")

    reopened = heard(SOLVED, reply, CHECKPOINT_AT, ENVELOPE)
    answered_us = heard(replace(OPEN, status="waiting"), reply, CHECKPOINT_AT, ENVELOPE)

    assert (reopened.status, reopened.checkpoint_at, reopened.message) == ("open", CHECKPOINT_AT, reply)
    (mail,) = reopened.mails
    assert mail.kind == "ticket_update"
    assert mail.context == {"status": "open", "checkpoint_at": CHECKPOINT_AT.isoformat(), "reopened": True}
    assert (answered_us.status, answered_us.mails) == ("open", ())
    assert heard(OPEN, reply, CHECKPOINT_AT, ENVELOPE) == TicketChanges(message=reply)


def test_a_step_to_a_higher_tier_is_mailed_with_the_promise_that_stands() -> None:
    (alone,) = change_of(OPEN, Change(tier=2)).mails
    (with_words,) = change_of(OPEN, Change(tier=3, status="in_progress", message=SENTENCE, checkpoint_at=LATER)).mails
    back = change_of(replace(OPEN, tier=3), Change(tier=1))

    assert (alone.kind, alone.context["tier"], alone.context["sentence"]) == ("ticket_escalated", 2, None)
    assert alone.context["checkpoint_at"] == CHECKPOINT_AT.isoformat()
    assert (with_words.kind, with_words.context["sentence"]) == ("ticket_escalated", SENTENCE)
    assert (with_words.context["status"], with_words.context["checkpoint_at"]) == ("in_progress", LATER.isoformat())
    assert back.mails == ()
    assert change_of(SOLVED, Change(tier=2)).mails == ()
    assert change_of(OPEN, Change(tier=2, status="solved")).mails[0].kind == "ticket_solved"


def test_later_mails_find_the_first_ones_message_id_from_the_ticket_alone() -> None:
    ticket, first = a_ticket(a_chat())
    as_kept = replace(ticket, created_at=ticket.created_at.replace(microsecond=0))

    assert thread_of(as_kept, "desk.example") == first.message_id
