from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from tests.harness.outbox import send_due
from transcripts.errors import StoreUnavailable, TranscriptError
from transcripts.memory import MemoryStore
from transcripts.operations import NewMail
from transcripts.records import Mail
from transcripts.sending.outbox import GIVE_UP_AFTER, LEASE_S, Letter, Outbox, pause_s
from transcripts.sending.transport import PermanentFailure, TemporaryFailure

START = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Wire:
    """A transport that keeps what it takes and answers with the planned faults first."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.faults: list[Exception] = []
        self.arrived = asyncio.Event()

    async def send(self, envelope_from: str, to: str, raw: bytes) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append(raw)
        self.arrived.set()


class ForgetfulStore(MemoryStore):
    """Refuses as many writes of an outcome, or claims, as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.lost_marks = 0
        self.lost_claims = 0
        self.nothing_due = asyncio.Event()

    async def next_due(self) -> datetime | None:
        self.nothing_due.set()
        return await super().next_due()

    async def mark_sent(self, mail_id: str, at: datetime, subject: str, raw: bytes) -> None:
        if self.lost_marks:
            self.lost_marks -= 1
            raise StoreUnavailable("the disk is away")
        await super().mark_sent(mail_id, at, subject, raw)

    async def claim_due(self, now: datetime, *, lease_s: float, limit: int) -> tuple[Mail, ...]:
        if self.lost_claims:
            self.lost_claims -= 1
            raise StoreUnavailable("the disk is away")
        return await super().claim_due(now, lease_s=lease_s, limit=limit)


class Desk:
    """One outbox with everything around it."""

    def __init__(self) -> None:
        self.clock, self.wire, self.store = Clock(), Wire(), ForgetfulStore()
        self.spread = 1.0
        self.unwritable: dict[str, Exception] = {}
        self.outbox = Outbox(
            self.store, self.compose, self.wire, spread=lambda: self.spread, now=self.clock, fault_pause_s=0
        )
        self.store.listen(self.outbox.hear)

    async def compose(self, mail: Mail) -> Letter:
        if mail.id in self.unwritable:
            raise self.unwritable[mail.id]
        return Letter("support@desk.example", f"subject of {mail.id}", f"Message-ID: {mail.message_id}".encode())

    async def queue(self, *ids: str) -> None:
        for mail_id in ids:
            mail = NewMail(mail_id, "transcript", "petr@example.com", "en", f"<chat.{mail_id}@desk.example>")
            await self.store.queue_mail(mail, self.clock.now)

    async def mail(self, mail_id: str) -> Mail:
        mail = await self.store.mail(mail_id)
        assert mail is not None
        return mail

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.outbox.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_sent_mail_is_kept_with_its_subject_and_bytes(desk: Desk) -> None:
    await desk.queue("m1")

    assert await send_due(desk.outbox) == 1

    mail = await desk.mail("m1")
    assert (mail.state, mail.sent_at, mail.subject) == ("sent", START, "subject of m1")
    assert mail.raw == desk.wire.taken[0] == b"Message-ID: <chat.m1@desk.example>"
    assert await send_due(desk.outbox) == 0


async def test_a_temporary_failure_comes_back_after_growing_pauses(desk: Desk) -> None:
    desk.wire.faults = [TemporaryFailure("451 later")] * 9
    await desk.queue("m1")

    pauses = []
    for _ in range(9):
        await send_due(desk.outbox)
        mail = await desk.mail("m1")
        assert (mail.state, mail.error) == ("due", "451 later")
        pauses.append((mail.due_at - desk.clock.now).total_seconds())
        assert await send_due(desk.outbox) == 0
        desk.clock.advance(pauses[-1])
    await send_due(desk.outbox)

    assert pauses == [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]
    assert (await desk.mail("m1")).state == "sent"


async def test_the_pause_is_spread_by_the_given_factor(desk: Desk) -> None:
    desk.spread = 0.5
    desk.wire.faults = [TemporaryFailure("451 later")]
    await desk.queue("m1")

    await send_due(desk.outbox)

    assert (await desk.mail("m1")).due_at == START + timedelta(seconds=15)


async def test_after_three_days_of_failures_a_mail_is_given_up_visibly(desk: Desk) -> None:
    desk.wire.faults = [TemporaryFailure("451 later")] * 200
    await desk.queue("m1")

    tries = 0
    while (await desk.mail("m1")).state == "due":
        await send_due(desk.outbox)
        desk.clock.advance(3_600)
        tries += 1

    mail = await desk.mail("m1")
    assert (mail.state, mail.error) == ("failed", "451 later")
    assert GIVE_UP_AFTER - timedelta(hours=2) <= desk.clock.now - START <= GIVE_UP_AFTER + timedelta(hours=2)
    assert tries > 60


