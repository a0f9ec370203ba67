"""A file's name as people may see it and disks may take it: whatever the uploader wrote, nothing in it acts.

No folder, no control or direction mark (a name that reads "gpj.exe" backwards), no name that Windows keeps for itself.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote

NAME_MAX_CHARS = 120
NAME_MAX_BYTES = 240
"""Of UTF-8: file systems stop at 255, and a reader's program may add "(1)"."""
UNNAMED = "file"
_JOINERS = "\u200c\u200d"
"""Without them Persian is misspelt and families fall apart; they reorder nothing."""
_KEPT_BY_WINDOWS = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\Z")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})\Z")
_ACTS_IN_FOLDERS = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def clean_name(given: str | None) -> str:
    """Never empty, at most NAME_MAX_CHARS characters, one line; its extension is kept when it is cut."""
    last = re.split(r"[/\\]", given or "")[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if _is_shown(c))
    name = " ".join(shown.translate(_ACTS_IN_FOLDERS).split()).strip(". ")
    stem, extension = split(name)
    if _KEPT_BY_WINDOWS.match(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    return _cut(stem or UNNAMED, extension)


def unquoted(given: str) -> str:
    """Some programs quote the whole name as in an address (`My%20plan.txt`): then nothing in it is left unquoted."""
    try:
        plain = unquote(given, errors="strict")
    except UnicodeDecodeError:
        return given
    return plain if quote(plain, safe="") == given else given


def split(name: str) -> tuple[str, str]:
    """(stem, extension with its dot); a dot in front begins no extension."""
    found = _EXTENSION.search(name)
    return (name, "") if found is None or found.start() == 0 else (name[: found.start()], found.group())


def extension_of(name: str) -> str:
    """In lower case, without its dot; "" where there is none."""
    return split(name)[1].removeprefix(".").lower()


def disposition(name: str) -> str:
    """Content-Disposition: kept, never shown; the name twice, for old readers in ASCII."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_shown(c: str) -> bool:
    return c.isspace() or c in _JOINERS or unicodedata.category(c)[0] != "C"


def _cut(stem: str, extension: str) -> str:
    stem = stem[: NAME_MAX_CHARS - len(extension)]
    while len((stem + extension).encode()) > NAME_MAX_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ") + extension
