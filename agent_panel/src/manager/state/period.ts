// The period a manager looks at: local dates of the site's zone, the bucket that suits it, and what it is compared with.

import { addDays, daysBetween, localDate, weekday } from "./zone.ts";

export const PICKS = ["today", "yesterday", "week", "seven", "month", "last_month", "year"] as const;
export type Pick = (typeof PICKS)[number];

/** `from` inclusive, `to` exclusive, local dates. */
export interface Period {
  from: string;
  to: string;
}

export type Bucketing = "hour" | "day" | "week" | "month";

/** Above this the server sends no steps, and hourly slices would be too many to read. */
export const STEP_DAYS = 31;

/** The first day of a date's month. */
function firstOf(date: string): string {
  return `${date.slice(0, 8)}01`;
}

/** The dates that a quick pick means at `now_ms` in `tz`. */
export function picked(pick: Pick, now_ms: number, tz: string): Period {
  const today = localDate(now_ms, tz);
  const tomorrow = addDays(today, 1);
  switch (pick) {
    case "today":
      return { from: today, to: tomorrow };
    case "yesterday":
      return { from: addDays(today, -1), to: today };
    case "week": {
      const monday = addDays(today, -weekday(today));
      return { from: monday, to: addDays(monday, 7) };
    }
    case "seven":
      return { from: addDays(today, -6), to: tomorrow };
    case "month":
      return { from: firstOf(today), to: tomorrow };
    case "last_month":
      return { from: firstOf(addDays(firstOf(today), -1)), to: firstOf(today) };
    case "year":
      return { from: addDays(tomorrow, -365), to: tomorrow };
  }
}

/** Days in the period, at least 1. */
export function days(period: Period): number {
  return Math.max(1, daysBetween(period.from, period.to));
}

/** The slice that gives a chart of readable width: hours up to two days, then days, weeks, months. */
export function bucketFor(period: Period): Bucketing {
  const n = days(period);
  if (n <= 2) return "hour";
  if (n <= 62) return "day";
  return n <= 366 ? "week" : "month";
}

/** A day that the calendar has, not 2026-02-30, and the server knows; not 0002-11-22, as a year reads while typed. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < "1970" || text >= "2199-12-31") return false;
  const at_ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at_ms) && new Date(at_ms).toISOString().startsWith(text);
}

/** A period typed as first and LAST day; null while one is missing, is no day, or they are the wrong way round. */
export function typed(first: string, last: string): Period | null {
  if (!isDay(first) || !isDay(last) || last < first) return null;
  return { from: first, to: addDays(last, 1) };
}
