"""The widget as a visitor uses it: by the names of its buttons and fields, on whatever page it stands."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Frame, FrameLocator, Locator, Page, expect

from tests.harness.browser import Windows

ASKED = "My letter has not come"


class Widget:
    """page: the host page; `app` is what is in the iframe, or the whole page where the app was opened by itself."""

    def __init__(self, page: Page, app: FrameLocator | Page | None = None) -> None:
        self.page = page
        self.button = page.locator("semafor-widget > button, semafor-widget button").first
        self.badge = page.locator("semafor-widget button b")
        self.app = app or page.frame_locator("semafor-widget iframe")
        self.heading = self.app.get_by_role("heading", level=1)
        self.log = self.app.get_by_role("log")
        self.composer = self.app.locator(".composer textarea")

    @classmethod
    async def visit(cls, windows: Windows, url: str, **options: Any) -> Widget:
        """A visitor of their own on the page at `url`, the widget opened; options as for `Windows.context`."""
        widget = cls(await windows.open(url, **options))
        await widget.open()
        return widget

    @classmethod
    async def alone(cls, windows: Windows, address: str, **options: Any) -> Widget:
        """The app as a page of its own: the same document that a host page frames."""
        page = await windows.open(address, **options)
        return cls(page, page)

    async def open(self) -> None:
        await self.button.click()
        await expect(self.app.locator("main.panel")).to_be_visible()

    def field(self, label: str) -> Locator:
        return self.app.get_by_label(label)

    def press(self, name: str) -> Locator:
        """The button of exactly this name."""
        return self.app.get_by_role("button", name=name, exact=True)

    async def fill(
        self, question: str = ASKED, *, name: str = "", email: str = "", department: str | None = None
    ) -> None:
        """Fill the form in; nothing is sent."""
        if department is not None:
            await self.field("Department").select_option(label=department)
        if name:
            await self.field("Name").fill(name)
        if email:
            await self.field("E-mail").fill(email)
        await self.field("Your question").fill(question)

    async def ask(
        self, question: str = ASKED, *, name: str = "", email: str = "", department: str | None = None
    ) -> None:
        """Start a conversation; returns when the visitor waits or is being served."""
        await self.fill(question, name=name, email=email, department=department)
        await self.press("Start the conversation").click()
        await expect(self.composer).to_be_visible()

    async def say(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def frame(self) -> Frame:
        """The iframe's own frame, to run something in it."""
        element = await self.page.locator("semafor-widget iframe").element_handle()
        found = await element.content_frame()
        assert found is not None
        return found
