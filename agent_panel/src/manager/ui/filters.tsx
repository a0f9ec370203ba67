// Period, department, agent and comparison. Quick picks act at once; typed dates act as soon as both make a period.

import { useState } from "preact/hooks";
import { go, period, place } from "../state/filters.ts";
import { PICKS, typed } from "../state/period.ts";
import { departments, people, session } from "../state/store.ts";
import type { Named } from "../state/wire.ts";
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
    if (asked) go({ pick: "typed", period: asked });
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

interface ChoiceProps {
  name: string;
  all: string;
  of: readonly Named[];
  value: string;
  onChange: (id: string) => void;
}

function Choice({ name, all, of, value, onChange }: ChoiceProps) {
  return (
    <label>
      <span>{name}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{all}</option>
        {of.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
        {value && !of.some((one) => one.id === value) && <option value={value}>{value}</option>}
      </select>
    </label>
  );
}

/** Whom the agents' filter offers: those of the department, and whoever is chosen already. */
function offered(): Named[] {
  const { department, agent } = place.value;
  return people.value
    .filter((one) => !department || one.id === agent || one.departments.includes(department))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** On a phone the filters fold into one line that says what is chosen. */
function Summary({ open, onClick }: { open: boolean; onClick: () => void }) {
  const { pick, department, agent } = place.value;
  const named = (of: Named[], id: string) => of.find((one) => one.id === id)?.name ?? id;
  const parts = [
    say(pick === "typed" ? "pick.typed" : `pick.${pick}`),
    session.value.state === "own" ? "" : department ? named(departments.value, department) : say("filter.all"),
    agent ? named(people.value, agent) : "",
  ];
  return (
    <button type="button" class="btn quiet filters-fold" aria-expanded={open} onClick={onClick}>
      {parts.filter(Boolean).join(" · ")}
    </button>
  );
}

/** Whose figures: an agent who looks at their own has nobody to choose. */
function Choices() {
  const { department, agent } = place.value;
  return (
    <>
      <Choice
        name={say("filter.department")}
        all={say("filter.all")}
        of={departments.value}
        value={department}
        onChange={(id) => go({ department: id })}
      />
      <Choice
        name={say("filter.agent")}
        all={say("filter.everybody")}
        of={offered()}
        value={agent}
        onChange={(id) => go({ agent: id })}
      />
    </>
  );
}

export function Filters() {
  const [open, setOpen] = useState(false);
  const { pick } = place.value;
  return (
    <>
      <Summary open={open} onClick={() => setOpen(!open)} />
      <div class={open ? "filters" : "filters folded"}>
        <fieldset class="switch picks">
          <legend class="unseen">{say("filter.period")}</legend>
          {PICKS.map((one) => (
            <button type="button" key={one} aria-pressed={pick === one} onClick={() => go({ pick: one, period: null })}>
              {say(`pick.${one}`)}
            </button>
          ))}
        </fieldset>
        <Dates />
        {session.value.state !== "own" && <Choices />}
      </div>
    </>
  );
}
