// Where an axis is labelled: round numbers, and only as many as can be read.

const STEPS_S = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** Round ticks in seconds from 0 up to `most_s`, at most five above zero. */
export function durationTicks(most_s: number): number[] {
  const step = STEPS_S.find((one) => most_s / one <= 5) ?? 172_800;
  return Array.from({ length: Math.floor(most_s / step) + 1 }, (_, i) => i * step);
}

/** Whole-number ticks from 0 up to `most`, at most five above zero. */
export function countTicks(most: number): number[] {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, most))) - 1);
  const step = [1, 2, 5, 10, 20, 50].map((one) => one * power).find((one) => most / one <= 5) ?? power * 100;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

/** Indices to label so that labels of `label_px` never touch on an axis of `width_px`. */
export function everyNth(count: number, width_px: number, label_px: number): number[] {
  const step = Math.max(1, Math.ceil((count * label_px) / Math.max(1, width_px)));
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}

/** Round shares from 0 up to `most`, at most five above zero. */
export function shareTicks(most: number): number[] {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25].find((one) => most / one <= 5) ?? 0.25;
  // In whole thousandths, or 3 * 0.1 would be 0.30000000000000004.
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => Math.round(i * step * 1000) / 1000);
}
