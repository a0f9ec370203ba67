// Waits by slice: a band from the median to the 90th percentile, the longest as dots, the target as a line.

import { areaY, dot, line, ruleX, ruleY, text } from "@observablehq/plot";
import { sliceAxis, valueAxis } from "./axes.ts";
import type { PlotOptions } from "./draw.ts";
import { durationTicks } from "./ticks.ts";

export interface WaitSlice {
  tick: string;
  p50_s: number | null;
  p90_s: number | null;
  max_s: number | null;
}

/** The top of the scale: one wait of an hour must not press all others flat. */
export function top_s(slices: WaitSlice[], target_s: number): number {
  const p90 = Math.max(0, ...slices.map((one) => one.p90_s ?? 0));
  const longest = Math.max(0, ...slices.map((one) => one.max_s ?? 0));
  const readable = Math.max(p90 * 2.2, target_s * 1.5);
  return Math.max(target_s * 1.25, Math.min(longest * 1.08, readable));
}

export function waitBand(
  slices: WaitSlice[],
  target: { at_s: number; name: string },
  clock: (s: number) => string,
  width_px: number,
): PlotOptions {
  const most_s = top_s(slices, target.at_s);
  const placed = slices.map((slice, i) => ({
    x: i + 0.5,
    // NaN breaks the band: what is unknown leaves a hole, not a zero.
    p50: slice.p50_s ?? Number.NaN,
    p90: slice.p90_s ?? Number.NaN,
    max: slice.max_s,
  }));
  const known = placed.filter((one) => !Number.isNaN(one.p50) && !Number.isNaN(one.p90));
  const within = placed.filter((one) => one.max !== null && one.max <= most_s);
  const beyond = placed.filter((one) => one.max !== null && one.max > most_s);
  return {
    width: width_px,
    height: 250,
    marginLeft: 48,
    marginRight: 8,
    marginTop: 14,
    marginBottom: 28,
    x: { domain: [0, Math.max(1, slices.length)] },
    y: { domain: [0, most_s] },
    marks: [
      ...valueAxis(durationTicks(most_s), clock),
      areaY(placed, { x: "x", y1: "p50", y2: "p90", fill: "var(--accent)", fillOpacity: 0.24 }),
      ruleX(known, { x: "x", y1: "p50", y2: "p90", stroke: "var(--accent)", strokeOpacity: 0.3 }),
      line(placed, { x: "x", y: "p50", stroke: "var(--accent)", strokeWidth: 2.5 }),
      dot(known, { x: "x", y: "p50", r: 2.2, fill: "var(--accent)" }),
      ruleY([target.at_s], { stroke: "var(--red)", strokeDasharray: "5 4" }),
      text([target], {
        x: slices.length,
        y: "at_s",
        text: "name",
        textAnchor: "end",
        dy: -7,
        fill: "var(--red)",
        stroke: "var(--surface)",
        strokeWidth: 4,
      }),
      dot(within, { x: "x", y: "max", r: 2.8, fill: "var(--ink-3)" }),
      dot(beyond, { x: "x", y: most_s, symbol: "triangle", r: 3.4, fill: "var(--ink-3)", dy: 2 }),
      sliceAxis(
        slices.map((one) => one.tick),
        width_px - 56,
      ),
    ],
  };
}
