// The agent's desk: everything the socket tells, folded into one value. One event, one pure step; a `hello` after a
// reconnect keeps what is known of each chat, because the replay starts from there.
import type {
  Alarm,
  CannedReply,
  Chat,
  DeskSettings,
  Hello,
  Message,
  Note,
  QueueSnapshot,
  Standing,
  TeamEntry,
  Topic,
  Typing,
  UnassignedReason,
} from "../net/wire.ts";
import { newThread, type Thread, withMessages } from "./thread.ts";

/** connecting: never connected yet. catching_up: connected, replay on its way. */
export type Connection = { state: "connecting" | "live" | "catching_up" } | { state: "offline"; since: number };

export interface Desk {
  connection: Connection;
  agent: Hello["agent"] | null;
  status: Hello["status"];
  reason: string | null;
  capacity: number;
  threads: Readonly<Record<string, Thread>>;
  queues: readonly QueueSnapshot[];
  team: readonly TeamEntry[];
  canned: readonly CannedReply[];
  topics: readonly Topic[];
  settings: DeskSettings;
  alarms: readonly Alarm[];
}

export type DeskEvent =
  | { type: "hello"; hello: Hello; seen: Readonly<Record<string, number>> }
  | { type: "standing"; standing: Standing }
  | { type: "caught_up" }
  | { type: "connection_lost"; at: number }
  | { type: "status"; status: Hello["status"]; capacity: number; reason: string | null }
  | { type: "assigned"; chat: Chat }
  | { type: "unassigned"; chat_id: string; reason: UnassignedReason }
  | { type: "chat"; chat: Chat; watched?: boolean }
  | { type: "messages"; chat_id: string; messages: Message[]; notes?: Note[]; first?: boolean }
  | { type: "typing"; typing: Typing; nowMs: number }
  | { type: "typing_faded"; chat_id: string; nowMs: number }
  | { type: "visitor_read"; chat_id: string; seq: number }
  | { type: "seen"; chat_id: string; seq: number }
  | { type: "dropped"; chat_id: string }
  | { type: "queue"; queue: QueueSnapshot }
  | { type: "team"; entry: TeamEntry }
  | { type: "alarm"; alarm: Alarm };

export const EMPTY_DESK: Desk = {
  connection: { state: "connecting" },
  agent: null,
  status: "offline",
  reason: null,
  capacity: 0,
  threads: {},
  queues: [],
  team: [],
  canned: [],
  topics: [],
  settings: { service_target_s: 90, alarm_after_s: 240 },
  alarms: [],
};

/** A typing mark without a following "off" fades by itself; a lost "off" must not type for ever. */
export const TYPING_MS = 8000;

export function alarmKey(alarm: Alarm): string {
  return [alarm.kind, alarm.chat_id ?? "", alarm.ticket ?? "", alarm.department ?? ""].join(":");
}

export function mineId(desk: Desk): string | null {
  return desk.agent?.id ?? null;
}

function withThread(desk: Desk, id: string, change: (thread: Thread) => Thread): Desk {
  const thread = desk.threads[id];
  return thread ? { ...desk, threads: { ...desk.threads, [id]: change(thread) } } : desk;
}

/** An event about a chat's state never takes back the sequence and the clock that its messages already moved. */
function newer(known: Chat, incoming: Chat): Chat {
  if (incoming.last_seq >= known.last_seq) return incoming;
  return { ...incoming, last_seq: known.last_seq, oldest_unanswered_at: known.oldest_unanswered_at };
}

function greeted(desk: Desk, hello: Hello, seen: Readonly<Record<string, number>>): Desk {
  const threads: Record<string, Thread> = {};
  for (const [id, thread] of Object.entries(desk.threads)) {
    threads[id] = { ...thread, held: false, gone: thread.held ? "returned" : thread.gone };
  }
  for (const chat of hello.chats) {
    const known = threads[chat.id] ?? newThread(chat, seen[chat.id] ?? 0);
    threads[chat.id] = { ...known, chat, held: chat.state === "active", gone: null };
  }
  const own = hello.team.find((entry) => entry.agent.id === hello.agent.id);
  return {
    ...desk,
    connection: { state: "catching_up" },
    agent: hello.agent,
    status: hello.status,
    reason: own?.reason ?? desk.reason,
    capacity: hello.capacity,
    threads,
    queues: hello.queue,
    team: hello.team,
    canned: hello.canned,
    topics: hello.topics,
    settings: hello.settings ?? desk.settings,
    alarms: [],
  };
}

/** The next snapshot of the line comes up to a second later; until then nobody should be offered a chat that is taken. */
function withoutWaiting(queue: QueueSnapshot, id: string): QueueSnapshot {
  const waiting = queue.waiting.filter((entry) => entry.chat_id !== id);
  return waiting.length === queue.waiting.length ? queue : { ...queue, waiting, total: queue.total - 1 };
}

