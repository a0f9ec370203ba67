// Catching up: after each `hello`, and whenever a sequence number shows that something did not arrive.

import { unconfirmed } from "../state/outbox.ts";
import { desk, dispatch, outbox } from "../state/store.ts";
import { lastNote, lastSeq, missingAfter, type Thread } from "../state/thread.ts";
import { deliver } from "./delivery.ts";
import { ask } from "./socket.ts";

/** How much of a chat is fetched when it is first shown; older history comes on request, in the same portions. */
const PAGE = 80;

const running = new Map<string, Promise<void>>();

async function fetchFrom(chatId: string, afterSeq: number, afterNote: number): Promise<void> {
  let after = afterSeq;
  for (let more = true; more; ) {
    const reply = await ask("chat:sync", { chat_id: chatId, after_seq: after, after_note_seq: afterNote });
    if (!reply.ok) return;
    dispatch({ type: "messages", chat_id: chatId, messages: reply.messages, notes: reply.notes, first: true });
    dispatch({ type: "chat", chat: reply.chat });
    after = reply.messages.at(-1)?.seq ?? after;
    more = reply.more && reply.messages.length > 0;
  }
}

function startOf(thread: Thread): number {
  if (!thread.loaded) return Math.max(0, thread.chat.last_seq - PAGE);
  return missingAfter(thread) ?? lastSeq(thread);
}

/** Brings one chat up to date. Two callers at the same time share one replay. */
export function catchUp(chatId: string): Promise<void> {
  const thread = desk.value.threads[chatId];
  const known = running.get(chatId);
  if (known || !thread) return known ?? Promise.resolve();
  const run = fetchFrom(chatId, startOf(thread), lastNote(thread)).finally(() => running.delete(chatId));
  running.set(chatId, run);
  return run;
}

/** After a message: asks for what is missing before it, if anything is. */
export function fillHole(chatId: string): void {
  const thread = desk.value.threads[chatId];
  if (thread?.loaded && missingAfter(thread) !== null) void catchUp(chatId);
}

/** The portion before the oldest message that is known. */
export async function fetchOlder(chatId: string): Promise<void> {
  const first = desk.value.threads[chatId]?.messages[0]?.seq ?? 1;
  if (first <= 1) return;
  const after = Math.max(0, first - 1 - PAGE);
  const reply = await ask("chat:sync", { chat_id: chatId, after_seq: after, after_note_seq: 0 });
  if (!reply.ok) return;
  const older = reply.messages.filter((message) => message.seq < first);
  dispatch({ type: "messages", chat_id: chatId, messages: older, notes: reply.notes });
}

/** Everything after a `hello`: unconfirmed words first (they keep their order), then each chat from its last seq. */
export async function afterHello(): Promise<void> {
  for (const item of unconfirmed(outbox.value)) void deliver(item);
  const threads = Object.values(desk.value.threads);
  const watching = threads.filter((thread) => thread.watched && !thread.held);
  await Promise.all(watching.map((thread) => ask("chat:watch", { chat_id: thread.chat.id })));
  await Promise.all(threads.filter((t) => t.held || t.watched).map((thread) => catchUp(thread.chat.id)));
  dispatch({ type: "caught_up" });
}
