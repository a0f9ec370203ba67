"""Row <-> record: each record class is one table whose columns have the names of its fields.

A moment is a whole number of microseconds, an Author three columns, tuples and mappings are JSON text.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from itertools import compress
from operator import attrgetter, is_not, itemgetter
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from transcripts.cursors import number_of
from transcripts.records import Author, File, Rating
from transcripts.solution import Solution

T = TypeVar("T")
Args = Sequence[object] | Mapping[str, object]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AUTHOR = ("kind", "id", "name")
_MOST_ROWS = 256
"""Of one statement: with twenty columns far below SQLite's 32,766 parameters."""


def to_micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rating_out(rating: Rating) -> str:
    return _json({**asdict(rating), "at": to_micros(rating.at)})


def _rating_in(text: str) -> Rating:
    values = json.loads(text)
    return Rating(**{**values, "at": from_micros(values["at"])})


_CONVERSIONS: tuple[tuple[type, Callable[[Any], object], Callable[[Any], object]], ...] = (
    (datetime, to_micros, from_micros),
    (bool, int, bool),
    (Rating, _rating_out, _rating_in),
    (Solution, lambda solution: _json(asdict(solution)), lambda text: Solution(**json.loads(text))),
    (File, lambda file: _json(asdict(file)), lambda text: File(**json.loads(text))),
    (tuple, _json, lambda text: tuple(json.loads(text))),
    (Mapping, lambda value: _json(dict(value)), json.loads),
)
"""What a column cannot hold as it is: the type in a field's annotation, and both directions."""


def decoder(wanted: type) -> Callable[[Any], Any]:
    """How a column of this type is read, where it is not NULL."""
    return next(decode for kind, _, decode in _CONVERSIONS if kind is wanted)


class Rows(Generic[T]):
    """All rows of one record class. Statements name their columns; `where` is the rest of one, from WHERE on."""

    def __init__(self, record: type[T], table: str, *, key: str) -> None:
        self._record = record
        self._key = key
        self.table = table
        self._codecs = _codecs(record)
        self.columns = tuple(column for codec in self._codecs for column in codec.columns)
        self._slots = _slots(self._codecs)
        self._cells = attrgetter(*(cell for codec in self._codecs for cell in codec.cells))
        encoders = [codec.encode for codec in self._codecs for _ in codec.columns]
        self._encoders = {index: encode for index, encode in enumerate(encoders) if encode is not None}
        self._indexes = range(len(self.columns))
        self._inserts: dict[tuple[str, tuple[str, ...], int], str] = {}
        self.select = f"SELECT {', '.join(f'{table}.{_quoted(name)}' for name in self.columns)} FROM {table}"

    def of(self, row: Sequence[Any]) -> T:
        return self._record(*[slot(row) for slot in self._slots])

    def row(self, record: T) -> tuple[object, ...]:
        """What `of` takes."""
        return tuple(self._values(record))

    def one(self, db: sqlite3.Connection, where: str, args: Args = ()) -> T | None:
        row = db.execute(f"{self.select} {where}", args).fetchone()
        return None if row is None else self.of(row)

    def all(self, db: sqlite3.Connection, where: str = "", args: Args = ()) -> tuple[T, ...]:
        return tuple(map(self.of, db.execute(f"{self.select} {where}", args)))

    def page(
        self,
        db: sqlite3.Connection,
        conditions: Sequence[str],
        args: Sequence[object],
        cursor: str | None,
        limit: int,
        *,
        left_out: Sequence[str] = (),
    ) -> tuple[tuple[T, ...], str | None]:
        """At most `limit` that meet the conditions, the newest (by the column n) first; and the cursor behind them.

        None: there are no more. left_out: columns read as NULL.
        """
        names = ["NULL" if name in left_out else _quoted(name) for name in self.columns]
        if cursor is not None:
            conditions, args = [*conditions, "n < ?"], [*args, number_of(cursor)]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        sql = f"SELECT n, {', '.join(names)} FROM {self.table} {where} ORDER BY n DESC LIMIT ?"
        rows = db.execute(sql, (*args, limit + 1)).fetchall()
        page = rows[:limit]
        following = str(page[-1][0]) if len(rows) > limit and page else None
        return tuple(self.of(row[1:]) for row in page), following

    def insert(self, db: sqlite3.Connection, record: T, *, verb: str = "INSERT", **extra: object) -> int:
        """extra: columns that the record does not have. Returns the row's id, where the table has them."""
        sql = self._insert_sql(verb, (*self.columns, *extra))
        return db.execute(sql, (*self._values(record), *extra.values())).lastrowid or 0

    def insert_but(self, db: sqlite3.Connection, record: T, *left_out: str) -> int:
        """Insert without some columns, which the table gives itself."""
        pairs = zip(self.columns, self._values(record), strict=True)
        values = {name: value for name, value in pairs if name not in left_out}
        return db.execute(self._insert_sql("INSERT", tuple(values)), tuple(values.values())).lastrowid or 0

    def insert_all(self, db: sqlite3.Connection, records: Sequence[T]) -> None:
        """A few statements for all of them, in order."""
        begin = 0
        while begin < len(records):
            # Sizes that come again, so that few statements are kept ready.
            size = 1 << min(_MOST_ROWS, len(records) - begin).bit_length() - 1
            some = records[begin : begin + size]
            values = [value for record in some for value in self._values(record)]
            db.execute(self._insert_sql("INSERT", self.columns, size), values)
            begin += size

    def update(self, db: sqlite3.Connection, before: T, after: T, **extra: str) -> None:
        """Write what differs; the key stays. extra: columns that the record does not have, with their expressions."""
        names, values = self.difference(before, after)
        sets = [*(f"{name} = ?" for name in names), *(f"{name} = {value}" for name, value in extra.items())]
        if sets:
            values.append(getattr(before, self._key))
            db.execute(f"UPDATE {self.table} SET {', '.join(sets)} WHERE {_quoted(self._key)} = ?", values)

    def difference(self, before: T, after: T) -> tuple[list[str], list[object]]:
        """The columns, quoted, that are to be written, and their values."""
        old, new = self._cells(before), self._cells(after)
        # Most are the very same object: a transition copies the record and replaces a few.
        found = [index for index in compress(self._indexes, map(is_not, old, new)) if old[index] != new[index]]
        return [_quoted(self.columns[index]) for index in found], [self._encoded(index, new[index]) for index in found]

    def _values(self, record: T) -> list[object]:
        values = list(self._cells(record))
        for index, encode in self._encoders.items():
            if values[index] is not None:
                values[index] = encode(values[index])
        return values

    def _encoded(self, index: int, value: Any) -> object:
        encode = self._encoders.get(index)
        return value if encode is None or value is None else encode(value)

    def _insert_sql(self, verb: str, names: tuple[str, ...], rows: int = 1) -> str:
        sql = self._inserts.get((verb, names, rows))
        if sql is None:
            values = ", ".join([f"({marks(names)})"] * rows)
            sql = f"{verb} INTO {self.table} ({', '.join(map(_quoted, names))}) VALUES {values}"
            self._inserts[verb, names, rows] = sql
        return sql


