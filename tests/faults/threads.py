"""What a client has of its chats, over all its connections; what it may lack, it asks for.

Every message goes into the history as it is heard, pushed or asked for, once or more often.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress

from tests.faults.histories import Heard, History, How, Json, Link, instant
from tests.harness.wire import WireClient

CATCH_UP_S = 1.0
"""How long a push may take that a chat's `last_seq` has announced, before it is asked for."""


class Threads:
    """Which messages of which chats there are. at_once: what is missing will not come by itself."""

    def __init__(self, history: History) -> None:
        self.at_once = asyncio.Event()
        self._history = history
        self._changed = asyncio.Event()
        self._seen: dict[str, int] = {}
        self._ahead: dict[str, set[int]] = defaultdict(set)
        self._announced: dict[str, int] = {}

    def announce(self, chat: Json) -> None:
        """The chat as somebody was shown it: it has messages up to `last_seq`."""
        self._announced[chat["id"]] = max(chat["last_seq"], self._announced.get(chat["id"], 0))
        self._changed.set()

    def hear(self, message: Json, link: Link, how: How) -> None:
        self._history.heard.append(Heard(link.connection, message, how, instant()))
        self._add(message["chat_id"], message["seq"])

    def seen(self, chat_id: str) -> int:
        """Everything up to this seq is there."""
        return self._seen.get(chat_id, 0)

    async def catch_up(self, client: WireClient, link: Link, wanted: Callable[[], set[str]]) -> None:
        """Until cancelled: at once after a hello and for a chat newly theirs; later, when what was announced does not
        come by itself. wanted: the chats of which all is to be there. Raises what a lost connection does.
        """
        while True:
            for chat_id in self._behind(wanted()):
                await self._sync(client, link, chat_id)
            await self._changed.wait()
            self._changed.clear()
            if self._behind(wanted()):
                with suppress(TimeoutError):
                    async with asyncio.timeout(CATCH_UP_S):
                        await self.at_once.wait()
                self.at_once.clear()
                self._changed.set()

    async def _sync(self, client: WireClient, link: Link, chat_id: str) -> None:
        more = True
        while more:
            answer = await client.call("chat:sync", {"chat_id": chat_id, "after_seq": self.seen(chat_id)})
            if not answer["ok"]:
                return
            for message in answer["messages"]:
                self.hear(message, link, "sync")
            more = bool(answer["more"] and answer["messages"])

    def _add(self, chat_id: str, seq: int) -> None:
        ahead = self._ahead[chat_id]
        ahead.add(seq)
        self._announced[chat_id] = max(seq, self._announced.get(chat_id, 0))
        while self.seen(chat_id) + 1 in ahead:
            self._seen[chat_id] = self.seen(chat_id) + 1
            ahead.discard(self._seen[chat_id])
        if ahead:
            self._changed.set()

    def _behind(self, chats: set[str]) -> list[str]:
        return [chat for chat in sorted(chats) if self.seen(chat) < self._announced.get(chat, 0)]
