"""The chats of a day as bytes, and back: what the record keeps of days that are over (transcripts/columns.py).

A header of JSON (how many chats, the texts that codes stand for, the ratings to learn from), then array after array.
Bytes of another version, or that were cut, are nobody's.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any, get_args, get_type_hints

import numpy as np
import orjson

from server.reports import chats as module
from server.reports.chats import ARRAYS, CODED, NONE, Bad, Chats, Words

FORMAT = 2
_LENGTH_BYTES = 8
_HINTS = get_type_hints(Chats, vars(module))
# Fixed byte order: a record may be moved to another machine.
_PLAIN: dict[str, np.dtype[Any]] = {
    name: np.dtype(get_args(get_args(_HINTS[name])[1])[0]).newbyteorder("<") for name in ARRAYS if name != "bad"
}


def pack(chats: Chats) -> bytes:
    texts: dict[int, int] = {NONE: NONE}
    arrays = []
    for name, kind in _PLAIN.items():
        values = getattr(chats, name)
        if name in CODED:
            for code in np.unique(values).tolist():
                texts.setdefault(code, len(texts) - 1)
            values = np.fromiter((texts[code] for code in values.tolist()), np.int32, len(values))
        arrays.append(values.astype(kind).tobytes())
    header = {
        "format": FORMAT,
        "n": len(chats),
        "words": [chats.words.text(code) for code in texts if code != NONE],
        "bad": [[n, *astuple(bad)] for n, bad in enumerate(chats.bad) if bad is not None],
    }
    head = orjson.dumps(header)
    head += b" " * (-len(head) % _LENGTH_BYTES)  # so that the arrays are read where they are
    return b"".join((len(head).to_bytes(_LENGTH_BYTES, "little"), head, *arrays))


def unpack(data: bytes, words: Words) -> Chats | None:
    """words: get what is not among them yet. None: these bytes are of another version, or cut.

    The arrays are those bytes, and cannot be written.
    """
    start = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "little")
    try:
        header = orjson.loads(data[_LENGTH_BYTES:start])
        n, is_ours = header["n"], header["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        return None
    if not is_ours or len(data) != start + n * sum(kind.itemsize for kind in _PLAIN.values()):
        return None
    # The last one is NONE's.
    codes = np.array([*map(words.number, header["words"]), NONE], np.int32)
    arrays: dict[str, Any] = {}
    for name, kind in _PLAIN.items():
        values = np.frombuffer(data, kind, n, start)
        start += values.nbytes
        arrays[name] = codes[values] if name in CODED else values.astype(kind.newbyteorder("="), copy=False)
    bad = np.full(n, None, np.object_)
    for place, *values in header["bad"]:
        bad[place] = Bad(*values)
    return Chats(words, **arrays, bad=bad)
