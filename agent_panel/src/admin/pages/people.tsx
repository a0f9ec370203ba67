// People: all of them, one of them, a new one.
import { useState } from "preact/hooks";
import type { Ack } from "../../net/wire.ts";
import { Segments } from "../../ui/parts/Segments.tsx";
import { Empty } from "../../ui/parts/states.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { Form, useForm } from "../parts/Form.tsx";
import { type AdminPage, Box, Head, Link, Show } from "../parts/Page.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { AccessBox, DisabledBox } from "../people/access.tsx";
import { bodyOf, draftOf, EMPTY, hasEnded, newBodyOf } from "../people/draft.ts";
import { PasswordBox, RightsBox, WhoBox, WorkBox } from "../people/fields.tsx";
import { addUser, changeUser, type Department, listDepartments, listUsers, readUser, type User } from "../state/api.ts";
import { addressOf } from "../state/place.ts";
import { go, move, notice, session } from "../state/store.ts";
import words from "../words/people.json" with { type: "json" };
import { LOCALE, wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "people";
const FIELDS = "name email role departments capacity tier password ends_at".split(" ");
const NAMED = 3;
const BACK = { page: KEY, title: say("title") };

interface Both {
  users: User[];
  departments: Department[];
}

function People({ id }: { id: string | null }) {
  if (id === "new") return <NewPerson />;
  return id === null ? <All /> : <One key={id} id={id} />;
}

async function loadBoth(): Promise<Ack<Both>> {
  const [people, places] = await Promise.all([listUsers(), listDepartments()]);
  if (!people.ok) return people;
  return places.ok ? { ok: true, users: people.users, departments: places.departments } : places;
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
        {(both) => <List {...both} />}
      </Show>
    </>
  );
}

type Shown = "active" | "disabled" | "all";

function List({ users, departments }: Both) {
  const [asked, setAsked] = useState("");
  const [shown, setShown] = useState<Shown>("active");
  const disabled = users.filter(({ disabled_at }) => disabled_at !== null).length;
  const words = asked.trim().toLowerCase();
  const found = users.filter(
    (user) =>
      (shown === "all" || (shown === "disabled") === (user.disabled_at !== null)) &&
      `${user.name} ${user.email}`.toLowerCase().includes(words),
  );
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
        {disabled > 0 && (
          <Segments
            legend={say("show")}
            class="bare"
            value={shown}
            options={[
              ["active", say("show.active", { n: users.length - disabled })],
              ["disabled", say("show.disabled", { n: disabled })],
              ["all", say("show.all", { n: users.length })],
            ]}
            pick={setShown}
          />
        )}
      </div>
      {found.length === 0 ? (
        <Empty title={say(words ? "nothing" : "none")} />
      ) : (
        <Table
          caption={say("title")}
          columns={columns(departments)}
          rows={found}
          keyOf={({ id }) => id}
          faded={({ disabled_at }) => disabled_at !== null}
        />
      )}
    </Box>
  );
}

function columns(departments: readonly Department[]): Column<User>[] {
  const names = new Map(departments.map(({ id, name }) => [id, name]));
  return [
    { name: say("column.name"), cell: (user) => <Name user={user} /> },
    { name: say("column.role"), class: "nowrap", cell: ({ role }) => say(`role.${role}`) },
    { name: say("column.departments"), cell: (user) => <span dir="auto">{places(user, names)}</span> },
    { name: say("column.capacity"), class: "figure", cell: ({ capacity }) => capacity },
    { name: say("column.state"), class: "nowrap", cell: (user) => <State user={user} /> },
  ];
}

function Name({ user }: { user: User }) {
  const current = session.value;
  const isMe = current.state === "ready" && current.me.id === user.id;
  return (
    <>
      <Link page={KEY} id={user.id}>
        <span dir="auto">{user.name}</span>
      </Link>
      {isMe && <span class="mut"> ({say("state.you")})</span>}
      <span class="sub">{user.email}</span>
    </>
  );
}

