"""What an account has besides its password: a second factor, recovery codes, a link that may set a new password.

One row per account, changed by compare-and-set: a code counts once and a link works once, whichever server is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from transcripts.records import Agent, Session


@dataclass(frozen=True, slots=True)
class Credentials:
    """version: 0 for an account that never had any of this; each change makes it one more.

    factor_secret: of the second factor (RFC 6238), encrypted by the server. factor_since: when it was confirmed by a
    code; None with a secret: it waits for that. last_step: the number of the 30 s of the last code that was taken.
    recovery: keyed hashes of the one-time codes that are left. reset_id: names the one link that may set a new
    password, until reset_until.
    """

    agent_id: str
    version: int = 0
    factor_secret: str | None = None
    factor_since: datetime | None = None
    last_step: int = 0
    recovery: tuple[str, ...] = ()
    reset_id: str | None = None
    reset_until: datetime | None = None

    @property
    def has_factor(self) -> bool:
        return self.factor_secret is not None and self.factor_since is not None


class CredentialStore(Protocol):
    async def credentials(self, agent_id: str) -> Credentials:
        """Version 0 where nothing was kept yet."""

    async def swap_credentials(self, after: Credentials) -> bool:
        """Keep it where what is kept has the version before it; False: it was changed meanwhile, and stays."""

    async def set_password(self, agent_id: str, password_hash: str, *, keep: str | None = None) -> Agent:
        """Change it and end all sessions of the account but the one of token hash `keep`. Raises NotFound."""

    async def sessions_of(self, agent_id: str) -> tuple[Session, ...]:
        """Also those that have expired; the newest first."""

    async def touch_sessions(self, used: Mapping[str, datetime]) -> None:
        """When they were used last, by token hash; one that has ended stays so."""
