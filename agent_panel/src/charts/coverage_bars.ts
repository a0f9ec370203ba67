// Coverage of long periods: one bar per week or month, as shares of the open time.

import { rect } from "@observablehq/plot";
import { sliceAxis, valueAxis } from "./axes.ts";
import type { PlotOptions } from "./draw.ts";

/** Shares of the open time, together 1; null where the desk was never open. */
export interface CoverageBar {
  tick: string;
  several: number | null;
  single: number | null;
  uncovered: number | null;
}

export function coverageBars(bars: CoverageBar[], width_px: number): PlotOptions {
  const placed = bars.flatMap((bar, i) =>
    bar.several === null || bar.single === null || bar.uncovered === null
      ? []
      : [{ x1: i + 0.12, x2: i + 0.88, several: bar.several, covered: bar.several + bar.single }],
  );
  const at = { x1: "x1", x2: "x2" } as const;
  return {
    width: width_px,
    height: 240,
    marginLeft: 52,
    marginRight: 8,
    marginTop: 10,
    marginBottom: 28,
    x: { domain: [0, Math.max(1, bars.length)] },
    y: { domain: [0, 1] },
    marks: [
      ...valueAxis([0, 0.25, 0.5, 0.75, 1], (share) => `${Math.round(share * 100)}\u202f%`),
      rect(placed, { ...at, y1: 0, y2: "several", fill: "var(--accent)" }),
      rect(placed, { ...at, y1: "several", y2: "covered", fill: "var(--single)" }),
      rect(placed, { ...at, y1: "covered", y2: 1, fill: "url(#hatch)" }),
      sliceAxis(
        bars.map((bar) => bar.tick),
        width_px - 60,
      ),
    ],
  };
}
