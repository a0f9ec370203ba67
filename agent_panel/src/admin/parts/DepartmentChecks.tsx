// Which departments something is about: closed ones are offered only where they are ticked already.
import { useId } from "preact/hooks";
import { FieldNotes } from "../../ui/parts/Field.tsx";
import type { Department } from "../state/api.ts";
import words from "../words/people.json" with { type: "json" };
import { LOCALE, wordsOf } from "../words/words.ts";
import { Check } from "./Check.tsx";

const say = wordsOf(words);
const MANY = 7;
const order = new Intl.Collator(LOCALE, { numeric: true });

interface DepartmentChecksProps {
  departments: readonly Department[];
  chosen: readonly string[];
  hint: string;
  error: string | null;
  set: (chosen: string[]) => void;
}

export function DepartmentChecks({ departments, chosen, hint, error, set }: DepartmentChecksProps) {
  const id = useId();
  const shown = departments
    .filter((each) => each.closed_at === null || chosen.includes(each.id))
    .sort((one, other) => order.compare(one.name, other.name));
  const tick = (one: string, ticked: boolean): void =>
    set(ticked ? [...chosen, one] : chosen.filter((other) => other !== one));
  return (
    <fieldset
      class={shown.length < MANY ? "checks whole" : "checks many whole"}
      aria-describedby={error ? `${id}-error` : `${id}-hint`}
    >
      <legend>{say("departments")}</legend>
      {shown.length === 0 && <p class="small mut">{say("departments.empty")}</p>}
      <div>
        {shown.map(({ id: one, name, closed_at }) => (
          <Check
            key={one}
            checked={chosen.includes(one)}
            invalid={Boolean(error)}
            describedBy={error ? `${id}-error` : undefined}
            set={(ticked) => tick(one, ticked)}
          >
            {closed_at === null ? name : say("departments.closed", { name })}
          </Check>
        ))}
      </div>
      <FieldNotes {...{ id, hint, error }} />
    </fieldset>
  );
}
