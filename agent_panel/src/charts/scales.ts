// From values to pixels. Pure: what a chart's marks and its cursor are placed by.

import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** A colour or pattern of charts.css. */
export type Tone = "accent" | "single" | "gap" | "open" | "soft" | "ink" | "red" | "green";

/** [least, most] in the units of the values. */
export type Domain = readonly [number, number];

/** Where marks are drawn, in px from the chart's top left corner. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Domain;
  y: Domain;
  rows: readonly string[];
}

/** `value` of `domain` on the way from px `start` to px `end`; a domain without extent lies at its start. */
export function place(value: number, domain: Domain, start: number, end: number): number {
  const [least, most] = domain;
  return most === least ? start : start + ((value - least) / (most - least)) * (end - start);
}

export function xOf(plot: Plot, value: number): number {
  return place(value, plot.x, plot.left, plot.right);
}

export function yOf(plot: Plot, value: number): number {
  return place(value, plot.y, plot.bottom, plot.top);
}

/** The value under px `x`. */
export function valueAt(plot: Plot, px: number): number {
  return place(px, [plot.left, plot.right], plot.x[0], plot.x[1]);
}

/** Share of a row that is kept free below it. */
const ROW_GAP = 0.16;

/** The stripe of a row; null for a name that is none. */
export function rowOf(plot: Plot, name: string): { top: number; bottom: number } | null {
  const at = plot.rows.indexOf(name);
  if (at < 0) return null;
  const height = (plot.bottom - plot.top) / plot.rows.length;
  const top = plot.top + at * height;
  return { top, bottom: top + height * (1 - ROW_GAP) };
}

/** The row under px `y`; the gap below a row belongs to it. */
export function rowAt(plot: Plot, py: number): string | undefined {
  const at = Math.floor(((py - plot.top) / (plot.bottom - plot.top)) * plot.rows.length);
  return plot.rows[at];
}

const NOWHERE: Plot = { left: 0, right: 0, top: 0, bottom: 0, x: [0, 1], y: [0, 1], rows: [] };

export const PlotContext = createContext<Plot>(NOWHERE);

/** The chart (or the row of it) that a mark is drawn in. */
export function usePlot(): Plot {
  return useContext(PlotContext);
}
