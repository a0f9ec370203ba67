// Coverage: seven (or so) small step charts, or bars for long periods, and the list of gaps with their causes.

import { useMemo } from "preact/hooks";
import { type CoverageBar, coverageBars } from "../../charts/coverage_bars.ts";
import { coverageDays, type DayStripe } from "../../charts/coverage_days.ts";
import { Plotted } from "../../charts/plotted.tsx";
import type { Stop } from "../../charts/reading.ts";
import { ValueTable } from "../../charts/table.tsx";
import type { Query } from "../net/api.ts";
import { type DayRow, dayRows, type Segment } from "../state/coverage.ts";
import { bucketName, bucketTick, day, dayTime, fullDate, shortDate, time, timeExact } from "../state/labels.ts";
import { percent, share, span } from "../state/measures.ts";
import { type Bucketing, days } from "../state/period.ts";
import { coverage, csvOf, stepwise } from "../state/store.ts";
import type { Coverage, CoverageReport, Gap } from "../state/wire.ts";
import { known, say } from "../words/words.ts";
import { Frame } from "./frame.tsx";
import { Legend } from "./legend.tsx";
import { TABLE_WORDS } from "./table_words.ts";

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

function stripes(rows: DayRow[], tz: string): { stripes: DayStripe[]; stops: Stop[] } {
  const stops: Stop[] = [];
  const drawn = rows.map((row) => {
    const name = shortDate(row.date);
    const hour = (at_ms: number) => (at_ms - row.start_ms) / 3_600_000;
    const runs = row.segments.map((one) => ({ ...one, from_h: hour(one.from_ms), to_h: hour(one.to_ms) }));
    row.segments.forEach((one, i) => {
      const run = runs[i];
      if (run) stops.push({ from: run.from_h, to: run.to_h, row: name, text: spoken(row, one, tz) });
    });
    return { name, summary: covered(row.total), length_h: row.length_h, runs };
  });
  return { stripes: drawn, stops };
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

function Days({ report, asked }: { report: CoverageReport; asked: Query }) {
  const { from, to } = asked;
  const rows = useMemo(() => dayRows(report, from, to), [report, from, to]);
  const drawing = useMemo(() => stripes(rows, report.tz), [rows, report]);
  const options = useMemo(() => (width: number) => coverageDays(drawing.stripes, width), [drawing]);
  return (
    <>
      <Legend items={["several", "single", "gap", "open"]} />
      <Plotted label={say("coverage.label")} hint={say("read.rows")} stops={drawing.stops} options={options} />
      <Table report={report} rows={rows} by="day" />
    </>
  );
}

function barOf(one: Coverage, tick: string): CoverageBar {
  const single = share(one.single_s, one.open_s);
  const all = share(one.covered_s, one.open_s);
  const several = all === null || single === null ? null : Math.max(0, all - single);
  return { tick, several, single, uncovered: all === null ? null : 1 - all };
}

function Bars({ report, by }: { report: CoverageReport; by: Bucketing }) {
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
  const options = useMemo(() => {
    const bars = report.buckets.map((one) => barOf(one, bucketTick(one.from, report.tz, by)));
    return (width: number) => coverageBars(bars, width);
  }, [report, by]);
  return (
    <>
      <Legend items={["several", "single", "gap"]} />
      <Plotted label={say("coverage.label")} hint={say("read")} stops={stops} options={options} />
      <Table report={report} rows={null} by={by} />
    </>
  );
}

export function CoverageReportView() {
  const minutely = stepwise.value;
  return (
    <Frame
      title={minutely ? say("coverage.title") : say("coverage.title.long")}
      about={(data) =>
        say(minutely ? "coverage.about" : "coverage.about.long", { zone: data.tz, open: span(data.total.open_s) })
      }
      resource={coverage.value}
      csv={csvOf("coverage")}
      tall
      empty={(data) => (data.buckets.length ? null : say("coverage.empty"))}
    >
      {(data, asked) => (data.steps ? <Days report={data} asked={asked} /> : <Bars report={data} by={asked.bucket} />)}
    </Frame>
  );
}

function agentName(agent: Gap["cause"]["agent"]): string {
  if (agent === null) return "";
  return typeof agent === "string" ? agent : agent.name;
}

/** Kinds where the reason is what the agent said, not what the kind says already. */
const CHOSEN = new Set(["away", "signed_out"]);

/** "Anna stepped away (lunch)". A kind that this page does not know shows the server's reason. */
function cause(gap: Gap): string {
  const { kind, agent, reason } = gap.cause;
  const name = agentName(agent);
  const key = `cause.${kind}${name ? "" : ".unnamed"}`;
  if (!known(key)) return reason || say("cause.unknown");
  const text = say(key, { name });
  return reason && CHOSEN.has(kind) ? say("cause.reason", { cause: text, reason }) : text;
}

function cost(gap: Gap): string {
  const parts = [];
  if (gap.waiting !== null) parts.push(say("gap.waited", { count: gap.waiting }));
  if (gap.left !== null) parts.push(say("gap.left", { count: gap.left }));
  return parts.join(", ");
}

const SHOWN_GAPS = 8;

/** The weekday names a gap of this week; longer ago it takes the date. */
function began(gap: Gap, tz: string, dated: boolean): string {
  return dated ? `${day(gap.from, tz)} ${time(gap.from, tz)}` : dayTime(gap.from, tz);
}

function GapItem({ gap, tz, dated }: { gap: Gap; tz: string; dated: boolean }) {
  return (
    <li>
      <time dateTime={gap.from} title={`${timeExact(gap.from, tz)} – ${timeExact(gap.to, tz)}`}>
        {began(gap, tz, dated)}
      </time>
      <span>
        {cause(gap)}
        <span class="tiny gap-cost">{cost(gap)}</span>
      </span>
      <b>{span(gap.duration_s)}</b>
    </li>
  );
}

export function GapList() {
  return (
    <Frame
      title={say("gaps.title")}
      about={(data) =>
        say("gaps.about", {
          count: data.gaps.length,
          length: span(data.total.uncovered_s),
          left: data.gaps.reduce((sum, gap) => sum + (gap.left ?? 0), 0),
          zone: data.tz,
        })
      }
      resource={coverage.value}
      tall
      empty={(data) => (data.gaps.length ? null : data.total.open_s ? say("gaps.none") : say("gaps.never_open"))}
    >
      {(data, asked) => {
        const dated = days(asked) > 7;
        const longest = data.gaps.toSorted((a, b) => b.duration_s - a.duration_s);
        const rows = longest.map((gap) => [
          `${began(gap, data.tz, dated)}–${time(gap.to, data.tz)}`,
          span(gap.duration_s),
          cause(gap),
          gap.waiting ?? "–",
          gap.left ?? "–",
        ]);
        const head = ["when", "length", "cause", "waited", "left"] as const;
        return (
          <>
            <ul class={dated ? "gaps dated num" : "gaps num"}>
              {longest.slice(0, SHOWN_GAPS).map((gap) => (
                <GapItem key={gap.from} gap={gap} tz={data.tz} dated={dated} />
              ))}
            </ul>
            {longest.length > SHOWN_GAPS && (
              <p class="tiny">{say("gaps.more", { count: longest.length - SHOWN_GAPS })}</p>
            )}
            <ValueTable
              summary={say("gaps.table")}
              caption={say("gaps.title")}
              head={head.map((one) => say(`column.${one}`))}
              rows={rows}
              words={TABLE_WORDS}
            />
          </>
        );
      }}
    </Frame>
  );
}
