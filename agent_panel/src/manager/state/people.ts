// Performance per agent: adjusted with its interval, raw figures beside. By name: figures of people are no ranking.

import { durationTicks } from "../../charts/ticks.ts";
import { say } from "../words/words.ts";
import { clock, orTooFew, percent } from "./measures.ts";
import type { AgentRow } from "./wire.ts";

export function byName(rows: readonly AgentRow[]): AgentRow[] {
  return rows.toSorted((a, b) => a.agent.name.localeCompare(b.agent.name) || a.agent.id.localeCompare(b.agent.id));
}

/** The desk's own time, which ratio 1 is: the same for everybody, up to rounding; null where nobody has one. */
export function desk_s(rows: readonly AgentRow[]): number | null {
  const times = rows.flatMap((row) => (row.adjusted ? [row.adjusted.handle_s / row.adjusted.ratio] : []));
  if (!times.length) return null;
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? null;
}

/** The scale of the handle times: all intervals and the desk's own time, with some room; null where nobody has one. */
export function scale_s(rows: readonly AgentRow[]): readonly [number, number] | null {
  const adjusted = rows.flatMap((row) => row.adjusted ?? []);
  const desk = desk_s(rows);
  if (desk === null) return null;
  const least = Math.min(desk, ...adjusted.map((one) => one.low_s));
  const most = Math.max(desk, ...adjusted.map((one) => one.high_s));
  const room = Math.max(1, (most - least) * 0.08);
  return [Math.max(0, least - room), most + room];
}

/** Round ticks within a scale that does not begin at 0. */
export function ticks_s([least, most]: readonly [number, number]): number[] {
  const step = durationTicks((most - least) / 1.5)[1] ?? (most - least || 1);
  const first = Math.ceil(least / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((most - first) / step) + 1) }, (_, i) => first + i * step);
}

export type Standing = "quicker" | "slower" | "alike";

/** Against the desk: only intervals (of the ratio and of the time that is drawn) wholly on one side say more than "alike". */
export function standing({ adjusted }: AgentRow): Standing | null {
  if (!adjusted) return null;
  const { ratio, ratio_low, ratio_high, low_s, high_s } = adjusted;
  const desk = adjusted.handle_s / ratio;
  if (ratio_high < 1 && high_s < desk) return "quicker";
  return ratio_low > 1 && low_s > desk ? "slower" : "alike";
}

export function personSpoken(row: AgentRow): string {
  const { agent, adjusted } = row;
  if (!adjusted) return say("person.stop.few", { name: agent.name, few: orTooFew(null, row.n) });
  const [handle, low, high] = [adjusted.handle_s, adjusted.low_s, adjusted.high_s].map((s) => clock(s) ?? "–");
  return say("person.stop", {
    name: agent.name,
    handle: handle ?? "–",
    low: low ?? "–",
    high: high ?? "–",
    n: adjusted.n,
    standing: say(`standing.${standing(row) ?? "alike"}`),
  });
}

/** "6:40 (5:50–7:30)". */
export function adjustedCell(row: AgentRow): string {
  const { adjusted } = row;
  if (!adjusted) return orTooFew(null, row.n);
  return say("person.interval", {
    handle: clock(adjusted.handle_s) ?? "–",
    low: clock(adjusted.low_s) ?? "–",
    high: clock(adjusted.high_s) ?? "–",
  });
}

/** "+12 %" against the desk; "–" where it is unknown. */
export function ratioCell({ adjusted }: AgentRow): string {
  if (!adjusted) return "–";
  const points = Math.round((adjusted.ratio - 1) * 100);
  if (points === 0) return "±0\u202f%";
  return `${points > 0 ? "+" : "−"}${percent(Math.abs(points) / 100, 0)}`;
}

/** The rank, or why there is none. */
export function rankCell({ adjusted, rank }: AgentRow): string {
  if (!adjusted) return "–";
  return rank == null ? say("person.rank.none") : String(rank);
}
