// The overview's figures: the server's numbers as words, with their change against the period before.

import { known, say } from "../words/words.ts";
import { clock, difference, percent, span } from "./measures.ts";

export type Unit = "share" | "seconds" | "count" | "score";

/** One figure of GET /api/v1/reports/overview. Null is unknown. */
export interface Measured {
  key: string;
  unit: Unit;
  value: number | null;
  /** What the value rests on: chats, ratings; for coverage the open seconds. */
  n: number | null;
  previous: number | null;
  previous_n: number | null;
  better: "higher" | "lower" | null;
  trend: { from: string; to: string; value: number | null; n: number | null }[];
}

export interface OverviewReport {
  tz: string;
  from: string;
  to: string;
  department: string | null;
  previous: { from: string; to: string } | null;
  figures: Measured[];
}

export type Tone = "better" | "worse" | "same" | "neutral";

export interface Change {
  text: string;
  arrow: "up" | "down" | "level";
  tone: Tone;
}

const UNKNOWN = "–";

/** Figures whose seconds are hours rather than minutes. */
const LONG = new Set(["solution_p50"]);
/** Figures that rest on seconds of opening hours, not on a number of chats. */
const OF_TIME = new Set(["coverage", "single_agent"]);

/** "98.1 %", "1:34", "1,284"; null stays null. */
export function written(figure: Pick<Measured, "key" | "unit">, value: number | null): string | null {
  if (value === null || !Number.isFinite(value)) return null;
  switch (figure.unit) {
    case "share":
      return percent(value);
    case "seconds":
      return LONG.has(figure.key) ? length(value) : clock(value);
    case "count":
      return Number.isInteger(value) ? value.toLocaleString("en-GB") : value.toFixed(1);
    case "score":
      return value.toFixed(1);
  }
}

/** "2 h 05 min", "3 d 4 h": a solution may take days, and a clock of 76:12:09 says nothing. */
function length(value_s: number): string {
  const minutes = Math.round(value_s / 60);
  if (minutes < 60)
    return value_s < 60 ? say("span.seconds", { count: Math.round(value_s) }) : say("span.minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say("span.hours_minutes", { hours, minutes: minutes % 60 });
  return say("span.days_hours", { days: Math.floor(hours / 24), hours: hours % 24 });
}

function signed(figure: Measured, now: number, then: number): string {
  switch (figure.unit) {
    case "share":
      return say("points", { points: difference(now * 100, then * 100, 1) ?? UNKNOWN });
    case "seconds": {
      const gap_s = now - then;
      const size = LONG.has(figure.key) ? length(Math.abs(gap_s)) : (clock(Math.abs(gap_s)) ?? UNKNOWN);
      return `${gap_s < 0 ? "−" : "+"}${size}`;
    }
    case "count":
      return difference(now, then, Number.isInteger(now) && Number.isInteger(then) ? 0 : 1) ?? UNKNOWN;
    case "score":
      return difference(now, then, 1) ?? UNKNOWN;
  }
}

/** How a figure moved; null where one side is unknown or nothing is compared. */
export function changeOf(figure: Measured): Change | null {
  const { value, previous, better } = figure;
  if (value === null || previous === null) return null;
  // What reads the same is the same: a difference below the last digit shown is none.
  const text = signed(figure, value, previous);
  if (written(figure, value) === written(figure, previous) || !/[1-9]/.test(text))
    return { text: say("change.none"), arrow: "level", tone: "same" };
  const rises = value > previous;
  const tone = better === null ? "neutral" : rises === (better === "higher") ? "better" : "worse";
  return { text, arrow: rises ? "up" : "down", tone };
}

/** The desk began within the period before, which is shorter then: what is counted over it says nothing. */
export function isCut(report: OverviewReport): boolean {
  const volume = report.figures.find((one) => one.key === "volume");
  return report.previous !== null && volume !== undefined && volume.previous === null;
}

/** The title of a figure; one that this page does not know is shown under the server's name for it. */
export function titleOf(figure: Pick<Measured, "key">, target_s: number): string {
  const key = `figure.${figure.key}`;
  return known(key) ? say(key, { target: target_s }) : figure.key.replaceAll("_", " ");
}

/** What a figure rests on; where it is unknown, how little there is. A count is its own basis. */
export function basisOf(figure: Measured): string {
  const { n, unit, value } = figure;
  if (n === null || (unit === "count" && n === value)) return "";
  if (OF_TIME.has(figure.key)) return n ? say("figure.of_time", { open: span(n) }) : say("kpi.never_open");
  return value === null ? say("few", { n }) : say("n", { n });
}
