"""Incidents: told once and in order, mailed once to each address that was subscribed when a piece of news was told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.contract.transcripts.examples import AGENT, START, at
from transcripts.errors import Conflict, NotFound
from transcripts.facts import Fact, MailQueued
from transcripts.incidents import Incident, IncidentChanges, NewNews, News, Subscriber
from transcripts.port import Store
from transcripts.records import Author

HOST = "desk.example.com"


def new_incident(incident_id: str = "i1", **fields: Any) -> Incident:
    incident = Incident(
        incident_id, "Mail is down", "We look into it.", "incident", None, (), START, None, START, AGENT
    )
    return replace(incident, **fields)


def new_subscriber(number: int = 1, **fields: Any) -> Subscriber:
    subscriber = Subscriber(f"s{number}", f"Jana{number}@example.org", "cs", False, (), START)
    return replace(subscriber, **fields)


async def queue_all(store: Store, news: News, limit: int = 100) -> int:
    """How many batches it took."""
    batches = 1
    while await store.queue_news(news, HOST, at(5), limit):
        batches += 1
    return batches


async def all_mails(store: Store) -> list[str]:
    return [mail.to for mail in (await store.mails(None, None, 5_000))[0]]


async def test_an_incident_keeps_what_was_told_of_it(store: Store) -> None:
    opened = new_incident(service="mail", department_ids=("sales",), ends_at=at(90), kind="planned")

    assert await store.open_incident(opened) == opened
    told = await store.tell_incident("i1", NewNews("Half of it works.", at(1), AGENT))
    over = await store.tell_incident("i1", NewNews("", at(2), Author("system", None, None), over=True))

    assert told == replace(opened, last_number=1, version=2)
    assert over == replace(opened, last_number=2, version=3, ended_at=at(2))
    assert await store.incident("i1") == over
    assert [(n.number, n.body, n.over) for n in await store.news_of("i1")] == [
        (0, "We look into it.", False),
        (1, "Half of it works.", False),
        (2, "", True),
    ]
    assert await store.going_incidents() == ()


async def test_what_is_over_is_told_of_no_more(store: Store) -> None:
    await store.open_incident(new_incident())
    ends = [store.tell_incident("i1", NewNews(f"over {n}", at(n), AGENT, over=True)) for n in range(3)]

    outcomes = await asyncio.gather(*ends, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Incident, Conflict, Conflict]
    with pytest.raises(Conflict):
        await store.change_incident("i1", IncidentChanges(title="Other"))
    with pytest.raises(NotFound):
        await store.tell_incident("i9", NewNews("?", at(1), AGENT))
    assert len(await store.news_of("i1")) == 2


async def test_opening_the_same_again_opens_nothing(store: Store) -> None:
    await store.open_incident(new_incident())
    await store.tell_incident("i1", NewNews("on it", at(1), AGENT))

    again = await store.open_incident(new_incident())

    assert again.last_number == 1
    assert len(await store.news_of("i1")) == 2
    with pytest.raises(Conflict):
        await store.open_incident(new_incident(kind="planned"))


async def test_changes_leave_out_what_they_do_not_name(store: Store) -> None:
    await store.open_incident(new_incident(kind="planned", service="mail", ends_at=at(60)))

    changed = await store.change_incident("i1", IncidentChanges(title="Mail is slow", service="", no_end=True))

    expected = new_incident(kind="planned", title="Mail is slow", version=2)
    assert changed == await store.incident("i1") == expected


async def test_pages_begin_with_what_goes_on(store: Store) -> None:
    for number in range(5):
        await store.open_incident(new_incident(f"i{number}"))
    for ended in ("i1", "i3", "i4"):
        await store.tell_incident(ended, NewNews("over", at(1), AGENT, over=True))

    first, cursor = await store.incidents(None, 2)
    rest, end = await store.incidents(cursor, 2)

    assert [incident.id for incident in first] == ["i2", "i0", "i4", "i3"]
    assert ([incident.id for incident in rest], end) == (["i1"], None)
    assert await store.incidents("no cursor", 2) == ((), None)


async def test_an_address_that_subscribes_twice_is_one_subscriber(store: Store) -> None:
    await store.open_incident(new_incident())
    await store.subscribe(new_subscriber(), "i1")
    again = await store.subscribe(new_subscriber(2, email="JANA1@EXAMPLE.ORG", locale="pl"), None)

    assert again == new_subscriber(everything=True, incident_ids=("i1",), locale="pl")
    assert await store.count_subscribers("i1") == 1
    assert await store.unsubscribe("jana1@Example.Org") is True
    assert await store.unsubscribe("jana1@Example.Org") is False
    assert await store.count_subscribers("i1") == 0


async def test_each_piece_of_news_is_mailed_once_to_each_subscriber_of_before(store: Store, facts: list[Fact]) -> None:
    await store.subscribe(new_subscriber(1), None)
    await store.open_incident(new_incident())
    await store.open_incident(new_incident("i2"))
    await store.subscribe(new_subscriber(2), "i1")
    await store.subscribe(new_subscriber(3), "i2")
    await store.tell_incident("i1", NewNews("on it", at(1), AGENT))
    await store.subscribe(new_subscriber(4), "i1")
    opening, of_other, update = await store.pending_news()

    for news in (opening, update, update, opening):
        await asyncio.gather(*(queue_all(store, news, 1) for _ in range(3)))

    assert [(n.incident_id, n.number) for n in (opening, of_other, update)] == [("i1", 0), ("i2", 0), ("i1", 1)]
    assert sorted(await all_mails(store)) == ["Jana1@example.org", "Jana1@example.org", "Jana2@example.org"]
    assert await store.pending_news() == (of_other,)
    assert sum(isinstance(fact, MailQueued) for fact in facts) == 3
    mail = await store.mail("incident-i1-1-s2")
    assert mail is not None
    assert (mail.kind, mail.locale, mail.context["body"]) == ("incident_update", "cs", "on it")


async def test_many_subscribers_are_written_to_in_batches(store: Store) -> None:
    await store.open_incident(new_incident())
    for number in range(25):
        await store.subscribe(new_subscriber(number), "i1")
    await store.unsubscribe("jana7@example.org")
    await store.tell_incident("i1", NewNews("It works.", at(1), AGENT, over=True))
    (over,) = await store.pending_news()

    batches = await queue_all(store, over, 10)

    mails = await all_mails(store)
    assert batches == 3
    assert (len(mails), len(set(mails))) == (24, 24)
    assert await store.pending_news() == ()
