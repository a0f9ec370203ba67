// The six figures at the top: value, what it is based on, and how it differs from the period before.

import { say } from "../words/words.ts";
import { clock, difference, percent, share, span } from "./measures.ts";
import type { Coverage, Estimates, Satisfaction, Spread, Waits } from "./wire.ts";

export interface Figure {
  key: string;
  title: string;
  /** Null: not known; then `basis` says why. */
  value: string | null;
  basis: string;
  change: { text: string; tone: "better" | "worse" | "same" } | null;
}

/** Whether a larger number is the better one. */
type Direction = "up" | "down";

function change(text: string | null, size: number | null, good: Direction): Figure["change"] {
  if (text === null || size === null) return null;
  if (text.startsWith("±")) return { text, tone: "same" };
  return { text, tone: size > 0 === (good === "up") ? "better" : "worse" };
}

function points(now: number | null, then: number | null, good: Direction): Figure["change"] {
  if (now === null || then === null) return null;
  const text = difference(now * 100, then * 100, 1);
  return change(text === null ? null : say("points", { points: text }), now - then, good);
}

function unknown(n: number): string {
  return say("few", { n });
}

export function covered(now: Coverage, then: Coverage | null): Figure {
  const value = share(now.covered_s, now.open_s);
  const basis =
    value === null
      ? say("kpi.never_open")
      : say("kpi.covered.basis", { covered: span(now.covered_s), open: span(now.open_s) });
  const past = then ? share(then.covered_s, then.open_s) : null;
  return { key: "covered", title: say("kpi.covered"), value: percent(value), basis, change: points(value, past, "up") };
}

function pair(spread: Spread): string | null {
  const p50 = clock(spread.p50_s);
  const p90 = clock(spread.p90_s);
  return p50 === null || p90 === null ? null : `${p50} / ${p90}`;
}

export function queueWait(now: Waits, then: Waits | null): Figure {
  const value = pair(now.queue_wait);
  const [late, earlier] = [now.queue_wait.p90_s, then?.queue_wait.p90_s ?? null];
  const gap = late === null || earlier === null ? null : Math.round(late - earlier);
  const text = gap === null ? null : gap === 0 ? "±0:00" : gap > 0 ? `+${clock(gap)}` : clock(gap);
  return {
    key: "queue_wait",
    title: say("kpi.queue_wait"),
    value,
    basis: value === null ? unknown(now.n) : say("n", { n: now.n }),
    change: change(text, gap, "down"),
  };
}

/** Of so few a share would say more than is known. */
const ENOUGH = 5;

/** Those whose chat is decided: answered, or gone without an answer, but not within the first seconds. */
function decided(waits: Waits): number {
  return waits.answered + waits.abandoned - (waits.abandoned_early ?? 0);
}

function withinTarget(waits: Waits | null): number | null {
  return waits === null || waits.judged < ENOUGH ? null : waits.within_target;
}

export function firstReply(now: Waits, then: Waits | null, target_s: number): Figure {
  const value = withinTarget(now);
  const n = now.judged;
  return {
    key: "first_reply",
    title: say("kpi.first_reply", { target: target_s }),
    value: percent(value),
    basis: value === null ? unknown(n) : say("kpi.first_reply.basis", { count: n }),
    change: points(value, withinTarget(then), "up"),
  };
}

function leftShare(waits: Waits | null): number | null {
  if (waits === null || decided(waits) < ENOUGH) return null;
  return share(waits.abandoned - (waits.abandoned_early ?? 0), decided(waits));
}

export function left(now: Waits, then: Waits | null): Figure {
  const value = leftShare(now);
  const n = decided(now);
  const early = now.abandoned_early ?? 0;
  const people = say("kpi.left.basis", { count: now.abandoned - early, n });
  const apart = early ? say("kpi.left.early", { count: early }) : "";
  return {
    key: "left",
    title: say("kpi.left"),
    value: percent(value),
    basis: value === null ? unknown(n) : [people, apart].filter(Boolean).join(" · "),
    change: points(value, leftShare(then), "down"),
  };
}

export function satisfaction(now: Satisfaction, then: Satisfaction | null): Figure {
  return {
    key: "satisfaction",
    title: say("kpi.satisfaction"),
    value: percent(now.csat, 0),
    basis: now.csat === null ? unknown(now.n) : say("kpi.satisfaction.basis", { count: now.n }),
    change: points(now.csat, then?.csat ?? null, "up"),
  };
}

export function atMost(now: Estimates, then: Estimates | null): Figure {
  return {
    key: "at_most",
    title: say("kpi.at_most"),
    value: percent(now.within_upto),
    basis: now.within_upto === null ? unknown(now.n) : say("kpi.at_most.basis", { count: now.n }),
    change: points(now.within_upto, then?.within_upto ?? null, "up"),
  };
}
