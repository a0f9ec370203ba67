import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmed, type Outbox, parseOutbox, put, refused, retried, unconfirmed } from "../src/state/outbox.ts";

function written(...ids: string[]): Outbox {
  const item = { chat_id: "c", kind: "message" as const, body: "hello", at: "2026-05-05T12:00:00.000Z" };
  return ids.reduce<Outbox>((outbox, client_id) => put(outbox, { ...item, client_id }), []);
}

test("after a reconnect everything unconfirmed goes out again, in order, under its first id", () => {
  const outbox = confirmed(written("a", "b", "c"), "b");

  assert.deepEqual(
    unconfirmed(outbox).map((item) => item.client_id),
    ["a", "c"],
  );
});

test("the same id is not put twice", () => {
  assert.equal(written("a", "a").length, 1);
});

test("a refused message waits for the agent and says why", () => {
  const outbox = refused(written("a", "b"), "a", "This chat is over.");

  assert.deepEqual(
    unconfirmed(outbox).map((item) => item.client_id),
    ["b"],
  );
  assert.equal(outbox[0]?.error, "This chat is over.");
});

test("trying again keeps the id and the place", () => {
  const outbox = retried(refused(written("a", "b"), "a", "No."), "a");

  assert.deepEqual(
    unconfirmed(outbox).map((item) => item.client_id),
    ["a", "b"],
  );
  assert.equal(outbox[0]?.error, null);
});

test("an outbox survives a reload", () => {
  const outbox = refused(written("a", "b"), "a", "No.");

  assert.deepEqual(parseOutbox(JSON.stringify(outbox)), outbox);
});

test("what is no outbox is dropped without a fault", () => {
  for (const broken of [null, "", "{", "7", '{"a":1}', "[null, 3, {}]", '[{"client_id": 1}]']) {
    assert.deepEqual(parseOutbox(broken), []);
  }
});
