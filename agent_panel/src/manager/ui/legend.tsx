// The legends of our charts: which words go with which swatch.

import { Legend as Entries } from "../../charts/kit.ts";
import { say } from "../words/words.ts";

/** The swatch's class in charts.css. */
const SWATCH = {
  several: "accent",
  together: "accent",
  single: "single",
  gap: "gap",
  open: "open",
  band: "band",
  longest: "longest",
  target: "target",
  started: "started",
  answered: "accent",
  abandoned: "gap",
} as const;

export type LegendItem = keyof typeof SWATCH;

export function Legend({ items }: { items: LegendItem[] }) {
  return <Entries entries={items.map((item) => ({ swatch: SWATCH[item], name: say(`legend.${item}`) }))} />;
}
