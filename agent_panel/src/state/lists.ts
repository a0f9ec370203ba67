// What the left column shows, and what "the next one" means for the keyboard.
import type { Named, QueueEntry, TeamEntry } from "../net/wire.ts";
import type { Desk } from "./desk.ts";
import { type Thread, unread } from "./thread.ts";

export interface WaitingGroup {
  department: Named;
  total: number;
  waiting: readonly QueueEntry[];
}

/** Chats with an unanswered visitor first, the oldest on top; then the answered ones in the order they came. */
function byUrgency(a: Thread, b: Thread): number {
  const since = (thread: Thread): string => thread.chat.oldest_unanswered_at ?? "9";
  return byMoment(since(a), since(b)) || byMoment(a.chat.assigned_at ?? "", b.chat.assigned_at ?? "");
}

/** Moments of the wire are all written alike, so that their order is that of their letters. */
function byMoment(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function mine(desk: Pick<Desk, "threads">): Thread[] {
  return Object.values(desk.threads)
    .filter((thread) => thread.held && thread.chat.state === "active")
    .sort(byUrgency);
}

/** Chats that a visitor ended and nobody has filed yet. */
export function needingResolution(desk: Pick<Desk, "threads" | "agent">): Thread[] {
  return Object.values(desk.threads)
    .filter((t) => t.chat.state === "closed" && t.chat.needs_resolution && t.chat.agent?.id === desk.agent?.id)
    .sort((a, b) => byMoment(a.chat.closed_at ?? "", b.chat.closed_at ?? ""));
}

export function watched(desk: Pick<Desk, "threads">): Thread[] {
  return Object.values(desk.threads).filter(
    (thread) => thread.watched && !thread.held && thread.chat.state !== "closed",
  );
}

/** One group per department of the agent, in the agent's own order of departments, empty ones too. */
export function waitingGroups(desk: Pick<Desk, "agent" | "queues">): WaitingGroup[] {
  const known = desk.agent?.departments ?? [];
  const foreign = desk.queues
    .map((queue) => queue.department)
    .filter((id) => !known.some((department) => department.id === id))
    .map((id) => ({ id, name: id }));
  return [...known, ...foreign].map((department) => {
    const queue = desk.queues.find((found) => found.department === department.id);
    return { department, total: queue?.total ?? 0, waiting: queue?.waiting ?? [] };
  });
}

const RANK = { online: 0, away: 1, offline: 2 };

export function colleagues(desk: Pick<Desk, "agent" | "team">): TeamEntry[] {
  return desk.team
    .filter((entry) => entry.agent.id !== desk.agent?.id)
    .sort((a, b) => RANK[a.status] - RANK[b.status] || a.agent.name.localeCompare(b.agent.name));
}

export function load(desk: Pick<Desk, "threads">): number {
  return mine(desk).length;
}

export function totalUnread(desk: Pick<Desk, "threads">): number {
  return mine(desk).reduce((sum, thread) => sum + unread(thread), 0);
}

/** The waiting chat that has been waiting longest over all departments. */
export function oldestWaiting(desk: Desk): QueueEntry | null {
  const all = desk.queues.flatMap((queue) => queue.waiting);
  return all.reduce<QueueEntry | null>((old, chat) => (old && old.queued_at <= chat.queued_at ? old : chat), null);
}

/** The next chat after the one in focus with something unread, going round. */
export function nextUnread(desk: Desk, after: string | null): string | null {
  const chats = mine(desk);
  const start = chats.findIndex((thread) => thread.chat.id === after) + 1;
  const round = [...chats.slice(start), ...chats.slice(0, start)];
  return round.find((thread) => unread(thread) > 0)?.chat.id ?? null;
}
