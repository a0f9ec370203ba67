// What visitors said of their chats: four figures and their course.

import { useMemo } from "preact/hooks";
import { Chart, Line, SliceAxis, type Stop, shareTicks, Target, ValueAxis, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { orTooFew, percent, score } from "../state/measures.ts";
import type { Bucketing } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import { scoreCells, scoreSpoken, VERY_GOOD } from "../state/satisfaction.ts";
import { timeSlices } from "../state/waits.ts";
import type { Satisfaction, SatisfactionReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";
import { TABLE_WORDS } from "./table_words.ts";

export const SCORE_COLUMNS = ["n", "csat", "mean", "effort", "nps"] as const;

function facts(total: Satisfaction): { name: string; value: string | null; n: number }[] {
  return [
    { name: say("satisfaction.csat"), value: percent(total.csat, 0), n: total.n },
    { name: say("satisfaction.mean"), value: total.mean?.toFixed(1) ?? null, n: total.n },
    { name: say("satisfaction.effort"), value: total.effort_mean?.toFixed(1) ?? null, n: total.effort_n ?? 0 },
    { name: say("satisfaction.nps"), value: score(total.nps), n: total.recommend_n ?? 0 },
  ];
}

function Facts({ total }: { total: Satisfaction }) {
  return (
    <dl class="facts four num">
      {facts(total).map(({ name, value, n }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value !== null && <b>{value}</b>}{" "}
            <span class="tiny">{value === null ? orTooFew(null, n) : say("n", { n })}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Course({ report, by }: { report: SatisfactionReport; by: Bucketing }) {
  const slices = useMemo(() => timeSlices(report.buckets, report.tz, by), [report, by]);
  const stops = useMemo(
    () => slices.map(({ name, of }, i): Stop => ({ from: i, to: i + 1, text: scoreSpoken(name, of) })),
    [slices],
  );
  return (
    <>
      <Chart
        label={say("satisfaction.trend.label")}
        hint={say("read")}
        stops={stops}
        x={[0, Math.max(1, slices.length)]}
        height={220}
        edge={{ left: 52 }}
      >
        <ValueAxis ticks={shareTicks(1)} format={(one) => percent(one, 0) ?? ""} />
        <Line points={slices.map(({ of }, i) => ({ x: i + 0.5, y: of.csat }))} dots={slices.length <= 62} />
        <Target
          at={VERY_GOOD}
          name={say("satisfaction.very_good", { share: percent(VERY_GOOD, 0) ?? "" })}
          tone="ink"
        />
        <SliceAxis labels={slices.map(({ tick }) => tick)} />
      </Chart>
      <ValueTable
        summary={say("table")}
        caption={say("satisfaction.caption", { zone: report.tz })}
        head={[say("column.when"), ...SCORE_COLUMNS.map((name) => say(`column.${name}`))]}
        rows={slices.map(({ name, of }) => [name, ...scoreCells(of)])}
        words={TABLE_WORDS}
      />
    </>
  );
}

export function SatisfactionFigures() {
  const satisfaction = useReport<SatisfactionReport>("satisfaction", query.value);
  return (
    <Frame
      title={say("satisfaction.title")}
      about={(data) => say("satisfaction.about", { zone: data.tz, count: data.total.n })}
      resource={satisfaction}
      csv={csv("satisfaction", query.value)}
      tall
      empty={(data) => (data.total.n ? null : say("satisfaction.empty"))}
    >
      {(data, asked) => (
        <>
          <Facts total={data.total} />
          <Course report={data} by={asked.bucket} />
        </>
      )}
    </Frame>
  );
}
