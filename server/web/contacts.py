"""Known people for agents: search, read, edit, merge; and the one-time code that proves who is speaking."""

from __future__ import annotations

from server import access
from server.web.bodies import ContactNew, ContactPatch, ContactSearch
from server.web.cards import history_of
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.people import code_of, contact_of
from transcripts.contacts import PersonQuery


async def search(call: Call, given: ContactSearch) -> Json:
    call.desk.limits.hit("search", call.agent.id)
    found, following = await call.desk.store.contacts(given.q, opened("contacts", given.cursor))
    return {"contacts": [contact_of(contact) for contact in found], "next": sealed("contacts", following)}


async def read(call: Call, _: Nothing) -> Json:
    """The history is of the departments the agent sees."""
    contact = await call.desk.people.contact(call.part("id"))
    query = PersonQuery(None, contact.subject, contact.addresses, access.scope(call.agent), 0)
    history = await history_of(call.desk, query)
    return {"contact": contact_of(contact), **history}


async def add(call: Call, given: ContactNew) -> Json:
    return {"contact": contact_of(await call.desk.people.add(call.agent, given.name, given.addresses))}


async def change(call: Call, given: ContactPatch) -> Json:
    changed = await call.desk.people.change(call.agent, call.part("id"), given.name, given.addresses, given.merge)
    return {"contact": contact_of(changed)}


async def send_code(call: Call, _: Nothing) -> Json:
    chat = access.agents_chat(await call.desk.store.chat(call.part("id")), call.agent)
    call.desk.limits.hit("code_send", call.agent.id)
    return {"sent": code_of(await call.desk.people.send_code(call.agent, chat))}


ENDPOINTS = (
    Endpoint("GET", "/contacts", "Known people, the newest first.", ContactSearch, search, ("contacts", "next")),
    Endpoint("POST", "/contacts", "Add somebody.", ContactNew, add, ("contact",), status=201),
    Endpoint(
        "GET",
        "/contacts/{id}",
        "One of them, with their history.",
        Nothing,
        read,
        ("contact", "chats_n", "rating", "earlier"),
    ),
    Endpoint("PATCH", "/contacts/{id}", "Change name or addresses, or merge.", ContactPatch, change, ("contact",)),
    Endpoint(
        "POST",
        "/chats/{id}/code",
        "Mail a one-time code to the known address.",
        Nothing,
        send_code,
        ("sent",),
        status=201,
    ),
)
