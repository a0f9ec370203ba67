/** How a wait is said: which sentence, with which numbers. Pure; the words are the catalogues'. */
import type { Queue } from "../../wire.ts";

export type WaitWords =
  | { key: "wait_unknown" | "wait_short" | "wait_long" }
  | { key: "wait_about"; n: number }
  | { key: "wait_range"; n: number; most: number };

const LONG_S = 20 * 60;

/**
 * From 45 s likely, 340 s at most: "about 1 min, at most 6". Minutes are rounded, the upper end is rounded up: a promise may turn out
 * too careful, never too bold.
 */
export function waitWords(wait: Queue["wait"]): WaitWords {
  if (!wait) return { key: "wait_unknown" };
  if (wait.upto_s < 60) return { key: "wait_short" };
  if (wait.likely_s > LONG_S) return { key: "wait_long" };
  const n = Math.max(1, Math.round(wait.likely_s / 60));
  const most = Math.max(n, Math.ceil(wait.upto_s / 60));
  return most > n ? { key: "wait_range", n, most } : { key: "wait_about", n };
}

/**
 * Whether "write to me instead" is put forward: from the service target on, and at once where nobody can say how long it takes or
 * it takes long. Before that it is there, but quiet.
 */
export function offersTicket(queued_ms: number, target_s: number, wait: Queue["wait"]): boolean {
  return !wait || wait.likely_s > LONG_S || queued_ms >= target_s * 1000;
}
