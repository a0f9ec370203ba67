import assert from "node:assert/strict";
import { test } from "node:test";
import { hasOlder, lastSpoken, missingAfter, newThread, unread, withMessages } from "../src/state/thread.ts";
import { at, chat, message, note } from "./samples.ts";

const EMPTY = newThread(chat("c"), 0);

test("a message that comes twice is shown once, and order follows the sequence", () => {
  const thread = withMessages(withMessages(EMPTY, [message("c", 2, "agent"), message("c", 1, "visitor")]), [
    message("c", 2, "agent"),
  ]);

  assert.deepEqual(
    thread.messages.map((m) => m.seq),
    [1, 2],
  );
});

test("a hole says after which message the replay must start", () => {
  const thread = withMessages(
    EMPTY,
    [1, 2, 5].map((seq) => message("c", seq, "visitor")),
  );

  assert.equal(missingAfter(thread), 2);
  assert.equal(missingAfter(withMessages(thread, [message("c", 3, "visitor"), message("c", 4, "visitor")])), null);
});

test("a chat that is known to be longer than what arrived is incomplete", () => {
  const thread = withMessages(newThread(chat("c", { last_seq: 4 }), 0), [message("c", 3, "visitor")]);

  assert.equal(missingAfter(thread), 3);
  assert.equal(hasOlder(thread), true);
});

test("a visitor's message starts the clock, a second one does not restart it, an answer stops it", () => {
  const first = withMessages(EMPTY, [message("c", 1, "visitor")]);
  const second = withMessages(first, [message("c", 2, "visitor")]);
  const answered = withMessages(second, [message("c", 3, "agent")]);

  assert.equal(first.chat.oldest_unanswered_at, at(10));
  assert.equal(second.chat.oldest_unanswered_at, at(10));
  assert.equal(answered.chat.oldest_unanswered_at, null);
});

test("older history and events leave the clock alone", () => {
  const known = newThread(chat("c", { last_seq: 5, oldest_unanswered_at: at(40) }), 0);

  const thread = withMessages(known, [message("c", 2, "agent"), message("c", 6, "system")]);

  assert.equal(thread.chat.oldest_unanswered_at, at(40));
  assert.equal(thread.chat.last_seq, 6);
});

test("unread counts the visitor's messages after the last one seen or answered", () => {
  const visitor = [1, 2, 4, 5].map((seq) => message("c", seq, "visitor"));
  const thread = withMessages(EMPTY, [...visitor, message("c", 3, "agent"), message("c", 6, "system")]);

  assert.equal(unread(thread), 2);
  assert.equal(unread({ ...thread, seen: 4 }), 1);
  assert.equal(unread({ ...thread, seen: 6 }), 0);
});

test("the last line is what somebody said, not an event", () => {
  const thread = withMessages(EMPTY, [message("c", 1, "visitor"), message("c", 2, "system")]);

  assert.equal(lastSpoken(thread)?.seq, 1);
});

test("a note that arrives twice is kept once", () => {
  const thread = withMessages(withMessages(EMPTY, [], [note("c", 1, 0)]), [], [note("c", 1, 0), note("c", 2, 0)]);

  assert.deepEqual(
    thread.notes.map((n) => n.note_seq),
    [1, 2],
  );
});

test("the typing mark goes when the visitor's message comes", () => {
  const typing = { ...EMPTY, typing: { preview: null, untilMs: 1 } };

  assert.equal(withMessages(typing, [message("c", 1, "visitor")]).typing, null);
  assert.notEqual(withMessages(typing, [message("c", 1, "agent")]).typing, null);
});
