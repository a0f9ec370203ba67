import assert from "node:assert/strict";
import { test } from "node:test";
import { incomingHello } from "../src/net/incoming.ts";
import type { QueueSnapshot } from "../src/net/wire.ts";
import { EMPTY_DESK, reduce } from "../src/state/desk.ts";
import { mine, needingResolution, nextUnread, oldestWaiting, totalUnread, waitingGroups } from "../src/state/lists.ts";
import { at, chat, deskWith, hello, JANA, message, SUPPORT } from "./samples.ts";

function waiting(id: string, queuedS: number): QueueSnapshot["waiting"][number] {
  const visitor = chat(id).visitor;
  return {
    chat_id: id,
    visitor,
    question: "?",
    queued_at: at(queuedS),
    priority: "normal",
    position: 1,
    light: "green",
  };
}

test("a hello makes the desk catch up, and it is live once the replay is done", () => {
  const greeted = reduce(EMPTY_DESK, { type: "hello", hello: hello([chat("c")]), seen: {} });

  assert.equal(greeted.connection.state, "catching_up");
  assert.equal(reduce(greeted, { type: "caught_up" }).connection.state, "live");
});

test("offline keeps the moment of the first loss", () => {
  const lost = reduce(deskWith([]), { type: "connection_lost", at: 1000 });

  assert.deepEqual(reduce(lost, { type: "connection_lost", at: 9000 }).connection, { state: "offline", since: 1000 });
});

test("a replay that ends after the connection was lost again does not claim to be live", () => {
  const lost = reduce(deskWith([]), { type: "connection_lost", at: 1000 });

  assert.equal(reduce(lost, { type: "caught_up" }).connection.state, "offline");
});

test("a second hello keeps the messages, so that the replay starts from the last one", () => {
  const before = reduce(deskWith([chat("c")]), {
    type: "messages",
    chat_id: "c",
    messages: [message("c", 1, "visitor")],
  });

  const after = reduce(before, { type: "hello", hello: hello([chat("c", { last_seq: 3 })]), seen: {} });

  assert.equal(after.threads.c?.messages.length, 1);
  assert.equal(after.threads.c?.chat.last_seq, 3);
});

test("a chat that is no longer ours after a reconnect is shown as returned, not as ours", () => {
  const after = reduce(deskWith([chat("c")]), { type: "hello", hello: hello([]), seen: {} });

  assert.deepEqual(mine(after), []);
  assert.equal(after.threads.c?.gone, "returned");
});

test("a reload does not turn read messages unread again", () => {
  const desk = reduce(deskWith([chat("c", { last_seq: 2 })], { c: 2 }), {
    type: "messages",
    chat_id: "c",
    messages: [message("c", 1, "visitor"), message("c", 2, "visitor")],
  });

  assert.equal(totalUnread(desk), 0);
});

test("a late event about a chat's state does not take back its sequence or its clock", () => {
  const heard = reduce(deskWith([chat("c")]), {
    type: "messages",
    chat_id: "c",
    messages: [message("c", 1, "visitor")],
  });

  const desk = reduce(heard, { type: "chat", chat: chat("c", { priority: "urgent" }) });

  assert.equal(desk.threads.c?.chat.last_seq, 1);
  assert.equal(desk.threads.c?.chat.oldest_unanswered_at, at(10));
  assert.equal(desk.threads.c?.chat.priority, "urgent");
});

test("events about chats that this desk does not know change nothing", () => {
  const desk = deskWith([chat("c")]);

  assert.equal(reduce(desk, { type: "chat", chat: chat("x") }), desk);
  assert.equal(reduce(desk, { type: "messages", chat_id: "x", messages: [message("x", 1, "visitor")] }), desk);
});

test("whoever waits longest for an answer stands first among mine", () => {
  const desk = deskWith([
    chat("answered"),
    chat("recent", { oldest_unanswered_at: at(50) }),
    chat("oldest", { oldest_unanswered_at: at(5) }),
  ]);

  assert.deepEqual(
    mine(desk).map((thread) => thread.chat.id),
    ["oldest", "recent", "answered"],
  );
});

test("a chat that the visitor ended stays until its resolution is said", () => {
  const ended = chat("c", { state: "closed", needs_resolution: true, closed_at: at(9) });
  const desk = reduce(reduce(deskWith([chat("c")]), { type: "chat", chat: ended }), {
    type: "unassigned",
    chat_id: "c",
    reason: "closed",
  });

  assert.deepEqual(mine(desk), []);
  assert.equal(needingResolution(desk).length, 1);
  const filed = reduce(desk, { type: "chat", chat: { ...ended, needs_resolution: false, resolution: "resolved" } });
  assert.equal(needingResolution(filed).length, 0);
});

