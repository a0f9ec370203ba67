"""The proof of the audit log: every entry is what was written, none is missing in between, and none at the end.

Reads page by page, so a million entries need no more room than a thousand. What it cannot find is in docs/security.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from transcripts.audit import FIRST, AuditEntry, AuditHead, AuditStore, hash_of

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Proved:
    """How many entries there are, and the last one's hash: who notes both elsewhere can ask for them later."""

    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """n: of the first entry that is not as it was written, or not there. why: a sentence."""

    n: int
    why: str


class Chain:
    """What is proved so far."""

    def __init__(self, expected: AuditHead | None) -> None:
        self.n = 0
        self.hash = FIRST
        self._expected = expected

    def follow(self, entry: AuditEntry | None) -> Broken | None:
        n = self.n + 1
        if entry is None:
            return Broken(n, "It cannot be read.")
        if entry.n != n:
            return Broken(n, f"It is missing: entry {entry.n} stands in its place.")
        if entry.previous != self.hash:
            return Broken(n, "It does not follow from the entry before it.")
        if entry.hash != hash_of(entry):
            return Broken(n, "It is not what was written.")
        self.n, self.hash = n, entry.hash
        return self.compare(self._expected)

    def compare(self, head: AuditHead | None) -> Broken | None:
        """Whether the entry of the head's number has its hash; other numbers say nothing."""
        if head is not None and head.n == self.n and head.hash not in (None, self.hash):
            return Broken(head.n, "It is another one than the one that was noted apart from the log.")
        return None


async def prove(
    store: AuditStore, expected: AuditHead | None = None, told: Callable[[int, int], None] = lambda *_: None
) -> Proved | Broken:
    """Entries that are added meanwhile are part of it. Raises StoreUnavailable.

    expected: noted by somebody earlier. told: after each full page, how many are proved, and of how many.
    """
    chain = Chain(expected)
    while True:
        head = await store.audit_head()
        if (broken := await _follow(store, chain, partial(_told_of, told, head.n))) is not None:
            return broken
        if (broken := _at_the_end(chain, head, expected)) is not None:
            return broken
        now = await store.audit_head()
        if now.n == chain.n:
            return chain.compare(now) or Proved(chain.n, chain.hash)
        if now == head:  # Nothing was added, and yet there are more entries than the head knows.
            return Broken(now.n + 1, "It is not counted in what is kept apart from the log.")


def _told_of(told: Callable[[int, int], None], of: int, n: int) -> None:
    told(n, max(n, of))


async def _follow(store: AuditStore, chain: Chain, told: Callable[[int], None]) -> Broken | None:
    """To the end as it is now."""
    is_first = chain.n == 0
    while page := await store.audit_from(None if is_first else chain.n, PAGE):
        is_first = False
        for entry in page:
            if (broken := chain.follow(entry)) is not None:
                return broken
        if len(page) == PAGE:
            told(chain.n)
    return None


def _at_the_end(chain: Chain, *heads: AuditHead | None) -> Broken | None:
    if any(head is not None and head.n > chain.n for head in heads):
        return Broken(chain.n + 1, "It is missing, and everything after it: the log was cut off.")
    return None
