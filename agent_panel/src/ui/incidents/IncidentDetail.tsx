// One incident: what was told of it, and for managers the next piece of news and the end.
import { useState } from "preact/hooks";
import { type IncidentDetail as Detail, readIncident, tellIncident } from "../../net/cases.ts";
import type { WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Dialog } from "../dialogs/Dialog.tsx";
import { Field, FormError } from "../parts/Field.tsx";
import { Icon } from "../parts/Icon.tsx";
import { When } from "../parts/marks.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { EditIncident } from "./EditIncident.tsx";
import { StateMark } from "./StateMark.tsx";

interface Telling {
  incident: Detail;
  told: (incident: Detail) => void;
}

function Body({
  label,
  value,
  set,
  hint,
}: {
  label: string;
  value: string;
  set: (text: string) => void;
  hint?: string;
}) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <textarea
          {...ids}
          dir="auto"
          rows={3}
          maxLength={8000}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Tell({ incident, told, end }: Telling & { end: () => void }) {
  const [body, setBody] = useState("");
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    const reply = await tellIncident(incident.id, "updates", body);
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (!reply.ok) return;
    setBody("");
    told(reply.incident);
  };
  return (
    <form
      class="case-box"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Body
        label={t("incidents.update")}
        value={body}
        set={setBody}
        hint={t("incidents.subscribers", { n: incident.subscribers })}
      />
      <FormError error={error} fields={[]} />
      <div class="case-acts">
        <button type="submit" class="btn" disabled={busy || !body.trim()}>
          {t("incidents.tell")}
        </button>
        <button type="button" class="btn quiet" onClick={end}>
          {t("incidents.end")}
        </button>
      </div>
    </form>
  );
}

function End({ incident, told, close }: Telling & { close: () => void }) {
  const [body, setBody] = useState("");
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    const reply = await tellIncident(incident.id, "end", body);
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (!reply.ok) return;
    told(reply.incident);
    close();
  };
  return (
    <Dialog title={t("incidents.end_title")} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div class="dialog-body">
          <p>{t("incidents.end_mails", { n: incident.subscribers })}</p>
          <Body label={t("incidents.end_body")} value={body} set={setBody} />
          <FormError error={error} fields={[]} />
        </div>
        <div class="dialog-foot">
          <button type="submit" class="btn" disabled={busy || !body.trim()}>
            {t("incidents.end_now")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Facts({ incident }: { incident: Detail }) {
  const until = incident.ended_at ?? incident.ends_at;
  return (
    <p class="case-facts small">
      <StateMark incident={incident} />
      <span>{t(`incidents.kind.${incident.kind}`)}</span>
      {incident.service && <span dir="auto">{incident.service}</span>}
      {incident.departments.length > 0 && <span>{incident.departments.map(({ name }) => name).join(", ")}</span>}
      <span class="mut">
        {t("incidents.since", { when: promise(incident.starts_at, now.value) })}
        {until && ` ${t("incidents.until", { when: promise(until, now.value) })}`}
      </span>
      <a href={incident.url} target="_blank" rel="noreferrer">
        {t("incidents.page")}
      </a>
    </p>
  );
}

function News({ incident }: { incident: Detail }) {
  if (incident.updates.length === 0) return <p class="small mut">{t("incidents.no_news")}</p>;
  return (
    <ol class="case-news">
      {incident.updates.toReversed().map((update) => (
        <li key={update.number}>
          <p class="small mut">
            <When at={update.at} /> {update.by.name}
            {update.over && ` · ${t("incidents.state.over")}`}
          </p>
          <p class="case-text" dir="auto">
            {update.body || t("incidents.ended_itself")}
          </p>
        </li>
      ))}
    </ol>
  );
}

interface Props {
  id: string;
  manages: boolean;
  onChange: () => void;
}

export function IncidentDetail({ id, manages, onChange }: Props) {
  const [loaded, again, put] = useLoad<{ incident: Detail }>(id, () => readIncident(id));
  const [ending, setEnding] = useState(false);
  const [editing, setEditing] = useState(false);
  if (loaded.state !== "ready") {
    return (
      <section class="page-detail" aria-label={t("incidents.kind.incident")}>
        {loaded.state === "failed" ? <Problem error={loaded.error} retry={again} /> : <Loading lines={6} />}
      </section>
    );
  }
  const { incident } = loaded.data;
  const told = (next: Detail): void => {
    put({ incident: next });
    onChange();
  };
  const end = (): void => {
    again(); // how many are mailed is said as of now
    setEnding(true);
  };
  const goesOn = manages && incident.ended_at === null;
  return (
    <section class="page-detail" aria-label={incident.title}>
      <div class="page-column">
        <header class="case-head">
          <a
            class="btn plain square back"
            href={hrefOf({ page: "incidents", incident: null })}
            aria-label={t("incidents.back")}
          >
            <Icon name="back" />
          </a>
          <h2 dir="auto">{incident.title}</h2>
          {goesOn && (
            <button type="button" class="btn quiet case-act" onClick={() => setEditing(true)}>
              {t("incidents.change")}
            </button>
          )}
        </header>
        <Facts incident={incident} />
        <p class="case-text case-box" dir="auto">
          {incident.body}
        </p>
        {goesOn && <Tell incident={incident} told={told} end={end} />}
        <News incident={incident} />
      </div>
      {editing && <EditIncident incident={incident} told={told} close={() => setEditing(false)} />}
      {ending && <End incident={incident} told={told} close={() => setEnding(false)} />}
    </section>
  );
}
