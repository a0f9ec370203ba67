// What this agent wrote and the server has not confirmed. Kept through reloads and reconnects; an entry is sent again
// under its first client_id, so that the server can tell a repeat from a new message.

import type { FileInfo } from "../net/wire.ts";

export interface Outgoing {
  client_id: string;
  chat_id: string;
  kind: "message" | "note";
  body: string;
  /** Uploaded already; `body` is its name. */
  file?: FileInfo;
  at: string;
  state: "sending" | "failed";
  /** Why it failed, in words for the agent; null while it is on its way. */
  error: string | null;
}

export type Outbox = readonly Outgoing[];

export function put(outbox: Outbox, item: Omit<Outgoing, "state" | "error">): Outbox {
  if (outbox.some((known) => known.client_id === item.client_id)) return outbox;
  return [...outbox, { ...item, state: "sending", error: null }];
}

export function confirmed(outbox: Outbox, clientId: string): Outbox {
  return outbox.filter((item) => item.client_id !== clientId);
}

/** The server refused it: trying the same again by itself would be refused again. */
export function refused(outbox: Outbox, clientId: string, error: string): Outbox {
  return outbox.map((item) => (item.client_id === clientId ? { ...item, state: "failed", error } : item));
}

export function retried(outbox: Outbox, clientId: string): Outbox {
  return outbox.map((item) => (item.client_id === clientId ? { ...item, state: "sending", error: null } : item));
}

/** What goes out again after a reconnect, in the order in which it was written. */
export function unconfirmed(outbox: Outbox): Outgoing[] {
  return outbox.filter((item) => item.state === "sending");
}

export function ofChat(outbox: Outbox, chatId: string): Outgoing[] {
  return outbox.filter((item) => item.chat_id === chatId);
}

const KEPT_FIELDS: (keyof Outgoing)[] = ["client_id", "chat_id", "kind", "body", "at", "state"];

/** What a storage gave back; anything that does not look like an outbox is dropped. */
export function parseOutbox(stored: string | null): Outbox {
  try {
    const items: unknown = JSON.parse(stored ?? "[]");
    if (!Array.isArray(items)) return [];
    return items.filter((item) => KEPT_FIELDS.every((field) => typeof item?.[field] === "string"));
  } catch {
    return [];
  }
}
