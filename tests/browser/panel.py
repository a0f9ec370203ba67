"""The agent panel as an agent uses it."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.harness.browser import Windows
from tests.harness.desk import User


class Panel:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.state_line = page.locator(".state-line")
        self.dialog = page.get_by_role("dialog")
        self.lists = page.get_by_role("region", name="Chats and colleagues")
        self.notice = page.locator(".notice-place")

    @classmethod
    async def sign_in(
        cls, windows: Windows, url: str, email: str, password: str, *, online: bool = True, **options: Any
    ) -> Panel:
        """Through the form, in a window of their own; options as for `Windows.context`."""
        panel = cls(await windows.open(f"{url}/agent", **options))
        await panel.enter(email, password)
        if online:
            await panel.set_status("Online")
        return panel

    @classmethod
    async def of(cls, windows: Windows, url: str, user: User, *, online: bool = True, **options: Any) -> Panel:
        return await cls.sign_in(windows, url, user.email, user.password, online=online, **options)

    async def enter(self, email: str, password: str) -> None:
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.state_line).to_have_text("live")

    async def set_status(self, status: str) -> None:
        await self.page.locator("button.status").click()
        await self.page.locator(".menu-panel").get_by_role("button", name=status).first.click()
        await expect(self.page.locator("button.status")).to_contain_text(status)

    def press(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def group(self, title: str) -> Locator:
        """A group of the left column, by the beginning of its title."""
        return self.lists.locator("section.group").filter(has=self.page.get_by_role("heading", name=title))

    def pane(self, visitor: str) -> Locator:
        """The open chat with this visitor."""
        return self.page.get_by_role("region", name=visitor, exact=True)

    async def say(self, visitor: str, text: str) -> None:
        box = self.pane(visitor).get_by_label("Message", exact=True)
        await box.fill(text)
        await box.press("Enter")
        await expect(box).to_have_value("")

    async def note(self, visitor: str, text: str) -> None:
        pane = self.pane(visitor)
        await pane.get_by_role("button", name="Note", exact=True).click()
        box = pane.get_by_label("Note for colleagues")
        await box.fill(text)
        await box.press("Enter")
        await expect(pane.locator(".m.note:not(.going)").filter(has_text=text)).to_be_visible()

    async def close_resolved(self, visitor: str) -> None:
        await self.pane(visitor).get_by_role("button", name="Close", exact=True).click()
        await self.dialog.get_by_role("button", name="Close as solved").click()
        await expect(self.dialog).to_have_count(0)

    async def close_unresolved(self, visitor: str, subject: str) -> str:
        """Through the dialog, until it is dismissed; the ticket's number that it showed."""
        await self.pane(visitor).get_by_role("button", name="Close", exact=True).click()
        await self.dialog.get_by_label("Not solved yet").check()
        await self.dialog.get_by_label("Subject").fill(subject)
        await self.dialog.get_by_role("button", name="Open the ticket").click()
        number = await self.dialog.locator(".ticket-number").inner_text()
        await self.dialog.get_by_role("button", name="Done").click()
        await expect(self.dialog).to_have_count(0)
        return number