async def test_a_refused_mail_fails_at_once_and_goes_on_somebodys_word(desk: Desk) -> None:
    desk.wire.faults = [PermanentFailure("550 no such user")]
    await desk.queue("m1")
    await send_due(desk.outbox)
    assert ((await desk.mail("m1")).state, (await desk.mail("m1")).error) == ("failed", "550 no such user")
    desk.clock.advance(90_000)
    assert await send_due(desk.outbox) == 0

    await desk.store.retry_mail("m1", desk.clock.now)
    await send_due(desk.outbox)

    assert (await desk.mail("m1")).state == "sent"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (TranscriptError("The mail's ticket is not in the record."), "The mail's ticket is not in the record."),
        (KeyError("x"), "The mail cannot be written (KeyError)."),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "no"), "The mail cannot be written (UnicodeEncodeError)."),
    ],
)
async def test_a_mail_that_cannot_be_written_fails_and_the_others_go(desk: Desk, fault: Exception, error: str) -> None:
    desk.unwritable["bad"] = fault
    await desk.queue("m1", "bad", "m2")

    await send_due(desk.outbox)

    assert ((await desk.mail("bad")).state, (await desk.mail("bad")).error) == ("failed", error)
    assert len(desk.wire.taken) == 2


async def test_a_mail_whose_record_is_away_is_tried_again(desk: Desk) -> None:
    desk.unwritable["m1"] = StoreUnavailable("the disk is away")
    await desk.queue("m1")

    await send_due(desk.outbox)

    assert ((await desk.mail("m1")).state, (await desk.mail("m1")).due_at) == ("due", START + timedelta(seconds=30))


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), TimeoutError()])
async def test_a_fault_of_the_transport_itself_is_visible_and_tried_again(desk: Desk, fault: Exception) -> None:
    desk.wire.faults = [fault]
    await desk.queue("m1")

    await send_due(desk.outbox)

    mail = await desk.mail("m1")
    assert mail.state == "due"
    assert mail.error


async def test_a_crash_between_sending_and_marking_sends_the_same_mail_again(desk: Desk) -> None:
    desk.store.lost_marks = 1
    await desk.queue("m1")
    await send_due(desk.outbox)
    assert (await desk.mail("m1")).state == "due"
    assert await send_due(desk.outbox) == 0

    desk.clock.advance(LEASE_S)
    await send_due(desk.outbox)

    assert desk.wire.taken == [b"Message-ID: <chat.m1@desk.example>"] * 2
    assert (await desk.mail("m1")).state == "sent"


async def test_a_process_killed_while_sending_leaves_the_mail_to_the_next(desk: Desk) -> None:
    begun = asyncio.Event()

    class Stuck(Wire):
        async def send(self, envelope_from: str, to: str, raw: bytes) -> None:
            begun.set()
            await asyncio.Event().wait()

    await desk.queue("m1")
    killed = asyncio.create_task(
        send_due(Outbox(desk.store, desk.compose, Stuck(), spread=lambda: 1.0, now=desk.clock))
    )
    await begun.wait()
    killed.cancel()
    with suppress(asyncio.CancelledError):
        await killed
    assert (await desk.mail("m1")).state == "due"

    desk.clock.advance(LEASE_S)
    await send_due(desk.outbox)

    assert (await desk.mail("m1")).state == "sent"


async def test_two_senders_never_send_the_same_mail(desk: Desk) -> None:
    other = Outbox(desk.store, desk.compose, desk.wire, spread=lambda: 1.0, now=desk.clock)
    await desk.queue(*(f"m{n}" for n in range(30)))

    while await send_due(desk.outbox) + await send_due(other):
        pass

    assert len(desk.wire.taken) == len(set(desk.wire.taken)) == 30


async def test_a_queued_mail_wakes_the_resting_loop(desk: Desk) -> None:
    async with asyncio.timeout(5), desk.running():
        await desk.store.nothing_due.wait()
        await desk.queue("m1")
        await desk.wire.arrived.wait()

    assert len(desk.wire.taken) == 1


@pytest.mark.parametrize("trouble", ["claims", "jitter"])
async def test_no_fault_ends_the_loop(desk: Desk, trouble: str) -> None:
    def broken() -> float:
        desk.outbox._spread = lambda: 0.0
        raise RuntimeError("no randomness today")

    if trouble == "claims":
        desk.store.lost_claims = 3
    else:
        desk.outbox._spread = broken
        desk.wire.faults = [TemporaryFailure("451 later")]
        await desk.queue("m0")
    await desk.queue("m1")

    async with asyncio.timeout(5), desk.running():
        await until(lambda: b"Message-ID: <chat.m1@desk.example>" in desk.wire.taken, desk.wire.arrived)


async def until(condition: Callable[[], bool], changed: asyncio.Event) -> None:
    while not condition():
        changed.clear()
        await changed.wait()


def test_the_pause_never_overflows() -> None:
    assert pause_s(10_000) == 3_600
    assert pause_s(0) == 30
