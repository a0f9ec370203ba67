"""The solving answer's short form: what was the matter, what was done, is it all, can it come back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Solution:
    """None: left out, in the mail too. fully_solved False: something remains; can_recur: it may happen again."""

    cause: str | None = None
    done: str | None = None
    fully_solved: bool | None = None
    can_recur: bool | None = None

    @property
    def is_empty(self) -> bool:
        return self == Solution()
