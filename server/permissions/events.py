"""Who may send which event. A connection of `/agent` is an agent's, one of `/visitor` a visitor's."""

from __future__ import annotations

from server.permissions.rows import Row

_AGENT = (
    Row("/agent connect", "agent", note="By session. It is cut within 2 s where the account is disabled or over."),
    Row("/agent status:set", "agent", note="One's own."),
    Row("/agent message:send", "agent", of="chat", holder="alone"),
    Row("/agent chat:sync", "agent", of="chat"),
    Row("/agent typing", "agent", of="chat", note="Heard by the visitor only from who holds the chat."),
    Row("/agent read", "agent", of="chat", note="Counts only from who holds the chat."),
    Row("/agent note:add", "agent", of="chat"),
    Row("/agent chat:watch", "agent", of="chat"),
    Row("/agent chat:unwatch", "agent", of="chat"),
    Row("/agent chat:take", "agent", of="chat", note="Taking over from a colleague, and force: managers."),
    Row("/agent chat:transfer", "agent", of="chat", holder="or manager"),
    Row("/agent chat:set", "agent", of="chat"),
    Row("/agent chat:close", "agent", of="chat", holder="or manager"),
    Row("/agent ticket:create", "agent", of="chat"),
)
_OWN = "Their own chat; any other is answered like an unknown one."
_VISITOR = (
    Row("/visitor connect", "anyone", note="Gets a token, and is that visitor from then on."),
    Row("/visitor chat:start", "visitor"),
    Row("/visitor message:send", "visitor", of="chat", note=_OWN),
    Row("/visitor chat:sync", "visitor", of="chat", note=_OWN),
    Row("/visitor typing", "visitor", of="chat", note=_OWN),
    Row("/visitor read", "visitor", of="chat", note=_OWN),
    Row("/visitor page", "visitor"),
    Row("/visitor chat:leave", "visitor", of="chat", note=_OWN),
    Row("/visitor chat:to_ticket", "visitor", of="chat", note=f"chat_id may be left out. {_OWN}"),
    Row("/visitor chat:transcript", "visitor", of="chat", note=_OWN),
    Row("/visitor chat:rate", "visitor", of="chat", note=_OWN),
    Row("/visitor code:enter", "visitor", of="chat", note=_OWN),
)

EVENTS: tuple[Row, ...] = (*_AGENT, *_VISITOR)
