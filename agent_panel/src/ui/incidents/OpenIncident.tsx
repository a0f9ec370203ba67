// Tell everybody that something is down, or that work is planned.
import { useState } from "preact/hooks";
import { departments } from "../../net/api.ts";
import { type IncidentOrder, openIncident } from "../../net/cases.ts";
import type { WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t } from "../../words/words.ts";
import { Dialog } from "../dialogs/Dialog.tsx";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { useLoad } from "../parts/useLoad.ts";

const FIELDS = ["title", "body", "service", "departments", "starts_at", "ends_at"];

/** What a `datetime-local` holds, in the browser's zone, as a moment of the wire. */
const instant = (local: string): string | null => (local ? new Date(local).toISOString() : null);

interface FormProps {
  order: IncidentOrder;
  set: (part: Partial<IncidentOrder>) => void;
  error: WireError | null;
}

function Kind({ order, set }: FormProps) {
  return (
    <fieldset class="tabs">
      <legend class="sr">{t("incidents.kind")}</legend>
      {(["incident", "planned"] as const).map((kind) => (
        <label key={kind}>
          <input
            type="radio"
            name="incident-kind"
            checked={order.kind === kind}
            onChange={() => set({ kind, starts_at: null, ends_at: null })}
          />
          <span>{t(`incidents.kind.${kind}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Words({ order, set, error }: FormProps) {
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

function Times({ set, error }: FormProps) {
  return (
    <div class="two">
      {(["starts_at", "ends_at"] as const).map((field) => (
        <Field key={field} label={t(`incidents.${field}`)} error={errorOf(error, field)}>
          {(ids) => (
            <input
              {...ids}
              type="datetime-local"
              required={field === "starts_at"}
              onInput={(event) => set({ [field]: instant(event.currentTarget.value) })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

function Departments({ order, set }: FormProps) {
  const [loaded] = useLoad("departments", departments);
  if (loaded.state !== "ready" || loaded.data.departments.length < 2) return null;
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
    </fieldset>
  );
}

export function OpenIncident({ close }: { close: () => void }) {
  const [order, setOrder] = useState<IncidentOrder>(() => ({
    title: "",
    body: "",
    kind: "incident",
    service: null,
    departments: [],
    starts_at: null,
    ends_at: null,
    client_id: crypto.randomUUID(),
  }));
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const props: FormProps = { order, set: (part) => setOrder((was) => ({ ...was, ...part })), error };
  const send = async (): Promise<void> => {
    setBusy(true);
    const reply = await openIncident(order);
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    location.hash = hrefOf({ page: "incidents", incident: reply.incident.id });
    close();
  };
  return (
    <Dialog title={t("incidents.new")} wide onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div class="dialog-body">
          <Kind {...props} />
          <Words {...props} />
          {order.kind === "planned" && <Times key={order.kind} {...props} />}
          <Departments {...props} />
          <FormError error={error} fields={FIELDS} />
        </div>
        <div class="dialog-foot">
          <button type="submit" class="btn" disabled={busy || !order.title.trim() || !order.body.trim()}>
            {t("incidents.open")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
