// Scores by topic, department, channel and agent, as rows to draw: names for what has none, and null for too few.

import { known, say } from "../words/words.ts";
import { orTooFew, percent, score } from "./measures.ts";
import type { Satisfaction, SatisfactionReport, Scored } from "./wire.ts";

export const GROUPS = ["topic", "department", "channel", "agent"] as const;
export type Group = (typeof GROUPS)[number];

/** Nine of ten content is very good: what head of support said. */
export const VERY_GOOD = 0.9;

export interface ScoreRow {
  /** Unique among the rows. */
  key: string;
  name: string;
  of: Satisfaction;
  text: string;
}

function nameOf(group: Group, one: Scored): string {
  switch (group) {
    case "department":
      return one.department?.name ?? one.key ?? say("score.none.department");
    case "agent":
      return one.agent?.name ?? one.key ?? say("score.none.agent");
    case "topic":
      return one.topic ?? one.key ?? say("score.none.topic");
    case "channel": {
      const key = `channel.${one.key}`;
      return known(key) ? say(key) : (one.key ?? say("score.none.channel"));
    }
  }
}

function decimal(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : value.toFixed(1);
}

/** The values of a row in the order of the columns n, csat, mean, effort, nps. */
export function scoreCells(of: Satisfaction): (string | number)[] {
  return [
    of.n,
    percent(of.csat, 0) ?? "–",
    decimal(of.mean) ?? "–",
    decimal(of.effort_mean) ?? "–",
    score(of.nps) ?? "–",
  ];
}

export function scoreSpoken(name: string, of: Satisfaction): string {
  const csat = percent(of.csat, 0);
  if (csat === null) return say("score.stop.few", { name, few: orTooFew(null, of.n) });
  const more = [
    of.mean === null ? "" : say("score.stop.mean", { mean: decimal(of.mean) ?? "–" }),
    of.effort_mean == null ? "" : say("score.stop.effort", { effort: decimal(of.effort_mean) ?? "–" }),
    of.nps == null ? "" : say("score.stop.nps", { nps: score(of.nps) ?? "–" }),
  ];
  return [say("score.stop", { name, csat, n: of.n }), ...more].filter(Boolean).join(", ");
}

/** Agents stand by name, for they are not ranked; the others as they come, the most rated first. */
export function scoreRows(report: SatisfactionReport, group: Group): ScoreRow[] {
  const rows = (report[`by_${group}`] ?? []).map((one, i) => {
    const name = nameOf(group, one);
    return { key: `${i} ${one.key ?? ""}`, name, of: one, text: scoreSpoken(name, one) };
  });
  return group === "agent" ? rows.toSorted((a, b) => a.name.localeCompare(b.name)) : rows;
}
