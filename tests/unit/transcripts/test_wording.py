from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment

from transcripts.records import EventCode, TicketStatus
from transcripts.wording import LOCALES, Wording, choose, event_sentence

PRAGUE = ZoneInfo("Europe/Prague")
CHECKPOINT_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("requested", "header", "locale"),
    [
        ("cs", None, "cs"),
        ("sk-SK", "cs", "sk"),
        ("EL_gr", None, "el"),
        (None, "de-DE,de;q=0.9,ru;q=0.5,en;q=0.7", "en"),
        (None, "de, pl;q=0.8", "pl"),
        ("de", "ru", "ru"),
        ("xx", "*", "en"),
        ("", "cs;q=nonsense", "cs"),
        (None, None, "en"),
        ("en; DROP", "," * 10_000, "en"),
    ],
)
def test_language_is_the_pages_else_the_browsers_else_english(
    requested: str | None, header: str | None, locale: str
) -> None:
    assert choose(requested, header) == locale


@pytest.mark.parametrize(
    ("locale", "n", "sentence"),
    [
        ("en", 1, "Are you still there? Without an answer the conversation ends in 1 minute."),
        ("en", 5, "Are you still there? Without an answer the conversation ends in 5 minutes."),
        ("cs", 1, "Jste tam ještě? Bez odpovědi konverzace skončí za 1 minutu."),
        ("cs", 2, "Jste tam ještě? Bez odpovědi konverzace skončí za 2 minuty."),
        ("cs", 22, "Jste tam ještě? Bez odpovědi konverzace skončí za 22 minut."),
        ("sk", 3, "Ste tam ešte? Bez odpovede sa konverzácia skončí o 3 minúty."),
        ("sk", 5, "Ste tam ešte? Bez odpovede sa konverzácia skončí o 5 minút."),
        ("pl", 5, "Czy nadal tu jesteś? Bez odpowiedzi rozmowa zakończy się za 5 minut."),
        ("pl", 12, "Czy nadal tu jesteś? Bez odpowiedzi rozmowa zakończy się za 12 minut."),
        ("pl", 22, "Czy nadal tu jesteś? Bez odpowiedzi rozmowa zakończy się za 22 minuty."),
        ("el", 1, "Είστε ακόμη εδώ; Χωρίς απάντηση η συνομιλία τελειώνει σε 1 λεπτό."),
        ("el", 2, "Είστε ακόμη εδώ; Χωρίς απάντηση η συνομιλία τελειώνει σε 2 λεπτά."),
        ("ru", 11, "Вы ещё здесь? Без ответа беседа завершится через 11 минут."),
        ("ru", 21, "Вы ещё здесь? Без ответа беседа завершится через 21 минуту."),
        ("ru", 24, "Вы ещё здесь? Без ответа беседа завершится через 24 минуты."),
    ],
)
def test_a_number_takes_the_plural_form_of_its_language(locale: str, n: int, sentence: str) -> None:
    assert event_sentence("idle_warning", locale, closes_in_s=60 * n) == sentence


def test_the_time_left_is_rounded_up_to_a_whole_minute() -> None:
    assert "2 minutes" in event_sentence("idle_warning", "en", closes_in_s=61)
    assert "1 minute." in event_sentence("idle_warning", "en", closes_in_s=0)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", get_args(EventCode))
def test_every_event_has_a_sentence_in_every_language(code: EventCode, locale: str) -> None:
    sentence = event_sentence(code, locale, agent="Jana", department="Sales")

    assert sentence
    assert "%" not in sentence
    assert "None" not in sentence
    assert (sentence == event_sentence(code, "en", agent="Jana", department="Sales")) is (locale == "en")


def test_an_agents_name_is_said_as_it_is() -> None:
    assert event_sentence("assigned", "en", agent="%(agent)s {number} %s") == (
        "%(agent)s {number} %s joined the conversation"
    )


