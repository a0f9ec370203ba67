"""What cannot be, typed into the settings, is refused with a sentence beside its field, which has the focus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from tests.browser.judging import WIDE, Judge
from tests.browser.managers import signed_in
from tests.harness.browser import Windows
from tests.harness.desk import User
from tests.harness.fixtures import ADA, NewDesk

pytestmark = pytest.mark.slow

IVY = User("ivy@desk.example", "Ivy Admin", role="admin", departments=(), capacity=0)
LONG = "x" * 4096
MARKUP = '<img src=x onerror="document.title=1">'

Step = tuple[str, str]
"""("press", a button), ("check" or "uncheck", a box), ("choose", one of several), or a field and what is typed."""


@dataclass(frozen=True)
class Case:
    page: str
    steps: Sequence[Step]
    field: str
    """The label of the field that the sentence stands beside."""
    button: str


RIGHT: dict[str, Sequence[Step]] = {
    "departments/new": [("Name", "Sales")],
    "people/new": [
        ("Name", "Bob"),
        ("E-mail", "bob@desk.example"),
        ("choose", "I set one"),
        ("Password", "blue horse sings"),
    ],
    "replies/new": [("Shortcut", "hi"), ("Title", "Greeting"), ("Text", "Hello")],
}
UNDO = {
    "Add a time Tuesday": "Remove Tuesday, time 2",
    "Add a date": "Remove New date",
    "Add a step": "Remove step 2",
}
LOOKED_AT = ("departments/new", "people/new")
OFFERS = ("Chat", "Ask to be called back", "Make a suggestion", "Leave a message")
AGREE = ("choose", "To agree to a text")


def cases(page: str, button: str, *wrong: tuple[str, Sequence[Step]]) -> list[Case]:
    return [Case(page, steps, field, button) for field, steps in wrong]


def typed(field: str, *values: str) -> list[tuple[str, Sequence[Step]]]:
    return [(field, [(field, value)]) for value in values]


CASES = [
    *cases(
        "departments/new",
        "Add it",
        *typed("Name", " "),
        *typed("Short name", "Ünïcode!", "support"),
        *typed("Time zone", "Mars/Olympus", MARKUP),
        *typed("Topics", LONG, "\n".join(f"Topic {n}" for n in range(60))),
        *typed("Monday, time 1: to", "8", "25:99"),
        *typed("Monday, time 1: from", "🕐"),
        ("Tuesday, time 2: from", [("press", "Add a time Tuesday"), ("Tuesday, time 2: from", "10")]),
        ("New date: date", [("press", "Add a date")]),
        *typed("First reply within (seconds)", "soon", "-5"),
        *typed("First news of a ticket after (hours)", "1e99"),
        *typed("A tier has a chat or ticket for (minutes)", "🕐"),
    ),
    *cases(
        "people/new",
        "Add them",
        *typed("Name", ""),
        *typed("E-mail", "bob at desk", ADA.email.upper(), f"{LONG}@desk.example"),
        ("Support", [("uncheck", "Support")]),
        *typed("Chats at once", "-1", "many", "1000"),
        *typed("Password", "short", LONG),
    ),
    *cases(
        "replies/new",
        "Add it",
        *typed("Shortcut", "", "two words", MARKUP),
        *typed("Title", ""),
        *typed("Text", "  ", LONG * 3),
        ("Step 2", [("press", "Add a step")]),
    ),
    *cases(
        "widget",
        "Save",
        *typed("Accent colour", "red"),
        ("Chat Without it the widget takes messages only.", [("uncheck", offer) for offer in OFFERS]),
    ),
    *cases(
        "sites",
        "Save",
        *typed("Origins", "javascript:alert(1)", "https://*.example.com", f"https://{LONG}.example"),
    ),
    *cases("mail", "Save", *typed("Address", "nobody", "a@b.example\r\nBcc: all@b.example")),
    *cases("mail", "Send it", *typed("To", "nobody")),
    *cases(
        "tokens/new",
        "Make the token",
        *typed("Name", ""),
        ("Good until", [("Name", "Bot"), ("Good until", "2001-01-01")]),
    ),
    *cases("privacy", "Look up", *typed("E-mail address or id", "")),
    *cases("privacy", "Save", *typed("Files", "soon", "-1", "1.5")),
    *cases("privacy", "Save", ("Version", [AGREE]), ("Text", [AGREE, ("Version", "1")])),
]


async def test_what_cannot_be_is_refused_beside_its_field(new_desk: NewDesk, windows: Windows) -> None:
    desk = new_desk(users=[ADA, IVY], settings={"SEMAFOR_LIMITS": "off"})
    page = await signed_in(windows, desk, IVY.email, size=WIDE)
    judge, wrong, open_page = Judge(), [], ""

    for case in CASES:
        if case.page != open_page:
            await page.goto(f"{desk.url}/admin/{case.page}")
            await _right(page, case.page)
        undo = [await _do(page, what, value) for what, value in case.steps]
        await page.get_by_role("button", name=case.button, exact=True).click()
        if not await _is_said_beside(page, case.field):
            wrong.append(f"{case.page} {case.steps}: nothing beside {case.field}")
        if case.page in LOOKED_AT and case.page != open_page:
            await judge.look(page, f"refused-{case.page.replace('/', '-')}")
        open_page = case.page
        for what, value in reversed(undo):
            await _do(page, what, value)
        windows.complaints.clear()  # what was refused on purpose is a line of the console

    assert wrong == []
    judge.say()


async def _right(page: Page, name: str) -> None:
    """What the page needs besides, so that only one thing is wrong at a time."""
    for what, value in RIGHT.get(name, ()):
        await _do(page, what, value)


async def _do(page: Page, what: str, value: str) -> Step:
    """Do a step; answers the one that takes it back."""
    if what == "press":
        await page.get_by_role("button", name=value, exact=True).click()
        return "press", UNDO.get(value, value)
    if what == "choose":
        before = page.get_by_role("radio", checked=True)
        name = await before.first.evaluate("(radio) => radio.labels[0].innerText.trim()")
        await page.get_by_role("radio", name=value, exact=True).check()
        return "choose", name
    if what in ("check", "uncheck"):
        await page.get_by_role("checkbox", name=value).first.set_checked(what == "check")
        return "uncheck" if what == "check" else "check", value
    field = page.get_by_label(what, exact=True).last
    before_value = await field.input_value()
    await field.fill(value)
    return what, before_value


async def _is_said_beside(page: Page, label: str) -> bool:
    """The field is marked as wrong, has the focus, and a sentence describes it."""
    wrong = page.locator(":focus[aria-invalid=true]")
    try:
        await expect(wrong).to_have_accessible_name(label, timeout=3_000)
        await expect(wrong).to_have_accessible_description(re.compile(r"\S"), timeout=3_000)
    except AssertionError:
        return False
    return await page.locator(".error").count() > 0
