// Waits on one of the two clocks: until an agent has the chat, or until the agent's first message.

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Plotted } from "../../charts/plotted.tsx";
import { ValueTable } from "../../charts/table.tsx";
import { waitBand } from "../../charts/wait_band.ts";
import { csv } from "../net/api.ts";
import { bucket, query } from "../state/filters.ts";
import { bucketName, bucketTick } from "../state/labels.ts";
import { clock, percent } from "../state/measures.ts";
import type { Bucketing } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import type { Waits, WaitsReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame, Switch } from "./frame.tsx";
import { Legend } from "./legend.tsx";
import { TABLE_WORDS } from "./table_words.ts";
import { service_target_s } from "./targets.ts";

type Clock = "queue_wait" | "first_reply";
const shownClock = signal<Clock>("queue_wait");
const across = signal<"hour" | "period">("hour");

interface Slice {
  tick: string;
  name: string;
  waits: Waits;
}

function pad(hour: number): string {
  return String(hour).padStart(2, "0");
}

function slices(report: WaitsReport, byHour: boolean, by: Bucketing): Slice[] {
  if (byHour && report.by_hour) {
    return report.by_hour.map((one) => ({
      tick: String(one.hour),
      name: `${pad(one.hour)}:00–${pad(one.hour + 1)}:00`,
      waits: one,
    }));
  }
  return report.buckets.map((one) => ({
    tick: bucketTick(one.from, report.tz, by),
    name: bucketName(one.from, one.to, report.tz, by),
    waits: one,
  }));
}

function counted(one: Waits, which: Clock): number {
  return which === "queue_wait" ? one.n : one.answered;
}

function spoken(slice: Slice, which: Clock): string {
  const spread = slice.waits[which];
  const n = counted(slice.waits, which);
  if (spread.p50_s === null || spread.p90_s === null) {
    const longest = spread.max_s === null ? "" : say("waits.stop.longest", { max: clock(spread.max_s) ?? "–" });
    return [say("waits.stop.few", { when: slice.name, n }), longest].filter(Boolean).join(" · ");
  }
  const [p50, p90, max] = [spread.p50_s, spread.p90_s, spread.max_s].map((value) => clock(value) ?? "–");
  return say("waits.stop", { when: slice.name, p50: p50 ?? "–", p90: p90 ?? "–", max: max ?? "–", n });
}

const COLUMNS = ["when", "n", "p50", "p90", "longest", "within", "answered", "abandoned", "early"] as const;

function row(slice: Slice, which: Clock): (string | number)[] {
  const { waits: one } = slice;
  const spread = one[which];
  const within = percent(one.within_target);
  const measured = [spread.p50_s, spread.p90_s, spread.max_s].map((value) => clock(value) ?? "–");
  return [
    slice.name,
    counted(one, which),
    ...measured,
    within ?? "–",
    one.answered,
    one.abandoned,
    one.abandoned_early ?? "–",
  ];
}

function Chart({ report, by }: { report: WaitsReport; by: Bucketing }) {
  const which = shownClock.value;
  const byHour = across.value === "hour";
  const target_s = service_target_s.value;
  const shown = useMemo(() => slices(report, byHour, by), [report, byHour, by]);
  const stops = useMemo(
    () => shown.map((slice, i) => ({ from: i, to: i + 1, text: spoken(slice, which) })),
    [shown, which],
  );
  const options = useMemo(() => {
    const drawn = shown.map((slice) => ({ tick: slice.tick, ...slice.waits[which] }));
    const target = { at_s: target_s, name: say("waits.target", { target: target_s }) };
    return (width: number) => waitBand(drawn, target, (s) => clock(s) ?? "", width);
  }, [shown, which, target_s]);
  return (
    <>
      <Legend items={["band", "longest", "target"]} />
      <Plotted
        label={say("waits.label", { clock: say(`clock.${which}`) })}
        hint={say("read")}
        stops={stops}
        options={options}
      />
      <ValueTable
        summary={say("table")}
        caption={say("waits.caption", { clock: say(`clock.${which}`), zone: report.tz })}
        head={COLUMNS.map((one) => say(`column.${one}`, { target: target_s }))}
        rows={shown.map((slice) => row(slice, which))}
        words={TABLE_WORDS}
      />
    </>
  );
}

function Tools() {
  return (
    <>
      <Switch
        label={say("clock")}
        options={[
          ["queue_wait", say("clock.queue_wait")],
          ["first_reply", say("clock.first_reply")],
        ]}
        value={shownClock.value}
        onChange={(next) => {
          shownClock.value = next;
        }}
      />
      <Switch
        label={say("across")}
        options={[
          ["hour", say("across.hour")],
          ["period", say(`across.${bucket.value === "hour" ? "time" : bucket.value}`)],
        ]}
        value={across.value}
        onChange={(next) => {
          across.value = next;
        }}
      />
    </>
  );
}

export function WaitsReportView() {
  const waits = useReport<WaitsReport>("waits", query.value);
  return (
    <Frame
      title={say("waits.title")}
      about={(data) =>
        [
          say("waits.about", { zone: data.tz, n: counted(data.total, shownClock.value) }),
          data.total.waiting_now ? say("waits.still", { count: data.total.waiting_now }) : "",
        ]
          .filter(Boolean)
          .join(" · ")
      }
      resource={waits}
      csv={csv("waits", query.value)}
      tools={<Tools />}
      tall
      empty={(data) => (data.total.n ? null : say("waits.empty"))}
    >
      {(data, asked) => <Chart report={data} by={asked.bucket} />}
    </Frame>
  );
}
