// Everybody with an account: who they are, where they work, and whether they can sign in.
import { useState } from "preact/hooks";
import { Segments } from "../../ui/parts/Segments.tsx";
import { List, ListPage } from "../parts/ListPage.tsx";
import { Link } from "../parts/Page.tsx";
import type { Column } from "../parts/Table.tsx";
import { type Department, listUsers, type User, withDepartments } from "../state/api.ts";
import { session } from "../state/store.ts";
import words from "../words/people.json" with { type: "json" };
import { LOCALE, wordsOf } from "../words/words.ts";
import { hasEnded } from "./draft.ts";

const say = wordsOf(words);
const PAGE = "people";
const NAMED = 3;

export function All() {
  return (
    <ListPage
      page={PAGE}
      say={say}
      load={() => withDepartments(listUsers())}
      isEmpty={({ users }) => users.length === 0}
    >
      {(both) => <People {...both} />}
    </ListPage>
  );
}

type Shown = "active" | "disabled" | "all";

function People({ users, departments }: { users: User[]; departments: Department[] }) {
  const [shown, setShown] = useState<Shown>("active");
  const disabled = users.filter(({ disabled_at }) => disabled_at !== null).length;
  return (
    <List
      say={say}
      columns={columns(departments)}
      rows={users.filter((user) => shown === "all" || (shown === "disabled") === (user.disabled_at !== null))}
      keyOf={({ id }) => id}
      textOf={({ name, email }) => `${name} ${email}`}
      faded={({ disabled_at }) => disabled_at !== null}
    >
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
    </List>
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
      <Link page={PAGE} id={user.id}>
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
