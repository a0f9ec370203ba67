// Waits as slices, steps and curves to draw, with the sentence for each. What is unknown stays null.

import { say } from "../words/words.ts";
import { bucketName, bucketTick } from "./labels.ts";
import { clock, percent } from "./measures.ts";
import type { Bucketing } from "./period.ts";
import type { Bin, Distribution, Staying, StayingPoint, Waits, WaitsReport } from "./wire.ts";

export type WaitClock = "queue_wait" | "first_reply";

export interface Slice<B> {
  tick: string;
  name: string;
  of: B;
}

export type WaitSlice = Slice<Waits>;

const UNKNOWN = "–";

function pad(hour: number): string {
  return String(hour).padStart(2, "0");
}

/** The 24 hours of the day, all days of the period together. */
export function hourSlices<B extends { hour: number }>(hours: readonly B[]): Slice<B>[] {
  return hours.map((of) => ({ tick: String(of.hour), name: `${pad(of.hour)}:00–${pad(of.hour + 1)}:00`, of }));
}

/** The period's hours, days, weeks or months. */
export function timeSlices<B extends { from: string; to: string }>(
  buckets: readonly B[],
  tz: string,
  by: Bucketing,
): Slice<B>[] {
  return buckets.map((of) => ({
    tick: bucketTick(of.from, tz, by),
    name: bucketName(of.from, of.to, tz, by),
    of,
  }));
}

export function waitSlices(report: WaitsReport, byHour: boolean, by: Bucketing): WaitSlice[] {
  return byHour && report.by_hour ? hourSlices(report.by_hour) : timeSlices(report.buckets, report.tz, by);
}

/** How many waits the figures of a clock rest on. */
export function counted(one: Waits, which: WaitClock): number {
  return which === "queue_wait" ? one.n : one.answered;
}

/** The top of the scale: the longest wait of a usual slice is on it, but one of an hour must not press all others flat. */
export function top_s(slices: readonly WaitSlice[], which: WaitClock, target_s: number): number {
  const p90 = Math.max(0, ...slices.map((one) => one.of[which].p90_s ?? 0));
  const maxima = slices.flatMap((one) => one.of[which].max_s ?? []).toSorted((a, b) => a - b);
  const longest = maxima.at(-1) ?? 0;
  const usual = maxima[Math.floor((maxima.length - 1) / 2)] ?? 0;
  const readable = Math.max(p90 * 2.2, target_s * 1.5, usual * 1.15);
  return Math.max(target_s * 1.25, Math.min(longest * 1.08, readable));
}

/** The sentence for a slice: with too few chats only n, and the longest where it is known. */
export function waitSpoken(slice: WaitSlice, which: WaitClock): string {
  const { p50_s, p90_s, max_s } = slice.of[which];
  const n = counted(slice.of, which);
  const when = slice.name;
  if (p50_s === null || p90_s === null) {
    const longest = max_s === null ? "" : say("waits.stop.longest", { max: clock(max_s) ?? UNKNOWN });
    return [say("waits.stop.few", { when, n }), longest].filter(Boolean).join(" · ");
  }
  const [p50 = UNKNOWN, p90 = UNKNOWN, max = UNKNOWN] = [p50_s, p90_s, max_s].map((s) => clock(s) ?? UNKNOWN);
  return say("waits.stop", { when, p50, p90, max, n });
}

/** One step of the distribution, drawn as a slice of width 1. */
export interface Stair {
  name: string;
  chats: number;
  share: number;
  /** At most the target. */
  within: boolean;
}

export interface Stairs {
  stairs: Stair[];
  /** The words under the edges: one more than there are stairs. */
  edges: string[];
  /** Where the target lies among the edges; null where it is none. */
  target: number | null;
  within: number | null;
}

function binName({ from_s, to_s }: Bin): string {
  const from = clock(from_s) ?? UNKNOWN;
  return to_s === null ? say("spread.longer", { from }) : say("spread.between", { from, to: clock(to_s) ?? UNKNOWN });
}

/** Empty steps beyond the last wait (and the target) are left out. */
export function stairsOf({ bins, target_s, n }: Distribution): Stairs {
  const last = bins.findLastIndex((bin) => bin.chats > 0 || bin.to_s === target_s);
  const shown = bins.slice(0, Math.min(bins.length, last + 2));
  const within = (bin: Bin) => bin.to_s !== null && bin.to_s <= target_s;
  const at = shown.findIndex((bin) => bin.to_s === target_s);
  const inTime = bins.filter(within).reduce((sum, bin) => sum + bin.chats, 0);
  return {
    stairs: shown.map((bin) => ({
      name: binName(bin),
      chats: bin.chats,
      share: n ? bin.chats / n : 0,
      within: within(bin),
    })),
    edges: [...shown.map((bin) => clock(bin.from_s) ?? ""), clock(shown.at(-1)?.to_s) ?? "∞"],
    target: at < 0 ? null : at + 1,
    within: n ? inTime / n : null,
  };
}

/** A stretch of the curve: from one departure to the next. */
export interface Stay extends StayingPoint {
  until_s: number;
  text: string;
}

function staySpoken({ at_s, staying, low, high, at_risk }: StayingPoint): string {
  const band = low === null || high === null ? null : [percent(low, 0), percent(high, 0)];
  return say(band ? "staying.stop" : "staying.stop.bare", {
    after: clock(at_s) ?? UNKNOWN,
    staying: percent(staying, 0) ?? UNKNOWN,
    low: band?.[0] ?? UNKNOWN,
    high: band?.[1] ?? UNKNOWN,
    n: at_risk,
  });
}

/** The curve as a staircase; the last stretch is as long as makes it visible. */
export function staysOf({ curve }: Staying): Stay[] {
  const end_s = Math.max(1, (curve.at(-1)?.at_s ?? 0) * 1.03);
  return curve.map((point, i) => ({ ...point, until_s: curve[i + 1]?.at_s ?? end_s, text: staySpoken(point) }));
}

/** Both corners of each stretch, so that the band has the curve's steps. */
export function bandOf(stays: readonly Stay[]): { x: number; low: number | null; high: number | null }[] {
  return stays.flatMap(({ at_s, until_s, low, high }) => [
    { x: at_s, low, high },
    { x: until_s, low, high },
  ]);
}
