"""The visitor's journey without a mouse, and what a screen reader is told on the way."""

from __future__ import annotations

from playwright.async_api import Frame, Locator, Page, expect

from tests.browser.conftest import NewDemo
from tests.browser.hearing import hear, heard, listen
from tests.browser.test_journey import JANA
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.fixtures import People

MOST_TABS = 60
ANNOUNCED_EVERY_MS = 15_000


async def test_visitor_comes_to_a_ticket_by_keyboard_alone(new_demo: NewDemo, people: People, windows: Windows) -> None:
    demo = new_demo({})
    jana = await people.agent(demo, JANA, status=None)
    await jana.ask("status:set", {"status": "online", "capacity": 1})
    first = await people.visitor(demo)
    served = await first.start("I came first", department="support")
    second = await people.visitor(demo)
    leaving = await second.start("I came second", department="support")
    context = await windows.context()
    await listen(context)
    page = await context.new_page()
    await page.clock.install()
    await page.goto(demo.url)
    widget = Widget(page)

    # From the top of the host page to the button, and into the form.
    await tab_to(page, widget.button)
    await page.keyboard.press("Enter")
    await expect(widget.heading).to_be_focused()
    await tab_to(page, widget.field("Department"))
    await page.keyboard.type("Support")
    await tab_to(page, widget.field("Name"))
    await page.keyboard.type("Eva")
    await tab_to(page, widget.field("E-mail"))
    await page.keyboard.type("eva@example.com")
    await tab_to(page, widget.field("Your question"))
    await page.keyboard.type("Where is my parcel?")
    await tab_to(page, widget.press("Start the conversation"))
    await page.keyboard.press("Enter")

    # Waiting: the place is announced, and the better place too.
    app = await widget.frame()
    await hear(app, "1 person is ahead of you. about 1")  # 15 or 16 min: what an untried desk tells, growing by itself
    assert await focus_is_somewhere(app)
    await second.ask("chat:leave", {"chat_id": leaving["id"]})
    await expect(widget.heading).to_have_text("You are next")
    assert not [text for text in await heard(app) if "You are next" in text], "at most every 15 s"
    await page.clock.fast_forward(ANNOUNCED_EVERY_MS)
    await hear(app, "You are next. about")
    await jana.ask("chat:close", {"chat_id": served["id"], "resolution": "resolved"})

    # Talking: who joined, and what they say.
    await hear(app, "Jana Nováková joined the conversation")
    await tab_to(page, widget.composer)
    await page.keyboard.type("It is a blue box")
    await page.keyboard.press("Enter")
    chat_id = (await jana.wait("assigned", lambda chat: chat["question"] == "Where is my parcel?"))["id"]
    await jana.wait("message", lambda message: message["body"] == "It is a blue box")
    await jana.say(chat_id, "I pass it on to the carrier")
    await hear(app, "I pass it on to the carrier")
    assert not [text for text in await heard(app) if text.startswith(("Sent", "Sending", "Read"))], (
        "states are not news"
    )

    # The end: the number is said, the focus is not lost, and the rest works by keyboard too.
    ticket = {"subject": "Blue box", "email": "eva@example.com"}
    closed = await jana.ask("chat:close", {"chat_id": chat_id, "resolution": "unresolved", "ticket": ticket})
    await hear(app, f"Ticket {closed['chat']['ticket']['number']}")
    await expect(widget.heading).to_have_text("Conversation ended")
    await expect(widget.heading).to_be_focused()
    await tab_to(page, widget.app.get_by_role("link", name="Open the ticket"))
    await tab_to(page, widget.app.get_by_role("radio", name="1", exact=True).first)
    for _ in range(4):
        await page.keyboard.press("ArrowRight")
    await tab_to(page, widget.press("Send rating"))
    await page.keyboard.press("Enter")
    await hear(app, "Thank you for your rating.")

    # And out again: the focus returns to the button.
    await page.keyboard.press("Escape")
    await expect(page.locator("semafor-widget iframe")).to_be_hidden()
    assert await page.evaluate("document.activeElement.localName") == "semafor-widget"


async def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("(element) => element.getRootNode().activeElement === element"):
            return
    raise AssertionError(f"{wanted} cannot be reached by Tab")


async def focus_is_somewhere(frame: Frame) -> bool:
    """Not on the page's ground, where a screen reader would start from the top again."""
    somewhere: bool = await frame.evaluate("document.activeElement !== document.body")
    return somewhere
