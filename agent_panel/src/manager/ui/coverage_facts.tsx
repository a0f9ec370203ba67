// Coverage in four numbers: what was covered, what was not, what rested on one agent, and what it cost.

import { percent, share, span } from "../state/measures.ts";
import { useReport } from "../state/reports.ts";
import type { CoverageReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { coverageQuery } from "./coverage.tsx";

interface Fact {
  name: string;
  value: string | null;
  basis: string;
}

function factsOf({ total, gaps }: CoverageReport): Fact[] {
  const open = total.open_s ? say("figure.of_time", { open: span(total.open_s) }) : say("kpi.never_open");
  const known = total.open_s > 0;
  const left = gaps.reduce((sum, gap) => sum + (gap.left ?? 0), 0);
  const waited = gaps.reduce((sum, gap) => sum + (gap.waiting ?? 0), 0);
  return [
    { name: say("figure.coverage"), value: percent(share(total.covered_s, total.open_s)), basis: open },
    {
      name: say("column.uncovered"),
      value: known ? span(total.uncovered_s) : null,
      basis: known ? say("fact.gaps", { count: gaps.length }) : open,
    },
    {
      name: say("figure.single_agent"),
      value: known ? span(total.single_s) : null,
      basis: known ? say("fact.single", { share: percent(share(total.single_s, total.open_s)) ?? "–" }) : open,
    },
    {
      name: say("fact.left"),
      value: known ? left.toLocaleString("en-GB") : null,
      basis: known ? say("fact.waited", { count: waited }) : open,
    },
  ];
}

export function CoverageFacts() {
  const { data, state } = useReport<CoverageReport>("coverage", coverageQuery.value);
  if (!data) return null;
  return (
    <ul class={state === "loading" ? "kpi four num stale" : "kpi four num"} aria-label={say("kpi.all")}>
      {factsOf(data).map(({ name, value, basis }) => (
        <li class="k" key={name}>
          <h2 class="small mut">{name}</h2>
          <p class={value === null ? "k-value unknown" : "k-value"}>{value ?? "–"}</p>
          <p class="k-basis tiny">{basis}</p>
        </li>
      ))}
    </ul>
  );
}
