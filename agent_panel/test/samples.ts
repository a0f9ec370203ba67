// Chats, messages and events as the server would send them, with only what a test cares about spelled out.
import type { Chat, Hello, Message, Note } from "../src/net/wire.ts";
import { type Desk, EMPTY_DESK, reduce } from "../src/state/desk.ts";

export const SUPPORT = { id: "support", name: "Support" };
export const JANA = { id: "jana", name: "Jana Malá" };

/** 12:00:00 plus so many seconds. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 4, 5, 12, 0, seconds)).toISOString();
}

export function chat(id: string, part: Partial<Chat> = {}): Chat {
  return {
    id,
    state: "active",
    department: SUPPORT,
    tier: 1,
    topic: null,
    priority: "normal",
    visitor: { id: `visitor-${id}`, name: "Petr Novák", email: null, verified: null },
    agent: JANA,
    created_at: at(0),
    queued_at: at(0),
    assigned_at: at(0),
    closed_at: null,
    last_seq: 0,
    queue: null,
    resolution: null,
    ticket: null,
    question: "Where is my parcel?",
    oldest_unanswered_at: null,
    light: null,
    tags: [],
    summary: null,
    read_seq: 0,
    needs_resolution: false,
    ...part,
  };
}

export function message(
  chatId: string,
  seq: number,
  kind: "visitor" | "agent" | "system",
  part: Partial<Message> = {},
): Message {
  const author = kind === "agent" ? { kind, ...JANA } : { kind, id: kind === "visitor" ? "v" : null, name: null };
  return {
    chat_id: chatId,
    seq,
    client_id: `${kind}-${seq}`,
    author,
    kind: kind === "system" ? "event" : "text",
    body: `text ${seq}`,
    at: at(seq * 10),
    ...part,
  };
}

export function note(chatId: string, noteSeq: number, afterSeq: number): Note {
  const author = { kind: "agent" as const, ...JANA };
  return {
    chat_id: chatId,
    note_seq: noteSeq,
    after_seq: afterSeq,
    client_id: `n${noteSeq}`,
    author,
    body: "noted",
    at: at(1),
  };
}

export function hello(chats: Chat[], part: Partial<Hello> = {}): Hello {
  return {
    agent: { ...JANA, email: "jana@example.com", role: "agent", tier: 1, departments: [SUPPORT] },
    status: "online",
    capacity: 4,
    chats,
    queue: [],
    team: [],
    canned: [],
    topics: [],
    server_time: at(0),
    ...part,
  };
}

/** A desk after its first `hello`, live. */
export function deskWith(chats: Chat[], seen: Record<string, number> = {}): Desk {
  return reduce(reduce(EMPTY_DESK, { type: "hello", hello: hello(chats), seen }), { type: "caught_up" });
}
