"""The chats of a day, as bytes in the record and as arrays in memory: the same, and never older than the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from server.reports.chats import ARRAYS, CODED, Chats, Words, joined
from server.reports.measures import percentile
from server.reports.packed import pack, unpack
from server.reports.parts import Parts, Run, local_hours, micros
from server.reports.periods import Period, Span, period_of
from server.services.reports.report_chats import AT_ONCE, ReportChats
from server.services.reports.report_frame import Frame
from tests.unit.server.desk_parts import record
from tests.unit.server.made import NOON, abandoned, answered, at, chat, chats_of, rating, resolved, rows_of, ticket
from transcripts.columns import ChatColumns, KeptDay
from transcripts.operations import NewChat
from transcripts.port import Store
from transcripts.records import Department, EstimateShown, Rating

DAY_S = 86_400.0
SUPPORT = Department("support", "Support", None, "Europe/Prague")
WEEK = period_of("2026-11-18", "2026-11-25", "UTC", "day", site_zone=ZoneInfo("UTC"), now=at(9 * DAY_S))


def told(chats: Chats) -> list[tuple[Any, ...]]:
    """Chats as rows of values; codes as their texts, unknown numbers as None."""
    columns = []
    for name in ARRAYS:
        values = getattr(chats, name).tolist()
        columns.append([chats.words.text(v) if name in CODED else None if v != v else v for v in values])  # noqa: PLR0124
    return list(zip(*columns, strict=True))


def some_chats() -> Chats:
    bad = rating(2, comment="Slow\u2026", effort=7, recommend=0)
    shown = EstimateShown("told", at(2), 1, 1 / 3, 90.5)
    return chats_of(
        chat(0),
        answered(1, topic="Delivery", id="told"),
        resolved(2, id="bad", rating=bad, ticket_number="7"),
        resolved(2, department_id="sales", rating=rating(5)),
        abandoned(3),
        tickets={"7": ticket("7", channel="callback", solved_at=at(99))},
        told={"told": shown},
    )


def test_what_was_packed_comes_out_with_words_of_its_own() -> None:
    words = Words()
    words.codes(["sales", "somebody", None, "support"])

    out = unpack(pack(some_chats()), words)

    assert out is not None
    assert told(out) == told(some_chats())
    assert out.words is words
    assert told(joined([out, out.pick(slice(0, 0))], words)) == told(out)


def test_nothing_packed_is_nothing() -> None:
    out = unpack(pack(some_chats().pick(slice(0, 0))), Words())

    assert out is not None
    assert len(out) == 0


@pytest.mark.parametrize("harm", [b"", b"\xff" * 40, b"\x02\0\0\0\0\0\0\0[]", b"\x02\0\0\0\0\0\0\0{}"])
def test_bytes_that_are_not_ours_are_nobodys(harm: bytes) -> None:
    assert unpack(harm, Words()) is None
    assert unpack(pack(some_chats())[:-1], Words()) is None


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with record(tmp_path, SUPPORT) as (store, _):
        yield store


class Read:
    """A record that notes what is read of it and kept in it, in order."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.noted: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def chat_columns(self, from_at: datetime, to_at: datetime) -> ChatColumns:
        self.noted.append("read")
        return await self._store.chat_columns(from_at, to_at)

    async def keep_day(self, day: int, made: KeptDay) -> None:
        self.noted.append("kept")
        await self._store.keep_day(day, made)


async def start(store: Store, name: str, asked_at: datetime) -> None:
    new = NewChat(name, f"visitor of {name}", "start", "", "support", "Where is it?", asked_at, None, None, None, "en")
    await store.start_chat(new)


