// Local days of a named zone, computed with Intl only: a day may have 23, 24 or 25 hours.

const DAY_MS = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(tz: string): Intl.DateTimeFormat {
  let found = clocks.get(tz);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", {
      timeZone: tz,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    clocks.set(tz, found);
  }
  return found;
}

/** The wall clock of `tz` at `at_ms`, written as if it were UTC milliseconds. */
function wallMs(at_ms: number, tz: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of clock(tz).formatToParts(at_ms)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The local date, "2025-11-17", of an instant in `tz`. */
export function localDate(at_ms: number, tz: string): string {
  return new Date(wallMs(at_ms, tz)).toISOString().slice(0, 10);
}

/** The local hour (0 to 23) of an instant. */
export function localHour(at_ms: number, tz: string): number {
  return new Date(wallMs(at_ms, tz)).getUTCHours();
}

/** The calendar date `days` after (or before) a date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The instant (ms) at which a local date begins in `tz`. */
export function startOfDay(date: string, tz: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  // Twice, because the first guess may sit on the other side of a change of the clock.
  let guess = wanted;
  for (let round = 0; round < 2; round++) guess += wanted - wallMs(guess, tz);
  return guess;
}

/** The instant (ms) within a day of 23 or 25 hours at which its clock is changed, to the second. */
export function clockChange(from_ms: number, to_ms: number, tz: string): number {
  const ahead = (at_ms: number) => wallMs(at_ms, tz) - at_ms;
  const before = ahead(from_ms);
  let [still_ms, changed_ms] = [from_ms, to_ms];
  while (changed_ms - still_ms > 1000) {
    const middle_ms = still_ms + Math.floor((changed_ms - still_ms) / 2000) * 1000;
    if (ahead(middle_ms) === before) still_ms = middle_ms;
    else changed_ms = middle_ms;
  }
  return changed_ms;
}