test("each department has its line, an empty one too, and the oldest of all is found", () => {
  const desk = reduce(deskWith([]), {
    type: "queue",
    queue: { department: "sales", total: 150, waiting: [waiting("b", 20), waiting("a", 5)] },
  });

  assert.deepEqual(
    waitingGroups(desk).map((group) => [group.department.id, group.total]),
    [
      [SUPPORT.id, 0],
      ["sales", 150],
    ],
  );
  assert.equal(oldestWaiting(desk)?.chat_id, "a");
});

test("of a line only the entries that say something new are other objects: the rest need not be drawn", () => {
  const line = (...entries: ReturnType<typeof waiting>[]) =>
    ({ type: "queue", queue: { department: "support", total: 2, waiting: entries } }) as const;
  const before = reduce(deskWith([]), line(waiting("a", 5), waiting("b", 6)));

  const after = reduce(before, line(waiting("a", 5), { ...waiting("b", 6), priority: "high" }));

  const entries = [before, after].map((desk) => waitingGroups(desk)[0]?.waiting ?? []);
  assert.equal(entries[0]?.[0], entries[1]?.[0]);
  assert.deepEqual(entries[1]?.[1], { ...waiting("b", 6), priority: "high" });
});

test("a chat that is mine leaves the line at once, before the next snapshot of it", () => {
  const lined = reduce(deskWith([]), {
    type: "queue",
    queue: { department: "support", total: 2, waiting: [waiting("a", 5), waiting("b", 6)] },
  });

  const [group] = waitingGroups(reduce(lined, { type: "assigned", chat: chat("a") }));

  assert.equal(group?.total, 1);
  assert.deepEqual(
    group?.waiting.map((entry) => entry.chat_id),
    ["b"],
  );
});

test("the next unread chat goes round and skips what is read", () => {
  const fresh = (id: string, desk: ReturnType<typeof deskWith>) =>
    reduce(desk, { type: "messages", chat_id: id, messages: [message(id, 1, "visitor")] });
  const desk = fresh("c", fresh("a", deskWith([chat("a"), chat("b"), chat("c")])));

  assert.equal(nextUnread(desk, "a"), "c");
  assert.equal(nextUnread(desk, "c"), "a");
  assert.equal(nextUnread(deskWith([chat("a")]), null), null);
});

test("an alarm is kept once and goes when it is called off", () => {
  const alarm = { kind: "long_wait" as const, on: true, chat_id: "c", since: at(0) };
  const on = reduce(reduce(deskWith([]), { type: "alarm", alarm }), { type: "alarm", alarm });

  assert.equal(on.alarms.length, 1);
  assert.equal(reduce(on, { type: "alarm", alarm: { ...alarm, on: false } }).alarms.length, 0);
});

test("a typing mark fades by itself unless it was renewed", () => {
  const typing = { chat_id: "c", author: { kind: "visitor" as const, id: "v", name: null }, on: true };
  const once = reduce(deskWith([chat("c")]), { type: "typing", typing, nowMs: 0 });
  const renewed = reduce(once, { type: "typing", typing, nowMs: 5000 });

  assert.equal(reduce(once, { type: "typing_faded", chat_id: "c", nowMs: 8050 }).threads.c?.typing, null);
  assert.notEqual(reduce(renewed, { type: "typing_faded", chat_id: "c", nowMs: 8050 }).threads.c?.typing, null);
});

test("the visitor's read mark only moves forward", () => {
  const read = (seq: number) => ({ type: "visitor_read" as const, chat_id: "c", seq });
  const desk = reduce(reduce(deskWith([chat("c")]), read(4)), read(2));

  assert.equal(desk.threads.c?.chat.read_seq, 4);
});

test("a colleague's presence replaces the one before", () => {
  const entry = {
    agent: JANA,
    status: "online" as const,
    reason: null,
    since: at(0),
    load: 1,
    capacity: 4,
    connected: true,
  };
  const desk = reduce(reduce(deskWith([]), { type: "team", entry }), { type: "team", entry: { ...entry, load: 2 } });

  assert.deepEqual(
    desk.team.map((member) => member.load),
    [2],
  );
});

test("one's own status follows what another tab has set", () => {
  const entry = {
    agent: JANA,
    status: "away" as const,
    reason: "Lunch",
    since: at(0),
    load: 0,
    capacity: 2,
    connected: true,
  };
  const desk = reduce(deskWith([]), { type: "team", entry });

  assert.deepEqual([desk.status, desk.reason, desk.capacity], ["away", "Lunch", 2]);
});

test("after a reload the chats their visitors ended are still there to be given a resolution", () => {
  const ended = chat("c", { state: "closed", needs_resolution: true });
  const greeted = reduce(EMPTY_DESK, {
    type: "hello",
    hello: incomingHello({ ...hello([]), to_resolve: [ended] }),
    seen: {},
  });

  assert.deepEqual(
    needingResolution(greeted).map((thread) => thread.chat.id),
    ["c"],
  );
  assert.deepEqual(mine(greeted), []);
});
