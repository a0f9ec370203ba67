"""Opening hours as a form has them, day by day and slot by slot; the record keeps them as one text (queueing/hours.py).

What is wrong is said of the very slot: the field is "hours.mon.1.to", "holidays.3.date".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from queueing.holidays import parse_holidays
from queueing.hours import DAYS, HoursError, Slot, find_overlap, parse_hours
from server.errors import Refusal
from server.fields import Request

Json = dict[str, Any]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SLOTS_MAX = 12
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DAY_MIN = 24 * 60
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class SlotForm(Request):
    """overnight: it ends on the next day. An end of 00:00 is the day's own midnight, 24:00."""

    from_: Annotated[str, Field(alias="from", max_length=8)]
    to: Annotated[str, Field(max_length=8)]
    overnight: bool = False


class HolidayForm(Request):
    """slots: its own hours; none: closed all day."""

    date: Annotated[str, Field(max_length=20)]
    slots: Annotated[tuple[SlotForm, ...], Field(strict=False, max_length=SLOTS_MAX)] = ()


Slots = Annotated[tuple[SlotForm, ...], Field(strict=False, max_length=SLOTS_MAX)]
Week = dict[Day, Slots]


def week_of(hours: str | None) -> dict[str, list[Json]] | None:
    """Every day with its slots; None: always open. Raises HoursError."""
    if not hours:
        return None
    slots = parse_hours(hours)
    return {day: [_span(slot.start_min, slot.end_min) for slot in slots if slot.day == n] for n, day in enumerate(DAYS)}


def hours_text(week: Mapping[Day, Sequence[SlotForm]] | None) -> str:
    """As the record keeps it; "" for None, always open. Raises Refusal invalid."""
    if week is None:
        return ""
    placed: dict[Slot, tuple[str, int]] = {}
    days = {day: _minutes(week.get(day, ()), f"hours.{day}") for day in DAYS}  # type: ignore[call-overload]
    for number, (day, spans) in enumerate(days.items()):
        for n, (start, end) in enumerate(spans):
            _place(placed, Slot(number, start, end), f"hours.{day}", n)
    if not placed:
        raise Refusal("invalid", "Add at least one time, or say that it is always open.", field="hours")
    overlap = find_overlap(placed)
    if overlap is not None:
        first, second = overlap
        place, n = placed[second]
        raise Refusal("invalid", f"This overlaps with {_NAMES[first.day]}, {_said(first)}.", field=f"{place}.{n}.from")
    return "; ".join(f"{_days(same)} {text}" for text, same in _grouped(days).items())


def holidays_of(texts: Sequence[str]) -> list[Json]:
    """By date. Raises HoursError."""
    found = parse_holidays(texts)
    return [{"date": day.isoformat(), "slots": [_span(*span) for span in spans]} for day, spans in found.items()]


def holiday_texts(holidays: Sequence[HolidayForm]) -> list[str]:
    """As the record keeps them. Raises Refusal invalid."""
    texts: dict[str, str] = {}
    for n, holiday in enumerate(holidays):
        date, place = holiday.date.strip(), f"holidays.{n}"
        spans = _minutes(holiday.slots, f"{place}.slots")
        placed: dict[Slot, tuple[str, int]] = {}
        for m, (start, end) in enumerate(spans):
            # On a week of one day nights reach into no other day.
            _place(placed, Slot(0, start, end), f"{place}.slots", m)
        overlap = find_overlap(placed)
        if overlap is not None:
            where, m = placed[overlap[1]]
            raise Refusal("invalid", f"This overlaps with {_said(overlap[0])}.", field=f"{where}.{m}.from")
        text = f"{date} {','.join(_text(*span) for span in spans) or 'closed'}"
        try:
            (day,) = parse_holidays([text])
        except HoursError as exc:
            sentence = "This is no date: write it like 2026-12-25." if not spans else str(exc)
            raise Refusal("invalid", sentence, field=f"{place}.date") from exc
        if day.isoformat() in texts:
            raise Refusal("invalid", "This date is in the list already.", field=f"{place}.date")
        texts[day.isoformat()] = text
    return list(texts.values())


# ---- inside


def _minutes(slots: Sequence[SlotForm], place: str) -> list[tuple[int, int]]:
    """Minutes since midnight, the end above 1440 for a night."""
    spans = []
    for n, slot in enumerate(slots):
        start, end = _clock_min(slot.from_, f"{place}.{n}.from"), _clock_min(slot.to, f"{place}.{n}.to")
        if end == 0 and not slot.overnight:
            end = _DAY_MIN
        if start == _DAY_MIN:
            raise Refusal("invalid", "A day begins at 00:00.", field=f"{place}.{n}.from")
        spans.append((start, _end_min(start, end, slot.overnight, f"{place}.{n}.to")))
    return spans


def _end_min(start: int, end: int, overnight: bool, field: str) -> int:
    if overnight:
        if end >= start:
            raise Refusal("invalid", "A night ends before the hour at which it began.", field=field)
        return end + _DAY_MIN
    if end == start:
        raise Refusal("invalid", "The end is the same as the beginning.", field=field)
    if end < start:
        raise Refusal(
            "invalid", "The end is before the beginning. For a night, say that it ends the next day.", field=field
        )
    return end


def _clock_min(text: str, field: str) -> int:
    match = _CLOCK.fullmatch(text.strip())
    hours, minutes = map(int, match.groups()) if match else (99, 99)
    if minutes > 59 or hours * 60 + minutes > _DAY_MIN:
        raise Refusal("invalid", "Write the time as HH:MM, for example 09:30.", field=field)
    return hours * 60 + minutes


def _place(placed: dict[Slot, tuple[str, int]], slot: Slot, place: str, n: int) -> None:
    if slot in placed:
        raise Refusal("invalid", "This time is there twice.", field=f"{place}.{n}.from")
    placed[slot] = (place, n)


def _grouped(days: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, list[str]]:
    """{times: days that have them}."""
    groups: dict[str, list[str]] = {}
    for day, spans in days.items():
        if spans:
            groups.setdefault(",".join(_text(*span) for span in sorted(spans)), []).append(day)
    return groups


def _days(names: Sequence[str]) -> str:
    """ "mon-fri", or "mon,wed,fri"."""
    numbers = [DAYS.index(name) for name in names]
    in_a_row = len(names) > 2 and numbers == list(range(numbers[0], numbers[0] + len(names)))
    return f"{names[0]}-{names[-1]}" if in_a_row else ",".join(names)


def _span(start: int, end: int) -> Json:
    overnight = end > _DAY_MIN
    return {"from": _hhmm(start), "to": _hhmm(end - _DAY_MIN if overnight else end), "overnight": overnight}


def _text(start: int, end: int) -> str:
    return f"{_hhmm(start)}-{_hhmm(end - _DAY_MIN if end > _DAY_MIN else end)}"


def _said(slot: Slot) -> str:
    return _text(slot.start_min, slot.end_min).replace("-", "–")


def _hhmm(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
