"""Passwords: hashed with argon2id in threads of their own, and which new ones are good enough.

argon2-cffi's own parameters (RFC 9106's second choice: 64 MiB, 3 passes, 4 lanes) lie above what OWASP asks for
(19 MiB and 2 passes, or 46 MiB and 1); a hash of other parameters is made anew at the next sign-in.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from server.errors import Refusal

Result = TypeVar("Result")
Fault = Literal["short", "long", "address", "common"]

# One hash takes 64 MiB and about a quarter of a second of one core.
HASHING_THREADS = 2
HASHING_QUEUE_MAX = 32
PASSWORD_MAX = 1024

# Of a random password nobody knows: an unknown address costs the same work as a known one, so that the time of the
# answer does not tell which addresses have an account. A test holds its parameters to those of HASHER.
NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$rZPWxuQOXf5zs9R9oqgAjA$/ynqyRvb+EiPM1ldRaxi9RkGw/jz5/tAwsuLcbR6VM8"
)
HASHER: Final = PasswordHasher()

# What people choose first, and what guessers try first: such a word, also with figures and signs around it or twice in
# a row, is no password. Rows of keys and of the alphabet are found by themselves.
COMMONEST: Final = frozenset(
    """
    password passwort passw0rd p@ssword p@ssw0rd passphrase heslo haslo parol kodikos geheim secret topsecret default
    changeme changeit letmein welcome willkommen vitejte iloveyou loveme lovely mylove miluji trustno administrator
    admin root guest login master superman batman spiderman starwars pokemon naruto dragon monkey tiger panther shadow
    sunshine princess princezna football fotbal baseball basketball hockey hunter ranger soccer charlie michael jordan
    jessica jennifer ashley daniel andrew thomas matthew nicole michelle amanda joshua robert martin computer internet
    samsung google facebook microsoft windows freedom whatever nothing summer winter spring autumn january february
    december september october november london prague praha slovensko polska ellada moskva russia ferrari mercedes
    porsche corvette mustang harley phoenix diamond crystal cookie cheese chocolate banana flower butterfly killer
    helpdesk support customer semafor company office business
    qwerty qwertz azerty qazwsx zaqwsx zaqxsw asdfgh asdfghjkl zxcvbn zxcvbnm yxcvbn yxcvbnm qwertyuiop qwertzuiop
    йцукен пароль любовь привет солнышко
    """.split()  # noqa: SIM905 - one word a line would be two pages
)
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "0123456789" * 3,
)
_ROW_MIN = 6
_DIFFERENT_MIN = 5
_REPEATED = re.compile(r"(.+?)\1+")


class Passwords:
    """Hashes beside the event loop: sign-ins hold up nobody who is chatting."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(HASHING_THREADS, thread_name_prefix="passwords")
        self._hashing = 0

    async def fits(self, password_hash: str, password: str) -> bool:
        """Raises Refusal rate_limited where too many wait for a thread."""
        return await self._in_thread(_fits, password_hash, password)

    async def hash(self, password: str) -> str:
        """Raises Refusal rate_limited where too many wait for a thread."""
        return await self._in_thread(HASHER.hash, password)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[..., Result], *args: str) -> Result:
        if self._hashing >= HASHING_QUEUE_MAX:
            raise Refusal("rate_limited", "Too many people sign in just now. Try again shortly.", retry_after_s=5)
        self._hashing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._hashing -= 1


def hash_password(password: str) -> str:
    """For the command line, which has no other work to hold up. Takes about 0.25 s."""
    return HASHER.hash(password)


def is_outdated(password_hash: str) -> bool:
    """Of other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


def fault_of(password: str, email: str, min_chars: int) -> Fault | None:
    """What is wrong with a password that somebody chose; None: nothing. min_chars: SEMAFOR_PASSWORD_MIN_CHARS."""
    if len(password) < min_chars:
        return "short"
    if len(password) > PASSWORD_MAX:
        return "long"
    folded = password.casefold().strip()
    address = email.casefold()
    if folded in {address, address.partition("@")[0], address.partition("@")[2]} or address in folded:
        return "address"
    return "common" if _is_common(folded) else None


def require_good(password: str, email: str, min_chars: int, field: str) -> None:
    """Raises Refusal invalid with the sentence to stand beside the field."""
    sentences: dict[Fault, str] = {
        "short": f"Use at least {min_chars} characters. Several words in a row are easy to remember.",
        "long": f"Use at most {PASSWORD_MAX:,} characters.",
        "address": "What stands in your e-mail address is the first that others try. Choose something else.",
        "common": "This is among the first that others try. Choose something else.",
    }
    fault = fault_of(password, email, min_chars)
    if fault is not None:
        raise Refusal("invalid", sentences[fault], field=field)


def _is_common(folded: str) -> bool:
    letters = "".join(char for char in folded if char.isalpha())
    repeated = _REPEATED.fullmatch(letters)
    words = {folded, letters, repeated[1] if repeated else letters}
    rows = [text for text in (folded, folded[::-1], letters) if len(text) >= _ROW_MIN]
    is_row = any(text in row for text in rows for row in _ROWS)
    return is_row or len(set(folded)) < _DIFFERENT_MIN or not words.isdisjoint(COMMONEST)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False