async def test_a_day_is_read_from_what_is_kept_until_it_changes(store: Store) -> None:
    await start(store, "old", at(0))
    await start(store, "new", at(2 * DAY_S))
    assert await ReportChats(store).keep(at(3 * DAY_S)) == 2
    day = int(at(0).timestamp() // DAY_S)
    (version, kept), other = (await store.kept_days(day, day))[day], pack(some_chats())
    assert kept != other

    await store.keep_day(day, KeptDay(version, other))  # what is kept is believed
    assert len(await ReportChats(store).of(Frame(WEEK, None, None))) == len(some_chats()) + 1

    await store.rate_chat("old", Rating(1, None, None, None, at(DAY_S)))
    fresh = await ReportChats(store).of(Frame(WEEK, None, None))
    assert fresh.score.tolist() == [1, -1]
    assert await ReportChats(store).keep(at(3 * DAY_S)) == 1
    assert await ReportChats(store).keep(at(3 * DAY_S)) == 0


async def test_what_is_kept_but_cannot_be_read_is_read_from_the_chats(store: Store) -> None:
    await start(store, "old", at(0))
    await ReportChats(store).keep(at(3 * DAY_S))
    day = int(at(0).timestamp() // DAY_S)
    version = (await store.kept_days(day, day))[day].version

    await store.keep_day(day, KeptDay(version, b"of another version"))

    assert len(await ReportChats(store).of(Frame(WEEK, None, None))) == 1


async def test_days_that_are_asked_for_several_times_at_once_are_read_once(store: Store) -> None:
    await start(store, "one", at(0))
    await start(store, "two", at(DAY_S))
    desk = Read(store)
    chats = ReportChats(cast("Store", desk))

    found = await asyncio.gather(*(chats.of(Frame(WEEK, None, None)) for _ in range(5)), chats.keep(at(5 * DAY_S)))

    assert [len(one) for one in found[:5] if isinstance(one, Chats)] == [2] * 5
    assert desk.noted == ["read", "kept", "kept"]


async def test_all_new_days_are_held_before_the_first_is_written(store: Store) -> None:
    for day in range(AT_ONCE + 2):
        await start(store, f"day {day}", at(day * DAY_S))
    desk = Read(store)

    assert await ReportChats(cast("Store", desk)).keep(at((AT_ONCE + 3) * DAY_S)) == AT_ONCE + 2

    assert desk.noted == ["read"] * 2 + ["kept"] * (AT_ONCE + 2)


async def test_a_question_that_is_given_up_leaves_the_days_to_the_next(store: Store) -> None:
    await start(store, "one", at(0))
    chats = ReportChats(store)
    first = asyncio.ensure_future(chats.of(Frame(WEEK, None, None)))
    second = asyncio.ensure_future(chats.of(Frame(WEEK, None, None)))
    await asyncio.sleep(0)
    first.cancel()

    assert len(await second) == 1
    assert (await asyncio.gather(first, return_exceptions=True))[0].__class__ is asyncio.CancelledError


async def test_a_day_that_goes_on_is_not_kept(store: Store) -> None:
    await start(store, "today", at(0))

    assert await ReportChats(store).keep(at(60)) == 0


async def test_chats_are_those_of_the_period_to_the_microsecond(store: Store) -> None:
    for n, seconds in enumerate((-1e-6, 0, 3600 - 1e-6, 3600)):
        await start(store, f"c{n}", at(seconds))
    hour = Period(ZoneInfo("UTC"), NOON, at(3600), (Span(NOON, at(3600)),))
    chats = ReportChats(store)

    assert len(await chats.of(Frame(hour, None, None))) == 2
    assert len(await chats.of(Frame(hour, None, None), looks_back=timedelta(seconds=1))) == 3
    assert len(await chats.of(Frame(hour, ("sales",), None))) == 0
    assert len(await chats.of(Frame(hour, ("support",), "ada"))) == 0
    assert len(await chats.of(Frame(hour, ("support",), "ada"), everybodys=True)) == 2


def test_parts_count_and_sort_what_is_known_of_each() -> None:
    chance = Random(7)
    values = [chance.choice([float("nan"), 5.0, chance.expovariate(0.01)]) for _ in range(3000)]
    codes = [chance.randrange(4) for _ in values]
    parts = Parts.by_code(np.array(codes, np.int32), 5)

    runs = parts.runs(np.array(values))
    for code, run in enumerate(runs):
        alike = [value for value, other in zip(values, codes, strict=True) if other == code and value == value]  # noqa: PLR0124
        assert run.values.tolist() == sorted(alike)
        assert [run.percentile(share) for share in (0.0001, 0.5, 0.9, 1.0)] == [
            percentile(alike, share) for share in (0.0001, 0.5, 0.9, 1.0)
        ]
    assert parts.sizes() == [codes.count(code) for code in range(5)]
    assert parts.count(np.array(values) == 5.0) == [run.upto(5.0) - run.upto(4.999999) for run in runs]
    assert Run(np.array([1.0, 2.0, 3.0, 4.0])).percentile(0.5) is None


def test_hours_are_local_ones_over_a_change_of_clocks() -> None:
    prague = period_of("2026-10-25", "2026-10-26", None, "day", site_zone=ZoneInfo("Europe/Prague"), now=at(0))
    minutes = [prague.from_at + timedelta(minutes=n) for n in range(0, 25 * 60, 7)]

    hours = local_hours(prague, np.array([micros(minute) for minute in minutes], np.int64))

    assert hours.tolist() == [minute.astimezone(ZoneInfo("Europe/Prague")).hour for minute in minutes]


def test_a_chat_without_a_value_is_not_one_with_0() -> None:
    nobody = rows_of(asked=[micros(NOON)])

    assert np.isnan(nobody.waited_s).all()
    assert (nobody.agent.tolist(), nobody.score.tolist(), nobody.told.tolist()) == ([-1], [-1], [-1])
    assert len(Chats.of(ChatColumns(*[()] * len(ChatColumns._fields)))) == 0
