// Scores by topic, department, channel or agent: a bar to a row, and words where too few rated.

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Lifted, NamedRow } from "../../charts/edges.tsx";
import { Bars, Chart, NumberAxis, type Stop, Target, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { percent } from "../state/measures.ts";
import { useReport } from "../state/reports.ts";
import { GROUPS, type Group, type ScoreRow, scoreCells, scoreRows, VERY_GOOD } from "../state/satisfaction.ts";
import type { Satisfaction, SatisfactionReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame, Switch } from "./frame.tsx";
import { useNarrow } from "./narrow.ts";
import { SCORE_COLUMNS } from "./satisfaction.tsx";
import { TABLE_WORDS } from "./table_words.ts";

const shownGroup = signal<Group>("topic");
/** Few rows get more room, so that they do not look lost. */
function rowHeight_px(rows: number): number {
  return rows <= 6 ? 46 : 30;
}

function noteOf(of: Satisfaction, narrow: boolean): string {
  if (of.csat === null) return narrow ? `– · ${of.n}` : say("score.few", { n: of.n });
  const csat = percent(of.csat, 0) ?? "–";
  return narrow ? csat : `${csat} · ${say("n", { n: of.n })}`;
}

function Rows({ rows, label }: { rows: readonly ScoreRow[]; label: string }) {
  const narrow = useNarrow();
  const stops = useMemo(() => rows.map(({ key, text }): Stop => ({ from: 0, to: 1, row: key, text })), [rows]);
  return (
    <Chart
      label={label}
      hint={say("read.groups")}
      stops={stops}
      x={[0, 1]}
      rows={rows.map(({ key }) => key)}
      height={rows.length * rowHeight_px(rows.length) + 54}
      edge={{ left: narrow ? 112 : 240, right: narrow ? 48 : 124, top: 24, bottom: 30 }}
    >
      <NumberAxis ticks={[0, 0.5, 1]} format={(one) => percent(one, 0) ?? ""} grid />
      {rows.map(({ key, name, of }) => (
        <NamedRow key={key} name={key} title={name} note={noteOf(of, narrow)}>
          {of.csat !== null && <Bars bars={[{ from: 0, to: of.csat, low: 0.18, high: 0.82, tone: "accent" }]} />}
        </NamedRow>
      ))}
      <Lifted px={18}>
        <Target
          at={VERY_GOOD}
          name={say("satisfaction.very_good", { share: percent(VERY_GOOD, 0) ?? "" })}
          across="x"
          tone="ink"
        />
      </Lifted>
    </Chart>
  );
}

function Scores({ report, group }: { report: SatisfactionReport; group: Group }) {
  const title = say(`score.title.${group}`);
  const rows = useMemo(() => scoreRows(report, group), [report, group]);
  return (
    <>
      <Rows rows={rows} label={say("score.label", { title })} />
      <ValueTable
        summary={say("table")}
        caption={say("score.caption", { title, zone: report.tz })}
        head={[say(`score.${group}`), ...SCORE_COLUMNS.map((name) => say(`column.${name}`))]}
        rows={rows.map(({ name, of }) => [name, ...scoreCells(of)])}
        words={TABLE_WORDS}
      />
    </>
  );
}

function Tools() {
  return (
    <Switch
      label={say("score.group")}
      options={GROUPS.map((group) => [group, say(`score.${group}`)] as const)}
      value={shownGroup.value}
      onChange={(next) => {
        shownGroup.value = next;
      }}
    />
  );
}

export function ScoresView() {
  const satisfaction = useReport<SatisfactionReport>("satisfaction", query.value);
  const group = shownGroup.value;
  return (
    <Frame
      title={say(`score.title.${group}`)}
      csv={csv("satisfaction", query.value, `by_${group}`)}
      about={(data) => say(group === "agent" ? "score.about.agent" : "score.about", { zone: data.tz, n: data.total.n })}
      resource={satisfaction}
      tools={<Tools />}
      tall
      empty={(data) => (data[`by_${group}`] ? (data.total.n ? null : say("satisfaction.empty")) : say("score.missing"))}
    >
      {(data) => <Scores report={data} group={group} />}
    </Frame>
  );
}
