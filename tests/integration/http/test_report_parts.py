"""The lists of a report besides its buckets, as files: what stands behind each chart can be taken along."""

from __future__ import annotations

import csv
import io

import pytest

from server.services.reports.reports import KINDS
from tests.integration.http.people import Site


async def file(site: Site, path: str) -> tuple[str, list[dict[str, str]]]:
    mia = await site.as_("mia")
    got = await mia.client.get(f"/api/v1/reports/{path}", headers={"Authorization": f"Bearer {mia.token}"})
    assert got.status == 200
    return got.headers["Content-Disposition"], list(csv.DictReader(io.StringIO(await got.text())))


async def test_the_gaps_of_coverage_are_a_file_of_their_own(site: Site) -> None:
    name, rows = await file(site, "coverage.csv?part=gaps")

    assert 'filename="semafor_coverage_gaps_' in name
    (gap,) = rows
    assert gap["cause_kind"] == "nobody_online"
    assert gap["from_utc"].endswith("Z")
    assert gap["tz"] == "Europe/Prague"
    assert float(gap["duration_s"]) > 0


async def test_the_hours_of_the_week_are_168_rows_whatever_the_bucket(site: Site) -> None:
    _, rows = await file(site, "coverage.csv?part=by_weekday&bucket=month")

    assert len(rows) == 168
    assert list(rows[0]) == ["weekday", "hour", "open_s", "covered_s", "single_s", "uncovered_s"]


async def test_steps_of_a_year_are_an_empty_file(site: Site) -> None:
    _, rows = await file(site, "coverage.csv?part=steps&from=2025-01-01&to=2026-01-01")

    assert rows == []


@pytest.mark.parametrize("kind", KINDS)
async def test_file_of_a_time_to_come_has_its_columns(site: Site, kind: str) -> None:
    mia = await site.as_("mia")
    headers = {"Authorization": f"Bearer {mia.token}"}
    heads = []
    for period in ("", "?from=2131-01-01&to=2131-02-01"):
        got = await mia.client.get(f"/api/v1/reports/{kind}.csv{period}", headers=headers)
        heads.append((await got.text()).splitlines()[0].split(","))

    now, to_come = heads
    assert to_come == now
    assert len(to_come) > 5


async def test_the_spread_of_waits_and_the_curve_of_who_stays_are_files_by_their_paths(site: Site) -> None:
    name, bins = await file(site, "waits.csv?part=distribution.first_reply.bins")
    _, curve = await file(site, "waits.csv?part=staying.curve")

    assert 'filename="semafor_waits_distribution.first_reply.bins_' in name
    assert list(bins[0]) == ["from_s", "to_s", "chats"]
    assert bins[-1]["to_s"] == ""
    assert curve == [], "nobody was in line at this desk"


@pytest.mark.parametrize(
    "path",
    [
        "coverage.csv?part=total",
        "coverage.csv?part=by_hour",
        "waits.csv?part=from",
        "waits.csv?part=distribution",
        "waits.csv?part=staying.median_s.x",
        "waits.csv?part=total.n",
        "waits.csv?part=.",
        "waits.csv?part=buckets.0",
    ],
)
async def test_a_list_that_a_report_has_not_is_invalid(site: Site, path: str) -> None:
    mia = await site.as_("mia")

    assert await mia.refused("GET", f"/reports/{path}") == (422, "invalid", "part")
