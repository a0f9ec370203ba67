"""The same forty in what the team and its admins write, and in names of files: none comes to life for anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.attacks.test_files_attacked import sent
from tests.browser.managers import signed_in
from tests.browser.test_payloads import PAYLOADS, RUN, is_inert
from tests.harness.browser import Windows
from tests.harness.desk import Desk, User
from tests.harness.fixtures import ADA, SUPPORT, NewDesk, People
from tests.harness.mailserver import SmtpSink
from tests.harness.people import AgentClient
from tests.harness.wire import Json

pytestmark = pytest.mark.slow

IVY = User("ivy@desk.example", "Ivy Admin", role="admin", capacity=0)
EVERY = " ".join(PAYLOADS)
# What is filled in by the widget has names in braces, and refuses others.
PLAIN = " ".join(payload for payload in PAYLOADS if "{" not in payload)
LINE = f"Line {PAYLOADS[0]} {PAYLOADS[6]} {PAYLOADS[14]}"
SHORT = f"<svg onload={RUN}>"
SHOWS = """() => document.documentElement.innerText.includes('owned')
    || [...document.querySelectorAll('input, textarea')].some((field) => field.value.includes('owned'))"""


async def done(who: AgentClient, method: str, path: str, body: Any, status: int = 200) -> Json:
    got, answer = await who.request(method, f"/api/v1{path}", body=body)
    assert got == status, (path, answer)
    made: Json = answer
    return made


async def test_forty_payloads_in_every_field_of_the_team_are_text_on_every_screen(
    new_desk: NewDesk, people: People, windows: Windows, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    desk = new_desk(users=(ADA, IVY), settings={"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_LIMITS": "off"})
    ivy, ada = await people.agent(desk, IVY, status=None), await people.agent(desk)
    places = [*await _governed(ivy), *await _told(ivy), *await _answered(desk, ada, ivy, people)]
    mail = await smtp_sink.wait_for(lambda mail: "owned" in mail.html())
    _, person = await ivy.request(
        "POST", "/api/v1/admin/privacy/export", body={"person": "eve@example.com", "format": "html"}
    )
    # As files, so that no policy of ours helps.
    for name, html in (("mail", mail.html()), ("person", person)):
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
        places.append((tmp_path / f"{name}.html").as_uri())

    page = await signed_in(windows, desk, IVY.email)
    shown = [await _shows(page, place if "://" in place else f"{desk.url}{place}") for place in places]
    shown.append(await _shows(await windows.open("about:blank"), f"{desk.url}/widget/app"))

    assert [place for place, is_there in zip(places, shown, strict=False) if not is_there] == []
    assert all(shown)


async def _shows(page: Page, url: str) -> bool:
    """Whether the page has any of it, as text or in a field; that it is nothing more is asserted."""
    await page.goto("about:blank")
    await page.goto(url)
    try:
        await page.wait_for_function(SHOWS, timeout=5_000)
    except PlaywrightTimeout:
        return False
    await is_inert(page)
    return True


async def _governed(ivy: AgentClient) -> list[str]:
    """What admins set."""
    texts = dict.fromkeys(("start_title", "start_text", "nobody_text", "closed_title", "closed_text"), PLAIN[:300])
    widget = {"site_name": LINE[:80], "accent": "#2f5bd7", "texts": {"en": {**texts, "button": SHORT}}}
    await done(ivy, "PATCH", "/admin/settings/widget", widget)
    await done(ivy, "PATCH", "/admin/settings/mail", {"signatures": {"en": EVERY[:1000]}})
    consent = {"version": SHORT, "text": {"en": EVERY[:2000]}, "required": False}
    await done(ivy, "PATCH", "/admin/consent", {"desk": consent})
    made = await done(ivy, "POST", "/admin/departments", {"name": LINE, "topics": [SHORT]}, 201)
    await done(ivy, "POST", "/admin/replies", {"shortcut": "x", "title": LINE, "body": EVERY, "steps": [EVERY]}, 201)
    eve = {
        "email": "eve@desk.example",
        "name": LINE,
        "role": "agent",
        "departments": [SUPPORT.id],
        "password": "four brown owls",
    }
    await done(ivy, "POST", "/admin/users", eve, 201)
    await done(ivy, "POST", "/admin/tokens", {"name": LINE[:80], "role": "agent", "departments": [SUPPORT.id]}, 201)
    pages = (
        "widget",
        "mail",
        "privacy",
        "departments",
        f"departments/{made['department']['id']}",
        "replies",
        "people",
        "tokens",
        "audit",
    )
    return [f"/admin/{page}" for page in pages]


async def _told(ivy: AgentClient) -> list[str]:
    """What is told of incidents, kept of problems and of people."""
    incident = (await done(ivy, "POST", "/incidents", {"title": LINE, "body": EVERY, "service": LINE}, 201))["incident"]
    await done(ivy, "POST", f"/incidents/{incident['id']}/updates", {"body": EVERY}, 201)
    problem = await done(ivy, "POST", "/problems", {"title": LINE, "cause": EVERY, "solution": EVERY}, 201)
    contact = await done(ivy, "POST", "/contacts", {"name": LINE, "addresses": ["eve.other@example.com"]}, 201)
    return [
        "/incidents", f"/incidents/{incident['id']}", "/agent#/problems",
        f"/agent#/problems/{problem['problem']['id']}",
        "/agent#/contacts", f"/agent#/contacts/{contact['contact']['id']}", "/agent#/incidents",
    ]  # fmt: skip


async def _answered(desk: Desk, ada: AgentClient, ivy: AgentClient, people: People) -> list[str]:
    """A chat with a file that becomes a ticket, which is solved with a form; the pages that show them."""
    eve = await people.visitor(desk, locale="en")
    chat = await eve.start(EVERY, email="eve@example.com", name=LINE, department=SUPPORT.id)
    await ada.assigned(chat["id"])
    await sent(desk, eve, chat, f"a{SHORT}.txt".encode(), b"hello")
    ticket = {"subject": LINE, "email": "eve@example.com"}
    closing = {"chat_id": chat["id"], "resolution": "unresolved", "summary": EVERY, "tags": [SHORT], "ticket": ticket}
    number = (await ada.ask("chat:close", closing))["chat"]["ticket"]["number"]
    answer = {"client_id": "a", "body": EVERY}
    await done(ada, "POST", f"/tickets/{number}/messages", answer, 201)
    solution = {"cause": EVERY, "done": EVERY, "fully_solved": True, "can_recur": False}
    solved = {"status": "solved", "message": EVERY, "solution": solution, "tags": [SHORT], "topic": LINE}
    found = await done(ada, "PATCH", f"/tickets/{number}", solved)
    return [
        f"/agent#/tickets/{number}", "/agent#/search?q=owned", f"/api/v1/chats/{chat['id']}/transcript.html",
        found["ticket"]["url"],
    ]  # fmt: skip
