"""Every kind of mail in every language, as a mail program shows it: 600 and 360 px wide, light and dark."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from tests.browser.judging import SCHEMES
from tests.browser.pictures import picture
from tests.harness.browser import Windows, accessibility_violations
from tests.unit.transcripts.every_mail import MAKERS, Case, case_of, written
from tests.unit.transcripts.test_mails_hostile import HOSTILE
from transcripts.records import MailKind
from transcripts.wording import LOCALES

pytestmark = pytest.mark.slow

WIDTHS = (600, 360)
TYPED = "The carrier found it in Łódź.\n\nIt arrives tomorrow, before 14:00: https://shop.example/parcels/4417920"
WORST = ("markup", "direction", "long", "unbroken")


@pytest.fixture
async def reader(windows: Windows) -> AsyncIterator[Page]:
    context = await windows.context(reduced_motion="reduce")
    page = await context.new_page()
    yield page
    # A mail program that takes a text for a link to a picture would complain here.
    assert windows.complaints == []


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_mail_is_read_without_trouble_in_every_language(reader: Page, kind: MailKind) -> None:
    found = []
    for locale in LOCALES:
        found += await _looked_at(reader, kind, case_of(TYPED, locale, question=TYPED), f"mail-{kind}-{locale}")
    assert found == []


@pytest.mark.parametrize("kind", MAKERS)
async def test_no_text_breaks_the_layout_of_a_mail(reader: Page, kind: MailKind) -> None:
    found = []
    for name in WORST:
        _, content = written(case_of(HOSTILE[name], "en"), kind)
        await reader.set_content(content.html)
        for width in WIDTHS:
            found += await _too_wide(reader, f"{kind} {name}", width)
            await picture(reader, f"mail-{kind}-{name}-{width}")
    assert found == []


async def _looked_at(page: Page, kind: MailKind, case: Case, name: str) -> list[str]:
    found = []
    _, content = written(case, kind)
    await page.set_content(content.html)
    for width in WIDTHS:
        found += await _too_wide(page, name, width)
        # Colours are the same in every language.
        for scheme, rules in SCHEMES if case.chat.locale == "en" else SCHEMES[:1]:
            await page.emulate_media(color_scheme=scheme)
            found += [f"{name}-{width}-{scheme}: {line}" for line in await accessibility_violations(page, rules)]
            await picture(page, f"{name}-{width}-{scheme}")
    return found


async def _too_wide(page: Page, name: str, width: int) -> list[str]:
    await page.set_viewport_size({"width": width, "height": 800})
    is_too_wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{name}: wider than {width} px"] if is_too_wide else []
