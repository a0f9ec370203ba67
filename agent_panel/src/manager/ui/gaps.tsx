// Gaps: when nobody accepted in opening hours, why, and what it cost.

import { ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { day, dayTime, time, timeExact } from "../state/labels.ts";
import { span } from "../state/measures.ts";
import { days } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import type { CoverageReport, Gap } from "../state/wire.ts";
import { localDate } from "../state/zone.ts";
import { known, say } from "../words/words.ts";
import { coverageQuery } from "./coverage.tsx";
import { Frame } from "./frame.tsx";
import { TABLE_WORDS } from "./table_words.ts";

/** Kinds where the reason is what the agent said, not what the kind says already. */
const CHOSEN = new Set(["away", "signed_out"]);

/** "Anna stepped away (lunch)". A kind that this page does not know shows the server's reason. */
function cause(gap: Gap): string {
  const { kind, agent, reason } = gap.cause;
  const name = agent?.name ?? "";
  const key = `cause.${kind}${name ? "" : ".unnamed"}`;
  if (!known(key)) return reason || say("cause.unknown");
  const text = say(key, { name });
  return reason && CHOSEN.has(kind) ? say("cause.reason", { cause: text, reason }) : text;
}

/** What follows the cause: since when, where that was before the gap, and how the gap ended. */
function course(gap: Gap, tz: string): string[] {
  const { at } = gap.cause;
  const end = gap.ended_by;
  const when = (moment: string) =>
    localDate(Date.parse(moment), tz) === localDate(Date.parse(gap.from), tz) ? time : dayTime;
  const parts: string[] = [];
  if (at && at !== gap.from) parts.push(say("gap.since", { time: when(at)(at, tz) }));
  if (end)
    parts.push(
      say(`gap.${end.kind}`, { name: end.agent?.name ?? say("gap.somebody"), time: when(end.at)(end.at, tz) }),
    );
  else if (end === null) parts.push(say("gap.goes_on"));
  return parts;
}

function cost(gap: Gap): string[] {
  if (gap.waiting === 0) return [say("gap.nobody")];
  const parts = [];
  if (gap.waiting !== null) parts.push(say("gap.waited", { count: gap.waiting }));
  if (gap.left !== null && gap.waiting) parts.push(say("gap.left", { count: gap.left }));
  return [parts.join(", ")].filter(Boolean);
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
        <span class={gap.left ? "tiny gap-cost lost" : "tiny gap-cost"}>
          {[...course(gap, tz), ...cost(gap)].join(" · ")}
        </span>
      </span>
      <b>{span(gap.duration_s)}</b>
    </li>
  );
}

export function GapList() {
  const coverage = useReport<CoverageReport>("coverage", coverageQuery.value);
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
      resource={coverage}
      csv={csv("coverage", coverageQuery.value, "gaps")}
      tall
      empty={(data) => (data.gaps.length ? null : data.total.open_s ? say("gaps.none") : say("gaps.never_open"))}
    >
      {(data, asked) => {
        const dated = days(asked) > 7;
        const longest = data.gaps.toSorted((a, b) => b.duration_s - a.duration_s);
        const rows = longest.map((gap) => [
          `${began(gap, data.tz, dated)}–${time(gap.to, data.tz)}`,
          span(gap.duration_s),
          [cause(gap), ...course(gap, data.tz)].join(" · "),
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
