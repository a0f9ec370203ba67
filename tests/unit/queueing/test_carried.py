"""Who carried the coverage, against the ledger: what it tells apart adds up to what the ledger says of the whole."""

from __future__ import annotations

from random import Random

from queueing.carried import Carriage, Carried, Cast, carried
from queueing.coverage import Span, coverage
from queueing.presence import PresenceRow, Proof

HOUR = 3_600_000
ALIVE = (Proof("p", 1_000 * HOUR, ended=False),)
DAY = Span(0, 24 * HOUR)


def row(agent: str, hour: float, *departments: str) -> PresenceRow:
    """There for the departments from this hour on; for none: away."""
    there = bool(departments)
    return PresenceRow(agent, round(hour * HOUR), departments or ("help",), there, there, "p", "away")


def sweep(*rows: PresenceRow, opening: dict[str, list[Span]], period: Span = DAY, now_h: float = 24) -> Carriage:
    return carried(rows, ALIVE, opening, period, round(now_h * HOUR))


def test_who_is_alone_carries_the_minutes_alone() -> None:
    opening = {"help": [Span(8 * HOUR, 16 * HOUR)]}

    found = sweep(row("ada", 7, "help"), row("bob", 10, "help"), row("ada", 12), row("bob", 14), opening=opening)

    assert found.by_agent == {"ada": Carried(4 * HOUR, 2 * HOUR), "bob": Carried(4 * HOUR, 2 * HOUR)}
    assert found.casts == [
        Cast(8 * HOUR, 10 * HOUR, 1),
        Cast(10 * HOUR, 12 * HOUR, 2),
        Cast(12 * HOUR, 14 * HOUR, 1),
        Cast(14 * HOUR, 16 * HOUR, 0),
    ]


def test_an_agent_of_another_department_leaves_nobody_alone_and_carries_nothing() -> None:
    found = sweep(row("ada", 0, "help"), row("eve", 0, "sales"), opening={"help": [DAY]})

    assert found.by_agent == {"ada": Carried(24 * HOUR, 24 * HOUR)}


def test_an_agent_of_two_departments_counts_once_and_while_either_is_open() -> None:
    opening = {"help": [Span(8 * HOUR, 12 * HOUR)], "sales": [Span(10 * HOUR, 14 * HOUR)]}

    found = sweep(row("ada", 0, "help", "sales"), opening=opening)

    assert found.by_agent == {"ada": Carried(6 * HOUR, 6 * HOUR)}


def test_only_the_period_counts_and_only_up_to_now() -> None:
    found = sweep(row("ada", 0, "help"), opening={"help": [DAY]}, period=Span(6 * HOUR, 24 * HOUR), now_h=9)

    assert found.by_agent == {"ada": Carried(3 * HOUR, 3 * HOUR)}
    assert found.casts == [Cast(6 * HOUR, 9 * HOUR, 1)]


def test_a_change_of_free_slots_is_no_change_of_who_is_there() -> None:
    busy = PresenceRow("ada", 2 * HOUR, ("help",), True, False, "p")

    assert sweep(row("ada", 0, "help"), busy, opening={"help": [DAY]}).casts == [Cast(0, 24 * HOUR, 1)]


def test_nobody_and_never_open_is_nothing() -> None:
    assert sweep(opening={"help": []}) == Carriage({}, [])
    assert sweep(opening={"help": [DAY]}, now_h=0) == Carriage({}, [])


def test_everything_adds_up_to_the_ledger() -> None:
    """200 made days with three departments and five agents who come, go and change departments at random."""
    random = Random(4)
    for _ in range(200):
        rows = sorted((_any_row(random) for _ in range(random.randrange(30))), key=lambda one: one.at_ms)
        opening = {name: _any_hours(random) for name in ("help", "sales", "night")}
        period = Span(random.randrange(12) * HOUR, random.randrange(13, 25) * HOUR)
        now_ms = random.randrange(24 * HOUR)

        found = carried(rows, ALIVE, opening, period, now_ms)

        total = coverage(rows, ALIVE, opening, [period], now_ms).total
        lengths = [(cast.there, cast.to_ms - cast.from_ms) for cast in found.casts]
        assert sum(length for _, length in lengths) == total.open_ms
        assert sum(length for there, length in lengths if there) == total.covered_ms
        assert sum(one.alone_ms for one in found.by_agent.values()) == total.single_ms
        assert sum(one.there_ms for one in found.by_agent.values()) == sum(there * length for there, length in lengths)


def _any_row(random: Random) -> PresenceRow:
    served = random.sample(["help", "sales", "night", "elsewhere"], random.randrange(4))
    return row(random.choice("abcde"), random.randrange(24 * 60) / 60, *served)


def _any_hours(random: Random) -> list[Span]:
    edges = sorted(random.sample(range(24 * 60), 4))
    return [Span(edges[n] * 60_000, edges[n + 1] * 60_000) for n in (0, 2)]
