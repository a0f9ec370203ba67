// When the customer hears from us next: quick picks in the department's opening hours, how near a promise is, and the
// two ways a browser writes a local moment.
import type { Ticket } from "../net/wire.ts";
import { addOpenTime, daysToMonday, type Opening, openAt } from "./hours.ts";

/** From so long before it on, a promise is near; the server warns then too. */
export const SOON_MS = 15 * 60_000;

const TEN_MIN = 600;

export interface QuickPick {
  name: "in_2h" | "tomorrow" | "monday";
  at: Date;
}

/**
 * Two hours of opening time from now, tomorrow at ten, next Monday at ten, each moved on to when somebody is there.
 * What would promise the same moment twice is left out.
 */
export function quickPicks(opening: Opening, nowMs: number): QuickPick[] {
  const moments: [QuickPick["name"], number | null][] = [
    ["in_2h", addOpenTime(opening, nowMs, 120)],
    ["tomorrow", openAt(opening, nowMs, 1, TEN_MIN)],
    ["monday", openAt(opening, nowMs, daysToMonday(opening, nowMs), TEN_MIN)],
  ];
  const picks: QuickPick[] = [];
  for (const [name, atMs] of moments) {
    // A local input knows minutes; rounded up, so that a pick never lies in the past.
    const at = atMs === null ? null : new Date(Math.ceil(atMs / 60_000) * 60_000);
    if (at && !picks.some((known) => known.at.getTime() === at.getTime())) picks.push({ name, at });
  }
  return picks;
}

/** What a form promises until somebody chooses: the nearest quick pick, as a local input's value. */
export function firstPick(opening: Opening, nowMs: number): string {
  const [first] = quickPicks(opening, nowMs);
  return first ? toLocalInput(first.at) : "";
}

/** The value of an `<input type="datetime-local">`. */
export function toLocalInput(moment: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** A local input's value as the wire wants it; null for an empty or broken one. */
export function fromLocalInput(value: string): string | null {
  const moment = new Date(value);
  return value === "" || Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

/**
 * How a ticket's promise stands. over: nothing more is due. missed: its time passed without news, and nobody has given
 * any since, whatever has been promised instead.
 */
export type Standing = "over" | "none" | "kept" | "soon" | "missed";

export function standing(ticket: Pick<Ticket, "status" | "checkpoint_at" | "missed_at">, nowMs: number): Standing {
  if (ticket.status === "solved" || ticket.status === "closed") return "over";
  if (ticket.missed_at) return "missed";
  if (ticket.checkpoint_at === null) return "none";
  const leftMs = Date.parse(ticket.checkpoint_at) - nowMs;
  if (leftMs <= 0) return "missed";
  return leftMs <= SOON_MS ? "soon" : "kept";
}

/** The promise that was not kept: the one that was replaced since, else the one whose time has come. */
export function missedAt(ticket: Pick<Ticket, "checkpoint_at" | "missed_at">): string | null {
  return ticket.missed_at ?? ticket.checkpoint_at;
}
