// The first run: the first admin and, if they want, the first department, in one go.
import { useEffect, useRef, useState } from "preact/hooks";
import { signIn } from "../../net/api.ts";
import type { WireError } from "../../net/wire.ts";
import { Field } from "../../ui/parts/Field.tsx";
import { Segments } from "../../ui/parts/Segments.tsx";
import { Logo } from "../../ui/shell/Logo.tsx";
import { sentence } from "../parts/Form.tsx";
import { finishSetup } from "../state/api.ts";
import { officeWeek } from "../state/week.ts";
import words from "../words/setup.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const FIELDS = ["admin.name", "admin.email", "admin.password", "department.name", "department.tz", "department.hours"];

interface Draft {
  name: string;
  email: string;
  password: string;
  wantsDepartment: boolean;
  department: string;
  tz: string;
  always: boolean;
}

const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function Setup() {
  const [draft, setDraft] = useState<Draft>(() => ({
    name: "",
    email: "",
    password: "",
    wantsDepartment: true,
    department: "",
    tz: here(),
    always: false,
  }));
  const [error, setError] = useState<WireError | null>(null);
  const [state, setState] = useState<"typing" | "busy" | "done">("typing");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    document.title = say("title");
  }, []);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setState("busy");
    const { name, email, password, department, tz, always } = draft;
    const reply = await finishSetup({
      token: new URLSearchParams(location.search).get("token") ?? "",
      admin: { name, email: email.trim(), password },
      department: draft.wantsDepartment ? { name: department, tz, hours: always ? null : officeWeek() } : null,
    });
    if (!reply.ok) {
      setError(reply.error);
      setState("typing");
      return;
    }
    setState("done");
    await signIn(email.trim(), password);
    location.replace("/admin");
  };
  const isElsewhere = error && !FIELDS.some((field) => sentence(error, field));
  return (
    <main class="setup">
      <form class="setup-card" ref={form} onSubmit={submit} noValidate>
        <Logo />
        <header>
          <h1>{say("title")}</h1>
          <p class="mut">{say("about")}</p>
        </header>
        <You draft={draft} error={error} set={set} />
        <First draft={draft} error={error} set={set} />
        {isElsewhere && (
          <p class="error" role="alert">
            {error.message}
          </p>
        )}
        <button type="submit" disabled={state !== "typing"}>
          {say(state === "typing" ? "finish" : state === "busy" ? "busy" : "signing_in")}
        </button>
      </form>
    </main>
  );
}

interface PartProps {
  draft: Draft;
  error: WireError | null;
  set: (change: Partial<Draft>) => void;
}

function You({ draft, error, set }: PartProps) {
  return (
    <section aria-labelledby="you">
      <h2 id="you">{say("you")}</h2>
      <p class="small mut">{say("you.about")}</p>
      <Field label={say("name")} error={sentence(error, "admin.name")}>
        {(ids) => (
          <input
            {...ids}
            autocomplete="name"
            maxLength={80}
            value={draft.name}
            onInput={(event) => set({ name: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={say("email")} error={sentence(error, "admin.email")}>
        {(ids) => (
          <input
            {...ids}
            type="email"
            autocomplete="username"
            value={draft.email}
            onInput={(event) => set({ email: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={say("password")} hint={say("password.hint")} error={sentence(error, "admin.password")}>
        {(ids) => (
          <input
            {...ids}
            type="password"
            autocomplete="new-password"
            value={draft.password}
            onInput={(event) => set({ password: event.currentTarget.value })}
          />
        )}
      </Field>
    </section>
  );
}

function First({ draft, error, set }: PartProps) {
  return (
    <section aria-labelledby="first">
      <h2 id="first">{say("first")}</h2>
      <p class="small mut">{say("first.about")}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.wantsDepartment}
          onChange={(event) => set({ wantsDepartment: event.currentTarget.checked })}
        />
        <span>{say("first.wanted")}</span>
      </label>
      {draft.wantsDepartment && (
        <>
          <Field label={say("department")} hint={say("department.hint")} error={sentence(error, "department.name")}>
            {(ids) => (
              <input
                {...ids}
                maxLength={80}
                autocomplete="off"
                value={draft.department}
                onInput={(event) => set({ department: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label={say("tz")} error={sentence(error, "department.tz")}>
            {(ids) => (
              <input
                {...ids}
                autocomplete="off"
                spellcheck={false}
                value={draft.tz}
                onInput={(event) => set({ tz: event.currentTarget.value })}
              />
            )}
          </Field>
          <div>
            <Segments
              legend={say("hours")}
              value={draft.always}
              options={[
                [false, say("hours.office")],
                [true, say("hours.always")],
              ]}
              pick={(always) => set({ always })}
            />
            <p class="tiny setup-hint">{say("hours.hint")}</p>
          </div>
        </>
      )}
    </section>
  );
}
