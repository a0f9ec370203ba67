"""Conversations over HTTP: who may read which, and what a transcript holds."""

from __future__ import annotations

from tests.integration.http.people import Site
from transcripts.operations import Close

EVIL = "<script>alert(1)</script>"


async def test_agents_find_and_read_the_chats_of_their_departments_only(site: Site) -> None:
    chat = await site.chat("My parcel is lost")
    ada, bob = await site.as_("ada"), await site.as_("bob")

    found = await ada.get("/chats", q="parcel")

    assert [hit["id"] for hit in found["chats"]] == [chat.id]
    assert "parcel" in found["chats"][0]["snippet"]
    assert (await ada.get(f"/chats/{chat.id}"))["messages"][0]["body"] == "My parcel is lost"
    assert (await bob.get("/chats", q="parcel"))["chats"] == []
    assert (await bob.get("/chats", department="support"))["chats"] == []
    for path in ("", "/visitor", "/decisions", "/transcript.json", "/transcript.html"):
        assert await bob.refused("GET", f"/chats/{chat.id}{path}") == (404, "not_found", None)


async def test_a_waiting_chat_tells_its_position(site: Site) -> None:
    chat = await site.chat()
    await site.desk.routing.dispatch.rebuild(())
    ada = await site.as_("ada")

    assert (await ada.get(f"/chats/{chat.id}"))["chat"]["queue"]["position"] == 1


async def test_search_takes_local_dates_and_refuses_what_is_none(site: Site) -> None:
    await site.chat()
    ada = await site.as_("ada")
    today = site.desk.clock.now().astimezone(site.desk.settings.zone).date().isoformat()

    assert len((await ada.get("/chats", **{"from": today}))["chats"]) == 1
    assert len((await ada.get("/chats", to=today))["chats"]) == 0
    assert await ada.refused("GET", "/chats", params={"from": "soon"}) == (422, "invalid", "from")


async def test_the_card_shows_what_was_asked_before_in_departments_one_may_see(site: Site) -> None:
    before = await site.chat("First question", visitor_id="eve")
    await site.desk.store.close_chat(_closing(site, before.id))
    elsewhere = await site.chat("A price", department="sales", visitor_id="eve")
    await site.desk.store.close_chat(_closing(site, elsewhere.id))
    now = await site.chat("Second question", visitor_id="eve")
    await site.desk.visitors.add_page("eve", "https://shop.example/a", "A")
    await site.desk.visitors.add_page("eve", "https://shop.example/b", "B")
    ada = await site.as_("ada")

    card = await ada.get(f"/chats/{now.id}/visitor")

    assert [chat["question"] for chat in card["earlier"]["chats"]] == ["First question"]
    assert card["visitor"]["chats_n"] == 2
    assert [(page["title"], page["duration_s"] is None) for page in card["pages"]] == [("B", True), ("A", False)]


async def test_notes_are_in_the_teams_transcript_and_never_in_the_customers(site: Site) -> None:
    chat = await site.chat()
    await site.note(chat, "Probably a fraud")
    ada = await site.as_("ada")
    client = await site.client()
    signed = site.desk.wire.transcript_url(chat.id).rpartition("/")[2]

    for form in ("json", "html", "txt"):
        path = f"/api/v1/chats/{chat.id}/transcript.{form}"
        teams = await ada.client.get(path, headers={"Authorization": f"Bearer {ada.token}"})
        customers = await client.get(path, params={"signed": signed})
        assert "Probably a fraud" in await teams.text()
        assert customers.status == 200
        assert "fraud" not in await customers.text()
    page = await client.get(f"/t/{signed}")
    assert "fraud" not in await page.text()


async def test_a_signed_link_opens_its_own_conversation_and_no_other(site: Site) -> None:
    chat, other = await site.chat(), await site.chat()
    client = await site.client()
    for signed in (
        site.desk.wire.transcript_url(other.id).rpartition("/")[2],
        site.desk.signer.visitor_token("v"),
        "x",
    ):
        answer = await client.get(f"/api/v1/chats/{chat.id}/transcript.json", params={"signed": signed})
        assert answer.status == 404


async def test_nobodys_words_are_live_markup_in_a_transcript(site: Site) -> None:
    chat = await site.chat(f"Hello {EVIL}", name=f"Eve {EVIL}")
    await site.note(chat, EVIL)
    ada = await site.as_("ada")

    answer = await ada.client.get(
        f"/api/v1/chats/{chat.id}/transcript.html", headers={"Authorization": f"Bearer {ada.token}"}
    )

    assert EVIL not in await answer.text()
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def _closing(site: Site, chat_id: str) -> Close:
    return Close(chat_id, "agent", "resolved", site.desk.clock.now(), ())
