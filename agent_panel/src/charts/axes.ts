// Marks that several charts share: a time axis of labelled slices and an axis of durations or counts.

import { axisX, axisY, gridY, type Markish, ruleY } from "@observablehq/plot";
import { everyNth } from "./draw.ts";

const STEPS_S = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** Round ticks from 0 up to `most`, at most five above zero. */
export function durationTicks(most_s: number): number[] {
  const step = STEPS_S.find((one) => most_s / one <= 5) ?? 172_800;
  return Array.from({ length: Math.floor(most_s / step) + 1 }, (_, i) => i * step);
}

/** Whole-number ticks from 0 up to `most`, at most five above zero. */
export function countTicks(most: number): number[] {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, most))) - 1);
  const step = [1, 2, 5, 10, 20, 50].map((one) => one * power).find((one) => most / one <= 5) ?? power * 100;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

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
