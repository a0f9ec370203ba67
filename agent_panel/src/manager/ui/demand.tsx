// Chats per hour over the staircase of agents: two panels on one time axis, for a usual week, one day of it, or as it was.

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type Mark, MarkAxis, Panel } from "../../charts/edges.tsx";
import { Bars, Chart, countTicks, Step, type Stop, ValueAxis, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { day, time, weekdayName } from "../state/labels.ts";
import { percent } from "../state/measures.ts";
import type { Resource } from "../state/reports.ts";
import {
  clockOf,
  type Half,
  halfSpoken,
  isEmpty,
  missing,
  openWeekdays,
  realHalves,
  tenth,
  today,
  usualHalves,
} from "../state/staffing.ts";
import type { HalfHour, StaffingReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame, Switch } from "./frame.tsx";
import { useNarrow } from "./narrow.ts";
import { Swatches } from "./swatches.tsx";
import { TABLE_WORDS } from "./table_words.ts";

/** "week": all seven days; "real": the period itself; else a weekday, Monday being 0. */
type View = "week" | "real" | "0" | "1" | "2" | "3" | "4" | "5" | "6";
const chosen = signal<View | null>(null);
const WEEKDAYS = ["0", "1", "2", "3", "4", "5", "6"] as const;
const HALVES_A_DAY = 48;
/** A week as it was: more half hours than this are no longer told apart. */
const MOST_REAL = 7 * HALVES_A_DAY + 2;

/** The chosen view, as long as this report can be shown so. */
function viewOf(report: StaffingReport, narrow: boolean): View {
  const view = chosen.value;
  if (view === null || (view === "real" && !hasReal(report))) return usualView(report, narrow);
  const isDay = view !== "real" && view !== "week";
  if (isDay && !openWeekdays(report.by_weekday).includes(Number(view))) return usualView(report, narrow);
  return view;
}

/** Two days, also where one of them has 25 hours. */
const FEW = 2 * HALVES_A_DAY + 2;
/** Neighbours overlap by a hair, or the ground would shine through between them. */
const SEAMLESS = -0.3;

interface Shown {
  halves: Half[];
  width: number;
  marks: Mark[];
}

/** Few days have room for hours: each sixth of a day is named by its time. */
function hourMarks(real: readonly HalfHour[], halves: readonly Half[], tz: string): Mark[] {
  return real.flatMap(({ from }, i) => {
    const clock = time(from, tz);
    return /^(00|04|08|12|16|20):00$/.test(clock) ? [{ at: halves[i]?.at ?? 0, label: clock }] : [];
  });
}

/** Where a day begins: its name stands in its middle. */
function dayMarks(real: readonly HalfHour[], halves: readonly Half[], tz: string): Mark[] {
  return real.flatMap(({ from }, i) =>
    i === 0 || time(from, tz) === "00:00"
      ? [{ at: (halves[i]?.at ?? 0) + HALVES_A_DAY / 2, label: day(from, tz) }]
      : [],
  );
}

function shownOf(report: StaffingReport, view: View): Shown {
  if (view === "real") {
    const real = report.halves ?? [];
    const halves = realHalves(real, report.tz);
    const named = halves.length <= FEW ? hourMarks : dayMarks;
    return { halves, width: (halves.at(-1)?.at ?? 0) + 1, marks: named(real, halves, report.tz) };
  }
  if (view === "week") {
    const marks = WEEKDAYS.map((one) => ({ at: (Number(one) + 0.5) * HALVES_A_DAY, label: weekdayName(Number(one)) }));
    return { halves: usualHalves(report.by_weekday, null), width: 7 * HALVES_A_DAY, marks };
  }
  const marks = Array.from({ length: 13 }, (_, i) => ({ at: i * 4, label: clockOf(i * 4) }));
  return { halves: usualHalves(report.by_weekday, Number(view)), width: HALVES_A_DAY, marks };
}

function hasReal({ halves }: StaffingReport): boolean {
  return halves !== null && halves.length <= MOST_REAL;
}

/** What is shown until somebody chooses: the week where it is readable, else the day it is. */
function usualView(report: StaffingReport, narrow: boolean): View {
  const weekdays = openWeekdays(report.by_weekday);
  if (weekdays.length < 2) return hasReal(report) ? "real" : "week";
  if (!narrow) return "week";
  const now = today(Date.parse(report.to) - 1, report.tz);
  const shown = weekdays.includes(now) ? now : weekdays[0];
  return WEEKDAYS.find((one) => Number(one) === shown) ?? "week";
}

function stretches(halves: readonly Half[], value: (half: Half) => number | null) {
  return halves.map((half) => ({ from: half.at, to: half.at + 1, value: value(half) }));
}

function Arrivals({ halves }: { halves: readonly Half[] }) {
  const most = Math.max(4, ...halves.map((half) => half.arrivals_per_h ?? 0));
  return (
    <Panel name="arrivals" title={say("staffing.arrivals")} y={[0, most * 1.05]}>
      <ValueAxis ticks={countTicks(most)} format={(count) => count.toLocaleString("en-GB")} />
      <Bars
        bars={halves.flatMap(({ at, arrivals_per_h }) =>
          arrivals_per_h ? [{ from: at, to: at + 1, high: arrivals_per_h, tone: "soft" as const }] : [],
        )}
      />
    </Panel>
  );
}

/** Agents there as an area, those needed as a line, and what lacks between them hatched. */
function Agents({ halves, marks }: Pick<Shown, "halves" | "marks">) {
  const most = Math.max(2, ...halves.flatMap((half) => [half.cover ?? 0, half.needed ?? 0]));
  return (
    <Panel name="agents" title={say("staffing.agents")} y={[0, most * 1.1]}>
      <ValueAxis ticks={countTicks(most)} format={(count) => count.toLocaleString("en-GB")} />
      <Bars
        bars={halves.flatMap(({ at, cover }) =>
          cover ? [{ from: at, to: at + 1, high: cover, tone: "open" as const }] : [],
        )}
        gap={SEAMLESS}
      />
      <Bars
        bars={halves.flatMap((half) =>
          missing(half)
            ? [{ from: half.at, to: half.at + 1, low: half.cover ?? 0, high: half.needed ?? 0, tone: "gap" as const }]
            : [],
        )}
      />
      <Step stretches={stretches(halves, (half) => half.cover)} tone="accent" />
      <Step stretches={stretches(halves, (half) => half.needed)} tone="ink" />
      <MarkAxis marks={marks} />
    </Panel>
  );
}

function cells(half: Half): (string | number)[] {
  const values = [half.arrivals_per_h, half.cover, half.needed, missing(half)];
  return [half.name, ...values.map((value) => (value === null ? "–" : tenth(value)))];
}

function Demand({ report, view }: { report: StaffingReport; view: View }) {
  const { halves, width, marks } = useMemo(() => shownOf(report, view), [report, view]);
  const stops = useMemo(
    () => halves.map((half): Stop => ({ from: half.at, to: half.at + 1, text: halfSpoken(half) })),
    [halves],
  );
  return (
    <>
      <Swatches items={["arrivals", "cover", "needed", "missing"]} />
      <Chart
        label={say("staffing.label")}
        hint={say("read")}
        stops={stops}
        x={[0, Math.max(1, width)]}
        rows={["arrivals", "agents"]}
        height={380}
        edge={{ left: 44, right: 20, bottom: 4 }}
      >
        <Arrivals halves={halves} />
        <Agents halves={halves} marks={marks} />
      </Chart>
      <ValueTable
        summary={say("table")}
        caption={say("staffing.caption", { zone: report.tz })}
        head={(["when", "arrivals", "cover", "needed", "missing"] as const).map((one) => say(`column.${one}`))}
        rows={halves.map(cells)}
        words={TABLE_WORDS}
      />
    </>
  );
}

function ViewSwitch({ report, view }: { report: StaffingReport; view: View }) {
  const weekdays = openWeekdays(report.by_weekday);
  const options: (readonly [View, string])[] = [["week", say("staffing.view.week")]];
  if (hasReal(report)) options.push(["real", say("staffing.view.real")]);
  const open = WEEKDAYS.filter((one) => weekdays.includes(Number(one)));
  options.push(...open.map((one) => [one, weekdayName(Number(one))] as const));
  return (
    <Switch
      label={say("staffing.view")}
      options={options}
      value={view}
      onChange={(next) => {
        chosen.value = next;
      }}
    />
  );
}

export function DemandView({ staffing }: { staffing: Resource<StaffingReport> }) {
  const narrow = useNarrow();
  const view = staffing.data ? viewOf(staffing.data, narrow) : "week";
  return (
    <Frame
      title={say("staffing.title")}
      about={({ tz, target, model }) =>
        say("staffing.about", {
          zone: tz,
          share: percent(target.share, 0) ?? "–",
          within: target.within_s,
          n: model.n,
        })
      }
      resource={staffing}
      csv={csv("staffing", query.value)}
      tools={staffing.data && <ViewSwitch report={staffing.data} view={view} />}
      tall
      empty={(data) => (isEmpty(data) ? say("staffing.none") : null)}
    >
      {(data) => <Demand report={data} view={view} />}
    </Frame>
  );
}
