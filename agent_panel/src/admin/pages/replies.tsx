// Ready answers and scripts: all of them, one of them, a new one.
import { useState } from "preact/hooks";
import type { Ack, WireError } from "../../net/wire.ts";
import { Field } from "../../ui/parts/Field.tsx";
import { Icon } from "../../ui/parts/Icon.tsx";
import { Empty } from "../../ui/parts/states.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { Form, sentence, useForm } from "../parts/Form.tsx";
import { type AdminPage, Box, Head, Link, Show } from "../parts/Page.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import {
  addReply,
  changeReply,
  type Department,
  listDepartments,
  listReplies,
  type Reply,
  readReply,
  removeReply,
} from "../state/api.ts";
import { addressOf } from "../state/place.ts";
import { go, move, notice } from "../state/store.ts";
import words from "../words/replies.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "replies";
const FIELDS = ["shortcut", "title", "body", "department", "steps"];
const VARIABLES = ["{visitor.name}", "{agent.name}", "{department.name}", "{ticket.number}"];
const BACK = { page: KEY, title: say("title") };

interface Draft {
  shortcut: string;
  title: string;
  body: string;
  steps: string[];
  department: string | null;
}

const EMPTY: Draft = { shortcut: "", title: "", body: "", steps: [], department: null };

interface Both {
  replies: Reply[];
  departments: Department[];
}

function Replies({ id }: { id: string | null }) {
  if (id === "new") return <NewReply />;
  return id === null ? <All /> : <One key={id} id={id} />;
}

async function loadBoth(): Promise<Ack<Both>> {
  const [found, places] = await Promise.all([listReplies(), listDepartments()]);
  if (!found.ok) return found;
  return places.ok ? { ok: true, replies: found.replies, departments: places.departments } : places;
}

function All() {
  const [loaded, retry] = useLoad(KEY, loadBoth);
  return (
    <>
      <Head title={say("title")} about={say("about")}>
        <button type="button" onClick={() => go(KEY, "new")}>
          {say("add")}
        </button>
      </Head>
      <Show loaded={loaded} retry={retry}>
        {(both) =>
          both.replies.length === 0 ? <Empty title={say("none")}>{say("none_more")}</Empty> : <List {...both} />
        }
      </Show>
    </>
  );
}

function List({ replies, departments }: Both) {
  const [asked, setAsked] = useState("");
  const names = new Map(departments.map(({ id, name }) => [id, name]));
  const found = replies.filter(({ shortcut, title, body }) =>
    `/${shortcut} ${title} ${body}`.toLowerCase().includes(asked.trim().toLowerCase()),
  );
  const columns: Column<Reply>[] = [
    {
      name: say("column.shortcut"),
      cell: ({ id, shortcut, title }) => (
        <>
          <Link page={KEY} id={id}>
            /{shortcut}
          </Link>
          <span class="sub" dir="auto">
            {title}
          </span>
        </>
      ),
    },
    { name: say("column.text"), class: "wide-cell", cell: (reply) => <Text reply={reply} /> },
    {
      name: say("column.where"),
      cell: ({ department }) =>
        department === null ? say("where.all") : (names.get(department) ?? say("where.gone", { id: department })),
    },
  ];
  return (
    <Box title={say("title")} class="tight listed">
      <div class="table-tools">
        <input
          type="search"
          aria-label={say("search")}
          placeholder={say("search")}
          value={asked}
          onInput={(event) => setAsked(event.currentTarget.value)}
        />
      </div>
      {found.length === 0 ? (
        <Empty title={say("nothing")} />
      ) : (
        <Table caption={say("title")} columns={columns} rows={found} keyOf={({ id }) => id} />
      )}
    </Box>
  );
}

function Text({ reply: { body, steps } }: { reply: Reply }) {
  return (
    <>
      <span class="two-lines" dir="auto">
        {body}
      </span>
      {steps.length > 0 && <span class="sub">{say("steps.n", { n: steps.length + 1 })}</span>}
    </>
  );
}

function NewReply() {
  const [loaded, retry] = useLoad(KEY, listDepartments);
  return (
    <>
      <Head title={say("add.title")} back={BACK} />
      <Show loaded={loaded} retry={retry}>
        {({ departments }) => (
          <Editor
            version="new"
            initial={EMPTY}
            departments={departments}
            isNew
            save={(draft) => addReply({ ...draft })}
            done={({ shortcut }) => {
              move(addressOf(KEY));
              notice.value = say("added", { shortcut });
            }}
          />
        )}
      </Show>
    </>
  );
}

async function loadOne(id: string): Promise<Ack<{ reply: Reply; departments: Department[] }>> {
  const [found, places] = await Promise.all([readReply(id), listDepartments()]);
  if (!found.ok) return found;
  return places.ok ? { ok: true, reply: found.reply, departments: places.departments } : places;
}

