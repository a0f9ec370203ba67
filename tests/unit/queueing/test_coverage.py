from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queueing.coverage import Cover, Coverage, End, Span, coverage
from queueing.hours import OpeningHours, parse_hours
from queueing.presence import Cause, CauseKind, PresenceRow, Proof

HOUR = 3_600_000
SECOND = 1000
OPEN_9_TO_17 = {"help": [Span(9 * HOUR, 17 * HOUR)]}
DAY = [Span(0, 24 * HOUR)]
ALIVE = [Proof("p1", 0, ended=False)]


def there(agent: str, at_ms: int, *departments: str, free: bool = True, process: str = "p1") -> PresenceRow:
    return PresenceRow(agent, at_ms, departments or ("help",), True, free, process)


def gone(
    agent: str, at_ms: int, kind: CauseKind = "signed_out", reason: str | None = None, process: str = "p1"
) -> PresenceRow:
    return PresenceRow(agent, at_ms, ("help",), False, False, process, kind, reason)


def ledger(
    rows: list[PresenceRow],
    opening: dict[str, list[Span]] | None = None,
    *,
    proofs: list[Proof] | None = None,
    buckets: list[Span] | None = None,
    now_ms: int = 24 * HOUR,
) -> Coverage:
    return coverage(rows, ALIVE if proofs is None else proofs, opening or OPEN_9_TO_17, buckets or DAY, now_ms)


def told(found: Coverage) -> list[tuple[int, int, Cause]]:
    return [(gap.from_ms, gap.to_ms, gap.cause) for gap in found.gaps]


def ends(found: Coverage) -> list[End | None]:
    return [gap.end for gap in found.gaps]


def test_covered_counts_only_opening_time() -> None:
    found = ledger([there("ann", 8 * HOUR), gone("ann", 10 * HOUR)])

    assert found.total == Cover(8 * HOUR, HOUR, HOUR, HOUR, 7 * HOUR)
    assert found.total.in_seconds() == {
        "open_s": 28800,
        "covered_s": 3600,
        "free_s": 3600,
        "single_s": 3600,
        "uncovered_s": 25200,
    }


def test_two_agents_at_once_count_once_and_are_not_single() -> None:
    found = ledger([there("ann", 9 * HOUR), there("bob", 10 * HOUR), gone("ann", 11 * HOUR), gone("bob", 12 * HOUR)])

    assert (found.total.covered_ms, found.total.single_ms) == (3 * HOUR, 2 * HOUR)


def test_shifts_that_touch_leave_no_gap() -> None:
    found = ledger([there("ann", 9 * HOUR), there("bob", 13 * HOUR), gone("ann", 13 * HOUR), gone("bob", 17 * HOUR)])

    assert found.total.uncovered_ms == 0
    assert found.gaps == ()


def test_full_desk_is_covered_but_not_free() -> None:
    found = ledger(
        [there("ann", 9 * HOUR), there("ann", 10 * HOUR, free=False), there("ann", 12 * HOUR), gone("ann", 17 * HOUR)]
    )

    assert (found.total.covered_ms, found.total.free_ms) == (8 * HOUR, 6 * HOUR)


def test_agent_of_another_department_covers_nothing() -> None:
    found = ledger([there("ann", 9 * HOUR, "sales")])

    assert found.total.covered_ms == 0
    assert found.steps == ((0, 0),)


def test_open_interval_counts_up_to_now_and_not_beyond() -> None:
    found = ledger([there("ann", 9 * HOUR)], now_ms=11 * HOUR + 1)

    assert found.total == Cover(2 * HOUR + 1, 2 * HOUR + 1, 2 * HOUR + 1, 2 * HOUR + 1, 0)


def test_process_that_was_killed_ends_coverage_at_its_last_proof_of_life() -> None:
    proofs = [Proof("p1", 10 * HOUR + 7, ended=True), Proof("p2", 12 * HOUR, ended=False)]

    found = ledger([there("ann", 9 * HOUR), there("ann", 11 * HOUR, process="p2")], proofs=proofs)

    assert told(found) == [(10 * HOUR + 7, 11 * HOUR, Cause("server_down"))]


def test_row_of_a_process_is_a_proof_of_its_life() -> None:
    proofs = [Proof("p1", 9 * HOUR, ended=True)]

    found = ledger([there("ann", 9 * HOUR), there("bob", 10 * HOUR)], proofs=proofs)

    assert found.total.covered_ms == HOUR


def test_process_without_any_proof_is_over() -> None:
    found = ledger([there("ann", 9 * HOUR), there("bob", 10 * HOUR)], proofs=[])

    assert found.total.covered_ms == HOUR


