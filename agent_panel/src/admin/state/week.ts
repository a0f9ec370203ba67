// Opening hours as the form has them, and as one reads them in a line. Pure.

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

/** overnight: it ends on the next day. */
export interface Slot {
  from: string;
  to: string;
  overnight: boolean;
}
export type Week = Record<Day, Slot[]>;
/** slots: none: closed all day. */
export interface Holiday {
  date: string;
  slots: Slot[];
}

export const NEW_SLOT: Slot = { from: "09:00", to: "17:00", overnight: false };

/** What a department that was always open begins with: the week most offices have. */
export function officeWeek(): Week {
  const week = Object.fromEntries(DAYS.map((day) => [day, [] as Slot[]])) as Week;
  for (const day of DAYS.slice(0, 5)) week[day] = [{ ...NEW_SLOT }];
  return week;
}

/** A time as people type it: "9", "930", "9.30" and "9:30" are "09:30" or "09:00"; what is no time stays as it is. */
export function readTime(text: string): string {
  const parts = /^(\d{1,2})(?:[:.h ]?(\d{2}))?$/.exec(text.trim());
  return parts ? `${(parts[1] ?? "").padStart(2, "0")}:${parts[2] ?? "00"}` : text.trim();
}

const MIDNIGHT: readonly string[] = ["00:00", "24:00"];

/** Whether the end, as typed, is before the beginning: then somebody must say that it is a night. */
export function endsBefore({ from, to }: Slot): boolean {
  return to !== "" && !MIDNIGHT.includes(readTime(to)) && readTime(to) < readTime(from);
}

/** A further slot of the day: an hour after the last one ends, or the usual day. */
export function nextSlot(slots: readonly Slot[]): Slot {
  const last = slots.at(-1);
  if (!last || last.overnight || MIDNIGHT.includes(last.to) || !/^\d\d:\d\d$/.test(last.to) || last.to >= "22:00")
    return { ...NEW_SLOT };
  const hour = Number(last.to.slice(0, 2)) + 1;
  const from = `${String(hour).padStart(2, "0")}:${last.to.slice(3)}`;
  return { from, to: hour < 18 ? "18:00" : "24:00", overnight: false };
}

const span = ({ from, to }: Slot): string => `${from}–${to === "00:00" ? "24:00" : to}`;

export interface Run {
  first: Day;
  last: Day;
  times: string[];
}

/** Days in a row with the same times, closed ones left out: what is said of a week in one line. */
export function runs(week: Week): Run[] {
  const found: Run[] = [];
  let before: Day | null = null;
  for (const day of DAYS) {
    const times = week[day].map(span);
    const run = found.at(-1);
    if (run && run.last === before && times.length > 0 && run.times.join() === times.join()) run.last = day;
    else if (times.length > 0) found.push({ first: day, last: day, times });
    before = day;
  }
  return found;
}
