// Getting an agent's words to the server: exactly once, in order, whatever the network does meanwhile.
import { confirmed, type Outgoing, put, refused, retried } from "../state/outbox.ts";
import { agent, currentMs, desk, dispatch, outbox, setDraft } from "../state/store.ts";
import { ask } from "./socket.ts";
import type { Author, FileInfo, WireError } from "./wire.ts";

const AGAIN_MS = 3000;

function author(): Author {
  return { kind: "agent", id: agent.value?.id ?? null, name: agent.value?.name ?? null };
}

async function sendMessage(item: Outgoing): Promise<WireError | null> {
  const { chat_id, client_id, body, file } = item;
  const reply = await ask("message:send", { chat_id, client_id, ...(file ? { file_id: file.id } : { body }) });
  if (!reply.ok) return reply.error;
  const { seq, at } = reply;
  const what = file ? { kind: "file" as const, file } : { kind: "text" as const };
  const message = { chat_id, seq, client_id, author: author(), ...what, body, at };
  dispatch({ type: "messages", chat_id, messages: [message] });
  return null;
}

async function sendNote(item: Outgoing): Promise<WireError | null> {
  const { chat_id, client_id, body } = item;
  const reply = await ask("note:add", { chat_id, client_id, body });
  if (!reply.ok) return reply.error;
  const known = desk.value.threads[chat_id];
  if (known?.notes.some((note) => note.note_seq === reply.note_seq)) return null;
  const after_seq = known?.chat.last_seq ?? 0;
  const note = { chat_id, note_seq: reply.note_seq, after_seq, client_id, author: author(), body, at: reply.at };
  dispatch({ type: "messages", chat_id, messages: [], notes: [note] });
  return null;
}

/** A refusal that may pass by itself is tried again; one that will not is shown with "try again" and its reason. */
export async function deliver(item: Outgoing): Promise<void> {
  const error = await (item.kind === "note" ? sendNote(item) : sendMessage(item));
  if (error === null) {
    outbox.value = confirmed(outbox.value, item.client_id);
  } else if (error.code === "unavailable" || error.code === "rate_limited") {
    const waitMs = error.retry_after_s === undefined ? AGAIN_MS : error.retry_after_s * 1000;
    setTimeout(() => again(item.client_id), waitMs);
  } else {
    outbox.value = refused(outbox.value, item.client_id, error.message);
  }
}

function again(clientId: string): void {
  const item = outbox.value.find((known) => known.client_id === clientId && known.state === "sending");
  if (item) void deliver(item);
}

export function say(chatId: string, body: string, kind: Outgoing["kind"]): void {
  post({ chat_id: chatId, kind, body });
  setDraft(chatId, { text: "", note: false });
}

/** A file that was uploaded for this chat. */
export function sayFile(chatId: string, file: FileInfo): void {
  post({ chat_id: chatId, kind: "message", body: file.name, file });
}

function post(said: Pick<Outgoing, "chat_id" | "kind" | "body" | "file">): void {
  const client_id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  outbox.value = put(outbox.value, { client_id, at: new Date(currentMs()).toISOString(), ...said });
  again(client_id);
}

export function tryAgain(clientId: string): void {
  outbox.value = retried(outbox.value, clientId);
  again(clientId);
}

/** Takes a failed message back into the composer. */
export function takeBack(item: Outgoing): void {
  outbox.value = confirmed(outbox.value, item.client_id);
  setDraft(item.chat_id, { text: item.body, note: item.kind === "note" });
}
