"""What goes out: the objects of docs/protocol.md, made from the records. One function per object."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from queueing.estimate import Wait
from server.errors import Refusal
from server.incident_links import IncidentLinks
from server.services.known.directory import Directory
from server.services.known.tiers import Tiers
from server.signing import Signer
from transcripts.records import FINAL_STATUSES, Agent, Author, Canned, Chat, File, Message, Note, Ticket, TicketMessage

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """ISO 8601, UTC, milliseconds, `Z`."""
    return None if at is None else _written(at)


@lru_cache(maxsize=1_000)
def _written(at: datetime) -> str:
    """A message's moment is told several times at once. Not strftime: it asks the system for the zone's file."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def error(refusal: Refusal) -> Json:
    out: Json = {"code": refusal.code, "message": refusal.message}
    if refusal.field is not None:
        out["field"] = refusal.field
    if refusal.retry_after_s is not None:
        out["retry_after_s"] = round(refusal.retry_after_s, 3)
    if refusal.code == "not_open":
        out["opens_at"] = moment(refusal.opens_at)
    return out


def wait(estimate: Wait | None) -> Json | None:
    return None if estimate is None else {"likely_s": round(estimate.likely_s), "upto_s": round(estimate.upto_s)}


def queue(position: int, estimate: Wait | None, reason: str | None, grew: str | None = None) -> Json:
    """grew: why the wait got longer where no `reason` says it; only then it is among the fields."""
    out: Json = {"position": position, "ahead": position - 1, "wait": wait(estimate), "reason": reason}
    return out if grew is None else {**out, "grew": grew}


def note(n: Note) -> Json:
    return {
        "chat_id": n.chat_id,
        "note_seq": n.note_seq,
        "after_seq": n.after_seq,
        "client_id": n.client_id,
        "author": author(n.author),
        "body": n.body,
        "at": moment(n.at),
    }


def author(a: Author) -> Json:
    return {"kind": a.kind, "id": a.id, "name": a.name}


def canned(answers: Iterable[Canned], departments: Container[str]) -> list[Json]:
    """What an agent of these departments is offered; a script's further steps as /shortcut-2, /shortcut-3 ..."""
    offered = []
    for one in answers:
        if one.department_id is not None and one.department_id not in departments:
            continue
        texts = (one.body, *one.steps)
        for n, body in enumerate(texts, 1):
            shortcut = one.shortcut if n == 1 else f"{one.shortcut}-{n}"
            title = one.title if len(texts) == 1 else f"{one.title} ({n}/{len(texts)})"
            offered.append({"shortcut": shortcut, "title": title, "body": body, "department": one.department_id})
    return offered


