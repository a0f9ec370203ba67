"""The widget speaks the page's language, with the plural forms of that language."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from playwright.async_api import expect

from tests.browser.host_pages import Site
from tests.browser.pictures import picture
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import Department, Desk
from tests.harness.fixtures import MIA, NewDesk, People

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Speech:
    """button: on the host page.  start: sends the form.  two, five: so many people are ahead."""

    button: str
    question: str
    start: str
    two: str
    five: str


SPEECHES = {
    "en": Speech(
        "Chat", "Your question", "Start the conversation", "2 people are ahead of you", "5 people are ahead of you"
    ),
    "cs": Speech("Chat", "Váš dotaz", "Začít konverzaci", "Před vámi jsou 2 lidé", "Před vámi je 5 lidí"),
    "sk": Speech("Chat", "Vaša otázka", "Začať konverzáciu", "Pred vami sú 2 ľudia", "Pred vami je 5 ľudí"),
    "pl": Speech("Czat", "Twoje pytanie", "Rozpocznij rozmowę", "Przed Tobą są 2 osoby", "Przed Tobą jest 5 osób"),
    "el": Speech(
        "Συνομιλία", "Η ερώτησή σας", "Έναρξη συνομιλίας", "2 άτομα είναι πριν από εσάς", "5 άτομα είναι πριν από εσάς"
    ),
    "ru": Speech("Чат", "Ваш вопрос", "Начать разговор", "Перед вами 2 человека", "Перед вами 5 человек"),
}


async def test_each_language_counts_the_people_ahead_in_its_own_forms(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    departments = [Department(f"in-{locale}", locale) for locale in SPEECHES]
    settings = {"SEMAFOR_SITES": site.url, "SEMAFOR_LIMITS": "off"}
    desk = new_desk(departments=departments, users=(), settings=settings)
    site.embed(desk.url)
    await asyncio.gather(*(_count(locale, desk, people, windows, site) for locale in SPEECHES))


async def _count(locale: str, desk: Desk, people: People, windows: Windows, site: Site) -> None:
    speech = SPEECHES[locale]
    waiting = [await people.visitor(desk) for _ in range(5)]
    chats = [await visitor.start("Before", department=f"in-{locale}") for visitor in waiting]
    # The browser's own language is another one: the page decides.
    attributes = f'data-locale="{locale}" data-department="in-{locale}"'
    widget = await Widget.visit(windows, f"{site.url}/?{urlencode({'attributes': attributes})}", locale="de-DE")
    assert (await widget.button.inner_text()).strip() == speech.button
    assert await (await widget.frame()).evaluate("document.documentElement.lang") == locale
    await widget.field(speech.question).fill("?")
    await widget.press(speech.start).click()
    await expect(widget.heading).to_have_text(speech.five)
    await picture(widget.page, f"language-{locale}")

    leaving = zip(waiting[:3], chats[:3], strict=True)
    await asyncio.gather(*(visitor.ask("chat:leave", {"chat_id": chat["id"]}) for visitor, chat in leaving))
    await expect(widget.heading).to_have_text(speech.two)


async def test_page_without_a_language_is_served_in_the_browsers(
    new_desk: NewDesk, windows: Windows, site: Site
) -> None:
    desk = new_desk(users=(MIA,), settings={"SEMAFOR_SITES": site.url})
    site.embed(desk.url)
    site.language = ""
    for locale, heading in (("cs-CZ", "S čím vám pomůžeme?"), ("de-DE", "How can we help?")):
        widget = await Widget.visit(windows, site.url, locale=locale)
        await expect(widget.heading).to_have_text(heading)
