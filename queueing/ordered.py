"""A sorted collection that also says how many items come before one: the seam to sortedcontainers, which is untyped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

from sortedcontainers import SortedList

T = TypeVar("T")


class Ordered(Generic[T]):
    """Distinct comparable items in ascending order; adding, removing and counting take O(log n) comparisons."""

    def __init__(self) -> None:
        self._items: Any = SortedList()

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def add(self, item: T) -> None:
        self._items.add(item)

    def remove(self, item: T) -> None:
        """Raises ValueError if the item is not there."""
        self._items.remove(item)

    def first(self, limit: int | None) -> Iterator[T]:
        """The first `limit` items (None: all)."""
        return islice(self, limit)

    def before(self, item: T) -> int:
        """How many items are smaller than `item`."""
        return int(self._items.bisect_left(item))
