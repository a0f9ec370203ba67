import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, initial, type State } from "../src/app/state/model.ts";
import { reduce } from "../src/app/state/reduce.ts";
import { screenOf, unread } from "../src/app/state/screen.ts";
import { chatOf, helloOf, messageOf, support } from "./samples.ts";

const after = (...actions: Action[]): State => actions.reduce(reduce, initial);
const hello = (part = {}): Action => ({
  type: "hello",
  hello: helloOf(part),
  now_ms: Date.parse("2026-03-02T10:00:00.000Z"),
});
const messages = (...list: ReturnType<typeof messageOf>[]): Action => ({
  type: "messages",
  chat_id: "c1",
  messages: list,
});
const own = (client_id: string): Action => ({
  type: "put",
  entry: {
    client_id,
    at: "2026-03-02T10:00:00.000Z",
    event: "message:send",
    send: { chat_id: "c1", client_id, body: client_id },
  },
});
const active = chatOf({ state: "active", agent: { id: "a1", name: "Jana" }, queue: null });
const closed = chatOf({ state: "closed", closed_at: "2026-03-02T09:55:00.000Z", queue: null });

test("each state of the chat has its screen", () => {
  assert.equal(screenOf(initial), "loading");
  assert.equal(screenOf(after(hello())), "start");
  assert.equal(screenOf(after(hello({ departments: [{ ...support, open: false }] }))), "closed");
  assert.equal(screenOf(after(hello({ chat: chatOf() }))), "waiting");
  assert.equal(screenOf(after(hello({ chat: active }))), "chat");
  assert.equal(screenOf(after(hello({ last_chat: closed }))), "ended");
});

test("a chat that ended hours ago is offered, not shown", () => {
  const state = after(hello({ last_chat: { ...closed, closed_at: "2026-03-02T07:00:00.000Z" } }));
  assert.equal(screenOf(state), "start");
  assert.equal(screenOf(reduce(state, { type: "looked_back" })), "ended");
});

test("a chat that ended while the connection was lost is shown as ended, with its messages", () => {
  const state = after(
    hello({ chat: active }),
    messages(messageOf(1)),
    { type: "linked", link: "offline" },
    hello({ last_chat: closed }),
  );
  assert.equal(screenOf(state), "ended");
  assert.equal(state.log.messages.length, 1);
});

test("a reconnect keeps messages and unsent ones", () => {
  const state = after(
    hello({ chat: active }),
    messages(messageOf(1)),
    own("x"),
    { type: "linked", link: "offline" },
    hello({ chat: active }),
  );
  assert.equal(state.log.messages.length, 1);
  assert.equal(state.outbox.length, 1);
});

test("unsent messages of a chat that is gone do not wait for ever", () => {
  assert.deepEqual(after(hello({ chat: active }), own("x"), hello({ chat: chatOf({ id: "c2" }) })).outbox, []);
});

test("an own message that comes back leaves the outbox and is shown once", () => {
  const echo = messageOf(1, { client_id: "x", author: { kind: "visitor", id: "v1", name: null } });
  const state = after(hello({ chat: active }), own("x"), messages(echo), messages(echo));
  assert.deepEqual(state.outbox, []);
  assert.equal(state.log.messages.length, 1);
});

test("a message of another chat changes nothing", () => {
  const state = after(hello({ chat: active }));
  assert.equal(reduce(state, { type: "messages", chat_id: "c9", messages: [messageOf(1)] }), state);
});

test("an agent's message ends their typing and counts as unread until it was on screen", () => {
  const state = after(hello({ chat: active }), { type: "typing", chat_id: "c1", name: "Jana" }, messages(messageOf(1)));
  assert.equal(state.typing, null);
  assert.equal(unread(state), 1);
  assert.equal(unread(reduce(state, { type: "seen", seq: 1 })), 0);
});

test("an answer from another tab means that what came before was read", () => {
  const reply = messageOf(2, { author: { kind: "visitor", id: "v1", name: null } });
  assert.equal(unread(after(hello({ chat: active }), messages(messageOf(1), reply))), 0);
});

test("the reason of a setback stays until the place gets better", () => {
  const queue = (ahead: number, reason: "agent_left" | null): Action => ({
    type: "queue",
    chat_id: "c1",
    queue: { position: ahead + 1, ahead, wait: null, reason },
  });
  const worse = after(hello({ chat: chatOf() }), queue(3, "agent_left"), queue(3, null));
  assert.equal(worse.setback, "agent_left");
  assert.equal(reduce(worse, queue(2, null)).setback, null);
});

test("a wait that grew by itself is explained while it is long, and never hides a reason", () => {
  const queue = (reason: "agent_left" | null, grew?: "slower"): Action => ({
    type: "queue",
    chat_id: "c1",
    queue: { position: 4, ahead: 3, wait: { likely_s: 300, upto_s: 500 }, reason, ...(grew && { grew }) },
  });
  const grown = after(hello({ chat: chatOf() }), queue(null), queue(null, "slower"));
  assert.equal(grown.setback, "slower");
  assert.equal(reduce(grown, queue(null)).setback, null);
  assert.equal(reduce(reduce(grown, queue("agent_left")), queue(null, "slower")).setback, "agent_left");
});

test("what was read does not become unread by an older chat event", () => {
  const state = after(hello({ chat: active }), { type: "read", chat_id: "c1", seq: 4 }, { type: "chat", chat: active });
  assert.equal(state.chat?.read_seq, 4);
});

test("a refused start keeps what was typed and says why beside its button", () => {
  const state = after(
    hello(),
    { type: "form", form: { question: "Where is it?" } },
    {
      type: "put",
      entry: { client_id: "s", at: "", event: "chat:start", send: { client_id: "s", question: "Where is it?" } },
    },
    { type: "refused", client_id: "s", error: { code: "not_open", message: "Closed.", opens_at: null } },
  );
  assert.equal(state.form.question, "Where is it?");
  assert.equal(state.error?.deed, "chat:start");
  assert.equal(state.busy, null);
  assert.deepEqual(state.outbox, []);
});

test("the question that became a chat is not offered again, another one is", () => {
  const typed = (question: string) =>
    after(hello(), { type: "form", form: { question } }, { type: "chat", chat: chatOf() });
  assert.equal(typed("Where is my parcel? ").form.question, "");
  assert.equal(typed("Something else").form.question, "Something else");
});

test("writing instead ends with the ticket's number", () => {
  const ticket = { number: "10023", url: "/t/x", checkpoint_at: null };
  const state = after(
    hello({ chat: chatOf() }),
    { type: "writing", as: "write" },
    { type: "ticketed", ticket, asked: { email: "a@b.cz" } },
  );
  assert.equal(screenOf(state), "confirmed");
  assert.equal(screenOf(reduce(state, { type: "restarted" })), "start");
});

test("an agent who comes while the address is typed takes the visitor to the chat", () => {
  assert.equal(
    screenOf(after(hello({ chat: chatOf() }), { type: "writing", as: "write" }, { type: "chat", chat: active })),
    "chat",
  );
});