def test_the_end_of_a_chat_names_who_ended_it() -> None:
    assert event_sentence("closed", "en", by="visitor") == "You ended the conversation"
    assert event_sentence("closed", "en", by="agent", agent="Jana") == "Jana ended the conversation"
    assert event_sentence("closed", "en", by="visitor", queued=True) == "You left the line"
    assert "no answer" in event_sentence("closed", "en", by="system", resolution="abandoned")


def test_a_tickets_sentence_leaves_its_number_to_the_record() -> None:
    sentence = event_sentence("ticket", "cs", checkpoint_at=CHECKPOINT_AT, tz=PRAGUE)

    assert sentence.count("{number}") == 1
    assert "ne 22. listopadu, 10:00 SEČ" in sentence


@pytest.mark.parametrize(
    ("locale", "moment"),
    [
        ("en", "Sun 22 November, 10:00 CET"),
        ("cs", "ne 22. listopadu, 10:00 SEČ"),
        ("sk", "ne 22. novembra, 10:00 SEČ"),
        ("pl", "niedz., 22 listopada, 10:00 CET"),
        ("el", "Κυρ 22 Νοεμβρίου, 10:00 CET"),
        ("ru", "вс, 22 ноября, 10:00 UTC+1"),
    ],
)
def test_a_promise_is_told_in_the_desks_zone_and_the_customers_language(locale: str, moment: str) -> None:
    assert Wording(locale).moment(CHECKPOINT_AT, PRAGUE) == moment


@pytest.mark.parametrize(
    ("zone", "name"), [("Asia/Kolkata", "UTC+5:30"), ("America/St_Johns", "UTC-3:30"), ("Asia/Dubai", "UTC+4")]
)
def test_a_zone_without_a_short_name_is_told_by_its_distance(zone: str, name: str) -> None:
    assert Wording("cs").zone(CHECKPOINT_AT, ZoneInfo(zone)) == name


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("status", get_args(TicketStatus))
def test_every_status_has_a_word(status: TicketStatus, locale: str) -> None:
    assert Wording(locale).status(status)


def test_an_unknown_language_reads_as_english() -> None:
    assert Wording("../../etc/passwd").locale == "en"


def test_sizes_are_told_in_decimal_units() -> None:
    words = Wording("en")

    assert [words.size(n) for n in (640, 24_310, 999_499, 1_500_000)] == ["640 bytes", "24 kB", "999 kB", "1.5 MB"]


@pytest.mark.parametrize(
    ("locale", "sizes"),
    [
        ("en", ["1 byte", "2 bytes", "15 bytes"]),
        *((locale, ["1 B", "2 B", "15 B"]) for locale in ("cs", "sk", "pl")),
        ("el", ["1 byte", "2 byte", "15 byte"]),  # a foreign word in Greek, without a plural
        ("ru", ["1 Б", "2 Б", "15 Б"]),
    ],
)
def test_few_bytes_are_told_in_the_languages_own_number(locale: str, sizes: list[str]) -> None:
    assert [Wording(locale).size(n) for n in (1, 2, 15)] == sizes


def test_lengths_are_told_in_their_two_largest_units() -> None:
    english, polish = Wording("en"), Wording("pl")
    lengths = (0, 40, 59.6, 90, 240, 3600, 7500, 86_400, 90_000 + 3000)

    assert [english.length(seconds) for seconds in lengths] == [
        "0 seconds",
        "40 seconds",
        "1 minute",
        "2 minutes",
        "4 minutes",
        "1 hour",
        "2 hours 5 minutes",
        "1 day",
        "1 day 1 hour",
    ]
    assert polish.length(300) == "5 minut"


def test_a_sentence_that_ends_with_a_companys_name_has_one_full_stop() -> None:
    words, env = Wording("en"), Environment(autoescape=True)
    words.install_in(env)
    about = "You receive this mail because you have an account at %(desk)s."
    template = env.from_string("{{ _(about, desk=desk) }}")

    assert words.gettext(about, desk="Acme s.r.o.").endswith("at Acme s.r.o.")
    assert template.render(about=about, desk="<Acme> s.r.o.").endswith("at &lt;Acme&gt; s.r.o.")
    assert template.render(about=about, desk="Acme").endswith("at Acme.")
