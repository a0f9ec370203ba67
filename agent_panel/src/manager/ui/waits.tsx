// Waits on one of the two clocks: until an agent has the chat, or until the agent's first message.

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import {
  Band,
  Chart,
  Dots,
  durationTicks,
  Line,
  SliceAxis,
  type Stop,
  Target,
  ValueAxis,
  ValueTable,
} from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { clock, percent } from "../state/measures.ts";
import type { Bucketing } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import { counted, top_s, type WaitClock, type WaitSlice, waitSlices, waitSpoken } from "../state/waits.ts";
import type { WaitsReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { type Across, AcrossSwitch } from "./across.tsx";
import { Frame, Switch } from "./frame.tsx";
import { Legend } from "./legend.tsx";
import { TABLE_WORDS } from "./table_words.ts";
import { service_target_s } from "./targets.ts";

/** One clock for the whole page: the band and the distribution tell of the same waits. */
export const shownClock = signal<WaitClock>("queue_wait");
const across = signal<Across>("period");

const COLUMNS = ["when", "n", "p50", "p90", "longest", "within", "answered", "abandoned", "early"] as const;

function row({ name, of }: WaitSlice, which: WaitClock): (string | number)[] {
  const { p50_s, p90_s, max_s } = of[which];
  const measured = [p50_s, p90_s, max_s].map((value) => clock(value) ?? "–");
  const within = percent(of.within_target) ?? "–";
  return [name, counted(of, which), ...measured, within, of.answered, of.abandoned, of.abandoned_early ?? "–"];
}

function Marks({ shown, which, most_s }: { shown: readonly WaitSlice[]; which: WaitClock; most_s: number }) {
  const spreads = shown.map((slice, i) => ({ x: i + 0.5, ...slice.of[which] }));
  return (
    <>
      <Band points={spreads.map(({ x, p50_s, p90_s }) => ({ x, low: p50_s, high: p90_s }))} />
      <Line points={spreads.map(({ x, p50_s }) => ({ x, y: p50_s }))} dots={shown.length <= 62} />
      <Dots dots={spreads.map(({ x, max_s }) => ({ x, y: max_s, beyond: max_s !== null && max_s > most_s }))} />
    </>
  );
}

function Waits({ report, by }: { report: WaitsReport; by: Bucketing }) {
  const which = shownClock.value;
  const byHour = across.value === "hour";
  const target = service_target_s.value;
  const shown = useMemo(() => waitSlices(report, byHour, by), [report, byHour, by]);
  const stops = useMemo(
    () => shown.map((slice, i): Stop => ({ from: i, to: i + 1, text: waitSpoken(slice, which) })),
    [shown, which],
  );
  const most_s = top_s(shown, which, target);
  const name = say(`clock.${which}`);
  return (
    <>
      <Legend items={["band", "longest", "target"]} />
      <Chart
        label={say("waits.label", { clock: name })}
        hint={say("read")}
        stops={stops}
        x={[0, Math.max(1, shown.length)]}
        y={[0, most_s]}
        height={280}
      >
        <ValueAxis ticks={durationTicks(most_s)} format={(s) => clock(s) ?? ""} />
        <Marks {...{ shown, which, most_s }} />
        <Target at={target} name={say("waits.target", { target })} />
        <SliceAxis labels={shown.map((slice) => slice.tick)} />
      </Chart>
      <ValueTable
        summary={say("table")}
        caption={say("waits.caption", { clock: name, zone: report.tz })}
        head={COLUMNS.map((one) => say(`column.${one}`, { target }))}
        rows={shown.map((slice) => row(slice, which))}
        words={TABLE_WORDS}
      />
    </>
  );
}

export function ClockSwitch() {
  return (
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
  );
}

function Tools() {
  return (
    <>
      <ClockSwitch />
      <AcrossSwitch across={across} />
    </>
  );
}

function about(data: WaitsReport): string {
  const still = data.total.waiting_now ? say("waits.still", { count: data.total.waiting_now }) : "";
  const basis = say("waits.about", { zone: data.tz, n: counted(data.total, shownClock.value) });
  return [basis, still].filter(Boolean).join(" · ");
}

export function WaitsReportView() {
  const waits = useReport<WaitsReport>("waits", query.value);
  return (
    <Frame
      title={say("waits.title")}
      about={about}
      resource={waits}
      csv={csv("waits", query.value)}
      tools={<Tools />}
      tall
      empty={(data) => (data.total.n ? null : say("waits.empty"))}
    >
      {(data, asked) => <Waits report={data} by={asked.bucket} />}
    </Frame>
  );
}
