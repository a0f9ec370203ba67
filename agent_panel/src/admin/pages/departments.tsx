// Departments: all of them, one of them, a new one.
import type { Ack } from "../../net/wire.ts";
import { bodyOf, type Draft, draftOf, emptyDraft } from "../departments/draft.ts";
import { GeneralBox, TargetsBox } from "../departments/fields.tsx";
import { HolidaysBox, WeekBox } from "../departments/hours.tsx";
import { All } from "../departments/list.tsx";
import { DetailPage } from "../parts/DetailPage.tsx";
import { Form, useForm } from "../parts/Form.tsx";
import { GraveButton } from "../parts/GraveButton.tsx";
import { type AdminPage, Box } from "../parts/Page.tsx";
import {
  addDepartment,
  changeDepartment,
  type Defaults,
  type Department,
  listDepartments,
  orderDepartment,
  readDepartment,
} from "../state/api.ts";
import { moveToList, tell } from "../state/store.ts";
import words from "../words/departments.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const LIST = { page: "departments", title: say("title") };
const FIELDS = ["name", "id", "tz", "topics", "hours", "holidays", "tiers"].concat([
  "service_target_s",
  "first_news_s",
  "escalate_after_s",
]);

function Departments({ id }: { id: string | null }) {
  if (id === "new") return <NewDepartment />;
  return id === null ? <All /> : <One key={id} id={id} />;
}

function NewDepartment() {
  return (
    <DetailPage list={LIST} id="new" load={listDepartments} titleOf={() => say("add.title")}>
      {({ defaults }) => (
        <Editor
          version="new"
          initial={emptyDraft(defaults.tz)}
          defaults={defaults}
          adding={say("add.save")}
          save={(draft) => addDepartment({ ...bodyOf(draft), id: draft.id.trim() || null })}
          done={({ name }) => moveToList(LIST.page, say("added", { name }))}
        />
      )}
    </DetailPage>
  );
}

function One({ id }: { id: string }) {
  return (
    <DetailPage list={LIST} id={id} load={() => readDepartment(id)} titleOf={({ department }) => department.name}>
      {({ department, defaults }, again, put) => {
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
              onReload={again}
            />
            <Closing department={department} done={taken} />
          </>
        );
      }}
    </DetailPage>
  );
}

interface EditorProps {
  version: string;
  initial: Draft;
  defaults: Defaults;
  save: (draft: Draft) => Promise<Ack<{ department: Department }>>;
  done: (department: Department) => void;
  adding?: string;
  onReload?: () => void;
}

function Editor({ version, initial, defaults, save, done, ...bar }: EditorProps) {
  const form = useForm(version, initial, save, ({ department }) => done(department));
  return (
    <Form form={form} fields={FIELDS} {...bar}>
      <GeneralBox {...form} isNew={bar.adding !== undefined} />
      <WeekBox {...form} />
      <HolidaysBox {...form} />
      <TargetsBox {...form} defaults={defaults} />
    </Form>
  );
}

interface OrderProps {
  department: Department;
  done: (department: Department) => void;
}

function Closing({ department: { id, name }, done }: OrderProps) {
  const close = async (): Promise<Ack<object>> => {
    const reply = await orderDepartment(id, "close");
    if (reply.ok) done(reply.department);
    return reply;
  };
  return (
    <Box title={say("close.title")} about={say("close.about")}>
      <div class="row-tools">
        <GraveButton words={say("close")} title={say("close.ask", { name })} onConfirm={close}>
          {say("close.text")}
        </GraveButton>
      </div>
    </Box>
  );
}

function Closed({ department, done }: OrderProps) {
  const reopen = async (): Promise<void> => {
    const reply = await orderDepartment(department.id, "reopen");
    if (reply.ok) done(reply.department);
    else tell(reply.error.message, "bad");
  };
  return (
    <Box title={say("state.closed")} about={say("reopen.note")}>
      <button type="button" onClick={() => void reopen()}>
        {say("reopen")}
      </button>
    </Box>
  );
}

export const departments: AdminPage = { key: LIST.page, title: say("title"), group: "desk", Page: Departments };
