import { useState } from "preact/hooks";
import type { Ack, Colleague, Ticket, WireError } from "../../net/wire.ts";
import { agent } from "../../state/store.ts";
import { t } from "../../words/words.ts";

interface AssigneePickerProps {
  ticket: Ticket;
  people: Colleague[];
  set: (assignee: string | null) => Promise<Ack<object>>;
}

export function AssigneePicker({ ticket, people, set }: AssigneePickerProps) {
  const [error, setError] = useState<WireError | null>(null);
  const known = [...people];
  for (const extra of [agent.value, ticket.assignee]) {
    if (extra && !known.some((person) => person.id === extra.id)) known.push({ ...extra, departments: [] });
  }
  const save = async (id: string | null): Promise<void> => {
    const reply = await set(id);
    setError(reply.ok ? null : reply.error);
  };
  return (
    <span class="assignee">
      <select
        class="bare"
        aria-label={t("tickets.assignee")}
        value={ticket.assignee?.id ?? ""}
        onChange={(event) => void save(event.currentTarget.value || null)}
      >
        <option value="">{t("tickets.nobody")}</option>
        {known.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
          </option>
        ))}
      </select>
      {agent.value && ticket.assignee?.id !== agent.value.id && (
        <button type="button" class="btn quiet small-btn" onClick={() => void save(agent.value?.id ?? null)}>
          {t("tickets.take")}
        </button>
      )}
      {error && (
        <span class="error block" role="alert">
          {error.message}
        </span>
      )}
    </span>
  );
}
