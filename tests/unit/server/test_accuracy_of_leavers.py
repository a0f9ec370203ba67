"""What is said of the estimates on desks that many leave is what would have come true of everybody, had they stayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.reports.chats import Chats
from server.reports.foresight import foresight
from server.reports.periods import Period, Span
from server.simulation import play
from server.simulation.desk import SimulatedDepartment, SimulatedDesk
from server.simulation.figures import figures
from server.simulation.played import Simulated
from server.simulation.visitors import NEVER_MS, Talk, visitors
from tests.unit.server.made import rows_of

pytestmark = pytest.mark.slow

PLAIN = SimulatedDesk(agents=4, capacity=2, arrivals_per_hour=90, patience_s=90, handle_s=500, days=1.5)
LIVELY = replace(
    PLAIN,
    departments=(SimulatedDepartment("support"), SimulatedDepartment("sales", 0.5)),
    away_share=0.1,
    drops_per_day=3,
    variety=0.3,
)


def stayed(desk: SimulatedDesk, number: int, monkeypatch: pytest.MonkeyPatch) -> int | None:
    """When the visitor of this number has an agent if they, and only they, do not leave."""

    def patient(desk: SimulatedDesk, seed: int) -> Iterator[Talk]:
        for talk in visitors(desk, seed):
            if talk.number == number:
                talk.patience_ms = NEVER_MS
            yield talk

    monkeypatch.setattr(play, "visitors", patient)
    (talk,) = (talk for talk in play.simulate(desk).talks if talk.number == number)
    return talk.served[0][0] if talk.served else None


@pytest.mark.parametrize("desk", [replace(PLAIN, days=0.15), replace(LIVELY, days=0.15)], ids=["plain", "lively"])
def test_the_turn_of_who_left_is_when_they_would_have_had_an_agent(
    desk: SimulatedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [talk for talk in play.simulate(desk).talks if talk.has_left and not talk.served and talk.shown]
    asked = Random(5).sample(left, 12)

    told = [talk.offered_at_ms for talk in asked]

    assert len(left) > 60
    assert told == [stayed(desk, talk.number, monkeypatch) for talk in asked]


def judged(played: Simulated, forgotten: float) -> dict[str, Any]:
    """The report's, where of this share of those who left it is not known when their turn would have come."""
    chance = Random(3)
    told = [talk for talk in played.talks if talk.shown is not None]
    is_known = [talk.offered_at_ms is not None and chance.random() >= forgotten for talk in told]

    def micros(at_ms: int | None) -> int | None:
        return None if at_ms is None else at_ms * 1000

    def since(talk: Talk, at_ms: int | None) -> int | None:
        return None if at_ms is None else (at_ms - talk.at_ms) * 1000

    chats: Chats = rows_of(
        asked=[micros(talk.at_ms) for talk in told],
        waited=[since(talk, talk.served[0][0] if talk.served else None) for talk in told],
        closed=[since(talk, talk.closed_at_ms) for talk in told],
        offered=[
            since(talk, talk.offered_at_ms) if known else None for talk, known in zip(told, is_known, strict=True)
        ],
        told=[micros(talk.shown.at_ms) for talk in told if talk.shown],
        likely_s=[talk.shown.wait.likely_s for talk in told if talk.shown],
        upto_s=[talk.shown.wait.upto_s for talk in told if talk.shown],
    )
    span = Span(played.desk.from_at, played.desk.to_at)
    period = Period(ZoneInfo("UTC"), span.from_at, span.to_at, (span,))
    total: dict[str, Any] = foresight(period, chats, lambda name: {"id": name})["total"]
    return total


@pytest.mark.parametrize("desk", [PLAIN, LIVELY], ids=["plain", "lively"])
def test_the_share_is_within_two_points_of_the_truth_however_much_of_it_is_known(desk: SimulatedDesk) -> None:
    played = play.simulate(desk, 4)
    waits = [
        (at_ms - talk.shown.at_ms, talk.shown.wait.upto_s * 1000, bool(talk.served))
        for talk in played.talks
        if talk.shown and (at_ms := talk.served[0][0] if talk.served else talk.offered_at_ms) is not None
    ]
    truth = sum(took <= upto for took, upto, _ in waits) / len(waits)
    answered = [took <= upto for took, upto, is_answered in waits if is_answered]

    for forgotten in (0.0, 0.5, 1.0):
        found = judged(played, forgotten)
        assert found["within_upto"] == pytest.approx(truth, abs=0.02)
        assert found["passed"] + found["censored"] >= forgotten * 0.9 * played.left
    whole = judged(played, 0.0)
    assert {name: whole[name] for name in figures(played)["estimates"]} == figures(played)["estimates"]
    assert played.left > 0.25 * played.arrived
    assert sum(answered) / len(answered) > truth + 0.02  # what counting the answered alone would say
