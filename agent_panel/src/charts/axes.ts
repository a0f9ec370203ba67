// Marks that several charts share: a time axis of labelled slices and an axis of durations or counts.

import { axisX, axisY, gridY, type Markish, ruleY } from "@observablehq/plot";
import { everyNth } from "./ticks.ts";

/** Labels under slices 0..n-1 that are one unit wide; so many as fit. */
export function sliceAxis(labels: string[], width_px: number): Markish {
  const longest = Math.max(...labels.map((label) => label.length), 1);
  const ticks = everyNth(labels.length, width_px, longest * 7 + 14).map((i) => i + 0.5);
  return axisX(ticks, {
    tickFormat: (x: number) => labels[Math.floor(x)] ?? "",
    tickSize: 0,
    label: null,
    fill: "var(--ink-2)",
  });
}

/** Horizontal lines with words at the left. */
export function valueAxis(ticks: number[], format: (value: number) => string): Markish[] {
  return [
    gridY(ticks, { stroke: "var(--line)", strokeOpacity: 1 }),
    ruleY([0], { stroke: "var(--ink-3)" }),
    axisY(ticks, { tickFormat: format, tickSize: 0, label: null, fill: "var(--ink-2)" }),
  ];
}
