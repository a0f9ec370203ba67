"""Conversations for agents: search, read, the visitor's card, why a chat went where it went, and the transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from server import access, wire
from server.errors import not_found
from server.ids import ID
from server.reports.periods import moment_of
from server.signing import BadSignature
from server.web.answers import json_response
from server.web.bodies import ChatSearch, TranscriptQuery
from server.web.cards import card_of
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.scopes import departments_of
from transcripts import export
from transcripts.questions import ChatQuery
from transcripts.records import Chat, Message, Note

if TYPE_CHECKING:
    from server.desk import Desk


async def search(call: Call, given: ChatSearch) -> Json:
    call.desk.limits.hit("search", call.agent.id)
    zone = call.desk.settings.zone
    is_id = given.visitor is not None and ID.fullmatch(given.visitor) is not None
    query = ChatQuery(
        words=given.q,
        visitor=None if is_id else given.visitor,
        visitor_id=given.visitor if is_id else None,
        agent_id=given.agent,
        departments=departments_of(call.agent, given.department),
        from_at=moment_of(given.from_, zone, "from") if given.from_ else None,
        to_at=moment_of(given.to, zone, "to") if given.to else None,
        cursor=opened("chats", given.cursor),
    )
    hits, following = await call.desk.store.search_chats(query)
    return {
        "chats": [{**await _chat(call.desk, hit.chat), "snippet": hit.snippet} for hit in hits],
        "next": sealed("chats", following),
    }


async def read(call: Call, _: Nothing) -> Json:
    chat = await _agents(call)
    await call.desk.audit.note_reading(call.agent, chat, "page")
    return await _whole(call.desk, chat)


async def card(call: Call, _: Nothing) -> Json:
    return await card_of(call.desk, await _agents(call), call.agent)


async def decisions(call: Call, _: Nothing) -> Json:
    chat = await _agents(call)
    return {"decisions": await call.desk.decisions.of(chat.id)}


async def transcript(call: Call, given: TranscriptQuery) -> web.Response:
    """An agent's with the team's notes; by a visitor's signed link without, and without a session."""
    if given.signed is None:
        chat = await _agents(call)
        await call.desk.audit.note(call.agent, "chats.exported", f"chat:{chat.id}", form=call.part("form"))
        return await rendered(call.desk, chat, call.part("form"), notes=await call.desk.store.notes(chat.id))
    chat = await _signed_chat(call, given.signed)
    return await rendered(call.desk, chat, call.part("form"), notes=None)


async def rendered(desk: Desk, chat: Chat, form: str, notes: tuple[Note, ...] | None) -> web.Response:
    """The conversation as json, html or txt. notes None: for the customer."""
    messages = await all_messages(desk, chat.id)
    if form == "json":
        shown = desk.wire.chat_for_visitor(chat) if notes is None else await _chat(desk, chat)
        data: Json = {"chat": shown, "messages": [desk.wire.message(m) for m in messages]}
        return json_response(data if notes is None else {**data, "notes": [wire.note(n) for n in notes]})
    render, kind = {"html": (export.transcript_html, "text/html"), "txt": (export.transcript_txt, "text/plain")}[form]
    locale = chat.locale if notes is None else "en"
    text = render(chat, messages, locale=locale, tz=desk.settings.zone, desk=desk.settings.site_name, notes=notes or ())
    answer = web.Response(text=text, content_type=kind)
    # The document carries its styles inside and has no script.
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return answer


async def all_messages(desk: Desk, chat_id: str) -> list[Message]:
    page = await desk.store.sync(chat_id, 0)
    messages = list(page.messages)
    while page.more and messages:
        page = await desk.store.sync(chat_id, messages[-1].seq)
        messages.extend(page.messages)
    return messages


async def _agents(call: Call) -> Chat:
    return access.agents_chat(await call.desk.store.chat(call.part("id")), call.agent)


async def _signed_chat(call: Call, signed: str) -> Chat:
    """The path's chat, if the link is for it. Raises Refusal not_found."""
    try:
        opened = call.desk.signer.link_subject(signed)
    except BadSignature as exc:
        raise not_found("chat") from exc
    chat = await call.desk.store.chat(call.part("id"))
    if chat is None or opened not in {("transcript", chat.id), ("ticket", chat.ticket_number)}:
        raise not_found("chat")
    return chat


async def _whole(desk: Desk, chat: Chat) -> Json:
    messages = await all_messages(desk, chat.id)
    notes = await desk.store.notes(chat.id)
    return {
        "chat": await _chat(desk, chat),
        "messages": [desk.wire.message(m) for m in messages],
        "notes": [wire.note(n) for n in notes],
    }


async def _chat(desk: Desk, chat: Chat) -> Json:
    queue = await desk.positions.of(chat) if chat.state == "queued" else None
    return desk.wire.chat_for_agent(chat, queue)


ENDPOINTS = (
    Endpoint("GET", "/chats", "Search conversations, newest first.", ChatSearch, search, ("chats", "next")),
    Endpoint("GET", "/chats/{id}", "Read a conversation.", Nothing, read, ("chat", "messages", "notes")),
    Endpoint(
        "GET", "/chats/{id}/visitor", "The visitor's card.", Nothing, card, ("visitor", "contact", "pages", "earlier")
    ),
    Endpoint("GET", "/chats/{id}/decisions", "Why it went where.", Nothing, decisions, ("decisions",)),
    Endpoint(
        "GET",
        "/chats/{id}/transcript.{form:json|html|txt}",
        "The conversation; without the team's notes by a customer's signed link.",
        TranscriptQuery,
        transcript,
        ("chat", "messages"),
        role=None,
    ),
)
