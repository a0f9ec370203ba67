"""The words of the permissions table: who may, what they must see for it, and which right it takes besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from server import access
from server.errors import Refusal
from transcripts.records import Agent

Who = Literal["anyone", "visitor", "agent", "manager", "admin"]
"""The least that somebody must be. anyone: no session. visitor: by the widget's token, and every agent as well."""
Thing = Literal["chat", "ticket", "contact", "mail", "file"]
"""What the request names, and must be in the caller's sight: else it is answered like an unknown one, not_found."""
Right = Literal["search", "export"]
"""What an account of remote or temporary staff may be without."""


@dataclass(frozen=True, slots=True)
class Row:
    """One route ("GET /api/v1/chats") or event ("/agent chat:take").

    of: see Thing. right: needed besides; only where the query has `right_if`, if that is said. holder: who sees the
    chat but does not hold it is refused (forbidden), managers too or not. by_link: anyone whose request has the
    customer's signed link may, too. personal: about one's own account, or what a token could make itself more by: API
    tokens are refused.
    """

    what: str
    who: Who
    of: Thing | None = None
    right: Right | None = None
    right_if: str | None = None
    holder: Literal["alone", "or manager"] | None = None
    by_link: bool = False
    personal: bool = False
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the handler itself looks who is there, if anybody."""
        return self.who in ("anyone", "visitor")

    def admits(self, agent: Agent, query: Mapping[str, str], *, is_program: bool = False) -> None:
        """is_program: by an API token. Raises Refusal forbidden; what is in sight is for access.py."""
        if self.personal and is_program:
            raise Refusal("forbidden", "This is for people: sign in with an account.")
        if self.who in ("agent", "manager", "admin"):
            access.require_role(agent, self.who)
        if self.right is not None and (self.right_if is None or query.get(self.right_if)):
            require_right(agent, self.right)


def require_right(agent: Agent, right: Right) -> None:
    """Raises Refusal forbidden."""
    if right == "search" and not agent.may_search:
        raise Refusal("forbidden", "This account may not search. Ask an admin if you need it.")
    if right == "export" and not agent.may_export:
        raise Refusal("forbidden", "This account may not take data out. Ask an admin if you need it.")
