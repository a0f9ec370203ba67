// Where in the week the target is missed: a number in each cell, so the colour only helps the eye.

import { hourly, stepwise } from "../state/filters.ts";
import { CELL_H, type HeatCell, heat } from "../state/heat.ts";
import { weekdayName } from "../state/labels.ts";
import { useReport } from "../state/reports.ts";
import type { WaitsReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";
import { service_target_s } from "./targets.ts";

/** Shares from which the next of five shades begins. */
const SHADES = [0.05, 0.1, 0.2, 0.35];

function shade(late: number): string {
  return `h${1 + SHADES.filter((from) => late >= from).length}`;
}

function Cell({ cell }: { cell: HeatCell }) {
  if (cell.late === null) {
    return (
      <td class="none" title={say("few", { n: cell.n })}>
        <span aria-hidden="true">–</span>
        <span class="unseen">{say("few", { n: cell.n })}</span>
      </td>
    );
  }
  return (
    <td class={shade(cell.late)} title={say("n", { n: cell.n })}>
      {Math.round(cell.late * 100)}
    </td>
  );
}

const STARTS = Array.from({ length: 24 / CELL_H }, (_, i) => i * CELL_H);

export function HeatMap() {
  return stepwise.value ? <HourlyHeatMap /> : null;
}

function HourlyHeatMap() {
  const hours = useReport<WaitsReport>("waits", hourly.value);
  const target = service_target_s.value;
  const title = say("heat.title", { target });
  return (
    <Frame
      title={title}
      about={(data) => say("heat.about", { zone: data.tz, n: data.total.judged })}
      resource={hours}
      tall
      empty={(data) => (data.total.n ? null : say("heat.empty"))}
    >
      {(data) => (
        <table class="heat num">
          <caption class="unseen">{title}</caption>
          <thead>
            <tr>
              <td class="corner" />
              {STARTS.map((hour) => (
                <th scope="col" key={hour}>
                  {hour}–{hour + CELL_H}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {heat(data.buckets, data.tz).map((row, i) => (
              <tr key={weekdayName(i)}>
                <th scope="row">{weekdayName(i)}</th>
                {row.map((cell, j) => (
                  <Cell key={STARTS[j]} cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Frame>
  );
}
