"""Agents, departments, sign-ins, ready answers and small named values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcripts.accounts import change_agent, require_admin, require_version
from transcripts.errors import Conflict, NotFound
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Transaction, View
from transcripts.operations import AgentChanges
from transcripts.records import Agent, Canned, CannedKey, Department, Session

AGENTS = Documents(Agent, key="id")
DEPARTMENTS = Documents(Department, key="id")
SESSIONS = Documents(Session, key="token_hash")
CANNED = Documents(Canned)


class Accounts(Part):
    async def add_agent(self, agent: Agent) -> None:
        async def work(tx: Transaction) -> None:
            n = await count_up(tx, "account")
            document = AGENTS.document(agent, n=n, email_folded=agent.email.casefold())
            await tx.db["agents"].insert_one(document, session=tx.session)

        await self._write(work, "counter:account")

    async def change_agent(
        self, agent_id: str, wanted: AgentChanges, *, if_version: int | None = None, keep_admin: bool = False
    ) -> Agent:
        async def work(tx: Transaction) -> Agent:
            document = await tx.db["agents"].find_one({"_id": agent_id}, session=tx.session)
            if document is None:
                raise NotFound(f"no agent {agent_id}")
            agent = AGENTS.of(document)
            require_version(agent, if_version)
            changed = change_agent(agent, wanted)
            if keep_admin:
                # Counted, so that two servers that each take one of two admins away collide.
                await count_up(tx, "admins")
                documents = await tx.db["agents"].find(session=tx.session).to_list(None)
                require_admin(agent, changed, map(AGENTS.of, documents))
            sets = AGENTS.changes(agent, changed)
            if changed.email != agent.email:
                sets["email_folded"] = changed.email.casefold()
            if sets:
                await tx.db["agents"].update_one({"_id": agent_id}, {"$set": sets}, session=tx.session)
            return changed

        return await self._write(work, f"account:{agent_id}", *(["counter:admins"] if keep_admin else []))

    async def agents(self) -> tuple[Agent, ...]:
        async def question(view: View) -> tuple[Agent, ...]:
            return tuple(map(AGENTS.of, await view.db["agents"].find().sort("n", 1).to_list(None)))

        return await self._read(question)

    async def add_department(self, department: Department) -> None:
        async def work(tx: Transaction) -> None:
            n = await count_up(tx, "department")
            await tx.db["departments"].insert_one(DEPARTMENTS.document(department, n=n), session=tx.session)

        await self._write(work, "counter:department")

    async def change_department(self, department: Department, *, if_version: int | None = None) -> Department:
        async def work(tx: Transaction) -> Department:
            document = await tx.db["departments"].find_one({"_id": department.id}, session=tx.session)
            if document is None:
                raise NotFound(f"no department {department.id}")
            before = DEPARTMENTS.of(document)
            require_version(before, if_version)
            after = replace(department, version=before.version + 1)
            sets = DEPARTMENTS.changes(before, after)
            await tx.db["departments"].update_one({"_id": department.id}, {"$set": sets}, session=tx.session)
            return after

        return await self._write(work, f"department:{department.id}")

    async def departments(self) -> tuple[Department, ...]:
        async def question(view: View) -> tuple[Department, ...]:
            return tuple(map(DEPARTMENTS.of, await view.db["departments"].find().sort("n", 1).to_list(None)))

        return await self._read(question)

    async def add_session(self, session: Session, *, if_password: str | None = None) -> bool:
        async def work(tx: Transaction) -> bool:
            if if_password is not None:
                # Counted, so that it collides with a change of the password on another server.
                same, counted = {"_id": session.agent_id, "password_hash": if_password}, {"$inc": {"signed_in": 1}}
                checked = await tx.db["agents"].update_one(same, counted, session=tx.session)
                if checked.matched_count != 1:
                    return False
            # A good moment to forget those that ended by themselves.
            ended = {"expires_at": {"$lt": to_micros(session.created_at)}}
            await tx.db["sessions"].delete_many(ended, session=tx.session)
            await tx.db["sessions"].insert_one(SESSIONS.document(session), session=tx.session)
            return True

        return await self._write(work, f"account:{session.agent_id}", "sessions")

    async def session(self, token_hash: str) -> Session | None:
        async def question(view: View) -> Session | None:
            document = await view.db["sessions"].find_one({"_id": token_hash})
            return None if document is None else SESSIONS.of(document)

        return await self._read(question)

    async def end_session(self, token_hash: str) -> None:
        async def work(tx: Transaction) -> None:
            await tx.db["sessions"].delete_one({"_id": token_hash}, session=tx.session)

        await self._write(work, "sessions")

    async def end_sessions_of(self, agent_id: str, *, but: str | None = None) -> None:
        async def work(tx: Transaction) -> None:
            ended = {"agent_id": agent_id, "_id": {"$ne": but}}
            await tx.db["sessions"].delete_many(ended, session=tx.session)

        await self._write(work, "sessions")

    async def save_canned(self, canned: Sequence[Canned]) -> None:
        async def work(tx: Transaction) -> None:
            await tx.db["canned"].delete_many({}, session=tx.session)
            if canned:
                documents = [CANNED.document(answer, n=n) for n, answer in enumerate(canned)]
                await tx.db["canned"].insert_many(documents, session=tx.session)

        await self._write(work, "canned")

    async def canned(self) -> tuple[Canned, ...]:
        async def question(view: View) -> tuple[Canned, ...]:
            return tuple(map(CANNED.of, await view.db["canned"].find().sort("n", 1).to_list(None)))

        return await self._read(question)

    async def put_canned(
        self, canned: Canned, *, replaces: CannedKey | None = None, if_version: int | None = None
    ) -> Canned:
        async def work(tx: Transaction) -> Canned:
            if canned.key != replaces and await _canned(tx, canned.key) is not None:
                raise Conflict("this shortcut is taken")
            if replaces is None:
                last = await tx.db["canned"].find_one(sort=[("n", -1)], session=tx.session)
                document = CANNED.document(canned, n=1 + (last["n"] if last else -1))
                await tx.db["canned"].insert_one(document, session=tx.session)
                return canned
            found, before = await _require_canned(tx, replaces, if_version)
            after = replace(canned, version=before.version + 1)
            document = CANNED.document(after, n=found["n"])
            await tx.db["canned"].replace_one({"_id": found["_id"]}, document, session=tx.session)
            return after

        return await self._write(work, "canned")

    async def remove_canned(self, key: CannedKey, *, if_version: int | None = None) -> Canned:
        async def work(tx: Transaction) -> Canned:
            found, before = await _require_canned(tx, key, if_version)
            await tx.db["canned"].delete_one({"_id": found["_id"]}, session=tx.session)
            return before

        return await self._write(work, "canned")

    async def value(self, name: str) -> str | None:
        async def question(view: View) -> str | None:
            kept = await view.db["named_values"].find_one({"_id": name})
            return None if kept is None else str(kept["value"])

        return await self._read(question)

    async def set_value(self, name: str, value: str) -> str:
        async def work(tx: Transaction) -> str:
            kept = await tx.db["named_values"].find_one({"_id": name}, session=tx.session)
            if kept is not None:
                return str(kept["value"])
            await tx.db["named_values"].insert_one({"_id": name, "value": value}, session=tx.session)
            return value

        return await self._write(work, f"value:{name}")

    async def swap_value(self, name: str, before: str | None, after: str | None) -> bool:
        async def work(tx: Transaction) -> bool:
            values, key = tx.db["named_values"], {"_id": name}
            kept = await values.find_one(key, session=tx.session)
            if (None if kept is None else str(kept["value"])) != before:
                return False
            if after is None:
                await values.delete_one(key, session=tx.session)
            else:
                await values.replace_one(key, {"value": after}, upsert=True, session=tx.session)
            return True

        return await self._write(work, f"value:{name}")


async def _canned(tx: Transaction, key: CannedKey) -> Document | None:
    where = {"shortcut": key[0], "department_id": key[1]}
    found: Document | None = await tx.db["canned"].find_one(where, session=tx.session)
    return found


async def _require_canned(tx: Transaction, key: CannedKey, if_version: int | None) -> tuple[Document, Canned]:
    """As it is kept, and what it says. Raises NotFound, VersionConflict."""
    found = await _canned(tx, key)
    if found is None:
        raise NotFound(f"no ready answer {key}")
    before = CANNED.of(found)
    require_version(before, if_version)
    return found, before
