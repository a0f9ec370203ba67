"""The mail a manager reads on Monday: the figures of last week beside those of the week before, and each day's.

Pure: the figures are those of the overview report, frozen when the mail was queued. Who is written to, and when, is the
server's (services/reports/weekly.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from transcripts.envelopes import Envelope, iso
from transcripts.operations import NewMail
from transcripts.records import MailKind
from transcripts.wording import Wording

KIND: Final[MailKind] = "weekly_report"
UNKNOWN: Final = "–"
DAY_COLUMNS: Final = ("volume", "coverage", "within_target")
COUNTS: Final = ("n", "answered", "offered", "passed", "censored")
TOLD: Final = ("within_upto", "previous", *COUNTS)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, in words. n: of how many it is, None where the figure is that number itself."""

    name: str
    value: str
    before: str
    n: str | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """cells: in the order of DAY_COLUMNS."""

    day: str
    cells: tuple[str, ...]


def weekly_mail(
    envelope: Envelope,
    to: str,
    locale: str,
    week: tuple[datetime, datetime],
    figures: Sequence[Mapping[str, Any]],
    told: Mapping[str, Any] | None = None,
) -> NewMail:
    """week: from inclusive, to exclusive. figures: of the overview report by days, with moments as they come.

    told: the total of the estimates report, with `previous`, the share of the week before.
    """
    return NewMail(
        id=envelope.mail_id,
        kind=KIND,
        to=to,
        locale=locale,
        message_id=f"<desk.{envelope.mail_id}@{envelope.host}>",
        context={
            "from": iso(week[0]),
            "to": iso(week[1]),
            "figures": [
                {
                    **{name: figure[name] for name in ("key", "unit", "value", "n", "previous")},
                    "trend": [{"from": iso(day["from"]), "value": day["value"]} for day in figure["trend"]],
                }
                for figure in figures
            ],
            "told": None if told is None else {name: told[name] for name in TOLD},
        },
    )


def subject(context: Mapping[str, Any], words: Wording, tz: tzinfo) -> str:
    days = [format_date(at.astimezone(tz), "medium", locale=_cldr(words)) for at in _days_of(context)]
    return f"{words.gettext('Your desk last week')}: {f' {UNKNOWN} '.join(days)}"


def shown(context: Mapping[str, Any], words: Wording, tz: tzinfo) -> dict[str, Any]:
    """What the templates fill in."""
    first, last = _days_of(context)
    names = _names(words)
    return {
        "week": f"{words.day(first, tz)} {UNKNOWN} {words.day(last, tz)}",
        "from_day": first.astimezone(tz).date().isoformat(),
        "to_day": last.astimezone(tz).date().isoformat(),
        "rows": [_row(figure, names[figure["key"]], words) for figure in context["figures"]],
        "told": _told(context.get("told"), words),
        "day_heads": [names[key] for key in DAY_COLUMNS],
        "day_rows": _days(context["figures"], words, tz),
    }


def amount(value: float | None, unit: str, words: Wording) -> str:
    """A figure for people: "93.4 %", "75.3 s", "12:05 min", "20:05 h", "1,204"; unknown is a dash and never 0."""
    if value is None:
        return UNKNOWN
    if unit == "share":
        return f"{format_decimal(round(100 * value, 2), '#,##0.##', locale=words.locale)} %"
    if unit != "seconds":
        return format_decimal(value, "#,##0.##", locale=words.locale)
    if value < 100:
        return f"{format_decimal(value, '#,##0.#', locale=words.locale)} s"
    seconds = round(value)
    if seconds < 7200:
        return f"{seconds // 60}:{seconds % 60:02} min"
    minutes = round(value / 60)
    return f"{minutes // 60}:{minutes % 60:02} h"


def _row(figure: Mapping[str, Any], name: str, words: Wording) -> Row:
    unit = figure["unit"]
    is_count = figure["key"] == "volume"
    n = figure["n"]
    if figure["key"] in {"coverage", "single_agent"}:
        n = round(n / 3600)  # told of in seconds, read in hours
    return Row(
        name,
        amount(figure["value"], unit, words),
        amount(figure["previous"], unit, words),
        None if is_count else format_decimal(n, locale=words.locale),
    )


def _told(told: Mapping[str, Any] | None, words: Wording) -> str | None:
    """None: nobody was told a wait; or the mail was queued by a version that did not say so."""
    if told is None or not told["n"] + told["censored"]:
        return None
    counts = {name: format_decimal(told[name], locale=words.locale) for name in COUNTS}
    shares = {"share": amount(told["within_upto"], "share", words), "before": amount(told["previous"], "share", words)}
    return words.gettext(
        "“At most” held for %(share)s of the waits that visitors were told (week before: %(before)s). n = %(n)s: "
        "%(answered)s answered, %(offered)s left with the time of their turn known, %(passed)s left when it was over. "
        "%(censored)s more left before.",
        **counts,
        **shares,
    )


def _days(figures: Sequence[Mapping[str, Any]], words: Wording, tz: tzinfo) -> list[DayRow]:
    by_key = {figure["key"]: figure for figure in figures}
    columns = [by_key[key] for key in DAY_COLUMNS]
    cldr = _cldr(words)
    return [
        DayRow(
            format_datetime(datetime.fromisoformat(day["from"]), "EEE d.M.", tzinfo=tz, locale=cldr),
            tuple(amount(column["trend"][n]["value"], column["unit"], words) for column in columns),
        )
        for n, day in enumerate(columns[0]["trend"])
    ]


def _days_of(context: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """A moment of the first day, and one of the last."""
    return datetime.fromisoformat(context["from"]), datetime.fromisoformat(context["to"]) - timedelta(seconds=1)


def _cldr(words: Wording) -> Locale:
    return Locale.parse({"en": "en_GB"}.get(words.locale, words.locale))


def _names(words: Wording) -> dict[str, str]:
    return {
        "coverage": words.gettext("Covered"),
        "single_agent": words.gettext("With one agent only"),
        "queue_wait_p50": words.gettext("Wait in line, half within"),
        "queue_wait_p90": words.gettext("Wait in line, nine of ten within"),
        "first_reply_p50": words.gettext("First reply, half within"),
        "first_reply_p90": words.gettext("First reply, nine of ten within"),
        "within_target": words.gettext("Within the target"),
        "abandoned": words.gettext("Left without an answer"),
        "satisfaction": words.gettext("Satisfied"),
        "volume": words.gettext("Chats"),
        "exchanges_p50": words.gettext("Exchanges, half of the chats"),
        "solution_p50": words.gettext("Time to solution, half within"),
    }
