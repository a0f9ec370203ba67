/**
 * What the visitor sent and the server has not acknowledged yet, in the order of writing.
 *
 * Pure: the rules of what goes next and what happens with an answer; net/post.ts does the sending. One entry is on the wire at a
 * time, so that a refused entry cannot be overtaken by the next; each keeps its client_id for ever, so that sending it again
 * (after a reconnect, a reload, a lost acknowledgement) happens once on the server.
 */
import type { ChatStart, ChatToTicket, ErrorCode, FileInfo, MessageSend, WireError } from "../../wire.ts";

export type Outgoing = { client_id: string; at: string; error?: WireError } & (
  | { event: "chat:start"; send: ChatStart }
  | { event: "message:send"; send: MessageSend & { body?: string }; file?: FileInfo }
  | { event: "chat:to_ticket"; send: ChatToTicket }
);

/** The one to send now: the first that has not been refused. */
export const nextToSend = (outbox: Outgoing[]): Outgoing | undefined => outbox.find((entry) => !entry.error);

/** Add an entry; the same client_id twice is the same entry. */
export const put = (outbox: Outgoing[], entry: Outgoing): Outgoing[] =>
  outbox.some((known) => known.client_id === entry.client_id) ? outbox : [...outbox, entry];

export const drop = (outbox: Outgoing[], client_id: string | null): Outgoing[] =>
  outbox.some((entry) => entry.client_id === client_id)
    ? outbox.filter((entry) => entry.client_id !== client_id)
    : outbox;

/** A refused message stays, with its error and "try again"; refused orders go back to their form, which shows the error. */
export const refuse = (outbox: Outgoing[], client_id: string, error: WireError): Outgoing[] =>
  outbox.flatMap((entry) => {
    if (entry.client_id !== client_id) return [entry];
    return entry.event === "message:send" ? [{ ...entry, error }] : [];
  });

/** "Try again": behind those already waiting, because what was refused has been overtaken on the screen as well. */
export const retry = (outbox: Outgoing[], client_id: string, newId: () => string): Outgoing[] => {
  const entry = outbox.find((candidate) => candidate.client_id === client_id);
  if (!entry?.error || entry.event !== "message:send") return outbox;
  const { error, ...again } = entry;
  // A conflict means that the id is taken by other content: only then is it another message.
  const id = error.code === "conflict" ? newId() : client_id;
  return [...drop(outbox, client_id), { ...again, client_id: id, send: { ...again.send, client_id: id } }];
};

const TEMPORARY: ErrorCode[] = ["rate_limited", "unavailable"];

/** Seconds until an answer of this kind is worth another try; null when trying again would get the same answer. */
export const retryAfter_s = (error: WireError): number | null =>
  TEMPORARY.includes(error.code) ? Math.min(60, Math.max(1, error.retry_after_s ?? 2)) : null;

/** What the host page's storage gave back: only what has the shape of an entry, because other versions may have written it. */
export const restored = (kept: unknown[] | undefined): Outgoing[] =>
  (Array.isArray(kept) ? (kept as Outgoing[]) : []).filter((entry) => entry?.client_id && entry.event && entry.send);
