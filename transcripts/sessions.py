"""Where somebody is signed in. Read from records.py, like the rest of its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SignInMethod = Literal["password", "provider"]
SESSION_ID_CHARS = 24


@dataclass(frozen=True, slots=True)
class Session:
    """token_hash: sha256 of the bearer token, hex. The token itself is never stored.

    device: where it was opened, in words. address: from where, cut short. used_at: to the minute or so; None: not since
    it was opened. method: how its owner proved who they are.
    """

    token_hash: str
    agent_id: str
    created_at: datetime
    expires_at: datetime
    device: str = ""
    address: str = ""
    used_at: datetime | None = None
    method: SignInMethod = "password"

    @property
    def id(self) -> str:
        """Names it among those of its account, and opens nothing."""
        return self.token_hash[:SESSION_ID_CHARS]
