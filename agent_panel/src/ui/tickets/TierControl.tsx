// The ticket's tier: one click up, one click back down with the solution, or a note where there is none yet.
import { useState } from "preact/hooks";
import { changeTicket, returnTicket } from "../../net/api.ts";
import type { Ack, Ticket, WireError } from "../../net/wire.ts";
import { now, tell } from "../../state/store.ts";
import { exact, promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { Icon } from "../parts/Icon.tsx";

const TOP_TIER = 3;

interface TierProps {
  ticket: Ticket;
  changed: (ticket: Ticket) => void;
}

function ReturnForm({
  busy,
  error,
  give,
  cancel,
}: {
  busy: boolean;
  error: WireError | null;
  give: (note: string) => void;
  cancel: () => void;
}) {
  const [note, setNote] = useState("");
  return (
    <form
      class="return-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        give(note.trim());
      }}
    >
      <Field label={t("tier.note")} hint={t("tier.note_hint")} error={errorOf(error, "note")}>
        {(ids) => (
          <textarea {...ids} rows={3} dir="auto" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        )}
      </Field>
      <div class="pair-buttons">
        <button type="button" class="btn quiet small-btn" onClick={cancel}>
          {t("cancel")}
        </button>
        <button type="submit" class="small-btn" disabled={busy || note.trim() === ""}>
          {t("tier.return")}
        </button>
      </div>
    </form>
  );
}

export function TierControl({ ticket, changed }: TierProps) {
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const { number, tier, escalates_at } = ticket;
  const solution = ticket.solution ?? ticket.earlier_solution;

  const act = async (order: Promise<Ack<{ ticket: Ticket }>>, done: string): Promise<void> => {
    setBusy(true);
    const reply = await order;
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (!reply.ok) return;
    setAsking(false);
    tell(done);
    changed(reply.ticket);
  };
  const give = (note: string | null) => act(returnTicket(number, note), t("tier.returned"));

  return (
    <div class="tier">
      <span class="tier-now">{t("tickets.tier", { tier })}</span>
      {tier < TOP_TIER && (
        <button
          type="button"
          class="btn quiet small-btn"
          disabled={busy}
          title={t("tier.escalate_means")}
          onClick={() => void act(changeTicket(number, { tier: tier + 1 }), t("tier.escalated", { tier: tier + 1 }))}
        >
          <Icon name="up" />
          {t("tier.escalate", { tier: tier + 1 })}
        </button>
      )}
      {tier > 1 && !asking && (
        <button
          type="button"
          class="btn quiet small-btn"
          disabled={busy}
          title={solution ? t("tier.return_means") : undefined}
          onClick={() => (solution ? void give(null) : setAsking(true))}
        >
          <Icon name="returned" />
          {t("tier.return")}
        </button>
      )}
      {escalates_at && tier < TOP_TIER && (
        <span class="tiny block" title={exact(escalates_at)}>
          {t("tier.by_itself", { tier: tier + 1, when: promise(escalates_at, now.value) })}
        </span>
      )}
      {asking && (
        <ReturnForm busy={busy} error={error} give={(note) => void give(note)} cancel={() => setAsking(false)} />
      )}
      <FormError error={error} fields={asking ? ["note"] : []} />
    </div>
  );
}
