// Who carried which minutes, and where the desk rested on one agent alone. To share the load, not to rank by it.

import { useMemo } from "preact/hooks";
import { Bars, Chart, NumberAxis, Row, type Stop, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { weekdayName } from "../state/labels.ts";
import { percent, share, span } from "../state/measures.ts";
import { useReport } from "../state/reports.ts";
import { type Risk, risks } from "../state/week.ts";
import type { Carrier, CoverageReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { coverageQuery } from "./coverage.tsx";
import { Frame } from "./frame.tsx";
import { Legend } from "./legend.tsx";
import { TABLE_WORDS } from "./table_words.ts";

const LEFT_PX = 118;
/** As much of a name as has room at the left. */
const LETTERS = 15;

function shortened(name: string): string {
  return name.length > LETTERS ? `${name.slice(0, LETTERS - 1).trimEnd()}…` : name;
}

function spoken(one: Carrier): string {
  const parts = { name: one.agent.name, accepting: span(one.accepting_s), single: span(one.single_s) };
  return say("carried.stop", parts);
}

/** Round hours from 0, at most four above it. */
function hourTicks(most_h: number): number[] {
  const step = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find((one) => most_h / one <= 4) ?? 5000;
  return Array.from({ length: Math.floor(most_h / step) + 1 }, (_, i) => i * step);
}

function Drawing({ carried }: { carried: readonly Carrier[] }) {
  const most_h = Math.max(0.25, ...carried.map((one) => one.accepting_s / 3600));
  const stops = useMemo<Stop[]>(
    () => carried.map((one) => ({ from: 0, to: one.accepting_s / 3600, row: one.agent.id, text: spoken(one) })),
    [carried],
  );
  return (
    <Chart
      label={say("carried.label")}
      hint={say("read.rows.plain")}
      stops={stops}
      x={[0, most_h]}
      rows={carried.map((one) => one.agent.id)}
      height={carried.length * 30 + 28}
      edge={{ left: LEFT_PX, right: 52, top: 2, bottom: 26 }}
    >
      <NumberAxis ticks={hourTicks(most_h)} format={(hour) => say("hours", { hours: hour })} grid />
      {carried.map((one) => {
        const [single, all] = [one.single_s / 3600, one.accepting_s / 3600];
        return (
          <Row
            key={one.agent.id}
            name={one.agent.id}
            title={shortened(one.agent.name)}
            note={percent(share(one.single_s, one.accepting_s), 0) ?? "–"}
          >
            <Bars bars={[{ from: single, to: all, high: 1, tone: "accent" }]} />
            {single > 0 && <Bars bars={[{ from: 0, to: single, high: 1, tone: "single" }]} />}
          </Row>
        );
      })}
    </Chart>
  );
}

function riskOf({ weekday, from, to, single_s, open_s }: Risk): string {
  const pad = (hour: number) => `${String(hour).padStart(2, "0")}:00`;
  const part = percent(share(single_s, open_s), 0) ?? "";
  return say("risk", { when: `${weekdayName(weekday)} ${pad(from)}–${pad(to)}`, share: part, length: span(single_s) });
}

const SHOWN_RISKS = 5;

function Risks({ found }: { found: Risk[] }) {
  if (!found.length) return <p class="small mut">{say("risk.none")}</p>;
  return (
    <>
      <p class="small mut">{say("risk.about")}</p>
      <ul class="risks small num">
        {found.slice(0, SHOWN_RISKS).map((one) => (
          <li key={`${one.weekday} ${one.from}`}>{riskOf(one)}</li>
        ))}
      </ul>
    </>
  );
}

export function Carriers() {
  const coverage = useReport<CoverageReport>("coverage", coverageQuery.value);
  return (
    <Frame
      title={say("carried.title")}
      about={(data) => say("carried.about", { zone: data.tz, single: span(data.total.single_s) })}
      resource={coverage}
      csv={csv("coverage", coverageQuery.value, "carried")}
      tall
      empty={(data) => (data.carried?.length ? null : say("carried.empty"))}
    >
      {(data) => <Body report={data} />}
    </Frame>
  );
}

function Body({ report }: { report: CoverageReport }) {
  const carried = useMemo(
    () => (report.carried ?? []).toSorted((a, b) => a.agent.name.localeCompare(b.agent.name)),
    [report],
  );
  const found = useMemo(() => risks(report.by_weekday ?? []), [report]);
  return (
    <>
      <Legend items={["together", "single"]} />
      <Drawing carried={carried} />
      <ValueTable
        summary={say("table")}
        caption={say("carried.title")}
        head={[say("column.agent"), say("column.accepting"), say("column.single"), say("column.single_share")]}
        rows={carried.map((one) => [
          one.agent.name,
          span(one.accepting_s),
          span(one.single_s),
          percent(share(one.single_s, one.accepting_s), 0) ?? "–",
        ])}
        words={TABLE_WORDS}
      />
      <h3 class="sub">{say("risk.title")}</h3>
      <Risks found={found} />
    </>
  );
}
