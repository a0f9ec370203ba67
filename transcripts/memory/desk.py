"""What is not a conversation, in memory: visitors, mails, accounts, presence, the queue's journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from transcripts.accounts import change_agent, require_admin, require_version
from transcripts.cursors import number_of
from transcripts.errors import Conflict, NotFound
from transcripts.facts import MailQueued
from transcripts.memory.base import MemoryBase
from transcripts.operations import AgentChanges, NewMail
from transcripts.records import (
    LATE_ROWS,
    Agent,
    Canned,
    CannedKey,
    Department,
    EstimateShown,
    JournalEntry,
    Mail,
    MailState,
    PageView,
    PresenceRow,
    Proof,
    Session,
    Visitor,
)
from transcripts.ticket_changes import mail_of

_PAGES_KEPT = 50


class MemoryDesk(MemoryBase):
    def __init__(self) -> None:
        super().__init__()
        self._identities: dict[str, str] = {}
        self._pages: dict[str, list[PageView]] = {}
        self._leases: dict[str, datetime] = {}
        self._agents: dict[str, Agent] = {}
        self._departments: dict[str, Department] = {}
        self._sessions: dict[str, Session] = {}
        self._canned: tuple[Canned, ...] = ()
        self._values: dict[str, str] = {}
        self._presence: list[PresenceRow] = []
        self._proofs: dict[str, Proof] = {}
        self._journal: dict[tuple[str, int, str], JournalEntry] = {}
        self._estimates: list[EstimateShown] = []

    # ---- visitors -------------------------------------------------------------------------------------------------

    async def save_visitor(self, visitor: Visitor) -> None:
        self._visitors[visitor.id] = visitor

    async def visitor(self, visitor_id: str) -> Visitor | None:
        return self._visitors.get(visitor_id)

    async def claim_identity(self, jti: str, visitor_id: str, expires_at: datetime) -> bool:
        return self._identities.setdefault(jti, visitor_id) == visitor_id

    async def visitor_by_subject(self, subject: str) -> Visitor | None:
        same = [visitor for visitor in self._visitors.values() if visitor.subject == subject]
        return min(same, key=lambda visitor: (visitor.created_at, visitor.id), default=None)

    async def add_page(self, page: PageView) -> None:
        pages = [*self._pages.get(page.visitor_id, ()), page]
        self._pages[page.visitor_id] = sorted(pages, key=lambda item: item.at)[-_PAGES_KEPT:]

    async def pages(self, visitor_id: str) -> tuple[PageView, ...]:
        return tuple(reversed(self._pages.get(visitor_id, [])))

    # ---- mails ----------------------------------------------------------------------------------------------------

    async def queue_mail(self, mail: NewMail, at: datetime) -> None:
        if mail.id in self._mails:
            raise Conflict(f"mail {mail.id} exists")
        self._mails[mail.id] = mail_of(mail, at)
        self._tell([MailQueued(mail.id)])

    async def claim_due(self, now: datetime, *, lease_s: float, limit: int) -> tuple[Mail, ...]:
        due = [mail for mail in self._mails.values() if mail.state == "due" and self._claimable_at(mail) <= now]
        claimed = sorted(due, key=lambda mail: mail.due_at)[:limit]
        for mail in claimed:
            self._leases[mail.id] = now + timedelta(seconds=lease_s)
            self._mails[mail.id] = replace(mail, attempts=mail.attempts + 1)
        return tuple(self._mails[mail.id] for mail in claimed)

    async def mark_sent(self, mail_id: str, at: datetime, subject: str, raw: bytes) -> None:
        mail = self._released(mail_id)
        self._mails[mail_id] = replace(mail, state="sent", sent_at=at, subject=subject, raw=raw, error=None)

    async def mark_failed(self, mail_id: str, error: str, retry_at: datetime | None) -> None:
        mail = self._released(mail_id)
        state: MailState = "failed" if retry_at is None else "due"
        self._mails[mail_id] = replace(mail, state=state, error=error, due_at=retry_at or mail.due_at)

    async def retry_mail(self, mail_id: str, at: datetime) -> Mail:
        mail = self._mail(mail_id)
        if mail.state == "failed":
            self._mails[mail_id] = replace(mail, state="due", due_at=at)
            self._tell([MailQueued(mail_id)])
        return self._mails[mail_id]

    async def mail(self, mail_id: str) -> Mail | None:
        return self._mails.get(mail_id)

    async def mails(
        self, state: MailState | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Mail, ...], str | None]:
        numbered = list(enumerate(self._mails.values(), 1))[::-1]
        if cursor is not None:
            numbered = [(n, mail) for n, mail in numbered if n < number_of(cursor)]
        found = [(n, replace(mail, raw=None)) for n, mail in numbered if state is None or mail.state == state]
        page = found[:limit]
        return tuple(mail for _, mail in page), str(page[-1][0]) if len(found) > len(page) else None

    async def next_due(self) -> datetime | None:
        return min((self._claimable_at(mail) for mail in self._mails.values() if mail.state == "due"), default=None)

    def _claimable_at(self, mail: Mail) -> datetime:
        return max(mail.due_at, self._leases.get(mail.id, mail.due_at))

    def _mail(self, mail_id: str) -> Mail:
        if mail_id not in self._mails:
            raise NotFound(f"no mail {mail_id}")
        return self._mails[mail_id]

    def _released(self, mail_id: str) -> Mail:
        self._leases.pop(mail_id, None)
        return self._mail(mail_id)

    # ---- accounts -------------------------------------------------------------------------------------------------

    async def add_agent(self, agent: Agent) -> None:
        addresses = {known.email.casefold() for known in self._agents.values()}
        if agent.id in self._agents or agent.email.casefold() in addresses:
            raise Conflict("this agent exists")
        self._agents[agent.id] = agent

    async def change_agent(
        self, agent_id: str, wanted: AgentChanges, *, if_version: int | None = None, keep_admin: bool = False
    ) -> Agent:
        if agent_id not in self._agents:
            raise NotFound(f"no agent {agent_id}")
        before = self._agents[agent_id]
        require_version(before, if_version)
        changed = change_agent(before, wanted)
        addresses = {known.email.casefold() for known in self._agents.values() if known.id != agent_id}
        if changed.email.casefold() in addresses:
            raise Conflict("this address is another agent's")
        if keep_admin:
            require_admin(before, changed, self._agents.values())
        self._agents[agent_id] = changed
        return self._agents[agent_id]

    async def agents(self) -> tuple[Agent, ...]:
        return tuple(self._agents.values())

    async def add_department(self, department: Department) -> None:
        if department.id in self._departments:
            raise Conflict(f"department {department.id} exists")
        self._departments[department.id] = department

    async def change_department(self, department: Department, *, if_version: int | None = None) -> Department:
        before = self._departments.get(department.id)
        if before is None:
            raise NotFound(f"no department {department.id}")
        require_version(before, if_version)
        self._departments[department.id] = replace(department, version=before.version + 1)
        return self._departments[department.id]

    async def departments(self) -> tuple[Department, ...]:
        return tuple(self._departments.values())

    async def add_session(self, session: Session, *, if_password: str | None = None) -> bool:
        agent = self._agents.get(session.agent_id)
        if if_password is not None and (agent is None or agent.password_hash != if_password):
            return False
        self._sessions[session.token_hash] = session
        return True

    async def session(self, token_hash: str) -> Session | None:
        return self._sessions.get(token_hash)

    async def end_session(self, token_hash: str) -> None:
        self._sessions.pop(token_hash, None)

    async def end_sessions_of(self, agent_id: str, *, but: str | None = None) -> None:
        self._sessions = {
            key: held for key, held in self._sessions.items() if held.agent_id != agent_id or held.token_hash == but
        }

    async def save_canned(self, canned: Sequence[Canned]) -> None:
        self._canned = tuple(canned)

    async def canned(self) -> tuple[Canned, ...]:
        return self._canned

    async def put_canned(
        self, canned: Canned, *, replaces: CannedKey | None = None, if_version: int | None = None
    ) -> Canned:
        if canned.key != replaces and any(kept.key == canned.key for kept in self._canned):
            raise Conflict("this shortcut is taken")
        if replaces is None:
            self._canned = (*self._canned, canned)
            return canned
        before = self._require_canned(replaces, if_version)
        after = replace(canned, version=before.version + 1)
        self._canned = tuple(after if kept is before else kept for kept in self._canned)
        return after

    async def remove_canned(self, key: CannedKey, *, if_version: int | None = None) -> Canned:
        before = self._require_canned(key, if_version)
        self._canned = tuple(kept for kept in self._canned if kept is not before)
        return before

    def _require_canned(self, key: CannedKey, if_version: int | None) -> Canned:
        found = next((kept for kept in self._canned if kept.key == key), None)
        if found is None:
            raise NotFound(f"no ready answer {key}")
        require_version(found, if_version)
        return found

    async def value(self, name: str) -> str | None:
        return self._values.get(name)

    async def set_value(self, name: str, value: str) -> str:
        return self._values.setdefault(name, value)

    async def swap_value(self, name: str, before: str | None, after: str | None) -> bool:
        if self._values.get(name) != before:
            return False
        if after is None:
            self._values.pop(name, None)
        else:
            self._values[name] = after
        return True

    # ---- presence -------------------------------------------------------------------------------------------------

    async def record_presence(self, rows: Sequence[PresenceRow]) -> None:
        for row in rows:
            self._presence.append(replace(row, written=len(self._presence) + 1))

    async def presence(self, from_at: datetime, to_at: datetime) -> tuple[PresenceRow, ...]:
        ordered = sorted(self._presence, key=lambda row: (row.at, row.written))
        earlier = [row for row in ordered if row.at < from_at]
        newest = {row.agent_id: row.written for row in earlier}
        late = sorted((row for row in earlier if row.at >= from_at - LATE_ROWS), key=lambda row: row.written)
        last = {row.agent_id: row.written for row in late}
        before = {*newest.values(), *last.values()}
        return tuple(row for row in ordered if from_at <= row.at < to_at or row.written in before)

    async def prove_life(self, proof: Proof) -> None:
        self._proofs[proof.process_id] = proof

    async def release(self, process_id: str) -> None:
        """Whatever was begun ended with its process."""

    async def proofs(self) -> tuple[Proof, ...]:
        return tuple(sorted(self._proofs.values(), key=lambda proof: (proof.started_at, proof.process_id)))

    # ---- journal --------------------------------------------------------------------------------------------------

    async def append_journal(self, entries: Sequence[JournalEntry]) -> None:
        for entry in entries:
            self._journal.setdefault((entry.epoch, entry.version, entry.kind), entry)

    async def decisions_of(self, chat_id: str) -> tuple[JournalEntry, ...]:
        return tuple(entry for entry in self._journal.values() if chat_id in entry.decided)

    async def journal(self, epoch: str, version: int) -> tuple[JournalEntry, ...]:
        entries = self._entries_of(epoch)
        before = [entry for entry in entries if entry.kind == "snapshot" and entry.version < version]
        if not before:
            return ()
        start = before[-1]
        commands = [entry for entry in entries if entry.kind == "command" and start.version < entry.version <= version]
        return (start, *commands)

    async def epochs(self) -> tuple[tuple[str, int], ...]:
        return tuple((epoch, self._entries_of(epoch)[-1].version) for epoch in self._epochs())

    async def prune_journal(self, before: datetime) -> None:
        epochs = self._epochs()
        for epoch in epochs:
            entries = self._entries_of(epoch)
            starts = [entry.version for entry in entries if entry.kind == "snapshot" and entry.at < before]
            if epoch != epochs[-1] and all(entry.at < before for entry in entries):
                entries = []
            elif starts:
                start = starts[-1]
                entries = [e for e in entries if e.version > start or (e.version == start and e.kind == "snapshot")]
            kept = {id(entry) for entry in entries}
            self._journal = {k: e for k, e in self._journal.items() if e.epoch != epoch or id(e) in kept}

    async def record_estimates(self, shown: Sequence[EstimateShown]) -> None:
        self._estimates.extend(shown)

    def _epochs(self) -> list[str]:
        return list(dict.fromkeys(epoch for epoch, _, _ in self._journal))

    def _entries_of(self, epoch: str) -> list[JournalEntry]:
        entries = [entry for entry in self._journal.values() if entry.epoch == epoch]
        return sorted(entries, key=lambda entry: entry.version)
