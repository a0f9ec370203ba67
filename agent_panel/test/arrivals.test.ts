import assert from "node:assert/strict";
import { test } from "node:test";
import { occasionOf } from "../src/state/arrivals.ts";
import { reduce } from "../src/state/desk.ts";
import { at, chat, deskWith, message } from "./samples.ts";

test("a new chat is announced once, not again after a reconnect", () => {
  const assigned = { type: "assigned" as const, chat: chat("c") };
  const desk = deskWith([]);

  assert.equal(occasionOf(desk, assigned)?.occasion, "assigned");
  assert.equal(occasionOf(reduce(desk, assigned), assigned), null);
});

test("a visitor's message is announced, an own one, an event and a replay are not", () => {
  const desk = deskWith([chat("c", { last_seq: 3 })]);
  const heard = (kind: "visitor" | "agent" | "system", seq: number) =>
    occasionOf(desk, { type: "messages", chat_id: "c", messages: [message("c", seq, kind)] });

  assert.equal(heard("visitor", 4)?.text, "text 4");
  assert.equal(heard("agent", 4), null);
  assert.equal(heard("system", 4), null);
  assert.equal(heard("visitor", 2), null);
});

test("somebody new in line is announced, the first snapshot is not", () => {
  const visitor = chat("w").visitor;
  const entry = {
    chat_id: "w",
    visitor,
    question: "?",
    queued_at: at(0),
    priority: "normal" as const,
    position: 1,
    light: "green" as const,
  };
  const joined = { type: "queue" as const, queue: { department: "support", total: 1, waiting: [entry] } };
  const empty = reduce(deskWith([]), { type: "queue", queue: { department: "support", total: 0, waiting: [] } });

  assert.equal(occasionOf(deskWith([]), joined), null);
  assert.equal(occasionOf(empty, joined)?.occasion, "waiting");
  assert.equal(occasionOf(reduce(empty, joined), joined), null);
});
