// What a chart's colours and patterns mean.

import { say } from "../words/words.ts";

export type LegendItem =
  | "several"
  | "single"
  | "gap"
  | "open"
  | "band"
  | "longest"
  | "target"
  | "started"
  | "answered"
  | "abandoned";

/** The swatch's class in charts.css. */
const SWATCH: Record<LegendItem, string> = {
  several: "",
  single: "single",
  gap: "gap",
  open: "open",
  band: "band",
  longest: "longest",
  target: "target",
  started: "started",
  answered: "",
  abandoned: "gap",
};

export function Legend({ items }: { items: LegendItem[] }) {
  return (
    <ul class="legend">
      {items.map((item) => (
        <li key={item}>
          <i class={SWATCH[item]} />
          {say(`legend.${item}`)}
        </li>
      ))}
    </ul>
  );
}
