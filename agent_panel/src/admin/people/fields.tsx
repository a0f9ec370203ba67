// Who somebody is, where they work, and what they may.
import type { WireError } from "../../net/wire.ts";
import { Field } from "../../ui/parts/Field.tsx";
import { Segments } from "../../ui/parts/Segments.tsx";
import { sentence } from "../parts/Form.tsx";
import { Box } from "../parts/Page.tsx";
import type { Department } from "../state/api.ts";
import words from "../words/people.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import type { Draft } from "./draft.ts";

const say = wordsOf(words);

interface Props {
  draft: Draft;
  error: WireError | null;
  set: (change: Partial<Draft>) => void;
}

export function WhoBox({ draft, error, set, isNew }: Props & { isNew: boolean }) {
  return (
    <Box title={say("who.title")}>
      <div class="fields">
        <Field label={say("name")} hint={say("name.hint")} error={sentence(error, "name")}>
          {(ids) => (
            <input
              {...ids}
              dir="auto"
              maxLength={80}
              autocomplete="off"
              value={draft.name}
              onInput={(event) => set({ name: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={say("email")} hint={say(isNew ? "email.hint" : "email.stays")} error={sentence(error, "email")}>
          {(ids) => (
            <input
              {...ids}
              type="email"
              autocomplete="off"
              readOnly={!isNew}
              value={draft.email}
              onInput={(event) => set({ email: event.currentTarget.value })}
            />
          )}
        </Field>
        <div class="whole">
          <Segments
            legend={say("role")}
            value={draft.role}
            options={[
              ["agent", say("role.agent")],
              ["manager", say("role.manager")],
              ["admin", say("role.admin")],
            ]}
            pick={(role) => set({ role })}
          />
          <p class="tiny role-means">{say(`role.${draft.role}.means`)}</p>
          {sentence(error, "role") && <p class="error">{sentence(error, "role")}</p>}
        </div>
      </div>
    </Box>
  );
}

export function WorkBox({ draft, error, set, departments }: Props & { departments: readonly Department[] }) {
  const wrong = sentence(error, "departments");
  const shown = departments.filter(({ id, closed_at }) => closed_at === null || draft.departments.includes(id));
  const tick = (id: string, ticked: boolean): void =>
    set({ departments: ticked ? [...draft.departments, id] : draft.departments.filter((one) => one !== id) });
  return (
    <Box title={say("work.title")}>
      <fieldset class={shown.length > 6 ? "checks many" : "checks"} aria-describedby="departments-hint">
        <legend>{say("departments")}</legend>
        {shown.length === 0 && <p class="small mut">{say("departments.empty")}</p>}
        <div>
          {shown.map(({ id, name, closed_at }) => (
            <label key={id} class="check">
              <input
                type="checkbox"
                checked={draft.departments.includes(id)}
                onChange={(event) => tick(id, event.currentTarget.checked)}
              />
              <span dir="auto">{closed_at === null ? name : say("departments.closed", { name })}</span>
            </label>
          ))}
        </div>
        <p class="tiny" id="departments-hint">
          {say(`departments.hint.${draft.role}`)}
        </p>
        {wrong && (
          <p class="error" role="alert">
            {wrong}
          </p>
        )}
      </fieldset>
      <div class="fields">
        <Field label={say("capacity")} hint={say("capacity.hint")} error={sentence(error, "capacity")}>
          {(ids) => (
            <input
              {...ids}
              class="num"
              inputMode="numeric"
              value={draft.capacity}
              onInput={(event) => set({ capacity: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={say("tier")} hint={say("tier.hint")} error={sentence(error, "tier")}>
          {(ids) => (
            <select {...ids} value={draft.tier} onChange={(event) => set({ tier: Number(event.currentTarget.value) })}>
              <option value={1}>1</option>
              <option value={2}>2</option>
              <option value={3}>3</option>
            </select>
          )}
        </Field>
        {draft.role !== "agent" && (
          <label class="check whole">
            <input
              type="checkbox"
              checked={draft.weekly_report}
              onChange={(event) => set({ weekly_report: event.currentTarget.checked })}
            />
            <span>{say("weekly")}</span>
          </label>
        )}
      </div>
    </Box>
  );
}

export function PasswordBox({ draft, error, set }: Props) {
  return (
    <Box title={say("password.title")}>
      <Segments
        legend={say("password.how")}
        value={draft.sets_password}
        options={[
          [false, say("password.mail")],
          [true, say("password.set")],
        ]}
        pick={(sets_password) => set({ sets_password })}
      />
      {draft.sets_password ? (
        <div class="fields">
          <Field label={say("password")} hint={say("password.hint")} error={sentence(error, "password")}>
            {(ids) => (
              <input
                {...ids}
                type="text"
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                value={draft.password}
                onInput={(event) => set({ password: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
      ) : (
        <p class="small mut">{say("password.mail.note")}</p>
      )}
    </Box>
  );
}

export function RightsBox({ draft, error, set }: Props) {
  return (
    <Box title={say("rights.title")} about={say("rights.about")}>
      <div class="fields">
        <Field label={say("ends")} hint={say("ends.hint")} error={sentence(error, "ends_at")}>
          {(ids) => (
            <input
              {...ids}
              type="date"
              value={draft.last_day}
              onInput={(event) => set({ last_day: event.currentTarget.value })}
            />
          )}
        </Field>
        <div class="checks">
          <label class="check">
            <input
              type="checkbox"
              checked={draft.may_search}
              onChange={(event) => set({ may_search: event.currentTarget.checked })}
            />
            <span>{say("search.may")}</span>
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={draft.may_export}
              onChange={(event) => set({ may_export: event.currentTarget.checked })}
            />
            <span>{say("export.may")}</span>
          </label>
        </div>
      </div>
    </Box>
  );
}