function One({ id }: { id: string }) {
  const [loaded, again] = useLoad(`${KEY}/${id}`, () => loadOne(id));
  const title = loaded.state === "ready" ? `/${loaded.data.reply.shortcut}` : say("title");
  return (
    <>
      <Head title={title} back={BACK} />
      <Show loaded={loaded} retry={again}>
        {({ reply: { id: kept, version, ...draft }, departments }) => (
          <>
            <Editor
              version={`${kept} ${version}`}
              initial={draft}
              departments={departments}
              save={(changed) => changeReply(id, { ...changed, if_version: version })}
              done={(changed) => {
                // Its address is made of its shortcut and department.
                if (changed.id === id) again();
                else history.replaceState(null, "", addressOf(KEY, changed.id));
                if (changed.id !== id) dispatchEvent(new PopStateEvent("popstate"));
              }}
              reload={again}
            />
            <Removing id={id} shortcut={draft.shortcut} />
          </>
        )}
      </Show>
    </>
  );
}

interface EditorProps {
  version: string;
  initial: Draft;
  departments: readonly Department[];
  isNew?: boolean;
  save: (draft: Draft) => Promise<Ack<{ reply: Reply }>>;
  done: (reply: Reply) => void;
  reload?: () => void;
}

function Editor({ version, initial, departments, isNew = false, save, done, reload }: EditorProps) {
  const form = useForm(version, initial, save, ({ reply }) => done(reply));
  const { value: draft, error, set } = form;
  return (
    <Form
      form={form}
      fields={FIELDS}
      adding={isNew}
      {...(isNew ? { action: say("add.save"), onCancel: () => go(KEY) } : {})}
      {...(reload ? { onReload: reload } : {})}
    >
      <TextBox draft={draft} error={error} set={set} departments={departments} />
      <ScriptBox draft={draft} error={error} set={set} />
    </Form>
  );
}

interface BoxProps {
  draft: Draft;
  error: WireError | null;
  set: (change: Partial<Draft>) => void;
}

function TextBox({ draft, error, set, departments }: BoxProps & { departments: readonly Department[] }) {
  const shown = departments.filter(({ id, closed_at }) => closed_at === null || id === draft.department);
  return (
    <Box title={say("text.title")}>
      <div class="fields">
        <Field label={say("shortcut")} hint={say("shortcut.hint")} error={sentence(error, "shortcut")}>
          {(ids) => (
            <input
              {...ids}
              autocapitalize="none"
              spellcheck={false}
              maxLength={41}
              value={draft.shortcut}
              onInput={(event) => set({ shortcut: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label={say("heading")} hint={say("heading.hint")} error={sentence(error, "title")}>
          {(ids) => (
            <input
              {...ids}
              dir="auto"
              maxLength={200}
              value={draft.title}
              onInput={(event) => set({ title: event.currentTarget.value })}
            />
          )}
        </Field>
        <div class="whole">
          <Field
            label={say(draft.steps.length > 0 ? "body.script" : "body")}
            hint={`${say("body.hint")} ${VARIABLES.join(" ")}`}
            error={sentence(error, "body")}
          >
            {(ids) => (
              <textarea
                {...ids}
                dir="auto"
                rows={5}
                value={draft.body}
                onInput={(event) => set({ body: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
        <Field label={say("department")} hint={say("department.hint")} error={sentence(error, "department")}>
          {(ids) => (
            <select
              {...ids}
              value={draft.department ?? ""}
              onChange={(event) => set({ department: event.currentTarget.value || null })}
            >
              <option value="">{say("where.all")}</option>
              {shown.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </Box>
  );
}

function ScriptBox({ draft, error, set }: BoxProps) {
  const { steps } = draft;
  return (
    <Box title={say("script.title")} about={say("script.about")}>
      {steps.map((step, n) => (
        <div key={n} class="step">
          <Field label={say("step", { n: n + 2 })} error={sentence(error, `steps.${n}`)}>
            {(ids) => (
              <textarea
                {...ids}
                dir="auto"
                rows={3}
                value={step}
                onInput={(event) => {
                  const typed = event.currentTarget.value;
                  set({ steps: steps.map((one, other) => (other === n ? typed : one)) });
                }}
              />
            )}
          </Field>
          <button
            type="button"
            class="btn plain square"
            aria-label={say("step.remove", { n: n + 2 })}
            onClick={() => set({ steps: steps.filter((_, other) => other !== n) })}
          >
            <Icon name="hide" />
          </button>
        </div>
      ))}
      <button type="button" class="btn quiet small-btn" onClick={() => set({ steps: [...steps, ""] })}>
        <Icon name="plus" />
        {say("step.add")}
      </button>
      {error?.field === "steps" && <p class="error">{error.message}</p>}
    </Box>
  );
}

function Removing({ id, shortcut }: { id: string; shortcut: string }) {
  const [asks, setAsks] = useState(false);
  const remove = async (): Promise<Ack<object>> => {
    const reply = await removeReply(id);
    if (reply.ok) {
      move(addressOf(KEY));
      notice.value = say("removed", { shortcut });
    }
    return reply;
  };
  return (
    <div class="row-tools">
      <button type="button" class="btn quiet warn" onClick={() => setAsks(true)}>
        {say("remove")}
      </button>
      {asks && (
        <Confirm
          title={say("remove.ask", { shortcut })}
          action={say("remove")}
          grave
          onConfirm={remove}
          onClose={() => setAsks(false)}
        >
          <p>{say("remove.text")}</p>
        </Confirm>
      )}
    </div>
  );
}

export const replies: AdminPage = { key: KEY, title: say("title"), group: "desk", Page: Replies };
