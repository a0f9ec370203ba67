"""Tokens with which programs use the HTTP API in somebody's stead: made once, shown once, ended at once.

All of them are known in memory and read again every few seconds, so a request costs no question to the record, and one
that was ended at another server is refused here within seconds. Sockets take none: a token has no presence.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from server.clock import Clock
from server.errors import Refusal, not_found
from server.ids import new_id
from server.limits import Limits
from server.services.audit.auditing import Auditing
from server.services.known.directory import Directory
from transcripts.errors import NotFound
from transcripts.records import Agent, Role
from transcripts.tokens import ApiToken, TokenScope, TokenStore

PREFIX = "smf_"
ACTOR = "token:"
"""Before a token's id, where an agent's would stand: who wrote this, who changed that."""
HINT_CHARS = 4
TOKENS_MAX = 200
TOUCH_EVERY_S = 20.0
_SAFE = frozenset({"GET", "HEAD"})


def is_api_token(token: str) -> bool:
    return token.startswith(PREFIX)


class ApiTokens:
    def __init__(self, store: TokenStore, directory: Directory, limits: Limits, audit: Auditing, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._limits = limits
        self._audit = audit
        self._clock = clock
        self._known: dict[str, ApiToken] = {}
        self._ended: set[str] = set()  # here: what is read meanwhile may be older
        self._used: dict[str, datetime] = {}
        self._touched_s = 0.0

    async def refresh(self) -> None:
        """Take over what other servers did, and keep now and then which tokens were used. Raises StoreUnavailable."""
        if self._used and self._clock.monotonic_s() - self._touched_s >= TOUCH_EVERY_S:
            used, self._used = self._used, {}
            self._touched_s = self._clock.monotonic_s()
            await self._store.touch_tokens(used)
        self._known = {token.token_hash: token for token in await self._store.tokens()}

    async def all(self) -> tuple[ApiToken, ...]:
        """Newest first, with the uses that are not written down yet."""
        return tuple(
            replace(token, last_used_at=self._used.get(token.id, token.last_used_at))
            for token in await self._store.tokens()
        )

    def name_of(self, token_id: str) -> str | None:
        return next((token.name for token in self._known.values() if token.id == token_id), None)

    async def make(
        self,
        actor: Agent,
        name: str,
        role: Role,
        department_ids: Sequence[str],
        scope: TokenScope,
        expires_at: datetime | None,
    ) -> tuple[ApiToken, str]:
        """The token as it is kept, and the secret, which is nowhere else. Raises Refusal invalid, conflict."""
        now = self._clock.now()
        if expires_at is not None and expires_at <= now:
            raise Refusal("invalid", "This moment has passed. Choose one ahead.", field="expires_at")
        departments = self._departments(role, department_ids)
        if sum(token.is_good(now) for token in await self._store.tokens()) >= TOKENS_MAX:
            raise Refusal("conflict", f"There are {TOKENS_MAX} tokens already. End those that nobody uses.")
        secret = PREFIX + secrets.token_urlsafe(32)
        token = ApiToken(
            new_id(), name, _hash(secret), secret[-HINT_CHARS:], role, departments, scope, now, actor.id, expires_at
        )
        until = expires_at.isoformat() if expires_at else None
        told = {"name": name, "role": role, "departments": list(departments), "scope": scope, "expires_at": until}
        await self._audit.along(
            actor, "token.made", f"{ACTOR}{token.id}", lambda store: store.add_token(token), lambda _: told
        )
        self._known[token.token_hash] = token
        return token, secret

    async def end(self, actor: Agent, token_id: str) -> ApiToken:
        """No request with it is answered any more. One that has ended stays so. Raises Refusal not_found."""
        was_known = {token.id: token for token in await self._store.tokens()}.get(token_id)
        is_new = was_known is not None and was_known.ended_at is None
        now = self._clock.now()
        try:
            ended = await self._audit.along(
                actor,
                "token.ended",
                f"{ACTOR}{token_id}",
                lambda store: store.end_token(token_id, now),
                lambda ended: {"name": ended.name} if is_new else None,
            )
        except NotFound as exc:
            raise not_found("token") from exc
        self._known[ended.token_hash] = ended
        self._ended.add(token_id)
        return ended

    async def caller(self, secret: str, address: str, method: str) -> Agent:
        """Whom the token stands for. Raises Refusal unauthorized, forbidden (what tokens may not), rate_limited."""
        self._limits.check("token_failed", address)
        token, now = await self._find(secret), self._clock.now()
        if token is None or token.id in self._ended or not token.is_good(now):
            self._limits.hit("token_failed", address)
            raise Refusal("unauthorized", "This token has ended, or is none. Ask an admin for a new one.")
        self._limits.hit("token", token.id)
        self._used[token.id] = now
        if token.scope == "read" and method not in _SAFE:
            raise Refusal("forbidden", "This token may only read. Ask an admin for one that may write.")
        return _stand_in(token)

    async def _find(self, secret: str) -> ApiToken | None:
        token_hash = _hash(secret)
        known = self._known.get(token_hash)
        if known is None:
            known = await self._store.token_by_hash(token_hash)  # made a moment ago at another server
        return known

    def _departments(self, role: Role, department_ids: Sequence[str]) -> tuple[str, ...]:
        if role == "admin":
            return ()
        for department_id in department_ids:
            if self._directory.department(department_id) is None:
                raise Refusal("invalid", "There is no such department. Choose one of the list.", field="departments")
        if role == "agent" and not department_ids:
            raise Refusal("invalid", "Choose the departments that it sees.", field="departments")
        return tuple(dict.fromkeys(department_ids))


def _stand_in(token: ApiToken) -> Agent:
    """An agent that nobody can sign in as."""
    return Agent(
        id=f"{ACTOR}{token.id}",
        email="",
        name=token.name,
        role=token.role,
        department_ids=token.department_ids,
        tier=3,
        capacity=0,
        password_hash="",
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
