import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf } from "../src/state/lines.ts";
import { at, message, note } from "./samples.ts";

test("a note stands right after the message it was written at", () => {
  const messages = [message("c", 1, "visitor"), message("c", 2, "agent")];

  const keys = linesOf(messages, [note("c", 1, 1), note("c", 2, 1)], []).map((line) => line.key);

  assert.deepEqual(keys.slice(1), ["m1", "n1", "n2", "m2"]);
});

test("a note of history that is not loaded yet waits for it", () => {
  const keys = linesOf([message("c", 5, "visitor")], [note("c", 1, 2)], []).map((line) => line.key);

  assert.deepEqual(keys.slice(1), ["m5"]);
});

test("messages of one author within minutes read as one turn, a note or another author ends it", () => {
  const messages = [1, 2, 3].map((seq) => message("c", seq, "visitor"));
  const later = message("c", 4, "visitor", { at: at(4000) });

  const lines = linesOf([...messages, later], [note("c", 1, 2)], []);

  const turns = lines.flatMap((line) => (line.kind === "message" ? [line.continues] : []));
  assert.deepEqual(turns, [false, true, false, false]);
});

test("a line marks each new day once", () => {
  const messages = [message("c", 1, "visitor"), message("c", 2, "visitor", { at: at(3 * 86_400) })];

  const kinds = linesOf(messages, [], []).map((line) => line.kind);

  assert.deepEqual(kinds, ["day", "message", "day", "message"]);
});

test("what is on its way stands last", () => {
  const item = {
    client_id: "x",
    chat_id: "c",
    kind: "message" as const,
    body: "hi",
    at: at(0),
    state: "sending" as const,
    error: null,
  };

  assert.equal(linesOf([message("c", 1, "visitor")], [], [item]).at(-1)?.key, "ox");
});
