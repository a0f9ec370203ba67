// How long people stay in line who are not served: a falling staircase with its band.

import { useMemo } from "preact/hooks";
import {
  Band,
  Chart,
  durationTicks,
  NumberAxis,
  Step,
  type Stop,
  shareTicks,
  Target,
  ValueAxis,
  ValueTable,
} from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { clock, percent } from "../state/measures.ts";
import { useReport } from "../state/reports.ts";
import { bandOf, staysOf } from "../state/waits.ts";
import type { Staying, WaitsReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";
import { Swatches } from "./swatches.tsx";
import { TABLE_WORDS } from "./table_words.ts";

function Curve({ of, zone }: { of: Staying; zone: string }) {
  const stays = useMemo(() => staysOf(of), [of]);
  const stops = useMemo(
    () => stays.map(({ at_s, until_s, text }): Stop => ({ from: at_s, to: until_s, text })),
    [stays],
  );
  const end_s = stays.at(-1)?.until_s ?? 1;
  const median = of.median_s === null ? null : (clock(of.median_s) ?? "–");
  return (
    <>
      <p class="finding num">{median === null ? say("staying.nomedian") : say("staying.median", { median })}</p>
      <Swatches items={["staying", "staying_band"]} />
      <Chart
        label={say("staying.label")}
        hint={say("read")}
        stops={stops}
        x={[0, end_s]}
        y={[0, 1]}
        edge={{ left: 52 }}
      >
        <ValueAxis ticks={shareTicks(1)} format={(share) => percent(share, 0) ?? ""} />
        <Band points={bandOf(stays)} />
        <Step
          stretches={stays.map(({ at_s, until_s, staying }) => ({ from: at_s, to: until_s, value: staying }))}
          tone="accent"
        />
        {of.median_s !== null && (
          <Target at={of.median_s} name={say("staying.median.mark", { median: median ?? "–" })} across="x" tone="ink" />
        )}
        <NumberAxis ticks={durationTicks(end_s)} format={(s) => clock(s) ?? ""} />
      </Chart>
      <ValueTable
        summary={say("table")}
        caption={say("staying.caption", { zone })}
        head={(["after", "staying", "low", "high", "at_risk"] as const).map((one) => say(`column.${one}`))}
        rows={stays.map(({ at_s, staying, low, high, at_risk }) => [
          clock(at_s) ?? "–",
          ...[staying, low, high].map((share) => percent(share) ?? "–"),
          at_risk,
        ])}
        words={TABLE_WORDS}
      />
    </>
  );
}

function nothing({ staying }: WaitsReport): string | null {
  if (!staying) return say("staying.missing");
  if (!staying.n) return say("staying.empty");
  return staying.curve.length > 1 ? null : say("staying.few", { n: staying.n, left: staying.left });
}

export function StayingView() {
  const waits = useReport<WaitsReport>("waits", query.value);
  return (
    <Frame
      title={say("staying.title")}
      about={({ tz, staying }) => (staying ? say("staying.about", { zone: tz, n: staying.n, left: staying.left }) : tz)}
      resource={waits}
      csv={csv("waits", query.value, "staying.curve")}
      tall
      empty={nothing}
    >
      {(data) => data.staying && <Curve of={data.staying} zone={data.tz} />}
    </Frame>
  );
}
