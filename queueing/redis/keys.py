"""The names of a desk's keys. One hash tag holds them together; docs/redis.md says what is in each."""

from __future__ import annotations

# In the order of queueing/lua/include/keys.lua.
PARTS = (
    "meta",
    "departments",
    "chats",
    "waiting",
    "agents",
    "serves",
    "held",
    "free",
    "stream",
    "pending",
    "lease",
)
# In the order of queueing/lua/include/homes.lua.
HOME_PARTS = ("homes", "bodies", "leader")


def keys_of(desk: str) -> tuple[str, ...]:
    """`semafor:{desk}:meta` and so on. Raises ValueError for a name that would end the hash tag early."""
    return _named(desk, PARTS)


def home_keys_of(desk: str) -> tuple[str, ...]:
    """`semafor:{desk}:homes` and so on. Raises ValueError like `keys_of`."""
    return _named(desk, HOME_PARTS)


def _named(desk: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    if not desk or "{" in desk or "}" in desk:
        raise ValueError(f"a desk's name is not empty and has no braces: {desk!r}")
    return tuple(f"semafor:{{{desk}}}:{part}" for part in parts)
