"""Who may sign in, and who is signed in: passwords, second factors and opaque sessions of which only a hash is kept.

Addresses and passwords come validated from the web layer, which also limits how often one may try.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol
from weakref import WeakValueDictionary

import structlog

from server.clock import Clock
from server.errors import Refusal, not_found
from server.services.accounts.devices import cut_short
from server.services.accounts.passwords import NOBODYS_HASH, Passwords, is_outdated
from server.services.accounts.second_factor import SecondFactor
from server.services.audit.auditing import Auditing
from server.services.known.directory import Directory
from transcripts.accounts import AccountStore
from transcripts.credentials import CredentialStore
from transcripts.operations import AgentChanges
from transcripts.records import Agent, Session, SignInMethod

log = structlog.get_logger(__name__)

SESSION_COOKIE = "semafor_session"
SESSION_LIFE = timedelta(hours=12)
SESSION_CACHE_S = 2.0
SESSION_CACHE_MAX = 10_000
USED_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was used last."""


class AccountsStore(AccountStore, CredentialStore, Protocol):
    """What of the record accounts are in."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """must_enrol: their role asks for a second factor, and until it is set up nothing else is to be done."""

    session: Session
    agent: Agent
    must_enrol: bool


class Accounts:
    def __init__(
        self,
        store: AccountsStore,
        directory: Directory,
        clock: Clock,
        factor: SecondFactor,
        audit: Auditing,
    ) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._factor = factor
        self._audit = audit
        self.passwords = Passwords()
        self._sessions: dict[str, tuple[float, Session, bool]] = {}
        self._used: dict[str, datetime] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    # ---- signing in

    async def sign_in(
        self, email: str, password: str, address: str, *, code: str | None = None, device: str = ""
    ) -> tuple[str, Agent, datetime]:
        """(bearer token, who it is, until when). address: the client's network address. code: of the second factor.

        Raises Refusal unauthorized with one sentence for every cause, second_factor where the password fits and the
        code is missing (no field) or wrong (field code), rate_limited where too many wait for a thread.
        """
        agent = self._directory.agent_by_email(email)
        known = agent is not None and agent.disabled_at is None
        fits = await self.passwords.fits(agent.password_hash if agent and known else NOBODYS_HASH, password)
        if agent is None or not known or not fits:
            log.info("sign_in_refused", address=address, agent=agent.id if agent else None)
            await self.note_failure(agent, "password", address)
            raise _refused()
        checked = agent.password_hash
        try:
            used = await self._factor.check(agent, code)
        except Refusal as refusal:
            if refusal.field is not None:
                await self.note_failure(agent, "second_factor", address)
            raise
        if is_outdated(checked):
            agent = await self._rehash(agent, password)
            checked = agent.password_hash
        by = "password" if used is None else used
        return await self.open_session(agent, address, device=device, by=by, if_password=checked)

    async def open_session(
        self,
        agent: Agent,
        address: str,
        *,
        device: str,
        by: str,
        method: SignInMethod = "password",
        if_password: str | None = None,
    ) -> tuple[str, Agent, datetime]:
        """For somebody who has proved who they are; as `sign_in` answers. by: how, for the audit log.

        if_password: the hash that was checked. Raises Refusal unauthorized where the password is another by now.
        """
        token, now = secrets.token_urlsafe(32), self._clock.now()
        network = cut_short(address)
        session = Session(
            _token_hash(token), agent.id, now, now + SESSION_LIFE, device=device, address=network, method=method
        )
        told = {"by": by, "session": session.id, "address": network}
        was_kept = await self._audit.along(
            agent,
            "session.began",
            f"agent:{agent.id}",
            lambda store: store.add_session(session, if_password=if_password),
            lambda was_kept: told if was_kept else None,
        )
        if not was_kept:
            raise _refused()
        log.info("signed_in", agent=agent.id)
        return token, agent, session.expires_at

    def turn_of(self, account: str) -> asyncio.Lock:
        """Held by whoever tries to sign in to this account; forgotten when nobody does."""
        return self._turns.setdefault(account, asyncio.Lock())

    # ---- being signed in

    async def agent_of(self, token: str) -> Agent | None:
        """Whose session it is; None where there is none, it has expired, the account is disabled or must enrol first.

        A session that another process ended may still be known for SESSION_CACHE_S.
        """
        found = await self.signed_in(token)
        return None if found is None or found.must_enrol else found.agent

    async def signed_in(self, token: str) -> SignedIn | None:
        """As `agent_of`, also for those who have to set up their second factor first."""
        token_hash = _token_hash(token)
        cached = self._sessions.get(token_hash)
        now = self._clock.now()
        if cached is None or self._clock.monotonic_s() >= cached[0]:
            self._sessions.pop(token_hash, None)
            session = await self._store.session(token_hash)
            agent = None if session is None else self._directory.agent(session.agent_id)
            if session is None or agent is None:
                return None
            must_enrol = session.method == "password" and await self._factor.is_missing(agent)
            self._keep(session, must_enrol)
        else:
            _, session, must_enrol = cached
            agent = self._directory.agent(session.agent_id)
        if session.expires_at <= now or agent is None or agent.disabled_at is not None:
            return None
        if now - (session.used_at or session.created_at) >= USED_EVERY:
            self._used[token_hash] = now
        return SignedIn(session, agent, must_enrol)

    async def tick(self) -> None:
        """Keep which sessions were used. Raises StoreUnavailable; the next round has them again if they are used."""
        used, self._used = self._used, {}
        await self._store.touch_sessions(used)

    async def sessions_of(self, agent: Agent) -> tuple[Session, ...]:
        """Those that are open, the newest first."""
        now = self._clock.now()
        found = await self._store.sessions_of(agent.id)
        return tuple(session for session in found if session.expires_at > now)

    # ---- ending sessions

    async def sign_out(self, token: str) -> None:
        found = await self.signed_in(token)
        agent, session_id = (None, None) if found is None else (found.agent, found.session.id)
        await self._end(_token_hash(token), agent, session_id)

    async def end_session(self, agent: Agent, session_id: str) -> str:
        """One of one's own; its token hash. Raises Refusal not_found."""
        for session in await self.sessions_of(agent):
            if session.id == session_id:
                await self._end(session.token_hash, agent, session.id)
                return session.token_hash
        raise not_found("session")

    async def end_sessions(self, actor: Agent | str, agent: Agent, *, but: str | None = None) -> int:
        """All of an account's, except the one of token hash `but`; how many. actor: who ends them."""
        ended = [session for session in await self.sessions_of(agent) if session.token_hash != but]
        await self._audit.along(
            actor,
            "session.ended",
            f"agent:{agent.id}",
            lambda store: store.end_sessions_of(agent.id, but=but),
            lambda _: {"sessions": len(ended)} if ended else None,
        )
        self.forget(agent.id)
        return len(ended)

    def forget(self, agent_id: str) -> None:
        """Ask the record about this account's sessions again."""
        self._sessions = {key: held for key, held in self._sessions.items() if held[1].agent_id != agent_id}

    def close(self) -> None:
        self.passwords.close()

    # ---- one's own account

    async def set_weekly_report(self, agent_id: str, wanted: bool) -> None:
        """Raises StoreUnavailable."""
        changed = await self._store.change_agent(agent_id, AgentChanges(weekly_report=wanted))
        self._directory.put_agent(changed)

    async def require_password(self, agent: Agent, password: str, field: str = "password") -> None:
        """Who sits at the account is its owner. Raises Refusal invalid."""
        if not await self.passwords.fits(agent.password_hash, password):
            raise Refusal("invalid", "This is not your password.", field=field)

    async def set_password(
        self,
        agent: Agent,
        password: str,
        *,
        actor: Agent | str,
        by: str,
        action: Literal["password.changed", "password.reset"] = "password.changed",
        keep: str | None = None,
    ) -> Agent:
        """Change it; every session of the account ends but the one of token hash `keep`.

        actor, by, action: who did it, and how, for the audit log.
        """
        password_hash = await self.passwords.hash(password)
        changed = await self._audit.along(
            actor,
            action,
            f"agent:{agent.id}",
            lambda store: store.set_password(agent.id, password_hash, keep=keep),
            lambda _: {"by": by},
        )
        self._directory.put_agent(changed)
        self.forget(agent.id)
        return changed

    # ---- inside

    async def _rehash(self, agent: Agent, password: str) -> Agent:
        password_hash = await self.passwords.hash(password)
        changed = await self._store.change_agent(agent.id, AgentChanges(password_hash=password_hash))
        self._directory.put_agent(changed)
        return changed

    async def _end(self, token_hash: str, agent: Agent | None, session_id: str | None) -> None:
        """agent None: nobody's any more, which is nothing to tell of."""
        self._sessions.pop(token_hash, None)
        if agent is None:
            await self._store.end_session(token_hash)
            return
        await self._audit.along(
            agent,
            "session.ended",
            f"agent:{agent.id}",
            lambda store: store.end_session(token_hash),
            lambda _: {"session": session_id},
        )

    async def note_failure(self, agent: Agent | None, what: str, address: str) -> None:
        """Of an unknown address only that there was one: people type passwords into the wrong field."""
        subject = "agent:unknown" if agent is None else f"agent:{agent.id}"
        detail: Mapping[str, str] = {"wrong": what, "address": cut_short(address)}
        await self._audit.note("system", "session.failed", subject, **detail)

    def _keep(self, session: Session, must_enrol: bool) -> None:
        if len(self._sessions) >= SESSION_CACHE_MAX:
            self._sessions.clear()
        self._sessions[session.token_hash] = (self._clock.monotonic_s() + SESSION_CACHE_S, session, must_enrol)


def _refused() -> Refusal:
    return Refusal("unauthorized", "This address and password do not fit together. Check both and try again.")


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
