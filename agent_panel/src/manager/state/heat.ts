// Share of chats without a first reply within the target, by weekday and time of day, in cells of three hours.

import type { Bucket, Waits } from "./wire.ts";
import { localDate, localHour, weekday } from "./zone.ts";

export const CELL_H = 3;
/** Below this many a share says nothing. */
const ENOUGH = 5;

export interface HeatCell {
  n: number;
  /** Share without a reply within the target; null where too few can be judged. */
  late: number | null;
}

/** "09:00–12:00" of the cell that begins there. */
export function timesOf(cell: number): string {
  const pad = (hour: number) => `${String(hour).padStart(2, "0")}:00`;
  return `${pad(cell * CELL_H)}–${pad((cell + 1) * CELL_H)}`;
}

/** Seven rows (Monday first) of eight cells, from hourly slices. */
export function heat(buckets: Bucket<Waits>[], tz: string): HeatCell[][] {
  const sums = Array.from({ length: 7 }, () => Array.from({ length: 24 / CELL_H }, () => ({ n: 0, late: 0 })));
  for (const bucket of buckets) {
    const n = bucket.judged;
    if (bucket.within_target === null || n <= 0) continue;
    const at_ms = Date.parse(bucket.from);
    const cell = sums[weekday(localDate(at_ms, tz))]?.[Math.floor(localHour(at_ms, tz) / CELL_H)];
    if (!cell) continue;
    cell.n += n;
    cell.late += n * (1 - bucket.within_target);
  }
  return sums.map((row) => row.map(({ n, late }) => ({ n, late: n < ENOUGH ? null : late / n })));
}
