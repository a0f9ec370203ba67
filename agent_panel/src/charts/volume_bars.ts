// Chats started, answered and abandoned: three bars to a slice.

import { rect } from "@observablehq/plot";
import { sliceAxis, valueAxis } from "./axes.ts";
import type { PlotOptions } from "./draw.ts";
import { countTicks } from "./ticks.ts";

export interface VolumeSlice {
  tick: string;
  started: number;
  answered: number;
  abandoned: number;
}

const BARS = [
  { name: "started", from: 0.1, to: 0.38, fill: "var(--started)" },
  { name: "answered", from: 0.38, to: 0.66, fill: "var(--accent)" },
  { name: "abandoned", from: 0.66, to: 0.92, fill: "url(#hatch)" },
] as const;

export function volumeBars(slices: VolumeSlice[], width_px: number): PlotOptions {
  const most = Math.max(4, ...slices.map((one) => Math.max(one.started, one.answered, one.abandoned)));
  return {
    width: width_px,
    height: 290,
    marginLeft: 48,
    marginRight: 8,
    marginTop: 10,
    marginBottom: 28,
    x: { domain: [0, Math.max(1, slices.length)] },
    y: { domain: [0, most * 1.04] },
    marks: [
      ...valueAxis(countTicks(most), (count) => `${count}`),
      ...BARS.map(({ name, from, to, fill }) =>
        rect(
          slices.map((one, i) => ({ x1: i + from, x2: i + to, y2: one[name] })),
          { x1: "x1", x2: "x2", y1: 0, y2: "y2", fill },
        ),
      ),
      sliceAxis(
        slices.map((one) => one.tick),
        width_px - 56,
      ),
    ],
  };
}