def test_end_of_a_process_does_not_end_what_another_took_over() -> None:
    proofs = [Proof("p1", 12 * HOUR, ended=True), Proof("p2", 12 * HOUR, ended=False)]

    found = ledger([there("ann", 9 * HOUR), there("ann", 10 * HOUR, process="p2")], proofs=proofs)

    assert found.total.covered_ms == 8 * HOUR


def test_agent_who_did_not_come_back_was_there_until_the_connection_was_lost() -> None:
    written_late = gone("ann", 10 * HOUR, "connection_lost")

    found = ledger([there("ann", 9 * HOUR), there("bob", 11 * HOUR), written_late])

    assert told(found) == [(10 * HOUR, 11 * HOUR, Cause("connection_lost", "ann"))]


def test_of_two_rows_for_one_moment_the_one_written_last_holds() -> None:
    assert ledger([there("ann", 9 * HOUR), gone("ann", 9 * HOUR)]).total.covered_ms == 0
    assert ledger([gone("ann", 9 * HOUR), there("ann", 9 * HOUR)]).total.covered_ms == 8 * HOUR


def test_gap_names_the_last_who_was_there_and_their_reason() -> None:
    found = ledger(
        [
            there("ann", 9 * HOUR),
            there("bob", 9 * HOUR),
            gone("ann", 10 * HOUR, "away", "lunch"),
            gone("bob", 11 * HOUR, "away", "phone"),
            there("ann", 12 * HOUR),
        ]
    )

    assert told(found) == [(11 * HOUR, 12 * HOUR, Cause("away", "bob", "phone"))]


def test_gap_at_the_opening_says_that_nobody_was_there() -> None:
    found = ledger([there("ann", 7 * HOUR), gone("ann", 8 * HOUR), there("bob", 9 * HOUR + 5 * SECOND)])

    assert told(found) == [(9 * HOUR, 9 * HOUR + 5 * SECOND, Cause("nobody_online"))]


def test_agent_who_now_serves_other_departments_left_a_gap() -> None:
    found = ledger([there("ann", 9 * HOUR), there("ann", 16 * HOUR, "sales")])

    assert told(found) == [(16 * HOUR, 17 * HOUR, Cause("moved", "ann"))]


def test_gap_that_began_before_the_period_keeps_its_cause() -> None:
    found = ledger(
        [there("ann", 9 * HOUR), gone("ann", 10 * HOUR, "connection_lost")], buckets=[Span(11 * HOUR, 12 * HOUR)]
    )

    assert told(found) == [(11 * HOUR, 12 * HOUR, Cause("connection_lost", "ann"))]
    assert found.total == Cover(HOUR, 0, 0, 0, HOUR)


def test_gap_that_was_cut_says_when_it_began_and_only_an_end_that_is_known() -> None:
    rows = [there("ann", 9 * HOUR), gone("ann", 10 * HOUR), there("ann", 14 * HOUR)]

    (cut,) = ledger(rows, buckets=[Span(11 * HOUR, 12 * HOUR)]).gaps
    (whole,) = ledger(rows).gaps

    assert (cut.began_ms, cut.end) == (10 * HOUR, None)
    assert (whole.began_ms, whole.end) == (10 * HOUR, End("back", "ann"))


def test_gap_ends_with_who_is_back_who_came_instead_or_the_opening_hours() -> None:
    lunch = [there("ann", 9 * HOUR), there("bob", 9 * HOUR), gone("ann", 10 * HOUR), gone("bob", 11 * HOUR, "away")]

    assert ends(ledger([*lunch, there("ann", 12 * HOUR), there("bob", 12 * HOUR)])) == [End("back", "bob")]
    assert ends(ledger([*lunch, there("ann", 12 * HOUR)])) == [End("came", "ann")]
    assert ends(ledger(lunch)) == [End("closed")]
    assert ends(ledger(lunch, now_ms=12 * HOUR)) == [None]


def test_gap_of_all_departments_ends_with_who_is_there_for_the_one_that_opens() -> None:
    opening = {"help": [Span(9 * HOUR, 12 * HOUR)], "sales": [Span(11 * HOUR, 14 * HOUR)]}

    found = ledger([there("ann", 8 * HOUR, "sales")], opening)

    assert told(found) == [(9 * HOUR, 11 * HOUR, Cause("nobody_online"))]
    assert ends(found) == [End("came", "ann")]


def test_agent_who_moves_to_a_department_that_is_closed_left_a_gap() -> None:
    opening = {"help": [Span(9 * HOUR, 12 * HOUR)], "sales": [Span(14 * HOUR, 15 * HOUR)]}

    found = ledger([there("ann", 9 * HOUR, "help"), there("ann", 10 * HOUR, "sales")], opening)

    assert told(found) == [(10 * HOUR, 12 * HOUR, Cause("moved", "ann"))]


