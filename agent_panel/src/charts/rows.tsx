// Charts of several rows: small charts on shared axes, heat maps, and plots of intervals.

import type { ComponentChildren } from "preact";
import { PlotContext, rowOf, type Tone, usePlot, xOf } from "./scales.ts";

export interface RowProps {
  name: string;
  /** What stands at the left, where it is not the name itself. */
  title?: string;
  note?: string | undefined;
  children: ComponentChildren;
}

/** One row: its marks see a plot of their own; the name stands at the left, the note at the right. */
export function Row({ name, title = name, note, children }: RowProps) {
  const plot = usePlot();
  const stripe = rowOf(plot, name);
  if (!stripe) return null;
  const middle = (stripe.top + stripe.bottom) / 2;
  return (
    <g>
      <PlotContext.Provider value={{ ...plot, ...stripe, rows: [] }}>{children}</PlotContext.Provider>
      <text class="row-name" x={plot.left - 10} y={middle} dy="0.35em" text-anchor="end">
        {title}
      </text>
      {note !== undefined && (
        <text class="row-note" x={plot.right + 10} y={middle} dy="0.35em">
          {note}
        </text>
      )}
    </g>
  );
}

export interface HeatCell {
  row: string;
  /** 0-based; the cell lies from `column` to `column + 1` on the x scale. */
  column: number;
  /** 0 (nothing) to 5 (most); null: unknown. */
  shade: number | null;
  text: string;
}

/** Numbers in shaded cells. Too narrow for the numbers, the chart should have been given other rows. */
export function HeatCells({ cells }: { cells: readonly HeatCell[] }) {
  const plot = usePlot();
  return (
    <g class="heat-cells">
      {cells.map(({ row, column, shade, text }) => {
        const stripe = rowOf(plot, row);
        if (!stripe) return null;
        const left = xOf(plot, column) + 1.5;
        const width = Math.max(0, xOf(plot, column + 1) - 1.5 - left);
        return (
          <g key={`${row} ${column}`} class={shade === null ? "cell shade-none" : `cell shade-${shade}`}>
            <rect x={left} y={stripe.top} width={width} height={stripe.bottom - stripe.top} rx="3" />
            <text x={left + width / 2} y={(stripe.top + stripe.bottom) / 2} dy="0.36em" text-anchor="middle">
              {text}
            </text>
          </g>
        );
      })}
    </g>
  );
}

export interface Interval {
  row: string;
  low: number | null;
  value: number | null;
  high: number | null;
  tone?: Tone;
}

/** A whisker from low to high with a dot at the value, one to a row; a row without a value stays empty. */
export function Intervals({ intervals }: { intervals: readonly Interval[] }) {
  const plot = usePlot();
  return (
    <g>
      {intervals.map(({ row, low, value, high, tone = "accent" }) => {
        const stripe = rowOf(plot, row);
        if (!stripe || value === null) return null;
        const y = (stripe.top + stripe.bottom) / 2;
        return (
          <g key={row}>
            {low !== null && high !== null && (
              <path
                class={`stroke-${tone} whisker`}
                d={`M${xOf(plot, low)},${y}H${xOf(plot, high)}M${xOf(plot, low)},${y - 4}v8M${xOf(plot, high)},${y - 4}v8`}
              />
            )}
            <circle class={`tone-${tone}`} cx={xOf(plot, value)} cy={y} r="4.5" />
          </g>
        );
      })}
    </g>
  );
}
