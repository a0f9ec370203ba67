// Reading a chart by keyboard or pointer: which stop comes next. Pure, so that it can be tested without a screen.

/** One readable value: a stretch of the x scale (in a row, for charts of several rows) and the words for it. */
export interface Stop {
  from: number;
  to: number;
  row?: string;
  text: string;
}

function middle(stop: Stop): number {
  return (stop.from + stop.to) / 2;
}

/** The stop of `row` that lies nearest to x; a stop that contains x beats a nearer edge. */
export function nearest(stops: readonly Stop[], x: number, row?: string): number | null {
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  stops.forEach((stop, i) => {
    if (stop.row !== row) return;
    const distance = x < stop.from ? stop.from - x : x > stop.to ? x - stop.to : 0;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

function otherRow(stops: readonly Stop[], at: number, step: 1 | -1): number {
  const here = stops[at];
  if (!here) return at;
  const rows = [...new Set(stops.map((stop) => stop.row))];
  const row = rows[rows.indexOf(here.row) + step];
  if (row === undefined) return at;
  return nearest(stops, middle(here), row) ?? at;
}

/** Where an arrow key leads from `at` (null: nothing read yet); null when the key is none of ours. */
export function move(stops: readonly Stop[], at: number | null, key: string): number | null {
  if (!stops.length) return null;
  const last = stops.length - 1;
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (!["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"].includes(key)) return null;
  if (at === null) return 0;
  if (key === "ArrowRight") return Math.min(last, at + 1);
  if (key === "ArrowLeft") return Math.max(0, at - 1);
  return otherRow(stops, at, key === "ArrowDown" ? 1 : -1);
}