function places({ departments, role }: User, names: ReadonlyMap<string, string>): string {
  if (departments.length === 0) return say(role === "agent" ? "departments.none" : "departments.all");
  const known = departments.map((id) => names.get(id) ?? id);
  if (known.length <= NAMED + 1) return known.join(", ");
  return say("departments.more", { names: known.slice(0, NAMED).join(", "), n: known.length - NAMED });
}

function State({ user }: { user: User }) {
  if (user.disabled_at !== null) return <span class="light r">{say("state.disabled")}</span>;
  if (hasEnded(user, Date.now())) return <span class="light r">{say("state.ended")}</span>;
  return (
    <>
      {user.connected ? (
        <span class="light g">{say("state.connected")}</span>
      ) : (
        <span class="mut">{say("state.active")}</span>
      )}
      {user.ends_at !== null && <span class="sub">{say("state.ends", { date: lastDay(user.ends_at) })}</span>}
    </>
  );
}

const lastDay = (ends_at: string): string =>
  new Date(new Date(ends_at).getTime() - 1).toLocaleDateString(LOCALE, {
    day: "numeric",
    month: "short",
    year: "numeric",
  });

function NewPerson() {
  const [loaded, retry] = useLoad(KEY, listDepartments);
  return (
    <>
      <Head title={say("add.title")} back={BACK} />
      <Show loaded={loaded} retry={retry}>
        {({ departments }) => <NewForm departments={departments} />}
      </Show>
    </>
  );
}

function NewForm({ departments }: { departments: Department[] }) {
  const open = departments.filter(({ closed_at }) => closed_at === null);
  const first = { ...EMPTY, departments: open.length === 1 ? open.map(({ id }) => id) : [] };
  const form = useForm(
    "new",
    first,
    (draft) => addUser(newBodyOf(draft)),
    ({ user }: { user: User }) => {
      const invited = !form.value.sets_password;
      move(addressOf(KEY));
      notice.value = say(invited ? "added.invited" : "added", { name: user.name, email: user.email });
    },
  );
  const { value: draft, error, set } = form;
  return (
    <Form form={form} fields={FIELDS} adding action={say("add.save")} onCancel={() => go(KEY)}>
      <WhoBox draft={draft} error={error} set={set} isNew />
      <WorkBox draft={draft} error={error} set={set} departments={departments} />
      <PasswordBox draft={draft} error={error} set={set} />
      <RightsBox draft={draft} error={error} set={set} />
    </Form>
  );
}

interface OneAnswer {
  user: User;
  departments: Department[];
}

async function loadOne(id: string): Promise<Ack<OneAnswer>> {
  const [person, places] = await Promise.all([readUser(id), listDepartments()]);
  if (!person.ok) return person;
  return places.ok ? { ok: true, user: person.user, departments: places.departments } : places;
}

function One({ id }: { id: string }) {
  const [loaded, again] = useLoad(`${KEY}/${id}`, () => loadOne(id));
  const title = loaded.state === "ready" ? loaded.data.user.name : say("title");
  return (
    <>
      <Head title={title} back={BACK} />
      <Show loaded={loaded} retry={again}>
        {({ user, departments }) => <Editor user={user} departments={departments} again={again} />}
      </Show>
    </>
  );
}

function Editor({ user, departments, again }: OneAnswer & { again: () => void }) {
  const form = useForm(
    `${user.id} ${user.version}`,
    draftOf(user),
    (draft) => changeUser(user.id, { ...bodyOf(draft, user), if_version: user.version }),
    again,
  );
  const { value: draft, error, set } = form;
  return (
    <>
      {user.disabled_at !== null && <DisabledBox user={user} again={again} />}
      <Form form={form} fields={FIELDS} onReload={again}>
        <WhoBox draft={draft} error={error} set={set} isNew={false} />
        <WorkBox draft={draft} error={error} set={set} departments={departments} />
        <RightsBox draft={draft} error={error} set={set} />
      </Form>
      {user.disabled_at === null && <AccessBox user={user} again={again} />}
    </>
  );
}

export const people: AdminPage = { key: KEY, title: say("title"), group: "desk", Page: People };
