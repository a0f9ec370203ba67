// What one agent more or fewer would change, and what the prediction rests on.

import { clock, percent } from "../state/measures.ts";
import type { Resource } from "../state/reports.ts";
import { isEmpty, tenth } from "../state/staffing.ts";
import type { StaffingReport, WhatIf } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";

const NAMES = new Map([
  [-1, "whatif.minus"],
  [0, "whatif.same"],
  [1, "whatif.plus"],
] as const);

function nameOf({ agents_change }: WhatIf): string {
  const key = NAMES.get(agents_change as -1 | 0 | 1);
  return key ? say(key) : say("whatif.other", { change: agents_change > 0 ? `+${agents_change}` : `${agents_change}` });
}

const COLUMNS = ["change", "p90_wait", "in_target", "leave"] as const;

function Table({ rows }: { rows: readonly WhatIf[] }) {
  return (
    <table class="whatif num">
      <caption class="unseen">{say("whatif.caption")}</caption>
      <thead>
        <tr>
          {COLUMNS.map((name) => (
            <th scope="col" key={name}>
              {say(`column.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.agents_change} class={row.agents_change === 0 ? "now-row" : undefined}>
            <th scope="row">{nameOf(row)}</th>
            <td>{clock(row.p90_wait_s) ?? "–"}</td>
            <td>{percent(row.within_target) ?? "–"}</td>
            <td>{percent(row.abandoned) ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Model({ model }: { model: StaffingReport["model"] }) {
  const facts = [
    { name: say("staffing.model.handle"), value: clock(model.handle_s) },
    { name: say("staffing.model.patience"), value: clock(model.patience_s) },
    { name: say("staffing.model.concurrency"), value: model.concurrency === null ? null : tenth(model.concurrency) },
    { name: say("staffing.model.n"), value: model.n.toLocaleString("en-GB") },
  ];
  return (
    <>
      <h3>{say("staffing.model")}</h3>
      <dl class="facts four num">
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b>{value ?? "–"}</b>
            </dd>
          </div>
        ))}
      </dl>
      <details class="method">
        <summary>{say("method.title")}</summary>
        <p>{model.text}</p>
        {model.source && <p class="tiny">{say("method.source", { source: model.source })}</p>}
      </details>
    </>
  );
}

export function WhatIfView({ staffing }: { staffing: Resource<StaffingReport> }) {
  return (
    <Frame
      title={say("whatif.title")}
      about={({ tz, model }) => `${say("whatif.about")} · ${tz} · ${say("n", { n: model.n })}`}
      resource={staffing}
      empty={(data) => (isEmpty(data) ? say("staffing.none") : null)}
    >
      {({ what_if, model }) => (
        <>
          {what_if.some((row) => row.p90_wait_s !== null || row.within_target !== null) ? (
            <Table rows={what_if.toSorted((a, b) => a.agents_change - b.agents_change)} />
          ) : (
            <p class="empty">{say("whatif.none")}</p>
          )}
          <Model model={model} />
        </>
      )}
    </Frame>
  );
}
