import assert from "node:assert/strict";
import { test } from "node:test";
import type { Line } from "../src/app/net/line.ts";
import { startPost } from "../src/app/net/post.ts";
import { type Action, initial, type State } from "../src/app/state/model.ts";
import { reduce } from "../src/app/state/reduce.ts";
import { chatOf, helloOf } from "./samples.ts";

/** A line whose answers the test gives, one by one. */
function desk() {
  const asked: { event: string; client_id: string; answer: (ack: unknown) => void }[] = [];
  let state: State = reduce(initial, {
    type: "hello",
    hello: helloOf({ chat: chatOf({ state: "active" }) }),
    now_ms: 0,
  });
  const line: Pick<Line, "ask"> = {
    ask: ((event: string, { client_id }: { client_id: string }) =>
      new Promise((answer) =>
        asked.push({ event, client_id, answer: answer as (ack: unknown) => void }),
      )) as Line["ask"],
  };
  const dispatch = (action: Action) => {
    state = reduce(state, action);
    void pump();
  };
  const pump = startPost(line as Line, () => state, dispatch);
  const write = (client_id: string) =>
    dispatch({
      type: "put",
      entry: { client_id, at: "", event: "message:send", send: { chat_id: "c1", client_id, body: client_id } },
    });
  const settle = () => new Promise((done) => setImmediate(done));
  return { asked, dispatch, write, settle, state: () => state };
}
const ok = (seq: number) => ({ ok: true, seq, at: "2026-03-02T10:00:00.000Z" });

test("one message is on the wire at a time, in the order of writing", async () => {
  const { asked, write, settle, state } = desk();
  write("a");
  write("b");
  assert.deepEqual(
    asked.map(({ client_id }) => client_id),
    ["a"],
  );
  asked[0]?.answer(ok(1));
  await settle();
  assert.deepEqual(
    asked.map(({ client_id }) => client_id),
    ["a", "b"],
  );
  asked[1]?.answer(ok(2));
  await settle();
  assert.deepEqual(state().outbox, []);
  assert.deepEqual(
    state().log.messages.map(({ client_id }) => client_id),
    ["a", "b"],
  );
});

test("nothing is sent without a connection, and everything once there is one again", async () => {
  const { asked, write, dispatch, settle } = desk();
  dispatch({ type: "linked", link: "offline" });
  write("a");
  assert.equal(asked.length, 0);
  dispatch({ type: "linked", link: "live" });
  await settle();
  assert.deepEqual(
    asked.map(({ client_id }) => client_id),
    ["a"],
  );
});

test("a message without an answer is sent again under the same id", async () => {
  const { asked, write, dispatch, settle, state } = desk();
  write("a");
  dispatch({ type: "linked", link: "offline" });
  asked[0]?.answer(null);
  await settle();
  assert.equal(state().outbox.length, 1);
  dispatch({ type: "linked", link: "live" });
  await settle();
  assert.deepEqual(
    asked.map(({ client_id }) => client_id),
    ["a", "a"],
  );
});

test("a refused message lets the next one go", async () => {
  const { asked, write, settle, state } = desk();
  write("a");
  write("b");
  asked[0]?.answer({ ok: false, error: { code: "too_large", message: "Too long." } });
  await settle();
  assert.equal(state().outbox[0]?.error?.code, "too_large");
  assert.equal(asked[1]?.client_id, "b");
});

test("a rate limit makes the messages wait, in order", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, write, settle } = desk();
  write("a");
  write("b");
  asked[0]?.answer({ ok: false, error: { code: "rate_limited", message: "", retry_after_s: 3 } });
  await settle();
  assert.equal(asked.length, 1);
  context.mock.timers.tick(3_000);
  await settle();
  assert.deepEqual(
    asked.map(({ client_id }) => client_id),
    ["a", "a"],
  );
});

test("an answer whose message came first is not shown twice", async () => {
  const { asked, write, dispatch, settle, state } = desk();
  write("a");
  const author = { kind: "visitor", id: "v1", name: null } as const;
  const push = { chat_id: "c1", seq: 1, client_id: "a", author, kind: "text", body: "a", at: "" } as const;
  dispatch({ type: "messages", chat_id: "c1", messages: [push] });
  asked[0]?.answer(ok(1));
  await settle();
  assert.equal(state().log.messages.length, 1);
});
