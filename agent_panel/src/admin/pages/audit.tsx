// The audit log: who did what, asked for by person, kind, thing and day.
import { useState } from "preact/hooks";
import type { Ack } from "../../net/wire.ts";
import { Field } from "../../ui/parts/Field.tsx";
import { Empty } from "../../ui/parts/states.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import {
  AREAS,
  type Asked,
  type Entry,
  EVERYTHING,
  listEntries,
  listPeople,
  momentOf,
  sentenceOf,
  subjectOf,
  toldOf,
} from "../audit/entries.ts";
import { Choice } from "../parts/Choice.tsx";
import { type AdminPage, Box, Head, Show } from "../parts/Page.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { session } from "../state/store.ts";
import "../styles/audit.css";
import words from "../words/audit.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "audit";

interface Page {
  entries: Entry[];
  next: string | null;
}

function Audit() {
  const [asked, setAsked] = useState<Asked>(EVERYTHING);
  const set = (change: Partial<Asked>): void => setAsked((before) => ({ ...before, ...change }));
  const key = JSON.stringify(asked);
  const [loaded, retry] = useLoad(key, () => listEntries(asked, null));
  const isAll = key === JSON.stringify(EVERYTHING);
  return (
    <>
      <Head title={say("title")} about={say("about")} />
      <Filters asked={asked} set={set} clear={isAll ? null : () => setAsked(EVERYTHING)} />
      <Show loaded={loaded} retry={retry}>
        {(page) =>
          page.entries.length === 0 ? (
            <Empty title={say(isAll ? "none" : "nothing")}>{say(isAll ? "none_more" : "nothing_more")}</Empty>
          ) : (
            <Entries key={`${key} ${page.entries[0]?.n}`} first={page} asked={asked} set={set} />
          )
        }
      </Show>
      <p class="tiny">{say("verify")}</p>
    </>
  );
}

interface FiltersProps {
  asked: Asked;
  set: (change: Partial<Asked>) => void;
  clear: (() => void) | null;
}

const one = ({ id, name }: { id: string; name: string }): [string, string] => [`agent:${id}`, name];

function Filters({ asked, set, clear }: FiltersProps) {
  const [people] = useLoad("people", listPeople);
  const tools = clear && (
    <button type="button" class="btn quiet small-btn" onClick={clear}>
      {say("clear")}
    </button>
  );
  return (
    <Box title={say("filters")} tools={tools}>
      <div class="fields">
        <Choice
          label={say("filter.actor")}
          value={asked.actor}
          options={[
            ["", say("anybody")],
            ...(people.state === "ready" ? people.data.users : []).map(one),
            ["command", say("who.command")],
            ["system", say("who.system")],
            ["token", say("who.tokens")],
            ["visitor", say("who.visitors")],
          ]}
          set={(actor) => set({ actor })}
        />
        <Choice
          label={say("filter.action")}
          value={asked.action}
          options={[["", say("all")], ...AREAS.map((area): [string, string] => [area, say(`area.${area}`)])]}
          set={(action) => set({ action })}
        />
        <Day label={say("filter.from")} value={asked.from} onChange={(from) => set({ from })} />
        <Day label={say("filter.to")} value={asked.to} onChange={(to) => set({ to })} />
        <div class="whole">
          <Field label={say("filter.subject")} hint={say("filter.subject.hint")}>
            {(ids) => (
              <input
                {...ids}
                spellcheck={false}
                autocapitalize="none"
                maxLength={200}
                value={asked.subject}
                onChange={(event) => set({ subject: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
      </div>
    </Box>
  );
}

function Day({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <Field label={label}>
      {(ids) => <input {...ids} type="date" value={value} onChange={(event) => onChange(event.currentTarget.value)} />}
    </Field>
  );
}

interface EntriesProps {
  first: Page;
  asked: Asked;
  set: (change: Partial<Asked>) => void;
}

/** The first page, and the older ones that were asked for. */
function Entries({ first, asked, set }: EntriesProps) {
  const [older, setOlder] = useState<Page>({ entries: [], next: first.next });
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const more = async (): Promise<void> => {
    setBusy(true);
    const reply: Ack<Page> = await listEntries(asked, older.next);
    setBusy(false);
    setFailed(reply.ok ? null : reply.error.message);
    if (reply.ok) setOlder((before) => ({ entries: [...before.entries, ...reply.entries], next: reply.next }));
  };
  const rows = [...first.entries, ...older.entries];
  return (
    <Box title={say("entries")} class="tight listed">
      <Table caption={say("entries")} columns={columnsOf(set)} rows={rows} keyOf={({ n }) => String(n)} />
      <div class="table-tools audit-more">
        {failed && (
          <p class="error" role="alert">
            {failed}
          </p>
        )}
        {older.next === null ? (
          <p class="small mut">{say("end")}</p>
        ) : (
          <button type="button" class="btn quiet" disabled={busy} onClick={() => void more()}>
            {say(busy ? "older.busy" : "older")}
          </button>
        )}
      </div>
    </Box>
  );
}

function columnsOf(set: (change: Partial<Asked>) => void): Column<Entry>[] {
  const current = session.value;
  const zone = current.state === "ready" ? current.desk.tz : "UTC";
  return [
    {
      name: say("column.what"),
      class: "wide-cell",
      cell: (entry) => (
        <>
          <span dir="auto" class="audit-did">
            {sentenceOf(entry)}
          </span>
          <Details entry={entry} zone={zone} />
        </>
      ),
    },
    {
      name: say("column.when"),
      cell: ({ at, n }) => (
        <>
          <time dateTime={at}>{momentOf(at, zone)}</time>
          <span class="sub">{say("number", { n })}</span>
        </>
      ),
    },
    {
      name: say("column.about"),
      cell: (entry) => (
        <>
          <span dir="auto">{subjectOf(entry)}</span>
          <button
            type="button"
            class="linkish sub"
            aria-label={say("only.of", { what: subjectOf(entry) })}
            onClick={() => set({ subject: entry.subject })}
          >
            {say("only")}
          </button>
        </>
      ),
    },
  ];
}

function Details({ entry, zone }: { entry: Entry; zone: string }) {
  const told = toldOf(entry, zone);
  if (told.length === 0) return null;
  return (
    <details class="audit-details">
      <summary aria-label={say("details.of", { n: entry.n })}>{say("details")}</summary>
      <dl>
        {told.map(({ name, before, after }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">
              {after}
              {before !== null && <span class="mut"> ({say("was", { before })})</span>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export const audit: AdminPage = { key: KEY, title: say("title"), group: "duties", Page: Audit };