def test_what_the_router_gave_an_agent_who_had_vanished_does_not_bring_them_back() -> None:
    # The last sign of life at ten; a chat was given to them before anybody knew; written when the grace was over.
    rows = [there("ann", 9 * HOUR), there("ann", 10 * HOUR + 9, free=False), gone("ann", 10 * HOUR, "connection_lost")]

    found = ledger(rows)

    assert found.total.covered_ms == HOUR
    assert told(found) == [(10 * HOUR, 17 * HOUR, Cause("connection_lost", "ann"))]


def test_clock_that_was_put_back_begins_anew_where_it_was_put_to() -> None:
    found = ledger([there("ann", 9 * HOUR), there("ann", 12 * HOUR, free=False), gone("ann", 11 * HOUR)])

    assert told(found) == [(11 * HOUR, 17 * HOUR, Cause("signed_out", "ann"))]


def test_clock_that_is_ahead_says_nothing_of_now() -> None:
    found = ledger([there("ann", 9 * HOUR), gone("ann", 15 * HOUR)], now_ms=12 * HOUR)

    assert found.total == Cover(3 * HOUR, 3 * HOUR, 3 * HOUR, 3 * HOUR, 0)


def test_row_of_another_process_is_not_taken_back_by_one_written_later_for_before() -> None:
    both = [Proof("p1", 0, ended=False), Proof("p2", 0, ended=False)]

    found = ledger([there("ann", 9 * HOUR), there("ann", 11 * HOUR, process="p2"), gone("ann", 10 * HOUR)], proofs=both)

    assert told(found) == [(10 * HOUR, 11 * HOUR, Cause("signed_out", "ann"))]


def test_gap_over_midnight_is_one_gap_and_counts_in_both_days() -> None:
    nights = {"help": [Span(22 * HOUR, 30 * HOUR)]}
    days = [Span(0, 24 * HOUR), Span(24 * HOUR, 48 * HOUR)]

    found = ledger([there("ann", 22 * HOUR), gone("ann", 23 * HOUR)], nights, buckets=days, now_ms=48 * HOUR)

    assert [(gap.from_ms, gap.to_ms) for gap in found.gaps] == [(23 * HOUR, 30 * HOUR)]
    assert [cover.uncovered_ms for _, cover in found.buckets] == [HOUR, 6 * HOUR]


def test_all_departments_are_covered_while_somebody_is_there_for_an_open_one() -> None:
    opening = {"help": [Span(9 * HOUR, 12 * HOUR)], "sales": [Span(11 * HOUR, 14 * HOUR)]}

    found = ledger([there("ann", 9 * HOUR, "help"), there("bob", 13 * HOUR, "sales", "help")], opening)

    # ann until 12, when help closes; bob from 13.
    assert found.total == Cover(5 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR, HOUR)
    assert told(found) == [(12 * HOUR, 13 * HOUR, Cause("nobody_online"))]


def test_steps_say_how_many_are_there_open_or_not() -> None:
    found = ledger([there("ann", 8 * HOUR), there("bob", 10 * HOUR), gone("ann", 18 * HOUR)], now_ms=20 * HOUR)

    assert found.steps == ((0, 0), (8 * HOUR, 1), (10 * HOUR, 2), (18 * HOUR, 1))


def test_period_in_the_future_counts_nothing() -> None:
    found = ledger([there("ann", 9 * HOUR)], now_ms=0)

    assert (found.total, found.gaps, found.steps) == (Cover(), (), ())


def test_no_buckets_give_no_figures() -> None:
    assert coverage([], [], OPEN_9_TO_17, [], HOUR) == Coverage(Cover(), (), (), ())


# ---- against an oracle that looks at every moment --------------------------------------------------------------------

LENGTH = 60  # moments of one millisecond; whatever is right here is right in days
DEPARTMENTS = ["help", "sales"]
moments = st.integers(0, LENGTH)
rows_in_order_of_writing = st.lists(
    st.builds(
        PresenceRow,
        st.sampled_from(["ann", "bob", "cyd"]),
        moments,
        st.lists(st.sampled_from(DEPARTMENTS), max_size=2, unique=True).map(tuple),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["p1", "p2", "p3"]),
        st.sampled_from(["away", "signed_out", "connection_lost"]),
    ),
    max_size=14,
)
proofs_of_life = st.lists(
    st.builds(Proof, st.sampled_from(["p1", "p2", "p3"]), moments, st.booleans()),
    max_size=3,
    unique_by=lambda proof: proof.process,
)
cuts = st.lists(moments, min_size=2, max_size=6, unique=True).map(sorted)
spans = cuts.map(lambda edges: [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)])
touching_spans = cuts.map(lambda edges: [Span(a, b) for a, b in pairwise(edges)])
openings = st.dictionaries(st.sampled_from(DEPARTMENTS), spans | touching_spans, min_size=1)


