"""Columns as a database gives them at once, without an object per value: sequences all the same.

Reports look at 100,000 values at a time and take these apart themselves (server/reports/chats.py); whoever goes
through one gets the values.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, Generic, TypeVar, overload

UNKNOWN = -(10**17)
"""Written for None: microseconds of 3,000 years before the beginning."""
T = TypeVar("T")


class _Column(Sequence[T]):
    """By `cells`, the values one by one."""

    @property
    @abstractmethod
    def cells(self) -> Sequence[T]: ...

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        return self.cells[place]

    def __len__(self) -> int:
        return len(self.cells)


@dataclass(frozen=True)
class Written(_Column[int | None]):
    """text: whole numbers with commas between them, UNKNOWN for None."""

    text: str

    @cached_property
    def cells(self) -> list[int | None]:
        numbers = map(int, self.text.split(",")) if self.text else ()
        return [None if number == UNKNOWN else number for number in numbers]


@dataclass(frozen=True)
class Coded(_Column[T], Generic[T]):
    """Values of which few differ: `values[numbers[n]]` is the n-th."""

    values: Sequence[T]
    numbers: Sequence[int]

    @cached_property
    def cells(self) -> list[T]:
        return [self.values[number] for number in self.numbers]


@dataclass(frozen=True)
class Sparse(_Column[T | None], Generic[T]):
    """Values of which many are None. has: whether the n-th is not, by `numbers[n]`; values: only those, in order."""

    has: Sequence[bool]
    numbers: Sequence[int]
    values: Sequence[T]

    @staticmethod
    def of(column: Sequence[T | None]) -> Sparse[T]:
        if isinstance(column, Sparse):
            return column
        known = [value for value in column if value is not None]
        return Sparse((False, True), [int(value is not None) for value in column], known)

    @cached_property
    def cells(self) -> list[T | None]:
        values = iter(self.values)
        return [next(values) if self.has[number] else None for number in self.numbers]


class Which(IntEnum):
    """Where a cell of a `Chosen` comes from."""

    NONE, USUAL, OTHER = range(3)


@dataclass(frozen=True)
class Chosen(_Column[int | None]):
    """Values that mostly are those of another column, or None. which: by `numbers[n]`; others: in order."""

    which: Sequence[Which]
    numbers: Sequence[int]
    usual: Written
    others: Written

    @cached_property
    def cells(self) -> list[int | None]:
        others = iter(self.others)
        cells: list[int | None] = []
        for number, usual in zip(self.numbers, self.usual, strict=True):
            which = self.which[number]
            cells.append(usual if which is Which.USUAL else next(others) if which is Which.OTHER else None)
        return cells


def numbered(values: Iterable[Any]) -> dict[Any, int]:
    """Each of the values that differ, and its number."""
    return {value: number for number, value in enumerate(dict.fromkeys(values))}
