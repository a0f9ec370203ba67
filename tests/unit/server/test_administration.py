"""Departments and accounts by command line: what is changed, what stays, and what cannot be meant."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server import administration
from server import department_rules as rules
from server.administration import OperationError, UsageError
from server.commands import demo
from server.department_rules import DepartmentChanges, close_department
from server.ids import new_id
from server.services.accounts.passwords import HASHER
from tests.unit.server.desk_parts import record
from tests.unit.server.made import NOON, at
from transcripts.port import Store
from transcripts.records import Department, Proof, Session

SUPPORT = Department("support", "Support", "mon-fri 09:00-17:00", "Europe/Prague", ("Parcel",))
MANY_DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(1001)]


async def add_department(store: Store, department_id: str, *, tz: str, now: datetime, **given: Any) -> None:
    await rules.add_department(store, department_id, DepartmentChanges(**given), tz=tz, now=now)


async def edit_department(store: Store, department_id: str, *, topics: list[str], **given: Any) -> None:
    await rules.edit_department(store, department_id, DepartmentChanges(topics=topics or None, **given))


async def add(store: Store, **changes: Any) -> str:
    given: dict[str, Any] = {
        "email": "ada@example.com",
        "name": "Ada",
        "role": "agent",
        "departments": ["support"],
        "capacity": 3,
        "tier": 1,
        "password": "correct horse",
    }
    return await administration.add_user(store, new_id, **(given | changes))


async def test_editing_a_department_changes_only_what_is_given(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT) as (store, _):
        await edit_department(store, "support", name="Help", hours=None, tz=None, topics=[])
        assert await store.departments() == (Department("support", "Help", SUPPORT.hours, SUPPORT.tz, SUPPORT.topics),)
        await edit_department(store, "support", name=None, hours="", tz="UTC", topics=["A", "A", "B"])
        assert await store.departments() == (Department("support", "Help", None, "UTC", ("A", "B")),)


async def test_a_closed_department_takes_nothing_until_it_is_added_again(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT) as (store, directory):
        await close_department(store, "support", NOON)
        await directory.refresh()
        assert directory.departments() == ()
        with pytest.raises(OperationError):
            await edit_department(store, "support", name="X", hours=None, tz=None, topics=[])
        with pytest.raises(OperationError):
            await add(store)

        await add_department(store, "support", name="Back", hours=None, tz="UTC", topics=[], now=at(60))

        await directory.refresh()
        (back,) = directory.departments()
        assert (back.name, back.absences) == ("Back", ("2026-11-20T12:00:00.000Z/2026-11-20T12:01:00.000Z",))


async def test_holidays_are_set_by_date_and_stay_when_a_department_is_added_again(tmp_path: Path) -> None:
    async def holidays() -> tuple[str, ...]:
        return (await store.departments())[0].holidays

    edit: dict[str, Any] = {"name": None, "hours": None, "tz": None, "topics": []}
    add_it: dict[str, Any] = {"name": None, "hours": None, "tz": "UTC", "topics": [], "now": NOON}
    async with record(tmp_path) as (store, _):
        await add_department(store, "sales", **add_it, holidays=["2026-12-25 closed"])
        await edit_department(store, "sales", **edit, holidays=["2026-12-24 9:00-12:00,13:00-15:00"])
        both = await holidays()
        await edit_department(store, "sales", **edit)
        await close_department(store, "sales", NOON)
        await add_department(store, "sales", **add_it)

        assert both == ("2026-12-24 09:00-12:00,13:00-15:00", "2026-12-25 closed")
        assert await holidays() == both
        await edit_department(store, "sales", **edit, holidays=["2026-12-25 usual"])
        assert await holidays() == both[:1]
        with pytest.raises(UsageError) as refused:
            await edit_department(store, "sales", **edit, holidays=["2026-12-32 closed"])
        assert refused.value.option == "--holiday"


async def test_times_that_touch_do_not_overlap_and_own_targets_go_back_to_the_setting(tmp_path: Path) -> None:
    async with record(tmp_path) as (store, _):
        week = "mon 09:00-12:00,12:00-15:00,22:00-06:00; tue 06:00-08:00; sun 20:00-24:00"
        await add_department(store, "sales", tz="UTC", now=NOON, hours=week, tiers=2, service_target_s=60.0)
        (own,) = await store.departments()
        await edit_department(store, "sales", topics=[], service_target_s="setting", escalate_after_s=0.0)
        (department,) = await store.departments()

    assert (own.hours, own.tiers, own.service_target_s, own.escalate_after_s) == (week, 2, 60.0, None)
    assert (department.service_target_s, department.escalate_after_s, department.version) == (None, 0.0, 2)


async def test_a_department_is_opened_again_as_it_was(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT) as (store, _):
        await close_department(store, "support", NOON)
        await rules.reopen_department(store, "support", at(60))
        (back,) = await store.departments()
        with pytest.raises(OperationError):
            await rules.reopen_department(store, "support", at(60))

    assert (back.hours, back.topics, back.closed_at) == (SUPPORT.hours, SUPPORT.topics, None)
    assert back.absences == ("2026-11-20T12:00:00.000Z/2026-11-20T12:01:00.000Z",)


async def test_department_added_to_a_desk_in_use_was_not_there_before(tmp_path: Path) -> None:
    add_it: dict[str, Any] = {"name": None, "hours": None, "tz": "UTC", "topics": [], "now": NOON}
    async with record(tmp_path) as (store, _):
        await add_department(store, "before", **add_it)
        await store.prove_life(Proof("p1", at(-86_400), NOON))
        await add_department(store, "first-day", **add_it)
        await store.prove_life(Proof("p0", at(-86_401), at(-86_401)))
        await add_department(store, "later", **add_it)

        absences = {department.id: department.absences for department in await store.departments()}
        assert absences == {"before": (), "first-day": (), "later": ("../2026-11-20T12:00:00.000Z",)}


@pytest.mark.parametrize(
    ("option", "changes"),
    [
        ("ID", {"department_id": "Sales!"}),
        ("ID", {"department_id": "x" * 41}),
        ("--name", {"name": "\u202e\n"}),
        ("--hours", {"hours": "mon 25:00-26:00"}),
        ("--tz", {"tz": "Mars/Base"}),
        ("--holiday", {"holidays": ["2026-02-29 closed"]}),
        ("--holiday", {"holidays": ["2026-12-25 closed", "2026-12-25 09:00-12:00"]}),
        ("--holiday", {"holidays": [f"{day} closed" for day in MANY_DAYS]}),
        ("--hours", {"hours": "mon 09:00-12:00,11:00-15:00"}),
        ("--hours", {"hours": "mon 22:00-06:00; tue 05:00-09:00"}),
        ("--hours", {"hours": "sun 20:00-08:00; mon 07:00-12:00"}),
        ("--tiers", {"tiers": 4}),
        ("--service-target", {"service_target_s": 0.0}),
        ("--first-news", {"first_news_s": float("nan")}),
        ("--escalate-after", {"escalate_after_s": -1.0}),
    ],
)
async def test_what_cannot_be_a_department_is_wrong_usage(tmp_path: Path, option: str, changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {"name": None, "hours": None, "tz": "UTC", "topics": [], "now": NOON, **changes}
    async with record(tmp_path) as (store, _):
        with pytest.raises(UsageError) as refused:
            await add_department(store, given.pop("department_id", "sales"), **given)
        assert refused.value.option == option
        assert await store.departments() == ()


@pytest.mark.parametrize(
    ("option", "changes"),
    [
        ("EMAIL", {"email": "ada"}),
        ("--department", {"departments": []}),
        ("--name", {"name": " "}),
        ("--password-stdin", {"password": ""}),
        ("--password-stdin", {"password": "x" * 1025}),
    ],
)
async def test_what_cannot_be_an_account_is_wrong_usage(tmp_path: Path, option: str, changes: dict[str, Any]) -> None:
    async with record(tmp_path, SUPPORT) as (store, _):
        with pytest.raises(UsageError) as refused:
            await add(store, **changes)
        assert refused.value.option == option
        assert await store.agents() == ()


async def test_managers_are_added_with_the_weekly_report_and_agents_are_not(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT) as (store, _):
        await add(store, role="manager", weekly_report=True)
        await add(store, email="bob@example.com")
        with pytest.raises(UsageError):
            await add(store, email="eve@example.com", weekly_report=True)

        assert [agent.weekly_report for agent in await store.agents()] == [True, False]


async def test_an_address_has_one_account_however_it_is_written(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT) as (store, _):
        await add(store)
        with pytest.raises(OperationError):
            await add(store, email="ADA@Example.com")


async def test_a_new_password_ends_the_sessions_of_the_old_one(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT) as (store, _):
        await add(store)
        (ada,) = await store.agents()
        await store.add_session(Session("hash", ada.id, NOON, NOON))

        await administration.set_password(store, "ada@example.com", "another one")

        (ada,) = await store.agents()
        assert HASHER.verify(ada.password_hash, "another one")
        assert await store.session("hash") is None


async def test_the_list_shows_who_can_sign_in_and_no_secret(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT) as (store, _):
        await add(store, name="Ada =cmd")
        await administration.disable_user(store, "ada@example.com", NOON)

        heading, row = (await administration.list_users(store)).splitlines()

    assert heading.split() == ["EMAIL", "NAME", "ROLE", "DEPARTMENTS", "CAPACITY", "TIER", "STATE"]
    assert row.split() == ["ada@example.com", "Ada", "=cmd", "agent", "support", "3", "1", "disabled"]


async def test_the_demo_company_is_filled_in_once_and_completed_when_it_was_cut_short(tmp_path: Path) -> None:
    async with record(tmp_path) as (store, _):
        await store.set_value(demo.MARK, "1")
        await store.add_department(demo.DEPARTMENTS[0])

        first = await demo.fill(store, new_id)
        again = await demo.fill(store, new_id)

        assert first == again == demo.INFO
        assert len(await store.agents()) == len(demo.PEOPLE) == 5
        assert len(await store.departments()) == 2
        assert {shortcut.shortcut for shortcut in await store.canned()} >= {"hi", "track", "price"}


async def test_the_demo_never_touches_a_record_that_is_somebodys(tmp_path: Path) -> None:
    async with record(tmp_path, SUPPORT) as (store, _):
        assert (await demo.fill(store, new_id)).people == ()
        assert await store.agents() == ()
