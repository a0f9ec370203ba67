// The hours of the week as a heat map with numbers: when nobody is there, and when one agent is alone.

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Chart, HeatCells, NumberAxis, Row, SliceAxis, type Stop, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { weekdayLong, weekdayName } from "../state/labels.ts";
import { percent, span } from "../state/measures.ts";
import { useReport } from "../state/reports.ts";
import { type Measure, shareOf, type WeekHour, weekCells } from "../state/week.ts";
import type { CoverageReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { coverageQuery } from "./coverage.tsx";
import { Frame, Switch } from "./frame.tsx";
import { useNarrow } from "./narrow.ts";
import { TABLE_WORDS } from "./table_words.ts";

const MEASURES = ["uncovered", "single", "covered"] as const;
const shown = signal<Measure>("uncovered");
const WEEKDAYS = ["0", "1", "2", "3", "4", "5", "6"];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

function hoursOf(hour: number): string {
  const pad = (one: number) => `${String(one).padStart(2, "0")}:00`;
  return `${pad(hour)}–${pad(hour + 1)}`;
}

function spoken(one: WeekHour, measure: Measure): string {
  const when = `${weekdayLong(one.weekday)} ${hoursOf(one.hour)}`;
  const value = shareOf(one, measure);
  if (value === null) return say("week.stop.closed", { when });
  const part = span(one[`${measure}_s`]);
  const share = percent(value) ?? "";
  return say("week.stop", { when, measure: say(`week.${measure}`), share, part, open: span(one.open_s) });
}

/** In the order in which arrows walk: row by row. */
function stopsOf(hours: readonly WeekHour[], measure: Measure, upright: boolean): Stop[] {
  const place = (one: WeekHour) => (upright ? [one.hour, one.weekday] : [one.weekday, one.hour]) as [number, number];
  return hours
    .map((one) => ({ place: place(one), text: spoken(one, measure) }))
    .toSorted((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1])
    .map(({ place: [row, column], text }) => ({ from: column, to: column + 1, row: String(row), text }));
}

function HeatMap({ hours }: { hours: readonly WeekHour[] }) {
  const measure = shown.value;
  const upright = useNarrow();
  const cells = useMemo(() => weekCells(hours, measure, upright), [hours, measure, upright]);
  const stops = useMemo(() => stopsOf(hours, measure, upright), [hours, measure, upright]);
  const rows = upright ? HOURS : WEEKDAYS;
  const title = (row: string) => (upright ? row : weekdayName(Number(row)));
  return (
    <Chart
      label={say("week.label", { measure: say(`week.${measure}`) })}
      hint={say("read.rows")}
      stops={stops}
      x={[0, upright ? 7 : 24]}
      rows={rows}
      height={rows.length * (upright ? 26 : 34) + 28}
      edge={{ left: upright ? 30 : 46, right: 10, top: 2, bottom: 26 }}
    >
      <HeatCells cells={cells} />
      {rows.map((row) => (
        <Row key={row} name={row} title={title(row)}>
          {null}
        </Row>
      ))}
      {upright ? (
        <SliceAxis labels={WEEKDAYS.map((one) => weekdayName(Number(one)))} />
      ) : (
        <NumberAxis ticks={[0, 3, 6, 9, 12, 15, 18, 21, 24]} format={(hour) => `${hour}`} />
      )}
    </Chart>
  );
}

const COLUMNS = ["open", "covered", "single", "uncovered"] as const;

function Table({ hours, zone }: { hours: readonly WeekHour[]; zone: string }) {
  return (
    <ValueTable
      summary={say("table")}
      caption={say("week.caption", { zone })}
      head={[say("column.when"), ...COLUMNS.map((name) => say(`column.${name}`))]}
      rows={hours.map((one) => [
        `${weekdayName(one.weekday)} ${hoursOf(one.hour)}`,
        ...COLUMNS.map((name) => span(one[`${name}_s`])),
      ])}
      words={TABLE_WORDS}
    />
  );
}

export function CoverageWeek() {
  const coverage = useReport<CoverageReport>("coverage", coverageQuery.value);
  return (
    <Frame
      title={say("week.title")}
      about={(data) => say("week.about", { zone: data.tz, open: span(data.total.open_s) })}
      resource={coverage}
      csv={csv("coverage", coverageQuery.value, "by_weekday")}
      tools={
        <Switch
          label={say("week.shown")}
          options={MEASURES.map((one) => [one, say(`week.${one}`)] as const)}
          value={shown.value}
          onChange={(next) => {
            shown.value = next;
          }}
        />
      }
      tall
      empty={(data) => (data.total.open_s ? null : say("gaps.never_open"))}
    >
      {(data) => (
        <>
          <HeatMap hours={data.by_weekday ?? []} />
          <Table hours={data.by_weekday ?? []} zone={data.tz} />
        </>
      )}
    </Frame>
  );
}
