// Handing a chat on: to a colleague who is there, or to a department's line; with a note for whoever gets it.
import { useState } from "preact/hooks";
import { agents, departments } from "../../net/api.ts";
import { transfer } from "../../net/orders.ts";
import type { Ack, Chat, Colleague, DepartmentInfo, TeamEntry, WireError } from "../../net/wire.ts";
import { agent, desk, tell } from "../../state/store.ts";
import { visitorName } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { Dialog } from "./Dialog.tsx";

type Target = { kind: "agent" | "department"; id: string; name: string };

async function targets(): Promise<Ack<{ agents: Colleague[]; departments: DepartmentInfo[] }>> {
  const [people, rooms] = await Promise.all([agents(), departments()]);
  if (!people.ok) return people;
  if (!rooms.ok) return rooms;
  return { ok: true, agents: people.agents, departments: rooms.departments };
}

function presenceOf(id: string): TeamEntry | undefined {
  return desk.value.team.find((entry) => entry.agent.id === id);
}

function Presence({ entry }: { entry: TeamEntry | undefined }) {
  if (!entry) return <span class="tiny">{t("transfer.unknown")}</span>;
  if (entry.status !== "online") return <span class="tiny">{t(`team.${entry.status}`)}</span>;
  const full = entry.load >= entry.capacity;
  return (
    <span class={`light num ${full ? "a" : "g"}`}>
      {t(full ? "transfer.full" : "transfer.free", { load: entry.load, capacity: entry.capacity })}
    </span>
  );
}

interface ChoiceProps {
  options: Target[];
  legend: string;
  chosen: Target | null;
  choose: (target: Target) => void;
}

function Choice({ options, legend, chosen, choose }: ChoiceProps) {
  if (options.length === 0) return null;
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.id} class="choice">
          <input
            type="radio"
            name="target"
            checked={chosen?.kind === option.kind && chosen.id === option.id}
            onChange={() => choose(option)}
          />
          <span class="clip" dir="auto">
            {option.name}
          </span>
          {option.kind === "agent" && <Presence entry={presenceOf(option.id)} />}
        </label>
      ))}
    </fieldset>
  );
}

/** Those who are there first; then whoever can be given a chat at all. */
function people(found: Colleague[]): Target[] {
  const rank = (id: string): number => ({ online: 0, away: 1, offline: 2 })[presenceOf(id)?.status ?? "offline"];
  return found
    .filter((colleague) => colleague.id !== agent.value?.id)
    .sort((a, b) => rank(a.id) - rank(b.id) || a.name.localeCompare(b.name))
    .map(({ id, name }) => ({ kind: "agent", id, name }));
}

export function Transfer({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [loaded] = useLoad(chat.id, targets);
  const [chosen, choose] = useState<Target | null>(null);
  const [note, setNote] = useState("");
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const colleagues =
    loaded.state === "ready" ? loaded.data.agents : desk.value.team.map((e) => ({ ...e.agent, departments: [] }));
  const rooms = loaded.state === "ready" ? loaded.data.departments : (agent.value?.departments ?? []);
  const mayForce = error?.code === "conflict" && chosen?.kind === "agent" && agent.value?.role !== "agent";

  const go = async (force: boolean): Promise<void> => {
    if (!chosen) return;
    setBusy(true);
    const target = chosen.kind === "agent" ? { agent: chosen.id } : { department: chosen.id };
    const trimmed = note.trim();
    const order = { chat_id: chat.id, ...target, ...(trimmed ? { note: trimmed } : {}), ...(force ? { force } : {}) };
    const reply = await transfer(order);
    setBusy(false);
    if (!reply.ok) return setError(reply.error);
    tell(t("transfer.done", { who: visitorName(chat.visitor), target: chosen.name }));
    onClose();
  };

  return (
    <Dialog title={t("transfer.title", { who: visitorName(chat.visitor) })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go(false);
        }}
      >
        <div class="dialog-body">
          <Choice options={people(colleagues)} legend={t("transfer.to_agent")} chosen={chosen} choose={choose} />
          <Choice
            options={rooms.map(({ id, name }) => ({ kind: "department", id, name }))}
            legend={t("transfer.to_department")}
            chosen={chosen}
            choose={choose}
          />
          {errorOf(error, "agent", "department") && (
            <p class="error" role="alert">
              {error?.message}
            </p>
          )}
          <Field label={t("transfer.note")} hint={t("transfer.note_hint")} error={errorOf(error, "note")}>
            {(ids) => (
              <textarea {...ids} rows={3} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
            )}
          </Field>
          <FormError error={error} fields={["note", "agent", "department"]} />
          {error?.code === "conflict" && !mayForce && <p class="small mut">{t("transfer.full_remedy")}</p>}
        </div>
        <footer class="dialog-foot">
          <button type="button" class="btn quiet" onClick={onClose}>
            {t("cancel")}
          </button>
          {mayForce && (
            <button type="button" class="btn soft" onClick={() => void go(true)}>
              {t("transfer.force")}
            </button>
          )}
          <button type="submit" disabled={!chosen || busy}>
            {t("pane.transfer")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
