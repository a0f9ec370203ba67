// Which tickets the list shows: one of five shelves, narrowed down by words and by status, department and tier.
import type { Ticket } from "../net/wire.ts";
import { standing } from "./checkpoint.ts";
import { dayKey } from "./clock.ts";

export const SHELVES = ["all", "mine", "unassigned", "today", "missed"] as const;
export type Shelf = (typeof SHELVES)[number];

export interface TicketView {
  shelf: Shelf;
  q: string;
  /** "unsolved", "finished", "every", or one status. */
  status: string;
  department: string;
  /** "" for all. */
  tier: string;
}

export const FIRST_VIEW: TicketView = { shelf: "all", q: "", status: "unsolved", department: "", tier: "" };
export const STATUS_CHOICES = ["unsolved", "open", "in_progress", "waiting", "finished", "every"] as const;

const STATUSES: Readonly<Record<string, readonly string[]>> = {
  unsolved: ["open", "in_progress", "waiting"],
  finished: ["solved", "closed"],
  every: [],
};

/** What the server is asked. Due and missed are only what is not finished, whatever status is chosen beside them. */
export function queryOf(view: TicketView, me: string | null): Record<string, string | readonly string[]> {
  const { shelf, q, department, tier } = view;
  const due = (shelf === "today" || shelf === "missed") && ["finished", "every"].includes(view.status);
  const status = due ? STATUSES.unsolved : (STATUSES[view.status] ?? [view.status]);
  const query: Record<string, string | readonly string[]> = { q, department, tier, status: status ?? [] };
  if (shelf === "mine" && me) query.assignee = me;
  if (shelf === "unassigned") query.unassigned = "true";
  if (shelf === "missed") query.missed = "true";
  return query;
}

/** Whether a ticket is on the shelf at this moment; the server's answer may be a minute old, the promises are not. */
export function shows(view: TicketView, ticket: Ticket, me: string | null, nowMs: number): boolean {
  if (view.tier && String(ticket.tier) !== view.tier) return false;
  switch (view.shelf) {
    case "all":
      return true;
    case "mine":
      return ticket.assignee?.id === me;
    case "unassigned":
      return ticket.assignee === null;
    case "missed":
      return standing(ticket, nowMs) === "missed";
    case "today":
      return isDueToday(ticket, nowMs);
  }
}

/** Promised for today on the agent's own calendar; what was missed is due today as well. */
function isDueToday(ticket: Ticket, nowMs: number): boolean {
  const state = standing(ticket, nowMs);
  if (state === "missed") return true;
  if (ticket.checkpoint_at === null || state === "over") return false;
  return dayKey(ticket.checkpoint_at) === dayKey(new Date(nowMs).toISOString());
}

export function isNarrowed(view: TicketView): boolean {
  return JSON.stringify(view) !== JSON.stringify(FIRST_VIEW);
}
