// Figures as words. Null is unknown and never becomes 0.

import { say } from "../words/words.ts";

const NO_BREAK = "\u202f";

/** "98.1 %" from 0.981; null stays null. Only nothing is written 0 % and only all 100 %: 0.99996 is "> 99.9 %". */
export function percent(share: number | null, digits = 1): string | null {
  if (share === null || !Number.isFinite(share)) return null;
  const step = 10 ** -digits;
  const rounded = Number((share * 100).toFixed(digits));
  if (rounded === 0 && share > 0) return `< ${step.toFixed(digits)}${NO_BREAK}%`;
  if (rounded === 100 && share < 1) return `> ${(100 - step).toFixed(digits)}${NO_BREAK}%`;
  return `${rounded.toFixed(digits)}${NO_BREAK}%`;
}

/** The net promoter score, from "−100" to "+100"; null stays null. */
export function score(nps: number | null | undefined): string | null {
  if (nps === null || nps === undefined) return null;
  const whole = Math.round(nps);
  return whole > 0 ? `+${whole}` : `${whole}`.replace("-", "−");
}

/** A share, or null where there is nothing to divide by. */
export function share(part: number | null | undefined, whole: number | null | undefined): number | null {
  if (part == null || !whole) return null;
  return part / whole;
}

/** "1:34" from 94, "1:02:05" from 3725. */
export function clock(duration_s: number | null | undefined): string | null {
  if (duration_s == null || !Number.isFinite(duration_s)) return null;
  const whole = Math.round(Math.abs(duration_s));
  const minutes = Math.floor(whole / 60) % 60;
  const seconds = String(whole % 60).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const text = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
  return duration_s < 0 ? `−${text}` : text;
}

/** "47 min", "3 h 11 min", "35 s": a length for reading, exact to the minute from one minute on. */
export function span(duration_s: number): string {
  if (duration_s < 60) return say("span.seconds", { count: Math.round(duration_s) });
  const minutes = Math.round(duration_s / 60);
  if (minutes < 60) return say("span.minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest ? say("span.hours_minutes", { hours, minutes: rest }) : say("span.hours", { count: hours });
}

/** "94 %" and its kin where n may be too small: the words "not enough data (n = 3)" instead of a made-up figure. */
export function orTooFew(text: string | null, n: number): string {
  return text ?? say("few", { n });
}

/** A signed difference: "+1.4", "−0.3"; null where either side is unknown. */
export function difference(now: number | null, then: number | null, digits: number): string | null {
  if (now === null || then === null) return null;
  const rounded = Number((now - then).toFixed(digits));
  const size = Math.abs(rounded).toLocaleString("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  if (rounded === 0) return `±${size}`;
  return rounded > 0 ? `+${size}` : `−${size}`;
}
