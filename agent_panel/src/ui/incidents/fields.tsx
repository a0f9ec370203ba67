// What a manager says of an incident: the fields of opening one and of changing one.
import { useState } from "preact/hooks";
import { departments } from "../../net/api.ts";
import type { IncidentOrder } from "../../net/cases.ts";
import type { WireError } from "../../net/wire.ts";
import { instant, localOf } from "../../state/localTime.ts";
import { t } from "../../words/words.ts";
import { errorOf, Field } from "../parts/Field.tsx";
import { useLoad } from "../parts/useLoad.ts";

export const FIELDS = ["title", "body", "service", "departments", "starts_at", "ends_at"];

export interface FormProps {
  order: IncidentOrder;
  set: (part: Partial<IncidentOrder>) => void;
  error: WireError | null;
}

export function Words({ order, set, error }: FormProps) {
  return (
    <>
      <Field label={t("incidents.title")} error={errorOf(error, "title")}>
        {(ids) => (
          <input
            {...ids}
            dir="auto"
            maxLength={200}
            value={order.title}
            onInput={(event) => set({ title: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={t("incidents.body")} hint={t("incidents.body_hint")} error={errorOf(error, "body")}>
        {(ids) => (
          <textarea
            {...ids}
            dir="auto"
            rows={4}
            maxLength={8000}
            value={order.body}
            onInput={(event) => set({ body: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={t("incidents.service")} error={errorOf(error, "service")}>
        {(ids) => (
          <input
            {...ids}
            dir="auto"
            maxLength={200}
            value={order.service ?? ""}
            onInput={(event) => set({ service: event.currentTarget.value || null })}
          />
        )}
      </Field>
    </>
  );
}

/** Only planned work has an end that is known before; an incident has begun. */
export function Times({ order, set, error }: FormProps) {
  const fields = order.kind === "planned" ? (["starts_at", "ends_at"] as const) : (["starts_at"] as const);
  return (
    <div class="two">
      {fields.map((field) => (
        <Field key={field} label={t(`incidents.${field}`)} error={errorOf(error, field)}>
          {(ids) => (
            <input
              {...ids}
              type="datetime-local"
              required={field === "starts_at"}
              defaultValue={localOf(order[field])}
              onInput={(event) => set({ [field]: instant(event.currentTarget.value) })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

export function Departments({ order, set, error }: FormProps) {
  const [loaded] = useLoad("departments", departments);
  const [narrowed] = useState(order.departments.length > 0);
  if (loaded.state !== "ready") return null;
  // With a single department there is nothing to choose, but what was chosen can be taken back.
  if (loaded.data.departments.length < 2 && !narrowed) return null;
  const toggle = (id: string, on: boolean): void =>
    set({ departments: on ? [...order.departments, id] : order.departments.filter((other) => other !== id) });
  return (
    <fieldset class="case-checks">
      <legend>{t("incidents.departments")}</legend>
      {loaded.data.departments.map(({ id, name }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={order.departments.includes(id)}
            onChange={(event) => toggle(id, event.currentTarget.checked)}
          />
          <span dir="auto">{name}</span>
        </label>
      ))}
      {errorOf(error, "departments") && <p class="error">{errorOf(error, "departments")}</p>}
    </fieldset>
  );
}
