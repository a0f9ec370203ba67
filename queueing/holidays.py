"""Dates with opening hours of their own: "2026-12-24 09:00-12:00,13:00-15:00", or "2026-12-25 closed".

A text names one local date and what holds on it instead of the weekly hours. Reading and writing the texts is here;
what they mean for a moment is hours.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from queueing.hours import HoursError, parse_span

CLOSED: Final = "closed"
USUAL: Final = "usual"
"""In a change: the weekly hours hold again on that date."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EXAMPLE = 'for example: "2026-12-24 09:00-12:00,13:00-15:00" or "2026-12-25 closed"'

Spans = tuple[tuple[int, int], ...]


def parse_holidays(texts: Iterable[str]) -> dict[date, Spans]:
    """By date, in their order: minutes since midnight, the end above 1440 for a night; none: closed all day.

    Raises HoursError.
    """
    found: dict[date, Spans] = {}
    for text in texts:
        day, spans = _read(text)
        if day in found:
            raise HoursError(f"{day} is given twice: write all its times at once, {_EXAMPLE}.")
        found[day] = _spans(spans, text)
    return dict(sorted(found.items()))


def change_holidays(before: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """The texts after a change: each of `wanted` says what holds on its date, the other dates stay as they were.

    "DATE usual" takes a date back to the weekly hours; an empty text takes them all back, whatever else is wanted.
    Raises HoursError.
    """
    wanted = [" ".join(text.split()).lower() for text in wanted]
    kept = {} if "" in wanted else parse_holidays(before)
    said = [text for text in wanted if text]
    usual = [_read(text)[0] for text in said if _read(text)[1] == USUAL]
    changed = parse_holidays(text for text in said if _read(text)[1] != USUAL)
    twice = next((day for n, day in enumerate(usual) if day in changed or day in usual[:n]), None)
    if twice is not None:
        raise HoursError(f"{twice} is given twice: write all its times at once, {_EXAMPLE}.")
    merged = {day: spans for day, spans in {**kept, **changed}.items() if day not in usual}
    return tuple(_text(day, spans) for day, spans in sorted(merged.items()))


def _read(text: str) -> tuple[date, str]:
    """The date and what stands behind it."""
    said, _, spans = text.strip().lower().partition(" ")
    if not _DATE.fullmatch(said):
        raise HoursError(f'In "{text}" the date "{said}" cannot be read: write YYYY-MM-DD, {_EXAMPLE}.')
    try:
        day = date.fromisoformat(said)
    except ValueError as exc:
        raise HoursError(f'In "{text}" the date "{said}" is in no calendar.') from exc
    if not 1900 <= day.year <= 2999:  # beyond, sums of dates meet the calendar's ends
        raise HoursError(f'In "{text}" the year of "{said}" is out of reach: use 1900 to 2999.')
    if not spans.strip():
        raise HoursError(f'In "{text}" the times are missing: write a date, a space and times or "closed", {_EXAMPLE}.')
    return day, spans.strip()


def _spans(text: str, whole: str) -> Spans:
    if text == CLOSED:
        return ()
    return tuple(sorted({parse_span(span.strip(), whole) for span in text.split(",")}))


def _text(day: date, spans: Spans) -> str:
    """One way of writing for each meaning."""
    times = ",".join(f"{_clock(start)}-{_clock(end if end <= 1440 else end - 1440)}" for start, end in spans)
    return f"{day.isoformat()} {times or CLOSED}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
