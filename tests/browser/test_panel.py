"""Agents at their panels: transfers, notes, drafts, canned replies, alarms, many chats, a server that goes away."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.browser.test_journey import JANA
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, NewDesk, People


async def test_chat_is_handed_on_with_a_note_that_its_visitor_never_sees(
    desk: Desk, people: People, windows: Windows
) -> None:
    ada = await Panel.of(windows, desk.url, ADA)
    visitor = await people.visitor(desk)
    chat = await visitor.start("Is my box ready?", name="Eva")
    await expect(ada.pane("Eva")).to_be_visible()
    bob = await Panel.of(windows, desk.url, BOB)
    await ada.say("Eva", "One moment")
    await ada.note("Eva", "SECRET ONE")
    await ada.pane("Eva").get_by_role("button", name="Transfer").click()
    await ada.dialog.get_by_label("Bob Kahn").check()
    await ada.dialog.get_by_label("Note for whoever gets it").fill("SECRET TWO")
    await ada.dialog.get_by_role("button", name="Transfer").click()

    await expect(ada.page.get_by_text("Eva was handed on to Bob Kahn.").first).to_be_visible()
    await expect(bob.pane("Eva")).to_contain_text("SECRET ONE")
    await expect(bob.pane("Eva")).to_contain_text("SECRET TWO")
    await picture(bob.page, "panel-transferred")
    await bob.say("Eva", "Bob here")
    await visitor.wait("message", lambda message: message["body"] == "Bob here")
    await visitor.ask("chat:transcript", {"chat_id": chat["id"], "email": "eva@example.com"})
    assert await visitor.conversation(chat["id"])
    assert "SECRET" not in str([(seen.event, seen.data) for seen in visitor.history])
    assert "note" not in {seen.event for seen in visitor.history}


async def test_draft_survives_a_reload_and_is_there_only_for_its_author(
    desk: Desk, people: People, windows: Windows
) -> None:
    ada = await Panel.of(windows, desk.url, ADA)
    await (await people.visitor(desk)).start("Is my box ready?", name="Eva")
    box = ada.pane("Eva").get_by_label("Message", exact=True)
    await box.fill("It is alm")
    await ada.page.reload()

    await expect(box).to_have_value("It is alm")
    await box.press("End")
    await box.press_sequentially("ost ready")
    await box.press("Enter")
    await expect(ada.pane("Eva").locator(".m.me")).to_contain_text("It is almost ready")
    await ada.page.reload()
    await expect(box).to_have_value("")


async def test_second_tab_of_an_agent_shows_the_same_chats(desk: Desk, people: People, windows: Windows) -> None:
    ada = await Panel.of(windows, desk.url, ADA)
    visitor = await people.visitor(desk)
    await visitor.start("Is my box ready?", name="Eva")
    await ada.say("Eva", "From the first tab")
    other = Panel(await ada.page.context.new_page())
    await other.page.goto(f"{desk.url}/agent")
    await expect(other.pane("Eva")).to_contain_text("From the first tab")
    await other.say("Eva", "From the second tab")

    for panel in (ada, other):
        await expect(panel.pane("Eva").locator(".m.me .body")).to_have_text(
            ["From the first tab", "From the second tab"]
        )
    # The status is the agent's, not the tab's; and a closed tab takes nobody away.
    await other.set_status("Offline")
    await expect(ada.page.locator("button.status")).to_contain_text("Offline")
    await other.page.close()
    await ada.page.bring_to_front()
    await ada.set_status("Online")
    await visitor.say((await visitor.wait("chat"))["id"], "Still there?")
    await expect(ada.pane("Eva")).to_contain_text("Still there?")


async def test_canned_reply_is_filled_in_and_never_sent_with_a_gap(
    company: Desk, people: People, windows: Windows
) -> None:
    jana = await Panel.of(windows, company.url, JANA)
    visitor = await people.visitor(company)
    chat = await visitor.start("Hello", department="support")
    pane = jana.page.locator(".pane.front")
    box = pane.get_by_label("Message", exact=True)
    await box.press_sequentially("/hi")
    await expect(pane.get_by_role("option")).to_have_count(1)
    await box.press("Enter")

    # The name is not known: the gap stands in the text, and Enter does not send it.
    await expect(box).to_have_value("Hello {visitor.name}, this is Jana Nováková of Support. How can I help?")
    await box.press("Enter")
    await expect(pane.get_by_role("alert")).to_contain_text("the visitor’s name is still missing")
    await jana.page.keyboard.type("Eva")
    await box.press("Enter")
    message = await visitor.wait("message", lambda message: message["author"]["kind"] == "agent")
    assert message["body"] == "Hello Eva, this is Jana Nováková of Support. How can I help?"
    await visitor.ask("chat:leave", {"chat_id": chat["id"]})
    await jana.set_status("Offline")


async def test_alarm_names_who_waits_until_somebody_takes_the_chat(
    new_desk: NewDesk, people: People, windows: Windows
) -> None:
    desk = new_desk(settings={"SEMAFOR_ALARM_AFTER_S": "2", "SEMAFOR_SERVICE_TARGET_S": "2"})
    ada = await Panel.of(windows, desk.url, ADA, online=False)
    alarms = ada.page.get_by_role("region", name="Alarms")
    await expect(alarms).to_contain_text("Nobody is online in Support")
    await (await people.visitor(desk)).start("Is anybody there?", name="Eva")

    row = alarms.get_by_role("listitem").filter(has_text="Eva has been waiting too long")
    await expect(row).to_be_visible()
    await expect(ada.group("Waiting in Support").locator(".light.r")).to_be_visible()
    await expect(alarms.get_by_text("more alarm")).to_be_hidden()
    await picture(ada.page, "panel-alarm")
    await ada.set_status("Online")
    await expect(alarms).to_have_count(0)
    await expect(ada.pane("Eva")).to_be_visible()


async def test_fifty_chats_are_listed_in_order_and_stay_usable(
    new_desk: NewDesk, people: People, windows: Windows
) -> None:
    desk = new_desk(settings={"SEMAFOR_LIMITS": "off"})
    ada = await Panel.of(windows, desk.url, ADA)
    visitors = [await people.visitor(desk) for _ in range(50)]
    for number, visitor in enumerate(visitors, start=1):
        await visitor.start(f"Question {number}", name=f"Visitor {number}")
    waiting = ada.group("Waiting in Support").locator("li.row.waiting")
    await expect(waiting).to_have_count(47)

    names = await waiting.locator("b").all_inner_texts()
    assert names == [f"Visitor {number}" for number in range(4, 51)]
    await picture(ada.page, "panel-fifty")
    last = waiting.filter(has_text="Question 50")
    await last.get_by_role("button", name="Take").click()
    await expect(ada.notice).to_contain_text("no free slot")
    await expect(waiting).to_have_count(47)


async def test_state_line_says_live_offline_and_live_again_and_nothing_is_lost(
    desk: Desk, people: People, windows: Windows
) -> None:
    ada = await Panel.of(windows, desk.url, ADA)
    visitor = await people.visitor(desk)
    chat = await visitor.start("Is my box ready?", name="Eva")
    await expect(ada.pane("Eva")).to_be_visible()
    states = "new MutationObserver(() => states.push(line.textContent)).observe(line, {subtree: true, childList: true,"
    await ada.page.evaluate(
        "() => { const line = document.querySelector('.state-line'); const states = window.states = [];"
        f"{states} characterData: true}}) }}"
    )
    desk.kill()
    await expect(ada.state_line).to_contain_text("offline since")
    box = ada.pane("Eva").get_by_label("Message", exact=True)
    await box.fill("Written while offline")
    await box.press("Enter")
    await picture(ada.page, "panel-offline")
    desk.restart()
    again = await people.visitor(desk, token=visitor.token)

    await expect(ada.state_line).to_have_text("live")
    await again.wait("message", lambda message: message["body"] == "Written while offline")
    bodies = [message["body"] for message in await again.conversation(chat["id"]) if message["kind"] == "text"]
    assert bodies == ["Is my box ready?", "Written while offline"]
    assert any(state.startswith("offline since") for state in await ada.page.evaluate("window.states"))
    await expect(ada.page.locator("button.status")).to_contain_text("Online")
    windows.complaints.clear()


async def test_sounds_have_a_test_button(shared_desk: Desk, windows: Windows) -> None:
    ada = await Panel.of(windows, shared_desk.url, ADA, online=False)
    await ada.page.evaluate(
        """() => {
          window.tones = 0;
          const start = OscillatorNode.prototype.start;
          OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
        }"""
    )
    await ada.press("Sounds and settings").click()
    for name in ("A new chat for me", "A visitor wrote", "Somebody joined the line", "Alarms, repeated until seen"):
        before = await ada.page.evaluate("window.tones")
        await ada.press(f"Test: {name}").click()
        assert await ada.page.evaluate("window.tones") > before, name


async def test_ended_chats_are_asked_about_and_colleagues_presence_is_shown(
    desk: Desk, people: People, windows: Windows
) -> None:
    ada = await Panel.of(windows, desk.url, ADA)
    bob = await people.agent(desk, BOB, status=None)
    await bob.ask("status:set", {"status": "away", "reason": "Lunch"})
    await expect(ada.group("Colleagues")).to_contain_text("away · Lunch")
    visitor = await people.visitor(desk)
    chat = await visitor.start("Thank you", name="Eva")
    await expect(ada.pane("Eva")).to_be_visible()
    await visitor.ask("chat:leave", {"chat_id": chat["id"]})

    await expect(ada.group("Needs a resolution")).to_contain_text("Eva")
    await ada.press("Say how it ended").click()
    await ada.dialog.get_by_role("button", name="Close as solved").click()
    await expect(ada.group("Needs a resolution")).to_have_count(0)
    await bob.ask("status:set", {"status": "online"})
    await expect(ada.group("Colleagues")).to_contain_text("0/3")
