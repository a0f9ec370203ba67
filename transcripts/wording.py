"""The words a customer reads, in their language: sentences of chat events, dates, and the catalogues behind both.

The server takes sentences for events from here, and mails, exports and the server's customer pages take everything
else. The catalogues are `locale/<language>/LC_MESSAGES/semafor.po`, read as they are: there is no compiled copy to
forget. A msgid is the English sentence; placeholders are `%(name)s`, in code and in templates alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from importlib import resources
from io import BytesIO
from math import ceil
from typing import Any, Final, Literal

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from babel.units import format_unit
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from transcripts.records import AuthorKind, EventCode, Resolution, TicketStatus

LOCALES: Final = ("en", "cs", "sk", "pl", "el", "ru")
DEFAULT_LOCALE: Final = "en"

# English as it is written in Europe, where the desks are: day before month, 24 hours.
_CLDR: Final = {"en": "en_GB"}
# Abbreviated weekday, so that "by" (do, до, έως) before it asks for no other case of the weekday's name.
_DAY: Final = {"cs": "EEE d. MMMM", "sk": "EEE d. MMMM", "pl": "EEE, d MMMM", "ru": "EEE, d MMMM"}


def choose(requested: str | None, accept_language: str | None = None) -> str:
    """One of LOCALES: the page's wish ("cs", "cs-CZ"), else the browser's first known language, else English."""
    wanted = [requested or "", *_by_weight(accept_language or "")]
    for tag in wanted:
        language = tag.replace("_", "-").split("-")[0].strip().lower()
        if language in LOCALES:
            return language
    return DEFAULT_LOCALE


def _one_stop(sentence: str) -> str:
    """A sentence that ends with a name ends with one full stop: "Acme s.r.o.", and not "Acme s.r.o..".

    Markup stays markup.
    """
    return sentence[:-1] if sentence.endswith("..") and not sentence.endswith("...") else sentence


def _with_one_stop(gettext: Any) -> Any:
    """What a template calls, which jinja gives its context."""

    @pass_context
    def told(context: Context, msgid: str, **values: object) -> str:
        return _one_stop(gettext(context, msgid, **values))

    return told


class Wording:
    """The words of one language. locale: one of LOCALES; any other reads as English."""

    def __init__(self, locale: str) -> None:
        self.locale = locale if locale in LOCALES else DEFAULT_LOCALE
        self._cldr = Locale.parse(_CLDR.get(self.locale, self.locale))
        self._translations = _catalogue(self.locale)

    def gettext(self, msgid: str, **values: object) -> str:
        """The sentence with its `%(name)s` filled in. A literal per cent sign is written `%%`."""
        return _one_stop(str(self._translations.gettext(msgid)) % values)

    def ngettext(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The form that `n` asks for in this language; `n` itself fills `%(n)s`."""
        return str(self._translations.ngettext(singular, plural, n)) % {"n": n, **values}

    def install_in(self, env: Environment) -> None:
        """Give a jinja environment `_`, `ngettext`, `{% trans %}` and the filters `moment`, `day`, `clock`, `status`.

        The filters but `status` take the zone: `{{ ticket.checkpoint_at | moment(tz) }}`. One environment per language.
        """
        env.add_extension("jinja2.ext.i18n")
        env.install_gettext_translations(self._translations, newstyle=True)  # type: ignore[attr-defined]
        env.globals["gettext"] = _with_one_stop(env.globals["gettext"])
        env.globals["locale"] = self.locale
        env.filters.update(moment=self.moment, day=self.day, clock=self.clock, status=self.status)

    # ---- dates ----------------------------------------------------------------------------------------------------

    def moment(self, at: datetime, tz: tzinfo) -> str:
        """A promise's time, zone named because customers live in others: "Sun 22 November, 10:00 CET"."""
        day = format_datetime(at, _DAY.get(self.locale, "EEE d MMMM"), tzinfo=tz, locale=self._cldr)
        return f"{day}, {self.clock(at, tz)} {self.zone(at, tz)}"

    def day(self, at: datetime, tz: tzinfo) -> str:
        """A day with its year: "Sunday, 22 November 2026"."""
        return format_date(at.astimezone(tz), "full", locale=self._cldr)

    def clock(self, at: datetime, tz: tzinfo) -> str:
        """Hours and minutes, 24 hours everywhere: "16:05"."""
        return format_datetime(at, "HH:mm", tzinfo=tz, locale=self._cldr)

    def zone(self, at: datetime, tz: tzinfo) -> str:
        """The zone's short name where the language has one, else its distance: "CET", "UTC+2", "UTC+5:30"."""
        name = format_datetime(at, "zzz", tzinfo=tz, locale=self._cldr)
        if not name.startswith(("+", "-")):
            return name
        # Counted here: Babel 2.18 rounds -3:30 down to -4:30.
        offset = at.astimezone(tz).utcoffset() or timedelta()
        hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
        return f"UTC{name[0]}{hours}" + (f":{minutes:02}" if minutes else "")

    def size(self, size_bytes: int) -> str:
        """A file's size for people: "640 bytes", "24 kB", "1.5 MB"; decimal units, as on the wire."""
        if size_bytes < 1_000:
            # The short word is a sign ("B", "Б") or has no plural ("byte" in Greek); in English it has one.
            length: Literal["short", "long"] = "long" if self.locale == "en" else "short"
            return format_unit(size_bytes, "digital-byte", length, locale=self._cldr)
        if size_bytes < 999_500:
            return format_unit(round(size_bytes / 1_000), "digital-kilobyte", "short", locale=self._cldr)
        return format_unit(round(size_bytes / 1_000_000, 1), "digital-megabyte", "short", locale=self._cldr)

    def length(self, seconds: float) -> str:
        """How long something lasted, in its two largest units: "40 seconds", "4 minutes", "2 hours 5 minutes"."""
        whole = max(0, round(seconds))
        if whole < 60:
            return format_unit(whole, "duration-second", locale=self._cldr)
        hours, minutes = divmod(round(whole / 60), 60)
        days, hours_left = divmod(hours, 24)
        amounts = [(days, "day"), (hours_left, "hour")] if days else [(hours, "hour"), (minutes, "minute")]
        return " ".join(format_unit(n, f"duration-{unit}", locale=self._cldr) for n, unit in amounts if n)

    # ---- words ----------------------------------------------------------------------------------------------------

    def status(self, status: TicketStatus) -> str:
        """A ticket's status as the customer reads it."""
        words: dict[TicketStatus, Callable[[], str]] = {
            "open": lambda: self.gettext("Open"),
            "in_progress": lambda: self.gettext("In progress"),
            "waiting": lambda: self.gettext("Waiting"),
            "solved": lambda: self.gettext("Solved"),
            "closed": lambda: self.gettext("Closed"),
        }
        return words[status]()


