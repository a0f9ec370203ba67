// Shapes of marks as path commands. Pure, so that they can be tested without a screen: what is unknown leaves a hole.

import { type Plot, place, xOf, yOf } from "./scales.ts";

export interface Point {
  x: number;
  y: number | null;
}

export interface Stretch {
  from: number;
  to: number;
  value: number | null;
}

/** Path commands along the tops of the stretches, broken where the value is unknown. */
export function staircase(plot: Plot, stretches: readonly Stretch[]): string {
  let path = "";
  let reached: number | null = null;
  for (const { from, to, value } of stretches) {
    if (value === null) {
      reached = null;
      continue;
    }
    const y = yOf(plot, value);
    path += reached === from ? `V${y}` : `M${xOf(plot, from)},${y}`;
    path += `H${xOf(plot, to)}`;
    reached = to;
  }
  return path;
}

/** Runs of neighbours that are all known. */
export function runs<T>(points: readonly T[], known: (point: T) => boolean): T[][] {
  const found: T[][] = [];
  let open = false;
  for (const point of points) {
    if (!known(point)) {
      open = false;
      continue;
    }
    if (open) found.at(-1)?.push(point);
    else found.push([point]);
    open = true;
  }
  return found;
}

export const SPARK_WIDTH = 120;
export const SPARK_HEIGHT = 32;
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
    x: values.length < 2 ? SPARK_WIDTH / 2 : place(point.x, [0, values.length - 1], EDGE, SPARK_WIDTH - EDGE),
    y: place(point.y ?? 0, domain, SPARK_HEIGHT - EDGE, EDGE),
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
