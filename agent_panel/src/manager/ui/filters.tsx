// Period and department. Quick picks act at once; typed dates act as soon as both make a period.

import { useState } from "preact/hooks";
import { fullDate, range } from "../state/labels.ts";
import { PICKS, typed } from "../state/period.ts";
import { choose, chooseTyped, department, departments, period, pick, refresh, zone } from "../state/store.ts";
import { addDays } from "../state/zone.ts";
import { say } from "../words/words.ts";

function Dates() {
  const current = period.value;
  const [draft, setDraft] = useState<{ from: string; last: string } | null>(null);
  const from = draft?.from ?? current.from;
  const last = draft?.last ?? addDays(current.to, -1);
  const wrong = draft !== null && !typed(from, last);

  function change(next: { from: string; last: string }) {
    const asked = typed(next.from, next.last);
    setDraft(asked ? null : next);
    if (asked) chooseTyped(asked);
  }

  return (
    <div class="dates">
      <label>
        <span>{say("filter.from")}</span>
        <input type="date" value={from} onInput={(event) => change({ from: event.currentTarget.value, last })} />
      </label>
      <label>
        <span>{say("filter.to")}</span>
        <input
          type="date"
          value={last}
          aria-invalid={wrong}
          aria-describedby="dates-problem"
          onInput={(event) => change({ from, last: event.currentTarget.value })}
        />
      </label>
      <span id="dates-problem" class="problem" role="status">
        {wrong ? say("filter.wrong") : ""}
      </span>
    </div>
  );
}

function Departments() {
  return (
    <label class="department">
      <span>{say("filter.department")}</span>
      <select
        value={department.value}
        onChange={(event) => {
          department.value = event.currentTarget.value;
        }}
      >
        <option value="">{say("filter.all")}</option>
        {departments.value.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Filters() {
  const { from, to } = period.value;
  return (
    <header class="top">
      <div class="top-title">
        <h1>{say("title")}</h1>
        <p class="mut small" title={`${fullDate(from)} – ${fullDate(addDays(to, -1))}`}>
          {say("top.about", { period: range(from, to), zone: zone.value })}
        </p>
        <nav class="top-links" aria-label={say("nav")}>
          <a href="/agent">{say("nav.panel")}</a>
        </nav>
      </div>
      <div class="filters">
        <fieldset class="switch picks">
          <legend class="unseen">{say("filter.period")}</legend>
          {PICKS.map((one) => (
            <button type="button" key={one} aria-pressed={pick.value === one} onClick={() => choose(one)}>
              {say(`pick.${one}`)}
            </button>
          ))}
        </fieldset>
        <Dates />
        <Departments />
        <button type="button" class="btn quiet" onClick={refresh}>
          {say("refresh")}
        </button>
      </div>
    </header>
  );
}
