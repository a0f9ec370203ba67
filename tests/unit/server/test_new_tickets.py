"""How tickets come to be: the promise in opening hours, the channel, and once per client_id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from server.errors import Refusal
from server.fields import parse
from server.requests import ToTicket
from server.services.tickets.new_tickets import NewTickets
from server.settings import Settings
from tests.unit.server.desk_parts import MovedClock, record
from tests.unit.server.made import chat
from transcripts.errors import Conflict
from transcripts.operations import NewTicket
from transcripts.port import Store
from transcripts.records import Department

FRIDAY_EVENING = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # 18:00 in Prague
SUPPORT = Department("support", "Support", None, "Europe/Prague")
SALES = Department("sales", "Sales", "mon-fri 08:00-20:00", "Europe/Prague")


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[tuple[NewTickets, Store, MovedClock]]:
    numbers = count(1)
    clock = MovedClock(FRIDAY_EVENING)
    async with record(tmp_path, SUPPORT, SALES) as (store, directory):
        yield (
            NewTickets(store, directory, clock, Settings(mail_from="help@acme.example"), lambda: f"id{next(numbers)}"),
            store,
            clock,
        )


Parts = tuple[NewTickets, Store, MovedClock]


def asked(tickets: NewTickets, department: Department = SUPPORT, **given: Any) -> NewTicket:
    request = parse(ToTicket, {"client_id": "c", "email": "eve@example.com", "question": "Where is it?", **given})
    return tickets.from_visitor("eve", "Eve", None, "cs", request, department, None)


async def test_the_first_news_is_promised_in_opening_hours(parts: Parts) -> None:
    tickets, _, _ = parts

    assert asked(tickets).checkpoint_at == FRIDAY_EVENING + timedelta(hours=4)
    # Two hours on Friday until 20:00, two more on Monday from 08:00.
    assert asked(tickets, SALES).checkpoint_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_the_channel_says_how_the_visitor_came(parts: Parts) -> None:
    tickets, _, clock = parts

    assert asked(tickets).channel == "widget"
    assert asked(tickets, phone="+420 123", question=None).channel == "callback"
    clock.move(86400)
    assert asked(tickets, SALES).channel == "offline"


async def test_the_first_mail_is_queued_with_the_ticket_in_the_visitors_language(parts: Parts) -> None:
    tickets, store, _ = parts

    ticket = await store.create_ticket(asked(tickets))

    (mail,), _ = await store.mails(None, None)
    assert (mail.kind, mail.ticket_number, mail.to, mail.locale) == (
        "ticket_created",
        ticket.number,
        "eve@example.com",
        "cs",
    )
    assert mail.message_id.endswith("@acme.example>")


async def test_the_same_request_makes_one_ticket_and_another_content_is_refused(parts: Parts) -> None:
    tickets, store, clock = parts
    first = await store.create_ticket(asked(tickets))
    clock.move(60)

    assert (await store.create_ticket(asked(tickets))).number == first.number
    with pytest.raises(Conflict):
        await store.create_ticket(asked(tickets, question="Something else"))
    assert len((await store.mails(None, None))[0]) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [({"question": None}, "question"), ({"phone": "+420 12345", "call_at": "2020-01-01T00:00:00Z"}, "call_at")],
)
async def test_a_request_that_promises_nothing_is_refused_with_its_field(
    parts: Parts, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        asked(parts[0], **given)

    assert (refused.value.code, refused.value.field) == ("invalid", field)


async def test_an_unresolved_chat_needs_an_address_and_a_promise_ahead(parts: Parts) -> None:
    tickets, _, clock = parts

    for email, checkpoint_at, field in (
        (None, None, "ticket.email"),
        ("eve@example.com", FRIDAY_EVENING, "ticket.checkpoint_at"),
    ):
        with pytest.raises(Refusal) as refused:
            tickets.for_chat(
                chat(),
                subject=None,
                priority=None,
                checkpoint_at=checkpoint_at,
                email=email,
                tags=None,
                at=clock.now(),
                channel="chat",
            )
        assert refused.value.field == field


async def test_the_chat_reads_how_we_go_on(parts: Parts) -> None:
    tickets, _, _ = parts
    by_mail, call = asked(tickets), asked(tickets, phone="+420 123")

    said = [tickets.event_text(chat(), ticket).body for ticket in (by_mail, call)]

    assert ["e-mail" in sentence for sentence in said] == [True, False]
    assert "we call you" in said[1]