class _Codec:
    """One field: its columns and what of the record is in them, and both directions, of one value that is not None.

    parts: what of the field has a column of its own. None: as it is.
    """

    def __init__(
        self,
        name: str,
        encode: Callable[[Any], object] | None = None,
        decode: Callable[[Any], Any] | None = None,
        parts: tuple[str, ...] = (),
    ) -> None:
        self.columns = tuple(f"{name}_{part}" for part in parts) or (name,)
        self.cells = tuple(f"{name}.{part}" for part in parts) or (name,)
        self.encode = encode
        self.decode = decode


def _codecs(record: type[Any]) -> list[_Codec]:
    hints = get_type_hints(record)
    return [_codec(item.name, hints[item.name]) for item in fields(record)]


def _codec(name: str, hint: object) -> _Codec:
    types = {hint, get_origin(hint), *get_args(hint), *map(get_origin, get_args(hint))}
    if Author in types:
        return _Codec(name, parts=_AUTHOR)
    for wanted, encode, decode in _CONVERSIONS:
        if wanted in types:
            return _Codec(name, encode, decode)
    return _Codec(name)


def _slots(codecs: Sequence[_Codec]) -> list[Callable[[Sequence[Any]], Any]]:
    """Per field, how its value is taken out of a row."""
    slots: list[Callable[[Sequence[Any]], Any]] = []
    index = 0
    for codec in codecs:
        if len(codec.columns) > 1:
            slots.append(lambda row, at=index: Author(row[at], row[at + 1], row[at + 2]))  # type: ignore[misc]
        elif codec.decode is None:
            slots.append(itemgetter(index))
        else:
            slots.append(_decoded(index, codec.decode))
        index += len(codec.columns)
    return slots


def _decoded(index: int, decode: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    def value(row: Sequence[Any]) -> Any:
        raw = row[index]
        return None if raw is None else decode(raw)

    return value


def _quoted(name: str) -> str:
    return f'"{name}"'


def marks(values: Sequence[object]) -> str:
    """For `IN (...)`."""
    return ", ".join("?" * len(values))
