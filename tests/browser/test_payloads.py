"""Forty ways to make a browser run what somebody wrote, in every field that a visitor has: none comes to life."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.attacks.test_files_attacked import upload
from tests.browser.panel import Panel
from tests.browser.test_journey import JANA, MARTA
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import People
from tests.harness.people import VisitorClient, new_client_id
from tests.harness.wire import Json

pytestmark = pytest.mark.slow

# `owned` is what any of them would leave behind; they follow the usual lists: tags, handlers, urls, breaking out.
RUN = "window.owned=1"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT>",
    f"<scr<script>ipt>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"<img src=x onerror={RUN}>",
    f"<img src=x:x onerror='{RUN}'//",
    f"'><img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<body onload={RUN}>",
    f"<iframe src='javascript:parent.{RUN}'>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<math><mi//xlink:href='javascript:{RUN}'>",
    f"<a href='javascript:{RUN}'>x</a>",
    f"[x](javascript:{RUN})",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"<a href='data:text/html;base64,PHNjcmlwdD4='>{RUN}</a>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<object data='javascript:{RUN}'>",
    f"<embed src='javascript:{RUN}'>",
    f"<form action='javascript:{RUN}'><button autofocus>",
    f"<base href='javascript:{RUN}//'>",
    f"<meta http-equiv=refresh content='0;javascript:{RUN}'>",
    f"<link rel=stylesheet href='javascript:{RUN}'>",
    f"<style>@import 'javascript:{RUN}';</style>",
    f"<div style='background:url(javascript:{RUN})'>",
    f"</textarea><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"\\u003cscript\\u003e{RUN}",
    f"&lt;script&gt;{RUN}&lt;/script&gt;&#x3c;img src=x onerror={RUN}&#x3e;",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"${{{RUN}}} #{{{RUN}}} <%= {RUN} %> {{% {RUN} %}}",
]


async def is_inert(page: Page) -> None:
    for frame in page.frames:
        assert await frame.evaluate("window.owned") is None, frame.url
        alive = "[onerror], [onload], [ontoggle], [onfocus], [onbegin], a[href^='javascript:' i], a[href^='data:' i]"
        assert await frame.locator(f"{alive}, script:not([src]), object, embed, base, math").count() == 0, frame.url


async def _sent_as_names(company: Desk, eve: VisitorClient, chat: Json) -> None:
    """Files named like each of them, byte by byte as a browser would never send it; what is no name is refused."""
    taken = 0
    for payload in PAYLOADS:
        status, answer = await upload(company, eve.token, f"{payload}.txt".encode(), b"hello", chat_id=chat["id"])
        assert status == 201 or answer["error"]["code"] == "invalid", (payload, answer)
        if status == 201:
            taken += 1
            message = {"chat_id": chat["id"], "client_id": new_client_id(), "file_id": answer["file"]["id"]}
            await eve.ask("message:send", message)
    assert taken > 30


async def _seen_in_the_widget(windows: Windows, company: Desk, eve: VisitorClient, jana: Panel, every: str) -> None:
    """What Eve wrote, and what an agent writes back, where she reads it."""
    box = jana.page.locator(".pane.front").get_by_label("Message", exact=True)
    await box.fill(every)
    await box.press("Enter")
    page = await windows.open(company.url)
    await page.evaluate("(token) => { localStorage.semafor = JSON.stringify({token}); }", eve.token)
    await page.reload()
    widget = Widget(page)
    await widget.open()
    await expect(widget.log.locator(".theirs").last).to_contain_text("<script>window.owned=1</script>")
    await expect(widget.log).to_contain_text("#{window.owned=1}")
    await is_inert(page)
    await page.close()


async def test_forty_payloads_in_every_field_of_a_visitor_are_text_on_every_screen(
    company: Desk, people: People, windows: Windows
) -> None:
    assert len(PAYLOADS) == 40
    every = " ".join(PAYLOADS)
    page = {"url": f"https://shop.example/?{PAYLOADS[0]}", "title": every[:300], "referrer": f"javascript:{RUN}"}
    jana = await Panel.of(windows, company.url, JANA)
    headers = {"User-Agent": every, "Accept-Language": PAYLOADS[4]}
    eve = await people.visitor(company, headers=headers, page=page, locale="en")
    about: dict[str, Any] = {"department": "support", "name": f"Eve {PAYLOADS[3]}", "topic": PAYLOADS[5]}
    about["fields"] = {PAYLOADS[4][:60]: every[:500]}
    chat = await eve.start(every, email="eve@example.com", **about)
    for payload in PAYLOADS:
        await eve.say(chat["id"], payload)
        await eve.ask("page", {"url": f"https://shop.example/{payload}", "title": payload})
    for url in (
        f"javascript:{RUN}",
        f"data:text/html,<script>{RUN}</script>",
        f"  JaVaScRiPt:{RUN}",
        f"vbscript:{RUN}",
    ):
        await eve.call("page", {"url": url, "title": url, "referrer": url})
    await _sent_as_names(company, eve, chat)
    await expect(jana.page.locator(".pane.front")).to_contain_text("#{window.owned=1}")
    await is_inert(jana.page)
    await _seen_in_the_widget(windows, company, eve, jana, every)
    ticket = {"client_id": "t", "chat_id": chat["id"], "email": "eve@example.com", "question": every}
    ticket["subject"] = f"About {PAYLOADS[3]}"
    made = (await eve.ask("chat:to_ticket", ticket))["ticket"]
    await eve.ask("chat:leave", {"chat_id": chat["id"]})
    await eve.ask("chat:rate", {"chat_id": chat["id"], "score": 1, "comment": every})
    await jana.set_status("Offline")

    marta = await Panel.of(windows, company.url, MARTA, online=False)
    for place in (
        made["url"],
        f"{company.url}/agent#/tickets/{made['number']}",
        f"{company.url}/agent#/search?q=owned",
        f"{company.url}/api/v1/chats/{chat['id']}/transcript.html",
        f"{company.url}/manager/satisfaction?period=today",
        f"{company.url}/mailbox",
    ):
        await marta.page.goto(place)
        await expect(marta.page.get_by_text("<script", exact=False).first).to_be_visible()
        await is_inert(marta.page)
