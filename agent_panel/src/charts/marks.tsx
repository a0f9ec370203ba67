// Marks: bars, staircases, lines, bands, dots and targets. What is unknown (null) leaves a hole, never a zero.

import { type Tone, usePlot, xOf, yOf } from "./scales.ts";
import { type Point, runs, type Stretch, staircase } from "./shapes.ts";

export interface Bar {
  from: number;
  to: number;
  /** Where the bar stands; the foot of the scale unless it is stacked. */
  low?: number;
  high: number;
  tone: Tone;
}

/** A stretch of a minute would be half a pixel of a day: it is drawn so wide, for it must be seen. */
const LEAST_PX = 1.5;

/** Rectangles from `from` to `to`; `gap` px stay free at each side. */
export function Bars({ bars, gap = 0 }: { bars: readonly Bar[]; gap?: number }) {
  const plot = usePlot();
  return (
    <g>
      {bars.map((bar) => {
        const left = xOf(plot, bar.from) + gap;
        const top = yOf(plot, bar.high);
        const width = Math.max(LEAST_PX, xOf(plot, bar.to) - gap - left);
        const height = Math.max(0, yOf(plot, bar.low ?? plot.y[0]) - top);
        const key = `${bar.from} ${bar.low ?? 0} ${bar.tone}`;
        return (
          <rect
            key={key}
            class={`tone-${bar.tone}`}
            // In a style sheet of its own address #hatch would be looked for in the style sheet.
            fill={bar.tone === "gap" ? "url(#hatch)" : undefined}
            {...{ x: left, y: top, width, height }}
          />
        );
      })}
    </g>
  );
}

export function Step({ stretches, tone = "ink" }: { stretches: readonly Stretch[]; tone?: Tone }) {
  const plot = usePlot();
  return <path class={`stroke-${tone} step`} d={staircase(plot, stretches)} />;
}

export interface LineProps {
  points: readonly Point[];
  tone?: Tone;
  /** A dot at each point; a point without neighbours has one anyway. */
  dots?: boolean;
  dashed?: boolean;
}

export function Line({ points, tone = "accent", dots = false, dashed = false }: LineProps) {
  const plot = usePlot();
  const at = (point: Point) => `${xOf(plot, point.x)},${yOf(plot, point.y ?? 0)}`;
  return (
    <g>
      {runs(points, (point) => point.y !== null).map((run) => (
        <g key={run[0]?.x}>
          <path class={`stroke-${tone}${dashed ? " dashed" : ""}`} d={`M${run.map(at).join("L")}`} />
          {(dots || run.length === 1) &&
            run.map((point) => (
              <circle
                key={point.x}
                class={`tone-${tone}`}
                cx={xOf(plot, point.x)}
                cy={yOf(plot, point.y ?? 0)}
                r="2.4"
              />
            ))}
        </g>
      ))}
    </g>
  );
}

export interface BandPoint {
  x: number;
  low: number | null;
  high: number | null;
}

/** The area between low and high; over a single known point it is an upright stroke. */
export function Band({ points, tone = "accent" }: { points: readonly BandPoint[]; tone?: Tone }) {
  const plot = usePlot();
  const top = (one: BandPoint) => `${xOf(plot, one.x)},${yOf(plot, one.high ?? 0)}`;
  const foot = (one: BandPoint) => `${xOf(plot, one.x)},${yOf(plot, one.low ?? 0)}`;
  return (
    <g>
      {runs(points, (point) => point.low !== null && point.high !== null).map((run) => {
        const path = `M${run.map(top).join("L")}L${run.toReversed().map(foot).join("L")}Z`;
        return <path key={run[0]?.x} class={`band-${tone}`} d={path} />;
      })}
    </g>
  );
}

export interface Dot {
  x: number;
  y: number | null;
  /** Larger than the scale shows: a triangle at the top. */
  beyond?: boolean;
}

export function Dots({ dots, tone = "ink" }: { dots: readonly Dot[]; tone?: Tone }) {
  const plot = usePlot();
  return (
    <g>
      {dots.map(({ x, y, beyond }) => {
        if (y === null) return null;
        const cx = xOf(plot, x);
        if (!beyond) return <circle key={x} class={`tone-${tone}`} cx={cx} cy={yOf(plot, y)} r="2.8" />;
        return <path key={x} class={`tone-${tone}`} d={`M${cx - 4},${plot.top + 7}h8l-4,-7z`} />;
      })}
    </g>
  );
}

export interface TargetProps {
  at: number;
  name: string;
  /** "y": a level over the whole width; "x": a place on the x scale. */
  across?: "x" | "y";
  tone?: "red" | "ink";
}

/** So near the top of the chart, a line's name stands under it: above it is where the values are. */
const UNDER_PX = 26;

export function Target({ at, name, across = "y", tone = "red" }: TargetProps) {
  const plot = usePlot();
  const upright = across === "x";
  const [x, y] = upright ? [xOf(plot, at), plot.top] : [plot.right, yOf(plot, at)];
  const line = upright ? `M${x},${plot.bottom}V${plot.top}` : `M${plot.left},${y}H${plot.right}`;
  const late = upright && x > (plot.left + plot.right) / 2;
  return (
    <g>
      <path class={`stroke-${tone} dashed`} d={line} />
      <text
        class={`tone-${tone} named`}
        x={upright ? x + (late ? -6 : 6) : x}
        y={upright ? y + 10 : y - plot.top < UNDER_PX ? y + 14 : y - 6}
        text-anchor={upright && !late ? "start" : "end"}
      >
        {name}
      </text>
    </g>
  );
}
