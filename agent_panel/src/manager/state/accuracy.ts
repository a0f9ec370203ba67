// How true the told waits were: ours beside the simple rules, and how often "at most" held.

import { say } from "../words/words.ts";
import { clock, orTooFew, percent } from "./measures.ts";
import type { Estimates } from "./wire.ts";

/** "At most" is a 90th percentile: nine waits of ten should end within it. */
export const SHOULD_HOLD = 0.9;

export const RULES = ["ours", "last_to_enter", "hourly_average"] as const;
export type Rule = (typeof RULES)[number];

export interface Error_s {
  rule: Rule;
  n: number;
  median_s: number | null;
}

/** Half of the told waits were off by no more than this; the rivals judged on the same chats. Without rivals, ours alone. */
export function errorsOf({ answered, offered, median_error_s, rivals }: Estimates): Error_s[] {
  const ours: Error_s = { rule: "ours", n: answered + offered, median_s: median_error_s };
  if (!rivals) return [ours];
  const others = (["last_to_enter", "hourly_average"] as const).map((rule) => ({
    rule,
    n: rivals[rule].n,
    median_s: rivals[rule].median_error_s,
  }));
  return [ours, ...others];
}

/** How ours compares with the better of the rivals; null where either is unknown. */
export function verdictOf(errors: readonly Error_s[]): string | null {
  const ours = errors.find(({ rule }) => rule === "ours")?.median_s ?? null;
  const known = errors.flatMap(({ rule, median_s }) => (rule === "ours" || median_s === null ? [] : [median_s]));
  if (ours === null || !known.length) return null;
  const best = Math.min(...known);
  if (Math.round(ours) === Math.round(best)) return say("accuracy.verdict.same");
  if (best === 0) return say("accuracy.verdict.worse", { by: clock(ours) ?? "–" });
  if (ours < best) return say("accuracy.verdict.better", { share: percent(1 - ours / best, 0) ?? "–" });
  return say("accuracy.verdict.worse", { by: clock(ours - best) ?? "–" });
}

export const KINDS = ["answered", "offered", "passed", "censored"] as const;

/** Of how many waits what is known; what there is none of is left out but for those that were answered. */
export function kindsSpoken(of: Estimates): string {
  const some = KINDS.filter((kind) => kind === "answered" || of[kind] > 0);
  return some.map((kind) => say(`accuracy.kind.${kind}`, { n: of[kind] })).join(" · ");
}

export function heldSpoken(when: string, of: Estimates): string {
  const held = percent(of.within_upto, 0);
  if (held === null) return say("accuracy.stop.few", { when, few: orTooFew(null, of.n) });
  const errors = errorsOf(of)
    .filter(({ median_s }) => median_s !== null)
    .map(({ rule, median_s }) => `${say(`rule.${rule}`)} ${clock(median_s)}`);
  return say("accuracy.stop", { when, held, n: of.n, errors: errors.join(", ") || "–" });
}

/** The foot of the scale of shares held: the least known one with some room, in steps of a tenth, at most 80 %. */
export function foot(shares: readonly (number | null)[]): number {
  const least = Math.min(0.8, ...shares.filter((one) => one !== null));
  return Math.max(0, Math.floor(least * 10 - 0.2) / 10);
}

/** Ticks of that scale, a tenth or a fifth apart. */
export function heldTicks(least: number): number[] {
  const step = least >= 0.5 ? 1 : 2;
  const first = Math.ceil((least * 10) / step) * step;
  return Array.from({ length: Math.floor((10 - first) / step) + 1 }, (_, i) => (first + i * step) / 10);
}
