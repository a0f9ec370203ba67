// The legends of waits, accuracy and staffing: which words go with which swatch.

import { Legend } from "../../charts/kit.ts";
import { say } from "../words/words.ts";

/** The swatch's classes in charts.css. */
const SWATCH = {
  staying: "line",
  staying_band: "band plain",
  in_time: "accent",
  late: "soft",
  target: "target",
  held: "line",
  arrivals: "soft",
  cover: "cover",
  needed: "line ink",
  missing: "gap",
} as const;

export function Swatches({ items }: { items: readonly (keyof typeof SWATCH)[] }) {
  return <Legend entries={items.map((item) => ({ swatch: SWATCH[item], name: say(`legend.${item}`) }))} />;
}
