// One step chart per day on shared axes: how many agents accepted, when the desk was open, and what nobody covered.

import { axisX, rect, ruleX, ruleY, text } from "@observablehq/plot";
import type { PlotOptions } from "./draw.ts";

/** Hours since the local midnight; a day of 25 hours ends at 25. */
export interface Run {
  from_h: number;
  to_h: number;
  accepting: number;
  open: boolean;
  uncovered: boolean;
}

export interface DayStripe {
  /** Unique among the rows; stands at the left. */
  name: string;
  /** Stands at the right: the covered share. */
  summary: string;
  length_h: number;
  runs: Run[];
}

/** The fewer the days, the more room for each. */
function rowHeight_px(days: number): number {
  if (days <= 2) return 84;
  return days <= 10 ? 40 : 24;
}

/** Too short to be seen at its true width. */
function isBrief(run: Run): boolean {
  return run.to_h - run.from_h < 0.1;
}

export function coverageDays(stripes: DayStripe[], width_px: number): PlotOptions {
  const narrow = width_px < 460;
  const most = Math.max(2, ...stripes.flatMap((day) => day.runs.map((run) => run.accepting)));
  const length_h = Math.max(24, ...stripes.map((day) => day.length_h));
  const runs = stripes.flatMap((day) => day.runs.map((run) => ({ ...run, name: day.name })));
  const gaps = runs.filter((run) => run.uncovered);
  const row_px = rowHeight_px(stripes.length);
  const box = { x1: "from_h", x2: "to_h", fy: "name", y1: 0 } as const;
  return {
    width: width_px,
    height: stripes.length * row_px + 26,
    marginLeft: narrow ? 46 : 54,
    marginRight: narrow ? 54 : 62,
    marginTop: 2,
    marginBottom: 24,
    x: { domain: [0, length_h] },
    y: { domain: [0, most], axis: null },
    fy: { domain: stripes.map((day) => day.name), axis: null, padding: 0.18 },
    marks: [
      rect(
        runs.filter((run) => run.open),
        { ...box, y2: most, fill: "var(--open-hours)" },
      ),
      ruleX([6, 12, 18], { stroke: "var(--surface)" }),
      rect(
        gaps.filter((gap) => !isBrief(gap)),
        { ...box, y2: most, fill: "url(#hatch)" },
      ),
      rect(
        runs.filter((run) => run.accepting > 1),
        { ...box, y2: "accepting", fill: "var(--accent)", insetRight: -0.3 },
      ),
      rect(
        runs.filter((run) => run.accepting === 1),
        { ...box, y2: "accepting", fill: "var(--single)", insetRight: -0.3 },
      ),
      // A gap of one minute would be half a pixel: it is drawn two wide and on top, for it must be seen.
      rect(gaps.filter(isBrief), { ...box, y2: most, fill: "url(#hatch)", insetLeft: -0.75, insetRight: -0.75 }),
      ruleY([0], { stroke: "var(--line)" }),
      text(stripes, {
        fy: "name",
        text: "name",
        frameAnchor: "left",
        textAnchor: "end",
        dx: -10,
        fill: "var(--ink-2)",
      }),
      text(stripes, {
        fy: "name",
        text: "summary",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 8,
        fill: "var(--ink)",
      }),
      axisX([0, 6, 12, 18, 24], {
        anchor: "bottom",
        tickSize: 0,
        label: null,
        tickFormat: (h: number) => `${h}`,
        fill: "var(--ink-2)",
      }),
    ],
  };
}
