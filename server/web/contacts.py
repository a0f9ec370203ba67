"""Known people for agents: search, read, edit, merge; and the one-time code that proves who is speaking.

An agent knows those with whom their departments had to do, and those with whom nobody had yet.
"""

from __future__ import annotations

from server import access
from server.errors import not_found
from server.web.bodies import ContactNew, ContactPatch, ContactSearch
from server.web.cards import history_of
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.people import code_of, contact_of
from transcripts.contacts import Contact, PersonQuery, folded

_PAGES_LOOKED_THROUGH = 10


async def search(call: Call, given: ContactSearch) -> Json:
    """A page may be short where most people are others' customers; `next` says whether there are more."""
    call.desk.limits.hit("search", call.agent.id)
    following = opened("contacts", given.cursor)
    found: list[Json] = []
    for _ in range(_PAGES_LOOKED_THROUGH):
        page, following = await call.desk.store.contacts(given.q, following)
        found = [contact_of(contact) for contact in page if await _is_known(call, contact)]
        if found or following is None:
            break
    return {"contacts": found, "next": sealed("contacts", following)}


async def read(call: Call, _: Nothing) -> Json:
    """The history is of the departments the agent sees."""
    contact = await _contact(call, call.part("id"))
    query = PersonQuery(None, contact.subject, contact.addresses, access.scope(call.agent), 0)
    history = await history_of(call.desk, query)
    return {"contact": contact_of(contact), **history}


async def add(call: Call, given: ContactNew) -> Json:
    return {"contact": contact_of(await call.desk.people.add(call.agent, given.name, given.addresses))}


async def change(call: Call, given: ContactPatch) -> Json:
    for contact_id in filter(None, (call.part("id"), given.merge)):
        await _contact(call, contact_id)
    changed = await call.desk.people.change(call.agent, call.part("id"), given.name, given.addresses, given.merge)
    return {"contact": contact_of(changed)}


async def send_code(call: Call, _: Nothing) -> Json:
    chat = access.agents_chat(await call.desk.store.chat(call.part("id")), call.agent)
    call.desk.limits.hit("code_send", call.agent.id)
    return {"sent": code_of(await call.desk.people.send_code(call.agent, chat))}


async def _contact(call: Call, contact_id: str) -> Contact:
    """Raises Refusal not_found."""
    contact = await call.desk.people.contact(contact_id)
    if not await _is_known(call, contact):
        raise not_found("contact")
    return contact


async def _is_known(call: Call, contact: Contact) -> bool:
    departments = access.scope(call.agent)
    if departments is None or await _had_to_do(call, contact, departments):
        return True
    addresses = set(map(folded, contact.addresses))
    held = call.desk.routing.open_chats.of_agent(call.agent.id)
    if any(chat.visitor_email is not None and folded(chat.visitor_email) in addresses for chat in held):
        return True
    return not await _had_to_do(call, contact, None)


async def _had_to_do(call: Call, contact: Contact, departments: tuple[str, ...] | None) -> bool:
    query = PersonQuery(None, contact.subject, contact.addresses, departments, 1)
    store = call.desk.store
    return bool(await store.tickets_of_person(query) or await store.chats_of_person(query))


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
