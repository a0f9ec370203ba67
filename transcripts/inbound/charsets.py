"""Bytes of a mail as text, whatever they claim to be: never an exception, and never a slow codec."""

from __future__ import annotations

import codecs
import re
from typing import Final

# The names that mail uses. Others are not asked: `punycode` and `idna` take quadratic time, `unicode_escape` lies.
_KNOWN: Final = re.compile(
    r"utf[_-]?(7|8|16|32)([_-]?(le|be))?|us[_-]?ascii|ascii|latin[_-]?\d{1,2}|iso[_-]?8859[_-]\d{1,2}([_-][ie])?"
    r"|windows[_-]?\d{3,4}|cp\d{3,4}|koi8[_-](r|u)|gb2312|gbk|gb18030|hz|big5([_-]?hkscs)?|euc[_-](jp|kr)|shift[_-]?jis"
    r"|sjis|iso[_-]?2022[_-](jp|kr)([_-]\d)?|mac[_-]?(roman|cyrillic|greek|latin2|turkish)|tis[_-]?620|ks_c_5601[_-]1987"
)
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decoded(raw: bytes, charset: str | None) -> str:
    """By the charset that is claimed, else as UTF-8, else as Windows-1252 with what cannot be read marked."""
    for name in (_known(charset), "utf-8"):
        if name is None:
            continue
        try:
            return clean(raw.decode(name))
        except (UnicodeError, LookupError):
            continue
    return clean(raw.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """Without what is no text: NUL, other control characters, lone surrogates; line ends as one sign."""
    return _NOT_TEXT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _known(charset: str | None) -> str | None:
    name = (charset or "").strip().strip("\"'").lower()
    if not _KNOWN.fullmatch(name):
        return None
    if name in {"ascii", "us-ascii", "us_ascii"}:
        return None  # many claim it and send something else
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
