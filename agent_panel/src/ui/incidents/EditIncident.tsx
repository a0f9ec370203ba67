// Put right what was said of an incident: its words, whom it concerns, its times. Nobody is mailed; widgets and the
// public page show it at once.
import { useState } from "preact/hooks";
import { changeIncident, type IncidentDetail, type IncidentOrder } from "../../net/cases.ts";
import type { WireError } from "../../net/wire.ts";
import { changesOf } from "../../state/incidentEdit.ts";
import { tell } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Dialog } from "../dialogs/Dialog.tsx";
import { FormError } from "../parts/Field.tsx";
import { Departments, FIELDS, type FormProps, Times, Words } from "./fields.tsx";

interface Props {
  incident: IncidentDetail;
  told: (incident: IncidentDetail) => void;
  close: () => void;
}

export function EditIncident({ incident, told, close }: Props) {
  // As it was when the form was opened: what another manager changes meanwhile is no change of this one's.
  const [was] = useState(incident);
  const [order, setOrder] = useState<IncidentOrder>(() => ({
    title: was.title,
    body: was.body,
    kind: was.kind,
    service: was.service,
    departments: was.departments.map(({ id }) => id),
    starts_at: was.starts_at,
    ends_at: was.ends_at,
    client_id: "",
  }));
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const props: FormProps = { order, set: (part) => setOrder((was) => ({ ...was, ...part })), error };
  const changes = changesOf(was, order);
  const save = async (): Promise<void> => {
    setBusy(true);
    const reply = await changeIncident(was.id, changes);
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    told(reply.incident);
    tell(t("incidents.changed"));
    close();
  };
  return (
    <Dialog title={t("incidents.change_title")} wide onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="dialog-body">
          <p class="small mut">{t("incidents.change_hint")}</p>
          <Words {...props} />
          <Times {...props} />
          <Departments {...props} />
          <FormError error={error} fields={FIELDS} />
        </div>
        <div class="dialog-foot">
          <button
            type="submit"
            class="btn"
            disabled={busy || !order.title.trim() || !order.body.trim() || Object.keys(changes).length === 0}
          >
            {t("incidents.change_save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
