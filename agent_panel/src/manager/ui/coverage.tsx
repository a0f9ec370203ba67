// Coverage over time: a small step chart per day, or bars of weeks and months for long periods.

import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import {
  Bars,
  Chart,
  NumberAxis,
  Row,
  SliceAxis,
  type Stop,
  type Tone,
  ValueAxis,
  ValueTable,
} from "../../charts/kit.ts";
import { csv, type Query } from "../net/api.ts";
import { type DayRow, dayRows, type HourTick, hourTicks, placeIn, type Segment } from "../state/coverage.ts";
import { hourly, query, stepwise } from "../state/filters.ts";
import { bucketName, bucketTick, fullDate, shortDate, time } from "../state/labels.ts";
import { percent, share, span } from "../state/measures.ts";
import type { Bucketing } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import type { Coverage, CoverageReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";
import { Legend } from "./legend.tsx";
import { TABLE_WORDS } from "./table_words.ts";

export const coverageQuery = computed(() => (stepwise.value ? hourly.value : query.value));

function spoken(row: DayRow, one: Segment, tz: string): string {
  const state = one.uncovered
    ? say("coverage.uncovered")
    : one.accepting
      ? say("coverage.accepting", { count: one.accepting })
      : one.open
        ? say("coverage.nobody")
        : say("coverage.closed");
  const until = one.to_ms === row.start_ms + row.length_h * 3_600_000 ? "24:00" : time(one.to_ms, tz);
  return say("coverage.stop", { day: fullDate(row.date), from: time(one.from_ms, tz), to: until, state });
}

function covered(total: Coverage | null): string {
  return percent(share(total?.covered_s, total?.open_s)) ?? "–";
}

const HEAD = ["open", "covered", "free", "single", "uncovered"] as const;

function cells(total: Coverage): string[] {
  return [...HEAD.map((name) => span(total[`${name}_s`])), covered(total)];
}

function Table({ report, rows, by }: { report: CoverageReport; rows: DayRow[] | null; by: Bucketing }) {
  const values = rows
    ? rows.flatMap((row) => (row.total ? [[shortDate(row.date), ...cells(row.total)]] : []))
    : report.buckets.map((one) => [bucketName(one.from, one.to, report.tz, by), ...cells(one)]);
  const head = [say("column.when"), ...HEAD.map((name) => say(`column.${name}`)), say("column.covered_share")];
  return (
    <ValueTable
      summary={say("table")}
      caption={say("coverage.caption", { zone: report.tz })}
      head={head}
      rows={values}
      words={TABLE_WORDS}
    />
  );
}

/** A stretch of a day in local hours. */
interface Run {
  from: number;
  to: number;
  segment: Segment;
}

interface Stripe {
  row: DayRow;
  name: string;
  runs: Run[];
}

function stripesOf(rows: DayRow[], tz: string): Stripe[] {
  return rows.map((row) => {
    const hour = placeIn(row, tz, rows.length === 1);
    const runs = row.segments.map((segment) => ({ from: hour(segment.from_ms), to: hour(segment.to_ms), segment }));
    return { row, name: row.date, runs };
  });
}

function toneOf(accepting: number): Tone {
  return accepting === 1 ? "single" : "accent";
}

/** Opening hours behind, agents in front, and what nobody covered on top of all: it must be seen. */
function DayMarks({ stripe, most }: { stripe: Stripe; most: number }) {
  const { runs } = stripe;
  const open = runs.filter(({ segment }) => segment.open);
  const there = runs.filter(({ segment }) => segment.accepting > 0);
  const gaps = runs.filter(({ segment }) => segment.uncovered);
  return (
    <>
      <Bars bars={open.map(({ from, to }) => ({ from, to, high: most, tone: "open" }))} />
      <Bars
        bars={there.map(({ from, to, segment }) => ({
          from,
          to,
          high: segment.accepting,
          tone: toneOf(segment.accepting),
        }))}
      />
      <Bars bars={gaps.map(({ from, to }) => ({ from, to, high: most, tone: "gap" }))} />
    </>
  );
}

/** The fewer the days, the more room for each. */
function rowHeight_px(days: number): number {
  if (days <= 2) return 84;
  return days <= 10 ? 52 : 24;
}

function named(ticks: readonly HourTick[], at_h: number): string {
  return String(ticks.find((tick) => tick.at_h === at_h)?.hour ?? "");
}

function Days({ report, asked }: { report: CoverageReport; asked: Query }) {
  const { from, to } = asked;
  const rows = useMemo(() => dayRows(report, from, to), [report, from, to]);
  const stripes = useMemo(() => stripesOf(rows, report.tz), [rows, report]);
  const stops = useMemo(() => {
    const of = ({ row, name, runs }: Stripe): Stop[] =>
      runs.map((run) => ({ from: run.from, to: run.to, row: name, text: spoken(row, run.segment, report.tz) }));
    return stripes.flatMap(of);
  }, [stripes, report]);
  const most = Math.max(2, ...stripes.flatMap(({ runs }) => runs.map(({ segment }) => segment.accepting)));
  const length_h = rows.length === 1 ? (rows[0]?.length_h ?? 24) : 24;
  const ticks = hourTicks(rows, report.tz);
  return (
    <>
      <Legend items={["several", "single", "gap", "open"]} />
      <Chart
        label={say("coverage.label")}
        hint={say("read.rows")}
        stops={stops}
        x={[0, length_h]}
        y={[0, most]}
        rows={stripes.map(({ name }) => name)}
        height={stripes.length * rowHeight_px(stripes.length) + 28}
        edge={{ left: 54, right: 62, top: 2, bottom: 26 }}
      >
        {stripes.map((stripe) => (
          <Row key={stripe.name} name={stripe.name} title={shortDate(stripe.name)} note={covered(stripe.row.total)}>
            <DayMarks stripe={stripe} most={most} />
          </Row>
        ))}
        <NumberAxis ticks={ticks.map(({ at_h }) => at_h)} format={(at_h) => named(ticks, at_h)} grid />
      </Chart>
      <Table report={report} rows={rows} by="day" />
    </>
  );
}

/** The same report in slices of a local day. */
function byDay(report: CoverageReport, { from, to }: Query): CoverageReport {
  const buckets = dayRows(report, from, to).flatMap(({ total, start_ms, length_h }) => {
    const end_ms = start_ms + length_h * 3_600_000;
    return total ? [{ ...total, from: new Date(start_ms).toISOString(), to: new Date(end_ms).toISOString() }] : [];
  });
  return { ...report, buckets };
}

/** Stacked shares of the open time; a slice in which the desk was never open stays empty. */
function sharesOf(one: Coverage, i: number) {
  const all = share(one.covered_s, one.open_s);
  const single = share(one.single_s, one.open_s);
  if (all === null || single === null) return [];
  const several = Math.max(0, all - single);
  const at = { from: i, to: i + 1 };
  return [
    { ...at, low: 0, high: several, tone: "accent" as const },
    { ...at, low: several, high: all, tone: "single" as const },
    { ...at, low: all, high: 1, tone: "gap" as const },
  ].filter((bar) => bar.high > bar.low);
}

function Shares({ report, by }: { report: CoverageReport; by: Bucketing }) {
  const stops = useMemo(
    () =>
      report.buckets.map((one, i) => ({
        from: i,
        to: i + 1,
        text: say("coverage.bar", {
          when: bucketName(one.from, one.to, report.tz, by),
          covered: covered(one),
          open: span(one.open_s),
          uncovered: span(one.uncovered_s),
          single: span(one.single_s),
        }),
      })),
    [report, by],
  );
  return (
    <>
      <Legend items={["several", "single", "gap"]} />
      <Chart
        label={say("coverage.label")}
        hint={say("read")}
        stops={stops}
        x={[0, Math.max(1, report.buckets.length)]}
        height={320}
        edge={{ left: 52 }}
      >
        <ValueAxis ticks={[0, 0.25, 0.5, 0.75, 1]} format={(one) => percent(one, 0) ?? ""} />
        <Bars bars={report.buckets.flatMap(sharesOf)} gap={report.buckets.length > 120 ? 0 : 1.5} />
        <SliceAxis labels={report.buckets.map((one) => bucketTick(one.from, report.tz, by))} />
      </Chart>
      <Table report={report} rows={null} by={by} />
    </>
  );
}

export function CoverageReportView() {
  const coverage = useReport<CoverageReport>("coverage", coverageQuery.value);
  const minutely = stepwise.value;
  return (
    <Frame
      title={minutely ? say("coverage.title") : say("coverage.title.long")}
      about={(data) =>
        say(minutely ? "coverage.about" : "coverage.about.long", { zone: data.tz, open: span(data.total.open_s) })
      }
      resource={coverage}
      csv={csv("coverage", coverageQuery.value)}
      tall
      empty={(data) => (data.buckets.length ? null : say("coverage.empty"))}
    >
      {(data, asked) => {
        // A young desk has steps for every day it was there; rows for a year would be too many all the same.
        if (data.steps && minutely) return <Days report={data} asked={asked} />;
        // Hours of so long a period would be too many to read.
        const daily = asked.bucket === "hour";
        return <Shares report={daily ? byDay(data, asked) : data} by={daily ? "day" : asked.bucket} />;
      }}
    </Frame>
  );
}
