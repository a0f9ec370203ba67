// Departments: all of them, one of them, a new one.
import { useState } from "preact/hooks";
import type { Ack } from "../../net/wire.ts";
import { Empty } from "../../ui/parts/states.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { bodyOf, type Draft, draftOf, emptyDraft } from "../departments/draft.ts";
import { GeneralBox, TargetsBox } from "../departments/fields.tsx";
import { HolidaysBox, WeekBox } from "../departments/hours.tsx";
import { Confirm } from "../parts/Confirm.tsx";
import { Form, useForm } from "../parts/Form.tsx";
import { type AdminPage, Box, Head, Link, Show } from "../parts/Page.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import {
  addDepartment,
  changeDepartment,
  type Defaults,
  type Department,
  listDepartments,
  orderDepartment,
  readDepartment,
} from "../state/api.ts";
import { addressOf } from "../state/place.ts";
import { go, move, notice } from "../state/store.ts";
import { runs } from "../state/week.ts";
import words from "../words/departments.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "departments";
const SEARCH_FROM = 9;
const FIELDS = ["name", "id", "tz", "topics", "hours", "holidays", "tiers"].concat([
  "service_target_s",
  "first_news_s",
  "escalate_after_s",
]);

function Departments({ id }: { id: string | null }) {
  if (id === "new") return <NewDepartment />;
  return id === null ? <All /> : <One key={id} id={id} />;
}

function All() {
  const [loaded, retry] = useLoad(KEY, listDepartments);
  return (
    <>
      <Head title={say("title")} about={say("about")}>
        <button type="button" onClick={() => go(KEY, "new")}>
          {say("add")}
        </button>
      </Head>
      <Show loaded={loaded} retry={retry}>
        {({ departments }) =>
          departments.length === 0 ? <Empty title={say("none")}>{say("none_more")}</Empty> : <List all={departments} />
        }
      </Show>
    </>
  );
}

const COLUMNS: readonly Column<Department>[] = [
  {
    name: say("column.name"),
    cell: (department) => (
      <>
        <Link page={KEY} id={department.id}>
          <span dir="auto">{department.name}</span>
        </Link>
        <span class="sub">{department.id}</span>
      </>
    ),
  },
  { name: say("column.hours"), cell: (department) => <Hours department={department} /> },
  {
    name: say("column.people"),
    class: "nowrap",
    cell: ({ agents }) => (agents === 0 ? say("people.none") : say("people.n", { n: agents })),
  },
  { name: say("column.state"), cell: (department) => <State department={department} /> },
];

function List({ all }: { all: Department[] }) {
  const [asked, setAsked] = useState("");
  const found = all.filter(({ name, id }) => `${name} ${id}`.toLowerCase().includes(asked.trim().toLowerCase()));
  return (
    <Box title={say("title")} class="tight listed">
      {all.length >= SEARCH_FROM && (
        <div class="table-tools">
          <input
            type="search"
            aria-label={say("search")}
            placeholder={say("search")}
            value={asked}
            onInput={(event) => setAsked(event.currentTarget.value)}
          />
        </div>
      )}
      {found.length === 0 ? (
        <Empty title={say("nothing")} />
      ) : (
        <Table
          caption={say("title")}
          columns={COLUMNS}
          rows={found}
          keyOf={({ id }) => id}
          faded={({ closed_at }) => closed_at !== null}
        />
      )}
    </Box>
  );
}

function Hours({ department: { hours, tz } }: { department: Department }) {
  if (hours === null) return <>{say("hours.none")}</>;
  return (
    <>
      {runs(hours).map(({ first, last, times }) => (
        <span key={first} class="hours-line num">
          <span class="mut">
            {say(`short.${first}`)}
            {first !== last && `–${say(`short.${last}`)}`}
          </span>{" "}
          {times.join(", ")}
        </span>
      ))}
      <span class="sub">{tz}</span>
    </>
  );
}

function State({ department }: { department: Department }) {
  if (department.closed_at !== null) return <span class="light r">{say("state.closed")}</span>;
  return department.open ? (
    <span class="light g">{say("state.open")}</span>
  ) : (
    <span class="light a">{say("state.shut")}</span>
  );
}

