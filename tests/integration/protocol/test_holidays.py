"""Holidays, as an operator writes them and visitors and managers meet them: also while the desk runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import MIA
from tests.harness.wire import Json
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.firm import FIRM, STAFF
from tests.integration.protocol.guests import Guests

TODAY = datetime.now(UTC).date()
NEXT_OPEN = TODAY + timedelta(days=3)
SHUT = [f"{TODAY + timedelta(days=n)} closed" for n in range(-1, 3)]


@pytest.fixture
def on_holiday(standing_desk: StandingDesk) -> Desk:
    """Support has a holiday for four days from yesterday on, and opens late on the fifth; else it is always open."""
    days = [*SHUT, f"{NEXT_OPEN} 10:00-12:00,13:00-15:00", f"{TODAY - timedelta(days=3)} 10:00-12:30"]
    arguments = [argument for day in days for argument in ("--holiday", day)]
    return standing_desk(
        departments=FIRM, users=(*STAFF, MIA), commands=[("department", "edit", "support", "--tz", "UTC", *arguments)]
    )


def support(departments: list[Json]) -> Json:
    return next(department for department in departments if department["id"] == "support")


async def test_department_on_holiday_is_closed_and_says_when_it_opens(on_holiday: Desk, guests: Guests) -> None:
    visitor = await guests.visitor(on_holiday)
    opens_at = f"{NEXT_OPEN}T10:00:00.000Z"

    error = await visitor.refused("chat:start", {"client_id": "c", "question": "Hello?", "department": "support"})
    request = {"client_id": "t", "email": "eva@example.com", "question": "Hello?", "department": "support"}
    ticket = (await visitor.ask("chat:to_ticket", request))["ticket"]

    told = support(visitor.hello["departments"])
    assert (told["open"], told["opens_at"]) == (False, opens_at)
    assert (error["code"], error["opens_at"]) == ("not_open", opens_at)
    # Four hours of opening time: two in the morning and two after lunch.
    assert ticket["checkpoint_at"] == f"{NEXT_OPEN}T15:00:00.000Z"


async def test_coverage_counts_no_open_time_on_a_holiday(on_holiday: Desk, guests: Guests) -> None:
    mia = await guests.agent(on_holiday, MIA, status=None)
    days = {"from": str(TODAY - timedelta(days=4)), "to": str(TODAY + timedelta(days=1)), "tz": "UTC"}

    status, report = await mia.request("GET", "/api/v1/reports/coverage", query={**days, "department": "support"})

    assert status == 200
    assert [bucket["open_s"] for bucket in report["buckets"]] == [86400, 9000, 86400, 0, 0]
    assert report["total"]["covered_s"] + report["total"]["uncovered_s"] == report["total"]["open_s"]


@pytest.mark.slow
async def test_holiday_that_is_taken_back_reaches_those_who_look(on_holiday: Desk, guests: Guests) -> None:
    visitor = await guests.visitor(on_holiday)

    on_holiday.cli("department", "edit", "support", "--holiday", f"{TODAY} usual")

    try:
        opened = await visitor.wait("departments", lambda departments: support(departments)["open"])
        assert support(opened)["opens_at"] is None
    finally:
        mark = visitor.mark()
        on_holiday.cli("department", "edit", "support", "--holiday", f"{TODAY} closed")
    await visitor.wait("departments", lambda departments: not support(departments)["open"], since=mark)
