"""Who may sign in, and who is signed in: passwords (argon2id) and opaque sessions of which only a hash is kept.

Addresses and passwords come validated from the web layer, which also limits how often one may try.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final, TypeVar
from weakref import WeakValueDictionary

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from server.clock import Clock
from server.errors import Refusal
from server.services.directory import Directory
from transcripts.operations import AgentChanges
from transcripts.port import AccountStore
from transcripts.records import Agent, Session

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

SESSION_LIFE = timedelta(hours=12)
SESSION_CACHE_S = 3.0
SESSION_CACHE_MAX = 10_000
# One hash takes 64 MiB and about a quarter of a second of one core.
HASHING_THREADS = 2
HASHING_QUEUE_MAX = 32
PASSWORD_MIN, PASSWORD_MAX = 8, 1024

# Of a random password nobody knows: an unknown address costs the same work as a known one, so that the time of the
# answer does not tell which addresses have an account. A test holds its parameters to those of HASHER.
NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$rZPWxuQOXf5zs9R9oqgAjA$/ynqyRvb+EiPM1ldRaxi9RkGw/jz5/tAwsuLcbR6VM8"
)
HASHER: Final = PasswordHasher()


class Accounts:
    def __init__(self, store: AccountStore, directory: Directory, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._threads = ThreadPoolExecutor(HASHING_THREADS, thread_name_prefix="passwords")
        self._hashing = 0
        self._sessions: dict[str, tuple[float, Session]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def sign_in(self, email: str, password: str, address: str) -> tuple[str, Agent, datetime]:
        """(bearer token, who it is, until when). address: the client's network address, for the log.

        Raises Refusal unauthorized with one sentence for every cause, rate_limited where too many wait for a thread.
        """
        agent = self._directory.agent_by_email(email)
        known = agent is not None and agent.disabled_at is None
        fits = await self._in_thread(_fits, agent.password_hash if agent and known else NOBODYS_HASH, password)
        if agent is None or not known or not fits:
            log.info("sign_in_refused", address=address, agent=agent.id if agent else None)
            raise Refusal("unauthorized", "This address and password do not fit together. Check both and try again.")
        if HASHER.check_needs_rehash(agent.password_hash):
            agent = await self._rehash(agent, password)
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        session = Session(_token_hash(token), agent.id, now, now + SESSION_LIFE)
        await self._store.add_session(session)
        log.info("signed_in", agent=agent.id)
        return token, agent, session.expires_at

    def turn_of(self, account: str) -> asyncio.Lock:
        """Held by whoever tries to sign in to this account; forgotten when nobody does."""
        return self._turns.setdefault(account, asyncio.Lock())

    async def agent_of(self, token: str) -> Agent | None:
        """Whose session it is; None where there is none, it has expired, or the account is disabled.

        A session that another process ended may still be known for SESSION_CACHE_S.
        """
        token_hash = _token_hash(token)
        session = self._cached(token_hash)
        if session is None:
            session = await self._store.session(token_hash)
            if session is not None:
                self._keep(session)
        if session is None or session.expires_at <= self._clock.now():
            return None
        agent = self._directory.agent(session.agent_id)
        return agent if agent is not None and agent.disabled_at is None else None

    async def sign_out(self, token: str) -> None:
        token_hash = _token_hash(token)
        self._sessions.pop(token_hash, None)
        await self._store.end_session(token_hash)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def set_weekly_report(self, agent_id: str, wanted: bool) -> None:
        """Raises StoreUnavailable."""
        changed = await self._store.change_agent(agent_id, AgentChanges(weekly_report=wanted))
        self._directory.put_agent(changed)

    async def _rehash(self, agent: Agent, password: str) -> Agent:
        password_hash = await self._in_thread(HASHER.hash, password)
        changed = await self._store.change_agent(agent.id, AgentChanges(password_hash=password_hash))
        self._directory.put_agent(changed)
        return changed

    async def _in_thread(self, work: Callable[..., Result], *args: str) -> Result:
        if self._hashing >= HASHING_QUEUE_MAX:
            raise Refusal("rate_limited", "Too many people sign in just now. Try again shortly.", retry_after_s=5)
        self._hashing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._hashing -= 1

    def _cached(self, token_hash: str) -> Session | None:
        known = self._sessions.get(token_hash)
        return known[1] if known is not None and self._clock.monotonic_s() < known[0] else None

    def _keep(self, session: Session) -> None:
        if len(self._sessions) >= SESSION_CACHE_MAX:
            self._sessions.clear()
        self._sessions[session.token_hash] = (self._clock.monotonic_s() + SESSION_CACHE_S, session)


def hash_password(password: str) -> str:
    """For the command line, which has no other work to hold up. Takes about 0.25 s."""
    return HASHER.hash(password)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
