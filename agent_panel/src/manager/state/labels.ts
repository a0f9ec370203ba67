// Dates and times as the charts write them, always in the report's zone.

import { LOCALE } from "../words/words.ts";
import type { Bucketing } from "./period.ts";
import { addDays, localDate, startOfDay } from "./zone.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(tz: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${tz} ${key}`;
  let found = formats.get(name);
  if (!found) {
    found = new Intl.DateTimeFormat(LOCALE, { timeZone: tz, hourCycle: "h23", ...options });
    formats.set(name, found);
  }
  return found;
}

/** "14:03". */
export function time(at: string | number, tz: string): string {
  return format(tz, "time", { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** "14:03:27", for the end of a gap that is exact to the second. */
export function timeExact(at: string | number, tz: string): string {
  return format(tz, "exact", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at));
}

/** "Sun 23 Nov". */
export function day(at: string | number, tz: string): string {
  return format(tz, "day", { weekday: "short", day: "numeric", month: "short" }).format(new Date(at)).replace(",", "");
}

/** "Sun 03:12". */
export function dayTime(at: string | number, tz: string): string {
  return `${format(tz, "weekday", { weekday: "short" }).format(new Date(at))} ${time(at, tz)}`;
}

/** "Sunday 23 November 2025", for a calendar date. */
export function fullDate(date: string): string {
  return format("UTC", "full", { weekday: "long", day: "numeric", month: "long", year: "numeric" })
    .format(new Date(`${date}T00:00:00Z`))
    .replace(",", "");
}

/** "Mon 17", for a calendar date in a narrow margin. */
export function shortDate(date: string): string {
  return format("UTC", "narrow", { weekday: "short", day: "numeric" })
    .formatToParts(new Date(`${date}T00:00:00Z`))
    .filter((part) => part.type !== "literal")
    .sort((a) => (a.type === "weekday" ? -1 : 1))
    .map((part) => part.value)
    .join(" ");
}

/** "17–23 November 2025": `to` is exclusive. */
export function range(from: string, to: string): string {
  const last = addDays(to, -1);
  return format("UTC", "range", { day: "numeric", month: "long", year: "numeric" }).formatRange(
    new Date(`${from}T00:00:00Z`),
    new Date(`${last}T00:00:00Z`),
  );
}

/** "9–15 November 2026" for whole days, else with its times: "Mon 9 Nov 00:00 – Sun 15 Nov 2026 18:47". */
export function stretch(from: string, to: string, tz: string): string {
  const [first, last] = [localDate(Date.parse(from), tz), localDate(Date.parse(to), tz)];
  const isWhole = [first, last].every((date, i) => startOfDay(date, tz) === Date.parse(i ? to : from));
  if (isWhole) return range(first, last);
  const [year, lastYear] = [first.slice(0, 4), last.slice(0, 4)];
  if (first === last) return `${day(from, tz)} ${year} ${time(from, tz)}–${time(to, tz)}`;
  const begin = year === lastYear ? day(from, tz) : `${day(from, tz)} ${year}`;
  return `${begin} ${time(from, tz)} – ${day(to, tz)} ${lastYear} ${time(to, tz)}`;
}

/** The weekday's short name, Monday being 0. */
export function weekdayName(index: number): string {
  // 17 November 2025 was a Monday.
  return format("UTC", "weekday", { weekday: "short" }).format(new Date(Date.UTC(2025, 10, 17 + index)));
}

/** "Monday", Monday being 0. */
export function weekdayLong(index: number): string {
  return format("UTC", "weekday long", { weekday: "long" }).format(new Date(Date.UTC(2025, 10, 17 + index)));
}

/** The name of a slice: "09:00–10:00" with its day, a day, a week's first day, or a month. */
export function bucketName(from: string, to: string, tz: string, bucket: Bucketing): string {
  switch (bucket) {
    case "hour":
      return `${day(from, tz)} ${time(from, tz)}–${time(to, tz)}`;
    case "day":
      return day(from, tz);
    case "week":
      return `${day(from, tz)} – ${day(Date.parse(to) - 1, tz)}`;
    case "month":
      return format(tz, "month", { month: "long", year: "numeric" }).format(new Date(from));
  }
}

/** The same, short enough for an axis. */
export function bucketTick(from: string, tz: string, bucket: Bucketing): string {
  if (bucket === "hour") return time(from, tz);
  if (bucket === "month") return format(tz, "tick month", { month: "short", year: "2-digit" }).format(new Date(from));
  return format(tz, "tick day", { day: "numeric", month: "short" }).format(new Date(from));
}
