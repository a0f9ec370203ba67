// Coverage as days to draw: which stretches were open, how many agents accepted, and what nobody covered.

import type { Coverage, CoverageReport, Opening } from "./wire.ts";
import { addDays, clockChange, daysBetween, localDate, localHour, startOfDay } from "./zone.ts";

const HOUR_MS = 3_600_000;

/** Half-open, in epoch milliseconds. */
export interface Stretch {
  from_ms: number;
  to_ms: number;
}

/** A stretch of one day during which nothing changed. */
export interface Segment extends Stretch {
  accepting: number;
  open: boolean;
  uncovered: boolean;
}

export interface DayRow {
  date: string;
  start_ms: number;
  length_h: number;
  /** Null for a day of which nothing is known yet. */
  total: Coverage | null;
  segments: Segment[];
}

function add(sum: Coverage | null, part: Coverage): Coverage {
  return {
    open_s: (sum?.open_s ?? 0) + part.open_s,
    covered_s: (sum?.covered_s ?? 0) + part.covered_s,
    free_s: (sum?.free_s ?? 0) + part.free_s,
    single_s: (sum?.single_s ?? 0) + part.single_s,
    uncovered_s: (sum?.uncovered_s ?? 0) + part.uncovered_s,
  };
}

function stretch(one: Opening): Stretch {
  return { from_ms: Date.parse(one.from), to_ms: Date.parse(one.to) };
}

function covers(stretches: Stretch[], at_ms: number): boolean {
  return stretches.some((one) => one.from_ms <= at_ms && at_ms < one.to_ms);
}

/** The day's stretches: cut wherever the number of agents, openness or a gap begins or ends. */
function segmentsOf(
  day: Stretch,
  steps: { at_ms: number; accepting: number }[],
  open: Stretch[],
  gaps: Stretch[],
): Segment[] {
  const near = (one: Stretch) => one.from_ms < day.to_ms && one.to_ms > day.from_ms;
  const openHere = open.filter(near);
  const gapsHere = gaps.filter(near);
  const cuts = new Set<number>([day.from_ms, day.to_ms]);
  for (const one of [...openHere, ...gapsHere]) cuts.add(one.from_ms).add(one.to_ms);
  for (const step of steps) cuts.add(step.at_ms);
  const sorted = [...cuts].filter((cut) => cut >= day.from_ms && cut <= day.to_ms).sort((a, b) => a - b);
  const found: Segment[] = [];
  let step = -1;
  for (let i = 0; i + 1 < sorted.length; i++) {
    const from_ms = sorted[i] as number;
    const to_ms = sorted[i + 1] as number;
    while ((steps[step + 1]?.at_ms ?? Number.POSITIVE_INFINITY) <= from_ms) step++;
    const accepting = steps[step]?.accepting ?? 0;
    const piece = { from_ms, to_ms, accepting, open: covers(openHere, from_ms), uncovered: covers(gapsHere, from_ms) };
    const last = found.at(-1);
    const same = last && last.accepting === accepting && last.open === piece.open && last.uncovered === piece.uncovered;
    if (same) last.to_ms = to_ms;
    else found.push(piece);
  }
  return found;
}

export interface HourTick {
  /** What the clock shows. */
  hour: number;
  /** How long after the day's beginning. */
  at_h: number;
}

/** Under one day alone where its clock shows these hours, also when it is changed; under several, an ordinary day's. */
export function hourTicks(rows: readonly DayRow[], tz: string): HourTick[] {
  const only = rows.length === 1 ? rows[0] : undefined;
  return [0, 6, 12, 18, 24].map((hour) => {
    if (!only || hour % 24 === 0) return { hour, at_h: hour && only ? only.length_h : hour };
    return { hour, at_h: hour + (hour - localHour(only.start_ms + hour * HOUR_MS, tz)) };
  });
}

/**
 * Where a moment stands in a day's row, in hours. Under one day alone: how long after its beginning. Where several
 * share an axis: where its clock shows it. Then what comes twice shares its place, and what the clock leaves out is
 * passed over at once.
 */
export function placeIn(day: DayRow, tz: string, alone: boolean): (at_ms: number) => number {
  const since = (at_ms: number) => (at_ms - day.start_ms) / HOUR_MS;
  const more_h = day.length_h - 24;
  if (alone || !more_h) return since;
  const change_h = since(clockChange(day.start_ms, day.start_ms + day.length_h * HOUR_MS, tz));
  const first_h = more_h > 0 ? change_h - more_h : change_h;
  const second_h = more_h > 0 ? change_h + more_h : change_h;
  return (at_ms) => {
    const hour = since(at_ms);
    if (hour >= second_h) return hour - more_h;
    return hour <= first_h ? hour : first_h + (hour - first_h) / 2;
  };
}

/** One row per local day from `from` up to (not including) `to`; days after the report's end stay empty. */
export function dayRows(report: CoverageReport, from: string, to: string): DayRow[] {
  const { tz } = report;
  const end_ms = Date.parse(report.to);
  const steps = (report.steps ?? []).map((step) => ({ at_ms: Date.parse(step.at), accepting: step.accepting }));
  const gaps = report.gaps.map(stretch);
  const open = (report.open ?? []).map(stretch);
  const totals = new Map<string, Coverage>();
  for (const bucket of report.buckets) {
    const date = localDate(Date.parse(bucket.from), tz);
    totals.set(date, add(totals.get(date) ?? null, bucket));
  }
  return Array.from({ length: daysBetween(from, to) }, (_, i) => {
    const date = addDays(from, i);
    const start_ms = startOfDay(date, tz);
    const next_ms = startOfDay(addDays(date, 1), tz);
    const to_ms = Math.min(next_ms, end_ms);
    const segments = to_ms > start_ms ? segmentsOf({ from_ms: start_ms, to_ms }, steps, open, gaps) : [];
    return { date, start_ms, length_h: (next_ms - start_ms) / HOUR_MS, total: totals.get(date) ?? null, segments };
  });
}
