// Axes: horizontal lines with words, labels under slices, and ticks of a continuous scale.

import { usePlot, xOf, yOf } from "./scales.ts";
import { everyNth } from "./ticks.ts";

export interface ValueAxisProps {
  ticks: readonly number[];
  format: (value: number) => string;
}

/** Lines across the chart at `ticks`, with words at the left; the line at the foot is the strongest. */
export function ValueAxis({ ticks, format }: ValueAxisProps) {
  const plot = usePlot();
  return (
    <g class="axis">
      {ticks.map((tick) => {
        const y = yOf(plot, tick);
        return (
          <g key={tick}>
            <line class={tick === plot.y[0] ? "foot" : "grid"} x1={plot.left} x2={plot.right} y1={y} y2={y} />
            <text x={plot.left - 8} y={y} dy="0.35em" text-anchor="end">
              {format(tick)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** About what a letter of the axis takes, in px. */
const LETTER_PX = 7;

/** One label under each slice 0..n-1 of width 1; so many as fit without touching. */
export function SliceAxis({ labels }: { labels: readonly string[] }) {
  const plot = usePlot();
  const longest = Math.max(1, ...labels.map((label) => label.length));
  const shown = everyNth(labels.length, plot.right - plot.left, longest * LETTER_PX + 14);
  return (
    <g class="axis">
      {shown.map((i) => (
        <text key={i} x={xOf(plot, i + 0.5)} y={plot.bottom + 18} text-anchor="middle">
          {labels[i]}
        </text>
      ))}
    </g>
  );
}

export interface NumberAxisProps {
  ticks: readonly number[];
  format: (value: number) => string;
  /** Upright lines through the marks, at these ticks. */
  grid?: boolean;
}

/** Ticks anywhere on the x scale. The outermost words stay inside the chart. */
export function NumberAxis({ ticks, format, grid = false }: NumberAxisProps) {
  const plot = usePlot();
  return (
    <g class="axis">
      {ticks.map((tick) => (
        <g key={tick}>
          {grid && <line class="grid" x1={xOf(plot, tick)} x2={xOf(plot, tick)} y1={plot.top} y2={plot.bottom} />}
          <text x={xOf(plot, tick)} y={plot.bottom + 18} text-anchor="middle">
            {format(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}
