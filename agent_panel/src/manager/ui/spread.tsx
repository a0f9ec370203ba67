// How many chats waited how long, and how many of them within the target.

import { useMemo } from "preact/hooks";
import { EdgeAxis } from "../../charts/edges.tsx";
import { Bars, Chart, countTicks, Target, ValueAxis, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { percent } from "../state/measures.ts";
import { useReport } from "../state/reports.ts";
import { stairsOf } from "../state/waits.ts";
import type { Distribution, WaitsReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";
import { Swatches } from "./swatches.tsx";
import { TABLE_WORDS } from "./table_words.ts";
import { shownClock } from "./waits.tsx";

function Stairs({ of, zone, clock }: { of: Distribution; zone: string; clock: string }) {
  const { stairs, edges, target, within } = useMemo(() => stairsOf(of), [of]);
  const stops = useMemo(
    () =>
      stairs.map(({ name, chats, share }, i) => ({
        from: i,
        to: i + 1,
        text: say("spread.stop", { bin: name, count: chats, share: percent(share) ?? "–" }),
      })),
    [stairs],
  );
  const most = Math.max(4, ...stairs.map(({ chats }) => chats));
  return (
    <>
      <p class="finding num">{say("spread.within", { share: percent(within) ?? "–", n: of.n, target: of.target_s })}</p>
      <Swatches items={["in_time", "late", "target"]} />
      <Chart
        label={say("spread.label", { clock })}
        hint={say("read")}
        stops={stops}
        x={[0, Math.max(1, stairs.length)]}
        y={[0, most * 1.12]}
        edge={{ right: 16 }}
      >
        <ValueAxis ticks={countTicks(most)} format={(count) => count.toLocaleString("en-GB")} />
        <Bars
          bars={stairs
            .map(({ chats, within: inTime }, i) => ({
              from: i,
              to: i + 1,
              high: chats,
              tone: inTime ? ("accent" as const) : ("soft" as const),
            }))
            .filter((bar) => bar.high > 0)}
          gap={1.5}
        />
        {target !== null && <Target at={target} name={say("waits.target", { target: of.target_s })} across="x" />}
        <EdgeAxis labels={edges} />
      </Chart>
      <ValueTable
        summary={say("table")}
        caption={say("spread.caption", { clock, zone })}
        head={[say("column.step"), say("column.chats"), say("column.share")]}
        rows={stairs.map(({ name, chats, share }) => [name, chats, percent(share) ?? "–"])}
        words={TABLE_WORDS}
      />
    </>
  );
}

export function SpreadView() {
  const waits = useReport<WaitsReport>("waits", query.value);
  const which = shownClock.value;
  const clock = say(`clock.${which}`);
  return (
    <Frame
      title={say("spread.title")}
      about={(data) => `${clock} · ${say("spread.about", { zone: data.tz, n: data.distribution?.[which].n ?? 0 })}`}
      resource={waits}
      csv={csv("waits", query.value, `distribution.${which}.bins`)}
      tall
      empty={({ distribution }) =>
        distribution ? (distribution[which].n ? null : say("spread.empty")) : say("spread.missing")
      }
    >
      {(data) => data.distribution && <Stairs of={data.distribution[which]} zone={data.tz} clock={clock} />}
    </Frame>
  );
}