const BACK = { page: KEY, title: say("title") };

function NewDepartment() {
  const [loaded, retry] = useLoad(KEY, listDepartments);
  return (
    <>
      <Head title={say("add.title")} back={BACK} />
      <Show loaded={loaded} retry={retry}>
        {({ defaults }) => (
          <Editor
            version="new"
            initial={emptyDraft(defaults.tz)}
            defaults={defaults}
            isNew
            save={(draft) => addDepartment({ ...bodyOf(draft), id: draft.id.trim() || null })}
            done={({ name }) => {
              move(addressOf(KEY));
              notice.value = say("added", { name });
            }}
          />
        )}
      </Show>
    </>
  );
}

function One({ id }: { id: string }) {
  const [loaded, again, put] = useLoad(`${KEY}/${id}`, () => readDepartment(id));
  const title = loaded.state === "ready" ? loaded.data.department.name : say("title");
  return (
    <>
      <Head title={title} back={BACK} />
      <Show loaded={loaded} retry={again}>
        {({ department, defaults }) => {
          const taken = (changed: Department): void => put({ department: changed, defaults });
          if (department.closed_at !== null) return <Closed department={department} done={taken} />;
          return (
            <>
              <Editor
                version={`${department.id} ${department.version}`}
                initial={draftOf(department, defaults)}
                defaults={defaults}
                save={(draft) => changeDepartment(id, { ...bodyOf(draft), if_version: department.version })}
                done={taken}
                reload={again}
              />
              <Closing department={department} done={taken} />
            </>
          );
        }}
      </Show>
    </>
  );
}

interface EditorProps {
  version: string;
  initial: Draft;
  defaults: Defaults;
  isNew?: boolean;
  save: (draft: Draft) => Promise<Ack<{ department: Department }>>;
  done: (department: Department) => void;
  reload?: () => void;
}

function Editor({ version, initial, defaults, isNew = false, save, done, reload }: EditorProps) {
  const form = useForm(version, initial, save, ({ department }) => done(department));
  const { value: draft, error, set } = form;
  return (
    <Form
      form={form}
      fields={FIELDS}
      adding={isNew}
      {...(isNew ? { action: say("add.save"), onCancel: () => go(KEY) } : {})}
      {...(reload ? { onReload: reload } : {})}
    >
      <GeneralBox draft={draft} error={error} set={set} isNew={isNew} />
      <WeekBox always={draft.always} week={draft.week} error={error} set={set} />
      <HolidaysBox holidays={draft.holidays} error={error} set={(holidays) => set({ holidays })} />
      <TargetsBox draft={draft} error={error} set={set} defaults={defaults} />
    </Form>
  );
}

interface OrderProps {
  department: Department;
  done: (department: Department) => void;
}

function Closing({ department, done }: OrderProps) {
  const [asks, setAsks] = useState(false);
  const close = async (): Promise<Ack<object>> => {
    const reply = await orderDepartment(department.id, "close");
    if (reply.ok) done(reply.department);
    return reply;
  };
  return (
    <Box title={say("close.title")} about={say("close.about")}>
      <button type="button" class="btn quiet warn" onClick={() => setAsks(true)}>
        {say("close")}
      </button>
      {asks && (
        <Confirm
          title={say("close.ask", { name: department.name })}
          action={say("close")}
          grave
          onConfirm={close}
          onClose={() => setAsks(false)}
        >
          <p>{say("close.text")}</p>
        </Confirm>
      )}
    </Box>
  );
}

function Closed({ department, done }: OrderProps) {
  const reopen = async (): Promise<void> => {
    const reply = await orderDepartment(department.id, "reopen");
    if (reply.ok) done(reply.department);
    else notice.value = reply.error.message;
  };
  return (
    <Box title={say("state.closed")} about={say("reopen.note")}>
      <button type="button" onClick={() => void reopen()}>
        {say("reopen")}
      </button>
    </Box>
  );
}

export const departments: AdminPage = { key: KEY, title: say("title"), group: "desk", Page: Departments };
