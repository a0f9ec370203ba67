import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drop,
  nextToSend,
  type Outgoing,
  put,
  refuse,
  restored,
  retry,
  retryAfter_s,
} from "../src/app/state/outbox.ts";

const message = (client_id: string): Outgoing => ({
  client_id,
  at: "2026-03-02T10:00:00.000Z",
  event: "message:send",
  send: { chat_id: "c1", client_id, body: client_id },
});
const order: Outgoing = {
  client_id: "s1",
  at: "2026-03-02T10:00:00.000Z",
  event: "chat:start",
  send: { client_id: "s1", question: "?" },
};
const ids = (outbox: Outgoing[]) => outbox.map(({ client_id }) => client_id);
const refusal = { code: "too_large", message: "Too long." } as const;

test("messages leave in the order of writing", () => {
  const outbox = put(put([], message("a")), message("b"));
  assert.equal(nextToSend(outbox)?.client_id, "a");
  assert.equal(nextToSend(drop(outbox, "a"))?.client_id, "b");
});

test("the same message put twice is sent once", () => {
  assert.deepEqual(ids(put(put([], message("a")), message("a"))), ["a"]);
});

test("a refused message stays with its error and lets the next one go", () => {
  const outbox = refuse([message("a"), message("b")], "a", refusal);
  assert.deepEqual(ids(outbox), ["a", "b"]);
  assert.deepEqual(outbox[0]?.error, refusal);
  assert.equal(nextToSend(outbox)?.client_id, "b");
});

test("a refused order leaves the outbox, because its form shows the error", () => {
  assert.deepEqual(refuse([order], "s1", refusal), []);
});

test("try again sends the same message under the same id", () => {
  const again = retry(refuse([message("a")], "a", refusal), "a", () => "new");
  assert.deepEqual(again, [message("a")]);
});

test("try again after a conflict is another message", () => {
  const outbox = refuse([message("a")], "a", { code: "conflict", message: "" });
  const [again] = retry(outbox, "a", () => "new");
  assert.equal(again?.client_id, "new");
  assert.equal(again?.send.client_id, "new");
});

test("only a temporary refusal is worth another try by itself", () => {
  assert.equal(retryAfter_s({ code: "rate_limited", message: "", retry_after_s: 7 }), 7);
  assert.equal(retryAfter_s({ code: "unavailable", message: "" }), 2);
  assert.equal(retryAfter_s({ code: "rate_limited", message: "", retry_after_s: 9_999 }), 60);
  assert.equal(retryAfter_s({ code: "closed", message: "" }), null);
});

test("what another version left in the storage is ignored", () => {
  assert.deepEqual(ids(restored([message("a"), null, 7, { client_id: "b" }])), ["a"]);
  assert.deepEqual(restored(undefined), []);
});
