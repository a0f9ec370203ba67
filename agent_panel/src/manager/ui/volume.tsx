// How many chats began, were answered, and were given up.

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Bars, Chart, countTicks, SliceAxis, ValueAxis, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { bucketName, bucketTick } from "../state/labels.ts";
import type { Bucketing } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import type { Volume, VolumeReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { type Across, AcrossSwitch } from "./across.tsx";
import { Frame } from "./frame.tsx";
import { Legend } from "./legend.tsx";
import { TABLE_WORDS } from "./table_words.ts";

const across = signal<Across>("period");

type Slice = Volume & { tick: string; name: string };

function pad(hour: number): string {
  return String(hour).padStart(2, "0");
}

function slices(report: VolumeReport, byHour: boolean, by: Bucketing): Slice[] {
  if (byHour && report.by_hour) {
    return report.by_hour.map((one) => ({
      ...one,
      tick: String(one.hour),
      name: `${pad(one.hour)}:00–${pad(one.hour + 1)}:00`,
    }));
  }
  return report.buckets.map((one) => ({
    ...one,
    tick: bucketTick(one.from, report.tz, by),
    name: bucketName(one.from, one.to, report.tz, by),
  }));
}

/** Three bars to a slice, side by side. */
function barsOf(one: Slice, i: number) {
  return [
    { from: i + 0.1, to: i + 0.38, high: one.started, tone: "soft" as const },
    { from: i + 0.38, to: i + 0.66, high: one.answered, tone: "accent" as const },
    { from: i + 0.66, to: i + 0.92, high: one.abandoned, tone: "gap" as const },
  ].filter((bar) => bar.high > 0);
}

const COLUMNS = ["when", "started", "answered", "abandoned", "tickets", "messages"] as const;

function Counts({ report, by }: { report: VolumeReport; by: Bucketing }) {
  const byHour = across.value === "hour";
  const shown = useMemo(() => slices(report, byHour, by), [report, byHour, by]);
  const stops = useMemo(
    () =>
      shown.map(({ name, started, answered, abandoned }, i) => ({
        from: i,
        to: i + 1,
        text: say("volume.stop", { when: name, started, answered, abandoned }),
      })),
    [shown],
  );
  const most = Math.max(4, ...shown.map((one) => Math.max(one.started, one.answered, one.abandoned)));
  return (
    <>
      <Legend items={["started", "answered", "abandoned"]} />
      <Chart
        label={say("volume.label")}
        hint={say("read")}
        stops={stops}
        x={[0, Math.max(1, shown.length)]}
        y={[0, most * 1.04]}
      >
        <ValueAxis ticks={countTicks(most)} format={(count) => count.toLocaleString("en-GB")} />
        <Bars bars={shown.flatMap(barsOf)} />
        <SliceAxis labels={shown.map((one) => one.tick)} />
      </Chart>
      <ValueTable
        summary={say("table")}
        caption={say("volume.caption", { zone: report.tz })}
        head={COLUMNS.map((one) => say(`column.${one}`))}
        rows={shown.map((one) => [
          one.name,
          one.started,
          one.answered,
          one.abandoned,
          one.tickets ?? "–",
          one.messages ?? "–",
        ])}
        words={TABLE_WORDS}
      />
    </>
  );
}

function Tools({ hourly }: { hourly: boolean }) {
  if (!hourly) return null;
  return <AcrossSwitch across={across} />;
}

export function VolumeReportView() {
  const now = useReport<VolumeReport>("volume", query.value);
  return (
    <Frame
      title={say("volume.title")}
      about={(data) => say("volume.about", { zone: data.tz, count: data.total.started })}
      resource={now}
      csv={csv("volume", query.value)}
      tools={<Tools hourly={now.data?.by_hour !== undefined} />}
      tall
      empty={(data) => (data.total.started ? null : say("volume.empty"))}
    >
      {(data, asked) => <Counts report={data} by={asked.bucket} />}
    </Frame>
  );
}
