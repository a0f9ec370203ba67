// API tokens: what there is, a new one whose secret is shown once, and the end of one.
import { useState } from "preact/hooks";
import { Field } from "../../ui/parts/Field.tsx";
import { Segments } from "../../ui/parts/Segments.tsx";
import { Empty } from "../../ui/parts/states.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { Form, sentence, useForm } from "../parts/Form.tsx";
import { type AdminPage, Box, Head, Show } from "../parts/Page.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { listDepartments } from "../state/api.ts";
import { endToken, listTokens, makeToken, type NewToken, type Token } from "../state/desk.ts";
import { addressOf } from "../state/place.ts";
import { go, move, notice } from "../state/store.ts";
import words from "../words/tokens.json" with { type: "json" };
import { LOCALE, wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "tokens";
const BACK = { page: KEY, title: say("title") };
const FIELDS = ["name", "role", "departments", "scope", "expires_at"];
const ROLES: readonly NewToken["role"][] = ["agent", "manager", "admin"];
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });

function Tokens({ id }: { id: string | null }) {
  return id === "new" ? <Add /> : <All />;
}

function All() {
  const [loaded, again] = useLoad(KEY, listTokens);
  const [ending, setEnding] = useState<Token | null>(null);
  return (
    <>
      <Head title={say("title")} about={say("about")}>
        <button type="button" onClick={() => go(KEY, "new")}>
          {say("add")}
        </button>
      </Head>
      <Show loaded={loaded} retry={again}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <Empty title={say("none")}>{say("none_more")}</Empty>
          ) : (
            <Box title={say("title")} class="tight listed">
              <Table
                caption={say("title")}
                columns={columns(setEnding)}
                rows={tokens}
                keyOf={(token) => token.id}
                faded={({ state }) => state !== "active"}
              />
            </Box>
          )
        }
      </Show>
      {ending && (
        <Confirm
          title={say("end.title", { name: ending.name })}
          action={say("end")}
          grave
          onConfirm={async () => {
            const reply = await endToken(ending.id);
            if (reply.ok) {
              notice.value = say("ended");
              again();
            }
            return reply;
          }}
          onClose={() => setEnding(null)}
        >
          <p>{say("end.text")}</p>
        </Confirm>
      )}
    </>
  );
}

const when = (at: string | null, otherwise: string): string => (at ? moment.format(new Date(at)) : otherwise);

const columns = (end: (token: Token) => void): Column<Token>[] => [
  {
    name: say("column.name"),
    cell: ({ name, hint, created_by }) => (
      <>
        <span dir="auto">{name}</span>
        <span class="sub">
          {say("hint", { hint })}, {say("made_by", { name: created_by.name })}
        </span>
      </>
    ),
  },
  {
    name: say("column.may"),
    cell: ({ role, scope, departments }) => (
      <>
        {say(`role.${role}`)} · {say(`scope.${scope}`)}
        {departments.length > 0 && <span class="sub">{departments.map(({ name }) => name).join(", ")}</span>}
      </>
    ),
  },
  { name: say("column.used"), cell: ({ last_used_at }) => when(last_used_at, say("never_used")) },
  {
    name: say("column.until"),
    cell: ({ state, expires_at }) => (state === "active" ? when(expires_at, say("no_end")) : say(`state.${state}`)),
  },
  {
    name: say("end"),
    cell: (token) =>
      token.state === "active" && (
        <button
          type="button"
          class="btn quiet warn"
          aria-label={say("end.title", { name: token.name })}
          onClick={() => end(token)}
        >
          {say("end")}
        </button>
      ),
  },
];

function Add() {
  const [loaded, again] = useLoad("departments", listDepartments);
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  if (made) return <Made {...made} />;
  return (
    <>
      <Head title={say("add.title")} back={BACK} />
      <Show loaded={loaded} retry={again}>
        {({ departments }) => (
          <Editor
            departments={departments.filter(({ closed_at }) => !closed_at)}
            done={(token, secret) => setMade({ name: token.name, secret })}
          />
        )}
      </Show>
    </>
  );
}

interface EditorProps {
  departments: { id: string; name: string }[];
  done: (token: Token, secret: string) => void;
}

const EMPTY: NewToken = { name: "", role: "manager", departments: [], scope: "read", expires_at: null };

function Editor({ departments, done }: EditorProps) {
  const form = useForm(
    "token",
    EMPTY,
    (token) =>
      makeToken({ ...token, expires_at: token.expires_at && new Date(`${token.expires_at}T23:59:59`).toISOString() }),
    (answer) => {
      notice.value = null;
      done(answer.token, answer.secret);
    },
  );
  const { value, set, error } = form;
  return (
    <Form form={form} fields={FIELDS} action={say("make")} adding onCancel={() => move(addressOf(KEY))}>
      <Box title={say("add.title")}>
        <div class="fields">
          <Field label={say("name")} hint={say("name.hint")} error={sentence(error, "name")}>
            {(ids) => (
              <input
                {...ids}
                dir="auto"
                maxLength={80}
                value={value.name}
                onInput={(event) => set({ name: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label={say("expires_at")} hint={say("expires_at.hint")} error={sentence(error, "expires_at")}>
            {(ids) => (
              <input
                {...ids}
                type="date"
                value={value.expires_at ?? ""}
                onInput={(event) => set({ expires_at: event.currentTarget.value || null })}
              />
            )}
          </Field>
          <Segments
            legend={say("role")}
            value={value.role}
            options={ROLES.map((role) => [role, say(`role.${role}`)])}
            pick={(role) => set({ role })}
          />
          <Segments
            legend={say("scope")}
            value={value.scope}
            options={[
              ["read", say("scope.read")],
              ["write", say("scope.write")],
            ]}
            pick={(scope) => set({ scope })}
          />
          {value.role !== "admin" && (
            <Departments
              departments={departments}
              chosen={value.departments}
              error={sentence(error, "departments")}
              pick={(chosen) => set({ departments: chosen })}
            />
          )}
        </div>
      </Box>
    </Form>
  );
}

interface DepartmentsProps {
  departments: EditorProps["departments"];
  chosen: string[];
  error: string | null;
  pick: (chosen: string[]) => void;
}

function Departments({ departments, chosen, error, pick }: DepartmentsProps) {
  return (
    <fieldset class="checks many whole">
      <legend>{say("departments")}</legend>
      <div>
        {departments.map(({ id, name }) => (
          <label class="check" key={id}>
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              aria-invalid={Boolean(error)}
              onChange={(event) =>
                pick(event.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
              }
            />
            <span dir="auto">{name}</span>
          </label>
        ))}
      </div>
      <p class={error ? "error" : "tiny"}>{error ?? say("departments.hint")}</p>
    </fieldset>
  );
}

/** The one time that the secret is seen. */
function Made({ name, secret }: { name: string; secret: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(secret).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <>
      <Head title={say("secret.title", { name })} back={BACK} />
      <Box title={say("secret.label")} about={say("secret.use")}>
        <p class="note warn" role="status">
          {say("secret.about")}
        </p>
        <code class="snippet">{secret}</code>
        <div class="row-tools">
          <button type="button" class="btn soft" onClick={copy}>
            {say(copied ? "copied" : "copy")}
          </button>
          <button type="button" class="btn quiet" onClick={() => move(addressOf(KEY))}>
            {say("done")}
          </button>
        </div>
      </Box>
    </>
  );
}

export const tokens: AdminPage = { key: KEY, title: say("title"), group: "machine", Page: Tokens };
