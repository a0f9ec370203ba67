"""The widget on a customer's site: another origin, a strict policy, no storage of its own, pages that come and go."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.host_pages import Site
from tests.browser.panel import Panel
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk, People

# What a third-party frame meets in a browser that partitions or denies its storage.
DENY_STORAGE = """
if (window.top !== window) {
  for (const name of ["localStorage", "sessionStorage", "indexedDB"])
    Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
  Object.defineProperty(document, "cookie", { get: () => "", set() {} });
}
"""
STUB = "window.Semafor = (...call) => Semafor.q.push(call); Semafor.q = [];"
COLLECT = """
window.seen = [];
for (const name of ["ready", "open", "close", "unread", "message", "status", "ticket", "rating"])
  Semafor("on", name, (data) => window.seen.push([name, data ?? null]));
"""


def _welcoming(new_desk: NewDesk, site: Site) -> Desk:
    return new_desk(settings={"SEMAFOR_SITES": site.url, "SEMAFOR_LIMITS": "off"})


async def test_chat_survives_pages_under_a_strict_policy_without_storage_of_its_own(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    site.embed(desk.url, strict=True)
    ada = await people.agent(desk, ADA)
    context = await windows.context()
    await context.add_init_script(DENY_STORAGE)
    page = await context.new_page()
    await page.goto(site.url)
    widget = Widget(page)
    await widget.open()
    await widget.ask("Do you hear me?", name="Eva")
    chat = await ada.wait("assigned")
    await ada.say(chat["id"], "Loud and clear")
    await expect(widget.log).to_contain_text("Loud and clear")

    # Another page of the site: the same visitor, the same chat, the whole history, and answers that count as unread.
    await page.get_by_role("link", name="Another page").click()
    await expect(widget.badge).to_have_text("")
    await expect(page.locator("semafor-widget iframe")).to_have_count(1)
    mark = ada.mark()
    await ada.say(chat["id"], "Are you still there?")
    await expect(widget.badge).to_have_text("1")
    await widget.open()
    await expect(widget.log).to_contain_text("Loud and clear")
    await expect(widget.badge).to_have_text("")
    await ada.wait("read", since=mark)
    await widget.say("Yes")
    await ada.wait("message", lambda message: message["body"] == "Yes" and message["chat_id"] == chat["id"])

    # And after a reload.
    await page.reload()
    await widget.open()
    await expect(widget.log.locator(".message")).to_have_count(4)
    kept = await page.evaluate("JSON.parse(localStorage.semafor)")
    assert kept["token"], "the token lives in the host page's own storage"
    # The policy has no connect-src: the dot's request is refused, and that is all that is.
    refused = [text for text in windows.complaints if "status.json" not in text and "Fetch API" not in text]
    windows.complaints.clear()
    assert refused == []


async def test_no_frame_and_no_socket_before_somebody_wants_to_chat(
    new_desk: NewDesk, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    site.embed(desk.url)
    context = await windows.context()
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(desk.url)))
    page.on("websocket", lambda socket: asked.append(socket.url))
    await page.goto(site.url)
    widget = Widget(page)
    await expect(widget.button).to_be_visible()
    await page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(site.url)] == ["/widget.js", "/widget/status.json?department="]
    await expect(page.locator("semafor-widget iframe")).to_have_count(0)

    async with page.expect_websocket():
        await widget.open()


@pytest.mark.slow
async def test_navigation_within_a_page_is_on_the_agents_card(new_desk: NewDesk, windows: Windows, site: Site) -> None:
    desk = _welcoming(new_desk, site)
    site.embed(desk.url)
    ada = await Panel.of(windows, desk.url, ADA)
    widget = await Widget.visit(windows, f"{site.url}/start")
    await widget.ask("Where am I?", name="Eva")
    await expect(ada.pane("Eva")).to_be_visible()
    await widget.page.evaluate("history.pushState({}, '', '/prices?plan=2'), document.title = 'Prices'")
    await widget.page.evaluate("history.replaceState({}, '', '/prices?plan=3')")
    await widget.say("Here")
    await expect(ada.pane("Eva")).to_contain_text("Here")
    await ada.page.reload()

    trail = ada.page.locator("ol.trail li")
    await expect(trail.first).to_contain_text("/prices?plan=3")
    assert [text.split("\n")[0] for text in await trail.all_inner_texts()][-1] == "/start"


async def test_site_that_is_not_welcome_cannot_embed(desk: Desk, windows: Windows, site: Site) -> None:
    site.embed(desk.url)
    page = await windows.open(site.url)
    async with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        await Widget(page).button.click()

    assert all(not frame.url.startswith(desk.url) for frame in page.frames)
    assert any("frame-ancestors" in text for text in windows.complaints), windows.complaints
    windows.complaints.clear()


async def test_greeting_of_a_strange_origin_is_ignored_even_without_frame_ancestors(
    desk: Desk, windows: Windows, site: Site
) -> None:
    site.embed(desk.url)
    page = await (await windows.context()).new_page()
    await page.route("**/widget/app?*", _without_policy)
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await page.goto(site.url)
    widget = Widget(page)
    await widget.button.click()
    app = await widget.frame()
    await app.wait_for_load_state("networkidle")
    assert app.url.startswith(desk.url)

    # Its script has run, and goes on waiting for a greeting from an origin that it knows.
    assert await app.evaluate("performance.getEntriesByType('resource').some(({ name }) => name.includes('app.js'))")
    await expect(widget.app.locator("main.panel")).to_have_count(0)
    assert sockets == []


async def test_greeting_of_a_frame_beside_the_widget_is_ignored(
    new_desk: NewDesk, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    site.embed(desk.url)
    page = await windows.open(site.url)
    await page.evaluate(GREET_FROM_BESIDE, desk.url)
    widget = Widget(page)
    await widget.open()
    await widget.ask("Still mine?")

    assert await page.evaluate("window.greeted") > 0
    assert await page.evaluate("window.stolen") == []


async def _without_policy(route: Route) -> None:
    answer = await route.fetch()
    refusing = ("content-security-policy", "x-frame-options")
    headers = {name: value for name, value in answer.headers.items() if name not in refusing}
    await route.fulfill(response=answer, headers=headers)


# Sooner than the loader, which waits until the app has loaded; and of the same origin as the loader.
GREET_FROM_BESIDE = """(origin) => {
  window.stolen = [];
  window.greeted = 0;
  const other = document.createElement("iframe");
  document.body.append(other);
  const greet = other.contentWindow.eval("(frame, origin, port) => frame.postMessage({ semafor: 1 }, origin, [port])");
  setInterval(() => {
    const frame = document.querySelector("semafor-widget").shadowRoot.querySelector("iframe");
    if (!frame) return;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => window.stolen.push(data);
    const page = { url: "https://x.example", title: "" };
    port1.postMessage(["boot", { kept: { token: "forged" }, page, open: true }]);
    try {
      greet(frame.contentWindow, origin, port2);
      window.greeted += 1;
    } catch {}
  }, 1);
}"""


@pytest.mark.slow
async def test_pages_own_calls_and_events(new_desk: NewDesk, people: People, windows: Windows, site: Site) -> None:
    desk = _welcoming(new_desk, site)
    site.embed(desk.url)
    # A call before the script has arrived is queued, as the documentation's stub does.
    stub = (
        "<script>window.Semafor = (...call) => (Semafor.q ??= []).push(call); Semafor.q = [];" + COLLECT + "</script>"
    )
    site.script = stub + site.script
    ada = await people.agent(desk, ADA)
    page = await windows.open(site.url)
    widget = Widget(page)
    frame = page.locator("semafor-widget iframe")
    await _seen(page, ["ready", None])

    await page.evaluate("Semafor('once', 'open', () => window.seen.push(['opened once', null]))")
    await page.evaluate("Semafor('open')")
    await expect(frame).to_be_visible()
    await page.evaluate("Semafor('close')")
    await expect(frame).to_be_hidden()
    await page.evaluate("Semafor('open')")
    await widget.ask("Who is there?", email="eva@example.com")
    chat = await ada.wait("assigned")
    await page.evaluate("Semafor('close')")
    await ada.say(chat["id"], "Ada")
    await _seen(page, ["unread", 1])
    await page.evaluate("Semafor('open')")
    await _seen(page, ["unread", 0])
    ticket = {"subject": "Who"}
    closed = await ada.ask("chat:close", {"chat_id": chat["id"], "resolution": "unresolved", "ticket": ticket})
    await _seen(page, ["ticket", {"number": closed["chat"]["ticket"]["number"]}])
    await widget.app.get_by_role("radio", name="5", exact=True).check()
    await widget.press("Send rating").click()
    await _seen(page, ["rating", {"score": 5}])
    seen = await page.evaluate("window.seen")
    assert next(data["body"] for name, data in seen if name == "message") == "Ada"
    assert [name for name, _ in seen].count("opened once") == 1
    assert [name for name, _ in seen].count("open") == 3
    assert {"open": True, "accepting": 1, "opens_at": None} in [data for name, data in seen if name == "status"]

    await page.evaluate("window.seen.length = 0, Semafor('off', 'close'), Semafor('close')")
    await page.evaluate("Semafor('hide')")
    await expect(widget.button).to_be_hidden()
    await page.evaluate("Semafor('show')")
    await expect(widget.button).to_be_visible()
    await page.evaluate("Semafor('destroy')")
    await expect(page.locator("semafor-widget")).to_have_count(0)
    await page.evaluate("Semafor('boot', { position: 'left' })")
    await expect(widget.button).to_be_visible()
    assert "close" not in [name for name, _ in await page.evaluate("window.seen")]


async def _seen(page: Page, event: list[Any]) -> None:
    """Wait until the page was told this."""
    await page.wait_for_function(
        "(event) => window.seen.some((one) => JSON.stringify(one) === JSON.stringify(event))", arg=event, timeout=10_000
    )
