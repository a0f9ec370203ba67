"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and ten recovery codes for when it is lost.

A code counts once: the record keeps the number of its 30 s, and takes none of before. The app's secret is kept
encrypted and shown once; of recovery codes only keyed hashes are kept.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

import pyotp

from server.clock import Clock
from server.errors import Refusal
from server.services.audit.auditing import Auditing
from server.settings import Settings
from server.signing import BadSignature, Signer
from transcripts.audit import AuditAction
from transcripts.credentials import Credentials, CredentialStore
from transcripts.records import Agent

Used = Literal["totp", "recovery"]

STEP_S = 30
WINDOW: Final = (-1, 0, 1)
"""Steps beside the present one that count too: clocks differ, and people type for a while."""
SECRET_CHARS = 32  # base32: 160 bits, as RFC 4226 recommends
RECOVERY_CODES = 10
RECOVERY_GROUP, RECOVERY_GROUPS = 5, 3
# Without the letters and figures that are read for each other: 31^15 is about 2^74.
_RECOVERY_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_SEALED_AS = "second factor"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is given, once. uri: for its QR code (otpauth://totp/...)."""

    secret: str
    uri: str


class SecondFactor:
    def __init__(
        self, store: CredentialStore, signer: Signer, clock: Clock, settings: Settings, audit: Auditing
    ) -> None:
        self._store = store
        self._audit = audit
        self._signer = signer
        self._clock = clock
        self._settings = settings

    def is_required(self, agent: Agent) -> bool:
        return agent.role in self._settings.second_factor_roles

    async def of(self, agent: Agent) -> Credentials:
        return await self._store.credentials(agent.id)

    async def is_missing(self, agent: Agent) -> bool:
        """It is required, and not there."""
        return self.is_required(agent) and not (await self.of(agent)).has_factor

    async def begin(self, agent: Agent) -> Enrolment:
        """A new secret, which counts from its first code on. Raises Refusal conflict where there is one that counts."""
        secret = pyotp.random_base32(SECRET_CHARS)
        sealed = self._signer.sealed(_SEALED_AS, secret)

        def begun(before: Credentials) -> Credentials:
            if before.has_factor:
                raise Refusal("conflict", "There is a second factor already. Take it away first.")
            return replace(before, factor_secret=sealed, factor_since=None)

        await self._change(agent, begun)
        name = self._settings.site_name
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=agent.email, issuer_name=name))

    async def confirm(self, agent: Agent, code: str) -> tuple[str, ...]:
        """The recovery codes, shown once. Raises Refusal conflict, or invalid for a wrong code."""
        codes, now = _new_codes(), self._clock.now()

        def confirmed(before: Credentials) -> Credentials:
            if before.factor_secret is None or before.has_factor:
                raise Refusal("conflict", "No second factor waits for its first code. Begin again.")
            step = self._step_of(before, code, now)
            if step is None:
                raise Refusal(
                    "invalid", "This is not the code that the app shows now. Check the phone's clock.", field="code"
                )
            return replace(before, factor_since=now, last_step=step, recovery=self._hashed(agent, codes))

        await self._change(agent, confirmed, "totp.began")
        return codes

    async def check(self, agent: Agent, code: str | None) -> Used | None:
        """Use a code up; None where the account has no second factor. Raises Refusal second_factor."""
        if not (await self.of(agent)).has_factor:
            return None
        if code is None:
            raise Refusal("second_factor", "Type the code that your authenticator app shows.")
        now, used = self._clock.now(), "totp"

        def taken(before: Credentials) -> Credentials:
            nonlocal used
            step = self._step_of(before, code, now)
            if step is not None:
                used = "totp"
                return replace(before, last_step=step)
            used = "recovery"
            left = self._without(agent, before, code)
            if left is None:
                raise Refusal(
                    "second_factor", "This code does not count, or was used already. Wait for the next.", field="code"
                )
            return replace(before, recovery=left)

        await self._change(agent, taken)
        return "recovery" if used == "recovery" else "totp"

    async def renew_recovery(self, agent: Agent) -> tuple[str, ...]:
        """New codes in the place of all that are left. Raises Refusal conflict."""
        codes = _new_codes()

        def renewed(before: Credentials) -> Credentials:
            if not before.has_factor:
                raise Refusal("conflict", "There is no second factor yet. Set it up first.")
            return replace(before, recovery=self._hashed(agent, codes))

        await self._change(agent, renewed, "recovery.renewed")
        return codes

    async def end(self, actor: Agent | str, agent: Agent) -> bool:
        """Take it away; False where there was none."""
        return await take_away(self._store, self._audit, actor, agent.id)

    async def _change(
        self, agent: Agent, change: Callable[[Credentials], Credentials], action: AuditAction | None = None
    ) -> None:
        """Again where another request was faster: it then sees what that one left. action: written down with it."""
        while True:
            before = await self.of(agent)
            after = replace(change(before), version=before.version + 1)
            if await swapped(self._store, self._audit, agent, action, after):
                return

    def _step_of(self, kept: Credentials, code: str, now: datetime) -> int | None:
        """The number of the 30 s that this is the code of, if it may still be used."""
        if kept.factor_secret is None:
            return None
        try:
            totp = pyotp.TOTP(self._signer.unsealed(_SEALED_AS, kept.factor_secret))
        except BadSignature as exc:
            raise Refusal(
                "second_factor", "The server's secret was changed since. Ask an admin to reset your second factor."
            ) from exc
        present = int(now.timestamp()) // STEP_S
        steps = [present + offset for offset in WINDOW]
        fitting = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
        return next((step for step in fitting if step > kept.last_step), None)

    def _without(self, agent: Agent, kept: Credentials, code: str) -> tuple[str, ...] | None:
        """The recovery codes that are left when this one is used; None where it is none of them."""
        wanted = self._signer.recovery_hash(agent.id, code.replace("-", "").casefold())
        left = tuple(known for known in kept.recovery if not hmac.compare_digest(known, wanted))
        return left if len(left) < len(kept.recovery) else None

    def _hashed(self, agent: Agent, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._signer.recovery_hash(agent.id, code.replace("-", "")) for code in codes)


async def swapped(
    store: CredentialStore, audit: Auditing, actor: Agent | str, action: AuditAction | None, after: Credentials
) -> bool:
    """False: somebody was faster. action: what is written down in the same transaction; None: nothing."""
    if action is None:
        return await store.swap_credentials(after)
    return await audit.along(
        actor,
        action,
        f"agent:{after.agent_id}",
        lambda record: record.swap_credentials(after),
        lambda is_swapped: {} if is_swapped else None,
    )


async def take_away(store: CredentialStore, audit: Auditing, actor: Agent | str, agent_id: str) -> bool:
    """Secret and recovery codes of an account; False where none counted. The last step stays: no code counts twice."""
    while True:
        before = await store.credentials(agent_id)
        after = replace(before, version=before.version + 1, factor_secret=None, factor_since=None, recovery=())
        if await swapped(store, audit, actor, "totp.ended" if before.has_factor else None, after):
            return before.has_factor


def _new_codes() -> tuple[str, ...]:
    def group() -> str:
        return "".join(secrets.choice(_RECOVERY_SIGNS) for _ in range(RECOVERY_GROUP))

    return tuple("-".join(group() for _ in range(RECOVERY_GROUPS)) for _ in range(RECOVERY_CODES))
