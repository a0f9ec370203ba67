"""What a manager reads on Monday: every figure with its n, unknown ones as a dash, in six languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.unit.transcripts.samples import DESK, rendered
from transcripts.envelopes import Envelope
from transcripts.mails.mails import Rendered, as_bytes
from transcripts.mails.weekly import amount, weekly_mail
from transcripts.records import Mail
from transcripts.wording import LOCALES, Wording

MONDAY = datetime(2026, 11, 8, 23, tzinfo=UTC)
SHARES = ("coverage", "single_agent", "within_target", "abandoned", "satisfaction")
KEYS = (
    *("coverage", "single_agent", "queue_wait_p50", "queue_wait_p90", "first_reply_p50", "first_reply_p90"),
    *("within_target", "abandoned", "satisfaction", "volume", "exchanges_p50", "solution_p50"),
)


def figure(key: str, n: int) -> dict[str, Any]:
    unit = "share" if key in SHARES else "count" if key in {"volume", "exchanges_p50"} else "seconds"
    value = {"share": 0.9345, "count": 1204, "seconds": 75.25}[unit]
    trend = [{"from": MONDAY + timedelta(days=day), "value": value if day < 5 else None} for day in range(7)]
    before = None if key == "satisfaction" else value
    return {"key": key, "unit": unit, "value": value, "n": n, "previous": before, "trend": trend}


def weekly(locale: str = "en") -> Mail:
    figures = [figure(key, 144_000 if n < 2 else 1204) for n, key in enumerate(KEYS)]
    week = (MONDAY, MONDAY + timedelta(days=7))
    told = {
        "within_upto": 0.897,
        "previous": None,
        "n": 2292,
        "answered": 967,
        "offered": 1312,
        "passed": 13,
        "censored": 7,
    }
    envelope = Envelope("weekly-2026-11-16-mia", "desk.example")
    new = weekly_mail(envelope, "mia@example.com", locale, week, figures, told)
    at = week[1] + timedelta(hours=7)
    return Mail(new.id, new.kind, new.to, new.locale, new.message_id, at, at, context=new.context)


def content(locale: str = "en") -> Rendered:
    return rendered(weekly(locale), None, None, [])


class Tables(HTMLParser):
    """The cells of each table's rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data.strip()


def test_both_tables_show_every_figure_and_every_day() -> None:
    rows = [row for row in Tables(content().html).rows if len(row) > 1]

    assert rows[1][1:] == ["93.45 %", "93.45 %"]
    assert rows[1][0] == "Coveredof 40 h open"
    assert rows[6][1:] == ["75.2 s", "75.2 s"]
    assert rows[9] == ["Satisfiedn = 1,204", "93.45 %", "–"]
    assert rows[10] == ["Chats", "1,204", "1,204"]
    assert rows[14] == ["Mon 9.11.", "1,204", "93.45 %", "93.45 %"]
    assert rows[20] == ["Sun 15.11.", "–", "–", "–"]


def test_it_is_said_of_how_many_waits_what_is_known() -> None:
    said = (
        "“At most” held for 89.7 % of the waits that visitors were told (week before: –). n = 2,292: 967 answered, "
        "1,312 left with the time of their turn known, 13 left when it was over. 7 more left before."
    )

    assert f"\n{said}\n" in content().text
    assert said in content().html
    assert "1 312" in content("cs").text.replace("\xa0", " ")


def test_a_mail_that_was_queued_before_it_said_so_is_written_as_it_was() -> None:
    old = weekly()
    known = {name: value for name, value in (old.context or {}).items() if name != "told"}
    nobody = {
        **known,
        "told": {
            "within_upto": None,
            "previous": None,
            **dict.fromkeys(("n", "answered", "offered", "passed", "censored"), 0),
        },
    }

    for context in (known, nobody):
        text = rendered(replace(old, context=context), None, None, []).text
        assert "n = 1,204\n\nDay by day" in text
        assert "“" not in text


def test_the_plain_part_has_the_same_figures_and_the_link_to_the_week() -> None:
    text = content().text

    assert "Covered: 93.45 % (93.45 %), of 40 h open\n" in text
    assert "Satisfied: 93.45 % (–), n = 1,204\n" in text
    assert "Sun 15.11.: –, –, –\n" in text
    assert f"{DESK.public_url}/manager?from=2026-11-09&to=2026-11-15\n" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_written_in_the_readers_language(locale: str) -> None:
    found, words = content(locale), Wording(locale)

    assert words.gettext("Your desk last week") in found.subject
    for part in (found.text, found.html):
        assert words.gettext("Week before") in part
        assert words.gettext("Wait in line, nine of ten within") in part
    as_bytes(found, weekly(locale)).decode("ascii")


def test_nothing_of_a_desk_that_was_closed_is_shown_as_zero() -> None:
    mail = weekly()
    unknown = [{**figure, "value": None, "previous": None, "n": 0, "trend": []} for figure in mail.context["figures"]]

    rows = Tables(rendered(replace(mail, context={**mail.context, "figures": unknown}), None, None, []).html).rows

    assert {cell for row in rows[2:14] for cell in row[1:]} == {"–"}


def test_amounts_are_written_as_people_read_them() -> None:
    words = Wording("en")
    seconds = [amount(value, "seconds", words) for value in (0, 12.34, 99.9, 100, 725.4, 7199.6, 72_300)]

    assert seconds == ["0 s", "12.3 s", "99.9 s", "1:40 min", "12:05 min", "2:00 h", "20:05 h"]
    assert amount(0.5, "share", Wording("cs")) == "50 %"
    assert amount(0.123, "share", Wording("cs")) == "12,3 %"
    assert amount(None, "count", words) == "–"