def state_at(
    moment: int, agent: str, rows: list[PresenceRow], proofs: list[Proof], last_rows: dict[str, int]
) -> PresenceRow | None:
    """The agent's row that holds at the moment, by looking at all rows: the newest of a process that is not over.

    What its process wrote later for before is not looked at, and behind one of a process that is over only what was
    written later.
    """

    def is_taken_back(n: int) -> bool:
        return any(
            (later.agent, later.process) == (agent, rows[n].process) and later.at_ms <= rows[n].at_ms
            for later in rows[n + 1 :]
        )

    of_agent = [n for n, row in enumerate(rows) if row.agent == agent and not is_taken_back(n)]
    known = sorted((rows[n].at_ms, n) for n in of_agent if rows[n].at_ms <= moment)
    dropped = -1
    while known:
        _, n = known.pop()
        if n < dropped:
            continue
        row = rows[n]
        proof = next((proof for proof in proofs if proof.process == row.process), None)
        is_over = proof is None or proof.ended
        if not is_over or moment < max(last_rows[row.process], proof.last_ms if proof else 0):
            return row if row.accepting else None
        dropped = n
    return None


@settings(max_examples=250, deadline=None)
@given(rows_in_order_of_writing, proofs_of_life, openings, touching_spans, moments)
def test_ledger_equals_an_oracle_that_looks_at_every_moment(
    rows: list[PresenceRow],
    proofs: list[Proof],
    opening: dict[str, list[Span]],
    buckets: list[Span],
    now_ms: int,
) -> None:
    rows = [row for row in rows if row.at_ms <= now_ms]
    last_rows: dict[str, int] = {}
    for row in rows:
        last_rows[row.process] = max(row.at_ms, last_rows.get(row.process, 0))
    figures = [[0] * 5 for _ in buckets]
    uncovered: list[int] = []
    online: dict[int, int] = {}
    for moment in range(now_ms):
        open_now = {name for name, times in opening.items() if any(a <= moment < b for a, b in times)}
        states = [state_at(moment, agent, rows, proofs, last_rows) for agent in ("ann", "bob", "cyd")]
        online[moment] = sum(state is not None and not opening.keys().isdisjoint(state.departments) for state in states)
        serving = [state for state in states if state is not None and open_now & set(state.departments)]
        for bucket, figure in zip(buckets, figures, strict=True):
            if bucket.from_ms <= moment < bucket.to_ms and open_now:
                figure[0] += 1
                figure[1] += bool(serving)
                figure[2] += any(state.free for state in serving)
                figure[3] += len(serving) == 1
                figure[4] += not serving
                if not serving:
                    uncovered.append(moment)

    found = coverage(rows, proofs, opening, buckets, now_ms)

    assert [cover for _, cover in found.buckets] == [Cover(*figure) for figure in figures]
    assert found.total == sum((cover for _, cover in found.buckets), Cover())
    assert [moment for gap in found.gaps for moment in range(gap.from_ms, gap.to_ms)] == uncovered
    assert all(a.to_ms < b.from_ms for a, b in pairwise(found.gaps))
    for n, (at_ms, count) in enumerate(found.steps):
        end_ms = found.steps[n + 1][0] if n + 1 < len(found.steps) else min(buckets[-1].to_ms, now_ms)
        assert all(online[moment] == count for moment in range(at_ms, end_ms))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-15", 24)])
def test_day_on_which_the_clock_changes_has_its_own_length(day: str, hours: int) -> None:
    prague = ZoneInfo("Europe/Prague")
    midnight = datetime.fromisoformat(day).replace(tzinfo=prague)
    next_midnight = (midnight.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=prague)
    week = OpeningHours(parse_hours("mon-sun 00:00-24:00"), prague)
    opening = [
        Span(round(opens.timestamp() * 1000), round(closes.timestamp() * 1000))
        for opens, closes in week.intervals(midnight, next_midnight)
    ]
    start_ms = opening[0].from_ms
    bucket = Span(round(midnight.timestamp() * 1000), round(next_midnight.timestamp() * 1000))

    found = coverage(
        [there("ann", start_ms), gone("ann", start_ms + 5 * HOUR)],
        ALIVE,
        {"help": opening},
        [bucket],
        bucket.to_ms + HOUR,
    )

    assert found.total == Cover(hours * HOUR, 5 * HOUR, 5 * HOUR, 5 * HOUR, (hours - 5) * HOUR)
