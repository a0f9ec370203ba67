// The hours of the week: how much of each was uncovered or rested on one agent, and where that happens again and again.

import type { HeatCell } from "../../charts/rows.tsx";
import { share } from "./measures.ts";

/** One of 168 hours of the week, summed over the period. */
export interface WeekHour {
  weekday: number;
  hour: number;
  open_s: number;
  covered_s: number;
  single_s: number;
  uncovered_s: number;
}

export type Measure = "uncovered" | "single" | "covered";

/** Share of the open time; null where the desk was never open. */
export function shareOf(one: WeekHour, measure: Measure): number | null {
  return share(one[`${measure}_s`], one.open_s);
}

/** Shares from which the next shade begins; 0 alone is the lightest. */
const SHADES = [0.05, 0.15, 0.35, 0.6];

export function shade(value: number | null): number | null {
  if (value === null) return null;
  return value === 0 ? 0 : 1 + SHADES.filter((from) => value >= from).length;
}

/** Percent without its sign: "0" is nothing at all, "100" is all of it. */
export function inCell(value: number | null): string {
  if (value === null) return "·";
  if (value > 0 && value < 0.005) return "<1";
  if (value < 1 && value > 0.995) return ">99";
  return String(Math.round(value * 100));
}

/** upright: hours as rows and weekdays as columns, for narrow screens. */
export function weekCells(hours: readonly WeekHour[], measure: Measure, upright: boolean): HeatCell[] {
  return hours.map((one) => {
    const value = shareOf(one, measure);
    const [row, column] = upright ? [one.hour, one.weekday] : [one.weekday, one.hour];
    return { row: String(row), column, shade: shade(value), text: inCell(value) };
  });
}

/** Hours of one weekday that follow each other: `to` is exclusive, 24 at the end of the day. */
export interface Risk {
  weekday: number;
  from: number;
  to: number;
  single_s: number;
  open_s: number;
}

/** From this share of the open time on, an hour rests on one agent as a rule, not by chance. */
const AS_A_RULE = 0.5;

/** Where one absence leaves nobody: the stretches of the week that mostly rest on one agent, the longest first. */
export function risks(hours: readonly WeekHour[]): Risk[] {
  const found: Risk[] = [];
  const inOrder = hours.toSorted((a, b) => a.weekday - b.weekday || a.hour - b.hour);
  for (const one of inOrder) {
    if ((shareOf(one, "single") ?? 0) < AS_A_RULE) continue;
    const last = found.at(-1);
    if (last && last.weekday === one.weekday && last.to === one.hour) {
      last.to += 1;
      last.single_s += one.single_s;
      last.open_s += one.open_s;
    } else {
      found.push({
        weekday: one.weekday,
        from: one.hour,
        to: one.hour + 1,
        single_s: one.single_s,
        open_s: one.open_s,
      });
    }
  }
  return found.toSorted((a, b) => b.single_s - a.single_s);
}
