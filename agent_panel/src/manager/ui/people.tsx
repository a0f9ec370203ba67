// People: time per chat adjusted for topic and hour as intervals, the raw figures beside, and the method in words.

import { useMemo } from "preact/hooks";
import { Lifted, MarkAxis, NamedRow } from "../../charts/edges.tsx";
import { Chart, Intervals, Legend, NumberAxis, type Stop, Target, type Tone } from "../../charts/kit.ts";
import { query } from "../state/filters.ts";
import { clock } from "../state/measures.ts";
import { byName, desk_s, personSpoken, scale_s, standing, ticks_s } from "../state/people.ts";
import { useReport } from "../state/reports.ts";
import type { AgentRow, AgentsReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { AgentTable, noneIn } from "./agents.tsx";
import { Frame } from "./frame.tsx";
import { Method } from "./method.tsx";
import { useNarrow } from "./narrow.ts";

const ROW_PX = 32;
const TONES = { quicker: "accent", slower: "single", alike: "ink" } as const satisfies Record<string, Tone>;

function noteOf(row: AgentRow, narrow: boolean): string {
  if (!row.adjusted) return narrow ? "–" : say("person.few", { n: row.n });
  const handle = clock(row.adjusted.handle_s) ?? "–";
  return narrow ? handle : `${handle} · ${say("n", { n: row.adjusted.n })}`;
}

function Plot({ rows, scale }: { rows: readonly AgentRow[]; scale: readonly [number, number] }) {
  const narrow = useNarrow();
  const stops = useMemo(
    () =>
      rows.map((row): Stop => {
        const { low_s, high_s } = row.adjusted ?? { low_s: scale[0], high_s: scale[1] };
        return { from: low_s, to: high_s, row: row.agent.id, text: personSpoken(row) };
      }),
    [rows, scale],
  );
  const desk = desk_s(rows);
  return (
    <Chart
      label={say("person.label")}
      hint={say("read.groups")}
      stops={stops}
      x={scale}
      rows={rows.map((row) => row.agent.id)}
      height={rows.length * ROW_PX + 54}
      edge={{ left: narrow ? 112 : 240, right: narrow ? 52 : 124, top: 24, bottom: 30 }}
    >
      <NumberAxis ticks={ticks_s(scale)} format={() => ""} grid />
      <MarkAxis marks={ticks_s(scale).map((at) => ({ at, label: clock(at) ?? "" }))} />
      {desk !== null && (
        <Lifted px={18}>
          <Target at={desk} name={say("person.desk", { handle: clock(desk) ?? "–" })} across="x" tone="ink" />
        </Lifted>
      )}
      {rows.map((row) => (
        <NamedRow key={row.agent.id} name={row.agent.id} title={row.agent.name} note={noteOf(row, narrow)}>
          {null}
        </NamedRow>
      ))}
      <Intervals
        intervals={rows.map((row) => ({
          row: row.agent.id,
          low: row.adjusted?.low_s ?? null,
          value: row.adjusted?.handle_s ?? null,
          high: row.adjusted?.high_s ?? null,
          tone: TONES[standing(row) ?? "alike"],
        }))}
      />
    </Chart>
  );
}

const ENTRIES = (["quicker", "slower", "alike"] as const).map((one) => ({
  swatch: TONES[one],
  name: say(`legend.${one}`),
}));

export function AdjustedFigures({ report }: { report: AgentsReport }) {
  const rows = useMemo(() => byName(report.agents), [report]);
  const scale = useMemo(() => scale_s(rows), [rows]);
  return (
    <>
      {scale ? (
        <>
          <Legend entries={ENTRIES} />
          <Plot rows={rows} scale={scale} />
        </>
      ) : (
        <p class="empty">{say("person.none")}</p>
      )}
      <Method method={report.method} />
    </>
  );
}

export function PeoplePage() {
  const agents = useReport<AgentsReport>("agents", query.value);
  return (
    <>
      <Frame
        title={say("person.title")}
        about={(data) => say("person.about", { zone: data.tz })}
        resource={agents}
        tall
        empty={noneIn}
      >
        {(data) => <AdjustedFigures report={data} />}
      </Frame>
      <AgentTable />
    </>
  );
}
