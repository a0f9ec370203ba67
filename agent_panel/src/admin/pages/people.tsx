// People: all of them, one of them, a new one.
import { DetailPage } from "../parts/DetailPage.tsx";
import { Form, useForm } from "../parts/Form.tsx";
import type { AdminPage } from "../parts/Page.tsx";
import { AccessBox, DisabledBox } from "../people/access.tsx";
import { bodyOf, draftOf, EMPTY, newBodyOf } from "../people/draft.ts";
import { PasswordBox, RightsBox, WhoBox, WorkBox } from "../people/fields.tsx";
import { All } from "../people/list.tsx";
import {
  addUser,
  changeUser,
  type Department,
  listDepartments,
  readUser,
  type User,
  withDepartments,
} from "../state/api.ts";
import { moveToList } from "../state/store.ts";
import words from "../words/people.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const LIST = { page: "people", title: say("title") };
const FIELDS = "name email role departments capacity tier password ends_at".split(" ");

function People({ id }: { id: string | null }) {
  if (id === "new") return <NewPerson />;
  return id === null ? <All /> : <One key={id} id={id} />;
}

function NewPerson() {
  return (
    <DetailPage list={LIST} id="new" load={listDepartments} titleOf={() => say("add.title")}>
      {({ departments }) => <NewForm departments={departments} />}
    </DetailPage>
  );
}

function NewForm({ departments }: { departments: Department[] }) {
  const open = departments.filter(({ closed_at }) => closed_at === null);
  const first = { ...EMPTY, departments: open.length === 1 ? open.map(({ id }) => id) : [] };
  const form = useForm(
    "new",
    first,
    (draft) => addUser(newBodyOf(draft)),
    ({ user: { name, email } }: { user: User }) =>
      moveToList(LIST.page, say(form.draft.sets_password ? "added" : "added.invited", { name, email })),
  );
  return (
    <Form form={form} fields={FIELDS} adding={say("add.save")}>
      <WhoBox {...form} isNew />
      <WorkBox {...form} departments={departments} />
      <PasswordBox {...form} />
      <RightsBox {...form} />
    </Form>
  );
}

function One({ id }: { id: string }) {
  return (
    <DetailPage list={LIST} id={id} load={() => withDepartments(readUser(id))} titleOf={({ user }) => user.name}>
      {(answer, again) => <Editor {...answer} again={again} />}
    </DetailPage>
  );
}

interface EditorProps {
  user: User;
  departments: Department[];
  again: () => void;
}

function Editor({ user, departments, again }: EditorProps) {
  const form = useForm(
    `${user.id} ${user.version}`,
    draftOf(user),
    (draft) => changeUser(user.id, { ...bodyOf(draft, user), if_version: user.version }),
    again,
  );
  return (
    <>
      {user.disabled_at !== null && <DisabledBox user={user} again={again} />}
      <Form form={form} fields={FIELDS} onReload={again}>
        <WhoBox {...form} isNew={false} />
        <WorkBox {...form} departments={departments} />
        <RightsBox {...form} />
      </Form>
      {user.disabled_at === null && <AccessBox user={user} again={again} />}
    </>
  );
}

export const people: AdminPage = { key: LIST.page, title: say("title"), group: "desk", Page: People };
