// Where in the week the target is missed: a number in each cell, so the colour only helps the eye.

import { useMemo } from "preact/hooks";
import { Chart, HeatCells, NumberAxis, Row, type Stop, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { hourly, stepwise } from "../state/filters.ts";
import { CELL_H, type HeatCell, heat, timesOf } from "../state/heat.ts";
import { weekdayLong, weekdayName } from "../state/labels.ts";
import { percent } from "../state/measures.ts";
import { useReport } from "../state/reports.ts";
import { inCell } from "../state/week.ts";
import type { WaitsReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";
import { TABLE_WORDS } from "./table_words.ts";
import { service_target_s } from "./targets.ts";

/** Shares from which the next of five shades begins. */
const SHADES = [0.05, 0.1, 0.2, 0.35];
const EDGES = Array.from({ length: 24 / CELL_H + 1 }, (_, i) => i * CELL_H);
const ROW_PX = 34;

function shade(late: number | null): number | null {
  if (late === null) return null;
  return late === 0 ? 0 : 1 + SHADES.filter((from) => late >= from).length;
}

function spoken({ late, n }: HeatCell, weekday: number, cell: number): string {
  const when = `${weekdayLong(weekday)} ${timesOf(cell)}`;
  return say(late === null ? "heat.stop.few" : "heat.stop", { when, share: percent(late) ?? "", n });
}

function Cells({ week, title }: { week: HeatCell[][]; title: string }) {
  const stops = useMemo(
    (): Stop[] =>
      week.flatMap((cells, day) =>
        cells.map((cell, i) => ({ from: i, to: i + 1, row: String(day), text: spoken(cell, day, i) })),
      ),
    [week],
  );
  return (
    <Chart
      label={say("heat.label", { title })}
      hint={say("read.rows")}
      stops={stops}
      x={[0, 24 / CELL_H]}
      rows={week.map((_, day) => String(day))}
      height={week.length * ROW_PX + 28}
      edge={{ left: 46, right: 10, top: 2, bottom: 26 }}
    >
      <HeatCells
        cells={week.flatMap((cells, day) =>
          cells.map(({ late }, column) => ({
            row: String(day),
            column,
            shade: shade(late),
            text: late === null ? "–" : inCell(late),
          })),
        )}
      />
      {week.map((_, day) => (
        <Row key={weekdayName(day)} name={String(day)} title={weekdayName(day)}>
          {null}
        </Row>
      ))}
      <NumberAxis ticks={EDGES.map((hour) => hour / CELL_H)} format={(cell) => `${cell * CELL_H}`} />
    </Chart>
  );
}

export function HeatMap() {
  return stepwise.value ? <HourlyHeatMap /> : null;
}

function Body({ report, title }: { report: WaitsReport; title: string }) {
  const week = useMemo(() => heat(report.buckets, report.tz), [report]);
  return (
    <>
      <Cells week={week} title={title} />
      <ValueTable
        summary={say("table")}
        caption={say("heat.caption", { title, zone: report.tz })}
        head={[say("column.when"), say("column.late"), say("column.n")]}
        rows={week.flatMap((cells, day) =>
          cells.map(({ late, n }, i) => [`${weekdayName(day)} ${timesOf(i)}`, percent(late) ?? "–", n]),
        )}
        words={TABLE_WORDS}
      />
    </>
  );
}

function HourlyHeatMap() {
  const hours = useReport<WaitsReport>("waits", hourly.value);
  const title = say("heat.title", { target: service_target_s.value });
  return (
    <Frame
      title={title}
      about={(data) => say("heat.about", { zone: data.tz, n: data.total.judged })}
      resource={hours}
      csv={csv("waits", hourly.value)}
      tall
      empty={(data) => (data.total.n ? null : say("heat.empty"))}
    >
      {(data) => <Body report={data} title={title} />}
    </Frame>
  );
}
