// Did the told waits come true: "at most" by hour, over time and by department, and the error against simple rules.

import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Lifted, NamedRow } from "../../charts/edges.tsx";
import {
  Bars,
  Chart,
  Line,
  NumberAxis,
  SliceAxis,
  type Stop,
  Target,
  ValueAxis,
  ValueTable,
} from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import {
  errorsOf,
  foot,
  heldSpoken,
  heldTicks,
  KINDS,
  kindsSpoken,
  SHOULD_HOLD,
  verdictOf,
} from "../state/accuracy.ts";
import { bucket, query } from "../state/filters.ts";
import { clock, orTooFew, percent } from "../state/measures.ts";
import type { Bucketing } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import { hourSlices, type Slice, timeSlices } from "../state/waits.ts";
import type { Estimates, EstimatesReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame, Switch } from "./frame.tsx";
import { useNarrow } from "./narrow.ts";
import { Swatches } from "./swatches.tsx";
import { TABLE_WORDS } from "./table_words.ts";

type By = "hour" | "period" | "department";
const shownBy = signal<By>("hour");
const should = percent(SHOULD_HOLD, 0) ?? "";

function sliced(report: EstimatesReport, by: By, bucketing: Bucketing): Slice<Estimates>[] {
  if (by === "hour" && report.by_hour) return hourSlices(report.by_hour);
  if (by === "department") {
    return (report.by_department ?? []).map((of) => ({ tick: of.department.name, name: of.department.name, of }));
  }
  return timeSlices(report.buckets, report.tz, bucketing);
}

function stopsOf(slices: readonly Slice<Estimates>[], inRows: boolean): Stop[] {
  return slices.map(({ name, of }, i) => {
    const text = heldSpoken(name, of);
    return inRows ? { from: 0, to: 1, row: `${i}`, text } : { from: i, to: i + 1, text };
  });
}

/** The share that held as a line over hours or days. */
function OverTime({ slices, by }: { slices: readonly Slice<Estimates>[]; by: "hour" | "period" }) {
  const stops = useMemo(() => stopsOf(slices, false), [slices]);
  const least = foot(slices.map(({ of }) => of.within_upto));
  return (
    <Chart
      label={say(`accuracy.label.${by}`)}
      hint={say("read")}
      stops={stops}
      x={[0, Math.max(1, slices.length)]}
      y={[least, 1]}
      edge={{ left: 52 }}
    >
      <ValueAxis ticks={heldTicks(least)} format={(one) => percent(one, 0) ?? ""} />
      <Line points={slices.map(({ of }, i) => ({ x: i + 0.5, y: of.within_upto }))} dots={slices.length <= 62} />
      <Target at={SHOULD_HOLD} name={say("accuracy.should", { should })} tone="ink" />
      <SliceAxis labels={slices.map(({ tick }) => tick)} />
    </Chart>
  );
}

function ByDepartment({ slices }: { slices: readonly Slice<Estimates>[] }) {
  const narrow = useNarrow();
  const stops = useMemo(() => stopsOf(slices, true), [slices]);
  if (!slices.length) return <p class="empty">{say("accuracy.nodepartments")}</p>;
  return (
    <Chart
      label={say("accuracy.label.department")}
      hint={say("read")}
      stops={stops}
      x={[0, 1]}
      rows={slices.map((_, i) => `${i}`)}
      height={slices.length * 40 + 52}
      edge={{ left: narrow ? 104 : 240, right: narrow ? 52 : 130, top: 24 }}
    >
      <NumberAxis ticks={narrow ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]} format={(one) => percent(one, 0) ?? ""} grid />
      {slices.map(({ name, of }, i) => (
        <NamedRow
          key={name}
          name={`${i}`}
          title={name}
          note={
            narrow
              ? (percent(of.within_upto, 0) ?? "–")
              : `${percent(of.within_upto, 0) ?? "–"} · ${say("n", { n: of.n })}`
          }
        >
          {of.within_upto !== null && (
            <Bars bars={[{ from: 0, to: of.within_upto, low: 0.18, high: 0.82, tone: "accent" }]} />
          )}
        </NamedRow>
      ))}
      <Lifted px={18}>
        <Target at={SHOULD_HOLD} name={say("accuracy.should", { should })} across="x" tone="ink" />
      </Lifted>
    </Chart>
  );
}

