// Where somebody is missing in a usual week: in words, the costliest stretch first.

import type { Resource } from "../state/reports.ts";
import { isEmpty, lackSpoken, lacks, summary } from "../state/staffing.ts";
import type { StaffingReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";

const MOST_LISTED = 8;

function List({ report }: { report: StaffingReport }) {
  const found = lacks(report.by_weekday);
  const rest = found.length - MOST_LISTED;
  return (
    <>
      <p class="finding">{summary(report)}</p>
      {found.length > 0 && (
        <ul class="gaps num lacks">
          {found.slice(0, MOST_LISTED).map((lack) => {
            const { when, what, hours } = lackSpoken(lack);
            return (
              <li key={when}>
                <span>{when}</span>
                <span>{what}</span>
                <b>{hours}</b>
              </li>
            );
          })}
        </ul>
      )}
      {rest > 0 && <p class="tiny">{say("staffing.more", { count: rest })}</p>}
    </>
  );
}

export function LacksView({ staffing }: { staffing: Resource<StaffingReport> }) {
  return (
    <Frame
      title={say("staffing.lacks")}
      about={(data) => say("staffing.lacks.about", { zone: data.tz })}
      resource={staffing}
      empty={(data) => (isEmpty(data) ? say("staffing.none") : null)}
    >
      {(data) => <List report={data} />}
    </Frame>
  );
}
