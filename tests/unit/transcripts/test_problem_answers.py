"""Whom solving a problem owes what, and what each of them reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.unit.transcripts.samples import JANA, a_chat, a_ticket
from transcripts import problem_answers as answers
from transcripts.problem_answers import UnknownVariableError
from transcripts.problems import Problem
from transcripts.records import Ticket

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PROBLEM = Problem(
    "p1", "The belt", NOW, JANA, answer="Hello {visitor.name}, {ticket.number}.", cause="A torn belt", solved_by_id="a1"
)


def ticket(number: str, email: str, name: str | None = "Eve") -> Ticket:
    made, _ = a_ticket(a_chat())
    return replace(made, number=number, requester_email=email, requester_name=name)


def test_one_person_is_one_customer_whatever_the_case_of_the_address() -> None:
    chats = [
        replace(a_chat(), id="c1", visitor_email="EVE@example.com"),
        replace(a_chat(), id="c2", visitor_email=None),
        replace(a_chat(), id="c3", visitor_email=None),
    ]

    found = answers.customers([ticket("1", "eve@example.com", None), ticket("2", "Eve@Example.com")], chats)

    assert [(c.email, c.name, c.numbers, len(c.chats)) for c in found] == [
        ("eve@example.com", "Eve", ("1", "2"), 1),
        (None, "Petr Novák", (), 1),
        (None, "Petr Novák", (), 1),
    ]
    shouted = replace(found[0], email="EVE@EXAMPLE.COM")
    assert answers.mail(PROBLEM, found[0], "h").id == answers.mail(PROBLEM, shouted, "h").id


@pytest.mark.parametrize(
    ("text", "name", "numbers", "read"),
    [
        ("Hello {visitor.name},", "Eve", (), "Hello Eve,"),
        ("Hello {visitor.name},", None, (), "Hello,"),
        ("Hello {visitor.name},", "Eve\r\n{ticket.number}", ("7",), "Hello Eve {ticket.number},"),
        ("Ticket {ticket.number}: {else}", "Eve", ("7", "8"), "Ticket 7, 8: {else}"),
        ("{ticket.number}", None, (), ""),
        ("x" * 8_000 + "{visitor.name}", "Eve", (), "x" * 8_000),
    ],
)
def test_what_is_unknown_is_left_out_and_names_stay_names(
    text: str, name: str | None, numbers: tuple[str, ...], read: str
) -> None:
    assert answers.filled(text, name, numbers) == read


def test_a_variable_that_there_is_not_is_refused_by_its_name() -> None:
    answers.check("Hello {visitor.name}, {ticket.number}, {braces} and {Other.Braces}")
    with pytest.raises(UnknownVariableError, match=r"\{customer\.name\}"):
        answers.check("Hello {customer.name}")


def test_a_finished_ticket_gets_the_sentence_and_stays_as_it_is() -> None:
    (customer,) = answers.customers([ticket("7", "eve@example.com")], [])
    closed = replace(customer.tickets[0], status="closed")

    open_one = answers.ticket_changes(PROBLEM, customer, customer.tickets[0], ())
    finished = answers.ticket_changes(PROBLEM, customer, closed, ())

    assert (open_one.status, open_one.clear_checkpoint, finished.status) == ("solved", True, None)
    assert open_one.solution is not None
    assert finished.solution is None
    for changes in (open_one, finished):
        assert changes.message is not None
        assert (changes.message.body, changes.message.client_id) == ("Hello Eve, 7.", "problem:p1")


def test_the_draft_tells_what_is_known() -> None:
    text = answers.drafted(PROBLEM)

    assert "A torn belt" in text
    answers.check(text)
