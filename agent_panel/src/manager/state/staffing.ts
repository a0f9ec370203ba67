// Demand against cover per half hour: what to draw, and which hours lack somebody.

import { say } from "../words/words.ts";
import { day, time, weekdayName } from "./labels.ts";
import type { HalfHour, StaffingReport, UsualHalfHour } from "./wire.ts";
import { localDate, weekday } from "./zone.ts";

const HALVES_A_DAY = 48;
const HALF_HOUR_MS = 1_800_000;

/** Half an hour on the x scale, 1 wide. */
export interface Half {
  /** Place from the left, in half hours. */
  at: number;
  name: string;
  arrivals_per_h: number | null;
  cover: number | null;
  needed: number | null;
}

/** How many are missing: at least 0; null where either is unknown. */
export function missing({ cover, needed }: Pick<Half, "cover" | "needed">): number | null {
  if (cover === null || needed === null) return null;
  // A mean over several weeks: a tenth of an agent is a break, not a hole in the plan.
  return needed - cover < 0.1 ? 0 : needed - cover;
}

/** "09:30" as half hours since midnight. */
function halfOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 2 + Math.floor(minutes / 30);
}

/** "10:00" for half hour 20; the day's end is 24:00. */
export function clockOf(half: number): string {
  return `${String(Math.floor(half / 2)).padStart(2, "0")}:${half % 2 ? "30" : "00"}`;
}

/** A typical week, or one day of it, Monday first. */
export function usualHalves(rows: readonly UsualHalfHour[], only: number | null): Half[] {
  return rows
    .filter((row) => only === null || row.weekday === only)
    .map((row) => {
      const half = halfOf(row.time);
      return {
        at: (only === null ? row.weekday * HALVES_A_DAY : 0) + half,
        name: `${weekdayName(row.weekday)} ${clockOf(half)}–${clockOf(half + 1)}`,
        arrivals_per_h: row.arrivals_per_h,
        cover: row.cover,
        needed: row.needed,
      };
    })
    .toSorted((a, b) => a.at - b.at);
}

/** The period itself, from its first half hour on; a day of 25 hours has two more. */
export function realHalves(halves: readonly HalfHour[], tz: string): Half[] {
  const start_ms = halves[0] ? Date.parse(halves[0].from) : 0;
  return halves.map((half) => ({
    at: Math.round((Date.parse(half.from) - start_ms) / HALF_HOUR_MS),
    name: `${day(half.from, tz)} ${time(half.from, tz)}–${time(half.to, tz)}`,
    arrivals_per_h: half.arrivals_per_h,
    cover: half.cover_mean,
    needed: half.needed,
  }));
}

/** "2.5", "12". */
export function tenth(value: number): string {
  return (Math.round(value * 10) / 10).toLocaleString("en-GB");
}

export function halfSpoken(half: Half): string {
  const lacking = missing(half);
  if (half.cover === null && !half.arrivals_per_h) return say("staffing.stop.closed", { when: half.name });
  const parts = [
    half.name,
    half.arrivals_per_h === null
      ? say("staffing.stop.quiet")
      : say("staffing.stop.arrivals", { arrivals: tenth(half.arrivals_per_h) }),
    half.cover === null ? "" : say("staffing.stop.cover", { cover: tenth(half.cover) }),
    half.needed === null ? say("staffing.stop.unknown") : say("staffing.stop.needed", { needed: tenth(half.needed) }),
    lacking ? say("staffing.stop.missing", { missing: tenth(lacking) }) : "",
  ];
  return parts.filter(Boolean).join(", ");
}

/** Half hours in a row of one weekday in which somebody is missing. */
export interface Lack {
  weekday: number;
  from: number;
  to: number;
  /** The most that are missing at a time. */
  most: number;
  agent_hours: number;
}

/** Where a typical week lacks agents, the costliest stretch first. */
export function lacks(rows: readonly UsualHalfHour[]): Lack[] {
  const found: Lack[] = [];
  const halves = rows.map((row) => ({ ...row, half: halfOf(row.time) }));
  for (const row of halves.toSorted((a, b) => a.weekday - b.weekday || a.half - b.half)) {
    const lacking = missing(row);
    if (!lacking) continue;
    const last = found.at(-1);
    if (last && last.weekday === row.weekday && last.to === row.half) {
      last.to = row.half + 1;
      last.most = Math.max(last.most, lacking);
      last.agent_hours += lacking / 2;
    } else {
      found.push({ weekday: row.weekday, from: row.half, to: row.half + 1, most: lacking, agent_hours: lacking / 2 });
    }
  }
  return found.toSorted((a, b) => b.agent_hours - a.agent_hours);
}

export function lackSpoken(lack: Lack): { when: string; what: string; hours: string } {
  return {
    when: `${weekdayName(lack.weekday)} ${clockOf(lack.from)}–${clockOf(lack.to)}`,
    what: say("staffing.lack", { count: Math.ceil(lack.most - 0.05) }),
    hours: say("staffing.hours", { hours: tenth(lack.agent_hours) }),
  };
}

/** One sentence over all: what is missing, or that nothing is, or that too little is known to say. */
export function summary({ by_weekday, target }: StaffingReport): string {
  const judged = by_weekday.filter((row) => missing(row) !== null).length;
  if (!judged) return say("staffing.summary.unknown");
  const found = lacks(by_weekday);
  if (!found.length) return say("staffing.summary.none", { within: target.within_s });
  const hours = found.reduce((sum, lack) => sum + lack.agent_hours, 0);
  return say("staffing.summary", { hours: tenth(hours), count: found.length });
}

/** The weekdays on which the desk was open in the period. */
export function openWeekdays(rows: readonly UsualHalfHour[]): number[] {
  return [...new Set(rows.filter((row) => row.cover !== null).map((row) => row.weekday))];
}

/** Whether there is anything to show: a desk that was open, or somebody who came. */
export function isEmpty({ halves, by_weekday }: StaffingReport): boolean {
  return !openWeekdays(by_weekday).length && !halves?.some((half) => half.arrivals || half.cover_mean !== null);
}

/** The weekday of today, Monday being 0, in the report's zone. */
export function today(now_ms: number, tz: string): number {
  return weekday(localDate(now_ms, tz));
}
