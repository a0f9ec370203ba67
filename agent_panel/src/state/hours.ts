// A department's opening hours as GET /departments tells them, for the quick picks of a promise: a moment at which
// nobody is there keeps no promise. The rules (nights, holidays, a jump of the clock) are those of queueing/hours.py;
// what the server makes of a moment is its own.

export interface Opening {
  tz: string;
  /** By weekday, 0 is Sunday: [first minute, minute after the last], above 1440 for a night. Null: always open. */
  week: readonly (readonly Span[])[] | null;
  /** By local date "2026-12-24"; none: closed all day. */
  holidays: Readonly<Record<string, readonly Span[]>>;
}

type Span = readonly [from: number, to: number];

/** A wall clock's day; `month` counts from 1. */
interface Day {
  year: number;
  month: number;
  day: number;
}

const MINUTE_MS = 60_000;
const DAY_MIN = 1440;
/** So far ahead an opening is looked for: over a long closing between the years. */
const LOOK_AHEAD_DAYS = 35;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** What the server sent, read; whatever cannot be read counts as always open, because a quick pick is only a proposal. */
export function openingOf(given: { tz?: string; hours?: string | null; holidays?: readonly string[] }): Opening {
  const holidays: Record<string, Span[]> = {};
  for (const text of given.holidays ?? []) {
    const [date = "", ...times] = text.trim().split(/\s+/);
    holidays[date] = spansOf(times.join(""));
  }
  return { tz: knownZone(given.tz), week: weekOf(given.hours ?? ""), holidays };
}

function knownZone(tz: string | undefined): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: tz }).resolvedOptions().timeZone;
  } catch {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}

function weekOf(hours: string): Span[][] | null {
  const week: Span[][] = DAYS.map(() => []);
  for (const part of hours.toLowerCase().split(";")) {
    const [days = "", ...times] = part.trim().split(/\s+/);
    for (const day of daysOf(days)) week[day]?.push(...spansOf(times.join("")));
  }
  return week.some((spans) => spans.length > 0) ? week : null;
}

function daysOf(text: string): number[] {
  return text.split(",").flatMap((item) => {
    const [from = -1, to = from] = item.split("-").map((name) => DAYS.indexOf(name));
    if (from < 0 || to < 0) return [];
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, n) => (from + n) % 7);
  });
}

function spansOf(text: string): Span[] {
  return [...text.matchAll(/(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})/g)].map(([, h1, m1, h2, m2]) => {
    const from = Number(h1) * 60 + Number(m1);
    const to = Number(h2) * 60 + Number(m2);
    return [from, to > from ? to : to + DAY_MIN];
  });
}

// ---- wall clocks ---------------------------------------------------------------------------------------------------

const clocks = new Map<string, Intl.DateTimeFormat>();

function partsIn(tz: string, atMs: number): Day & { minute: number } {
  const clock =
    clocks.get(tz) ??
    new Intl.DateTimeFormat("en-GB", { timeZone: tz, hourCycle: "h23", dateStyle: "short", timeStyle: "short" });
  clocks.set(tz, clock);
  const found = Object.fromEntries(clock.formatToParts(atMs).map((part) => [part.type, Number(part.value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = found;
  return { year, month, day, minute: hour * 60 + minute };
}

/** The moment at which the wall clock of `tz` reads that; within a jump of the clock, the moment of the jump or after. */
function momentIn(tz: string, { year, month, day }: Day, minute: number): number {
  const wallMs = Date.UTC(year, month - 1, day, 0, minute);
  let atMs = wallMs;
  for (let round = 0; round < 2; round++) {
    const read = partsIn(tz, atMs);
    atMs += wallMs - Date.UTC(read.year, read.month - 1, read.day, 0, read.minute);
  }
  return atMs;
}

function plusDays({ year, month, day }: Day, days: number): Day {
  const moved = new Date(Date.UTC(year, month - 1, day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

// ---- questions -----------------------------------------------------------------------------------------------------

/** The openings that begin on the local day of `fromMs`, the day before it (a night) or one of the days after, in order. */
function* openings(opening: Opening, fromMs: number): Generator<[fromMs: number, toMs: number]> {
  const today = partsIn(opening.tz, fromMs);
  for (let n = -1; n <= LOOK_AHEAD_DAYS; n++) {
    const day = plusDays(today, n);
    const next = plusDays(day, 1);
    for (const [from, to] of [...spansOn(opening, day)].sort((a, b) => a[0] - b[0])) {
      // A night of the day before a holiday ends at the holiday's midnight.
      const cut = to > DAY_MIN && opening.holidays[keyOf(next)] ? DAY_MIN : to;
      const ends = cut > DAY_MIN ? momentIn(opening.tz, next, cut - DAY_MIN) : momentIn(opening.tz, day, cut);
      yield [momentIn(opening.tz, day, from), ends];
    }
  }
}

function keyOf({ year, month, day }: Day): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function spansOn(opening: Opening, day: Day): readonly Span[] {
  return opening.holidays[keyOf(day)] ?? (opening.week ? (opening.week[weekdayOf(day)] ?? []) : [[0, DAY_MIN]]);
}

/** `atMs` itself while it is open, else the next opening; null where none is in sight. */
export function nextOpen(opening: Opening, atMs: number): number | null {
  for (const [from, to] of openings(opening, atMs)) if (to > atMs) return Math.max(from, atMs);
  return null;
}

/** When so much opening time has passed since `atMs`; null where that is out of sight. */
export function addOpenTime(opening: Opening, atMs: number, minutes: number): number | null {
  let leftMs = minutes * MINUTE_MS;
  for (const [from, to] of openings(opening, atMs)) {
    const start = Math.max(from, atMs);
    if (to <= start) continue;
    if (leftMs <= to - start) return start + leftMs;
    leftMs -= to - start;
  }
  return null;
}

/** `minute` of the wall clock `days` local days after `atMs`, moved on to when it is open. */
export function openAt(opening: Opening, atMs: number, days: number, minute: number): number | null {
  return nextOpen(opening, momentIn(opening.tz, plusDays(partsIn(opening.tz, atMs), days), minute));
}

/** How many local days until the next Monday: 1 to 7. */
export function daysToMonday(opening: Opening, atMs: number): number {
  return (8 - weekdayOf(partsIn(opening.tz, atMs))) % 7 || 7;
}