# ---- events ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What the sentences of events speak of. agent, department: names.

    queued: the closed chat was still in line. number: left as it is, the sentence holds `{number}`, which the store
    fills. checkpoint_at and tz: the ticket's promise, said where both are given. is_call: they asked to be called.
    """

    agent: str | None = None
    department: str | None = None
    cause: Literal["connection_lost", "no_first_reply"] = "connection_lost"
    by: AuthorKind = "system"
    resolution: Resolution | None = None
    queued: bool = False
    closes_in_s: float = 300
    number: str = "{number}"
    checkpoint_at: datetime | None = None
    tz: tzinfo | None = None
    is_call: bool = False


def event_sentence(code: EventCode, locale: str, **facts: Any) -> str:
    """What the visitor reads when `code` happens. facts: the fields of EventFacts that the code needs."""
    return _SENTENCES[code](Wording(locale), EventFacts(**facts))


def _assigned(words: Wording, facts: EventFacts) -> str:
    return words.gettext("%(agent)s joined the conversation", agent=_agent(words, facts))


def _returned(words: Wording, facts: EventFacts) -> str:
    agent = _agent(words, facts)
    if facts.cause == "no_first_reply":
        return words.gettext("You are back at the front of the line: %(agent)s could not answer in time", agent=agent)
    return words.gettext("You are back at the front of the line: the connection to %(agent)s was lost", agent=agent)


def _transferred(words: Wording, facts: EventFacts) -> str:
    agent, department = facts.agent, facts.department
    if agent and department:
        return words.gettext(
            "%(agent)s (%(department)s) takes over the conversation", agent=agent, department=department
        )
    if department:
        return words.gettext("The conversation was passed on to the department %(department)s", department=department)
    return words.gettext("%(agent)s takes over the conversation", agent=_agent(words, facts))


def _escalated(words: Wording, _: EventFacts) -> str:
    return words.gettext("Your question now goes to our specialists")


def _reassigned(words: Wording, facts: EventFacts) -> str:
    return words.gettext("%(agent)s now takes care of your question", agent=_agent(words, facts))


def _visitor_left(words: Wording, _: EventFacts) -> str:
    return words.gettext("Your connection was interrupted")


def _visitor_back(words: Wording, _: EventFacts) -> str:
    return words.gettext("You are connected again")


def _idle_warning(words: Wording, facts: EventFacts) -> str:
    return words.ngettext(
        "Are you still there? Without an answer the conversation ends in %(n)s minute.",
        "Are you still there? Without an answer the conversation ends in %(n)s minutes.",
        max(1, ceil(facts.closes_in_s / 60)),
    )


def _closed(words: Wording, facts: EventFacts) -> str:
    if facts.queued:
        return words.gettext("You left the line")
    if facts.by == "visitor":
        return words.gettext("You ended the conversation")
    if facts.by == "agent":
        return words.gettext("%(agent)s ended the conversation", agent=_agent(words, facts))
    if facts.resolution == "abandoned":
        return words.gettext("The conversation ended because there was no answer")
    return words.gettext("The conversation ended")


def _ticket(words: Wording, facts: EventFacts) -> str:
    if facts.checkpoint_at is None or facts.tz is None:
        return words.gettext("Ticket %(number)s: we go on by e-mail.", number=facts.number)
    moment = words.moment(facts.checkpoint_at, facts.tz)
    if facts.is_call:
        return words.gettext(
            "Ticket %(number)s: we call you. Next news by %(moment)s.", number=facts.number, moment=moment
        )
    return words.gettext(
        "Ticket %(number)s: we go on by e-mail. Next news by %(moment)s.", number=facts.number, moment=moment
    )


def _agent(words: Wording, facts: EventFacts) -> str:
    return facts.agent or words.gettext("A colleague")


_SENTENCES: Final[Mapping[EventCode, Callable[[Wording, EventFacts], str]]] = {
    "assigned": _assigned,
    "returned": _returned,
    "transferred": _transferred,
    "escalated": _escalated,
    "reassigned": _reassigned,
    "visitor_left": _visitor_left,
    "visitor_back": _visitor_back,
    "idle_warning": _idle_warning,
    "closed": _closed,
    "ticket": _ticket,
}


@lru_cache(maxsize=len(LOCALES))
def _catalogue(locale: str) -> NullTranslations:
    """The language's catalogue, plural rule included. What it lacks reads in English (a test keeps that empty)."""
    source = resources.files("transcripts") / "locale" / locale / "LC_MESSAGES" / "semafor.po"
    with source.open("rb") as text:
        catalog = read_po(text, locale=locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled, domain="semafor")


def _by_weight(accept_language: str) -> list[str]:
    """Language tags of an Accept-Language header, most wanted first; at most 20, unreadable weights count as 0."""
    weighted = []
    for part in accept_language.split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        try:
            weighted.append((-float(weight or 1), tag.strip()))
        except ValueError:
            weighted.append((0.0, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: pair[0])]
