// Ready answers and scripts: all of them, one of them, a new one.
import type { Ack } from "../../net/wire.ts";
import { DetailPage } from "../parts/DetailPage.tsx";
import { Form, useForm } from "../parts/Form.tsx";
import { GraveButton } from "../parts/GraveButton.tsx";
import type { AdminPage } from "../parts/Page.tsx";
import { type Draft, ScriptBox, TextBox } from "../replies/fields.tsx";
import { All } from "../replies/list.tsx";
import {
  addReply,
  changeReply,
  type Department,
  listDepartments,
  type Reply,
  readReply,
  removeReply,
  withDepartments,
} from "../state/api.ts";
import { moveToList, rename } from "../state/store.ts";
import words from "../words/replies.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const LIST = { page: "replies", title: say("title") };
const FIELDS = ["shortcut", "title", "body", "department", "steps"];
const EMPTY: Draft = { shortcut: "", title: "", body: "", steps: [], department: null };

function Replies({ id }: { id: string | null }) {
  if (id === "new") return <NewReply />;
  return id === null ? <All /> : <One key={id} id={id} />;
}

function NewReply() {
  return (
    <DetailPage list={LIST} id="new" load={listDepartments} titleOf={() => say("add.title")}>
      {({ departments }) => (
        <Editor
          version="new"
          initial={EMPTY}
          departments={departments}
          adding={say("add.save")}
          save={(draft) => addReply({ ...draft })}
          done={({ shortcut }) => moveToList(LIST.page, say("added", { shortcut }))}
        />
      )}
    </DetailPage>
  );
}

function One({ id }: { id: string }) {
  return (
    <DetailPage
      list={LIST}
      id={id}
      load={() => withDepartments(readReply(id))}
      titleOf={({ reply }) => `/${reply.shortcut}`}
    >
      {({ reply: { id: kept, version, ...draft }, departments }, again) => (
        <>
          <Editor
            version={`${kept} ${version}`}
            initial={draft}
            departments={departments}
            save={(changed) => changeReply(id, { ...changed, if_version: version })}
            // Its address is made of its shortcut and department.
            done={(changed) => (changed.id === id ? again() : rename(LIST.page, changed.id))}
            onReload={again}
          />
          <Removing id={id} shortcut={draft.shortcut} />
        </>
      )}
    </DetailPage>
  );
}

interface EditorProps {
  version: string;
  initial: Draft;
  departments: readonly Department[];
  save: (draft: Draft) => Promise<Ack<{ reply: Reply }>>;
  done: (reply: Reply) => void;
  adding?: string;
  onReload?: () => void;
}

function Editor({ version, initial, departments, save, done, ...bar }: EditorProps) {
  const form = useForm(version, initial, save, ({ reply }) => done(reply));
  return (
    <Form form={form} fields={FIELDS} {...bar}>
      <TextBox {...form} departments={departments} />
      <ScriptBox {...form} />
    </Form>
  );
}

function Removing({ id, shortcut }: { id: string; shortcut: string }) {
  const remove = async (): Promise<Ack<object>> => {
    const reply = await removeReply(id);
    if (reply.ok) moveToList(LIST.page, say("removed", { shortcut }));
    return reply;
  };
  return (
    <div class="row-tools">
      <GraveButton words={say("remove")} title={say("remove.ask", { shortcut })} onConfirm={remove}>
        {say("remove.text")}
      </GraveButton>
    </div>
  );
}

export const replies: AdminPage = { key: LIST.page, title: say("title"), group: "desk", Page: Replies };
