"""No question that grows with the record is answered by reading a collection through."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient, IndexModel
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from tests.contract.transcripts.examples import (
    AGENT,
    TICKET,
    VISITOR,
    active,
    assign,
    at,
    close,
    new_agent,
    new_chat,
    new_mail,
    new_message,
    new_note,
    new_ticket,
    new_ticket_message,
    requeue,
)
from tests.harness.mongo import MongoDatabases
from transcripts.audit import AuditQuery, NewAudit
from transcripts.codes import NewCode, Try
from transcripts.contacts import Contact, ContactChanges, PersonQuery
from transcripts.credentials import Credentials
from transcripts.files import StoredFile
from transcripts.inbound.record import InboundMail, Settled
from transcripts.incidents import Incident, IncidentChanges, NewNews, Subscriber
from transcripts.mongo.schema import INDEXES
from transcripts.mongo.store import MongoStore
from transcripts.operations import AgentChanges, ChatChanges, EventText, TicketChanges
from transcripts.persons import find_person
from transcripts.privacy import Erasure, Subject, Tombstone
from transcripts.problems import Problem, ProblemChanges, ProblemLink, Solving
from transcripts.questions import ChatQuery, TicketQuery
from transcripts.records import (
    Department,
    EstimateShown,
    JournalEntry,
    PageView,
    PresenceRow,
    Proof,
    Rating,
    Session,
    Visitor,
)
from transcripts.retention import CLASSES, Outdated
from transcripts.tokens import ApiToken

pytestmark = pytest.mark.slow

# Small for ever, or asked for as a whole: nothing is saved by an index.
# The driver makes these itself with the first file.
OF_GRIDFS = {
    "bytes.files": [IndexModel([("filename", 1), ("uploadDate", 1)])],
    "bytes.chunks": [IndexModel([("files_id", 1), ("n", 1)])],
}
READ_WHOLE = {"agents", "canned", "departments", "incidents", "journal_epochs", "proofs"}
SOUGHT = {"$eq", "$gt", "$gte", "$in", "$lt", "$lte", "$regex"}
Question = tuple[str, dict[str, Any], dict[str, int]]


class Questions(CommandListener):
    """Every filter a store sends, with its collection and its order."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def started(self, event: CommandStartedEvent) -> None:
        command: Any = event.command
        name = str(command.get(event.command_name))
        match event.command_name:
            case "find":
                self.asked.append((name, command["filter"], dict(command.get("sort", {}))))
            case "update":
                self.asked.extend((name, update["q"], {}) for update in command["updates"])
            case "delete":
                self.asked.extend((name, delete["q"], {}) for delete in command["deletes"])
            case "findAndModify":
                self.asked.append((name, command["query"], {}))
            case "aggregate":
                self.asked.append((name, command["pipeline"][0]["$match"], {}))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


@pytest.fixture
async def database(mongo_databases: MongoDatabases) -> AsyncIterator[AsyncMongoClient[dict[str, Any]]]:
    async with AsyncMongoClient[dict[str, Any]](mongo_databases.named("indexes").url) as client:
        yield client


async def test_every_question_of_the_record_has_an_index(
    mongo_databases: MongoDatabases, database: AsyncMongoClient[dict[str, Any]]
) -> None:
    questions = Questions()
    store = await MongoStore.open(mongo_databases.named("indexes").url, listeners=[questions])
    questions.asked.clear()
    await _converse(store)
    await _keep_ledgers(store)
    await _know_people(store)
    await _take_files_and_mail(store)
    await _tell_many(store)
    await _read(store)
    await _forget(store)
    await store.aclose()

    shapes = {repr((name, _shape(wanted), order)): (name, wanted, order) for name, wanted, order in questions.asked}
    # GridFS asks for any one, of each of its two, to see whether they are there.
    asked = [question for question in shapes.values() if not (question[0] in OF_GRIDFS and question[1] == {})]
    grown = [question for question in asked if question[0] not in READ_WHOLE]
    scanned = [question for question in grown if not await _is_indexed(database, question)]

    assert {name for name, _, _ in grown} >= set(INDEXES) - READ_WHOLE - {"estimates", "counters", "schema"}
    assert scanned == []


async def test_a_planted_scan_is_seen(
    mongo_databases: MongoDatabases, database: AsyncMongoClient[dict[str, Any]]
) -> None:
    store = await MongoStore.open(mongo_databases.named("indexes").url)
    await store.aclose()

    assert not await _is_indexed(database, ("chats", {"topic": "delivery"}, {}))
    assert not await _is_indexed(database, ("chats", {"$or": [{"terms": "x"}, {"topic": "x"}]}, {}))
    assert not await _is_indexed(database, ("messages", {}, {"at": 1}))
    assert await _is_indexed(database, ("chats", {"visitor_id": "v1", "open": True}, {}))