/** The figure that matters, and the error beside those of the simple rules, as bars of one scale. */
function Verdict({ total }: { total: Estimates }) {
  const errors = errorsOf(total);
  const most_s = Math.max(1, ...errors.map(({ median_s }) => median_s ?? 0));
  const verdict = verdictOf(errors);
  return (
    <div class="verdict num">
      <dl class="held">
        <dt>{say("accuracy.held")}</dt>
        <dd>
          {total.within_upto !== null && <b>{percent(total.within_upto)}</b>}
          <span class="tiny">
            {total.within_upto === null ? orTooFew(null, total.n) : say("n", { n: total.n })} ·{" "}
            {say("accuracy.held.should", { should })}
          </span>
        </dd>
        <dd class="tiny">{kindsSpoken(total)}</dd>
      </dl>
      <div class="rules">
        <h3>{say("accuracy.errors")}</h3>
        <dl>
          {errors.map(({ rule, n, median_s }) => (
            <div key={rule} class={rule}>
              <dt>{say(`rule.${rule}`)}</dt>
              <dd>
                <span class="rule-bar" aria-hidden="true">
                  <i style={{ width: `${((median_s ?? 0) / most_s) * 100}%` }} />
                </span>
                <b>{clock(median_s) ?? "–"}</b>
                <span class="tiny">{median_s === null ? orTooFew(null, n) : say("n", { n })}</span>
              </dd>
            </div>
          ))}
        </dl>
        <p class="tiny">
          {errors.length > 1 && say("accuracy.errors.about")}
          {verdict && <b class="said">{verdict}</b>}
        </p>
      </div>
    </div>
  );
}

function cells({ name, of }: Slice<Estimates>): (string | number)[] {
  const { rivals } = of;
  const errors = [of.median_error_s, rivals?.last_to_enter.median_error_s, rivals?.hourly_average.median_error_s];
  return [
    name,
    of.n,
    percent(of.within_upto) ?? "–",
    ...errors.map((s) => clock(s) ?? "–"),
    ...KINDS.map((kind) => of[kind]),
  ];
}

function Accuracy({ report, bucketing }: { report: EstimatesReport; bucketing: Bucketing }) {
  const by = shownBy.value;
  const slices = useMemo(() => sliced(report, by, bucketing), [report, by, bucketing]);
  const head = ["n", "held", "error", "error_last", "error_hourly", ...KINDS] as const;
  return (
    <>
      <Verdict total={report.total} />
      {by === "department" ? (
        <ByDepartment slices={slices} />
      ) : (
        <>
          <Swatches items={["held"]} />
          <OverTime slices={slices} by={by} />
        </>
      )}
      <ValueTable
        summary={say("table")}
        caption={say("accuracy.caption", { zone: report.tz })}
        head={[
          say(by === "department" ? "column.department" : "column.when"),
          ...head.map((one) => say(`column.${one}`)),
        ]}
        rows={slices.map(cells)}
        words={TABLE_WORDS}
      />
    </>
  );
}

function Tools() {
  return (
    <Switch
      label={say("accuracy.group")}
      options={[
        ["hour", say("accuracy.by.hour")],
        ["period", say(`across.${bucket.value === "hour" ? "time" : bucket.value}`)],
        ["department", say("accuracy.by.department")],
      ]}
      value={shownBy.value}
      onChange={(next) => {
        shownBy.value = next;
      }}
    />
  );
}

export function AccuracyView() {
  const estimates = useReport<EstimatesReport>("estimates", query.value);
  return (
    <Frame
      title={say("accuracy.title")}
      about={(data) => say("accuracy.about", { zone: data.tz, n: data.total.n })}
      resource={estimates}
      csv={csv("estimates", query.value)}
      tools={<Tools />}
      tall
      empty={(data) => (data.total.n ? null : say("accuracy.empty"))}
    >
      {(data, asked) => <Accuracy report={data} bucketing={asked.bucket} />}
    </Frame>
  );
}
