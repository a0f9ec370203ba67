"""Proving who one is, by password or code: what fails is counted per account, and one guess waits for the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from server.errors import Refusal
from server.limits import Limits
from server.web.endpoints import Call

T = TypeVar("T")
_BY_WORD: Final = "sign_in_failed"
_BY_CODE: Final = "code_failed"


async def guess(call: Call, email: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Carry `attempt` out. Side by side each guess would come before the others are counted.

    Raises Refusal: what `attempt` raises, and rate_limited where too many have failed.
    """
    account, limits = email.casefold(), call.desk.limits
    _check(limits, account)
    async with call.desk.accounts.turn_of(account):
        _check(limits, account)
        try:
            return await attempt()
        except Refusal as refusal:
            if refusal.code == "unauthorized" or (refusal.code == "invalid" and refusal.field == "password"):
                limits.hit(_BY_WORD, account)
            elif refusal.field == "code":
                limits.hit(_BY_CODE, account)
            raise


def _check(limits: Limits, account: str) -> None:
    limits.check(_BY_WORD, account)
    limits.check(_BY_CODE, account)
