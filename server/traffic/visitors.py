"""A played visitor: asks, waits or gives up, answers back, and says at the end how it was."""

from __future__ import annotations

import asyncio
from typing import Literal

from server.ids import new_id
from server.simulation import texts
from server.simulation.story import person
from server.simulation.visitors import KINDS
from server.traffic.connection import FAULTS, Connection, Json
from server.traffic.pace import Pace

PATIENCE_S = 150.0
SILENCE_S = 240.0
LOCALES = ("en", "en", "en", "cs", "sk", "pl", "el", "ru")
PAGES = (("/", "Acme Parcel"), ("/parcels", "Your parcels"))
Turn = Literal["assigned", "said", "over"]


class Visit:
    def __init__(self, url: str, pace: Pace) -> None:
        self._url = url
        self._pace = pace
        self._luck = pace.luck
        self._turns: asyncio.Queue[Turn] = asyncio.Queue()
        self._chat_id: str | None = None

    async def play(self) -> None:
        """One visit from first to last. What goes wrong ends it: a visitor who cannot reach anybody goes away."""
        path, title = self._luck.choice(PAGES)
        page = {"url": f"{self._url}{path}", "title": title, "referrer": ""}
        auth = {"page": page, "locale": self._luck.choice(LOCALES)}
        try:
            async with Connection(self._url, "/visitor", auth) as connection:
                connection.on("chat", self._hear_chat)
                connection.on("message", self._hear_message)
                await self._visit(connection)
        except FAULTS:
            return

    async def _visit(self, connection: Connection) -> None:
        hello = await connection.hello()
        open_now = [department["id"] for department in hello["departments"] if department["open"]]
        served = [name for name in open_now if name in texts.TRADES]
        if not served:
            return
        await self._pace.wait(1, 6)
        department = self._luck.choice(served)
        topic = texts.TRADES[department].topics[self._luck.randrange(len(KINDS))]
        known, who = texts.facts(self._luck, ""), person(self._luck, "")
        asked: Json = {"client_id": new_id(), "question": known.say(self._luck.choice(topic.questions))}
        told = {"name": who.name, "email": who.email, "department": department, "topic": topic.name}
        started = await connection.ask("chat:start", {**asked, **{k: v for k, v in told.items() if v is not None}})
        if not started.get("ok"):
            return
        self._chat_id = started["chat"]["id"]
        if started["chat"]["state"] == "active" or await self._is_served(connection, who.email):
            await self._talk(connection, known)

    async def _is_served(self, connection: Connection, email: str | None) -> bool:
        """Wait for an agent; False: gave up, some of them asking for a mail instead."""
        try:
            async with asyncio.timeout(self._pace.seconds(PATIENCE_S) + self._pace.patience(10)):
                return await self._turns.get() != "over"
        except TimeoutError:
            if email is not None and self._luck.random() < 0.5:
                wish = {"client_id": new_id(), "email": email, "chat_id": self._chat_id}
                await connection.ask("chat:to_ticket", wish)
            else:
                await connection.ask("chat:leave", {"chat_id": self._chat_id})
            return False

    async def _talk(self, connection: Connection, known: texts.Facts) -> None:
        will_say = self._luck.choice((1, 2, 2, 3, 4))
        goes_early = self._luck.random() < 0.06
        while True:
            async with asyncio.timeout(self._pace.patience(SILENCE_S)):
                turn = await self._turns.get()
            if turn == "over":
                await self._rate(connection)
                return
            if turn == "said" and will_say > 0:
                will_say -= 1
                await self._say(connection, known.say(self._luck.choice(texts.VISITOR_TURNS)))
            elif turn == "said" and goes_early:
                await connection.ask("chat:leave", {"chat_id": self._chat_id})
                return

    async def _say(self, connection: Connection, text: str) -> None:
        await self._pace.wait(2, 8)
        await connection.ask("typing", {"chat_id": self._chat_id, "on": True})
        await self._pace.type(text)
        await connection.ask("message:send", {"chat_id": self._chat_id, "client_id": new_id(), "body": text})

    async def _rate(self, connection: Connection) -> None:
        await self._pace.wait(1, 4)
        if self._luck.random() < 0.6:
            score = self._luck.choice((5, 5, 5, 5, 4, 4, 4, 3, 2, 1))
            rating: Json = {"chat_id": self._chat_id, "score": score}
            comment = self._luck.choice(texts.PRAISE if score >= 4 else texts.BLAME)
            await connection.ask("chat:rate", rating if comment is None else {**rating, "comment": comment})

    def _hear_chat(self, chat: Json) -> None:
        if chat["state"] == "active":
            self._turns.put_nowait("assigned")
        elif chat["state"] == "closed":
            self._turns.put_nowait("over")

    def _hear_message(self, message: Json) -> None:
        if message["author"]["kind"] == "agent":
            self._turns.put_nowait("said")
