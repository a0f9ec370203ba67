// A new API token: what it may, and the one time that its secret is seen.
import { useState } from "preact/hooks";
import { CopyButton } from "../../ui/parts/CopyButton.tsx";
import { Segments } from "../../ui/parts/Segments.tsx";
import { DepartmentChecks } from "../parts/DepartmentChecks.tsx";
import { DetailPage } from "../parts/DetailPage.tsx";
import { Form, sentence, useForm } from "../parts/Form.tsx";
import { fieldsOf } from "../parts/fieldsOf.ts";
import { Box, Head } from "../parts/Page.tsx";
import { TextField } from "../parts/TextField.tsx";
import { type Department, listDepartments } from "../state/api.ts";
import { makeToken, type NewToken, type Token } from "../state/desk.ts";
import { addressOf } from "../state/place.ts";
import { move, notice } from "../state/store.ts";
import words from "../words/tokens.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const LIST = { page: "tokens", title: say("title") };
const FIELDS = ["name", "role", "departments", "scope", "expires_at"];
const ROLES: readonly NewToken["role"][] = ["agent", "manager", "admin"];
const EMPTY: NewToken = { name: "", role: "manager", departments: [], scope: "read", expires_at: null };

interface Secret {
  name: string;
  secret: string;
}

export function Make() {
  const [made, setMade] = useState<Secret | null>(null);
  if (made) return <Made {...made} />;
  return (
    <DetailPage list={LIST} id="new" load={listDepartments} titleOf={() => say("add.title")}>
      {({ departments }) => <Editor departments={departments} done={setMade} />}
    </DetailPage>
  );
}

/** Good to the end of that day. */
const send = (token: NewToken) =>
  makeToken({ ...token, expires_at: token.expires_at && new Date(`${token.expires_at}T23:59:59`).toISOString() });

function Editor({ departments, done }: { departments: Department[]; done: (made: Secret) => void }) {
  const form = useForm("token", EMPTY, send, ({ token, secret }: { token: Token; secret: string }) => {
    notice.value = null;
    done({ name: token.name, secret });
  });
  const { draft, set, error } = form;
  const field = fieldsOf(words, form);
  return (
    <Form form={form} fields={FIELDS} adding={say("make")}>
      <Box title={say("add.title")}>
        <div class="fields">
          <TextField {...field("name")} dir="auto" maxLength={80} />
          <TextField
            label={say("expires_at")}
            hint={say("expires_at.hint")}
            error={sentence(error, "expires_at")}
            type="date"
            value={draft.expires_at ?? ""}
            set={(expires_at) => set({ expires_at: expires_at || null })}
          />
          <Segments
            legend={say("role")}
            value={draft.role}
            options={ROLES.map((role) => [role, say(`role.${role}`)])}
            pick={(role) => set({ role })}
          />
          <Segments
            legend={say("scope")}
            value={draft.scope}
            options={[
              ["read", say("scope.read")],
              ["write", say("scope.write")],
            ]}
            pick={(scope) => set({ scope })}
          />
          {draft.role !== "admin" && (
            <DepartmentChecks
              departments={departments}
              chosen={draft.departments}
              hint={say("departments.hint")}
              error={sentence(error, "departments")}
              set={(chosen) => set({ departments: chosen })}
            />
          )}
        </div>
      </Box>
    </Form>
  );
}

function Made({ name, secret }: Secret) {
  return (
    <>
      <Head title={say("secret.title", { name })} back={LIST} />
      <Box title={say("secret.label")} about={say("secret.use")}>
        <p class="note warn" role="status">
          {say("secret.about")}
        </p>
        <code class="snippet">{secret}</code>
        <div class="row-tools">
          <CopyButton text={secret} words={say("copy")} done={say("copied")} />
          <button type="button" class="btn quiet" onClick={() => move(addressOf(LIST.page))}>
            {say("done")}
          </button>
        </div>
      </Box>
    </>
  );
}
