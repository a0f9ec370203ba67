// A figure's trend as one small line: shape only. The values are in the figure, its table and its own page.

import { type Point, runs } from "./marks.tsx";
import { place } from "./scales.ts";

const WIDTH = 120;
const HEIGHT = 32;
const EDGE = 3;

/** From the smallest to the largest known value; all equal, they lie in the middle. */
export function sparkPaths(values: readonly (number | null)[]): {
  lines: string[];
  last: { x: number; y: number } | null;
} {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const domain = least === most ? ([least - 1, most + 1] as const) : ([least, most] as const);
  const at = (point: Point) => ({
    x: values.length < 2 ? WIDTH / 2 : place(point.x, [0, values.length - 1], EDGE, WIDTH - EDGE),
    y: place(point.y ?? 0, domain, HEIGHT - EDGE, EDGE),
  });
  const points: Point[] = values.map((y, x) => ({ x, y }));
  const lines = runs(points, (point) => point.y !== null).map((run) => {
    const [first, ...rest] = run.map(at);
    // A single known value between unknown ones is a short stroke: a line of no length would not be seen.
    if (first && !rest.length) return `M${first.x - 1.5},${first.y}h3`;
    return `M${[first, ...rest].map((one) => `${one?.x},${one?.y}`).join("L")}`;
  });
  const end = points.findLast((point) => point.y !== null);
  return { lines, last: end ? at(end) : null };
}

export function Spark({ values }: { values: readonly (number | null)[] }) {
  const { lines, last } = sparkPaths(values);
  if (!last) return null;
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {lines.map((d) => (
        <path key={d} class="stroke-accent" d={d} vector-effect="non-scaling-stroke" />
      ))}
    </svg>
  );
}
