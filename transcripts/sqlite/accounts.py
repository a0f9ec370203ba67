"""Agents, departments, sign-ins, ready answers and small named values."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from transcripts.accounts import change_agent, require_admin, require_version
from transcripts.errors import Conflict, NotFound
from transcripts.operations import AgentChanges
from transcripts.records import Agent, Canned, CannedKey, Department, Session
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows, to_micros
from transcripts.sqlite.writer import Transaction

AGENTS = Rows(Agent, "agents", key="id")
DEPARTMENTS = Rows(Department, "departments", key="id")
SESSIONS = Rows(Session, "sessions", key="token_hash")
CANNED = Rows(Canned, "canned", key="n")


class Accounts(Part):
    async def add_agent(self, agent: Agent) -> None:
        def work(tx: Transaction) -> None:
            AGENTS.insert(tx.db, agent, email_folded=agent.email.casefold())

        await self._write(work)

    async def change_agent(
        self, agent_id: str, wanted: AgentChanges, *, if_version: int | None = None, keep_admin: bool = False
    ) -> Agent:
        def work(tx: Transaction) -> Agent:
            agent = AGENTS.one(tx.db, "WHERE id = ?", (agent_id,))
            if agent is None:
                raise NotFound(f"no agent {agent_id}")
            require_version(agent, if_version)
            changed = change_agent(agent, wanted)
            if keep_admin:
                require_admin(agent, changed, AGENTS.all(tx.db))
            AGENTS.update(tx.db, agent, changed)
            if changed.email != agent.email:
                folded = (changed.email.casefold(), agent_id)
                tx.db.execute("UPDATE agents SET email_folded = ? WHERE id = ?", folded)
            return changed

        return await self._write(work)

    async def agents(self) -> tuple[Agent, ...]:
        return await self._read(lambda db: AGENTS.all(db, "ORDER BY n"))

    async def add_department(self, department: Department) -> None:
        def work(tx: Transaction) -> None:
            DEPARTMENTS.insert(tx.db, department)

        await self._write(work)

    async def change_department(self, department: Department, *, if_version: int | None = None) -> Department:
        def work(tx: Transaction) -> Department:
            before = DEPARTMENTS.one(tx.db, "WHERE id = ?", (department.id,))
            if before is None:
                raise NotFound(f"no department {department.id}")
            require_version(before, if_version)
            after = replace(department, version=before.version + 1)
            DEPARTMENTS.update(tx.db, before, after)
            return after

        return await self._write(work)

    async def departments(self) -> tuple[Department, ...]:
        return await self._read(lambda db: DEPARTMENTS.all(db, "ORDER BY n"))

    async def add_session(self, session: Session, *, if_password: str | None = None) -> bool:
        def work(tx: Transaction) -> bool:
            if if_password is not None:
                agent = AGENTS.one(tx.db, "WHERE id = ?", (session.agent_id,))
                if agent is None or agent.password_hash != if_password:
                    return False
            # A good moment to forget those that ended by themselves.
            tx.db.execute("DELETE FROM sessions WHERE expires_at < ?", (to_micros(session.created_at),))
            SESSIONS.insert(tx.db, session)
            return True

        return await self._write(work)

    async def session(self, token_hash: str) -> Session | None:
        return await self._read(lambda db: SESSIONS.one(db, "WHERE token_hash = ?", (token_hash,)))

    async def end_session(self, token_hash: str) -> None:
        def work(tx: Transaction) -> None:
            tx.db.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))

        await self._write(work)

    async def end_sessions_of(self, agent_id: str, *, but: str | None = None) -> None:
        def work(tx: Transaction) -> None:
            tx.db.execute("DELETE FROM sessions WHERE agent_id = ? AND token_hash IS NOT ?", (agent_id, but))

        await self._write(work)

    async def save_canned(self, canned: Sequence[Canned]) -> None:
        def work(tx: Transaction) -> None:
            tx.db.execute("DELETE FROM canned")
            for answer in canned:
                CANNED.insert(tx.db, answer)

        await self._write(work)

    async def canned(self) -> tuple[Canned, ...]:
        return await self._read(lambda db: CANNED.all(db, "ORDER BY n"))

    async def put_canned(
        self, canned: Canned, *, replaces: CannedKey | None = None, if_version: int | None = None
    ) -> Canned:
        def work(tx: Transaction) -> Canned:
            if canned.key != replaces and _canned(tx, canned.key) is not None:
                raise Conflict("this shortcut is taken")
            if replaces is None:
                CANNED.insert(tx.db, canned)
                return canned
            n, before = _require_canned(tx, replaces, if_version)
            after = replace(canned, version=before.version + 1)
            tx.db.execute("DELETE FROM canned WHERE n = ?", (n,))
            CANNED.insert(tx.db, after, n=n)
            return after

        return await self._write(work)

    async def remove_canned(self, key: CannedKey, *, if_version: int | None = None) -> Canned:
        def work(tx: Transaction) -> Canned:
            n, before = _require_canned(tx, key, if_version)
            tx.db.execute("DELETE FROM canned WHERE n = ?", (n,))
            return before

        return await self._write(work)

    async def value(self, name: str) -> str | None:
        def question(db: sqlite3.Connection) -> str | None:
            row = db.execute("SELECT value FROM named_values WHERE name = ?", (name,)).fetchone()
            return None if row is None else str(row[0])

        return await self._read(question)

    async def set_value(self, name: str, value: str) -> str:
        def work(tx: Transaction) -> str:
            tx.db.execute("INSERT INTO named_values VALUES (?, ?) ON CONFLICT DO NOTHING", (name, value))
            (kept,) = tx.db.execute("SELECT value FROM named_values WHERE name = ?", (name,)).fetchone()
            return str(kept)

        return await self._write(work)

    async def swap_value(self, name: str, before: str | None, after: str | None) -> bool:
        def work(tx: Transaction) -> bool:
            row = tx.db.execute("SELECT value FROM named_values WHERE name = ?", (name,)).fetchone()
            if (None if row is None else str(row[0])) != before:
                return False
            if after is None:
                tx.db.execute("DELETE FROM named_values WHERE name = ?", (name,))
            else:
                tx.db.execute("REPLACE INTO named_values VALUES (?, ?)", (name, after))
            return True

        return await self._write(work)


def _canned(tx: Transaction, key: CannedKey) -> tuple[int, Canned] | None:
    """The row's place and what it says."""
    where = "WHERE shortcut = ? AND department_id IS ?"
    row = tx.db.execute(f"SELECT n FROM canned {where}", key).fetchone()
    kept = CANNED.one(tx.db, where, key)
    return None if row is None or kept is None else (int(row[0]), kept)


def _require_canned(tx: Transaction, key: CannedKey, if_version: int | None) -> tuple[int, Canned]:
    """Raises NotFound, VersionConflict."""
    found = _canned(tx, key)
    if found is None:
        raise NotFound(f"no ready answer {key}")
    require_version(found[1], if_version)
    return found
