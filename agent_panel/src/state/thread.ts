// One chat as the panel knows it: what was said, what is on its way, and what this agent has not read yet.
// Pure: every function returns a new thread. Sequence numbers are the only truth about order.
import type { Chat, Message, Note } from "../net/wire.ts";

export interface Thread {
  chat: Chat;
  /** Ascending by seq, each once. May have a hole while a replay is on its way. */
  messages: Message[];
  notes: Note[];
  /** Highest seq that this agent has had before their eyes. */
  seen: number;
  /** This agent holds the chat (not merely reads along). */
  held: boolean;
  watched: boolean;
  /** The first page of history has arrived. */
  loaded: boolean;
  typing: { preview: string | null; untilMs: number } | null;
  /** Why the chat left this agent's hands, until the pane is put away. */
  gone: string | null;
}

export function newThread(chat: Chat, seen: number): Thread {
  return {
    chat,
    messages: [],
    notes: [],
    seen,
    held: false,
    watched: false,
    loaded: false,
    typing: null,
    gone: null,
  };
}

function merge<T>(known: T[], incoming: T[], rank: (item: T) => number): T[] {
  const bySeq = new Map(known.map((item) => [rank(item), item]));
  for (const item of incoming) bySeq.set(rank(item), item);
  return [...bySeq.values()].sort((a, b) => rank(a) - rank(b));
}

/** The age of a chat's clock follows its messages: a visitor's starts it, an agent's stops it. */
function answered(chat: Chat, message: Message): Chat {
  if (message.seq <= chat.last_seq || message.kind === "event") {
    return { ...chat, last_seq: Math.max(chat.last_seq, message.seq) };
  }
  const oldest = message.author.kind === "agent" ? null : (chat.oldest_unanswered_at ?? message.at);
  return { ...chat, last_seq: message.seq, oldest_unanswered_at: oldest };
}

export function withMessages(thread: Thread, messages: Message[], notes: Note[] = []): Thread {
  const chat = messages.reduce(answered, thread.chat);
  const spoke = messages.some((m) => m.author.kind === "visitor" && m.kind !== "event");
  return {
    ...thread,
    chat,
    messages: merge(thread.messages, messages, (m) => m.seq),
    notes: merge(thread.notes, notes, (n) => n.note_seq),
    typing: spoke ? null : thread.typing,
  };
}

/** The seq after which a replay must start because something is missing; null when all is there. */
export function missingAfter(thread: Thread): number | null {
  let expected = thread.messages[0]?.seq ?? thread.chat.last_seq + 1;
  for (const message of thread.messages) {
    if (message.seq !== expected) return expected - 1;
    expected += 1;
  }
  return expected <= thread.chat.last_seq ? expected - 1 : null;
}

/** The same for notes: their numbering has no gaps either. */
export function lastNote(thread: Thread): number {
  return thread.notes.at(-1)?.note_seq ?? 0;
}

export function lastSeq(thread: Thread): number {
  return thread.messages.at(-1)?.seq ?? 0;
}

export function hasOlder(thread: Thread): boolean {
  return (thread.messages[0]?.seq ?? 1) > 1;
}

/** Visitor's messages that came after what this agent has seen or answered. */
export function unread(thread: Thread): number {
  let count = 0;
  for (let i = thread.messages.length - 1; i >= 0; i -= 1) {
    const message = thread.messages[i];
    if (!message || message.seq <= thread.seen || message.author.kind === "agent") break;
    if (message.author.kind === "visitor" && message.kind !== "event") count += 1;
  }
  return count;
}

export function lastSpoken(thread: Thread): Message | null {
  for (let i = thread.messages.length - 1; i >= 0; i -= 1) {
    const message = thread.messages[i];
    if (message && message.kind !== "event") return message;
  }
  return null;
}

export function wasReturned(thread: Thread): boolean {
  const moves = thread.messages.filter((m) => m.kind === "event" && m.event);
  return moves.some((m) => m.event?.code === "returned");
}
