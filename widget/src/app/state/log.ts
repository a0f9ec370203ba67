/**
 * The messages of one chat as far as they are known without a gap: log[i].seq === i + 1.
 *
 * Pure. A message that comes too early waits in `early` until the gap before it is filled (by chat:sync); one that comes twice
 * changes nothing.
 */
import type { Message } from "../../wire.ts";

export interface Log {
  messages: Message[];
  early: Message[];
}

export const emptyLog: Log = { messages: [], early: [] };

export const lastSeq = (log: Log): number => log.messages.length;

/** Something is missing between what is shown and what has come. */
export const hasGap = (log: Log): boolean => log.early.length > 0;

export function merge(log: Log, incoming: Message[]): Log {
  const bySeq = new Map<number, Message>();
  for (const message of [...log.early, ...incoming]) if (message.seq > lastSeq(log)) bySeq.set(message.seq, message);
  if (bySeq.size === 0) return log;
  const messages = [...log.messages];
  for (let next = bySeq.get(messages.length + 1); next; next = bySeq.get(messages.length + 1)) {
    bySeq.delete(next.seq);
    messages.push(next);
  }
  return { messages, early: [...bySeq.values()] };
}