/** Entries that say what they said before stay the same objects, so that only the others are drawn again. */
function withQueue(desk: Desk, queue: QueueSnapshot): Desk {
  const before = desk.queues.find((known) => known.department === queue.department);
  const known = new Map(before?.waiting.map((entry) => [entry.chat_id, entry]));
  const waiting = queue.waiting.map((entry) => {
    const same = known.get(entry.chat_id);
    return same && JSON.stringify(same) === JSON.stringify(entry) ? same : entry;
  });
  const others = desk.queues.filter((other) => other !== before);
  return { ...desk, queues: [...others, { ...queue, waiting }] };
}

/** One's own entry too: a status belongs to the agent, so another tab, or the server, may have changed it. */
function present(desk: Desk, entry: TeamEntry): Desk {
  const team = [...desk.team.filter((known) => known.agent.id !== entry.agent.id), entry];
  if (entry.agent.id !== mineId(desk)) return { ...desk, team };
  const { status, reason, capacity } = entry;
  return { ...desk, team, status, reason, capacity };
}

function assigned(desk: Desk, chat: Chat): Desk {
  const known = desk.threads[chat.id] ?? newThread(chat, 0);
  return {
    ...desk,
    queues: desk.queues.map((queue) => withoutWaiting(queue, chat.id)),
    threads: { ...desk.threads, [chat.id]: { ...known, chat: newer(known.chat, chat), held: true, gone: null } },
  };
}

function changed(desk: Desk, chat: Chat, watched?: boolean): Desk {
  const known = desk.threads[chat.id];
  if (!known && watched === undefined) return desk;
  const thread = known ?? newThread(chat, chat.last_seq);
  const next = { ...thread, chat: newer(thread.chat, chat), watched: watched ?? thread.watched };
  return { ...desk, threads: { ...desk.threads, [chat.id]: next } };
}

function heard(desk: Desk, event: Extract<DeskEvent, { type: "messages" }>): Desk {
  return withThread(desk, event.chat_id, (thread) => {
    const next = withMessages(thread, event.messages, event.notes);
    return { ...next, loaded: thread.loaded || event.first === true };
  });
}

function withAlarm(desk: Desk, alarm: Alarm): Desk {
  const others = desk.alarms.filter((known) => alarmKey(known) !== alarmKey(alarm));
  return { ...desk, alarms: alarm.on ? [...others, alarm] : others };
}

function withoutThread(desk: Desk, id: string): Desk {
  const { [id]: _dropped, ...threads } = desk.threads;
  return { ...desk, threads };
}

function typed(desk: Desk, typing: Typing, nowMs: number): Desk {
  return withThread(desk, typing.chat_id, (thread) => {
    const mark = { preview: typing.preview ?? null, untilMs: nowMs + TYPING_MS };
    return { ...thread, typing: typing.on ? mark : null };
  });
}

export function reduce(desk: Desk, event: DeskEvent): Desk {
  switch (event.type) {
    case "hello":
      return greeted(desk, event.hello, event.seen);
    case "standing": {
      const { agent, canned, topics, settings } = event.standing;
      return { ...desk, agent, canned, topics, settings: { ...desk.settings, ...settings } };
    }
    case "caught_up":
      return desk.connection.state === "catching_up" ? { ...desk, connection: { state: "live" } } : desk;
    case "connection_lost":
      return desk.connection.state === "offline"
        ? desk
        : { ...desk, connection: { state: "offline", since: event.at } };
    case "status":
      return { ...desk, status: event.status, capacity: event.capacity, reason: event.reason };
    case "assigned":
      return assigned(desk, event.chat);
    case "unassigned":
      return withThread(desk, event.chat_id, (thread) => ({ ...thread, held: false, gone: event.reason }));
    case "chat":
      return changed(desk, event.chat, event.watched);
    case "messages":
      return heard(desk, event);
    case "typing":
      return typed(desk, event.typing, event.nowMs);
    case "typing_faded":
      return withThread(desk, event.chat_id, (thread) =>
        thread.typing && thread.typing.untilMs <= event.nowMs ? { ...thread, typing: null } : thread,
      );
    case "visitor_read":
      return withThread(desk, event.chat_id, (thread) => ({
        ...thread,
        chat: { ...thread.chat, read_seq: Math.max(thread.chat.read_seq ?? 0, event.seq) },
      }));
    case "seen":
      return withThread(desk, event.chat_id, (thread) => ({ ...thread, seen: Math.max(thread.seen, event.seq) }));
    case "dropped":
      return withoutThread(desk, event.chat_id);
    case "queue":
      return withQueue(desk, event.queue);
    case "team":
      return present(desk, event.entry);
    case "alarm":
      return withAlarm(desk, event.alarm);
  }
}
