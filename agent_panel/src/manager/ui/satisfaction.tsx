// What visitors said of their chats, and the list of those to learn from.

import { ValueTable } from "../../charts/table.tsx";
import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { bucketName, day, dayTime, time } from "../state/labels.ts";
import { orTooFew, percent, score } from "../state/measures.ts";
import { type Bucketing, days } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import type { NegativeRating, Satisfaction, SatisfactionReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";
import { TABLE_WORDS } from "./table_words.ts";

function one(value: number | null | undefined, digits: number): string | null {
  return value === null || value === undefined ? null : value.toFixed(digits);
}

function facts(total: Satisfaction): { name: string; value: string | null; n: number }[] {
  return [
    { name: say("satisfaction.csat"), value: percent(total.csat, 0), n: total.n },
    { name: say("satisfaction.mean"), value: one(total.mean, 1), n: total.n },
    { name: say("satisfaction.effort"), value: one(total.effort_mean, 1), n: total.effort_n ?? 0 },
    { name: say("satisfaction.nps"), value: score(total.nps), n: total.recommend_n ?? 0 },
  ];
}

function Facts({ report, by }: { report: SatisfactionReport; by: Bucketing }) {
  const columns = ["when", "n", "csat", "mean", "effort", "nps"] as const;
  const rows = report.buckets.map((slice) => [
    bucketName(slice.from, slice.to, report.tz, by),
    slice.n,
    percent(slice.csat, 0) ?? "–",
    one(slice.mean, 1) ?? "–",
    one(slice.effort_mean, 1) ?? "–",
    score(slice.nps) ?? "–",
  ]);
  return (
    <>
      <dl class="facts num">
        {facts(report.total).map(({ name, value, n }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value !== null && <b>{value}</b>}{" "}
              <span class="tiny">{value === null ? orTooFew(null, n) : say("n", { n })}</span>
            </dd>
          </div>
        ))}
      </dl>
      <ValueTable
        summary={say("table")}
        caption={say("satisfaction.caption", { zone: report.tz })}
        head={columns.map((name) => say(`column.${name}`))}
        rows={rows}
        words={TABLE_WORDS}
      />
    </>
  );
}

export function SatisfactionFigures() {
  const satisfaction = useReport<SatisfactionReport>("satisfaction", query.value);
  return (
    <Frame
      title={say("satisfaction.title")}
      about={(data) => say("satisfaction.about", { zone: data.tz, count: data.total.n })}
      resource={satisfaction}
      csv={csv("satisfaction", query.value)}
      empty={(data) => (data.total.n ? null : say("satisfaction.empty"))}
    >
      {(data, asked) => <Facts report={data} by={asked.bucket} />}
    </Frame>
  );
}

/** dated: the weekday alone names a day of this week only. */
function Rating({ rating, tz, dated }: { rating: NegativeRating; tz: string; dated: boolean }) {
  return (
    <li>
      <span class="score" title={say("negative.score", { score: rating.score })}>
        <span aria-hidden="true">{rating.score} / 5</span>
        <span class="unseen">{say("negative.score", { score: rating.score })}</span>
      </span>
      <div>
        {rating.comment ? (
          <p class="comment" dir="auto">
            {rating.comment}
          </p>
        ) : (
          <p class="mut">{say("negative.silent")}</p>
        )}
        <p class="tiny">
          <time dateTime={rating.at}>
            {dated ? `${day(rating.at, tz)} ${time(rating.at, tz)}` : dayTime(rating.at, tz)}
          </time>
          {rating.agent && <> · {rating.agent.name}</>} ·{" "}
          <a href={`/api/v1/chats/${encodeURIComponent(rating.chat_id)}/transcript.html`}>{say("negative.read")}</a>
        </p>
      </div>
    </li>
  );
}

export function Negative() {
  const satisfaction = useReport<SatisfactionReport>("satisfaction", query.value);
  return (
    <Frame
      title={say("negative.title")}
      about={(data) => say("negative.about", { count: data.negative.length, zone: data.tz })}
      resource={satisfaction}
      empty={(data) => (data.negative.length ? null : say("negative.none"))}
    >
      {(data, asked) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the list scrolls, and must do so by keyboard too
        <ul class="negative" tabIndex={0} aria-label={say("negative.title")}>
          {data.negative.map((rating) => (
            <Rating key={`${rating.chat_id} ${rating.at}`} rating={rating} tz={data.tz} dated={days(asked) > 7} />
          ))}
        </ul>
      )}
    </Frame>
  );
}
