"""What is new in a mail and what it quotes. The quoted part is folded away on the screen, never lost.

Linear, by lines, and by signs that do not depend on a language: lines with ">", a line that ends with ":" right before
them ("On Monday Ada wrote:", "Dne ... napsal:", "... пишет:"), a dashed separator, a block of From/Sent/To/Subject.
"""

from __future__ import annotations

import re
from typing import Final

INTRODUCTION_LINES: Final = 3
"""An introduction may be broken over so many lines."""
INTRODUCTION_CHARS: Final = 300
_SEPARATOR: Final = re.compile(r"[-_]{3,20} ?[^-_\n]{4,60} ?[-_]{3,20}|_{20,}")
_HEADER: Final = re.compile(
    r"\*?(From|Sent|To|Cc|Subject|Date|Od|Odesláno|Odoslané|Komu|Kopie|Kópia|Předmět|Predmet|Datum|Dátum|Wysłano|Do|Temat|Data|Von|Gesendet"
    r"|An|Betreff|De|Envoyé|À|Objet|Από|Στάλθηκε|Προς|Θέμα|От|Отправлено|Кому|Тема|Дата)\*? ?:\*? ?\S.{0,300}",
    re.IGNORECASE,
)
_HEADER_LINES: Final = 3
# A dashed line alone may be anybody's; one with such a word in it is a mail program's.
_ORIGINAL: Final = re.compile(
    r"original|původní|puvodni|pôvodn|povodn|oryginaln|αρχικό|исходное|forwarded|ursprüngliche|переслан|přeposlan|"
    r"preposlan|przekazan|προωθ",
    re.IGNORECASE,
)


def parted(text: str) -> tuple[str, str | None]:
    """(new words, what is quoted). Where answers stand between quoted lines the second is the whole mail.

    A mail that only quotes is all new words: something was meant by it.
    """
    lines = text.split("\n")
    start = _start_of_tail(lines)
    tail = "" if start is None else "\n".join(lines[start:]).strip()
    head = lines if start is None else lines[:start]
    quoted = [_is_quoted(line) for line in head]
    if not any(quoted):
        new = "\n".join(head).strip()
        return (new, tail or None) if new else (text.strip(), None)
    kept = [line for line, is_quoted in zip(head, _with_introductions(head, quoted), strict=True) if not is_quoted]
    new = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    if not new:
        return text.strip(), None
    return new, text.strip()


def _start_of_tail(lines: list[str]) -> int | None:
    """Where the end of the mail that is nothing but quoted begins, with its introduction."""
    for index, line in enumerate(lines):
        bare = line.strip()
        if (_SEPARATOR.fullmatch(bare) and (_ORIGINAL.search(bare) or _is_header_block(lines, index + 1))) or (
            _HEADER.fullmatch(bare) and _is_header_block(lines, index)
        ):
            return index
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and (_is_quoted(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    if start == end or not any(_is_quoted(line) for line in lines[start:end]):
        return None
    return start - _introduction_before(lines, start)


def _is_header_block(lines: list[str], start: int) -> bool:
    """At least three header lines, the first two of them right here; a blank line before them does no harm."""
    block = [line.strip() for line in lines[start : start + 8] if line.strip()]
    return len(block) >= _HEADER_LINES and all(_HEADER.fullmatch(line) for line in block[:_HEADER_LINES])


def _with_introductions(lines: list[str], quoted: list[bool]) -> list[bool]:
    marked = list(quoted)
    for index, is_quoted in enumerate(quoted):
        if is_quoted and (index == 0 or not quoted[index - 1]):
            for before in range(index - _introduction_before(lines, index), index):
                marked[before] = True
    return marked


def _introduction_before(lines: list[str], start: int) -> int:
    """How many lines before a quote introduce it: a paragraph of at most three lines that ends with ":"."""
    at = start
    while at and not lines[at - 1].strip() and start - at < 2:
        at -= 1
    if not at or not lines[at - 1].rstrip().endswith(":"):
        return 0
    first = at - 1
    while first and at - first < INTRODUCTION_LINES and lines[first - 1].strip():
        first -= 1
    if first and lines[first - 1].strip():
        first = at - 1  # part of a longer paragraph: only its last line introduces
    words = " ".join(lines[first:at])
    return start - first if len(words) <= INTRODUCTION_CHARS else 0


def _is_quoted(line: str) -> bool:
    return line.lstrip(" \t").startswith(">")
