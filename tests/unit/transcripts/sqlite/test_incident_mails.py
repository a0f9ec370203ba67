"""A thousand subscribers, two writers of one file, one of them gone in between: nobody is missed or told twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from transcripts.incidents import Incident, NewNews, News, Subscriber
from transcripts.records import Author
from transcripts.sqlite.store import SqliteStore

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MIA = Author("agent", "a1", "Mia")
SUBSCRIBERS = 1_000
BATCH = 100


async def queue(store: SqliteStore, news: News, batches: int) -> None:
    for _ in range(batches):
        await store.queue_news(news, "desk.example", NOW, BATCH)


async def queue_all(store: SqliteStore, news: News) -> None:
    while await store.queue_news(news, "desk.example", NOW, BATCH):
        pass


async def test_a_thousand_subscribers_are_written_to_once_by_two_servers_and_a_restart(tmp_path: Path) -> None:
    first, second = [await SqliteStore.open(tmp_path / "record.db") for _ in range(2)]
    subscribers = [Subscriber(f"s{n}", f"eve{n}@example.com", "en", True, (), NOW) for n in range(SUBSCRIBERS)]
    await asyncio.gather(*(first.subscribe(subscriber, None) for subscriber in subscribers))
    await first.open_incident(Incident("i1", "Down", "It is down.", "incident", None, (), NOW, None, NOW, MIA))
    await first.tell_incident("i1", NewNews("It works.", NOW, MIA, over=True))
    pending = await second.pending_news()

    await asyncio.gather(queue(first, pending[0], 4), queue(second, pending[0], 3), queue(first, pending[1], 1))
    await first.aclose()
    left = await second.pending_news()
    again = await SqliteStore.open(tmp_path / "record.db")
    await asyncio.gather(*(queue(store, news, 11) for store in (second, again) for news in left))
    mails, _ = await again.mails(None, None, 5_000)

    assert [news.number for news in left] == [0, 1]
    assert len(mails) == 2 * SUBSCRIBERS
    assert len({(mail.to, mail.kind) for mail in mails}) == 2 * SUBSCRIBERS
    assert await again.pending_news() == ()
    await second.aclose()
    await again.aclose()


async def test_other_writes_pass_between_the_batches(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "record.db")
    await asyncio.gather(
        *(store.subscribe(Subscriber(f"s{n}", f"e{n}@x.cz", "en", True, (), NOW), None) for n in range(SUBSCRIBERS))
    )
    await store.open_incident(Incident("i1", "Down", "It is down.", "incident", None, (), NOW, None, NOW, MIA))
    (news,) = await store.pending_news()

    queued = asyncio.Event()
    store.listen(lambda facts: queued.set())

    mailing = asyncio.ensure_future(queue_all(store, news))
    await queued.wait()
    await store.set_value("somebody", "else")

    assert not mailing.done()
    await mailing
    assert await store.pending_news() == ()
    await store.aclose()
