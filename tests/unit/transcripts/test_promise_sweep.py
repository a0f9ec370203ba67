"""No ticket is ever open without a promise ahead or an alarm: looked for over many random lives of the pure rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.transcripts.examples import AGENT, START, new_ticket
from transcripts import promises
from transcripts.envelopes import Envelope
from transcripts.operations import NewTicketMessage, TicketChanges
from transcripts.promises import Change
from transcripts.records import FINAL_STATUSES, Author, Ticket
from transcripts.solution import Solution
from transcripts.ticket_changes import add_message, change_ticket, open_ticket
from transcripts.ticket_life import standing_of
from transcripts.tickets import TicketRuleError

CUSTOMER = Author("visitor", "v1", "Jana")
HOUR = timedelta(hours=1)
ENVELOPE = Envelope("m", "desk.example")
AHEAD = st.none() | st.integers(-7200, 90_000)
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(0, 200_000)),
    st.tuples(
        st.just("change"),
        st.fixed_dictionaries(
            {
                "status": st.none() | st.sampled_from(["open", "in_progress", "waiting", "solved", "closed"]),
                "message": st.none() | st.just("What happens now."),
                "ahead_s": AHEAD,
                "solution": st.none() | st.sampled_from([Solution(), Solution("A cable", fully_solved=True)]),
                "tier": st.none() | st.sampled_from([1, 2, 3]),
                "department_id": st.none() | st.just("help"),
            }
        ),
    ),
    st.tuples(st.just("answer"), st.booleans()),
    st.tuples(st.just("hear"), st.none()),
    st.tuples(st.just("keep"), st.none()),
    st.tuples(st.just("escalate"), st.none()),
    st.tuples(st.just("return"), st.none() | st.just("Back.")),
    st.tuples(st.just("rate"), st.integers(1, 5)),
)


class Life:
    """One ticket and its time. keep: what the promise keeper does whenever it looks."""

    def __init__(self) -> None:
        self.now = START + timedelta(seconds=5)
        self.ticket: Ticket = open_ticket(new_ticket(), "10001", None).ticket
        self.told = 0
        self._n = 0

    def live(self, step: str, given: Any) -> None:
        try:
            getattr(self, f"_{step}")(given)
        except TicketRuleError:
            return

    def _message(self, author: Author = AGENT, *, internal: bool = False) -> NewTicketMessage:
        self._n += 1
        return NewTicketMessage(f"tm{self._n}", author, "Words.", "panel", internal=internal)

    def _apply(self, changes: TicketChanges) -> None:
        change = change_ticket(self.ticket, changes, self.now)
        self.ticket = self.ticket if change is None else change.ticket

    def _wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _change(self, given: dict[str, Any]) -> None:
        given = dict(given)
        ahead_s = given.pop("ahead_s")
        at = None if ahead_s is None else self.now + timedelta(seconds=ahead_s)
        change = Change(**given, checkpoint_at=at)
        self._apply(promises.changed(self.ticket, change, by=AGENT, at=self.now, message_id="tm", envelope=ENVELOPE))

    def _answer(self, internal: bool) -> None:
        message = self._message(internal=internal)
        is_late = self.ticket.checkpoint_at is not None and self.ticket.checkpoint_at < self.now
        self.ticket = add_message(self.ticket, message, self.now, (), self.now + HOUR if is_late else None)[0].ticket

    def _hear(self, _: None) -> None:
        self._apply(promises.heard(self.ticket, self._message(CUSTOMER), self.now + HOUR, ENVELOPE))

    def _keep(self, _: None) -> None:
        standing = standing_of(self.ticket)
        if standing is not None and standing.checkpoint_at <= self.now:
            self._apply(promises.missed(self.ticket, self.now + HOUR, ENVELOPE))
            self.told += 1

    def _escalate(self, _: None) -> None:
        if self.ticket.status in {"open", "in_progress"} and self.ticket.tier < 3:
            step = promises.escalated(
                self.ticket, self.ticket.tier + 1, keeps_assignee=False, message_id="tm", envelope=ENVELOPE
            )
            self._apply(step)

    def _return(self, note: str | None) -> None:
        self._apply(promises.returned(self.ticket, note, by=AGENT, message_id="tm"))

    def _rate(self, score: int) -> None:
        self._apply(promises.rated(self.ticket, score, None, self.now))


@settings(max_examples=300)
@given(st.lists(STEPS, max_size=25))
def test_no_open_ticket_is_without_a_promise_ahead_or_an_alarm(steps: list[tuple[str, Any]]) -> None:
    life = Life()

    for step, given_ in steps:
        life.live(step, given_)

        ticket, standing = life.ticket, standing_of(life.ticket)
        if ticket.status in FINAL_STATUSES:
            assert (standing, ticket.checkpoint_at, ticket.missed_at) == (None, None, None)
        else:
            assert standing is not None
            assert standing.checkpoint_at > life.now or standing.due_since(life.now) is not None
            assert ticket.missed_at is None or standing.due_since(life.now) == ticket.missed_at
        assert ticket.promises_missed >= life.told
        assert standing is None or standing.warned_at() <= standing.checkpoint_at


@given(st.lists(st.tuples(st.just("wait"), st.integers(0, 20_000)) | st.just(("keep", None)), max_size=30))
def test_every_promise_is_missed_at_most_once(steps: list[tuple[str, Any]]) -> None:
    life = Life()
    promised = {life.ticket.checkpoint_at}

    for step, given_ in steps:
        life.live(step, given_)
        promised.add(life.ticket.checkpoint_at)

    assert life.ticket.promises_missed == life.told == len(promised) - 1
    assert life.ticket.promises_kept == 0
