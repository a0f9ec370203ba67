"""A played agent: signs in, goes online, answers their chats, has a break now and then, loses the line now and then."""

from __future__ import annotations

import asyncio

import aiohttp

from server.commands.demo import DemoPerson
from server.ids import new_id
from server.simulation import texts
from server.traffic.connection import FAULTS, Connection, Json
from server.traffic.pace import Pace

ONLINE_S = 900.0
BREAK_S = 90.0
COME_BACK_S = 5.0
SILENCE_S = 90.0
LINE_LOST = 0.15  # of the breaks: a lost connection instead
UNRESOLVED = 0.15


class Shift:
    def __init__(self, url: str, person: DemoPerson, pace: Pace) -> None:
        self._url = url
        self._person = person
        self._pace = pace
        self._luck = pace.luck
        self._talks: dict[str, asyncio.Queue[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def play(self) -> None:
        """Until cancelled. Whoever loses the connection comes back."""
        while True:
            try:
                token = await self._sign_in()
                async with Connection(self._url, "/agent", {"token": token}) as connection:
                    await self._serve(connection)
            except FAULTS:
                pass
            finally:
                await self._drop_talks()
            await asyncio.sleep(self._pace.patience(COME_BACK_S))

    async def _sign_in(self) -> str:
        body = {"email": self._person.email, "password": self._person.password}
        async with (
            aiohttp.ClientSession(raise_for_status=True) as http,
            http.post(f"{self._url}/api/v1/sessions", json=body) as answer,
        ):
            return str((await answer.json())["token"])

    async def _serve(self, connection: Connection) -> None:
        """Until the connection is lost, or they lose it themselves."""
        connection.on("assigned", lambda chat: self._take_up(connection, chat))
        connection.on("unassigned", lambda gone: self._tell(gone["chat_id"], "over"))
        connection.on("message", self._hear)
        hello = await connection.hello()
        for chat in hello["chats"]:
            self._take_up(connection, chat)
        while True:
            await connection.ask("status:set", {"status": "online"})
            if await self._is_cut(connection, self._pace.seconds(ONLINE_S)) or self._luck.random() < LINE_LOST:
                return
            await connection.ask("status:set", {"status": "away", "reason": self._luck.choice(("break", "meeting"))})
            if await self._is_cut(connection, self._pace.seconds(BREAK_S)):
                return

    @staticmethod
    async def _is_cut(connection: Connection, within_s: float) -> bool:
        try:
            async with asyncio.timeout(within_s):
                await connection.closed.wait()
        except TimeoutError:
            return False
        return True

    async def _drop_talks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._talks.clear()

    # ---- one chat -------------------------------------------------------------------------------------------------

    def _take_up(self, connection: Connection, chat: Json) -> None:
        if chat["id"] in self._talks:
            return
        self._talks[chat["id"]] = asyncio.Queue()
        task = asyncio.ensure_future(self._talk(connection, chat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _hear(self, message: Json) -> None:
        if message["author"]["kind"] == "visitor":
            self._tell(message["chat_id"], "said")

    def _tell(self, chat_id: str, what: str) -> None:
        if chat_id in self._talks:
            self._talks[chat_id].put_nowait(what)

    async def _talk(self, connection: Connection, chat: Json) -> None:
        """Greets, answers what is said, and ends the chat when nothing more comes."""
        topic = self._topic(chat)
        known = texts.facts(self._luck, self._person.name.partition(" ")[0])
        turns = self._talks[chat["id"]]
        answers = [*topic.answers, *texts.AGENT_TURNS]
        try:
            is_there = await self._say(connection, chat["id"], known.say(self._luck.choice(texts.GREETINGS)))
            for _ in range(self._luck.randint(1, 4)):
                if not is_there or await self._next(turns) != "said":
                    break
                is_there = await self._say(connection, chat["id"], known.say(self._luck.choice(answers)))
            if is_there:
                await self._close(connection, chat, topic)
        except FAULTS:
            return
        finally:
            self._talks.pop(chat["id"], None)

    async def _next(self, turns: asyncio.Queue[str]) -> str:
        try:
            async with asyncio.timeout(self._pace.patience(SILENCE_S)):
                return await turns.get()
        except TimeoutError:
            return "silent"

    async def _say(self, connection: Connection, chat_id: str, text: str) -> bool:
        """False: the chat is over, or another's."""
        await self._pace.wait(2, 7)
        typing = await connection.ask("typing", {"chat_id": chat_id, "on": True})
        if not typing.get("ok"):
            return False
        await self._pace.type(text)
        sent = await connection.ask("message:send", {"chat_id": chat_id, "client_id": new_id(), "body": text})
        return bool(sent.get("ok"))

    async def _close(self, connection: Connection, chat: Json, topic: texts.Topic) -> None:
        has_address = bool(chat["visitor"]["email"])
        order: Json = {"chat_id": chat["id"], "resolution": "resolved", "topic": topic.name}
        if has_address and self._luck.random() < UNRESOLVED:
            await self._say(connection, chat["id"], self._luck.choice(texts.PASSED_ON))
            order |= {"resolution": "unresolved", "ticket": {"subject": chat["question"][:100]}}
        else:
            await self._say(connection, chat["id"], self._luck.choice(texts.GOODBYES))
        await connection.ask("chat:close", order)

    def _topic(self, chat: Json) -> texts.Topic:
        trade = texts.TRADES.get(chat["department"]["id"], texts.TRADES["support"])
        return next((topic for topic in trade.topics if topic.name == chat["topic"]), trade.topics[0])
