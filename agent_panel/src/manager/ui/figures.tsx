// The overview's figures: value, what it rests on, its change against the period before, and its trend.

import { Spark, ValueTable } from "../../charts/kit.ts";
import { csv } from "../net/api.ts";
import { go, place, query } from "../state/filters.ts";
import { bucketName, stretch } from "../state/labels.ts";
import {
  basisOf,
  type Change,
  changeOf,
  isCut,
  type Measured,
  type OverviewReport,
  titleOf,
  written,
} from "../state/overview.ts";
import type { Bucketing } from "../state/period.ts";
import { addressOf, type Page } from "../state/place.ts";
import { type Resource, useReport } from "../state/reports.ts";
import { say } from "../words/words.ts";
import { Failed, Missing } from "./frame.tsx";
import { follow } from "./head.tsx";
import { TABLE_WORDS } from "./table_words.ts";
import { service_target_s } from "./targets.ts";

const ARROWS = { up: "▲", down: "▼", level: "" } as const;

function ChangeText({ change }: { change: Change }) {
  const verdict = change.tone === "neutral" || change.tone === "same" ? "" : say(`change.${change.tone}`);
  return (
    <span class={`change ${change.tone}`}>
      <span aria-hidden="true">{ARROWS[change.arrow]}</span> {change.text}
      {verdict && <span class="change-verdict"> {verdict}</span>}
    </span>
  );
}

/** Where more is told about a figure. */
const PAGE_OF: Record<string, Page> = {
  coverage: "coverage",
  single_agent: "coverage",
  satisfaction: "satisfaction",
  exchanges_p50: "people",
  solution_p50: "people",
};

function FigureCard({ figure }: { figure: Measured }) {
  const value = written(figure, figure.value);
  const change = changeOf(figure);
  const page = PAGE_OF[figure.key] ?? "waits";
  return (
    <li class="k">
      <h2 class="small">
        <a href={addressOf({ ...place.value, page })} onClick={(event) => follow(event, page)}>
          {titleOf(figure, service_target_s.value)}
        </a>
      </h2>
      <p class="k-line">
        <span class={value === null ? "k-value unknown" : "k-value"}>
          {value ?? (
            <>
              <span aria-hidden="true">–</span>
              <span class="unseen">{say("unknown")}</span>
            </>
          )}
        </span>{" "}
        <span class="tiny">{basisOf(figure)}</span>
      </p>
      <p class="k-basis">{change && <ChangeText change={change} />}</p>
      <Spark values={figure.trend.map((one) => one.value)} />
    </li>
  );
}

/** What was compared with what, in one sentence: of a period that is not over the one before, up to the same time. */
function compared(report: OverviewReport): string {
  const { previous, tz } = report;
  if (!previous) return say("figures.alone", { zone: tz });
  const period = stretch(previous.from, previous.to, tz);
  return say(isCut(report) ? "figures.compared_cut" : "figures.compared", { period, zone: tz });
}

/** One row per slice, with the period's own and the one before at the top. */
function Trend({ report, by }: { report: OverviewReport; by: Bucketing }) {
  const target_s = service_target_s.value;
  const cell = (figure: Measured, value: number | null | undefined) => written(figure, value ?? null) ?? "–";
  const slices = report.figures[0]?.trend ?? [];
  const rows = [
    [say("figures.period"), ...report.figures.map((one) => cell(one, one.value))],
    ...(report.previous ? [[say("figures.before"), ...report.figures.map((one) => cell(one, one.previous))]] : []),
    ...slices.map((slice, i) => [
      bucketName(slice.from, slice.to, report.tz, by),
      ...report.figures.map((one) => cell(one, one.trend[i]?.value)),
    ]),
  ];
  return (
    <ValueTable
      summary={say("table")}
      caption={say("figures.caption", { zone: report.tz })}
      head={[say("column.when"), ...report.figures.map((one) => titleOf(one, target_s))]}
      rows={rows}
      words={TABLE_WORDS}
    />
  );
}

const PLACES = Array.from({ length: 12 }, (_, i) => i);

function Body({ resource }: { resource: Resource<OverviewReport> }) {
  const { state, data, problem, asked } = resource;
  if (state === "failed") return <Failed problem={problem} />;
  if (state === "missing") return <Missing problem={problem} />;
  if (!data)
    return (
      <div class="kpi">
        {PLACES.map((i) => (
          <div class="k skeleton" key={i} />
        ))}
        <span class="unseen">{say("loading")}</span>
      </div>
    );
  return (
    <div class={state === "loading" ? "stale" : undefined}>
      <ul class="kpi num">
        {data.figures.map((one) => (
          <FigureCard key={one.key} figure={one} />
        ))}
      </ul>
      <div class="kpi-foot">
        <label class="check small">
          <input type="checkbox" checked={place.value.compare} onChange={() => go({ compare: !place.value.compare })} />
          {say("filter.compare")}
        </label>
        <p class="tiny">{compared(data)}</p>
        <a
          class="btn soft"
          href={csv("overview", asked)}
          download
          aria-label={say("csv.of", { title: say("kpi.all") })}
        >
          {say("csv")}
        </a>
      </div>
      <Trend report={data} by={asked.bucket} />
    </div>
  );
}

export function Figures() {
  const compare = place.value.compare ? "previous" : "none";
  const resource = useReport<OverviewReport>("overview", { ...query.value, compare });
  return (
    <section aria-label={say("kpi.all")} aria-busy={resource.state === "loading"}>
      <Body resource={resource} />
    </section>
  );
}
