"""A report as a file for a spreadsheet: one row per bucket (or agent), times in UTC and local, the zone named."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
# A cell that begins so is a formula to a spreadsheet, or hides one: =HYPERLINK(...), +1, -1, @SUM, a tab, a new line;
# their wide forms, which some read as the narrow ones; and all of them behind what a program may strip unseen.
FORMULA = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def sheet(rows: Sequence[Mapping[str, Any]], zone: ZoneInfo, like: Mapping[str, Any] | None = None) -> str:
    """RFC 4180 with a heading. None is an empty cell, a nested figure `queue_wait.p50_s` is `queue_wait_p50_s`.

    like: a row as they would be where there are none, so that a program finds its columns.
    """
    flat = [_flat(row, zone) for row in rows]
    headings = _headings(flat or [_flat(like or {}, zone)])
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([_cell(row.get(name)) for name in headings] for row in flat)
    return out.getvalue()


def _headings(flat: Sequence[Json]) -> list[str]:
    """In order. Who is an object in one row and nothing in another (`agent`) has the columns of the object only."""
    found = dict.fromkeys(name for row in flat for name in row)
    nothing = {name for name in found if all(row.get(name) is None for row in flat)}
    return [name for name in found if not (name in nothing and any(other.startswith(f"{name}_") for other in found))]


def _flat(row: Mapping[str, Any], zone: ZoneInfo) -> Json:
    out: Json = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            out |= {f"{name}_{inner}": cell for inner, cell in _flat(value, zone).items()}
        elif isinstance(value, datetime):
            out[f"{name}_utc"] = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            out[f"{name}_local"] = value.astimezone(zone).isoformat(timespec="seconds")
            out["tz"] = str(zone)
        else:
            out[name] = value
    return out


def _cell(value: object) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if FORMULA.match(text) else text