class Wire:
    """Objects that need names and links: ids become `{id, name}`, tickets get the address of their page."""

    def __init__(
        self, directory: Directory, signer: Signer, public_url: str, tiers: Tiers, now: Callable[[], datetime]
    ) -> None:
        self._directory = directory
        self._now = now
        self._tiers = tiers
        self._signer = signer
        self.public_url = public_url
        self.incidents = IncidentLinks(signer, public_url)

    def department(self, department_id: str) -> Json:
        return {"id": department_id, "name": self._directory.department_name(department_id)}

    def agent(self, agent_id: str | None) -> Json | None:
        return None if agent_id is None else {"id": agent_id, "name": self._directory.agent_name(agent_id)}

    def ticket_url(self, number: str) -> str:
        return f"{self.public_url}/t/{self._signer.link('ticket', number)}"

    def transcript_url(self, chat_id: str) -> str:
        return f"{self.public_url}/t/{self._signer.link('transcript', chat_id)}"

    def reset_url(self, agent_id: str, reset_id: str) -> str:
        """Where this person sets a new password."""
        return f"{self.public_url}/reset/{self._signer.link('reset', f'{agent_id}:{reset_id}')}"

    def person_url(self, mail_id: str) -> str:
        """Where a person gets, or erases, what is kept about them."""
        return f"{self.public_url}/privacy/{self._signer.link('person', mail_id)}"

    def message(self, m: Message) -> Json:
        out: Json = {
            "chat_id": m.chat_id,
            "seq": m.seq,
            "client_id": m.client_id,
            "author": author(m.author),
            "kind": m.kind,
            "body": m.body,
            "at": moment(m.at),
        }
        if m.file is not None:
            out["file"] = self.file(m.file)
        if m.event is not None:
            out["event"] = dict(m.event)
        return out

    def file(self, f: File) -> Json:
        """The same for every reader: its addresses open nothing without a token, a session or a signed link."""
        thumbnail = f.thumb_id and {
            "url": f"{self.public_url}/files/{f.thumb_id}",
            "width": f.thumb_width,
            "height": f.thumb_height,
        }
        return {
            "id": f.id,
            "name": f.name,
            "type": f.type,
            "size_bytes": f.size_bytes,
            "url": f"{self.public_url}/files/{f.id}",
            "thumbnail": thumbnail or None,
        }

    def chat_for_visitor(self, chat: Chat, queue: Json | None = None) -> Json:
        rating = chat.rating
        return {
            **self._chat(chat, queue),
            "read_seq": chat.agent_read_seq,
            "transcript_email": chat.visitor_email,
            "code_sent": self._awaits_code(chat),
            "rating": None
            if rating is None
            else {
                "score": rating.score,
                "effort": rating.effort,
                "recommend": rating.recommend,
                "comment": rating.comment,
            },
        }

    def chat_for_agent(self, chat: Chat, queue: Json | None = None, light: str | None = None) -> Json:
        return {
            **self._chat(chat, queue),
            "oldest_unanswered_at": moment(chat.unanswered_since) if chat.state != "closed" else None,
            "light": light,
            "tags": list(chat.tags),
            "summary": chat.summary,
            "read_seq": chat.visitor_read_seq,
            "code_sent": self._awaits_code(chat),
            "needs_resolution": chat.state == "closed" and chat.resolution is None,
        }

    def _awaits_code(self, chat: Chat) -> bool:
        until = chat.code_expires_at
        return until is not None and chat.state != "closed" and self._now() < until

    def _chat(self, chat: Chat, queue: Json | None) -> Json:
        return {
            "id": chat.id,
            "state": chat.state,
            "department": self.department(chat.department_id),
            "tier": chat.tier,
            "topic": chat.topic,
            "priority": chat.priority,
            "visitor": {
                "id": chat.visitor_id,
                "name": chat.visitor_name,
                "email": chat.visitor_email,
                "verified": chat.visitor_verified,
            },
            "agent": self.agent(chat.agent_id) if chat.state != "queued" else None,
            "created_at": moment(chat.created_at),
            "queued_at": moment(chat.queued_at),
            "assigned_at": moment(chat.assigned_at),
            "closed_at": moment(chat.closed_at),
            "last_seq": chat.last_seq,
            "queue": queue,
            "resolution": chat.resolution,
            "ticket": None
            if chat.ticket_number is None
            else {"number": chat.ticket_number, "url": self.ticket_url(chat.ticket_number)},
            "question": chat.question,
        }

    def ticket(self, t: Ticket) -> Json:
        """solution: of a finished ticket; of one that was opened again it is what was believed before."""
        rating = t.rating
        solution = None if t.solution is None else asdict(t.solution)
        return {
            "number": t.number,
            "status": t.status,
            "priority": t.priority,
            "department": self.department(t.department_id),
            "tier": t.tier,
            "topic": t.topic,
            "subject": t.subject,
            "channel": t.channel,
            "requester": {"name": t.requester_name, "email": t.requester_email, "verified": t.requester_verified},
            "assignee": self.agent(t.assignee),
            "checkpoint_at": moment(t.checkpoint_at),
            "created_at": moment(t.created_at),
            "updated_at": moment(t.updated_at),
            "chat_id": t.chat_id,
            "tags": list(t.tags),
            "url": self.ticket_url(t.number),
            "phone": t.phone,
            "call_at": moment(t.call_at),
            "called_before": t.called_before,
            "solved_at": moment(t.solved_at),
            "missed_at": moment(t.missed_at),
            "escalates_at": moment(self._tiers.escalates_at(t)),
            "solution": solution if t.status in FINAL_STATUSES else None,
            "earlier_solution": None if t.status in FINAL_STATUSES else solution,
            "rating": None
            if rating is None
            else {"score": rating.score, "comment": rating.comment, "at": moment(rating.at)},
            "problem": None,
            "reopened": t.reopened,
            "previous": t.previous,
        }

    def ticket_news(self, t: Ticket) -> Json:
        """That there is news of a ticket; what it is like now is read from the record."""
        return {
            "number": t.number,
            "status": t.status,
            "department": self.department(t.department_id),
            "tier": t.tier,
            "assignee": self.agent(t.assignee),
            "updated_at": moment(t.updated_at),
        }

    def me(self, agent: Agent) -> Json:
        """With what is not everybody's only where it is theirs: `may_search`, `may_export` (False), `ends_at`."""
        terms: Json = {name: False for name in ("may_search", "may_export") if not getattr(agent, name)}
        if agent.ends_at is not None:
            terms["ends_at"] = moment(agent.ends_at)
        return {
            "id": agent.id,
            "name": agent.name,
            "email": agent.email,
            "role": agent.role,
            "tier": agent.tier,
            "capacity": agent.capacity,
            "departments": [self.department(d) for d in agent.department_ids],
            **terms,
        }


def ticket_message(m: TicketMessage, mail: Mapping[str, Any] | None = None) -> Json:
    out: Json = {
        "id": m.id,
        "author": author(m.author),
        "verified": m.verified,
        "channel": m.channel,
        "body": m.body,
        "at": moment(m.at),
        "internal": m.internal,
        "quoted": m.quoted,
        "sender": m.sender,
        "client_id": m.client_id,
    }
    if mail is not None:
        out["mail"] = dict(mail)
    return out
