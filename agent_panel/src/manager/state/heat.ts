// Share of late first replies by weekday and time of day, in cells of three hours.

import type { Bucket, Waits } from "./wire.ts";
import { localDate, localHour, weekday } from "./zone.ts";

export const CELL_H = 3;
/** Below this many answers a share says nothing. */
const ENOUGH = 5;

export interface HeatCell {
  answered: number;
  /** Share answered later than the target; null where too few were answered. */
  late: number | null;
}

/** Seven rows (Monday first) of eight cells, from hourly slices. */
export function heat(buckets: Bucket<Waits>[], tz: string): HeatCell[][] {
  const sums = Array.from({ length: 7 }, () => Array.from({ length: 24 / CELL_H }, () => ({ answered: 0, late: 0 })));
  for (const bucket of buckets) {
    if (bucket.within_target === null || !bucket.answered) continue;
    const at_ms = Date.parse(bucket.from);
    const cell = sums[weekday(localDate(at_ms, tz))]?.[Math.floor(localHour(at_ms, tz) / CELL_H)];
    if (!cell) continue;
    cell.answered += bucket.answered;
    cell.late += bucket.answered * (1 - bucket.within_target);
  }
  return sums.map((row) =>
    row.map(({ answered, late }) => ({ answered, late: answered < ENOUGH ? null : late / answered })),
  );
}
