"""After an erasure not one byte of what a person left is anywhere: proved with a canary in every field."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from unittest.mock import MagicMock

import pytest

from server.sockets.visitor import VisitorNamespace
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, SUPPORT, NewDesk, People
from tests.harness.mongo import MongoDatabases, mongo_databases, mongo_server
from tests.harness.redis import RedisServer
from tests.integration.mail.letters import free_port, mail_settings
from tests.integration.privacy.canaries import ADDRESS, CANARIES, SAID, SECRET, live
from tests.integration.privacy.every_byte import columns, found, places

__all__ = ["mongo_databases", "mongo_server"]
NEVER_KEPT = {"canarypreviewzq", "canaryreferrerzq", "canaryagentzq"}
"""What a person sends that is kept nowhere in the first place."""
OF_THE_DESK = frozenset(
    [
        "agents",
        "api_tokens",
        "audit",
        "audit_head",
        "canned",
        "counters",
        "credentials",
        "departments",
        "erasures",
        "estimates",
        "incidents",
        "incident_news",
        "journal",
        "journal_decisions",
        "named_values",
        "presence",
        "problem_links",
        "problems",
        "proofs",
        "report_kept",
        "sessions",
        "sqlite_sequence",
    ]
)
"""Tables of what agents, admins and the desk itself say."""
OURS = frozenset(
    [
        "id",
        "kind",
        "state",
        "status",
        "channel",
        "priority",
        "locale",
        "type",
        "author_kind",
        "author_id",
        "visitor_verified",
        "requester_verified",
        "verified",
        "resolution",
        "closed_by",
        "told",
        "consent",
        "event",
        "creator",
        "fingerprint",
        "digest",
        "reason",
        "error",
        "source",
        "recipients",
        "incident_ids",
        "code_hash",
        "message_id",
        "assignee",
        "file_ids",
        "previous",
        "thumb_id",
        "ticket_number",
        "number",
    ]
)
"""Columns of people's tables that hold ids, states and what is made of words by a hash; of mails, our own address."""
OF_AGENTS = frozenset({"notes.author_name", "notes.client_id"})
WORDLESS = frozenset({"chat_id", "file_id", "department", "kind", "code", "consent", "call_at"})
"""Fields of events that take nothing but what the desk knows: ids, codes, versions, moments."""
NOT_IN_A_COPY = NEVER_KEPT | {
    f"canary{name}zq"
    for name in (
        *("clientid", "startid", "ticketid", "formid", "jti", "inid"),  # numbers of their programs, which say nothing
        *("filebody", "attached", "unsent"),  # in files, which the zip has; what was never sent goes within a day
        "innote",  # an automatic answer, which nobody reads
    )
}
WITHIN_S = 20.0


@pytest.mark.embedded("looks at the files of the data folder")
async def test_no_byte_of_an_erased_person_is_left_in_the_data_folder(new_desk: NewDesk, people: People) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port, SEMAFOR_IDENTITY_SECRET=SECRET))
    await live(desk, people, port)
    await _settled(lambda: {name for _, name in found(CANARIES, places(desk, None, None, None))})
    await _filled(lambda: {name for name in columns(desk.data / "semafor.db", CANARIES) if not _is_never_theirs(name)})
    watching = await people.agent(desk)
    assert _fields_for_words() <= SAID

    copy = desk.data.parent / "person.json"
    await asyncio.to_thread(desk.cli, "export-person", ADDRESS, str(copy))
    copied = (await asyncio.to_thread(copy.read_text)).lower()

    said = await asyncio.to_thread(desk.cli, "erase", ADDRESS)

    assert {canary for canary in CANARIES if canary.lower() not in copied} == NOT_IN_A_COPY
    assert "2 conversations" in said
    # The chat that went on is taken from its agent, whose slot is free again.
    await watching.wait("team", lambda told: told["agent"]["id"] == watching.id and told["load"] == 0)
    assert found(CANARIES, places(desk, None, None, None)) == []
    desk.stop()
    assert found(CANARIES, places(desk, None, None, None)) == []
    assert "Nobody" in desk.cli("erase", "--replay")


@pytest.mark.slow
@pytest.mark.embedded("starts MongoDB and Redis of its own")
async def test_no_byte_of_an_erased_person_is_left_in_mongodb_and_redis(
    people: People,
    mongo_databases: MongoDatabases,
    new_desk: NewDesk,
    new_redis: Callable[[], RedisServer],
) -> None:
    port, redis = free_port(), new_redis()
    engines = {"SEMAFOR_MONGO_URL": mongo_databases.named("canaries").url, "SEMAFOR_REDIS_URL": redis.url}
    settings = {**mail_settings(port), **engines, "SEMAFOR_IDENTITY_SECRET": SECRET}
    desk: Desk = new_desk(settings=settings, start=False)
    await asyncio.to_thread(desk.people, [SUPPORT], [ADA])
    desk.start()

    def everywhere() -> list[tuple[str, str]]:
        return found(CANARIES, places(desk, engines["SEMAFOR_MONGO_URL"], redis.port, redis._folder))

    await live(desk, people, port)
    await _settled(lambda: {name for _, name in everywhere()})
    assert not [place for place, _ in everywhere() if place.startswith(("redis", "log"))]

    await asyncio.to_thread(desk.cli, "erase", ADDRESS)

    assert everywhere() == []


async def _settled(seen: Callable[[], set[str]]) -> None:
    """Every canary that is kept has come where it is kept; mails are read and written by themselves."""
    missing = set(CANARIES) - NEVER_KEPT
    until_s = time.monotonic() + WITHIN_S
    while missing := missing - await asyncio.to_thread(seen):
        assert time.monotonic() < until_s, f"never came: {sorted(missing)}"


async def _filled(empty: Callable[[], set[str]]) -> None:
    """Every column that may hold somebody's words holds some; a mail is read a moment after it was stored."""
    until_s = time.monotonic() + WITHIN_S
    while left := await asyncio.to_thread(empty):
        assert time.monotonic() < until_s, f"words may be kept there, and nobody looks for them: {sorted(left)}"


def _is_never_theirs(name: str) -> bool:
    table, _, column = name.partition(".")
    is_index = "_words_" in table  # asked for its words, too (every_byte.py)
    return is_index or table in OF_THE_DESK or column in OURS or column.endswith("_id") or name in OF_AGENTS


def _fields_for_words() -> set[str]:
    """`event.field` of all that a visitor may write into, from the models themselves."""
    events = VisitorNamespace(MagicMock()).events
    return {
        f"{event}.{name}"
        for event, (model, _) in events.items()
        for name, field in model.model_fields.items()
        if name not in WORDLESS and "str" in str(field.annotation) + str(field.metadata)
    }