async def _is_indexed(client: AsyncMongoClient[dict[str, Any]], question: Question) -> bool:
    """By the declared indexes and, where there is a real MongoDB, by its own word too: our server plans too simply."""
    name, wanted, order = question
    if not all(_has_index(name, branch, list(order)) for branch in _branches(wanted)):
        return False
    if "SEMAFOR_TEST_MONGO_URL" not in os.environ:
        return True
    found = client.get_default_database()[name].find(wanted)
    plan = await (found.sort(list(order.items())) if order else found).explain()
    return "COLLSCAN" not in _stages(plan["queryPlanner"]["winningPlan"])


def _has_index(name: str, wanted: dict[str, Any], order: list[str]) -> bool:
    """One that begins with a field that is asked for, or, for a page of a list, with the list's order."""
    for index in ({"key": {"_id": 1}}, *(index.document for index in ({**INDEXES, **OF_GRIDFS}[name]))):
        keys = list(index["key"])
        partial = index.get("partialFilterExpression", {})
        if all(_implies(wanted.get(field), kept) for field, kept in partial.items()) and (
            (keys[0] in wanted and _is_sought(wanted[keys[0]])) or (bool(order) and keys[: len(order)] == order)
        ):
            return True
    return False


def _is_sought(value: Any) -> bool:
    if isinstance(value, dict):
        return not SOUGHT.isdisjoint(value)
    return True


def _implies(value: Any, kept: Any) -> bool:
    """Whether a question for `value` finds only what a partial index of `kept` has."""
    return bool(value == kept or (kept == {"$gte": ""} and isinstance(value, str)))


