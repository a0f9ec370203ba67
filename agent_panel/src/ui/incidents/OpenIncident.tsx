// Tell everybody that something is down, or that work is planned.
import { useState } from "preact/hooks";
import { type IncidentOrder, openIncident } from "../../net/cases.ts";
import type { WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t } from "../../words/words.ts";
import { Dialog } from "../dialogs/Dialog.tsx";
import { FormError } from "../parts/Field.tsx";
import { Departments, FIELDS, type FormProps, Times, Words } from "./fields.tsx";

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
