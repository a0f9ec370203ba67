"""What becomes of mail that came in, over a record and a clock that is moved: known people, storms, restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from server.clock import Clock
from server.ids import new_id
from server.mail_in import MailIn, wire_mail_in
from server.services.chats.files import Files
from server.services.mail.inbound import MESSAGES_AN_HOUR, TICKETS_AN_HOUR
from server.services.tickets.tickets import Tickets
from server.settings import Settings
from server.signing import Signer
from tests.unit.server.desk_parts import MovedClock, record
from transcripts.contacts import ContactChanges
from transcripts.inbound.delivery import Delivery
from transcripts.inbound.record import MAX_TRIES, InboundMail
from transcripts.operations import TicketChanges
from transcripts.port import Store
from transcripts.records import Department, Ticket

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
OURS = "support@desk.example"
EVA = "eva@customer.example"
SUPPORT = Department("support", "Support", None, "UTC")
DAY_S = 86_400.0


@dataclass(slots=True)
class Post:
    """A desk that takes mail in."""

    store: Store
    clock: MovedClock
    signer: Signer
    mail_in: MailIn
    numbers: Any

    async def brings(self, text: str, *, sender: str = EVA, to: str = OURS, **more: Any) -> InboundMail:
        """A mail comes and is read."""
        kept = await self.mail_in.inbound.keep(self.delivery(text, sender=sender, to=to, **more))
        await self.mail_in.inbound.tick()
        return await self.of(kept)

    def delivery(
        self, text: str, *, sender: str = EVA, to: str = OURS, files: tuple[tuple[str, bytes], ...] = ()
    ) -> Delivery:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, "Help"
        message["Message-ID"] = f"<{next(self.numbers)}@customer.example>"
        message.set_content(text)
        for name, data in files:
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        raw = message.as_bytes()
        return Delivery("smtp", raw, len(raw), sender, (to,))

    def reply_address(self, number: str | None) -> str:
        return f"support+{self.signer.reply_tag(str(number))}@desk.example"

    async def of(self, mail: InboundMail) -> InboundMail:
        found = await self.store.inbound(mail.id)
        assert found is not None
        return found

    async def ticket(self, mail: InboundMail) -> Ticket:
        found = await self.store.ticket(str(mail.ticket_number))
        assert found is not None
        return found

    async def mailed(self) -> list[tuple[str, str | None]]:
        """To whom, about which ticket; oldest first."""
        mails, _ = await self.store.mails(None, None)
        return [(mail.to, mail.ticket_number) for mail in reversed(mails)]


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    clock, settings = MovedClock(MONDAY), Settings(mail_from=OURS, inbound_smtp="127.0.0.1:2525")
    async with record(tmp_path, SUPPORT) as (store, directory):
        alone: Any = SimpleNamespace(is_leader=lambda: True)
        signer = Signer("secret", None)
        yield Post(store, clock, signer, _wired(store, directory, clock, settings, signer, alone), count(1))


def _wired(store: Store, directory: Any, clock: Clock, settings: Settings, signer: Signer, roll_call: Any) -> MailIn:
    tickets = Tickets(store, directory, clock, settings, new_id)
    return wire_mail_in(store, tickets, Files(store, clock, settings), directory, signer, roll_call, clock, settings)


async def _solved(post: Post, mail: InboundMail) -> None:
    changes = TicketChanges(status="solved", clear_checkpoint=True)
    await post.store.change_ticket(str(mail.ticket_number), changes, post.clock.now())


async def test_answer_within_14_days_reopens_and_a_later_one_makes_a_linked_ticket(post: Post) -> None:
    first = await post.brings("Where is it?")
    to = post.reply_address(first.ticket_number)
    await _solved(post, first)
    post.clock.move(13 * DAY_S)

    in_time = await post.brings("Still not here", to=to)
    reopened = await post.ticket(first)
    await _solved(post, first)
    post.clock.move(15 * DAY_S)
    stranger = await post.brings("What about mine?", sender="mallory@evil.example", to=to)
    late = await post.brings("It is gone again", to=to)
    linked = await post.ticket(late)

    assert (in_time.state, in_time.ticket_number, reopened.status) == ("attached", first.ticket_number, "open")
    assert reopened.checkpoint_at is not None
    assert reopened.checkpoint_at > MONDAY + timedelta(days=13)
    assert (stranger.state, stranger.reason, stranger.ticket_number) == ("attached", "unverified", first.ticket_number)
    assert (late.state, linked.previous, linked.requester_email) == ("created", first.ticket_number, EVA)
    assert (await post.ticket(first)).status == "solved"
    # The acknowledgement, the promise of the ticket that is open again, the acknowledgement of the linked one.
    assert await post.mailed() == [(EVA, number) for number in (*[first.ticket_number] * 2, late.ticket_number)]


async def test_another_address_of_the_same_contact_is_the_customer(post: Post) -> None:
    first = await post.brings("Where is it?")
    contact = await post.store.contact_by_address(EVA)
    assert contact is not None
    both = ContactChanges(MONDAY, "agent:a1", addresses=(EVA, "eva.nova@home.example"))
    await post.store.change_contact(contact.id, both)
    await _solved(post, first)

    answer = await post.brings("From home", sender="Eva.Nova@home.example", to=post.reply_address(first.ticket_number))

    (_, said) = await post.store.ticket_messages(str(first.ticket_number))
    assert (answer.state, answer.reason, said.verified) == ("attached", None, "address")
    assert (await post.ticket(first)).status == "open"


async def test_tag_of_another_ticket_or_signature_leads_nowhere(post: Post) -> None:
    first = await post.brings("Where is it?")
    tag = post.signer.reply_tag("99999").partition(".")[2]

    forged = await post.brings("Let me in", to=f"support+t{first.ticket_number}.{tag}@desk.example")
    shouted = await post.brings("Me again", to=post.reply_address(first.ticket_number).upper())

    assert (forged.state, forged.ticket_number != first.ticket_number) == ("created", True)
    assert (shouted.state, shouted.ticket_number) == ("attached", first.ticket_number)


async def test_files_are_kept_with_the_message_and_refused_ones_are_named(post: Post) -> None:
    files = (("note.txt", b"Some words"), ("run.exe", b"MZ\x90\x00"), ("empty.txt", b""))

    mail = await post.brings("See the files", files=files)

    (message,) = await post.store.ticket_messages(str(mail.ticket_number))
    kept = await post.store.files_of_ticket(str(mail.ticket_number))
    assert [file.name for file in kept] == ["note.txt"]
    assert message.file_ids == (kept[0].id,)
    assert "[run.exe: " in message.body
    assert "[empty.txt: " in message.body


async def test_storm_of_one_sender_makes_a_bounded_number_of_tickets_and_of_answers(post: Post) -> None:
    mails = [await post.brings(f"Mail {n}") for n in range(TICKETS_AN_HOUR + 5)]
    other = await post.brings("Another's", sender="jan@customer.example")
    to = post.reply_address(mails[0].ticket_number)
    answers = [await post.brings(f"Answer {n}", to=to) for n in range(MESSAGES_AN_HOUR)]
    post.clock.move(3601)
    later = await post.brings("An hour later")

    assert [mail.state for mail in mails] == ["created"] * TICKETS_AN_HOUR + ["refused"] * 5
    assert (mails[-1].reason, other.state, later.state) == ("too_many", "created", "created")
    assert [mail.state for mail in answers].count("attached") == MESSAGES_AN_HOUR - TICKETS_AN_HOUR
    await post.mail_in.inbound.retry(mails[-1])
    await post.mail_in.inbound.tick()
    assert (await post.of(mails[-1])).state == "created"


async def test_mail_whose_ticket_was_made_before_a_crash_makes_no_second_one(post: Post) -> None:
    first = await post.brings("Where is it?")
    to = post.reply_address(first.ticket_number)
    answer = await post.brings("Hello?", to=to, files=(("note.txt", b"Some words"),))
    for mail in (first, answer):
        await _unsettle(post.store, mail)

    await post.mail_in.inbound.tick()

    again, answered = await post.of(first), await post.of(answer)
    assert (again.state, again.ticket_number) == ("created", first.ticket_number)
    assert (answered.state, answered.ticket_number) == ("attached", first.ticket_number)
    assert len(await post.store.ticket_messages(str(first.ticket_number))) == 2
    assert len(await post.mailed()) == 1


async def test_mail_that_ends_the_process_is_given_up_and_the_next_is_read(post: Post) -> None:
    poisoned = await post.mail_in.inbound.keep(post.delivery("Poison"))
    for tries in range(MAX_TRIES):
        await post.store.begin_inbound(poisoned.id, tries)

    behind = await post.brings("Behind it")

    given_up = await post.of(poisoned)
    assert (given_up.state, given_up.reason) == ("unparsable", "gave_up")
    assert behind.state == "created"
    assert await post.store.inbound_raw(poisoned.id) is not None


async def test_mail_that_was_cut_is_refused_and_stays_so(post: Post) -> None:
    cut = replace(post.delivery("Large"), size_bytes=10**9, is_cut=True)

    kept = await post.mail_in.inbound.keep(cut)
    again = await post.mail_in.inbound.retry(kept)

    assert (again.state, again.reason) == ("refused", "too_large")


async def _unsettle(store: Any, mail: InboundMail) -> None:
    """As a `kill -9` leaves it that comes between the ticket and the mail's own mark."""
    await store._write(
        lambda tx: tx.db.execute("UPDATE inbound SET state = 'received', settled_at = NULL WHERE id = ?", (mail.id,))
    )