def _branches(wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each side of the first `$or` needs an index of its own, unless what stands beside it has one."""
    beside = {key: value for key, value in wanted.items() if key not in {"$and", "$or"}}
    for one in wanted.get("$and", ()):
        if "$or" not in one:
            beside |= one
    inner = [one["$or"] for one in wanted.get("$and", ()) if "$or" in one]
    sides: list[dict[str, Any]] = wanted.get("$or") or [*inner, [{}]][0]
    for side in sides:
        yield {**beside, **side}


def _stages(plan: dict[str, Any]) -> set[str]:
    inner = [plan[key] for key in ("inputStage", "queryPlan") if key in plan] + list(plan.get("inputStages", ()))
    return {str(plan.get("stage"))}.union(*map(_stages, inner))


def _shape(wanted: Any) -> Any:
    if isinstance(wanted, dict):
        return {key: _shape(value) for key, value in wanted.items()}
    if isinstance(wanted, list):
        return [_shape(one) for one in wanted if isinstance(one, dict)]
    return type(wanted).__name__


async def _converse(store: MongoStore) -> None:
    await store.save_visitor(Visitor("v1", at(0), subject="s"))
    await store.claim_identity("jti", "v1", at(60))
    await store.add_page(PageView("v1", "/", "Title", at(0)))
    chat = await active(store)
    await store.send_message(new_message("m1", AGENT))
    await store.add_note(new_note("n1"))
    await store.add_event("c1", EventText("visitor_left", ""), at(2), if_route_version=chat.route_version)
    await store.mark_read("c1", "agent", 1)
    await store.set_chat("c1", ChatChanges(name="Eva"))
    chat = await store.assign(assign(await store.requeue(requeue(chat))))
    ticket = new_ticket(
        creator="visitor:v1",
        client_id="t",
        fingerprint="f",
        first_message=new_ticket_message("tm0"),
        mails=(new_mail("m1"),),
    )
    await store.close_chat(close(resolution="unresolved", ticket=ticket, ticket_events=(TICKET,)))
    await store.rate_chat("c1", Rating(5, None, None, None, at(9)))
    await store.change_ticket("10001", TicketChanges(status="waiting"), at(9))
    await store.add_ticket_message("10001", new_ticket_message("tm1", client_id="k"), at(9), (new_mail("m2"),))
    await store.claim_due(at(99), lease_s=30, limit=9)
    await store.mark_sent("m1", at(99), "s", b"raw")
    await store.mark_failed("m2", "550", None)
    await store.retry_mail("m2", at(100))
    await store.start_chat(new_chat("c2", client_id="again"))


async def _keep_ledgers(store: MongoStore) -> None:
    await store.add_agent(new_agent("a1", "petr@example.org"))
    await store.change_agent("a1", AgentChanges(status="online"))
    await store.add_department(Department("sales", "Sales", None, "UTC"))
    await store.change_department(Department("sales", "Prodej", None, "UTC"))
    await store.add_session(Session("h", "a1", at(0), at(9)))
    await store.session("h")
    await store.sessions_of("a1")
    await store.touch_sessions({"h": at(1)})
    await store.add_session(Session("h2", "a1", at(0), at(9)), if_password="no such hash")
    await store.swap_credentials(Credentials("a1", 1))
    await store.credentials("a1")
    await store.set_password("a1", "hash", keep="h")
    await store.end_session("h")
    await store.end_sessions_of("a1")
    await store.add_token(ApiToken("t1", "Reports", "hash", "x9Qz", "manager", ("sales",), "read", at(0), "a1"))
    await store.tokens()
    await store.token_by_hash("hash")
    await store.touch_tokens({"t1": at(1)})
    await store.end_token("t1", at(2))
    await store.set_value("secret", "x")
    await store.value("secret")
    await store.record_presence([PresenceRow("a1", at(0), ("sales",), "online", True, True, None, "p1")])
    await store.prove_life(Proof("p1", at(0), at(9)))
    entries = [
        JournalEntry("e1", 0, "snapshot", at(0), {}),
        JournalEntry("e1", 1, "command", at(1), {}, ("c1",)),
        JournalEntry("e1", 1, "snapshot", at(1), {}),
    ]
    await store.append_journal(entries)
    await store.append_journal([JournalEntry("e2", 0, "snapshot", at(2), {})])
    await store.record_estimates([EstimateShown("c1", at(1), 1, 2.0, 3.0)])
    await store.promises(at(0), at(9), "sales", 9)
    await store.check()


async def _know_people(store: MongoStore) -> None:
    await store.save_visitor(Visitor("v2", at(0), "Jana", "jana@example.org", "signed", "customer-7"))
    contact = await store.contact_by_address("jana@example.org")
    assert contact is not None
    await store.contact(contact.id)
    await store.contact_by_subject("customer-7")
    await store.contacts("jan", None)
    await store.contacts(None, "1")
    other = await store.add_contact(Contact("k9", "Petr", ("petr@example.org",), None, at(0)), "agent:a1")
    await store.change_contact(contact.id, ContactChanges(at(1), "agent:a1", addresses=("jana@work.example.org",)))
    await store.change_contact(contact.id, ContactChanges(at(2), "agent:a1", merge=other.id))
    person = PersonQuery("v1", "customer-7", ("jana@example.org",), ("sales",), 9)
    await store.chats_of_person(person)
    await store.tickets_of_person(person)
    chat = await store.chat("c2")
    assert chat is not None
    await store.assign(assign(chat))
    mail = new_mail("code1", kind="one_time_code")
    await store.send_code(NewCode("o1", "c2", contact.id, "jana@work.example.org", "hash", "a1", at(3), mail))
    await store.enter_code(Try("c2", "v1", "wrong", at(4)))
    await store.code_of("c2")
    await store.audit(None)
    await store.audit("9")
    await store.audit("9", 50, AuditQuery("agent:a1", "chat.read", "chat:c2", at(0), at(9)))
    await store.audit(None, 50, AuditQuery("agent", "chat", "chat"))
    read = NewAudit(at(1), "agent:a1", "chat.read", "chat:c2")
    await store.add_audit(read, once_in=timedelta(hours=1))
    await store.audit_from(None)
    await store.audit_from(1)
    await store.audit_head()


async def _take_files_and_mail(store: MongoStore) -> None:
    name = "a" * 32
    await store.keep_bytes(name, io.BytesIO(b"abc"))
    await store.add_file(StoredFile(name, "a.pdf", "application/pdf", 3, VISITOR, at(0), chat_id="c2"))
    await store.file(name)
    await store.files_of_chat("c2")
    await store.files_of_ticket("10001")
    await store.sweep_files(at(9))
    await store.remove_files([name])
    raw = InboundMail("i1", "d", "<a@b.example>", "smtp", at(0), 3, at(0), "ada@b.example", ("support@desk.example",))
    await store.keep_inbound(raw, b"raw")
    await store.inbound("i1")
    await store.inbound_raw("i1")
    await store.inbounds(None, None)
    await store.inbounds("received", "9")
    await store.due_inbound(at(9), 9)
    await store.begin_inbound("i1", 0)
    await store.settle_inbound("i1", Settled("created", at(9), sender="ada@b.example", ticket_number="10001"))
    await store.retry_inbound("i1", at(9))
    await store.count_inbound("ada@b.example", at(0), ("created",))
    await store.mail_of_ours(("<a@b.example>",))


async def _tell_many(store: MongoStore) -> None:
    await store.open_incident(Incident("i1", "Down", "We look.", "incident", None, (), at(0), None, at(0), AGENT))
    await store.subscribe(Subscriber("s1", "jana@example.org", "cs", True, (), at(0)), "i1")
    await store.change_incident("i1", IncidentChanges(title="Slow"))
    await store.incident("i1")
    await store.incidents(None)
    await store.incidents("9")
    await store.going_incidents()
    await store.tell_incident("i1", NewNews("Better.", at(1), AGENT))
    await store.news_of("i1")
    await store.count_subscribers("i1")
    for news in await store.pending_news():
        while await store.queue_news(news, "desk.example", at(2), 9):
            pass
    await store.unsubscribe("jana@example.org")
    await store.add_problem(Problem("p1", "Parcels get stuck", at(0), AGENT))
    await store.link_problem(
        "p1", [ProblemLink("p1", "ticket", "10001", at(1)), ProblemLink("p1", "chat", "c1", at(1))]
    )
    await store.unlink_problem("p1", "chat", "c1")
    await store.problem("p1")
    await store.problems(None, None)
    await store.problems("open", "9")
    await store.change_problem("p1", ProblemChanges(cause="a belt"))
    await store.links_of("p1")
    await store.problems_of("ticket", ["10001"])
    await store.solve_problem("p1", Solving("It is fixed.", AGENT, at(3)))
    await store.unanswered_problems()
    await store.finish_problem("p1", at(4))


async def _forget(store: MongoStore) -> None:
    """At the end: nothing is left of the person that all the others ask about."""
    for kind in CLASSES:
        asked = Outdated(kind, "sales", at(9_999), 10)
        await store.drop_outdated(asked, await store.outdated(asked))
    person = await find_person(store, Subject("address", "jana@example.org"))
    both = replace(person, visitor_ids=("v1",), addresses=("jana@example.org",), contact_ids=("x",))
    await store.mails_about(both)
    await store.subscriptions_of(both.addresses)
    await store.visitors_of("s")
    await store.erase(Erasure(both, at(9), frozenset(), Tombstone("e1", at(9), ("k",))))
    await store.tombstones()
    await store.known_subjects()


async def _read(store: MongoStore) -> None:
    everything = (at(-99), at(9999), None)
    await store.chat("c1")
    await store.sync("c1", 0)
    await store.notes("c1")
    await store.open_chats()
    await store.open_revisions()
    await store.open_chat_of("v1")
    await store.last_chat_of("v1", at(0))
    await store.unresolved_of("a1")
    for query in (
        ChatQuery(),
        ChatQuery(words="parcel"),
        ChatQuery(words="where parc", departments=("sales",)),
        ChatQuery(visitor="eva"),
        ChatQuery(visitor_id="v1"),
        ChatQuery(agent_id="a1"),
        ChatQuery(from_at=at(0), to_at=at(9)),
        ChatQuery(cursor="9"),
    ):
        await store.search_chats(query)
    for wanted in (
        TicketQuery(),
        TicketQuery(words="lost parc"),
        TicketQuery(visitor_id="v1"),
        TicketQuery(assignee="a1"),
        TicketQuery(statuses=("open",)),
        TicketQuery(cursor="0:5:10001"),
    ):
        await store.tickets(wanted)
    await store.ticket("10001")
    await store.ticket_messages("10001")
    await store.standing(at(9))
    await store.unkept(at(9), 10)
    await store.overdue_at_tier("sales", 1, at(9), 10)
    await store.ticket_courses(*everything, None)
    await store.visitor("v1")
    await store.visitor_by_subject("s")
    await store.pages("v1")
    await store.mail("m1")
    await store.mails(None, None)
    await store.mails("due", "9")
    await store.next_due()
    await store.presence(at(0), at(9))
    await store.decisions_of("c1")
    await store.journal("e1", 1)
    await store.epochs()
    await store.prune_journal(at(2))
    await store.courses(*everything, "a1")
    await store.stays([everything[:2]], ("sales",))
    await store.chat_columns(*everything[:2])
    await store.count_tickets(*everything, None)
